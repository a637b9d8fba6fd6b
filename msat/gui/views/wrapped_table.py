"""A read-only table in which every word is shown: cells wrap, within a long number too, and nothing is ever cut.

Columns are as wide as their words while there is room; then the long ones share what is left. Rows are measured once
for each width, never left on ResizeToContents (performance.md section 3). Knows no alert.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QIcon, QKeyEvent, QPainter, QResizeEvent, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.in_sight import InSight
from msat.gui.views.worklist_delegate import lay_out
from msat.projections.column_widths import column_widths

SIDE, EDGE, ICON = 8, 5, 18
"""Pixels at 100 %: beside the words, above and below them, of a drawing before them."""
MEASURED = 400
"""Rows that decide how wide the columns are."""
LONGEST = 3_000
"""Characters of a cell that are drawn: far more than any fact has, and what a hostile text may cost."""
MANY = 300
LATER_MS = 120
"""While the window is being resized, a table of more than `MANY` rows waits this long before it measures them anew."""


class WrappedTable(QTableView):
    """`opened` carries the row of a line on which Enter was pressed or that was clicked twice."""

    opened = Signal(int)

    def __init__(self, name: str, model: QAbstractItemModel, most_rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_rows, self._measured = most_rows, ()
        self.setModel(model)
        self.setAccessibleName(name)
        self.setItemDelegate(Wrapped(self))
        self._in_sight = InSight(self)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self.fit)
        model.modelReset.connect(self._forget)
        look().changed.connect(self._forget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._in_sight.focused(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.model().rowCount() > MANY:
            self._later.start()
        else:
            self.fit()

    def _forget(self) -> None:
        self._measured = ()
        self.fit()

    def fit(self) -> None:
        """Widths, then heights; a table of few rows shows whole, a longer one scrolls on its own."""
        if self.isHidden():
            return
        rows = self.model().rowCount()
        width = self.width() - 2 * self.frameWidth() - self._bar(rows)
        if self._measured != (width, rows):
            self._measured = width, rows
            widths = column_widths(*self._needs(), width)
            widths[-1] += max(width - sum(widths), 0)
            for at, wide in enumerate(widths):
                self.setColumnWidth(at, wide)
            for at in range(rows):
                self.setRowHeight(at, self._height(at))
        high = sum(self.rowHeight(at) for at in range(min(rows, self._most_rows)))
        self.setFixedHeight(high + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + look().px(4))

    def _bar(self, rows: int) -> int:
        return self.verticalScrollBar().sizeHint().width() if rows > self._most_rows else 0

    def _needs(self) -> tuple[list[int], list[int]]:
        """How wide each column would be with its words on one line, and with its longest word on one."""
        model, delegate, header = self.model(), self.itemDelegate(), self.horizontalHeader()
        rows = min(model.rowCount(), MEASURED)
        natural, least = [], []
        for at in range(model.columnCount()):
            needs = [delegate.needs(model.index(row, at), self.font()) for row in range(rows)]
            head = header.sectionSizeHint(at)
            natural.append(max([head, *(whole for whole, _word in needs)]))
            least.append(max([head, *(word for _whole, word in needs)]))
        return natural, least

    def _height(self, row: int) -> int:
        model, delegate = self.model(), self.itemDelegate()
        columns = range(model.columnCount())
        return max(delegate.high(model.index(row, at), self.font(), self.columnWidth(at)) for at in columns)


class Wrapped(QStyledItemDelegate):
    """Draws a cell's words on as many lines as they need."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.initStyleOption(option, index)
        words, font, icon = _words(index), QFont(option.font), QIcon(option.icon)
        ink = option.palette.color(option.palette.ColorRole.Text)
        if option.state & QStyle.StateFlag.State_Selected:
            ink = look().colour("text")
        if index.data(Qt.ItemDataRole.ForegroundRole) is not None:
            ink = index.data(Qt.ItemDataRole.ForegroundRole)
        option.text, option.icon = "", QIcon()
        option.state &= ~QStyle.StateFlag.State_HasFocus
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        box = option.rect.adjusted(look().px(SIDE), look().px(EDGE), -look().px(SIDE), -look().px(EDGE))
        painter.save()
        painter.setClipRect(option.rect)
        if not icon.isNull():
            side = look().px(ICON)
            line = min(box.height(), QFontMetrics(font).height())
            icon.paint(painter, QRect(box.left(), box.top() + (line - side) // 2, side, side))
            box.setLeft(box.left() + side + look().px(6))
        painter.setPen(ink)
        layout = _layout(words, font, box.width())
        layout.draw(painter, box.topLeft())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(self.needs(index, option.font)[0], self.high(index, option.font, option.rect.width()))

    def needs(self, index: QModelIndex, font: QFont) -> tuple[int, int]:
        """Pixels of a cell with its words on one line, and with its longest word on one; edges and drawing included."""
        metrics = QFontMetrics(index.data(Qt.ItemDataRole.FontRole) or font)
        text = _words(index)
        whole = max((metrics.horizontalAdvance(line) for line in text.split("\n")), default=0)
        word = max((metrics.horizontalAdvance(one) for one in text.split()), default=0)
        edges = self._edges(index) + 2
        return whole + edges, word + edges

    def high(self, index: QModelIndex, font: QFont, width: int) -> int:
        """Pixels that a cell of this width needs."""
        font = index.data(Qt.ItemDataRole.FontRole) or font
        line, words = QFontMetrics(font).lineSpacing(), _words(index)
        room = max(width - self._edges(index), 1)
        if "\n" not in words and QFontMetrics(font).horizontalAdvance(words) <= room:
            tall = line
        else:
            tall = ceil(_layout(words, font, room).boundingRect().height())
        return max(tall + 2 * look().px(EDGE), look().px(28))

    @staticmethod
    def _edges(index: QModelIndex) -> int:
        drawing = look().px(ICON) + look().px(6) if index.data(Qt.ItemDataRole.DecorationRole) is not None else 0
        return 2 * look().px(SIDE) + drawing


def _layout(words: str, font: QFont, width: int) -> QTextLayout:
    return lay_out(words.replace("\n", "\u2028"), font, width)


def _words(index: QModelIndex) -> str:
    """The words of a cell; of a monstrous one the beginning, and how much more there is."""
    text = str(index.data() or "")
    return (
        text
        if len(text) <= LONGEST
        else tr("{text} ({text_2:,} more characters)").format(text=text[:LONGEST], text_2=len(text) - LONGEST)
    )
