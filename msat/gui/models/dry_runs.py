"""What a dry run shows, row by row: the lowered Reds first. A mirror."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from msat.gui.dates import say_moment
from msat.gui.marks import mark_icon
from msat.gui.models.rules import MARK
from msat.gui.tailoring import SHORT_KINDS
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr

if TYPE_CHECKING:
    from msat.actions.dry_run import Outcome, Row

COLUMNS = spoken(
    (
        later("Alert"),
        later("What is different"),
        later("Now"),
        later("Then"),
        later("Due now"),
        later("Due then"),
        later("For"),
    )
)
DIFFERENT, NOW, THEN, DUE_NOW, DUE_THEN, FOR = range(1, 7)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


class DryRunTable(QAbstractTableModel):
    """Rows in the order that they came in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, at: int) -> Row | None:
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        row, at = self._rows[index.row()], index.column()
        if role == _DISPLAY:
            return _words(row, at)
        if role == _DECORATION and at in (NOW, THEN):
            return mark_icon(_outcome(row, at).priority, look().px(MARK))
        if role == _FOREGROUND and row.is_lowered_red:
            return look().colour("red_text")
        if role == _TOOLTIP:
            return row.title if at == 0 else _words(row, at)
        if role == _ACCESSIBLE:
            said = f"{COLUMNS[at]}: {_words(row, at) or 'none'}"
            return f"{said}. {row.title}" if at == 0 else said
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            return COLUMNS[section]
        return None


def _outcome(row: Row, at: int) -> Outcome:
    return row.before if at == NOW else row.after


def _words(row: Row, at: int) -> str:
    if at in (NOW, THEN):
        one = _outcome(row, at)
        return "{priority}, {rule}".format(
            priority=one.priority.capitalize() if one.priority else tr("No rating"), rule=one.rule
        )
    if at in (DUE_NOW, DUE_THEN):
        due = (row.before if at == DUE_NOW else row.after).due
        return say_moment(due) if due else tr("no limit")
    return row.name if at == 0 else SHORT_KINDS[row.kind] if at == FOR else difference(row)


def difference(row: Row) -> str:
    """What is different, in words; a lowered Red is called so first, and actions are named."""
    from msat.actions.dry_run import DIRECTIONS

    more = [code for code in row.after.actions if code not in row.before.actions]
    less = [code for code in row.before.actions if code not in row.after.actions]
    said = [DIRECTIONS[one] for one in row.directions if one != "actions" or not (more or less)]
    said += [tr("with {more}").format(more=" ".join(more))] if more else []
    said += [tr("without {less}").format(less=" ".join(less))] if less else []
    words = "; ".join(said)
    return tr("LOWERED RED: {words}").format(words=words) if row.is_lowered_red else words[:1].upper() + words[1:]
