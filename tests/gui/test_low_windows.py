"""Low and narrow windows, computed from the geometry: the priority is seen at once, the first actions on a laptop, and
what has no room is behind a button that says so."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.gui.views.alert_pane import AlertPane
from msat.gui.views.rail import LISTS, VIEWS
from msat.triage.model import Priority
from tests.gui.conftest import settle

SIZES = ((1093, 614), (1366, 768), (1920, 1080))
ZOOMS = (100, 150, 200)


def sized(window: MainWindow, size: tuple[int, int], zoom: int) -> AlertPane:
    """The pane of the alert, at a size of window and of text."""
    look().set_zoom(zoom)
    window.resize(*size)
    window.show_page("worklist")
    settle(window)
    return window.worklist.alert


def show(window: MainWindow, key: str) -> None:
    """An alert from its beginning, as it opens."""
    window.worklist.list_pane.show_key(key)
    window.worklist.open_detail()
    settle(window)
    for _ in range(3):
        QApplication.processEvents()


def longest(window: MainWindow, number: int) -> list[str]:
    """Of the alerts listed, those whose titles take the most room."""
    rows = sorted(window.worklist.list_pane.model.rows(), key=lambda row: len(row.title), reverse=True)
    return [str(row.key) for row in rows[:number]]


def is_seen(pane: AlertPane, widget: QWidget) -> bool:
    """Whether the whole of a widget is inside what is shown of the pane, without scrolling."""
    where = QRect(widget.mapTo(pane.scroll.widget(), QPoint(0, 0)), widget.size())
    top, view = pane.scroll.verticalScrollBar().value(), pane.scroll.viewport()
    inside = where.top() >= top and where.bottom() <= top + view.height()
    return bool(widget.isVisible()) and inside and where.right() <= view.width()


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("size", SIZES)
def test_the_priority_its_limit_and_why_are_seen_at_once(window: MainWindow, size: tuple[int, int], zoom: int):
    pane = sized(window, size, zoom)
    keys = longest(window, 3)
    assert len(keys) == 3
    for key in keys:
        show(window, key)
        callout = pane.callout
        assert callout.head.text()
        assert callout.why.text()
        for name, part in {"shape": callout.mark, "word": callout.head, "why": callout.why}.items():
            assert is_seen(pane, part), f"{name} of {key}"
        foot = pane.foot
        assert foot.more.isVisible() == foot.is_low
        for button in (*foot.buttons, foot.more):
            within = foot.rect().contains(button.geometry())
            assert button.isHidden() or within, f"{button.text()} of {key} is cut"
        if foot.is_low:
            assert len({button.y() for button in (*foot.buttons, foot.more) if button.isVisible()}) == 1, "one row"


@pytest.mark.parametrize("size", [(1366, 768), (1366, 900), (1920, 1040), (2560, 1440)])
def test_the_reason_and_the_first_four_actions_are_seen(window: MainWindow, size: tuple[int, int]):
    pane = sized(window, size, 100)
    rows = [row for row in window.worklist.list_pane.model.rows() if row.rag is Priority.RED and row.family]
    newest = max((row for row in rows if row.family == "medicines-recall"), key=lambda row: str(row.issued))
    first = rows[0]
    for row in (newest, first):
        show(window, str(row.key))
        assert pane.foot.tip.isVisible(), "the tip of the first minute is there as well"
        assert len(pane.cards) > 4
        seen = [is_seen(pane, pane.callout.why), *(is_seen(pane, card) for card in pane.cards[:4])]
        assert all(seen), f"{row.key}: {seen}"


def test_a_card_that_is_not_begun_opens_by_its_button_and_by_its_key(window: MainWindow, qtbot):
    pane = sized(window, (1366, 768), 100)
    show(window, longest(window, 1)[0])
    third, fourth = pane.cards[2], pane.cards[3]
    assert third.inside.isHidden()
    third.opener.setFocus(Qt.FocusReason.TabFocusReason)
    third.opener.click()
    assert third.inside.isVisible()
    assert third.opener.isHidden()
    assert third.isAncestorOf(window.focusWidget()), "the focus is not lost with the button"
    pane.scroll.setFocus()
    qtbot.keyClicks(pane.scroll, "4")
    assert fourth.inside.isVisible()
    look().set_zoom(100)
    window.resize(1366, 1700)
    settle(window)
    assert all(card.inside.isVisible() for card in pane.cards), "a window with room hides none"
    assert pane.callout.y() > pane.head.y()


def test_more_holds_what_has_no_room_with_its_key(window: MainWindow, qtbot):
    pane = sized(window, (1093, 614), 200)
    show(window, longest(window, 1)[0])
    foot = pane.foot
    menu = foot.menu()
    said = [action.text() for action in menu.actions() if not action.isSeparator()]
    hidden = [button for button in foot.buttons if foot.offers(button) and button.isHidden()]
    assert hidden
    for button in (*hidden, *pane.sheet.left_out()):
        assert any(text == f"{button.accessibleName()}\t{button.key}" for text in said if button.key), button.text()
    assert any("star" in text for text in said)
    next(action for action in menu.actions() if action.text().endswith("\tZ")).trigger()
    assert pane.panel is not None, "Snooze opens its panel from the menu"
    menu.close()
    pane.close_panel()
    pane.scroll.setFocus()
    qtbot.keyClicks(pane.scroll, "m")
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    opened.close()


def test_a_low_rail_has_the_own_lists_behind_one_button(window: MainWindow):
    sized(window, (1093, 614), 100)
    window.session.marks.star(longest(window, 1)[0], True)
    settle(window)
    rail = window.rail
    assert rail.own.isVisible()
    assert not any(button.isVisible() for button in rail.lists.values())
    menu = rail.menu()
    said = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert said[0] == "Starred (1)\tG S"
    assert len(said) == len(LISTS) + len(VIEWS)
    assert rail.own.text() == "Lists"
    menu.actions()[0].trigger()
    menu.close()
    settle(window)
    assert window.lists.shown == "starred"
    assert rail.own.isChecked()
    assert rail.buttons["worklist"].nextInFocusChain() is not None
    window.resize(1366, 900)
    settle(window)
    assert rail.own.isHidden()
    assert rail.lists["starred"].isVisible()
    assert rail.lists["starred"].isChecked()


@pytest.mark.parametrize("zoom", ZOOMS)
def test_no_button_of_the_rail_is_cut_or_covered(window: MainWindow, zoom: int):
    sized(window, (1093, 614), zoom)
    rail = window.rail
    shown = sorted((button for button in rail._every() if button.isVisible()), key=lambda button: button.y())
    assert len(shown) == 13
    for above, below in pairwise(shown):
        assert above.geometry().bottom() < below.y()
        assert above.height() >= 24
    assert shown[-1].geometry().bottom() <= rail.height()


def test_a_change_of_tone_keeps_the_size_of_the_text(window: MainWindow):
    health = window.status.health
    look().set_zoom(200)
    large = health.font().pixelSize()
    window.status.say_health("A source failed.", "red")
    window.status.say_health("All is well.", "green")
    assert health.font().pixelSize() == large == look().font("dense").pixelSize()


@pytest.mark.parametrize("name", ["open_defer", "open_assign", "open_snooze", "open_priority"])
def test_a_panel_in_the_lowest_window_shows_its_buttons(window: MainWindow, name: str):
    pane = sized(window, (1093, 614), 200)
    show(window, longest(window, 1)[0])
    getattr(pane, name)()
    for _ in range(3):
        QApplication.processEvents()
    holder = pane.panel.parentWidget()
    for button in (pane.panel.save, pane.panel.close_button):
        corner = button.mapTo(holder, QPoint(0, button.height()))
        assert button.isVisible()
        assert corner.y() <= holder.height(), f"{button.text()} is cut"
    pane.close_panel()
    assert pane.way_back.isVisible()
