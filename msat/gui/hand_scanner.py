"""A hand scanner that types into the window: its keys are no commands; what it read is offered to the batch check.

Keys are looked at before anything else in the window has them. Where a letter can be a command it waits until no other
key has followed at once, too short a time to be felt; so the first characters of a barcode do nothing either. In a
field that takes text the scanner types as ever, but its Enter never records what stands in an alert. A key without a
moment of its own (one that a program sends) is never held back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from msat.gui.burst import GAP_MS, PAUSE_MS, Burst
from msat.gui.tongue import tr
from msat.gui.views.batch_box import GROUP, SHOWN_GROUP
from msat.gui.views.inbox import Inbox
from msat.gui.views.key_cap import HELD, MODIFIERS

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
FRESH_MS = 60_000
"""For how long what was read is put into the batch check when that is opened."""
LATE_MS = 60
"""The window was busy when its timer is as late as this: keys may wait that are older than it."""
SHOWN = 60
"""Characters of a reading that the line shows."""


class HandScanner(QObject):
    """Belongs to the window. `read` is what was read last, empty when it was used or is old."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._held: list[QKeyEvent] = []
        self._burst, self._typed = Burst(), Burst()
        self._is_giving, self._had_patience = False, False
        self._waits = QTimer(self, singleShot=True)
        self._waits.setTimerType(Qt.TimerType.PreciseTimer)
        self._waits.timeout.connect(self._nothing_followed)
        self._since, self._age = QElapsedTimer(), QElapsedTimer()
        self._read = ""
        window.stack.currentChanged.connect(lambda _at: self._use())

    def watch(self) -> None:
        """The window is shown: from now on its keys come here first. Qt's own window is never kept: it goes before."""
        handle = self._window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)  # once more is no more

    @property
    def read(self) -> str:
        """What a scanner read in the last minute and nobody used."""
        return self._read if self._age.isValid() and not self._age.hasExpired(FRESH_MS) else ""

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._is_giving or kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return super().eventFilter(watched, event)
        if event.key() in MODIFIERS:
            return False  # a scanner presses Shift for a capital
        return self._is_shortcut_of_it(event) if kind == QEvent.Type.ShortcutOverride else self._takes(event)

    def _is_shortcut_of_it(self, event: QKeyEvent) -> bool:
        """Before shortcuts are looked for: the separator within a barcode comes as Ctrl+]."""
        if _is_separator(event) and self._burst.goes_on(event.timestamp()):
            event.accept()
            return True
        if not _character(event) and event.key() not in ENDS:
            self._give()
        return False

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is held back, or a scanner's; what is held goes first where it is neither."""
        at, ends = event.timestamp(), event.key() in ENDS and not event.modifiers() & HELD
        if not at or event.isAutoRepeat():
            self._give()
            return False
        if self._burst.is_known and not self._burst.goes_on(at):
            self._finish()
        if ends and self._burst.is_ended_by(at):
            self._burst.is_known = True
            self._finish()
            return True
        character = GROUP if _is_separator(event) and self._burst.goes_on(at) else _character(event)
        if takes_text(self._window.focusWidget()) or QApplication.activePopupWidget() is not None:
            self._give()
            return self._types(character, at, ends)
        if not character or (character == " " and not self._burst.goes_on(at)):
            self._give()
            return False
        if self._held and not self._burst.goes_on(at):
            self._give()
        self._hold(event, character, at)
        return True

    def _hold(self, event: QKeyEvent, character: str, at: int) -> None:
        self._burst.add(character, at)
        if self._burst.is_known:
            self._held.clear()
        else:
            again = QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text())
            again.setTimestamp(at)
            self._held.append(again)
        self._had_patience = False
        self._wait()

    def _wait(self) -> None:
        self._since.start()
        self._waits.start(PAUSE_MS if self._burst.is_known else GAP_MS)

    def _nothing_followed(self) -> None:
        """No other key has come: a person's keys do now what they stand for."""
        late = self._since.elapsed() - self._waits.interval()
        if late > LATE_MS and not self._had_patience:
            self._had_patience = True
            self._wait()
        elif self._burst.is_known:
            self._finish()
        else:
            self._give()

    def _give(self) -> None:
        """What was held goes where it was meant to go, in its order."""
        if self._burst.is_known:
            self._finish()
            return
        held, self._held, self._burst = self._held, [], Burst()
        self._waits.stop()
        handle = self._window.windowHandle()
        self._is_giving = True
        try:
            for event in held if handle is not None else ():
                QApplication.sendEvent(handle, event)
        finally:
            self._is_giving = False

    def _types(self, character: str, at: int, ends: bool) -> bool:
        """In a field: what is typed goes there. Whether this key is an Enter that a scanner sent into an alert."""
        typed = self._typed
        if ends and typed.is_ended_by(at) and typed.is_known:
            self._typed = Burst()
            focus, page = self._window.focusWidget(), self._window.current()
            if isinstance(page, Inbox) and isinstance(focus, QLineEdit) and page.alert.isAncestorOf(focus):
                self._window.notices.tell(
                    tr("A scanner typed into this field. Its Enter was not taken: press Enter if you mean it."), "info"
                )
                return True
            return False
        if not typed.goes_on(at):
            self._typed = typed = Burst()
        if character:
            typed.add(character, at)
        return False

    # What was read

    def _finish(self) -> None:
        """A scanner has read this."""
        text, self._burst, self._held = self._burst.text, Burst(), []
        self._waits.stop()
        window = self._window
        if window.session.desk is None or window.alone is not None:
            return
        self._read = text.strip()
        self._age.start()
        if self._use():
            return
        shown = self._read.replace(GROUP, SHOWN_GROUP)
        said = tr("A scanner read {text}. It was not taken for keys. Ctrl+B checks it.")
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
        window.notices.tell(said.format(text=shown), "info", tr("Batch check"), lambda: window.show_page("batch"))

    def _use(self) -> bool:
        """Where the batch check is shown, checks what was read; whether it did."""
        page, text = self._window.pages.get("batch"), self.read
        if not text or page is None or self._window.current() is not page:
            return False
        self._read = ""
        page.box.setPlainText(text.replace(GROUP, SHOWN_GROUP))
        page.box.ask()
        page.box.setFocus(Qt.FocusReason.OtherFocusReason)
        return True


def takes_text(widget: QWidget | None) -> bool:
    """Whether what is typed is text there."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QAbstractSpinBox)


def _character(event: QKeyEvent) -> str:
    """The character of a key that is pressed alone or with Shift; empty for any other."""
    text = event.text()
    return text if len(text) == 1 and text.isprintable() and not event.modifiers() & HELD else ""


def _is_separator(event: QKeyEvent) -> bool:
    return event.text() == GROUP or bool(
        event.key() == Qt.Key.Key_BracketRight and event.modifiers() & Qt.KeyboardModifier.ControlModifier
    )
