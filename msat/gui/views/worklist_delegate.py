"""Draws one line of the list: mark, whole title, what it is, time limit, status. Nothing of a title is ever cut."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QModelIndex, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from msat.gui import icons, words
from msat.gui.dates import say_short_date
from msat.gui.found_marks import marks
from msat.gui.marks import paint_mark
from msat.gui.models.worklist import Role
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.updated import row_tag
from msat.gui.views.strengths import strengths
from msat.projections.alert_state import Status
from msat.projections.ports import Row

_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_LINE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def lay_out(words: str, font: QFont, width: int) -> QTextLayout:
    """Words in lines of this width: broken between words, or inside one that is longer than a line, never cut; a
    strength stays in one piece."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(words, font)
    layout.setTextOption(option)
    layout.beginLayout()
    top, kept = 0.0, strengths(words)
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        begins, ends = line.textStart(), line.textStart() + line.textLength()
        split = next((start for start, end in kept if begins < start < ends < end), None)
        if split is not None:
            line.setNumColumns(split - begins, width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


@dataclass(slots=True)
class _Measure:
    """Where the parts of a row lie, for one width of list."""

    text: QRect
    title: int
    meta: int
    stacked: bool
    """The time limit and the status do not fit on one line at this width, so they take two."""
    due: int
    """How high the time limit is where it has lines of its own."""
    height: int
    tag: int = 0
    """How high the tag below the title is, with the room under it; 0 where there is none."""


class WorklistDelegate(QStyledItemDelegate):
    """Heights are measured once for each title and width, then kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[tuple[str, int, bool], int] = {}
        look().changed.connect(self._heights.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        width = self._width(option)
        row = index.data(Role.ROW)
        if row is None:
            return QSize(width, QFontMetrics(look().font("meta", True)).height() + look().px(14))
        return QSize(width, self._measure(row, QRect(0, 0, width, 0), index).height)

    def _width(self, option: QStyleOptionViewItem) -> int:
        view = option.widget
        return max(160, view.viewport().width()) if view is not None else max(160, option.rect.width())

    def _measure(self, row: Row, rect: QRect, index: QModelIndex) -> _Measure:
        theme = look()
        left = theme.px("medium") + theme.px("rag_mark") + theme.px("medium") - theme.px(2)
        if index.model().checkable:
            left += theme.px(26)
        text = rect.adjusted(left, theme.px(9), -theme.px("medium"), -theme.px(9))
        title_font = self._title_font(row, index)
        known = (row.title, text.width(), title_font.bold())
        if known not in self._heights:
            self._heights[known] = ceil(lay_out(row.title, title_font, text.width()).boundingRect().height())
        meta = QFontMetrics(theme.font("meta"))
        meta_height = meta.boundingRect(QRect(0, 0, text.width(), 10_000), _WRAP, self._meta(row, index)).height()
        strong = QFontMetrics(theme.font("meta", True))
        now = index.model().now
        said = self._due(row, now)
        stacked = (
            strong.horizontalAdvance(said) + meta.horizontalAdvance(words.row_status(row)) + theme.px(12) > text.width()
        )
        # A limit that is wider than the row goes on below: no date may lose its year.
        due = strong.boundingRect(QRect(0, 0, text.width(), 10_000), _WRAP, said).height() if stacked else 0
        lines = due + strong.height() if stacked else strong.height()
        tag = strong.height() + theme.px(8) if row_tag(row) else 0
        height = theme.px(18) + self._heights[known] + theme.px(3) + tag + meta_height + theme.px(4) + lines
        return _Measure(text, self._heights[known], meta_height, stacked, due, height, tag)

    @staticmethod
    def _title_font(row: Row, index: QModelIndex) -> QFont:
        return look().font("body", strong=row.status is Status.NOT_ACKNOWLEDGED or index.model().is_unread(row))

    @staticmethod
    def _meta(row: Row, index: QModelIndex) -> str:
        until = index.model().snoozed_until(row)
        said = tr("snoozed until {day}").format(day=say_short_date(until)) if until else ""
        return " · ".join(part for part in (words.row_meta(row), said) if part)

    @staticmethod
    def _due(row: Row, now) -> str:
        return f"{words.rag_word(row.rag)} · {words.row_due(row, now)}"

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painter.save()
        row = index.data(Role.ROW)
        if row is None:
            self._paint_heading(painter, option.rect, index.data(Role.HEADING))
        else:
            self._paint_row(painter, option, row, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, heading: tuple[str, int]) -> None:
        theme = look()
        painter.fillRect(rect, theme.colour("sunken"))
        inner = rect.adjusted(theme.px("medium"), 0, -theme.px("medium"), 0)
        painter.setFont(theme.font("meta", strong=True))
        painter.setPen(theme.colour("red_text" if heading[0] == tr("Overdue") else "text_2"))
        painter.drawText(inner, _LINE, heading[0])
        painter.setPen(theme.colour("text_2"))
        painter.drawText(inner, _RIGHT, str(heading[1]))

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, index: QModelIndex) -> None:
        theme, rect = look(), option.rect
        self._paint_back(painter, option)
        at = self._measure(row, rect, index)
        mark = theme.px("rag_mark")
        left = rect.left() + theme.px("medium")
        if index.model().checkable:
            self._paint_tick(painter, QRect(left, at.text.top(), theme.px(20), theme.px(20)), index)
            left += theme.px(26)
        paint_mark(painter, QRectF(left, at.text.top(), mark, mark), row.rag)
        painter.setPen(theme.colour("text"))
        top = at.text.top()
        self._paint_marks(painter, QRectF(left, at.text.top(), mark, mark), row, index)
        painter.setPen(theme.colour("text"))
        title = lay_out(row.title, self._title_font(row, index), at.text.width())
        title.draw(painter, QPointF(at.text.left(), top), marks(row.title, getattr(index.model(), "search", "")))
        top += at.title + theme.px(3)
        if at.tag:
            self._paint_tag(painter, QRect(at.text.left(), top, at.text.width(), at.tag), row_tag(row))
            top += at.tag
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.colour("text_2"))
        painter.drawText(QRect(at.text.left(), top, at.text.width(), at.meta), _WRAP, self._meta(row, index))
        self._paint_foot(painter, row, at, top + at.meta + theme.px(4), index)

    @staticmethod
    def _paint_tag(painter: QPainter, line: QRect, said: str) -> None:
        """That the notice has changed, as the head of the alert says it."""
        theme = look()
        font = theme.font("meta", strong=True)
        box = line.adjusted(0, theme.px(2), 0, -theme.px(4))
        box.setWidth(min(line.width(), QFontMetrics(font).horizontalAdvance(said) + theme.px(16)))
        painter.setPen(QPen(theme.colour("info_text"), 1))
        painter.setBrush(theme.colour("info_background"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), said)

    @staticmethod
    def _paint_marks(painter: QPainter, rag: QRectF, row: Row, index: QModelIndex) -> None:
        """A dot before the mark of an unread alert, a star or a clock below it."""
        theme, model = look(), index.model()
        if model.is_unread(row):
            side = theme.px(7)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(QRectF(rag.left() - side - theme.px(1), rag.center().y() - side / 2, side, side))
            painter.restore()
        side, top = theme.px(15), rag.bottom() + theme.px(4)
        shown = [("star-full", "accent")] if model.is_starred(row) else []
        shown += [("snoozed", "text_2")] if model.snoozed_until(row) else []
        for name, token in shown:
            icons.paint(painter, name, theme.colour(token), QRectF(rag.center().x() - side / 2, top, side, side))
            top += side + theme.px(2)

    def _paint_foot(self, painter: QPainter, row: Row, at: _Measure, top: int, index: QModelIndex) -> None:
        theme = look()
        now = index.model().now
        strong = theme.font("meta", strong=True)
        line = QRect(at.text.left(), top, at.text.width(), QFontMetrics(strong).height())
        painter.setFont(strong)
        painter.setPen(theme.colour(self._due_tone(row)))
        if at.stacked:
            painter.drawText(QRect(line.left(), top, line.width(), at.due), _WRAP, self._due(row, now))
        else:
            painter.drawText(line, _LINE, self._due(row, now))
        painter.setFont(theme.font("meta"))
        painter.setPen(theme.colour("text_2"))
        if at.stacked:
            line.translate(0, at.due)
        painter.drawText(line, _LINE if at.stacked else _RIGHT, words.row_status(row))

    @staticmethod
    def _due_tone(row: Row) -> str:
        if not row.is_open:
            return "text_2"
        if row.status is Status.OVERDUE:
            return "red_text"
        return f"{row.rag}_text" if row.rag else "text_2"

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme, rect = look(), option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        view = option.widget
        focused = view is not None and view.hasFocus()
        if selected:
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

    @staticmethod
    def _paint_tick(painter: QPainter, box: QRect, index: QModelIndex) -> None:
        theme = look()
        on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        painter.setPen(QPen(theme.colour("accent" if on else "strong_border"), 1.4))
        painter.setBrush(theme.colour("accent" if on else "surface"))
        painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 4, 4)
        if on:
            icons.paint(painter, "check", theme.colour("on_accent"), QRectF(box).adjusted(3, 3, -3, -3))
