"""Commissioners and networks to take in, and practices with two ticks each: ours, and dispensing. Mirrors."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from msat.gui.pieces import tip
from msat.gui.practice_draft import Shown, patch_line, practice_line, state_line
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.projections.practices import Patch

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_CHECK = int(Qt.ItemDataRole.CheckStateRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_COLOUR = int(Qt.ItemDataRole.ForegroundRole)
PATCH = int(Qt.ItemDataRole.UserRole) + 1
UNDER = int(Qt.ItemDataRole.UserRole) + 2
"""What stands in small type under a practice's name."""

_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


class PatchModel(QAbstractListModel):
    """`ticked` says which commissioner or network (sort, code) a person takes in or out; the page decides."""

    ticked = Signal(str, str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Patch, bool]] = []

    def set_rows(self, rows: Sequence[tuple[Patch, bool]]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row_of(self, sort: str, code: str) -> int:
        """Where one stands; -1 when it is not shown."""
        return next((at for at, (one, _on) in enumerate(self._rows) if (one.sort, one.code) == (sort, code)), -1)

    def patch(self, at: int) -> Patch | None:
        return self._rows[at][0] if 0 <= at < len(self._rows) else None

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        return _FLAGS | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        one, on = self._rows[index.row()]
        if role == _DISPLAY:
            return one.name
        if role == PATCH:
            return one
        if role == _CHECK:
            return _state(on)
        if role == _ACCESSIBLE:
            return "{name}, {patch_line}, {which}".format(
                name=one.name, patch_line=patch_line(one), which=tr("taken in") if on else tr("not taken in")
            )
        return tip(one.name) if role == _TOOLTIP else None

    def setData(self, index: QModelIndex, value: object, role: int = _CHECK) -> bool:
        if role != _CHECK or not index.isValid():
            return False
        one, _on = self._rows[index.row()]
        self.ticked.emit(one.sort, one.code, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class Column(IntEnum):
    """The columns, in the order shown."""

    OURS = 0
    DISPENSING = 1
    PRACTICE = 2
    STATE = 3


HEADS = spoken(
    {
        Column.OURS: later("Ours"),
        Column.DISPENSING: later("Dispenses"),
        Column.PRACTICE: later("Practice"),
        Column.STATE: later("State"),
    }
)
TICKS = (Column.OURS, Column.DISPENSING)


class PracticeModel(QAbstractTableModel):
    """`ticked` says what a person ticked: the column, the practice's code, on or off; the page decides."""

    ticked = Signal(int, str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Shown] = []

    def set_rows(self, rows: Sequence[Shown]) -> None:
        """Shows these rows. The same practices in the same order are only drawn again, so the place stays."""
        if [one.practice.code for one in rows] == [one.practice.code for one in self._rows]:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(Column) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def shown(self, at: int) -> Shown | None:
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def row_of(self, code: str) -> int:
        """Where a practice stands; -1 when it is not shown."""
        return next((at for at, one in enumerate(self._rows) if one.practice.code == code), -1)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS | Qt.ItemFlag.ItemIsUserCheckable if index.column() in TICKS else _FLAGS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(Column):
            return HEADS[Column(section)]
        return None

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        one, column = self._rows[index.row()], Column(index.column())
        if role == _DISPLAY:
            return _text(one, column)
        if role == _CHECK and column in TICKS:
            return _state(_is_ticked(one, column))
        if role == _ACCESSIBLE:
            return _spoken(one, column)
        if role == _COLOUR and not (one.practice.is_open and one.is_ours):
            return look().colour("text_2")
        if role == UNDER:
            return practice_line(one.practice) if column == Column.PRACTICE else None
        if role == _TOOLTIP:
            return tip(f"{one.practice.name}\n{one.practice.address}, {one.practice.postcode}")
        return None

    def setData(self, index: QModelIndex, value: object, role: int = _CHECK) -> bool:
        if role != _CHECK or not index.isValid() or index.column() not in TICKS:
            return False
        code = self._rows[index.row()].practice.code
        self.ticked.emit(index.column(), code, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def _is_ticked(one: Shown, column: Column) -> bool:
    return one.is_ours if column == Column.OURS else one.practice.dispensing


def _text(one: Shown, column: Column) -> str:
    if column == Column.PRACTICE:
        return one.practice.name
    return state_line(one.practice) if column == Column.STATE else ""


def _spoken(one: Shown, column: Column) -> str:
    if column in TICKS:
        return f"{HEADS[column]}, {one.practice.name}: {tr('yes') if _is_ticked(one, column) else tr('no')}"
    if column == Column.PRACTICE:
        return f"{one.practice.name}, {practice_line(one.practice)}"
    return f"{HEADS[column]}: {_text(one, column)}"
