"""The newsletter for several readers, what its source changed, previews, files, the clipboard, and marking as sent."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from msat.exports.newsletter_compose import field_text
from msat.gui.main_window import MainWindow
from msat.gui.newsletter_saving import KINDS, SavedFile
from msat.gui.views.newsletter_body import StaleNote
from msat.gui.views.newsletter_page import NewsletterPage
from msat.gui.views.source_text import open_address
from msat.projections.newsletter_draft import Edit
from msat.services import newsletter as service
from msat.services.newsletter_drafts import save_issue
from tests.gui.composing import CTRL, SHIFT, chosen, newsletter, on_disk, opened, passed, press, shown, written

ALL = ("prescribers", "community-pharmacies", "care-homes")


@pytest.fixture
def page(window: MainWindow) -> NewsletterPage:
    """An issue with every alert of the list, for all readers."""
    made = newsletter(window)
    chosen(made, *[line.key for line in made.picks.model.lines()])
    made.composer.describe("August 2026", "Some recalls.", ALL)
    passed(made)
    return made


def test_each_reader_is_told_what_the_rules_ask_of_it(page: NewsletterPage):
    assert list(page.head.readers) == list(ALL)
    first = page.items.order()[0]
    page.head.readers["care-homes"].click()
    passed(page)
    assert page.composer.audience == "care-homes"
    found = page.composer.writing.composed(page.items.order()[0], "care-homes")
    assert found.item.who == "Care homes"
    assert "As care homes will get it." in shown(page)
    assert first in page.items.cards


def test_words_of_one_reader_are_not_put_into_the_mouths_of_others(page: NewsletterPage):
    key = next(one for one in page.items.order() if "action" in page.composer.writing.differing[one])
    editor = written(page, key, "action", "Set it aside.")
    (edit,) = on_disk(page).item(key).edits
    assert edit.audience == "prescribers"
    assert "Your words, for prescribers only." in shown(page)
    page.head.readers["care-homes"].click()
    passed(page)
    assert editor.editor.toPlainText() != "Set it aside."
    page.head.readers["prescribers"].click()
    passed(page)
    editor.scope.click()
    passed(page)
    assert on_disk(page).item(key).edits[0].audience == ""
    page.head.readers["care-homes"].click()
    passed(page)
    assert editor.editor.toPlainText() == "Set it aside."


def test_words_still_being_typed_stay_with_their_issue_and_readers(page: NewsletterPage):
    key = next(one for one in page.items.order() if "action" in page.composer.writing.differing[one])
    opened(page, key, "action").editor.setPlainText("Set it aside.")
    page.head.readers["care-homes"].click()
    passed(page)
    assert [(one.text, one.audience) for one in on_disk(page).item(key).edits] == [("Set it aside.", "prescribers")]
    opened(page, key, "why").editor.setPlainText("Typed a moment ago.")
    first = page.composer.issue.id
    other = service.new_issue(page.session.desk, "Another", refs=[key])
    page.composer.open(other.id)
    passed(page)
    assert on_disk(page) == other
    page.composer.open(first)
    passed(page)
    assert "Typed a moment ago." in [one.text for one in on_disk(page).item(key).edits]


def test_an_item_can_be_for_some_readers_only_and_is_then_shown_apart(page: NewsletterPage):
    key = page.items.order()[0]
    opened(page, key)
    body = page.items.cards[key].body
    body.readers["care-homes"].click()
    passed(page)
    assert "care-homes" not in on_disk(page).item(key).audiences
    page.head.readers["care-homes"].click()
    passed(page)
    last = page.composer.sections()[-1]
    assert last.left_out
    assert key in last.keys
    assert "Not for these readers" in shown(page)
    body.usual.click()
    passed(page)
    assert on_disk(page).item(key).audiences == ()


@pytest.fixture
def changed(page: NewsletterPage) -> str:
    """The key of an item that was worded before its source changed."""
    key = page.items.order()[0]
    item = page.composer.issue.item(key)
    edit = Edit("why", "Tablets may be mixed up.", "What the program wrote.", "an older version")
    made = replace(page.composer.issue, items=tuple(replace(one, edits=(edit,)) if one is item else one for one in
                                                    page.composer.issue.items))  # fmt: skip
    save_issue(page.session.desk.places, made)
    page.composer.open(made.id)
    passed(page)
    page.items.open_item(key, True)
    passed(page)
    return key


def test_a_source_that_changed_is_told_with_both_wordings(page: NewsletterPage, changed: str):
    assert "The source has changed since you edited" in page.items.cards[changed].note.text()
    said = shown(page)
    assert "The source has changed since you edited: Why" in said
    assert "Yours: Tablets may be mixed up." in said
    assert "The program wrote then: What the program wrote." in said
    assert "The program writes now:" in said
    note = page.items.cards[changed].findChild(StaleNote)
    note.keep.click()
    passed(page)
    (edit,) = on_disk(page).item(changed).edits
    assert edit.version == page.composer.writing.versions[changed]
    assert edit.text == "Tablets may be mixed up."
    assert "The source has changed" not in shown(page)


def test_the_new_words_can_be_taken_and_that_undone(page: NewsletterPage, changed: str):
    page.items.cards[changed].findChild(StaleNote).take.click()
    passed(page)
    assert on_disk(page).item(changed).edits == ()
    own = field_text(page.composer.writing.own(changed, "prescribers"), "why")
    assert page.items.cards[changed].body.fields["why"].editor.toPlainText() == own
    page.undo_change()
    passed(page)
    assert on_disk(page).item(changed).edits[0].version == "an older version"


def test_every_form_is_shown_as_it_will_be_exported(page: NewsletterPage):
    key = page.items.order()[0]
    written(page, key, "headline", "Recall of one batch only")
    for form in ("email", "word", "text"):
        page.preview.show_form(form)
        passed(page)
        assert "Recall of one batch only" in page.preview.text.toPlainText()
        assert "Some recalls." in page.preview.text.toPlainText()
    assert page.preview.text.openLinks() is False
    assert not open_address("file:///etc/passwd")


def test_the_house_style_is_chosen_and_kept(page: NewsletterPage, tmp_path: Path, monkeypatch):
    folder = tmp_path / "our look"
    folder.mkdir()
    (folder / "house.toml").write_text('header = "From our own team"\n', encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    page.preview._style_chosen("choose")
    passed(page)
    assert page.preview.style_box.currentText() == "House style: our look"
    assert "From our own team" in page.preview.text.toPlainText()
    (folder / "house.toml").write_text("header = 1\n", encoding="utf-8")
    page.composer.look_over()
    page.preview.render()
    assert "one line of at most" in shown(page)
    page.preview._style_chosen("own")
    passed(page)
    assert "From our own team" not in page.preview.text.toPlainText()


@pytest.mark.parametrize("form", list(KINDS))
def test_each_form_is_saved_where_a_person_says(page: NewsletterPage, form: str, tmp_path: Path, monkeypatch):
    asked: list[str] = []

    def where(_parent, title: str, name: str, _kinds: str) -> tuple[str, str]:
        asked.append(title)
        return str(tmp_path / Path(name).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", where)
    page.save_as(form)
    if form == "email":
        page.panel.to.setText("team@example.org")
        page.panel.submit()
    (made,) = tmp_path.glob("*prescribers*")
    assert made.stat().st_size > 500
    assert str(tmp_path) in page.notices.notice.head.text()
    assert page.notices.notice.button.text() == "Open folder"
    assert asked[0].startswith("Save the issue as")
    assert page.saving.saved == [SavedFile(made, "prescribers", form)]
    if form == "email":
        assert b"To: team@example.org" in made.read_bytes()


def test_all_forms_for_all_readers_go_into_a_folder(page: NewsletterPage, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    page.save_all()
    assert len(list(tmp_path.glob("*-2026-*"))) == 15
    assert all(one.path.is_file() for one in page.saving.saved)
    readers = "prescribers, community pharmacies, care homes"
    said = f"Saved 15 files: every form, for {readers}. They are in {tmp_path}."
    assert page.notices.notice.head.text() == said
    page.ask_sent()
    panel = page.panel
    assert [box.text() for box in panel.forms_of.values()] == [KINDS[form][0] for form in KINDS]
    assert panel.files_of() == {}  # of several forms, somebody says which went out
    assert "The program keeps the texts itself." in panel.files_said.text()
    for box in panel.forms_of.values():
        box.setChecked(True)
    assert "and 12 more files are recorded with it." in panel.files_said.text()


def test_a_disk_that_is_full_is_said_in_a_sentence(page: NewsletterPage, tmp_path: Path, monkeypatch):
    from msat.services import file_set

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "issue.docx"), ""))
    monkeypatch.setattr(file_set, "_write", full)
    page.save_as("word")
    said = page.notices.notice.text.text()
    assert "free space" in said.casefold()
    assert "Errno" not in said
    assert list(tmp_path.glob("*.docx")) == []
    assert page.foot.working.isHidden()
    assert on_disk(page).title == "August 2026"


def test_the_clipboard_holds_three_forms_of_what_is_shown(window: MainWindow, page: NewsletterPage):
    page.head.readers["care-homes"].click()
    passed(page)
    press(window, Qt.Key.Key_C, CTRL | SHIFT)
    data = QGuiApplication.clipboard().mimeData()
    for text in (data.text(), data.html(), bytes(data.data("text/markdown")).decode("utf-8")):
        assert "Care homes" in text
        assert "August 2026" in text
    assert "for care homes" in window.notices.notice.head.text()


def test_an_address_that_is_none_is_said(page: NewsletterPage, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "issue.eml"), ""))
    page.save_as("email")
    page.panel.to.setText("nobody at all")
    page.panel.submit()
    assert "nobody at all" in page.notices.notice.text.text()
    assert not (tmp_path / "issue.eml").exists()
    page.save_as("email")
    assert page.panel.to.text() == "nobody at all"  # to be mended, not typed again


def test_an_issue_is_marked_as_sent_to_each_reader(window: MainWindow, page: NewsletterPage):
    size = page.session.desk.record.head().size
    press(window, Qt.Key.Key_S, CTRL | SHIFT)
    panel = page.panel
    assert panel.title.text() == "Mark as sent"
    assert "MSAT sends nothing itself." in shown(page)
    panel.boxes_of["care-homes"].setChecked(False)
    press(window, Qt.Key.Key_Return, CTRL)
    assert page.panel is None
    entries = list(page.session.desk.record.entries())[size:]
    assert [entry.type for entry in entries] == ["newsletter.issue_sent"] * 2
    assert [entry.data["audiences"] for entry in entries] == [["prescribers"], ["community pharmacies"]]
    assert b"Demo Pharmacist" in entries[0].header + (entries[0].body or b"")
    assert set(page.composer.issue.told) == {"prescribers", "community-pharmacies"}
    assert "Sent to these readers: read only" in page.head.state.text()
    assert page.head.readers["prescribers"].text() == "Prescribers: sent"
    assert {card.edit.text() for card in page.items.cards.values()} == {"Read"}
    assert not page.composer.can_write
    key = page.items.order()[0]
    assert opened(page, key).editor.isReadOnly()
    page.picks.toggle(key)
    assert "What prescribers were sent is not changed any more." in window.notices.notice.head.text()
    assert page.head.sent.isEnabled()  # care homes are still to be told
    page.preview.show_form("text")
    assert "the record keeps this text" in page.preview.note.text()
    assert "August 2026".upper() in page.preview.text.toPlainText()
    page.preview.show_form("word")  # the record keeps none: the e-mail stands in its place
    assert page.preview.forms["email"].isChecked()
    assert not page.preview.forms["word"].isEnabled()
    assert "the record keeps this text" in page.preview.note.text()
    see_other = page.head.readers["care-homes"]
    see_other.click()
    passed(page)
    assert page.preview.forms["word"].isChecked()
    assert page.preview.forms["word"].isEnabled()
    page.preview.show_form("email")
    page.ask_new()
    page.panel.submit()
    passed(page)
    (used, *_more) = [line for line in page.picks.model.lines() if line.dim]
    assert "told in August 2026" in used.meta
    assert "to community pharmacies, prescribers" in used.meta


def test_an_issue_whose_draft_is_gone_is_shown_from_the_record(page: NewsletterPage):
    page.ask_sent()
    page.panel.submit()
    passed(page)
    desk = page.session.desk
    for path in desk.places.newsletters.iterdir():
        path.unlink()
    page.composer.open()
    page.show_left("issues")
    lines = page.issues.model.lines()
    assert [line.title for line in lines if line.heading] == ["In the record only"]
    assert "written elsewhere" in lines[1].meta
    page.issues.open_key(lines[1].key)
    assert "the record keeps this text" in page.preview.note.text()
    assert "Red: act now" in page.preview.text.toPlainText()


def test_what_is_to_be_mended_stops_the_sending_unless_it_has_gone_out(page: NewsletterPage):
    key = page.items.order()[0]
    written(page, key, "why", "Please be aware of this.")
    page.ask_sent()
    panel = page.panel
    assert "is to be mended first" in panel.findings.text()
    panel.submit()
    assert "Mend what was found" in panel.wrong.text()
    assert page.panel is panel
    panel.anyway.setChecked(True)
    panel.submit()
    passed(page)
    assert page.panel is None
    last = list(page.session.desk.record.entries())[-1]
    assert last.data["remarks"] == ["be-aware"]


def test_a_panel_without_readers_says_so_and_keeps_what_was_typed(page: NewsletterPage):
    page.ask_details()
    panel = page.panel
    panel.name.setText("A new title")
    for box in panel.boxes_of.values():
        box.setChecked(False)
    panel.submit()
    assert "No readers are chosen." in panel.wrong.text()
    panel.boxes_of["care-homes"].setChecked(True)
    panel.submit()
    passed(page)
    assert on_disk(page).title == "A new title"
    assert page.composer.audience == "care-homes"
    page.undo_change()
    passed(page)
    assert on_disk(page).audiences == ALL
