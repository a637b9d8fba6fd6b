"""Keys and clicks at random on every page: nothing breaks, no draft is lost, no entry is in the record unasked.

80 of them on each page in the usual run, 10,000 with `-m slow`. The seed is the page's name: a run can be repeated.
Dialogs of the system, printing and other programs are replaced: they answer that nothing was chosen. The network is
replaced by one that is down. What is asked after every run:

- no exception reached the event loop and Qt warned of nothing (pytest-qt fails the test for either);
- the window still answers: the worklist can be gone to and shows its alerts;
- every entry that came is of a kind that a person's deed or a reading of sources makes, names the person of the
  sample or the program itself, and the whole record still verifies;
- the draft that was begun before is there word for word.

F11 is left out: each presentation sizes every widget anew, twice; `test_oversight_page.py` walks it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QWidget,
)
from shiboken6 import isValid

from msat.gui.main_window import MainWindow
from tests.gui.conftest import settle
from tests.gui.screens import PAGES

USUAL, MANY = 80, 10_000
ACTORS = {"Demo Pharmacist", "Demo GP", "MSAT"}
WHO = ("Your name", "Your role")
DRAFT = "The shelf was looked at twice; nothing of this batch."
LETTERS = [getattr(Qt.Key, f"Key_{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
MOVES = [
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Space,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_F1,
    Qt.Key.Key_F5,
    Qt.Key.Key_F6,
    Qt.Key.Key_Question,
    Qt.Key.Key_Slash,
]
HELD = [Qt.KeyboardModifier.NoModifier] * 6 + [
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
]


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """No dialog of the system opens, no program starts, no socket is made; what was asked for is listed."""
    asked: list[str] = []

    def none(name: str, answer: object) -> object:
        def said(*_given: object, **_named: object) -> object:
            asked.append(name)
            return answer

        return staticmethod(said)

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, none(name, ("", "")))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", none("getOpenFileNames", ([], "")))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", none("getExistingDirectory", ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", none("openUrl", True))
    monkeypatch.setattr(QDialog, "exec", lambda *_given: asked.append("dialog") or QDialog.DialogCode.Rejected)
    monkeypatch.setattr(QMenu, "exec", lambda *_given: asked.append("menu"))
    monkeypatch.setattr("socket.socket.connect", _refuse)
    monkeypatch.setattr("socket.getaddrinfo", _refuse)
    return asked


def _refuse(*_given: object, **_named: object) -> None:
    raise ConnectionRefusedError("No network in a test.")


class Monkey:
    """Presses and clicks what is there. `done` counts, `trail` keeps the last of it for a failing test to show."""

    def __init__(self, window: MainWindow, seed: str) -> None:
        self.window, self.any = window, random.Random(seed)
        self.done = 0
        self.trail: list[str] = []

    def act(self) -> None:
        """One key or one click."""
        self.any.choice((self._key, self._key, self._letter, self._click, self._click_control, self._type))()
        self.done += 1
        if self.done % 20 == 0:
            QApplication.processEvents()
            self._close_what_popped_up()

    def _at(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.window

    def _note(self, what: str) -> None:
        self.trail = [*self.trail[-14:], what]

    def _key(self) -> None:
        at, key, held = self._at(), self.any.choice(MOVES), self.any.choice(HELD)
        self._note(f"{key.name} {held} on {type(at).__name__} {at.accessibleName()!r}")
        QTest.keyClick(at, key, held)

    def _letter(self) -> None:
        at, key, held = self._at(), self.any.choice(LETTERS), self.any.choice(HELD)
        if isinstance(at, QLineEdit | QComboBox) and at.accessibleName() in WHO:
            return
        self._note(f"{key.name} {held} on {type(at).__name__} {at.accessibleName()!r}")
        QTest.keyClick(at, key, held)

    def _type(self) -> None:
        """Words into a field; never into the name and the role that a deed is recorded with."""
        at = self._at()
        if isinstance(at, QLineEdit) and at.accessibleName() not in WHO:
            self._note(f"types into {at.accessibleName()!r}")
            for letter in self.any.choice(("12", "a word", "£ é 5 mg", "'\"<b>", "0", "99999999999")):
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    if isValid(at):
                        QApplication.sendEvent(at, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))

    def _click(self) -> None:
        """Anywhere."""
        root = self.window.centralWidget()
        point = QPoint(self.any.randrange(root.width()), self.any.randrange(root.height()))
        self._press(root.childAt(point) or root, root.mapToGlobal(point))

    def _click_control(self) -> None:
        """On something that can be clicked."""
        kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
        there = [one for one in self.window.findChildren(QWidget) if isinstance(one, kinds)]
        there = [one for one in there if one.isVisible() and one.isEnabled() and not one.visibleRegion().isEmpty()]
        if there:
            one = self.any.choice(there)
            self._press(one, one.mapToGlobal(one.visibleRegion().boundingRect().center()))

    def _press(self, widget: QWidget, where: QPoint) -> None:
        self._note(f"click on {type(widget).__name__} {widget.accessibleName()!r}")
        held = self.any.choice(HELD[:7])
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, held, widget.mapFromGlobal(where))

    def _close_what_popped_up(self) -> None:
        for _ in range(5):
            popup = QApplication.activePopupWidget()
            if popup is None:
                break
            popup.close()
        for top in QApplication.topLevelWidgets():
            if top is not self.window and top.isVisible() and isValid(top):
                top.close()
        self.window.show()
        if not self.window.isActiveWindow():
            self.window.activateWindow()


def rampage(window: MainWindow, page: str, times: int) -> Monkey:
    """Goes to a page and lets the monkey at it; when it has gone elsewhere for long it is brought back."""
    monkey = Monkey(window, page)
    window.show_page(page)
    for number in range(times):
        if number % 50 == 0:
            window.show_page(page)
        monkey.act()
    monkey._close_what_popped_up()
    settle(window)
    return monkey


def kept_draft(window: MainWindow) -> tuple[str, str]:
    """Begins a note on an alert and says which."""
    key = str(window.worklist.list_pane.model.rows()[-1].key)
    window.session.drafts.keep(key, "monkey/note", DRAFT)
    return key, "monkey/note"


def _unasked(window: MainWindow, before: int) -> list[str]:
    """Entries that nobody in the sample could have asked for."""
    entries = list(window.session.desk.record.entries())[before:]
    names = ((one, one.content.get("actor", {}).get("name", "")) for one in entries)
    return [f"{one.seq} {one.type} by {name!r}" for one, name in names if name not in ACTORS]


def _try(window: MainWindow, page: str, times: int) -> None:
    draft, before = kept_draft(window), window.session.desk.record.head().size
    monkey = rampage(window, page, times)
    trail = "\n".join(monkey.trail)
    assert monkey.done == times
    assert window.session.drafts.text(*draft) == DRAFT, trail
    assert _unasked(window, before) == [], trail
    assert window.session.desk.record.verify().valid, trail
    window.session.grace.record_all(lambda: None)
    window.show_page("worklist")
    window.worklist.list_pane.clear_filters()
    settle(window)
    assert window.current() is window.worklist, trail
    assert window.worklist.list_pane.model.rows(), trail


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES)
def test_random_keys_and_clicks(window: MainWindow, page: str):
    _try(window, page if page != "lists" else "starred", USUAL)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", PAGES)
def test_ten_thousand_keys_and_clicks(window: MainWindow, page: str):
    _try(window, page if page != "lists" else "starred", MANY)


def test_the_same_seed_does_the_same(window: MainWindow, tmp_path: Path):
    one, other = Monkey(window, "seed"), Monkey(window, "seed")
    assert [one.any.random() for _ in range(5)] == [other.any.random() for _ in range(5)]
    assert Monkey(window, "another").any.random() != Monkey(window, "seed").any.random()
