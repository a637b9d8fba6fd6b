"""What comes by itself never lies over what is used: notices, the card of what waits, lists, the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

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
