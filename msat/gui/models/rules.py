"""The rules as a table: priority for each kind of organisation as shape and word, limit, basis, review. A mirror."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from msat.gui.marks import mark_icon
from msat.gui.tailoring import SHORT_KINDS, RuleLine, limit_words, priority_words
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.triage.model import OrganisationKind, Priority

KINDS = tuple(OrganisationKind)
COLUMNS = spoken(
    (
        later("Rule"),
        later("Name"),
        *(dict.__getitem__(SHORT_KINDS, kind) for kind in KINDS),
        later("Limit"),
        later("Here"),
        later("Basis"),
        later("Review"),
    )
)
FIRST_KIND = 2
LIMIT, HERE, BASIS, REVIEW = (
    COLUMNS.index(name) for name in (later("Limit"), later("Here"), later("Basis"), later("Review"))
)
MARK = 18
"""Pixels at 100 % of the mark before a priority's word."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_FONT = int(Qt.ItemDataRole.FontRole)


class RulesTable(QAbstractTableModel):
    """Rows of rules as the draft would have them; what is local stands out in bold and in a word."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RuleLine] = []

    def set_rows(self, rows: Sequence[RuleLine]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def line(self, row: int) -> RuleLine | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, id_: str, name: str) -> int:
        """Where a rule stands; -1 when it is not shown."""
        return next((at for at, one in enumerate(self._rows) if (one.id, one.name) == (id_, name)), -1)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        line, at = self._rows[index.row()], index.column()
        if role == _DISPLAY:
            return _words(line, at)
        if role == _DECORATION and FIRST_KIND <= at < LIMIT:
            word = line.now.priority[KINDS[at - FIRST_KIND]]
            return mark_icon(Priority(word) if word in set(Priority) else None, look().px(MARK))
        if role == _FONT and _differs(line, at):
            return QFont(look().font("body", strong=True))
        if role == _TOOLTIP:
            return _told(line, at)
        if role == _ACCESSIBLE:
            return f"{COLUMNS[at]}: {_words(line, at) or tr('none')}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if role == _DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            return COLUMNS[section]
        return None


def _words(line: RuleLine, at: int) -> str:
    if FIRST_KIND <= at < LIMIT:
        return priority_words(line.now.priority[KINDS[at - FIRST_KIND]])
    return {
        0: line.id,
        1: line.now.name,
        LIMIT: limit_words(line.now.limit),
        HERE: line.local,
        BASIS: line.now.basis,
        REVIEW: (line.shipped or line.now).reviewed,
    }[at]


def _differs(line: RuleLine, at: int) -> bool:
    """Whether a cell says something else than what is shipped."""
    if line.shipped is None:
        return at in (0, HERE)
    if FIRST_KIND <= at < LIMIT:
        kind = KINDS[at - FIRST_KIND]
        return line.now.priority[kind] != line.shipped.priority[kind]
    return (at == LIMIT and line.now.limit != line.shipped.limit) or (at == HERE and bool(line.local))


def _told(line: RuleLine, at: int) -> str:
    if line.shipped is not None and _differs(line, at) and at != HERE:
        before = (
            limit_words(line.shipped.limit)
            if at == LIMIT
            else priority_words(line.shipped.priority[KINDS[at - FIRST_KIND]])
        )
        return tr("{words} here. Shipped: {before}.").format(words=_words(line, at), before=before)
    return _words(line, at)
