"""Red, Amber and Green as shape, letter and colour, drawn in code: octagon R, triangle A, circle G, dashed square ?."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from msat.gui import words
from msat.gui.theme import look
from msat.triage.model import Priority

LETTER = {Priority.RED: "R", Priority.AMBER: "A", Priority.GREEN: "G", None: "?"}


def colours(rag: Priority | None) -> tuple[QColor, QColor, QColor]:
    """Fill, letter and outline of a mark."""
    theme = look()
    if rag is None:
        clear = QColor(Qt.GlobalColor.transparent)
        return clear, theme.colour("unrated"), theme.colour("unrated")
    return tuple(theme.colour(f"{rag}_{part}") for part in ("fill", "on", "outline"))  # type: ignore[return-value]


def paint_mark(painter: QPainter, where: QRectF, rag: Priority | None) -> None:
    """Draws the mark of a priority inside `where`."""
    fill, on, outline = colours(rag)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.4, where.height() / 15)
    pen = QPen(outline, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if rag is None:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(fill)
    inner = where.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    _SHAPES[rag](painter, inner)
    _letter(painter, inner, rag, on)
    painter.restore()


def _letter(painter: QPainter, inner: QRectF, rag: Priority | None, on: QColor) -> None:
    share = 0.46 if rag is Priority.AMBER else 0.58
    font = QFont(look().family)
    font.setPixelSize(max(6, round(inner.height() * share)))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(on)
    if rag is Priority.AMBER:
        inner = inner.adjusted(0, inner.height() * 0.26, 0, 0)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, LETTER[rag])


def _octagon(painter: QPainter, inner: QRectF) -> None:
    radius, centre = inner.width() / 2 / cos(pi / 8), inner.center()
    painter.drawPolygon(
        QPolygonF(
            [
                centre + QPointF(radius * cos(pi / 8 + k * pi / 4), radius * sin(pi / 8 + k * pi / 4))
                for k in range(8)
            ]
        )
    )


def _triangle(painter: QPainter, inner: QRectF) -> None:
    top = QPointF(inner.center().x(), inner.top())
    painter.drawPolygon(QPolygonF([top, inner.bottomRight(), inner.bottomLeft()]))


def _circle(painter: QPainter, inner: QRectF) -> None:
    painter.drawEllipse(inner)


def _square(painter: QPainter, inner: QRectF) -> None:
    painter.drawRect(inner.adjusted(1, 1, -1, -1))


_SHAPES = {Priority.RED: _octagon, Priority.AMBER: _triangle, Priority.GREEN: _circle, None: _square}


class Mark(QWidget):
    """A mark on its own, sized by a token or a number of pixels at 100 %."""

    def __init__(self, rag: Priority | None = None, size: float = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.rag = rag
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_priority(rag)

    def show_priority(self, rag: Priority | None) -> None:
        self.rag = rag
        self.setAccessibleName(words.rag_word(rag))
        self.update()

    def sizeHint(self) -> QSize:
        side = look().px(self._size)
        return QSize(side, side)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        side = min(self.width(), self.height())
        paint_mark(painter, QRectF(0, 0, side, side), self.rag)
        painter.end()


def mark_icon(rag: Priority | None, side: int) -> QIcon:
    """A mark as an icon, `side` pixels high, sharp on screens of twice the density too."""
    return _drawn(rag, side, look().name, look().family)


@lru_cache(maxsize=64)
def _drawn(rag: Priority | None, side: int, _theme: str, _family: str) -> QIcon:
    """Drawn once in each look: a board shows hundreds of them at every step of scrolling."""
    made = QIcon()
    for ratio in (1, 2):
        picture = QPixmap(side * ratio, side * ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_mark(painter, QRectF(0, 0, side * ratio, side * ratio), rag)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture)
    return made


class MarkButton(QPushButton):
    """A button to be chosen, with the mark of a priority before its words."""

    def __init__(self, text: str, rag: Priority | None) -> None:
        super().__init__(text)
        self.rag = rag
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("kind", "chip")
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look().dress(self, "dense")
        look().changed.connect(self._draw)
        self._draw()

    def show_mark(self, text: str, rag: Priority | None) -> None:
        """Other words and another priority."""
        self.rag = rag
        self.setText(text)
        self.setAccessibleName(text)
        self._draw()

    def _draw(self) -> None:
        side = look().px(16)
        self.setIcon(mark_icon(self.rag, side))
        self.setIconSize(QSize(side, side))
