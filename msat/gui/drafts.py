"""What a person typed and has not recorded yet, kept per alert and field, so that a crash loses none of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from msat.errors import MsatError
from msat.gui.tongue import later, tr


class DraftsNotKept(MsatError):
    """The disk would not take the drafts; what is typed is still on the screen."""

    title = later("What you typed is not saved as a draft")


class Drafts:
    """A JSON file of texts, {alert: {field: text}}, replaced whole and atomically."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._texts = _read(path)
        self.is_dirty = False

    def text(self, alert: str, field: str) -> str:
        return self._texts.get(alert, {}).get(field, "")

    def fields(self, alert: str) -> dict[str, str]:
        """Everything kept for an alert."""
        return dict(self._texts.get(alert, {}))

    def keep(self, alert: str, field: str, text: str) -> None:
        """Remembers a text; an empty one is forgotten. Nothing is written until `save`."""
        if text == self.text(alert, field):
            return
        fields = self._texts.setdefault(alert, {})
        if text:
            fields[field] = text
        else:
            fields.pop(field, None)
        if not fields:
            del self._texts[alert]
        self.is_dirty = True

    def save(self) -> None:
        """Writes what changed. Raises DraftsNotKept when the disk will not take it."""
        if not self.is_dirty:
            return
        aside = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("w", encoding="utf-8") as file:
                json.dump(self._texts, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self._path)  # noqa: PTH105 - one call that overwrites on Windows too
        except OSError as error:
            raise DraftsNotKept(
                tr("The drafts could not be written: {strerror}.").format(strerror=error.strerror),
                tr("Free space, or record what you typed now."),
            ) from error
        self.is_dirty = False


def _read(path: Path) -> dict[str, dict[str, str]]:
    """The drafts on disk. A damaged file is set aside and never stops the program."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        if path.exists():
            os.replace(path, path.with_suffix(".damaged"))  # noqa: PTH105
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(alert): {str(field): str(text) for field, text in fields.items()}
        for alert, fields in found.items()
        if isinstance(fields, dict)
    }
