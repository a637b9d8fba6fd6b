"""What comes by itself never lies over what is used: notices, the card of what waits, lists, the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from msat.errors import Refused
from msat.gui import deeds
from msat.gui.main_window import MainWindow
from msat.gui.models.newsletter_lines import Role
from msat.gui.theme import look
from tests.gui.composing import newsletter
from tests.gui.conftest import settle


def _wait_with_an_answer(window: MainWindow) -> None:
    row = next(row for row in window.worklist.list_pane.model.rows() if row.key)
    window.session.do(deeds.acknowledge(str(row.key)), window)
    settle(window)


def test_the_text_size_is_told_at_the_foot_and_covers_nothing(window: MainWindow):
    window.resize(1093, 614)
    window.notices.hide()
    window.zoom(1)
    assert window.status.recorded.text() == f"Text size {look().zoom}%."
    assert window.status.recorded.isVisible()
    assert not window.notices.isVisible()
    window.zoom(0)


@pytest.mark.usefixtures("with_grace")
def test_a_passing_notice_gives_way_to_an_answer_that_waits(window: MainWindow):
    window.notices.tell("Copied.", "green")
    _wait_with_an_answer(window)
    toast = window.taking_back.toast
    assert toast.isVisible()
    assert not window.notices.isVisible()
    assert window.status.recorded.text() == "Copied."


@pytest.mark.usefixtures("with_grace")
def test_a_notice_of_something_wrong_stays_below_it(window: MainWindow):
    window.notices.warn(Refused("It was not saved.", "Save it again."))
    _wait_with_an_answer(window)
    toast = window.taking_back.toast
    assert toast.isVisible()
    assert window.notices.isVisible()
    assert not toast.geometry().intersects(window.notices.geometry())


def test_the_keys_go_to_the_list_when_its_first_rows_come(window: MainWindow):
    minute, pane = window.first_minute, window.worklist.list_pane
    rows = pane.model.rows()
    minute._is_focused = False
    pane.stack.setCurrentIndex(1)
    pane.mine.setFocus(Qt.FocusReason.OtherFocusReason)
    pane.show_rows(rows, len(rows))
    assert window.focusWidget() is pane.list
    pane.mine.setFocus(Qt.FocusReason.OtherFocusReason)
    pane.show_rows(rows, len(rows))
    assert window.focusWidget() is pane.mine, "only the first time"


def test_who_types_already_keeps_the_focus(window: MainWindow):
    pane = window.worklist.list_pane
    rows = pane.model.rows()
    window.first_minute._is_focused = False
    pane.search.setFocus(Qt.FocusReason.OtherFocusReason)
    pane.show_rows(rows, len(rows))
    assert window.focusWidget() is pane.search


def test_the_line_chosen_for_a_newsletter_stays_in_sight_when_the_lines_grow(window: MainWindow):
    window.resize(1093, 614)
    lines = newsletter(window).picks.list
    lines.setFocus(Qt.FocusReason.OtherFocusReason)
    last = max(at for at in range(lines.model().rowCount()) if lines.model().index(at).data(Role.KEY))
    lines.setCurrentIndex(lines.model().index(last))
    lines.scrollToTop()
    lines.scheduleDelayedItemsLayout()
    for _turn in range(20):
        QApplication.processEvents()
    seen = lines.visualRect(lines.currentIndex())
    assert lines.hasFocus()
    assert lines.verticalScrollBar().maximum() > 0
    assert lines.viewport().rect().contains(seen.center())


def _row(window: MainWindow) -> QRect:
    """Where the chosen row of the worklist is in the window."""
    view = window.worklist.list_pane.list
    part = view.visualRect(view.currentIndex()).intersected(view.viewport().rect())
    return QRect(view.viewport().mapTo(window.centralWidget(), part.topLeft()), part.size())


@pytest.mark.usefixtures("with_grace")
@pytest.mark.parametrize("zoom", [150, 200])
def test_in_a_low_window_it_stands_in_a_strip_at_the_foot(window: MainWindow, zoom: int):
    look().set_zoom(zoom)
    window.resize(1093, 614)
    settle(window)
    _wait_with_an_answer(window)
    window.notices.warn(Refused("It was not saved.", "Save it again."))
    QApplication.processEvents()
    toast, notice = window.taking_back.toast, window.notices
    assert not _row(window).isEmpty()
    for card in (toast, notice):
        assert window.strip.holds(card)
        assert card.width() == window.centralWidget().width()
        assert not card.geometry().intersects(_row(window))
    assert not toast.geometry().intersects(notice.geometry())
    assert window.status.isVisible() is (zoom == 150)
    window.taking_back.undo()
    window.notices.hide()
    QApplication.processEvents()
    assert window.status.isVisible()
    assert not window.strip.holds(toast)
    assert not window.strip.holds(notice)


@pytest.mark.usefixtures("with_grace")
def test_in_a_high_window_it_lies_over_a_corner_until_that_is_used(window: MainWindow):
    _wait_with_an_answer(window)
    toast = window.taking_back.toast
    assert not window.strip.holds(toast)
    assert not toast.geometry().intersects(_row(window))
    under = QLineEdit(window.centralWidget())
    under.setGeometry(toast.geometry())
    under.lower()
    under.show()
    under.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert window.strip.holds(toast)
    assert not window.strip.holds(window.notices)
    assert toast.y() + toast.height() <= window.status.y()
    under.deleteLater()
