"""What was checked in this sitting, newest first: a mirror of answers made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from msat.gui import icons
from msat.gui.check_words import look_of, names
from msat.gui.check_words import spoken as sentence
from msat.gui.dates import say_time
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr

if TYPE_CHECKING:
    from msat.services.check import Checked

COLUMNS = spoken((later("Checked"), later("Answer"), later("Alert, or why"), later("When")))
NEWEST, EARLIER = later("This check"), later("Earlier")
MOST = 5_000
"""Lines kept on the screen; a longer column is checked whole, and the tally counts all of it."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


class CheckTable(QAbstractTableModel):
    """Rows of answers: what was entered, shape and word of the answer, the alert. Once some are of an earlier check, a
    last column says which."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[int, Checked]] = []
        self.earlier = 0
        """How many rows are of an earlier check than the newest."""

    def add(self, number: int, shown: Sequence[Checked]) -> None:
        """Puts the answers to question `number` in their place: a later question stands higher."""
        self.beginResetModel()
        older = [(asked, one) for asked, one in self._rows if asked < number]
        newer = [(asked, one) for asked, one in self._rows if asked > number]
        self._take([*newer, *((number, one) for one in shown), *older][:MOST])
        self.endResetModel()

    def clear(self) -> None:
        self.beginResetModel()
        self._take([])
        self.endResetModel()

    def keep_newest(self) -> None:
        """Takes the answers to every question but the newest away."""
        self.beginResetModel()
        self._take([(asked, one) for asked, one in self._rows if asked == self._newest])
        self.endResetModel()

    def _take(self, rows: list[tuple[int, Checked]]) -> None:
        self._rows = rows
        self.earlier = sum(asked != self._newest for asked, _one in rows)

    @property
    def _newest(self) -> int:
        return self._rows[0][0] if self._rows else 0

    def checked(self, row: int) -> Checked | None:
        return self._rows[row][1] if 0 <= row < len(self._rows) else None

    def all(self) -> list[Checked]:
        return [one for _number, one in self._rows]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS) - (not self.earlier)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        asked, shown = self._rows[index.row()]
        is_old = asked != self._newest
        tone, drawing, word = look_of(shown)
        if role == _DISPLAY:
            when = f"{tr(EARLIER)}, {say_time(shown.as_at)}" if is_old else tr(NEWEST)
            return (shown.answer.asked.text, word, names(shown), when)[index.column()]
        if role == _FOREGROUND and is_old:
            return look().colour("text_2")
        if role == _DECORATION and index.column() == 1:
            return icons.icon(drawing, look().colour("unrated" if tone == "unrated" else f"{tone}_text"), 18)
        if role == _ACCESSIBLE:
            return f"{tr(EARLIER)}, {say_time(shown.as_at)}: {sentence(shown)}" if is_old else sentence(shown)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < self.columnCount():
            return COLUMNS[section]
        return None
