"""The newsletter's lists, to choose alerts and issues from: how they are drawn, and which keys work in them."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt, QTimerEvent, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from msat.gui import icons
from msat.gui.letters import letters
from msat.gui.marks import paint_mark
from msat.gui.models.newsletter_lines import Line, LinesModel, Role
from msat.gui.theme import look
from msat.gui.views.alert_list import STEPS, STEPS_BY_LETTER
from msat.gui.views.worklist_delegate import lay_out

_BOX, _MARK = 20, 22


class LinesDelegate(QStyledItemDelegate):
    """A box to tick, a mark, the whole title, a line below; what was used already is greyed and says so in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[tuple[str, str, int, str], int] = {}
        look().changed.connect(self._heights.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        line: Line = index.data(Role.LINE)
        view = option.widget
        width = max(120, view.viewport().width() if view is not None else option.rect.width())
        if line.heading:
            return QSize(width, QFontMetrics(look().font("meta", True)).height() + look().px(14))
        inner = width - self._left(line) - look().px("medium")
        high = self._high(line.title, "body", inner) + self._high(line.meta, "meta", inner)
        return QSize(width, max(high + look().px(3), look().px(_MARK)) + look().px(16))

    def _high(self, text: str, kind: str, width: int) -> int:
        if not text:
            return 0
        known = (text, kind, width, look().name)
        if known not in self._heights:
            self._heights[known] = ceil(lay_out(text, look().font(kind), width).boundingRect().height())
        return self._heights[known]

    @staticmethod
    def _left(line: Line) -> int:
        theme = look()
        box = theme.px(_BOX + 8) if line.ticked is not None else 0
        mark = theme.px(_MARK + 8) if line.marked else 0
        return theme.px("medium") + box + mark

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        line: Line = index.data(Role.LINE)
        painter.save()
        if line.heading:
            self._paint_heading(painter, option.rect, line)
        else:
            self._paint_line(painter, option, line)
        painter.restore()

    @staticmethod
    def _paint_heading(painter: QPainter, rect: QRect, line: Line) -> None:
        theme = look()
        painter.fillRect(rect, theme.colour("sunken"))
        painter.setFont(theme.font("meta", strong=True))
        painter.setPen(theme.colour("text_2"))
        inner = rect.adjusted(theme.px("medium"), 0, -theme.px("medium"), 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.title)

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
        theme, rect = look(), option.rect
        paint_back(painter, option)
        top, left = rect.top() + theme.px(8), rect.left() + theme.px("medium")
        if line.ticked is not None:
            paint_box(painter, QRectF(left, top, theme.px(_BOX), theme.px(_BOX)), line.ticked)
            left += theme.px(_BOX + 8)
        if line.marked:
            painter.setOpacity(0.6 if line.dim else 1)
            paint_mark(painter, QRectF(left, top, theme.px(_MARK), theme.px(_MARK)), line.rag)
            painter.setOpacity(1)
            left += theme.px(_MARK + 8)
        width = rect.left() + rect.width() - left - theme.px("medium")
        painter.setPen(theme.colour("text_2" if line.dim else "text"))
        lay_out(line.title, theme.font("body"), width).draw(painter, QPointF(left, top))
        painter.setPen(theme.colour("text_2"))
        below = top + self._high(line.title, "body", width) + theme.px(3)
        lay_out(line.meta, theme.font("meta"), width).draw(painter, QPointF(left, below))


def paint_back(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """The ground of a line: chosen, pointed at, with the focus."""
    theme, rect, view = look(), option.rect, option.widget
    focused = view is not None and view.hasFocus()
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.colour("selected" if focused else "selected_unfocused"))
        painter.fillRect(QRect(rect.left(), rect.top(), theme.px(3), rect.height()), theme.colour("accent"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.colour("hover"))
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    if focused and option.state & QStyle.StateFlag.State_HasFocus:
        ring = theme.px("focus_ring")
        painter.setPen(QPen(theme.colour("focus"), ring))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(ring // 2, ring // 2, -ring // 2 - 1, -ring // 2 - 1))


def paint_box(painter: QPainter, box: QRectF, on: bool) -> None:
    """A box to tick."""
    theme = look()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent" if on else "strong_border"), 1.4))
    painter.setBrush(theme.colour("accent" if on else "surface"))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    if on:
        icons.paint(painter, "check", theme.colour("on_accent"), box.adjusted(3, 3, -3, -3))
    painter.restore()


class LineList(QListView):
    """J and K move, Space (or X) and Enter choose the line that has the focus, as does a click."""

    chosen = Signal(str)
    opened = Signal(str)
    left = Signal()

    def __init__(self, model: LinesModel, name: str) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(LinesDelegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(False)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(60)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self._follows = False
        look().changed.connect(self.scheduleDelayedItemsLayout)
        # Words below a title change their height when an alert is put into an issue.
        model.dataChanged.connect(lambda *_args: self.scheduleDelayedItemsLayout())

    def doItemsLayout(self) -> None:
        """Rows are laid out later and in parts: the chosen one is brought into sight when its part is there."""
        self._follows = self.hasFocus() and self.currentIndex().isValid()
        super().doItemsLayout()
        self._follow()

    def timerEvent(self, event: QTimerEvent) -> None:
        super().timerEvent(event)
        self._follow()

    def _follow(self) -> None:
        if self._follows and not self.rectForIndex(self.currentIndex()).isEmpty():
            self._follows = False
            self.scrollTo(self.currentIndex())

    def key(self) -> str:
        """The key of the line that has the focus, or an empty text."""
        return self.currentIndex().data(Role.KEY) or "" if self.currentIndex().isValid() else ""

    def choose_key(self, key: str) -> None:
        """Goes to a line; to the first one where it is not there."""
        index = self.model().index_of(key)
        if not index.isValid():
            index = next(
                (i for at in range(self.model().rowCount()) if (i := self.model().index(at)).data(Role.KEY)), index
            )
        if index.isValid():
            self.setCurrentIndex(index)

    def step(self, by: int) -> None:
        at = self.currentIndex().row() + by
        while 0 <= at < self.model().rowCount():
            index = self.model().index(at)
            if index.data(Role.KEY):
                self.setCurrentIndex(index)
                return
            at += by

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        command = letters().command(event.text(), "newsletter") if plain else ""
        by = STEPS.get(Qt.Key(event.key())) or STEPS_BY_LETTER.get(command)
        if plain and by:
            self.step(by)
        elif plain and (command == "tick" or event.key() == Qt.Key.Key_Space):
            self._tell(self.chosen)
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.opened)
        elif plain and event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif plain and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.data(Role.KEY):
            self.setCurrentIndex(index)
            self._tell(self.chosen)

    def _tell(self, signal) -> None:
        if self.key():
            signal.emit(self.key())
