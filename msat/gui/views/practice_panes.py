"""The two halves of the page of practices: commissioners and networks to find, practices to tick. Decide nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QLineEdit, QListView, QTableView

from msat.gui.models.practices import Column, PatchModel, PracticeModel
from msat.gui.pieces import Text, column
from msat.gui.practice_draft import Shown
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.tick_delegate import PatchDelegate, TickDelegate
from msat.projections.practices import Patch

_WIDTHS = {Column.OURS: 56, Column.DISPENSING: 92, Column.STATE: 190}


class _Pane(QFrame):
    """A card with a search box on top."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setMinimumWidth(look().px(260))
        self.lines = column(self, margins="small", gap="small")
        self.search = QLineEdit()
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(hint)
        self.search.setClearButtonEnabled(True)
        look().dress(self.search, "body")
        self.lines.addWidget(self.search)


class PatchPane(_Pane):
    """Commissioners and networks, each with a tick."""

    def __init__(self, model: PatchModel) -> None:
        super().__init__(tr("Find a commissioner or network"))
        self._model = model
        self.list = QListView()
        self.list.setModel(model)
        self.list.setItemDelegate(PatchDelegate(self.list))
        self.list.setAccessibleName(tr("Commissioners and networks to take in"))
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.list.setMouseTracking(True)
        look().changed.connect(self.list.scheduleDelayedItemsLayout)
        self.lines.addWidget(self.list, 1)

    def show_rows(self, rows: Sequence[tuple[Patch, bool]]) -> None:
        """Shows these; the one that was current stays so, and the list stays where it was scrolled to."""
        at, scrolled = self._model.patch(self.list.currentIndex().row()), self.list.verticalScrollBar().value()
        self._model.set_rows(rows)
        if at is not None:
            index = self._model.index(self._model.row_of(at.sort, at.code))
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.verticalScrollBar().setValue(scrolled)


class PracticePane(_Pane):
    """Practices with two ticks each, and how many there are."""

    def __init__(self, model: PracticeModel) -> None:
        super().__init__(tr("Find a practice: name, code, postcode"))
        self._model = model
        self.table = QTableView()
        self.table.setModel(model)
        self._delegate = TickDelegate(self.table)
        self.table.setItemDelegate(self._delegate)
        self.table.setAccessibleName(tr("Practices: ours, and dispensing"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.tally = Text("", "dense", "text_2")
        self.lines.addWidget(self.table, 1)
        self.lines.addWidget(self.tally)

    def show_rows(self, rows: Sequence[Shown]) -> None:
        """Shows these; the practice that was current stays so."""
        at = self.table.currentIndex()
        was = self._model.shown(at.row()) if at.isValid() else None
        self._model.set_rows(rows)
        if was is not None and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self._model.index(self._model.row_of(was.practice.code), at.column()))

    def fit(self) -> None:
        """The names have what the other columns leave; a row is as high as its two lines."""
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(look().px(48))
        for at, width in _WIDTHS.items():
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(at, look().px(width))
        header.setSectionResizeMode(Column.PRACTICE, QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(self._delegate.height())
