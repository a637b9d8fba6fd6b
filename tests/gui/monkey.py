"""What presses keys, clicks, types, drags and drops at random, and the ledger of what it made the program write.

The seed decides everything but the clock: a run can be repeated. What is done is kept as a trail, for a failing test
to show. Dialogs of the system, printing and other programs answer that nothing was chosen; see `test_monkey.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QTabBar, QWidget
from shiboken6 import isValid

from msat.gui.main_window import MainWindow
from msat.gui.tasks import Done, Failed, InstantRunner, Work
from tests.gui.conftest import settle

WHO = ("Your name", "Your role")
LETTERS = [getattr(Qt.Key, f"Key_{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
MOVES = [
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Return, Qt.Key.Key_Escape),
    *(Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F1, Qt.Key.Key_F5, Qt.Key.Key_F6),
    *(Qt.Key.Key_F11, Qt.Key.Key_Question, Qt.Key.Key_Slash, Qt.Key.Key_Plus, Qt.Key.Key_Minus),
]
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
HELD = [NONE] * 6 + [SHIFT, CTRL, CTRL | SHIFT]
PANELS = [getattr(Qt.Key, f"Key_{letter}") for letter in "CNPRADZE"]
"""The letters that open what stands at the foot of an alert."""
WORDS = ("12", "a word", "£ é 5 mg", "'\"<b>", "0", "99999999999", "2026-11-30")
SIZES = ((1280, 860), (1366, 900), (1093, 614), (760, 700), (480, 360))
LOOKS = 4
"""How often in a run the look is read anew for every widget there is; each takes seconds."""
TICK = 0.05
"""Seconds of the moment in which an answer can be taken back, that one key or click stands for."""


class Ledger(InstantRunner):
    """Does the work at once, and notes how many entries each piece of it wrote."""

    def __init__(self, size: Callable[[], int]) -> None:
        self._size = size
        self.by_work, self.pieces = 0, 0

    def write(self, work: Work, done: Done, failed: Failed, owner: Any = None) -> None:
        def counted() -> Any:
            before = self._size()
            self.pieces += 1
            try:
                return work()
            finally:
                self.by_work += self._size() - before

        super().write(counted, done, failed, owner)

    read = aside = write


class Monkey:
    """Presses and clicks what is there. `done` counts keys and clicks, `kinds` acts by kind, `trail` keeps the last."""

    def __init__(self, window: MainWindow, seed: str, files: list[Path]) -> None:
        self.window, self.files, self.any = window, files, random.Random(seed)
        self.done, self.acts, self.kinds, self.trail = 0, 0, Counter[str](), list[str]()
        plain = [self._key] * 5 + [self._letter] * 4 + [self._click] * 4 + [self._control] * 6 + [self._type] * 2
        files = [self._drop, self._drag]
        rare = [self._panel, self._palette, self._wheel, self._double, self._right, self._undo, self._resize]
        self._acts = [*plain * 3, *[self._answer] * 3, *files, *rare]

    def act(self) -> None:
        """One key, one click, or one of what people do more seldom."""
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
        what = self.any.choice(self._acts)
        self.kinds[what.__name__.strip("_")] += 1
        what()
        self.acts += 1
        if self.acts % 8 == 0:
            QApplication.processEvents()
        if self.acts % 24 == 0:
            self.tidy()

    def _at(self) -> QWidget:
        there = QApplication.activePopupWidget() or QApplication.focusWidget()
        return there or self.window.focusWidget() or self.window

    @staticmethod
    def _says_who(at: QWidget) -> bool:
        """The name and the role that a deed is recorded with stay those of the sample."""
        return isinstance(at, QLineEdit | QComboBox) and at.accessibleName() in WHO

    def _note(self, what: str) -> None:
        self.trail = [*self.trail[-19:], f"{self.acts} {what}"]

    def _press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        at = self._at()
        if self._says_who(at) and key not in MOVES[:12]:
            return
        self._note(f"{key.name} {held.name} on {type(at).__name__} {at.accessibleName()!r}")
        QTest.keyClick(at, key, held)
        self.done += 1

    def _key(self) -> None:
        """A key, now and then held down until it repeats."""
        key, held = self.any.choice(MOVES), self.any.choice(HELD)
        for _ in range(self.any.choice((1, 1, 1, 2, 6))):
            self._press(key, held)

    def _letter(self) -> None:
        self._press(self.any.choice(LETTERS), self.any.choice(HELD))

    def _to_list(self) -> None:
        """To where single letters are commands, and to an alert, as somebody goes who wants to answer one."""
        if not hasattr(self.window.current(), "list_pane"):
            self.window.show_page("worklist")
        pane = self.window.current_inbox().list_pane
        if not pane.model.rows():
            pane.clear_filters()
            settle(self.window)
        pane.list.setFocus()
        if pane.model.rows() and self.any.randrange(2):
            pane.show_key(str(self.any.choice(pane.model.rows()).key))
            settle(self.window)

    def _panel(self) -> None:
        """What the foot of an alert asks."""
        self._to_list()
        self._press(self.any.choice(PANELS))

    def _answer(self) -> None:
        """Answers an action by its number, or opens a panel and confirms what it proposes."""
        self._to_list()
        if self.any.randrange(3):
            self._press(self.any.choice(LETTERS[27:31]))
            return
        self._press(self.any.choice(PANELS))
        self._type()
        self._press(Qt.Key.Key_Return, CTRL)

    def _palette(self) -> None:
        self._press(Qt.Key.Key_K, CTRL)
        self._write(self.any.choice(("light", "open", "a", "rec", "take", "print", "z", "no such", "snooze")))
        for _ in range(self.any.randrange(4)):
            self._press(Qt.Key.Key_Down)
        self._press(self.any.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))

    def _undo(self) -> None:
        """Takes back what waits, and sometimes does it again."""
        self._press(Qt.Key.Key_Z, self.any.choice((CTRL, CTRL, CTRL | SHIFT)))

    def _type(self) -> None:
        """Words into a field."""
        self._write(self.any.choice(WORDS))

    def _write(self, words: str) -> None:
        at = self._at()
        if self._says_who(at):
            return
        self._note(f"types {words!r} into {type(at).__name__} {at.accessibleName()!r}")
        for letter in words:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                if isValid(at):
                    QApplication.sendEvent(at, QKeyEvent(kind, 0, NONE, letter))
            self.done += 1

    # The mouse

    def _somewhere(self) -> tuple[QWidget, QPoint]:
        """Anything at a random point, and the point on it."""
        root = self.window.centralWidget()
        point = QPoint(self.any.randrange(root.width()), self.any.randrange(root.height()))
        widget = root.childAt(point) or root
        return widget, widget.mapFrom(root, point)

    def _something(self) -> tuple[QWidget, QPoint]:
        """A control that can be clicked, on the page more often than beside it."""
        root = self.any.choice((self.window.current(), self.window.current(), self.window))
        kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QTabBar)
        there = [one for kind in kinds for one in root.findChildren(kind)]
        self.any.shuffle(there)
        for one in there:
            if one.isVisible() and one.isEnabled() and not one.visibleRegion().isEmpty():
                seen = one.visibleRegion().boundingRect()
                inside = isinstance(one, QAbstractItemView | QTabBar)
                at = QPoint(self.any.randrange(seen.width()), self.any.randrange(seen.height()))
                return one, seen.topLeft() + at if inside else seen.center()
        return self._somewhere()

    def _mouse(self, how: Callable[..., None], at: tuple[QWidget, QPoint], button: Qt.MouseButton) -> None:
        widget, point = at
        if isinstance(widget, QAbstractItemView):
            widget = widget.viewport()
        self._note(f"{how.__name__} {button.name} on {type(widget).__name__} {widget.accessibleName()!r}")
        how(widget, button, self.any.choice(HELD), point)
        self.done += 1

    def _click(self) -> None:
        self._mouse(QTest.mouseClick, self._somewhere(), Qt.MouseButton.LeftButton)

    def _control(self) -> None:
        self._mouse(QTest.mouseClick, self._something(), Qt.MouseButton.LeftButton)

    def _double(self) -> None:
        self._mouse(QTest.mouseDClick, self._something(), Qt.MouseButton.LeftButton)

    def _right(self) -> None:
        self._mouse(QTest.mouseClick, self._somewhere(), Qt.MouseButton.RightButton)

    def _wheel(self) -> None:
        widget, point = self._somewhere()
        turn, at = QPoint(0, self.any.choice((-120, 120, -600))), QPointF(point)
        self._note(f"wheel on {type(widget).__name__} {widget.accessibleName()!r}")
        none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        wheel = QWheelEvent(at, QPointF(widget.mapToGlobal(point)), QPoint(), turn, none, NONE, phase, False)
        QApplication.sendEvent(widget, wheel)
        self.done += 1

    def _drag(self) -> None:
        """Presses, moves and lets go: selects, moves a splitter or a column, or begins a drag (`dragged` ends it)."""
        widget, point = self.any.choice((self._somewhere, self._something))()
        self._note(f"drag from {type(widget).__name__} {widget.accessibleName()!r}")
        left, far = Qt.MouseButton.LeftButton, QPoint(self.any.randrange(-200, 200), self.any.randrange(-200, 200))
        QTest.mousePress(widget, left, NONE, point)
        for part in (20, 100):
            if isValid(widget):
                QTest.mouseMove(widget, point + far * part / 100)
        if isValid(widget):
            QTest.mouseRelease(widget, left, NONE, point + far)
        self.done += 1

    def _drop(self) -> None:
        """Files from outside, on whatever is there."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(one)) for one in self.any.sample(self.files, self.any.randrange(1, 4))])
        if self.any.randrange(6) == 0:
            data = QMimeData()
            data.setText("Not a file: words from another program.")
        self.dropped(data, Qt.DropAction.CopyAction)

    def dropped(self, data: QMimeData, action: Qt.DropAction) -> None:
        """Brings `data` over something and lets go; as in a desktop, nothing is dropped where it was not taken."""
        under, _point = self._somewhere()
        places = [under]
        while places[-1].parentWidget() is not None:
            places.append(places[-1].parentWidget())
        left = Qt.MouseButton.LeftButton
        for place in (one for one in places if one.acceptDrops()):
            at = place.rect().center()
            comes = QDragEnterEvent(at, action, data, left, NONE)
            comes.ignore()
            QApplication.sendEvent(place, comes)
            if not comes.isAccepted():
                continue
            self._note(f"drop of {[url.fileName() for url in data.urls()]} on {type(place).__name__}")
            QApplication.sendEvent(place, QDragMoveEvent(at, action, data, left, NONE))
            if self.any.randrange(4) == 0:
                QApplication.sendEvent(place, QDragLeaveEvent())
            else:
                QApplication.sendEvent(place, QDropEvent(QPointF(at), action, data, left, NONE))
            return

    def _resize(self) -> None:
        size = self.any.choice(SIZES)
        self._note(f"resized to {size}")
        self.window.resize(*size)

    # Between

    def tidy(self) -> None:
        """Lets time pass, closes what popped up, and brings the window to the front again."""
        self.window.session.grace.tick()
        # As the program's own loop does between two keys; here it does not run, and what was let go of would pile up.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        for _ in range(5):
            popup = QApplication.activePopupWidget()
            if popup is None:
                break
            popup.close()
        for top in QApplication.topLevelWidgets():
            if isValid(top) and top is not self.window and top.isVisible():
                top.close()
        if not self.window.isVisible():
            self.window.show()
        if not self.window.isActiveWindow():
            self.window.activateWindow()
