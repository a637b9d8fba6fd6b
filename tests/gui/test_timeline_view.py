"""The History tab: the timeline of the alert, to be read, printed and corrected from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from msat.gui import deeds
from msat.gui.main_window import MainWindow
from msat.gui.pieces import KeyButton
from msat.gui.views.timeline import MomentRow, Timeline
from msat.projections.timeline import timeline
from tests.gui.conftest import settle

KEY = "EL(26)A/11"


def _shown(window: MainWindow) -> Timeline:
    window.worklist.list_pane.show_key(KEY)
    settle(window)
    window.worklist.alert.tabs.bar.setCurrentIndex(2)
    return window.worklist.alert.tabs.history


def _rows(shown: Timeline) -> list[MomentRow]:
    return [row for row in shown.findChildren(MomentRow) if row.parent() is shown]


def test_every_point_is_shown_oldest_first_under_its_day(window: MainWindow):
    shown = _shown(window)
    desk = window.session.desk
    wanted = timeline(desk.views.alert(KEY), desk.record.log, window.session.now())
    assert [row.moment for row in _rows(shown)] == list(wanted)
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert "6 March 2026" in texts
    assert "Published" in texts
    assert shown.accessibleName() == f"Timeline, {len(wanted)} points"
    assert [row.accessibleName() for row in _rows(shown)] == [one.sentence for one in wanted]


def test_the_time_stands_where_it_changes(window: MainWindow):
    times = [row.time.text() for row in _rows(_shown(window))]
    assert times[0] == "15:27"
    assert times.count("17:47") == 1


def test_it_can_be_turned(window: MainWindow):
    shown = _shown(window)
    before = [row.moment for row in _rows(shown)]
    shown.turn.click()
    assert [row.moment for row in _rows(shown)] == before[::-1]
    assert shown.turn.text() == "Show the oldest first"
    shown.turn.click()
    assert [row.moment for row in _rows(shown)] == before


def test_a_long_one_has_a_button_for_the_rest(window: MainWindow, monkeypatch):
    monkeypatch.setattr("msat.gui.views.timeline.FIRST", 5)
    shown = Timeline()
    desk = window.session.desk
    state = desk.views.alert(KEY)
    shown.show_state(state, desk.record.log, window.session.now())
    assert _rows(shown) == [], "not before it is looked at"
    shown.show()
    assert len(_rows(shown)) == 5
    shown._show_all()
    assert len(_rows(shown)) == len(timeline(state, desk.record.log, window.session.now()))


def test_a_deed_is_corrected_from_its_point_and_stays_struck(window: MainWindow):
    shown = _shown(window)
    (acknowledged,) = [row for row in _rows(shown) if row.moment.kind == "Acknowledged"]
    (button,) = acknowledged._buttons()
    button.click()
    assert window.worklist.alert.panel is not None
    window.worklist.alert.close_panel()
    entry = acknowledged.moment.line.entry
    window.session.do(deeds.correct(entry, "Another alert was meant.", None), window)
    settle(window)
    (struck,) = [row for row in _rows(shown) if row.moment.line and row.moment.line.entry == entry]
    assert struck.words.font().strikeOut()
    assert "Another alert was meant" in struck.accessibleName()
    assert struck._buttons() == []


def test_evidence_is_opened_from_its_point(window: MainWindow, monkeypatch):
    from msat.services import evidence
    from msat.services.desk import Person

    desk = window.session.desk
    changes = evidence.attach(desk, KEY, b"checked and found nothing", "shelf.txt", Person("A. Patel", "GP"))
    shown = _shown(window)
    window.session.changes.happened.emit(changes)
    settle(window)
    opened = []
    monkeypatch.setattr("msat.gui.views.evidence_card.QDesktopServices.openUrl", opened.append)
    (row,) = [row for row in _rows(shown) if row.moment.evidence]
    row.opened.emit(row.moment.evidence[0])
    assert opened[0].fileName() == "shelf.txt"


def test_tab_goes_through_it_as_it_reads(window: MainWindow):
    shown = _shown(window)
    QApplication.processEvents()  # what was built just now is laid out
    shown.turn.setFocus(Qt.FocusReason.TabFocusReason)
    wanted = [shown.print, *(button for row in _rows(shown) for button in row.findChildren(KeyButton))]
    assert len(wanted) > 3
    reached = []
    for _button in wanted:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        reached.append(window.focusWidget().accessibleName())
    assert reached == [button.accessibleName() for button in wanted]
    shown.turn.click()
    QApplication.processEvents()
    shown.turn.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(shown.turn, Qt.Key.Key_Tab)
    QTest.keyClick(shown.print, Qt.Key.Key_Tab)
    assert shown.isAncestorOf(window.focusWidget())


def test_it_is_printed_from_its_button(window: MainWindow):
    shown = _shown(window)
    shown.print.setFocus()
    shown.print.click()
    assert window.current() is window.pages["print"]
    assert window.pages["print"].title.text() == f"Print: Timeline: {KEY}"
