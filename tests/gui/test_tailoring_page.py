"""The screen of local rules: table and form, mistakes at their field, dry run, adopting, withdrawing, packs, lists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from msat.gui.main_window import MainWindow
from msat.gui.models.dry_runs import DIFFERENT, DryRunTable
from msat.gui.models.rules import HERE, RulesTable
from msat.gui.tailoring import board
from msat.gui.theme import look
from msat.triage.model import OrganisationKind, Priority
from tests.gui.test_accessibility import too_small, unnamed
from tests.gui.test_sources_page import texts

OWN = "priority.dispensing-practice"


@pytest.fixture
def page(window: MainWindow):
    window.resize(1280, 860)
    window.show_page("tailoring")
    return window.page("tailoring")


def open_rule(page, id_: str = "F07"):
    page.rules.open(next(line for line in page.board.rules if line.id == id_))
    return page.rules.form


def choose(form, field: str, value: str) -> None:
    editor = form.fields[field].editor
    editor.setCurrentIndex(editor.findData(value))


def lower(page, id_: str = "F07", why: str = "Checked daily here.") -> None:
    """A draft that makes a Red Amber."""
    form = open_rule(page, id_)
    choose(form, OWN, "amber")
    form.why.setText(why)
    form.save.click()


def raise_class_4(page) -> None:
    """A draft that makes what is Amber Red, which the sample has alerts of."""
    page.rules.open(next(line for line in page.board.rules if line.name == "Class 4: leaflet, barcode or artwork"))
    form = page.rules.form
    choose(form, OWN, "red")
    form.why.setText("We keep all of them.")
    form.save.click()


def test_the_table_shows_every_rule_with_its_words(page, qtmodeltester):
    model = page.rules.model
    assert model.rowCount() == len(page.board.rules)
    qtmodeltester.check(model)
    ids = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert ids == sorted(ids)
    row = model.row_of("F07", "Class 2 recall, pharmacy or wholesaler level")
    said = [model.index(row, at).data() for at in range(model.columnCount())]
    assert said[3] == "Red"
    assert "As the class asks" in said
    assert "not yet reviewed by a pharmacist" in said[-1]


def test_the_search_and_the_local_filter(page):
    page.rules.search.setText("no such rule")
    assert page.rules.nothing.text() == "No rule matches."
    page.rules.search.setText("f07")
    assert page.rules.model.rowCount() == 1
    page.rules.search.clear()
    page.rules.only_local.click()
    assert page.rules.nothing.text() == "No rule is different here."
    lower(page)
    assert [page.rules.model.index(0, 0).data()] == ["F07"]


def test_a_change_stands_in_the_table_beside_what_is_shipped(page):
    lower(page)
    assert page.rules.form is None
    model = page.rules.model
    row = model.row_of("F07", "Class 2 recall, pharmacy or wholesaler level")
    assert model.index(row, 3).data() == "Amber"
    assert model.index(row, HERE).data() == "changed"
    assert model.index(row, 3).data(Qt.ItemDataRole.ToolTipRole) == "Amber here. Shipped: Red."
    form = open_rule(page)
    assert "Shipped: Red" in texts(form.fields[OWN])
    form.remove.click()
    assert model.index(row, HERE).data() == ""
    assert page.board.draft.is_empty


def test_each_mistake_stands_at_its_field_and_what_was_typed_stays(page):
    form = open_rule(page)
    choose(form, OWN, "green")
    form.save.click()
    assert "without a reason" in form.fields["why"].wrong.text()
    assert page.window().focusWidget() is form.why
    form.why.setText("Because.")
    choose(form, "limit", "days")
    form.number.setValue(90)
    form.save.click()
    assert "90 days" in form.fields["limit"].wrong.text()
    assert form.fields["why"].wrong.text() == ""
    choose(form, "limit", "")
    form.fields["actions.pcn"].editor.setText("A01 A77 A25")
    form.save.click()
    assert form.fields["actions.pcn"].wrong.text()
    assert form.fields["actions.pcn"].editor.text() == "A01 A77 A25"
    assert page.board.draft.is_empty


def test_the_codes_of_a_rule_are_explained(page):
    said = texts(open_rule(page))
    assert "A01 Acknowledge" in said
    assert "A03 Check stock in every place" in said


def test_a_committee_says_for_which_kinds_its_pack_is(page):
    lower(page)
    page.open_tab("Try and adopt")
    assert page.trial.kinds["pcn"].isHidden(), "others make packs for themselves"
    page.trial.show_board(replace(page.board, own_kind=OrganisationKind.COMMITTEE))
    assert page.trial.kinds["pcn"].isVisible()
    page.trial.kinds["pcn"].click()
    page.trial.kinds["gp-practice"].click()
    page.trial.name.setText("Rules of the area")
    page.trial.keep_head.click()
    assert page.board.draft.made_for == (OrganisationKind.GP_PRACTICE, OrganisationKind.PCN)
    assert page.board.draft.name == "Rules of the area"


def test_nothing_different_is_said(page):
    form = open_rule(page)
    form.save.click()
    assert "Nothing is different" in form.wrong.text()


def test_keys_save_and_close_a_rule(page, qtbot):
    form = open_rule(page)
    choose(form, OWN, "amber")
    form.why.setText("Because.")
    qtbot.keyClick(form.why, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.board.has_draft
    form = open_rule(page)
    qtbot.keyClick(form.why, Qt.Key.Key_Escape)
    assert page.rules.form is None
    assert page.window().focusWidget() is page.rules.table


def test_a_rule_of_ones_own(page):
    page.rules.new.click()
    form = page.rules.form
    form.fields["name"].editor.setText("Insulin pens")
    form.save.click()
    assert form.fields["reason"].wrong.text() == "The text is empty."
    form.fields["reason"].editor.setPlainText("People use these pens at home.")
    form.save.click()
    assert form.fields["when.families"].wrong.text(), "a rule names at least one kind of notice"
    form.fields["when.families"].editor.setText("device-safety-information")
    form.fields["when.says"].editor.setPlainText(r"\binsulin pens?\b")
    form.reason.setPlainText("Many people here use them.")
    form.save.click()
    assert page.rules.form is None, texts(form)
    own = next(line for line in page.board.rules if line.is_own)
    assert (own.id, own.now.name, own.local) == ("L01", "Insulin pens", "yours")
    assert own.now.when.says == [r"\binsulin pens?\b"]
    form = open_rule(page, "L01")
    choose(form, OWN, "red")
    form.save.click()
    own = next(line for line in page.board.rules if line.is_own)
    assert own.now.priority[OrganisationKind.DISPENSING_PRACTICE] == "red"
    open_rule(page, "L01").remove.click()
    assert page.board.draft.is_empty


def test_actions_are_worded_and_added(page):
    page.open_tab("Actions")
    line = next(one for one in page.board.actions if one.code == "A12")
    page.actions.open(line)
    page.actions.form.fields["text"].editor.setPlainText("Tell the team in the morning huddle")
    page.actions.form.save.click()
    assert next(one for one in page.board.actions if one.code == "A12").local == "changed"
    page.actions.new.click()
    form = page.actions.form
    form.fields["name"].editor.setText("Tell the care homes")
    form.save.click()
    assert form.wrong.text() or form.fields["text"].wrong.text(), "an action without a text"
    form.fields["text"].editor.setPlainText("Telephone the care homes about {product}")
    form.save.click()
    own = next(one for one in page.board.actions if one.shipped is None)
    assert (own.code, own.now.name, own.now.required) == ("LA01", "Tell the care homes", False)
    page.actions.open(own)
    page.actions.form.remove.click()
    assert all(one.shipped is not None for one in page.board.actions)


def test_places_reasons_and_letters(page):
    page.open_tab("Places, reasons, letters")
    places, reasons, letters = page.lists.places, page.lists.reasons, page.lists.letters
    places.list.setPlainText("Dispensary\nDispensary")
    places.save.click()
    assert "each once" in places.fields["places"].wrong.text()
    places.list.setPlainText("Dispensary\nGarage fridge")
    places.save.click()
    kind = OrganisationKind.DISPENSING_PRACTICE
    assert page.board.draft.places[kind] == ("Dispensary", "Garage fridge")
    reasons.code.setText("Closed Formulary")
    reasons.words.setText("Not on our closed formulary")
    reasons.save.click()
    assert reasons.fields["code"].wrong.text()
    reasons.code.setText("closed-formulary")
    reasons.save.click()
    assert [one.code for one in page.board.draft.reasons] == ["closed-formulary"]
    letters.text.setPlainText("Please telephone us.")
    letters.save.click()
    assert "{advice}" in letters.fields["text"].wrong.text()
    letters.text.setPlainText("Please telephone us. {advice}")
    letters.save.click()
    assert page.board.draft.letters
    assert letters.shipped.text(), "the shipped text stays beside it"
    for button in (letters.reset, places.reset, reasons.buttons["closed-formulary"]):
        button.click()
    assert page.board.draft.is_empty


def test_the_whole_way_dry_run_adopt_withdraw(page, window: MainWindow):
    desk = window.session.desk
    page.open_tab("Try and adopt")
    trial = page.trial
    assert not trial.run.isEnabled()
    assert not trial.adopt.isEnabled()
    raise_class_4(page)
    assert trial.run.isEnabled()
    assert not trial.adopt.isEnabled(), "a dry run comes first"
    trial.start()
    assert trial.seen is not None
    assert "would have come out differently" in trial.result.text()
    assert trial.rows_model.rowCount() == len(trial.seen.rows) > 0
    assert trial.adopt.isEnabled()
    before = desk.record.head().size
    trial.adopt.click()
    assert trial.reason_field.wrong.text(), "adopting needs a reason"
    assert desk.record.head().size == before
    trial.reason.setText("Agreed by the partners.")
    trial.adopt.click()
    assert desk.record.head().size == before + 1
    assert page.force.text() == f"Rules {desk.knowledge.rules.version} are in force, with local changes."
    assert desk.knowledge.rules.version.endswith("+L1")
    assert "Agreed by the partners." in texts(page.packs)
    assert not trial.adopt.isEnabled()
    page.packs.withdraw.click()
    assert page.packs.reason_field.wrong.text()
    page.packs.reason.setText("Back to the shipped ones.")
    page.packs.withdraw.click()
    assert "as shipped" in page.force.text()
    assert len(page.board.adoptions) == 2


def test_open_alerts_are_decided_again_only_when_asked(page, window: MainWindow):
    desk = window.session.desk
    raise_class_4(page)
    page.trial.start()
    page.trial.reason.setText("Agreed.")
    page.trial.take()
    card = page.trial.open_alerts
    waiting = card.model.rowCount()
    assert waiting > 0
    keys = [card.model.row(at).key for at in range(waiting)]
    assert all(desk.views.alert(key).rag is not Priority.RED for key in keys)
    card.apply.click()
    assert card.field.wrong.text()
    card.reason.setText("So that the open ones are alike.")
    card.apply.click()
    assert all(desk.views.alert(key).rag is Priority.RED for key in keys)
    assert card.model.rowCount() == 0
    card.look_at()
    assert "Every open alert" in card.words.text()


def test_a_changed_draft_takes_the_dry_run_away(page):
    raise_class_4(page)
    page.trial.start()
    assert page.trial.seen is not None
    lower(page)
    assert page.trial.seen is None
    assert not page.trial.adopt.isEnabled()


def test_lowered_reds_stand_first_and_are_called_so(page, qtmodeltester):
    lower(page, "F02", "A trial.")
    lower(page, "F07", "A trial.")
    page.open_tab("Try and adopt")
    page.trial.start()
    lowered = [row for row in page.trial.seen.rows if row.is_lowered_red]
    assert lowered
    assert len(lowered) < len(page.trial.seen.rows)
    model: DryRunTable = page.trial.rows_model
    qtmodeltester.check(model)
    for at in range(len(lowered)):
        assert model.row(at).is_lowered_red
        assert model.index(at, DIFFERENT).data().startswith("LOWERED RED")
    assert page.trial.look_out.isVisible()
    assert "1 Red alert would have been lower." in page.trial.look_out.head.text()


def test_a_cancelled_dry_run_says_so_and_shows_nothing(page, monkeypatch: pytest.MonkeyPatch):
    raise_class_4(page)
    page.trying.began.connect(lambda _what: page.trying.cancel())
    page.trial.start()
    assert "stopped" in page.trial.wrong.text()
    assert page.trial.seen is None
    assert page.trial.progress.isHidden()
    assert not page.trying.is_running


def test_packs_are_exported_imported_and_compared(page, window: MainWindow, tmp_path: Path, monkeypatch):
    from msat.gui.views import tailoring_packs as module

    lower(page)
    file = tmp_path / "ours.msatrules"
    monkeypatch.setattr(module, "ask_where", lambda *_args: file)
    page.packs.export_draft.click()
    assert file.is_file()
    assert "signed" in page.packs.said.text()
    page.packs.export_draft.click()
    assert "already" in page.packs.said.text(), "a file that is there is never replaced"
    page.packs.compare_packs("shipped", str(file))
    assert page.packs.model.rowCount() == 1
    page.packs.compare_packs("draft", str(file))
    assert "same fields" in page.packs.differ.text()
    page.trial.dropped.emit()
    assert not page.board.has_draft
    page.packs.import_file(file)
    assert page.board.has_draft
    assert "now the draft" in page.packs.said.text()
    bad = tmp_path / "bad.msatrules"
    bad.write_text("format = 9", encoding="utf-8")
    page.packs.import_file(bad)
    assert "bad.msatrules" in page.packs.said.text()


def test_the_draft_is_written_as_text_and_mistakes_are_named(page):
    lower(page)
    text = page.packs.text.toPlainText()
    assert "F07" in text
    page.packs.text.setPlainText(text.replace("format = 1", "format = 7"))
    page.packs.save_text.click()
    assert page.packs.text_field.wrong.text()
    page.packs.text.setPlainText(text.replace("amber", "green"))
    page.packs.save_text.click()
    assert page.packs.text_field.wrong.text() == ""
    line = next(one for one in page.board.rules if one.id == "F07")
    assert line.now.priority[OrganisationKind.DISPENSING_PRACTICE] == "green"


def test_what_was_edited_by_hand_is_seen_on_coming_back(page, window: MainWindow):
    lower(page)
    from msat.services.tailor_drafts import draft_path

    path = draft_path(window.session.desk.places)
    path.write_text("format = = 1", encoding="utf-8")
    window.show_page("worklist")
    window.show_page("tailoring")
    assert page.problem.isVisible()
    assert "draft.msatrules" in page.problem.text.text()


def test_what_of_the_adopted_rules_cannot_hold_is_said(page, window: MainWindow):
    desk = window.session.desk
    said = "A local rule is not in force. There is no shipped rule F99. The shipped text holds."
    desk.learn(replace(desk.knowledge, problems=(said,)))
    page.reload()
    assert page.problem.isVisible()
    assert "F99" in page.problem.text.text()
    assert page.rules.model.rowCount() == len(desk.knowledge.rules.rules)


def test_another_size_of_text_measures_the_tables_anew(page):
    before = page.rules.table.height()
    look().set_zoom(150)
    assert page.rules.table.height() > before
    assert page.sheet.maximumWidth() == look().px(1500)


@pytest.mark.parametrize("tab", range(5))
def test_every_control_is_named_and_large_enough(page, window: MainWindow, tab: int):
    page.bar.setCurrentIndex(tab)
    if tab == 0:
        open_rule(page)
    if tab == 1:
        page.actions.new.click()
    assert unnamed(window) == []
    assert too_small(window) == []


def test_a_board_of_the_sample_is_quick_to_show(page, window: MainWindow):
    found = board(window.session.desk)
    page.show_board(found)
    model: RulesTable = page.rules.model
    assert model.rowCount() == len(found.rules)
    assert model.line(-1) is None
