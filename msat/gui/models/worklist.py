"""The list of alerts as Qt sees it: headings and rows in order. A mirror of rows the views gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from msat.gui import words
from msat.gui.dates import say_short_date
from msat.gui.tongue import tr
from msat.gui.updated import row_tag
from msat.ids import AlertKey
from msat.projections.ports import Row

if TYPE_CHECKING:
    from msat.services.own_marks import Marks

# Looked up once: an attribute of Qt in every data() call costs three times the repaint (performance.md section 3).
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_CHECK = int(Qt.ItemDataRole.CheckStateRole)
_ROW_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_HEADING_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


class Role(IntEnum):
    """What a delegate asks for beside the words."""

    ROW = int(Qt.ItemDataRole.UserRole)
    """The `Row`, or None for a heading."""
    HEADING = int(Qt.ItemDataRole.UserRole) + 1
    """(name, number of rows) of a heading, or None."""
    KEY = int(Qt.ItemDataRole.UserRole) + 2


class WorklistModel(QAbstractListModel):
    """Rows under headings. With `checkable` each row shows a box to tick; without, once one of them is ticked."""

    ticks_changed = Signal()

    def __init__(self, parent: QObject | None = None, checkable: bool = False) -> None:
        super().__init__(parent)
        self._items: list[tuple[str, int] | Row] = []
        self._at: dict[AlertKey, int] = {}
        self._always_checkable = checkable
        self.ticked: set[AlertKey] = set()
        self.now: datetime | None = None
        self.search = ""
        """What the rows were searched for: the delegate marks it in their titles."""
        self.marks: Marks | None = None

    def set_rows(self, rows: Sequence[Row], now: datetime) -> None:
        """Shows these rows, grouped as at `now`."""
        items: list[tuple[str, int] | Row] = []
        for heading, members in words.grouped(rows, now):
            items.append((heading, len(members)))
            items.extend(members)
        self.beginResetModel()
        self._items, self.now = items, now
        self._at = {item.key: at for at, item in enumerate(items) if isinstance(item, Row)}
        self.endResetModel()
        gone = self.ticked - self._at.keys()
        if gone and not self._always_checkable:
            # What is no longer in the list is not taken along unseen.
            self.ticked -= gone
            self.ticks_changed.emit()

    def set_marks(self, marks: Marks | None) -> None:
        """Shows these stars, snoozes and what is unread."""
        if marks != self.marks:
            self.marks = marks
            self.layoutAboutToBeChanged.emit()
            self.layoutChanged.emit()

    def is_unread(self, row: Row) -> bool:
        return self.marks is not None and self.marks.is_unread(row)

    def is_starred(self, row: Row) -> bool:
        return self.marks is not None and str(row.key) in self.marks.starred

    def snoozed_until(self, row: Row) -> datetime | None:
        """Until when an alert is put aside, if it is."""
        until = self.marks.snoozed.get(str(row.key)) if self.marks is not None else None
        return until if until is not None and self.now is not None and until > self.now else None

    def _marks_words(self, row: Row) -> str:
        until = self.snoozed_until(row)
        said = [tr("Unread.")] if self.is_unread(row) else []
        said += [f"{changed}."] if (changed := row_tag(row)) else []
        said += [tr("Starred.")] if self.is_starred(row) else []
        said += [tr("Snoozed until {day}.").format(day=say_short_date(until))] if until else []
        return " ".join(said)

    @property
    def checkable(self) -> bool:
        """Whether boxes are shown."""
        return self._always_checkable or bool(self.ticked)

    def rows(self) -> list[Row]:
        return [item for item in self._items if isinstance(item, Row)]

    def index_of(self, key: AlertKey | None) -> QModelIndex:
        """Where an alert stands; an invalid index when it is not shown."""
        at = self._at.get(key) if key else None
        return QModelIndex() if at is None else self.index(at)

    def tick(self, key: AlertKey, on: bool) -> None:
        """Ticks an alert or takes its tick away."""
        if on == (key in self.ticked):
            return
        index = self.index_of(key)
        (self.ticked.add if on else self.ticked.discard)(key)
        if index.isValid():
            self.dataChanged.emit(index, index, [_CHECK, _ACCESSIBLE])
        self.ticks_changed.emit()

    def clear_ticks(self) -> None:
        """Takes every tick away."""
        for key in list(self.ticked):
            self.tick(key, False)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if not isinstance(self._items[index.row()], Row):
            return _HEADING_FLAGS
        return _ROW_FLAGS | Qt.ItemFlag.ItemIsUserCheckable if self.checkable else _ROW_FLAGS

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> object:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        if isinstance(item, Row):
            return self._row_data(item, role)
        if role == Role.HEADING:
            return item
        if role in (_DISPLAY, _ACCESSIBLE):
            return f"{item[0]}, {words.count_words(item[1], 'alert')}"
        return None

    def setData(self, index: QModelIndex, value: object, role: int = _CHECK) -> bool:
        item = self._items[index.row()] if index.isValid() else None
        if role != _CHECK or not self.checkable or not isinstance(item, Row):
            return False
        self.tick(item.key, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def _row_data(self, row: Row, role: int) -> object:
        if role == Role.ROW:
            return row
        if role == _DISPLAY:
            return row.title
        if role == Role.KEY:
            return row.key
        if role == _ACCESSIBLE and self.now:
            ticked = tr("Ticked. ") if row.key in self.ticked else ""
            return f"{ticked}{words.row_sentence(row, self.now)} {self._marks_words(row)}".strip()
        if role == _TOOLTIP:
            return f"<p>{escape(row.title)}</p>"
        if role == _CHECK and self.checkable:
            return Qt.CheckState.Checked if row.key in self.ticked else Qt.CheckState.Unchecked
        return None
