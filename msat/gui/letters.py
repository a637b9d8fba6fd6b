"""The letters that are commands now: as delivered, or as a person changed them; none while they are switched off.

There is one set for the whole application, as there is one theme. It follows the settings of the window's session, and
says when it is another: what prints a letter is made with `by` and prints the new one. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from msat.errors import Refused
from msat.gui.kept_settings import KeptSettings
from msat.letter_keys import AS_DELIVERED, BY_NAME, read, shown

SETTING, SWITCH = "letter_keys", "single_keys"


@dataclass(frozen=True, slots=True)
class By:
    """The key of a command, whatever it is now."""

    name: str

    def __str__(self) -> str:
        return letters().shown(self.name)


def by(name: str | int) -> By:
    """The key of the command called `name`, or the digit that answers an action."""
    return By(str(name))


class Letters(QObject):
    """`changed` says that a key is another, or that letters were switched on or off."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.keys, self.is_on = dict(AS_DELIVERED), True
        self._settings: KeptSettings | None = None

    def follow(self, settings: KeptSettings) -> None:
        """From now on these settings say which keys there are."""
        self._settings = settings
        settings.changed.connect(lambda key: self._read(settings) if key in (SETTING, SWITCH) else None)
        self._read(settings)

    def _read(self, settings: KeptSettings) -> None:
        if settings is not self._settings:
            return  # of a window before
        try:
            keys = read(settings.text(SETTING))
        except Refused:  # never from a file: it is checked when it is read
            keys = dict(AS_DELIVERED)
        before = self.keys, self.is_on
        self.keys, self.is_on = keys, settings.is_on(SWITCH)
        if before != (self.keys, self.is_on):
            self.changed.emit()

    def shown(self, name: str) -> str:
        """What is printed for a command or a digit; nothing while no key does it."""
        if name in ("nil", "rest-nil"):
            return shown(self.keys[name])  # in a field of its own, where letters are never switched off
        if not self.is_on:
            return ""
        if name.isdecimal():
            return name
        if BY_NAME[name].where == ("go",):
            first, then = shown(self.keys["go"]), shown(self.keys[name])
            return f"{first} {then}" if first and then else ""
        return shown(self.keys[name])

    def command(self, text: str, where: str) -> str:
        """The command that the letter typed stands for in a place; empty for none."""
        key = text.lower()
        if not key or not (self.is_on or where == "stock"):
            return ""
        return next((one for one, has in self.keys.items() if has == key and where in BY_NAME[one].where), "")


def letters() -> Letters:
    """The letters in force."""
    if not _current:
        _current.append(Letters())
    return _current[0]


_current: list[Letters] = []
