"""The settings as the window holds them: read once, changed at once, and everything that follows one is told.

A file that cannot be read is never overwritten: the defaults hold, and `trouble` says why.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from msat import settings
from msat.errors import MsatError, Refused
from msat.settings import Value


class KeptSettings(QObject):
    """`changed` carries the key of a setting that has another value now."""

    changed = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.trouble: MsatError | None = None
        self._values: dict[str, Value] = {}
        self.read()

    def read(self) -> None:
        """Reads the file again, and tells of what is another now."""
        try:
            found, self.trouble = settings.load(self.path), None
        except Refused as refused:
            found, self.trouble = {one.key: one.default for one in settings.SETTINGS}, refused
        self._take(found)

    def move(self, path: Path) -> None:
        """Goes on with another profile's file."""
        self.path = path
        self.read()

    def value(self, key: str) -> Value:
        """A setting. KeyError for one that is not declared."""
        return self._values[key]

    def text(self, key: str) -> str:
        return str(self._values[key])

    def number(self, key: str) -> int:
        return int(self._values[key])

    def is_on(self, key: str) -> bool:
        return bool(self._values[key])

    def keep(self, **changes: Value) -> None:
        """Changes settings and writes them. Raises Refused or SettingsNotKept, and then nothing is another."""
        self._take(settings.save(self.path, changes))
        self.trouble = None

    def hold(self, **changes: Value) -> None:
        """Changes settings for as long as the window is open: the file would not take them."""
        self._take(self._values | {key: settings.checked(key, value) for key, value in changes.items()})

    def _take(self, values: dict[str, Value]) -> None:
        before, self._values = self._values, values
        for key, value in values.items():
            if before and before.get(key) != value:
                self.changed.emit(key)
