"""The table of organisations by alerts: names stay in sight; each cell is a mark, a sign and a word. Nobody is ranked.

Knows the model and nothing else; `looked_at` says which rows are on the screen, `opened` which cell was chosen.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from msat.gui.marks import mark_icon
from msat.gui.models.board import BoardModel, Look, Role
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.in_sight import InSight

PAUSE_MS = 40
NAME, CELL, ROW = 220, 168, 32
"""Pixels at 100 %: the names, a cell across, a row down. A narrow window gives the names less."""
LEAST_NAME, LEAST_ROWS = 150, 3
FEWEST = 4
"""Alerts that should be seen beside each other; with less room their states stand on two lines."""
MARK = 16


class BoardDelegate(QStyledItemDelegate):
    """Draws a cell: ground in the tone of the state, the mark of the priority, the sign and the word."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        shown: Look = index.data(Role.LOOK)
        theme, box = look(), option.rect.adjusted(1, 1, -1, -1)
        tinted = shown.tone in ("red", "amber", "green", "info", "unrated")
        painter.save()
        painter.fillRect(box, theme.colour(f"{shown.tone}_background" if tinted else "surface"))
        ink = theme.colour(f"{shown.tone}_text" if tinted and shown.tone != "unrated" else "text_2")
        at = box.left() + theme.px(8)
        if shown.has_mark:
            side = theme.px(MARK)
            mark_icon(shown.rag, side).paint(painter, QRect(at, box.center().y() - side // 2, side, side))
            at += side + theme.px(6)
        painter.setFont(theme.font("dense", strong=shown.tone == "red"))
        painter.setPen(ink)
        rest = QRect(at, box.top(), box.right() - at, box.height())
        lines = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(rest, int(lines), shown.words)
        if option.state & QStyle.StateFlag.State_Selected:
            pen = painter.pen()
            pen.setColor(theme.colour("focus"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(look().px(CELL), look().px(ROW))


class BoardView(QTableView):
    """`opened` carries row and column of a cell on which Enter was pressed or that was clicked twice."""

    opened = Signal(int, int)
    looked_at = Signal(int, int)

    def __init__(self, model: BoardModel, most_rows: int = 14) -> None:
        super().__init__()
        self._most_rows, self._knows_page = most_rows, False
        self.setModel(model)
        self.setItemDelegate(BoardDelegate(self))
        self._in_sight = InSight(self)
        self.setAccessibleName(tr("Board of organisations and alerts"))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(True)
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._pause.start())
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row(), index.column()))
        model.modelReset.connect(self.fit)
        look().changed.connect(self.fit)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at.isValid():
            self.opened.emit(at.row(), at.column())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._in_sight.focused(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cells()
        self._fit_names()
        self._fit_height()
        self._pause.start()

    def fit(self) -> None:
        """Every cell the same size: nothing is measured, however many there are."""
        self._fit_cells()
        self._fit_names()
        self._fit_height()
        self._pause.start()

    def _fit_cells(self) -> None:
        """As wide as the longest state on one line where `FEWEST` alerts stand beside each other so; else the state
        stands on two lines, that more of the board is seen at once. Nothing is cut."""
        theme, longest = look(), tr("○ Waiting for a second person")
        metrics = QFontMetrics(theme.font("dense", strong=True))
        edges = theme.px(MARK + 26)
        whole = max(theme.px(CELL), metrics.horizontalAdvance(longest) + edges)
        room = (self.width() - self._names_width()) // FEWEST
        across, down = whole, theme.px(ROW)
        if room < whole:
            across = max(_on_two_lines(longest, metrics) + edges, room)
            down = max(down, 2 * metrics.lineSpacing() + theme.px(8))
        if (across, down) != (self.horizontalHeader().defaultSectionSize(), self.verticalHeader().defaultSectionSize()):
            self.horizontalHeader().setDefaultSectionSize(across)
            self.verticalHeader().setDefaultSectionSize(down)

    def _fit_height(self) -> None:
        """Never higher than the page it scrolls with: the names of the alerts would scroll away from their cells."""
        row = self.verticalHeader().defaultSectionSize()
        edges = 2 * self.frameWidth() + self.horizontalScrollBar().sizeHint().height()
        around = self.horizontalHeader().sizeHint().height() + edges
        area = self._page()
        high = area.viewport().height() - around - 2 * look().px("small") if area is not None else self._most_rows * row
        room = high // row
        rows = min(max(self.model().rowCount(), 1), self._most_rows, max(room, LEAST_ROWS))
        if self.maximumHeight() != rows * row + around:
            self.setFixedHeight(rows * row + around)

    def showEvent(self, event: QShowEvent) -> None:
        """From now on the page's height is known, and each time that it is another."""
        super().showEvent(event)
        area = self._page()
        if area is not None and not self._knows_page:
            self._knows_page = True
            area.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._fit_height())
        self._fit_height()

    def _page(self) -> QScrollArea | None:
        """The page that the board scrolls with, once it stands on one."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        return above

    def _fit_names(self) -> None:
        self.verticalHeader().setFixedWidth(self._names_width())

    def _names_width(self) -> int:
        theme = look()
        return min(theme.px(NAME), max(theme.px(LEAST_NAME), self.width() // 3))

    def _tell(self) -> None:
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height() - 1)
        self.looked_at.emit(first, last if last >= 0 else self.model().rowCount() - 1)


def _on_two_lines(text: str, metrics: QFontMetrics) -> int:
    """Pixels across that the text needs on two lines, broken where that is least."""
    words = text.split()
    parts = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words) + 1))
    return min(max(map(metrics.horizontalAdvance, both)) for both in parts)
