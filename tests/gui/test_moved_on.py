"""An alert that leaves the list is followed by the next without a key: one pressed just then answers nothing.

And a page that no program here can open is never said to be open.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.gui import saving
from msat.gui.main_window import MainWindow
from msat.gui.models.worklist import Role
from msat.gui.views import alert_list
from msat.projections.ports import Query
from msat.services.desk import Person
from msat.triage.model import Priority
from tests.gui.conftest import settle


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this computer is, the moment is not over before the test ends it."""
    monkeypatch.setattr(alert_list, "SURPRISE_MS", 3_600_000)


def close_the_one_shown(window: MainWindow) -> None:
    """Somebody closes it, here by what is not for this place, confirmed by a second person."""
    from msat.services.applies import decide_applies

    desk, key = window.session.desk, str(window.worklist.alert.state.key)
    for name in ("A. Patel", "B. Jones"):
        state = desk.views.alert(key)
        if state.is_open:
            changes = decide_applies(desk, key, False, Person(name, "GP partner", ""), "not-held")
            window.session.changes.happened.emit(changes)
    settle(window)
    assert not desk.views.alert(key).is_open


def test_a_key_pressed_as_the_list_moves_on_answers_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    pane, desk = window.worklist.alert, window.session.desk
    before = pane.state.key
    pane.scroll.setFocus()
    close_the_one_shown(window)
    assert pane.state.key != before, "the next is shown"
    at = desk.views.position()
    for key in ("1", "c"):
        QTest.keyClicks(QApplication.focusWidget(), key)
        assert "has left this list" in window.notices.notice.head.text()
        assert f"Press {key.upper()} again" in window.notices.notice.head.text()
    assert (desk.views.position(), pane.panel) == (at, None)
    monkeypatch.setattr(alert_list, "SURPRISE_MS", 0)
    QTest.keyClicks(QApplication.focusWidget(), "z")
    assert pane.panel is not None


def test_moving_by_key_or_by_a_filter_is_no_surprise(window: MainWindow):
    pane, rows = window.worklist.alert, window.worklist.list_pane.list
    rows.setFocus()
    close_the_one_shown(window)
    assert rows.has_just_moved_on()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    settle(window)
    assert not rows.has_just_moved_on()
    assert pane.state.rag is not Priority.AMBER
    shown = pane.state.key
    window.worklist.list_pane.filters.chips[Priority.AMBER].click()
    settle(window)
    assert pane.state is None or pane.state.key != shown
    assert not rows.has_just_moved_on()


def test_the_first_list_shown_is_no_surprise(window: MainWindow):
    assert window.session.desk.views.count(Query(open_only=True), window.session.now())
    assert not window.worklist.list_pane.list.has_just_moved_on()


def test_the_page_that_opens_is_named(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile()) or True))
    window.outputs.show_record()
    name = window.worklist.alert.state.reference
    assert name
    assert window.notices.notice.head.text().startswith(f"The one-page record of {name} is open.")
    assert len(opened) == 1


def test_a_page_that_no_program_opens_is_not_said_to_be_open(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    window.outputs.show_record()
    assert window.notices.notice.head.text().startswith("No program of this computer opened record")
    saving.open_file(Path("folder") / "pack.pdf")
    assert "No program of this computer opened pack.pdf. It is in folder." in window.notices.notice.head.text()


def test_home_and_end_and_pages_stop_at_alerts_never_at_headings(window: MainWindow):
    rows = window.worklist.list_pane.list
    rows.setFocus()
    first = rows.currentIndex().row()
    reached = []
    for key in (Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home):
        QTest.keyClick(rows, key)
        settle(window)
        assert rows.currentIndex().data(Role.ROW) is not None, key
        reached.append(rows.currentIndex().row())
    assert reached[0] == rows.model().rowCount() - 1
    assert reached[-1] == first == 1
    assert rows.visualRect(rows.model().index(0, 0)).top() >= 0, "the first heading is seen with its first alert"


def test_a_longer_notice_in_the_place_of_a_short_one_is_not_cut(window: MainWindow):
    bar = window.notices
    bar.tell("Added EL(26)A/98. Entry 278.", "green", "Open it", lambda: None)
    QApplication.processEvents()
    long = "No source could be read. MHRA on GOV.UK: no connection could be made. Alerts already here are safe. " * 2
    bar.tell(long, "amber")
    for moment in ("at once", "once laid out"):
        head = bar.notice.head
        assert head.height() >= head.heightForWidth(head.width()), moment
        QApplication.processEvents()
