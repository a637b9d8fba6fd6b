"""Each key of the guide's table, pressed in a real window: what it opens, where it goes, what it changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from msat.gui import outputs
from msat.gui.main_window import MainWindow
from msat.gui.own_lists import LISTS
from msat.gui.theme import look
from msat.gui.views.page import Page
from msat.gui.views.palette_view import PaletteView
from msat.gui.views.panels import PriorityPanel, SignOffPanel
from msat.gui.views.rail import PAGES
from msat.gui.views.snooze_panel import SnoozePanel
from msat.gui.views.work_panels import AssignPanel, DeferPanel
from tests.gui.conftest import settle

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def rows(window: MainWindow):
    """The list, with the focus, at an alert that is open."""
    rows = window.worklist.list_pane.list
    rows.setFocus()
    return rows


def press(window: MainWindow, key: Key | str, held: Held = Held.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, held)
    settle(window)


def test_up_and_down_the_list(window: MainWindow, rows) -> None:
    first = window.worklist.alert.state.key
    press(window, "j")
    second = window.worklist.alert.state.key
    assert second != first
    press(window, "k")
    assert window.worklist.alert.state.key == first
    press(window, Key.Key_Down)
    assert window.worklist.alert.state.key == second
    press(window, Key.Key_Up)
    assert window.worklist.alert.state.key == first


def test_enter_goes_to_the_alert_and_escape_back(window: MainWindow, rows) -> None:
    press(window, Key.Key_Return)
    assert window.focusWidget() is window.worklist.alert.scroll
    press(window, Key.Key_Escape)
    assert window.focusWidget() is rows


def test_o_opens_the_page_of_the_source(window: MainWindow, rows, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(outputs, "open_address", lambda address: bool(opened.append(address)) or True)
    press(window, "o")
    assert opened == [window.worklist.alert.state.sources[0].url]
    assert opened[0].startswith("https://")


def test_o_says_so_where_there_is_no_page(window: MainWindow, rows) -> None:
    window.worklist.alert.head.pages = []
    press(window, "o")
    assert "no page that can be opened" in window.notices.notice.head.text()


@pytest.mark.parametrize(
    ("letter", "panel"),
    [("c", SignOffPanel), ("a", AssignPanel), ("z", SnoozePanel), ("t", DeferPanel), ("d", DeferPanel)],
)
def test_a_letter_opens_its_panel(window: MainWindow, rows, letter: str, panel: type) -> None:
    pane = window.worklist.alert
    for _ in range(12):
        press(window, letter)
        if pane.panel is not None:
            break
        press(window, "j")  # a Red that nobody acknowledged cannot be signed off
    assert isinstance(pane.panel, panel)
    press(window, Key.Key_Escape)
    assert pane.panel is None


@pytest.mark.parametrize(("letter", "rag"), [("r", "red"), ("a", "amber"), ("g", "green")])
def test_p_then_a_letter_chooses_the_priority_and_asks_why(window: MainWindow, rows, letter: str, rag: str) -> None:
    pane = window.worklist.alert
    press(window, "p")
    assert isinstance(pane.panel, PriorityPanel)
    press(window, letter)
    assert pane.panel.rag.currentData() == rag
    assert window.focusWidget() is pane.panel.reason
    QTest.keyClicks(window.focusWidget(), "Arg")  # a letter is now a letter
    assert pane.panel.reason.text() == "Arg"
    assert pane.panel.rag.currentData() == rag


def test_s_and_u_mark_it_for_oneself(window: MainWindow, rows) -> None:
    key = str(window.worklist.alert.state.key)
    press(window, "s")
    press(window, "u")
    marks = window.session.marks.marks
    assert key in marks.starred
    assert key in marks.unread
    press(window, "z", Held.ControlModifier)
    press(window, "z", Held.ControlModifier)
    assert key not in window.session.marks.marks.starred


def test_x_and_shift_tick(window: MainWindow, rows) -> None:
    press(window, "x")
    assert len(rows.model().ticked) == 1
    press(window, Key.Key_J, Held.ShiftModifier)
    assert len(rows.model().ticked) == 2
    press(window, Key.Key_Escape)
    assert not rows.model().ticked


@pytest.mark.parametrize(
    ("letter", "page"),
    [
        *zip(
            "iswdrnb",
            ("worklist", "starred", "waiting", "completed", "records", "newsletter", "oversight"),
            strict=True,
        )
    ],
)
def test_g_and_a_letter_go_there(window: MainWindow, rows, letter: str, page: str) -> None:
    window.show_page("alerts")
    press(window, "g")
    press(window, letter)
    assert shown(window) == page


@pytest.mark.parametrize(("page", "key"), [(name, key) for name, _words, key in PAGES if key.startswith("Ctrl+")])
def test_ctrl_and_its_key_goes_to_a_page(window: MainWindow, page: str, key: str) -> None:
    window.show_page("keys")
    last = {",": Key.Key_Comma, "B": Key.Key_B}.get(key[-1], key[-1])
    QTest.keyClick(window, last, Held.ControlModifier)
    settle(window)
    assert shown(window) == page


def shown(window: MainWindow) -> str:
    page = window.current()
    name = next(name for name, made in window.pages.items() if made is page)
    return window.lists.shown if window.lists.shown in LISTS and name == "lists" else name


@pytest.mark.parametrize(
    ("key", "held", "holds"),
    [
        (Key.Key_K, Held.ControlModifier, lambda w: w.findChild(PaletteView).isVisible()),
        (Key.Key_Slash, Held.NoModifier, lambda w: w.focusWidget() is w.worklist.list_pane.search),
        (Key.Key_F, Held.ControlModifier, lambda w: w.focusWidget() is w.worklist.list_pane.search),
        (Key.Key_F6, Held.NoModifier, lambda w: w.focusWidget() is w.worklist.alert.scroll),
        (Key.Key_F6, Held.ShiftModifier, lambda w: w.focusWidget() is w.worklist.list_pane.search),
        (Key.Key_E, Held.ControlModifier, lambda w: shown(w) == "records"),
        (Key.Key_P, Held.ControlModifier, lambda w: shown(w) == "print"),
        (Key.Key_N, Held.ControlModifier, lambda w: shown(w) == "add"),
        (Key.Key_F1, Held.NoModifier, lambda w: shown(w) == "help"),
        ("?", Held.ShiftModifier, lambda w: shown(w) == "keys"),
        (Key.Key_Plus, Held.ControlModifier, lambda w: look().zoom > 100),
        (Key.Key_Minus, Held.ControlModifier, lambda w: look().zoom < 100),
        (Key.Key_F5, Held.NoModifier, lambda w: w.property("checked") == "yes"),
    ],
)
def test_keys_that_work_everywhere(
    window: MainWindow, rows, key: Key | str, held: Held, holds: Callable[[MainWindow], bool]
) -> None:
    def check(*_given: object, **_named: object) -> list[object]:
        window.setProperty("checked", "yes")
        return []

    window.checker._check = check
    press(window, key, held)
    assert holds(window)


def test_the_keys_of_the_number_pad_are_the_same_keys(window: MainWindow, rows, monkeypatch) -> None:
    pane, asked = window.worklist.alert, []
    monkeypatch.setattr(pane, "answer_number", asked.append)
    press(window, Key.Key_2, Held.KeypadModifier)
    assert asked == [2]
    press(window, Key.Key_Enter, Held.KeypadModifier)
    assert window.focusWidget() is pane.scroll


def test_the_list_of_keys_names_every_letter_that_does_something(window: MainWindow) -> None:
    from msat.gui.commands import _commands
    from msat.letter_keys import BY_NAME, COMMANDS

    assert set(_commands(window, window.worklist)) == {one.name for one in COMMANDS if "alert" in one.where}
    page = window.page("keys")
    assert isinstance(page, Page)
    assert set(page.caps) == set(BY_NAME)
