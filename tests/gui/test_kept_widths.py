"""Where a person put the line between two panes, and the edge of a column: there again at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView, QSplitter, QWidget

from msat.gui.kept_widths import LEAST, STEP, KeptColumns, has_columns, step_column
from msat.gui.main_window import MainWindow
from msat.gui.memory import Memory
from msat.gui.theme import look


def drag(splitter: QSplitter, by: int) -> None:
    """As the mouse does it."""
    handle = splitter.handle(1)
    at = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(handle, at + QPoint(by, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + QPoint(by, 0))
    QApplication.processEvents()


def again(window: MainWindow) -> MainWindow:
    """The window of the next start."""
    window.session.memory.save()
    window.session.memory = Memory(Path(window.session.memory._kept.fileName()).parent)
    made = MainWindow(window.session)
    made.resize(window.size())
    made.show()
    QApplication.processEvents()
    return made


def test_a_list_is_as_wide_as_it_was_left(window: MainWindow, qtbot) -> None:
    before = window.worklist.splitter.sizes()[0]
    drag(window.worklist.splitter, 90)
    left = window.worklist.splitter.sizes()[0]
    assert left > before + 60
    window.show_page("alerts")
    assert window.current_inbox().splitter.sizes()[0] == left, "one width for every list"
    fresh = again(window)
    qtbot.addWidget(fresh)
    assert fresh.worklist.splitter.sizes()[0] == left
    fresh.resize(window.width() + 80, window.height())
    assert fresh.worklist.splitter.sizes()[0] == left


def test_larger_type_makes_it_as_much_wider_and_a_small_window_goes_its_own_way(window: MainWindow) -> None:
    drag(window.worklist.splitter, 40)
    left = window.worklist.splitter.sizes()[0]
    window.resize(1900, 900)
    look().set_zoom(125)
    QApplication.processEvents()
    assert window.worklist.splitter.sizes()[0] == pytest.approx(left * 1.25, abs=2)
    look().set_zoom(100)
    window.session.memory.keep("panes/list", "0:3000")
    window.resize(1280, 860)
    QApplication.processEvents()
    assert window.worklist.splitter.sizes()[1] >= 320


def test_keys_do_what_the_mouse_does(window: MainWindow) -> None:
    before = window.worklist.splitter.sizes()[0]
    window.worklist.list_pane.list.setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
    assert window.worklist.splitter.sizes()[0] == before + STEP
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.ControlModifier)
    assert window.worklist.splitter.sizes()[0] == before
    window.show_page("records")
    QTest.keyClick(window, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("kept", ["", "nonsense", "0:", "0:-5", "0:999999999999", "7:300", "0:300,0:"])
def test_what_cannot_be_read_is_none(window: MainWindow, kept: str) -> None:
    before = window.worklist.splitter.sizes()
    window.session.memory.keep("panes/list", kept)
    window.worklist.split.place()
    assert window.worklist.splitter.sizes()[0] in (before[0], 300)


def test_a_column_that_was_dragged_stays_so_and_others_are_fitted(window: MainWindow) -> None:
    window.show_page("tailoring")
    QApplication.processEvents()
    table = window.page("tailoring").rules.table
    header = table.horizontalHeader()
    header.resizeSection(0, header.sectionSize(0) + 5)  # the program's own
    assert window.session.memory.text("columns/rules") == ""
    edge = QPoint(header.sectionViewportPosition(0) + header.sectionSize(0) - 1, header.height() // 2)
    wide = header.sectionSize(0) + 70
    held, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseMove(header.viewport(), edge)
    QTest.mousePress(header.viewport(), held, none, edge)
    header.resizeSection(0, wide)  # what Qt does while the edge is dragged
    QTest.mouseRelease(header.viewport(), held, none, edge)
    assert window.session.memory.text("columns/rules") == f"0:{wide}"
    header.resizeSection(0, 40)
    table.findChild(KeptColumns).place()
    assert header.sectionSize(0) == wide


def test_keys_make_a_column_wider_too_and_it_stays_so(window: MainWindow) -> None:
    window.show_page("tailoring")
    QApplication.processEvents()
    table = window.page("tailoring").rules.table
    header, held = table.horizontalHeader(), Qt.KeyboardModifier.ControlModifier
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    before = header.sectionSize(0)
    QTest.keyClick(table, Qt.Key.Key_BracketRight, held)
    assert header.sectionSize(0) == before + STEP
    assert window.session.memory.text("columns/rules") == f"0:{before + STEP}"
    name = table.model().headerData(0, Qt.Orientation.Horizontal)
    assert window.status.recorded.text() == f"Column “{name}” is wider."
    QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.currentIndex().column() == 1
    second = header.sectionSize(1)
    for _ in range(40):
        QTest.keyClick(table, Qt.Key.Key_BracketLeft, held)
    assert LEAST <= header.sectionSize(1) < second
    header.resizeSection(0, 40)
    table.findChild(KeptColumns).place()
    assert header.sectionSize(0) == before + STEP


def test_a_column_that_takes_the_rest_says_so(window: MainWindow) -> None:
    window.show_page("practices")
    QApplication.processEvents()
    table = window.page("practices").right.table
    table.show()
    assert has_columns(table)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    assert step_column(table, 1)[1] is False
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is not table or ("takes what the others leave" in window.status.recorded.text())


def test_of_three_panes_the_one_with_the_focus(window: MainWindow) -> None:
    window.resize(1900, 900)
    window.show_page("newsletter")
    QApplication.processEvents()
    page = window.page("newsletter")
    if page.splitter.count() < 3 or any(page.splitter.widget(at).isHidden() for at in range(3)):
        pytest.skip("the newsletter shows fewer than three panes now")
    before = page.splitter.sizes()
    inside = next(w for w in page.splitter.widget(1).findChildren(QWidget) if w.focusPolicy() and w.isVisible())
    page.split.step(1, inside)
    after = page.splitter.sizes()
    assert after[0] == before[0]
    assert after[1] > before[1]
    assert after[2] < before[2]
