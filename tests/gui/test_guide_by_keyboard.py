"""The rest of the guide's table, pressed as the system sends keys: each with its moment, to the window itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.gui.views.snooze_panel import SnoozePanel
from msat.gui.views.work_panels import AssignPanel
from tests.gui.conftest import settle
from tests.gui.test_hand_scanner import SLOW, Keyboard

Key, Held = Qt.Key, Qt.KeyboardModifier
CTRL, SHIFT = Held.ControlModifier, Held.ShiftModifier


@pytest.fixture
def keyboard(window: MainWindow) -> Keyboard:
    """With the focus in the list."""
    window.worklist.list_pane.list.setFocus()
    return Keyboard(window)


def press(keyboard: Keyboard, key: int, text: str = "", held: Held = Held.NoModifier) -> None:
    keyboard.key(key, text, SLOW, held)
    keyboard.waits(60)


def letter(keyboard: Keyboard, text: str, held: Held = Held.NoModifier) -> None:
    press(keyboard, ord(text.upper()), text, held)


def test_n_says_that_it_does_not_apply_and_asks_why(window: MainWindow, keyboard: Keyboard) -> None:
    pane = window.worklist.alert
    before = len(pane.state.history)
    letter(keyboard, "n")
    focus = window.focusWidget()
    assert focus is not None
    assert pane.isAncestorOf(focus)
    assert focus is not pane.scroll, "the reason is asked for"
    assert len(pane.state.history) == before


def test_w_adds_it_to_the_newsletter_that_is_written(window: MainWindow, keyboard: Keyboard) -> None:
    letter(keyboard, "w")
    assert window.notices.isVisible()
    assert "newsletter" in window.notices.notice.head.text().lower() or "issue" in window.notices.notice.head.text()


def test_shift_k_and_shift_down_tick_as_they_go(window: MainWindow, keyboard: Keyboard) -> None:
    rows = window.worklist.list_pane.list
    letter(keyboard, "j")
    letter(keyboard, "K", SHIFT)
    assert len(rows.model().ticked) == 2
    press(keyboard, Key.Key_Escape)
    press(keyboard, Key.Key_Down, "", SHIFT)
    assert len(rows.model().ticked) == 2


def test_a_number_answers_its_action(window: MainWindow, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(window.worklist.alert, "answer_number", asked.append)
    for number in "19":
        letter(keyboard, number)
    assert asked == [1, 9]


def test_undo_and_redo(window: MainWindow, keyboard: Keyboard) -> None:
    key = str(window.worklist.alert.state.key)
    letter(keyboard, "s")
    assert key in window.session.marks.marks.starred
    press(keyboard, Key.Key_Z, "\x1a", CTRL)
    assert key not in window.session.marks.marks.starred
    press(keyboard, Key.Key_Y, "\x19", CTRL)
    assert key in window.session.marks.marks.starred
    assert "again" in window.notices.notice.head.text()
    press(keyboard, Key.Key_Y, "\x19", CTRL)
    assert "Nothing was taken back." in window.notices.notice.head.text()
    press(keyboard, Key.Key_Z, "\x1a", CTRL)
    letter(keyboard, "u")
    press(keyboard, Key.Key_Y, "\x19", CTRL)
    assert key not in window.session.marks.marks.starred, "something else was done since"


def test_copy_for_the_newsletter(window: MainWindow, keyboard: Keyboard) -> None:
    press(keyboard, Key.Key_C, "\x03", CTRL | SHIFT)
    assert str(window.worklist.alert.state.reference) in QApplication.clipboard().text()


def test_zoom_and_back(window: MainWindow, keyboard: Keyboard) -> None:
    press(keyboard, Key.Key_Plus, "+", CTRL)
    assert look().zoom == 110
    press(keyboard, Key.Key_0, "0", CTRL)
    assert look().zoom == 100


def test_a_panel_takes_text_and_ctrl_enter_saves_it(window: MainWindow, keyboard: Keyboard) -> None:
    pane = window.worklist.alert
    key = str(pane.state.key)
    letter(keyboard, "a")
    assert isinstance(pane.panel, AssignPanel)
    field = pane.panel.findChild(QLineEdit)
    field.setFocus()
    field.clear()
    keyboard.types("cnzs", SLOW)
    assert field.text() == "cnzs", "in a field a letter is a letter, at once"
    press(keyboard, Key.Key_Escape)
    assert pane.panel is None
    letter(keyboard, "z")
    assert isinstance(pane.panel, SnoozePanel)
    press(keyboard, Key.Key_Return, "\r", CTRL)
    settle(window)
    assert pane.panel is None
    assert key in window.session.marks.marks.snoozed


def test_the_palette_opens_over_a_letter_that_waits(window: MainWindow, keyboard: Keyboard) -> None:
    from msat.gui.views.palette_view import PaletteView

    key = str(window.worklist.alert.state.key)
    letter(keyboard, "s")
    press(keyboard, Key.Key_K, "\x0b", CTRL)
    assert key in window.session.marks.marks.starred
    palette = window.findChild(PaletteView)
    assert palette is not None
    assert palette.isVisible()
    press(keyboard, Key.Key_Escape)
    assert not palette.isVisible()
