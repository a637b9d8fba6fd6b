"""Small pictures of what will stand where nothing is yet: drawn in code, in the colours of now. Said to nobody who
listens: the sentence beside each says the same.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from msat.gui import icons
from msat.gui.marks import paint_mark
from msat.gui.theme import look
from msat.triage.model import Priority

WIDE, HIGH = 220, 104
"""Pixels at 100 %."""
ROWS = (Priority.RED, Priority.AMBER, Priority.GREEN)


class SamplePicture(QWidget):
    """A drawing of KINDS; takes no focus and has no name."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._draw = KINDS[kind]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        look().changed.connect(self._again)

    def show_kind(self, kind: str) -> None:
        """Draws another one."""
        self.kind, self._draw = kind, KINDS[kind]
        self.update()

    def _again(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(WIDE), look().px(HIGH))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / WIDE, self.height() / HIGH)
        self._draw(painter)
        painter.end()


def _sheet(painter: QPainter, where: QRectF) -> None:
    """A card with an edge."""
    painter.setPen(QPen(look().colour("strong_border"), 1.2))
    painter.setBrush(look().colour("surface"))
    painter.drawRoundedRect(where, 6, 6)


def _line(painter: QPainter, x: float, y: float, wide: float, strong: bool = False) -> None:
    """A line of writing that says nothing."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().colour("text_2" if strong else "border"))
    painter.drawRoundedRect(QRectF(x, y, wide, 5 if strong else 4), 2, 2)


def _list(painter: QPainter) -> None:
    """Three alerts, a mark each."""
    for at, rag in enumerate(ROWS):
        top = 2.0 + at * 34
        _sheet(painter, QRectF(14, top, 192, 30))
        paint_mark(painter, QRectF(22, top + 6, 18, 18), rag)
        _line(painter, 50, top + 8, 118 - at * 18, strong=True)
        _line(painter, 50, top + 18, 84 + at * 12)


def _record(painter: QPainter) -> None:
    """A one-page record with its seal."""
    _sheet(painter, QRectF(68, 2, 76, 100))
    _line(painter, 78, 14, 44, strong=True)
    for at in range(5):
        _line(painter, 78, 28 + at * 10, 56 - (at % 2) * 12)
    painter.setPen(QPen(look().colour("surface"), 3))
    painter.setBrush(look().colour("green_fill"))
    painter.drawEllipse(QRectF(124, 66, 34, 34))
    icons.paint(painter, "check", look().colour("green_on"), QRectF(131, 73, 20, 20))


def _board(painter: QPainter) -> None:
    """Practices and alerts, a mark in each square."""
    _sheet(painter, QRectF(14, 2, 192, 100))
    painter.setPen(QPen(look().colour("border"), 1))
    for at in range(3):
        painter.drawLine(QPointF(14, 26 + at * 25), QPointF(206, 26 + at * 25))
    for at, wide in enumerate((54, 46, 58)):
        _line(painter, 24, 36 + at * 25, wide, strong=True)
    for column in range(4):
        _line(painter, 100 + column * 26, 12, 16)
        for at in range(3):
            rag = None if (column, at) == (2, 1) else ROWS[(column + at * 2) % 3]
            paint_mark(painter, QRectF(100 + column * 26, 31 + at * 25, 16, 16), rag)


def _newsletter(painter: QPainter) -> None:
    """An issue: a head, and items with their marks."""
    _sheet(painter, QRectF(56, 2, 108, 100))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().colour("accent"))
    painter.drawRoundedRect(QRectF(64, 10, 92, 14), 3, 3)
    for at, rag in enumerate(ROWS):
        top = 32.0 + at * 23
        paint_mark(painter, QRectF(64, top, 14, 14), rag)
        _line(painter, 84, top + 1, 62 - at * 8, strong=True)
        _line(painter, 84, top + 10, 70)


def _medicines(painter: QPainter) -> None:
    """Names on a list, and the alert that one of them brings."""
    _sheet(painter, QRectF(14, 10, 84, 84))
    for at in range(4):
        icons.paint(painter, "medicines", look().colour("text_2"), QRectF(22, 18 + at * 19, 14, 14))
        _line(painter, 42, 23 + at * 19, 44 - (at % 2) * 10, strong=at == 1)
    painter.setPen(QPen(look().colour("accent"), 2))
    painter.drawLine(QPointF(100, 46), QPointF(116, 46))
    painter.drawLine(QPointF(111, 41), QPointF(116, 46))
    painter.drawLine(QPointF(111, 51), QPointF(116, 46))
    _sheet(painter, QRectF(120, 28, 86, 36))
    paint_mark(painter, QRectF(127, 37, 18, 18), Priority.AMBER)
    _line(painter, 151, 38, 46, strong=True)
    _line(painter, 151, 49, 36)


KINDS: dict[str, Callable[[QPainter], None]] = {
    "list": _list,
    "record": _record,
    "board": _board,
    "newsletter": _newsletter,
    "medicines": _medicines,
}
