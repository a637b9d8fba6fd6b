"""A letter that can be changed: a button with the key of a command, which takes the next key that is pressed.

Enter begins, Esc or Tab leaves it as it was, Delete takes the key away. Decides nothing: who hears `typed` keeps it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QSizePolicy

from msat.gui.letters import letters
from msat.gui.pieces import KeyButton
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.letter_keys import BY_NAME, as_key, shown

MODIFIERS = (
    *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta),
    *(Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock),
)
LEAVES = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
TAKES_AWAY = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyCap(KeyButton):
    """`typed` carries the key pressed, or an empty text for none; `refused` what cannot be a key, in words; `waits`
    whether it waits for a key."""

    typed = Signal(str)
    refused = Signal(str)
    waits = Signal(bool)
    stepped = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__("", self.begin)
        self.name, self.is_waiting = name, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(look().px(44))
        letters().changed.connect(self.say_key)
        self.say_key()

    def say_key(self) -> None:
        """Prints the key as it is now, or that one is waited for."""
        key = shown(letters().keys[self.name])
        label = tr(BY_NAME[self.name].label)
        self.say(tr("Press a key") if self.is_waiting else key or tr("no key"))
        if self.is_waiting:
            self.setAccessibleName(tr("{command}: press its new key").format(command=label))
        else:
            said = tr("{command}: key {key}") if key else tr("{command}: no key")
            self.setAccessibleName(said.format(command=label, key=key))
        self.setAccessibleDescription(tr("Enter, then the new key. Delete takes the key away, Escape leaves it."))

    def begin(self) -> None:
        """From now on the next key is the new one."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._wait(True)

    def _wait(self, on: bool) -> None:
        if on != self.is_waiting:
            self.is_waiting = on
            self.say_key()
            self.waits.emit(on)

    def leave(self) -> None:
        """Nothing is another."""
        self._wait(False)

    def event(self, event: QEvent) -> bool:
        """While it waits, no key is a shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and self.is_waiting and event.key() not in MODIFIERS:
            event.accept()
            return True
        if (
            event.type() == QEvent.Type.KeyPress
            and self.is_waiting
            and event.key()
            in (
                Qt.Key.Key_Tab,
                Qt.Key.Key_Backtab,
            )
        ):
            self.leave()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, steps = event.key(), {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if self.is_waiting:
            self._take(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.begin()
        elif key in TAKES_AWAY:
            self.typed.emit("")
        elif key in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.stepped.emit(steps[key])
        else:
            super().keyPressEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in MODIFIERS or event.isAutoRepeat():
            return
        if key in LEAVES:
            self.leave()
        elif key in TAKES_AWAY:
            self.typed.emit("")
        elif event.modifiers() & HELD or not event.text().isprintable() or not event.text():
            self.refused.emit(tr("A key is one letter or sign, pressed without Ctrl or Alt. Press another, or Esc."))
        elif event.text().isnumeric():
            self.refused.emit(tr("Digits answer the actions of an alert. Press a letter or a sign, or Esc."))
        elif not as_key(event.text()):
            self.refused.emit(tr("“{text}” cannot be a key. Press another, or Esc.").format(text=event.text()))
        else:
            self.typed.emit(as_key(event.text()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.leave()
        super().focusOutEvent(event)
