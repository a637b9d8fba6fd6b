"""The lines of the newsletter's lists as Qt sees them: headings, and titles with a line below. A mirror."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from msat.gui.pieces import tip
from msat.triage.model import Priority

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_CHECK = int(Qt.ItemDataRole.CheckStateRole)
_LINE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_HEADING = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `ticked` None: there is no box; `marked`: with the mark of `rag`; `dim`: greyed."""

    key: str
    title: str
    meta: str = ""
    sentence: str = ""
    rag: Priority | None = None
    marked: bool = False
    ticked: bool | None = None
    dim: bool = False
    heading: bool = False


class Role(IntEnum):
    """What a delegate asks for."""

    LINE = int(Qt.ItemDataRole.UserRole)
    KEY = int(Qt.ItemDataRole.UserRole) + 1


class LinesModel(QAbstractListModel):
    """Rows of `Line`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Shows these lines; where only ticks and words differ, nothing moves and the place is kept."""
        made = list(lines)
        if [one.key for one in made] != [one.key for one in self._lines]:
            self.beginResetModel()
            self._lines = made
            self.endResetModel()
            return
        for at, (old, new) in enumerate(zip(self._lines, made, strict=True)):
            if old != new:
                self._lines[at] = new
                index = self.index(at)
                self.dataChanged.emit(index, index)

    def lines(self) -> list[Line]:
        return list(self._lines)

    def index_of(self, key: str) -> QModelIndex:
        at = next((at for at, one in enumerate(self._lines) if one.key == key and not one.heading), None)
        return QModelIndex() if at is None else self.index(at)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _HEADING if self._lines[index.row()].heading else _LINE

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == _DISPLAY:
            return line.title
        if role == _ACCESSIBLE:
            return line.sentence or f"{line.title}. {line.meta}".strip()
        if role == Role.LINE:
            return line
        if role == Role.KEY:
            return "" if line.heading else line.key
        if role == _TOOLTIP and not line.heading:
            return tip(f"{line.title}\n{line.meta}".strip())
        if role == _CHECK and line.ticked is not None:
            return Qt.CheckState.Checked if line.ticked else Qt.CheckState.Unchecked
        return None
