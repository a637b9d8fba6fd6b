"""Decisions and minutes in the window: owner and day, the agenda, marking as done, taking that back, the minutes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.exports.checking import Outcome, check_file
from msat.gui.main_window import MainWindow
from msat.gui.pieces import KeyButton
from msat.gui.views.meeting_panels import DonePanel, MinutesPanel
from msat.gui.views.oversight_page import OversightPage
from msat.services.desk import Person
from msat.services.discuss import discuss
from msat.services.hold_meeting import known_meetings
from msat.services.list_decisions import list_decisions
from tests.gui.test_oversight_page import keyed, made, page, texts, window

__all__ = ["keyed", "made", "page", "window"]
LEAD = Person("Demo Pharmacist", "Medicines safety pharmacist")


def panel_of(page: OversightPage):
    return page.panel.itemAt(0).widget()


def decided(page: OversightPage, at: int = 0, **more: object) -> str:
    """Records a decision about an alert of the board, held long ago; returns the alert's key."""
    desk = page.session.desk
    key = str(sorted(page.shown_now.own)[at])
    met = {"outcome": "Write to the two practices.", "owner": "Safety lead", "due": date(2026, 10, 9)} | more
    changes = discuss(desk, key, "Safety committee", date(2026, 10, 1), LEAD, **met)  # type: ignore[arg-type]
    page.session.changes.happened.emit(changes)
    return key


def test_a_decision_gets_an_owner_and_a_day(page: OversightPage, window: MainWindow) -> None:
    item = next(one for one in page.agenda.items if one.key)
    page.decide(str(item.key))
    panel = panel_of(page)
    panel.meeting.setText("Safety committee")
    panel.outcome.setText("Write to the two practices.")
    panel.due.setDate(QDate(2026, 12, 10))
    assert panel.has_due.isChecked(), "who changes the day means it"
    panel.submit()
    assert "Name an owner" in panel.wrong.text()
    panel.owner.setText("Safety lead")
    panel.submit()
    (met,) = window.session.desk.views.alert(item.key).discussed
    assert (met.owner, met.due) == ("Safety lead", "2026-12-10")
    assert page.panel.count() == 0
    assert [one.met.owner for one in page.decisions.decisions] == ["Safety lead"]
    assert "1 decision is open." in texts(page)


def test_what_is_overdue_is_on_the_agenda_without_a_priority(page: OversightPage) -> None:
    assert all(one.decision is None for one in page.agenda.items)
    key = decided(page)
    first = page.agenda.items[0]
    assert first.decision is not None
    assert (str(first.key), first.late) == (key, "Owner: Safety lead.")
    assert first.words.startswith("Overdue by ")
    decided(page, at=1, due=date(2027, 1, 8))
    assert sum(one.decision is not None for one in page.agenda.items) == 1
    assert [one.met.due for one in page.decisions.decisions] == ["2026-10-09", "2027-01-08"]


def test_it_is_marked_as_done_from_the_agenda(keyed: OversightPage) -> None:
    decided(keyed)
    button = next(one for one in keyed.agenda.findChildren(KeyButton) if one.text() == "Mark as done")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    panel = panel_of(keyed)
    assert isinstance(panel, DonePanel)
    assert QApplication.focusWidget() is panel.note
    assert "Write to the two practices." in panel.intro.text()
    QTest.keyClicks(panel.note, "All wrote back.")
    QTest.keyClick(panel.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert keyed.decisions.decisions == ()
    assert all(one.decision is None for one in keyed.agenda.items)
    assert list_decisions(keyed.session.desk) == [] or keyed.session.grace.waiting


@pytest.mark.usefixtures("with_grace")
def test_done_waits_a_moment_and_is_taken_back(keyed: OversightPage, window: MainWindow) -> None:
    key = decided(keyed)
    size = window.session.desk.record.head().size
    keyed.mark_done(key, keyed.decisions.decisions[0].id)
    panel = panel_of(keyed)
    panel.note.setText("All wrote back.")
    panel.submit()
    assert window.session.desk.record.head().size == size, "nothing is recorded yet"
    assert len(window.session.grace.waiting) == 1
    assert keyed.decisions.decisions == (), "it is shown as it will be"
    window.session.grace.undo()
    assert [str(one.key) for one in keyed.decisions.decisions] == [key]
    assert window.session.desk.record.head().size == size


def test_a_refused_day_keeps_what_was_typed(keyed: OversightPage) -> None:
    key = decided(keyed)
    keyed.mark_done(key, keyed.decisions.decisions[0].id)
    panel = panel_of(keyed)
    panel.note.setText("Early.")
    panel.when.setDate(QDate(2026, 9, 1))
    panel.submit()
    assert panel.wrong.text()
    assert panel.note.text() == "Early."
    QTest.keyClick(panel.note, Qt.Key.Key_Escape)
    assert keyed.panel.count() == 0


def test_minutes_from_the_key_to_the_file(keyed: OversightPage, window: MainWindow, tmp_path: Path) -> None:
    key = decided(keyed, minute="4.2")
    keyed.period.setFocus()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(keyed.period, Qt.Key.Key_M, modifiers)
    panel = panel_of(keyed)
    assert isinstance(panel, MinutesPanel)
    assert panel.which.currentText().startswith("Safety committee, ")
    assert not panel.name.isEnabled()
    panel.submit()
    assert "Who was at the meeting" in panel.wrong.text()
    panel.present.setPlainText("Chair\nSafety lead\n")
    panel._save()
    assert "not recorded yet" in panel.wrong.text()
    panel.submit()
    (one,) = known_meetings(window.session.desk)
    assert one.present == ("Chair", "Safety lead")
    assert panel.chosen == one
    panel.save_to(tmp_path / "minutes.txt")
    text = (tmp_path / "minutes.txt").read_text(encoding="utf-8")
    assert "Safety lead" in text
    assert "4.2" in text
    check = check_file((tmp_path / "minutes.txt").read_bytes(), "minutes.txt", window.session.desk.record)
    assert check.outcome is Outcome.VERIFIED
    names = [name for name, _reading in keyed.papers()]
    assert names == ["Minutes", "Oversight"]
    assert keyed.papers()[0][1](window.session.desk).document.title.startswith("Minutes: Safety committee")
    assert key


def test_the_first_meeting_offers_the_agenda_that_is_shown(page: OversightPage) -> None:
    page.open_minutes()
    panel = panel_of(page)
    assert panel.chosen is None
    assert panel.agenda.toPlainText().splitlines() == [one.head for one in page.agenda.items]
    assert not panel.save_file.isEnabled()
    assert not panel.print.isEnabled()
    panel._save()
    panel._print()
    assert [name for name, _reading in page.papers()] == ["Oversight"]
    panel.name.setText("Safety committee")
    panel.present.setPlainText("Chair")
    panel.submit()
    assert panel.save_file.isEnabled()
    assert panel.chosen.agenda == tuple(one.head for one in page.agenda.items)


def test_minutes_are_looked_at_before_they_are_printed(page: OversightPage, window: MainWindow) -> None:
    decided(page)
    page.open_minutes()
    panel_of(page).print.click()
    assert window.current() is window.page("print")


def test_on_the_large_screen_a_decision_has_no_priority(page: OversightPage) -> None:
    from msat.gui.marks import Mark

    decided(page)
    view = page.show_presentation()
    assert view is not None
    assert view.slides[1].title.startswith("A decision is overdue: ")
    assert view.slides[1].body.findChildren(Mark) == []
    assert view.slides[2].body.findChildren(Mark)
    view.close()


def test_a_decision_is_corrected_in_the_window(page: OversightPage) -> None:
    from msat.gui.views.correct_panel import CorrectPanel

    key = decided(page)
    state = page.session.desk.views.alert(key)
    line = state.history[-1]
    panel = CorrectPanel(page.session, key, line, page.session.desk.record.entry(line.entry).data)
    assert list(panel.editors) == ["meeting", "on", "minute", "outcome", "owner", "due"]
    panel.editors["due"].setText("2027-01-08")
    panel.reason.setText("The day was misheard.")
    panel.submit()
    assert [one.met.due for one in page.decisions.decisions] == ["2027-01-08"]


def test_many_decisions_show_the_first_and_then_all(page: OversightPage) -> None:
    desk = page.session.desk
    key = str(sorted(page.shown_now.own)[0])
    for number in range(15):
        made = discuss(desk, key, "Safety committee", date(2026, 10, 1), LEAD, outcome=f"Deed {number}.", owner="Lead")
    page.session.changes.happened.emit(made)
    card = page.decisions
    assert len(card.decisions) == 15
    assert card._rows.count() == 12
    assert card.all.text() == "Show all 15"
    card.all.click()
    assert card._rows.count() == 15
    assert not card.all.isVisible()
    assert "15 decisions are open." in card.count.text()


@pytest.mark.parametrize("what", ["card", "panel"])
def test_the_alert_itself_says_it_and_marks_it(page: OversightPage, window: MainWindow, what: str) -> None:
    from msat.gui.views.committee_card import CommitteeCard

    key = decided(page)
    page.opened.emit(key)
    pane = window.current_inbox().alert
    card = pane.sheet.findChild(CommitteeCard)
    said = "\n".join(text.text() for text in card.findChildren(type(page.intro)))
    assert "Owner: Safety lead, by 9 October 2026. Still open." in said
    button = next(one for one in card.findChildren(KeyButton) if one.text() == "Mark as done")
    button.click()
    assert isinstance(pane.panel, DonePanel)
    if what == "panel":
        pane.panel.submit()
        assert not any(one.text() == "Mark as done" and one.isVisible() for one in card.findChildren(KeyButton))
