"""Where the keys are can be seen: a page entered from elsewhere scrolls to it, and there is one ring, not two."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from msat.gui.focus_in_sight import _is_hidden
from msat.gui.main_window import MainWindow
from msat.gui.paper_deeds import PackLine
from msat.gui.pieces import KeyButton
from msat.gui.theme import look


def in_sight(widget: QWidget) -> bool:
    return not widget.visibleRegion().isEmpty()


def test_tab_from_the_status_bar_shows_the_first_of_a_page_that_was_scrolled_down(window: MainWindow):
    window.resize(1100, 700)
    window.show_page("settings")
    page = window.page("settings")
    QApplication.processEvents()
    bar = page.scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    window.status.check.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        QApplication.processEvents()
        if page.scroll.isAncestorOf(QApplication.focusWidget()):
            break
    reached = QApplication.focusWidget()
    assert page.scroll.isAncestorOf(reached)
    assert in_sight(reached)
    assert bar.value() < bar.maximum()


def test_what_was_scrolled_away_with_the_wheel_stays_away_inside_the_page(window: MainWindow):
    window.resize(1100, 700)
    window.show_page("settings")
    page = window.page("settings")
    QApplication.processEvents()
    first = QApplication.focusWidget()
    assert page.isAncestorOf(first)
    bar = page.scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    buttons = [one for one in page.findChildren(KeyButton) if one.isVisible() and one.isEnabled() and one is not first]
    buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
    QApplication.processEvents()
    assert bar.value() == bar.maximum(), "the focus moved within the page: nothing jumps"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_button_reached_by_tab_has_its_ring_and_no_second_frame_inside(window: MainWindow, mode: str):
    look().set_mode(mode)
    window.show_page("records")
    QApplication.processEvents()
    page = window.page("records")
    page.drop.choose.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.drop.choose, Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    button = page.drop.choose
    assert button.hasFocus()
    drawn = button.grab().toImage()
    ring, inside = QPoint(drawn.width() // 2, 0), [QPoint(x, 7) for x in range(4, drawn.width() - 4)]
    assert drawn.pixelColor(ring) == look().colour("focus")
    assert {drawn.pixelColor(at).name() for at in inside} == {look().colour("surface").name()}


def test_records_asked_for_again_shows_its_first_button(window: MainWindow):
    window.resize(1100, 700)
    window.show_page("records")
    page = window.page("records")
    QApplication.processEvents()
    page.scroll.verticalScrollBar().setValue(page.scroll.verticalScrollBar().maximum())
    page.packs.read_button.setFocus(Qt.FocusReason.TabFocusReason)
    window.show_page("records")
    QApplication.processEvents()
    assert page.check.hasFocus()
    assert in_sight(page.check)


def test_tab_goes_from_the_list_of_packs_to_what_can_be_done_with_each(window: MainWindow):
    window.resize(1100, 700)
    window.show_page("records")
    card = window.page("records").packs
    QApplication.processEvents()
    card._show([PackLine("Q00000-P0002", "the second", True), PackLine("Q00000-P0001", "the first", True)])
    QApplication.processEvents()
    card.read_button.setFocus(Qt.FocusReason.TabFocusReason)
    for number in ("Q00000-P0002", "Q00000-P0001"):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is card.buttons[number]


def test_a_long_name_on_the_rail_ends_in_dots_and_is_told_whole(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    drawn: list[str] = []
    real = QFontMetrics.elidedText
    monkeypatch.setattr(QFontMetrics, "elidedText", lambda *told: drawn.append(real(*told)) or drawn[-1])
    window.resize(1366, 768)
    window.rail.show_person("A. Patel-Montgomery of the Committee")
    window.rail.person.grab()
    assert drawn[-1].startswith("A. Patel")
    assert drawn[-1].endswith("…")
    assert "A. Patel-Montgomery of the Committee" in window.rail.person.toolTip()
    assert window.rail.person.accessibleName() == "A. Patel-Montgomery of the Committee"


def soon(stands) -> bool:
    for _ in range(100):
        if stands():
            return True
        QTest.qWait(20)
    return False


def test_larger_text_or_a_smaller_window_does_not_lose_the_focus_from_sight(window: MainWindow):
    window.resize(1366, 900)
    window.show_page("records")
    page = window.page("records")
    QApplication.processEvents()
    page.packs.read_button.setFocus(Qt.FocusReason.TabFocusReason)
    page.scroll.ensureWidgetVisible(page.packs.read_button)
    assert in_sight(page.packs.read_button)
    window.zoom(1)
    window.zoom(1)
    window.zoom(1)
    QTest.qWait(20)
    assert soon(lambda: not _is_hidden(page.packs.read_button))
    window.resize(800, 500)
    assert soon(lambda: not window.in_sight._sized.isActive())
    assert soon(lambda: not _is_hidden(page.packs.read_button))


def test_what_was_out_of_sight_before_stays_there_when_the_text_grows(window: MainWindow):
    window.resize(1366, 900)
    window.show_page("records")
    page = window.page("records")
    QApplication.processEvents()
    page.check.setFocus(Qt.FocusReason.OtherFocusReason)
    page.scroll.verticalScrollBar().setValue(page.scroll.verticalScrollBar().maximum())
    window.zoom(1)
    assert soon(lambda: not window.in_sight._sized.isActive())
    QApplication.processEvents()
    assert not in_sight(page.check), "somebody reads at the foot of the page"
