"""What was checked in this sitting, newest first: a mirror of answers made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from msat.gui import icons
from msat.gui.check_words import look_of, names, spoken
from msat.gui.theme import look

if TYPE_CHECKING:
    from msat.services.check import Checked

COLUMNS = ("Checked", "Answer", "Alert, or why")
MOST = 5_000
"""Lines kept on the screen; a longer column is checked whole, and the tally counts all of it."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


class CheckTable(QAbstractTableModel):
    """Rows of answers: what was entered, shape and word of the answer, the alert."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[int, Checked]] = []

    def add(self, number: int, shown: Sequence[Checked]) -> None:
        """Puts the answers to question `number` in their place: a later question stands higher."""
        self.beginResetModel()
        older = [(asked, one) for asked, one in self._rows if asked < number]
        newer = [(asked, one) for asked, one in self._rows if asked > number]
        self._rows = [*newer, *((number, one) for one in shown), *older][:MOST]
        self.endResetModel()

    def clear(self) -> None:
        self.beginResetModel()
        self._rows = []
        self.endResetModel()

    def checked(self, row: int) -> Checked | None:
        return self._rows[row][1] if 0 <= row < len(self._rows) else None

    def all(self) -> list[Checked]:
        return [one for _number, one in self._rows]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        shown = self._rows[index.row()][1]
        tone, drawing, word = look_of(shown)
        if role == _DISPLAY:
            return (shown.answer.asked.text, word, names(shown))[index.column()]
        if role == _DECORATION and index.column() == 1:
            return icons.icon(drawing, look().colour("unrated" if tone == "unrated" else f"{tone}_text"), 18)
        if role == _ACCESSIBLE:
            return spoken(shown)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            return COLUMNS[section]
        return None
