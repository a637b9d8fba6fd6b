"""The window as a whole: what it shows when things go well, badly, slowly or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem

from msat.errors import Cancelled, NotRecorded, RecordProblem, Refused
from msat.gui import deeds
from msat.gui.checking import Checker, outcome_words
from msat.gui.main_window import MainWindow
from msat.gui.models.worklist import Role
from msat.gui.session import Session, Unexpected
from msat.gui.standing import Standing
from msat.gui.tasks import Background
from msat.gui.theme import look
from msat.gui.views.action_card import DoneCard
from msat.gui.views.worklist_delegate import lay_out
from msat.ids import SourceId
from msat.projections.alert_state import Status
from msat.projections.ports import SourceHealth
from msat.services.refresh import SourceResult
from msat.triage.model import Priority
from tests.gui.conftest import settle


def test_the_most_pressing_alert_is_chosen_with_its_reason_and_actions(window: MainWindow):
    pane = window.worklist.alert
    assert pane.state is not None
    assert pane.state.rag is Priority.RED
    assert pane.callout.head.text().startswith("Red: act now.")
    assert pane.callout.why.text().startswith("Why: ")
    assert len(pane.cards) == len(pane.state.actions) > 0
    assert window.rail.buttons["worklist"].accessibleName().startswith("Worklist, ")


def test_every_reason_shows_its_words_rule_and_review(window: MainWindow):
    pane = window.worklist.alert
    pane.callout.toggle.click()
    said = [label.text() for label in pane.callout.reasons.findChildren(type(pane.callout.head))]
    assert any(text.startswith("“") for text in said)
    assert any("not yet reviewed by a pharmacist" in text for text in said)
    assert any(text.startswith("Rules version ") for text in said)


def test_search_and_filters_ask_the_views(window: MainWindow):
    pane = window.worklist.list_pane
    pane.search.setText("meropenem")
    settle(window)
    assert all("meropenem" in row.title.lower() for row in pane.model.rows())
    pane.clear_filters()
    pane.chips[Priority.RED].click()
    assert {row.rag for row in pane.model.rows()} == {Priority.RED}
    pane.chips[Priority.AMBER].click()
    assert {row.rag for row in pane.model.rows()} == {Priority.AMBER}
    pane.chips[Priority.AMBER].click()
    assert not pane.is_filtered


def test_a_filter_that_hides_everything_says_so(window: MainWindow):
    pane = window.worklist.list_pane
    pane.chips[Priority.GREEN].click()
    pane.search.setText("nothing like this")
    settle(window)
    assert pane.nothing.head.text() == "No open alerts match Green + “nothing like this”."
    assert pane.nothing.button.isVisible()
    pane.nothing.button.click()
    assert pane.model.rowCount() > 0


@pytest.mark.parametrize("width", [280, 400, 900])
@pytest.mark.parametrize("zoom", [100, 200])
def test_no_title_is_ever_cut(window: MainWindow, width: int, zoom: int):
    look().zoom = zoom
    look().apply()
    view = window.worklist.list_pane.list
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, width, 0)
    delegate = view.itemDelegate()
    for row in window.worklist.list_pane.model.rows():
        index = window.worklist.list_pane.model.index_of(row.key)
        at = delegate._measure(row, QRect(0, 0, width, 10_000), index)
        font = look().font("body", strong=row.status is Status.NOT_ACKNOWLEDGED)
        laid = lay_out(row.title, font, at.text.width())
        assert laid.boundingRect().height() <= at.title
        assert max(laid.lineAt(n).naturalTextWidth() for n in range(laid.lineCount())) <= at.text.width()
        shown = [laid.lineAt(n).textStart() for n in range(laid.lineCount())]
        last = laid.lineAt(laid.lineCount() - 1)
        assert shown[0] == 0
        assert last.textStart() + last.textLength() == len(row.title)
        assert at.height >= at.title + at.meta
        due = delegate._due(row, window.worklist.list_pane.model.now)
        strong = QFontMetrics(look().font("meta", strong=True))
        lines = max(1, ceil(at.due / strong.height()))
        assert strong.horizontalAdvance(due) <= lines * at.text.width(), "a date that loses its year is another date"
        assert at.stacked or at.due == 0


def test_all_alerts_include_the_done(window: MainWindow):
    window.show_page("alerts")
    assert Status.DONE in {row.status for row in window.pages["alerts"].list_pane.model.rows()}
    assert Status.DONE not in {row.status for row in window.worklist.list_pane.model.rows()}


def test_a_failed_disk_keeps_what_was_typed_and_says_what_to_do(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    pane = window.worklist.alert
    card = next(card for card in pane.cards if isinstance(card, DoneCard))
    card.rest.note.setText("told at the morning meeting")
    card.rest.note.textEdited.emit("told at the morning meeting")

    def full(*_args: object, **_more: object):
        def do(_desk, _person):
            raise NotRecorded("The disk is full.", "Free space, then save again.")

        return do

    monkeypatch.setattr(deeds, "answer", full)
    card.give("yes")
    assert card.wrong.isVisible() or not card.wrong.isHidden()
    assert card.wrong.text() == "The disk is full. Free space, then save again."
    assert card.rest.note.text() == "told at the morning meeting"
    pane.save_drafts()
    assert window.session.drafts.text(card.alert, f"{card.code}/note") == "told at the morning meeting"


def test_a_draft_is_there_again_after_a_crash_and_gone_after_recording(window: MainWindow):
    pane = window.worklist.alert
    card = next(card for card in pane.cards if isinstance(card, DoneCard))
    key, field = card.alert, f"{card.code}/note"
    pane.keep_draft(field, "half a sent")
    pane.save_drafts()
    other = next(row.key for row in window.worklist.list_pane.model.rows() if str(row.key) != key)
    window.worklist.list_pane.show_key(other)
    settle(window)
    window.worklist.list_pane.show_key(key)
    settle(window)
    again = next(card for card in pane.cards if isinstance(card, DoneCard))
    assert again.rest.note.text() == "half a sent"
    again.give("yes")
    assert window.session.drafts.text(key, field) == ""


def test_an_answer_leaves_the_scroll_and_the_focus_where_they_were(window: MainWindow):
    pane = window.worklist.alert
    cards = [id(card) for card in pane.cards]
    card = next(card for card in pane.cards if isinstance(card, DoneCard))
    card.open_up()
    button = card.buttons["nil"]
    button.setFocus()
    QApplication.processEvents()  # the focus came from the list: the alert scrolls to it once
    where = pane.scroll.verticalScrollBar().value()
    button.click()
    settle(window)
    QApplication.processEvents()
    assert [id(card) for card in pane.cards] == cards
    assert button.hasFocus()
    assert pane.scroll.verticalScrollBar().value() == where
    assert "Entry" in window.status.recorded.text()


def test_without_a_person_a_deed_asks_and_then_goes_on(window: MainWindow):
    window.session.remember_person("", "")
    pane = window.worklist.alert
    pane.answer_number(1)
    assert pane.state.acknowledged is None
    panel = window.panel_place.itemAt(0).widget().widget()
    panel.submit()
    assert panel.wrong.text() == "A name and a role are needed."
    panel.who.name.setText("A. Patel")
    panel.who.role.setCurrentText("Practice pharmacist")
    panel.submit()
    assert pane.state.acknowledged.by == "A. Patel"
    assert window.rail.person.accessibleName() == "A. Patel"


def test_does_not_apply_on_a_red_waits_for_a_second_person(window: MainWindow):
    pane = window.worklist.alert
    key = str(pane.state.key)
    pane.open_not_applicable()
    card = pane.cards[1]
    card._record()
    assert "Choose the reason" in card.wrong.text(), "a reason that stands there by itself is nobody's"
    assert window.session.desk.views.alert(key).applicability is None
    card.reason.setCurrentIndex(1)
    card._record()
    assert window.session.desk.views.alert(key).needs_second
    pane.show_key(key)
    assert not card.confirm.isHidden()
    card.confirm.click()
    pane.panel.who.name.setText("Dr B. Other")
    pane.panel.who.role.setCurrentText("GP")
    pane.panel.submit()
    state = window.session.desk.views.alert(key)
    assert state.applicability.confirmed.by == "Dr B. Other"
    assert not state.is_open


def test_an_entry_is_corrected_from_the_history(window: MainWindow):
    pane = window.worklist.alert
    key = str(pane.state.key)
    pane.answer_number(1)
    line = next(h for h in pane.state.history if h.type == "alert.acknowledged")
    pane.tabs.history.correct.emit(line)
    assert pane.panel is not None
    pane.panel.editors["note"].setText("seen at 09:00")
    pane.panel.submit()
    assert pane.panel is not None, "a reason is missing, so it stays open"
    pane.panel.reason.setText("The note was left out.")
    pane.panel.submit()
    assert pane.panel is None
    struck = next(h for h in window.session.desk.views.alert(key).history if h.seq == line.seq)
    assert struck.struck


@pytest.mark.parametrize(
    ("width", "narrow_rail", "one_pane"), [(1280, False, False), (1093, True, False), (800, True, True)]
)
def test_the_window_fits_its_width(window: MainWindow, width: int, narrow_rail: bool, one_pane: bool):
    window.resize(width, 614)
    settle(window)
    assert (window.width(), window.height()) == (width, 614)
    assert window.rail.is_narrow is narrow_rail
    assert window.worklist.is_narrow is one_pane


def test_200_per_cent_fits_1093_by_614(window: MainWindow):
    window.resize(1093, 614)
    for _ in range(10):
        window.zoom(1)
    settle(window)
    assert look().zoom == 200
    assert window.width() == 1093
    assert window.height() == 614
    for button in window.rail.buttons.values():
        assert button.mapTo(window, button.rect().bottomLeft()).y() <= 614
    window.zoom(0)
    assert look().zoom == 100


def test_dark_and_light_are_kept(window: MainWindow):
    window.toggle_look()
    assert look().is_dark
    assert window.session.settings.text("appearance") == "dark"
    window.toggle_look()
    assert not look().is_dark


def test_the_newsletter_goes_to_the_clipboard_in_three_forms(window: MainWindow):
    window.outputs.copy_newsletter()
    data = QGuiApplication.clipboard().mimeData()
    title = window.worklist.list_pane.list.currentIndex().data(Role.ROW).reference
    assert title in data.text()
    assert title in data.html()
    assert title in bytes(data.data("text/markdown")).decode("utf-8")


def test_the_records_page_says_what_was_checked(window: MainWindow, tmp_path: Path):
    window.show_page("records")
    page = window.pages["records"]
    page.check_all()
    said = " ".join(label.text() for label in page.findChildren(type(page.head)))
    assert "Verified: the record." in said
    assert "It does not prove that the work was done" in said
    strange = tmp_path / "strange.pdf"
    strange.write_bytes(b"not a pdf")
    page.check_files([strange])
    settle(window)
    said = " ".join(label.text() for label in page.findChildren(type(page.head)) if label.isVisible())
    assert "No evidence: strange.pdf." in said
    assert "Verified: the record." not in said


def test_an_export_is_saved_and_can_be_checked(window: MainWindow, tmp_path: Path):
    from msat.gui.saving import newsletter_maker, save

    window.show_page("records")
    page = window.pages["records"]
    today = window.session.now().date()
    target = tmp_path / "log.xlsx"
    window.outputs.export_log()
    page.papers.first.setDate(today.replace(month=1, day=1))
    page.papers.write(target)
    assert target.is_file()
    assert "Saved" in window.notices.notice.head.text()
    page.check_files([target])
    said = " ".join(label.text() for label in page.findChildren(type(page.head)))
    assert "Verified: log.xlsx." in said
    key = str(window.worklist.alert.state.key)
    save(window.session, window.notices, window, tmp_path / "n.html", newsletter_maker([key]))
    assert (tmp_path / "n.html").is_file()


def test_a_record_that_cannot_be_opened_is_said_in_words(qtbot, session: Session):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()

    def opener():
        raise RecordProblem("The record is locked by another program.", "Close it, then open MSAT again.")

    session.open(opener)
    assert "The record is locked by another program." in window.status.health.text()
    assert "Close it" in window.worklist.alert.hint.text()
    assert window.notices.isVisible()


def test_bugs_are_logged_and_said_without_a_traceback(session: Session, caplog: pytest.LogCaptureFixture):
    said = session.as_trouble(ValueError("inner words"))
    assert isinstance(said, Unexpected)
    assert "inner words" not in str(said)
    assert "inner words" in caplog.text
    refused = Refused("No.", "")
    assert session.as_trouble(refused) is refused


def test_a_check_shows_progress_and_its_outcome(qtbot, window: MainWindow):
    def check(desk, person, progress, unasked):
        assert not unasked
        progress("GOV.UK alerts", 3, 10)
        return [SourceResult(SourceId("govuk-alerts"), "GOV.UK alerts", new=2)]

    checker = Checker(window.session, window, check)
    seen: list[tuple[str, int, int]] = []
    checker.progressed.connect(lambda *step: seen.append(step))
    with qtbot.waitSignal(checker.finished) as finished:
        checker.start()
    assert seen == [("GOV.UK alerts", 3, 10)]
    assert outcome_words(finished.args[0]) == ("2 new notices.", True)
    assert not checker.is_running


def test_a_failed_source_is_never_nothing_new_alone():
    failed = SourceResult(SourceId("x"), "MHRA", status="failed", error="It did not answer for 20 seconds.")
    said, well = outcome_words([failed])
    assert not well
    assert said == "No source could be read. MHRA: It did not answer for 20 seconds."
    both, well = outcome_words([failed, SourceResult(SourceId("y"), "NHS England")])
    assert not well
    assert both.startswith("Nothing new from 1 source. MHRA: It did not")
    assert outcome_words([]) == ("No source is on, so nothing was checked.", False)


def test_a_check_can_be_cancelled(qtbot, window: MainWindow):
    import threading

    begun = threading.Event()

    def check(desk, person, progress, unasked):
        assert not unasked
        begun.set()
        for step in range(10_000):
            progress("page", step, 10_000)
            begun.wait(0.001)
            threading.Event().wait(0.001)
        return []

    background = Background(window)
    window.session.runner, instant = background, window.session.runner
    checker = Checker(window.session, window, check)
    checker.start()
    qtbot.waitUntil(begun.is_set)
    with qtbot.waitSignal(checker.stopped) as stopped:
        checker.cancel()
    assert isinstance(stopped.args[0], Cancelled)
    assert background.close()
    window.session.runner = instant


def test_due_sources_are_checked_by_themselves_and_quietly(window: MainWindow):
    checks: list[bool] = []

    def check(desk, person, progress, unasked):
        checks.append(unasked)
        return [SourceResult(SourceId("govuk-alerts"), "GOV.UK alerts")]

    window.checker._check = check
    window.ask_health()
    assert checks == [], "the sample never goes out by itself"
    window.watch.by_itself = True
    source = replace(window.health[0], every_minutes=0)
    window.notices.hide()
    window.watch.show(Standing([source], 1, 0))
    assert checks == [], "no oftener than the settings say"
    an_hour_ago = window.session.now() - timedelta(minutes=61)
    source = replace(source, known=replace(source.known, last_tried=an_hour_ago))
    window.watch.show(Standing([source], 1, 0))
    assert checks == [True]
    assert window.notices.isHidden()
    window.checker.start()
    assert window.notices.notice.head.text() == "Nothing new from 1 source."


def test_a_silent_source_puts_a_banner_over_the_list(window: MainWindow):
    never = replace(window.health[0], known=SourceHealth(SourceId("govuk-alerts")))
    window.watch.show(Standing([never], 1, 0))
    assert window.worklist.banner.isVisible()
    assert window.worklist.banner.head.text() == "No source has been checked yet."
    window.ask_health()
    assert not window.worklist.banner.isVisible()
