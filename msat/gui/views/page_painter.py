"""Draws the very pages of a PDF with Qt: on the screen and on a printer. Always in the colours of paper.

Letters are placed where the PDF has them; each line is drawn at its own size without hinting, so that both agree.
"""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from msat.exports.pages import Drawing, Mark, Modules, Op, Page, Rectangle, Rule, Text
from msat.gui.theme import load_fonts
from msat.gui.views.chart_view import paint_chart
from msat.triage.model import Priority

_UNIT = 64
"""Pixels at which letters are set before they are brought to size: whole pixels would round small type."""
_FILL = {Priority.RED: "#D5281B", Priority.AMBER: "#FFB81C", Priority.GREEN: "#007F3B", None: "#FFFFFF"}
_EDGE = {Priority.RED: "#D5281B", Priority.AMBER: "#8F5F00", Priority.GREEN: "#007F3B", None: "#4C6272"}
_LETTER = {Priority.RED: "#FFFFFF", Priority.AMBER: "#212B32", Priority.GREEN: "#FFFFFF", None: "#4C6272"}


def paint_page(painter: QPainter, page: Page, where: QRectF) -> None:
    """Draws `page` as large as `where` is wide."""
    scale = where.width() / page.width
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.translate(where.left(), where.top())
    painter.scale(scale, scale)
    for marked in page.marks:
        for op in marked.ops:
            _draw(painter, op, page.height)
    painter.restore()


def words_of(page: Page) -> str:
    """The text of a page in reading order, for somebody who hears it."""
    return " ".join(op.text for marked in page.marks for op in marked.ops if isinstance(op, Text))


def _draw(painter: QPainter, op: Op, height: float) -> None:
    match op:
        case Text():
            _text(painter, op, height)
        case Rectangle():
            painter.fillRect(QRectF(op.x, height - op.y - op.height, op.width, op.height), QColor(op.fill))
        case Rule():
            painter.setPen(QPen(QColor(op.colour), op.thickness))
            painter.drawLine(QPointF(op.x, height - op.y), QPointF(op.x + op.width, height - op.y))
        case Mark():
            _mark(painter, op, height)
        case Drawing():
            chart = op.chart
            size = (chart.width * op.scale, chart.height * op.scale)
            paint_chart(painter, chart, QRectF(op.x, height - op.y - size[1], *size), "light")
        case Modules():
            _modules(painter, op, height)


def _text(painter: QPainter, op: Text, height: float) -> None:
    painter.save()
    painter.translate(op.x, height - op.y)
    if op.turn:
        painter.rotate(-op.turn)
    painter.scale(op.size / _UNIT, op.size / _UNIT)
    painter.setFont(_font(op.font))
    painter.setPen(QColor(op.colour))
    painter.drawText(QPointF(0, 0), op.text)
    painter.restore()


@cache
def _font(name: str) -> QFont:
    font = QFont(load_fonts())
    font.setPixelSize(_UNIT)
    font.setWeight(QFont.Weight.DemiBold if name.endswith("SemiBold") else QFont.Weight.Normal)
    font.setKerning(False)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _mark(painter: QPainter, op: Mark, height: float) -> None:
    """Octagon, triangle, circle or dashed square, with the letter."""
    rag, size = op.priority, op.size
    middle = QPointF(op.x + size / 2, height - op.y - size / 2)
    pen = QPen(QColor(_EDGE[rag]), size / 14)
    if rag is None:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(QColor(_FILL[rag]))
    if rag is Priority.GREEN:
        painter.drawEllipse(middle, size / 2, size / 2)
    elif rag is None:
        painter.drawRect(QRectF(op.x, height - op.y - size, size, size))
    else:
        painter.drawPolygon(_corners(middle, size / 2, 8 if rag is Priority.RED else 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    letter = Text(0, 0, op.letter, "Inter-SemiBold", size * (0.5 if rag is Priority.AMBER else 0.62), _LETTER[rag])
    width = _width(letter)
    sink = size * (0.2 if rag is not Priority.AMBER else 0.26)
    _text(painter, letter._replace(x=middle.x() - width / 2, y=height - middle.y() - sink), height)


def _width(letter: Text) -> float:
    from PySide6.QtGui import QFontMetricsF

    return QFontMetricsF(_font(letter.font)).horizontalAdvance(letter.text) * letter.size / _UNIT


def _corners(middle: QPointF, radius: float, number: int) -> QPolygonF:
    """A regular polygon; a triangle stands on its side and is drawn as high as the others."""
    if number == 3:
        points = [(-1.0, 1.0), (1.0, 1.0), (0.0, -1.0)]
    else:
        turns = [math.pi * (2 * at + 1) / number for at in range(number)]
        points = [(math.sin(turn), math.cos(turn)) for turn in turns]
    return QPolygonF([QPointF(middle.x() + radius * x, middle.y() + radius * y) for x, y in points])


def _modules(painter: QPainter, op: Modules, height: float) -> None:
    side, top = op.module, height - op.y - op.module * len(op.rows)
    for number, row in enumerate(op.rows):
        for at, dark in enumerate(row):
            if dark:
                painter.fillRect(QRectF(op.x + at * side, top + number * side, side, side), QColor("#000000"))
