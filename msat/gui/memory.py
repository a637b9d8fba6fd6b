"""What the window remembers between starts: its size, and where files were saved. Never a record, never a setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings


class Memory:
    """A small ini file in the profile's configuration folder."""

    def __init__(self, folder: Path) -> None:
        self._kept = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    def get(self, name: str, default: Any = "") -> Any:
        value = self._kept.value(name)
        return default if value is None else value

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.get(name, default))
        except (TypeError, ValueError):
            return default

    def keep(self, name: str, value: Any) -> None:
        self._kept.setValue(name, value)

    def save(self) -> None:
        self._kept.sync()
