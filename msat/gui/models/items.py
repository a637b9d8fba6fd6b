"""The items of a list: number, title, date, and the alert here that each tells of, drawn as a link."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from msat.gui.models.tables import TextTable
from msat.gui.theme import look
from msat.gui.tongue import said, tr
from msat.projections.item_lines import COLUMNS, ItemLine

HERE = COLUMNS.index("Alert here")
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


class ItemTable(TextTable):
    """A mirror of lines made elsewhere. What leads to an alert is underlined and says so to a screen reader."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(tuple(map(said, COLUMNS)), parent)
        self._lines: tuple[ItemLine, ...] = ()

    def set_lines(self, lines: Sequence[ItemLine]) -> None:
        self._lines = tuple(lines)
        self.set_rows([(*line.cells[: HERE - 1], said(line.cells[HERE - 1]), said(line.cells[HERE])) for line in lines])

    def line(self, row: int) -> ItemLine | None:
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def is_link(self, index: QModelIndex) -> bool:
        """Whether a click on this cell goes to an alert."""
        return index.isValid() and index.column() == HERE and bool(self._lines[index.row()].alerts)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not self.is_link(index) or role not in (_FOREGROUND, _FONT, _ACCESSIBLE):
            return super().data(index, role)
        if role == _FOREGROUND:
            return look().colour("link")
        if role == _FONT:
            font = QFont(look().font("dense"))
            font.setUnderline(True)
            return font
        return tr("{data}. Enter opens it.").format(data=super().data(index, role))
