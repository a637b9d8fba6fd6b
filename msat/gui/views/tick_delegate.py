"""Draws ticks that can be seen in light and dark, and lets the whole cell be clicked. Decides nothing."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from msat.gui import icons
from msat.gui.models.practices import PATCH, UNDER
from msat.gui.practice_draft import patch_line
from msat.gui.theme import look
from msat.gui.views.worklist_delegate import lay_out

_CHECK = Qt.ItemDataRole.CheckStateRole


def is_on(index: QModelIndex) -> bool:
    return Qt.CheckState(index.data(_CHECK)) == Qt.CheckState.Checked


def paint_tick(painter: QPainter, box: QRect, on: bool) -> None:
    """A box of 20 px at 100 %, with a tick when it is on."""
    theme = look()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent" if on else "strong_border"), 1.4))
    painter.setBrush(theme.colour("accent" if on else "surface"))
    painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 4, 4)
    if on:
        icons.paint(painter, "check", theme.colour("on_accent"), QRectF(box).adjusted(3, 3, -3, -3))
    painter.restore()


class TickDelegate(QStyledItemDelegate):
    """Cells that can be ticked show a box in their middle; a cell with small type under its words shows both."""

    @staticmethod
    def height() -> int:
        """A row of two lines, in pixels."""
        theme = look()
        lines = QFontMetrics(theme.font("body")).height() + QFontMetrics(theme.font("meta")).height()
        return max(lines + theme.px(10), theme.px(40))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if index.data(UNDER) is not None:
            self._paint_lines(painter, option, index)
            return
        if index.data(_CHECK) is None:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        side = look().px(20)
        middle = option.rect.center()
        box = QRect(middle.x() - side // 2, middle.y() - side // 2, side, side)
        paint_tick(painter, box, is_on(index))
        if option.state & QStyle.StateFlag.State_HasFocus:
            _ring(painter, box.adjusted(-3, -3, 3, 3))

    def _paint_lines(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        theme, words, under = look(), str(index.data()), str(index.data(UNDER))
        self.initStyleOption(option, index)
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        box = option.rect.adjusted(theme.px(8), theme.px(4), -theme.px(8), -theme.px(4))
        painter.save()
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        for line, kind, ink in (
            (words, "body", colour or theme.colour("text")),
            (under, "meta", theme.colour("text_2")),
        ):
            metrics = QFontMetrics(theme.font(kind))
            painter.setFont(theme.font(kind))
            painter.setPen(ink)
            # The tooltip and the screen reader have the whole of a line that is too long for a narrow window.
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(QPointF(box.left(), box.top() + metrics.ascent()), shown)
            box.setTop(box.top() + metrics.height())
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        return toggled(event, model, option, index)


class PatchDelegate(QStyledItemDelegate):
    """A box, the whole name in as many lines as it needs, and under it what it is and how many practices it has."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        width = self._width(option)
        return QSize(width, self._heights(index, self._text_width(width))[1] + look().px(18))

    @staticmethod
    def _width(option: QStyleOptionViewItem) -> int:
        return max(160, option.widget.viewport().width() if option.widget is not None else option.rect.width())

    @staticmethod
    def _text_width(width: int) -> int:
        return width - look().px("medium") * 2 - look().px(30)

    @staticmethod
    def _heights(index: QModelIndex, width: int) -> tuple[int, int]:
        theme, one = look(), index.data(PATCH)
        name = ceil(lay_out(one.name, theme.font("body"), width).boundingRect().height())
        meta = ceil(lay_out(patch_line(one), theme.font("meta"), width).boundingRect().height())
        return name, name + meta

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        theme, rect, one = look(), option.rect, index.data(PATCH)
        painter.save()
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        left, top = rect.left() + theme.px("medium"), rect.top() + theme.px(9)
        paint_tick(painter, QRect(left, top, theme.px(20), theme.px(20)), is_on(index))
        left += theme.px(30)
        width = self._text_width(rect.width())
        painter.setPen(theme.colour("text"))
        lay_out(one.name, theme.font("body"), width).draw(painter, QPointF(left, top))
        painter.setPen(theme.colour("text_2"))
        under = top + self._heights(index, width)[0]
        lay_out(patch_line(one), theme.font("meta"), width).draw(painter, QPointF(left, under))
        if has_focus:
            _ring(painter, rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        return toggled(event, model, option, index)


def toggled(event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex) -> bool:
    """Turns the tick over on a click anywhere in the cell, and on Space."""
    if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
        return False
    if not (_is_click(event, option) or _is_space(event)):
        return False
    return model.setData(index, Qt.CheckState.Unchecked if is_on(index) else Qt.CheckState.Checked, _CHECK)


def _is_click(event: QEvent, option: QStyleOptionViewItem) -> bool:
    if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonRelease:
        return False
    return event.button() == Qt.MouseButton.LeftButton and option.rect.contains(event.position().toPoint())


def _is_space(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space


def _ring(painter: QPainter, box: QRect) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look().colour("focus"), look().px("focus_ring")))
    painter.drawRoundedRect(QRectF(box), 4, 4)
    painter.restore()
