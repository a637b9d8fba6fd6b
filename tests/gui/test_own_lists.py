"""Stars, snoozes, unread; the lists of one's own; G chords. None of it is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from msat.clock import london
from msat.gui import deeds
from msat.gui.chords import CHORDS
from msat.gui.main_window import MainWindow
from msat.gui.models.worklist import WorklistModel
from msat.gui.own_lists import LISTS
from msat.gui.palette import commands
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.theme import look
from msat.gui.views.snooze_panel import SnoozePanel, choices
from msat.letter_keys import AS_DELIVERED
from msat.projections.alert_state import Status
from msat.projections.ports import Query
from msat.services.own_marks import Marks
from msat.triage.model import Priority
from tests.gui.conftest import NOW, settle


def _rows(window: MainWindow, page: str = "worklist") -> list[str]:
    return [str(row.key) for row in window.pages[page].list_pane.model.rows()]


def _choose(window: MainWindow, wanted) -> str:
    row = next(row for row in window.worklist.list_pane.model.rows() if wanted(row))
    window.worklist.list_pane.show_key(row.key)
    settle(window)
    return str(row.key)


def _not_overdue(row) -> bool:
    return row.status is Status.IN_HAND


def _press(window: MainWindow, qtbot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(window.focusWidget(), key)


def _snooze(window: MainWindow, qtbot) -> None:
    _press(window, qtbot, Qt.Key.Key_Z)
    window.current_inbox().alert.panel.submit()
    settle(window)


def test_a_star_is_put_on_and_taken_away(window: MainWindow, qtbot):
    size = window.session.desk.record.head().size
    key = _choose(window, _not_overdue)
    window.worklist.list_pane.list.setFocus()
    _press(window, qtbot, Qt.Key.Key_S)
    assert window.session.marks.marks.starred == {key}
    assert window.rail.lists["starred"].accessibleName() == "Starred, 1"
    index = window.worklist.list_pane.list.currentIndex()
    assert "Starred." in index.data(Qt.ItemDataRole.AccessibleTextRole)
    window.worklist.alert.sheet.marks.star.click()
    assert window.session.marks.marks.starred == frozenset()
    assert window.session.desk.record.head().size == size


def test_a_snoozed_alert_leaves_the_worklist_and_comes_back_by_itself(window: MainWindow, qtbot):
    size = window.session.desk.record.head().size
    key = _choose(window, _not_overdue)
    _snooze(window, qtbot)
    assert key not in _rows(window)
    assert "snoozed until" in window.notices.notice.head.text()
    window.show_page("snoozed")
    assert _rows(window, "lists") == [key]
    assert window.rail.lists["snoozed"].isChecked()
    assert window.rail.lists["snoozed"].accessibleName() == "Snoozed, 1"
    settle(window)
    assert "Snoozed by you until" in window.current_inbox().alert.sheet.marks.asleep.text()
    until = window.session.marks.marks.snoozed[key]
    assert london(until).time().isoformat() == "00:00:00"
    assert key in [str(r.key) for r in window.session.desk.views.worklist(Query(open_only=True), until)]
    assert window.session.marks.marks.asleep(until) == frozenset()
    assert window.session.desk.record.head().size == size


def test_it_comes_back_when_its_day_begins(window: MainWindow, qtbot, monkeypatch):
    key = _choose(window, _not_overdue)
    _snooze(window, qtbot)
    until = window.session.marks.marks.snoozed[key]
    monkeypatch.setattr(type(window.session.desk.clock), "now", lambda _clock: until)
    window.watch._every_minute()
    settle(window)
    assert key in _rows(window)


def test_a_red_past_its_time_limit_is_shown_all_the_same(window: MainWindow, qtbot):
    key = _choose(window, lambda row: row.status is Status.OVERDUE)
    _press(window, qtbot, Qt.Key.Key_Z)
    assert "goes on showing it" in window.worklist.alert.panel.intro.text()
    window.worklist.alert.panel.submit()
    settle(window)
    assert key in _rows(window)
    window.show_page("snoozed")
    assert _rows(window, "lists") == [key]


def test_a_closed_alert_whose_search_is_due_again_can_be_put_aside(window: MainWindow, qtbot):
    key = _choose(window, lambda row: row.status is Status.RECHECK)
    _snooze(window, qtbot)
    assert key not in _rows(window)


def test_snoozing_is_told_apart_from_deferring(window: MainWindow, qtbot):
    _choose(window, _not_overdue)
    _press(window, qtbot, Qt.Key.Key_Z)
    assert "Nothing is recorded." in window.worklist.alert.panel.intro.text()
    assert "use Defer." in window.worklist.alert.panel.intro.text()
    window.worklist.alert.close_panel()
    window.worklist.list_pane.list.setFocus()
    _press(window, qtbot, Qt.Key.Key_D)
    assert window.worklist.alert.panel.title.text() == "Defer"


def test_a_snoozed_alert_is_brought_back_by_its_button(window: MainWindow, qtbot):
    key = _choose(window, _not_overdue)
    _snooze(window, qtbot)
    window.show_page("snoozed")
    settle(window)
    window.current_inbox().alert.sheet.marks.wake.click()
    assert key in _rows(window)
    assert _rows(window, "lists") == []
    assert window.pages["lists"].list_pane.nothing.head.text() == "No alert is snoozed."


def test_ctrl_z_takes_a_mark_back(window: MainWindow, qtbot):
    key = _choose(window, _not_overdue)
    _snooze(window, qtbot)
    window.taking_back.undo()
    settle(window)
    assert key in _rows(window)
    assert window.notices.notice.head.text() == "The snooze is as it was before."
    window.taking_back.undo()
    assert "Nothing waits" in window.notices.notice.head.text()


def test_the_days_that_are_offered():
    assert choices(date(2026, 11, 20)) == {"tomorrow": date(2026, 11, 21), "week": date(2026, 11, 23)}
    assert choices(date(2026, 11, 22)) == {"tomorrow": date(2026, 11, 23), "week": date(2026, 11, 23)}
    assert choices(date(2026, 11, 23)) == {"tomorrow": date(2026, 11, 24), "week": date(2026, 11, 30)}


def test_a_day_of_ones_own(window: MainWindow, qtbot):
    key = _choose(window, _not_overdue)
    _press(window, qtbot, Qt.Key.Key_Z)
    panel = window.worklist.alert.panel
    assert isinstance(panel, SnoozePanel)
    assert not panel.day.isEnabled()
    panel.until.setCurrentIndex(panel.until.findData("day"))
    assert panel.day.isEnabled()
    panel.day.setDate(panel.day.minimumDate().addDays(30))
    panel.submit()
    days = (london(window.session.marks.marks.snoozed[key]).date() - london(window.session.now()).date()).days
    assert days == 31


def test_unread_is_marked_and_reading_takes_it_away(window: MainWindow, qtbot):
    window.session.settings.keep(read_after="0")
    key = _choose(window, _not_overdue)
    window.worklist.list_pane.list.setFocus()
    _press(window, qtbot, Qt.Key.Key_U)
    assert window.session.marks.marks.unread == {key}
    qtbot.wait(30)
    assert window.session.marks.marks.unread == {key}, "it stays unread while it is shown"
    assert "Unread." in window.worklist.list_pane.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    _press(window, qtbot, Qt.Key.Key_J)
    _press(window, qtbot, Qt.Key.Key_K)
    settle(window)
    qtbot.waitUntil(lambda: window.session.marks.marks.unread == frozenset())


def test_never_means_only_by_the_key(window: MainWindow, qtbot):
    window.session.settings.keep(read_after="never")
    key = _choose(window, _not_overdue)
    window.lists.unread()
    _press(window, qtbot, Qt.Key.Key_J, Qt.Key.Key_K)
    settle(window)
    assert not window.lists._reading.isActive()
    assert window.session.marks.marks.unread == {key}


def test_marks_outlive_a_rebuild_and_the_window(window: MainWindow):
    key = _choose(window, _not_overdue)
    window.lists.star()
    window.session.desk.views.rebuild()
    session = Session(window.session.places, InstantRunner())
    session.desk = window.session.desk
    session.marks.load()
    assert session.marks.marks.starred == {key}
    session.desk = None
    session.close()


def test_waiting_and_completed_ask_the_views(window: MainWindow):
    now, views = window.session.now(), window.session.desk.views
    for name, query in (("waiting", Query(status=Status.SECOND_PERSON)), ("completed", Query(closed_only=True))):
        window.show_page(name)
        assert set(_rows(window, "lists")) == {str(row.key) for row in views.worklist(query, now)}
        assert window.pages["lists"].list_pane.title.text() == LISTS[name][0]
    assert _rows(window, "lists")


@pytest.mark.parametrize("chord", CHORDS, ids=lambda chord: chord[1])
def test_g_and_a_letter_go_to_a_page(window: MainWindow, qtbot, chord):
    command, page, _name = chord
    key = AS_DELIVERED[command]
    window.worklist.list_pane.list.setFocus()
    _press(window, qtbot, Qt.Key.Key_G)
    qtbot.keyClicks(window.focusWidget(), key)
    name = "lists" if page in LISTS else page
    assert window.current() is window.pages[name]


def test_a_letter_without_g_is_its_own(window: MainWindow, qtbot):
    _choose(window, _not_overdue)
    window.worklist.list_pane.list.setFocus()
    _press(window, qtbot, Qt.Key.Key_G, Qt.Key.Key_P)
    assert window.worklist.alert.panel is not None
    window.worklist.alert.close_panel()
    window.worklist.list_pane.list.setFocus()
    _press(window, qtbot, Qt.Key.Key_S)
    assert window.current() is window.worklist
    window.chords.start()
    window.chords._say()
    assert "S Starred" in window.notices.notice.head.text()


def test_the_palette_knows_them(window: MainWindow):
    known = {found.name: found.key for found in commands(window)}
    assert known["Go to Snoozed"] == "G Z"
    assert known["Snooze"] == "Z"
    assert known["Defer"] == "D"
    assert known["Undo"] == "Ctrl+Z"


def test_a_low_rail_leaves_the_lists_out(window: MainWindow):
    assert window.rail.lists["starred"].isVisible()
    window.resize(1093, 614)
    look().set_zoom(200)
    QApplication.processEvents()
    assert not window.rail.lists["starred"].isVisible()
    look().set_zoom(100)
    window.resize(1280, 1000)
    QApplication.processEvents()
    assert window.rail.lists["starred"].isVisible()


def test_the_model_stays_sound_while_marks_change(make_row, qtmodeltester):
    model = WorklistModel()
    rows = [make_row(1), make_row(2, received=NOW + timedelta(minutes=1))]
    model.set_rows(rows, NOW)
    qtmodeltester.check(model)
    laid_out = []
    model.layoutChanged.connect(lambda: laid_out.append(True))
    marks = Marks(NOW).with_star(str(rows[0].key), True).with_snooze(str(rows[0].key), NOW + timedelta(days=2))
    model.set_marks(marks)
    model.set_marks(marks)
    qtmodeltester.check(model)
    assert laid_out == [True]
    said = model.index_of(rows[0].key).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith("Starred. Snoozed until Sun 22 Nov.")
    assert model.index_of(rows[1].key).data(Qt.ItemDataRole.AccessibleTextRole).endswith("Unread.")
    model.set_marks(None)
    assert "Unread" not in model.index_of(rows[1].key).data(Qt.ItemDataRole.AccessibleTextRole)


def test_an_undone_answer_shows_its_note_again(window: MainWindow, with_grace):
    row = next(row for row in window.worklist.list_pane.model.rows() if row.status is Status.IN_HAND)
    window.worklist.list_pane.show_key(row.key)
    settle(window)
    pane = window.worklist.alert
    card = next(card for card in pane.cards if hasattr(card, "buttons") and hasattr(card, "rest"))
    card.rest.note.setText("seen on the shelf")
    card.rest.typed.emit("seen on the shelf")
    card.give("yes")
    assert card.rest.note.text() == ""
    assert window.session.grace.waiting
    window.taking_back.undo()
    settle(window)
    again = next(one for one in pane.cards if one.code == card.code)
    assert again.rest.note.text() == "seen on the shelf"
    assert not again.buttons["yes"].isChecked()


def test_one_whose_priority_rose_is_back_at_once_and_says_why(window: MainWindow, qtbot):
    key = _choose(window, lambda row: row.rag is Priority.AMBER and row.is_open)
    _snooze(window, qtbot)
    assert key not in _rows(window)
    window.session.do(deeds.override(key, "red", "A patient came to harm."), window)
    settle(window)
    assert key in _rows(window)
    assert "is back in your worklist. It is Red now; it was Amber" in window.notices.notice.head.text()
    assert window.session.marks.marks.unread == {key}
    window.notices.notice.button.click()
    settle(window)
    words = window.current_inbox().alert.sheet.marks
    assert "before the day that you chose. It is Red now" in words.asleep.text()
    assert words.wake.isHidden()
    assert window.rail.lists["snoozed"].accessibleName() == "Snoozed"
    _snooze(window, qtbot)
    assert key not in _rows(window), "put aside again, being a Red"
    assert window.session.marks.marks.back == {}
