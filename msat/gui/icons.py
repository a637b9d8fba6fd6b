"""The program's own one-colour drawings: `currentColor` is filled in when they are loaded."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from msat import shipped


def drawing(name: str, colour: QColor) -> bytes:
    """The SVG of an icon in one colour."""
    return shipped.data(f"resources/icons/{name}.svg").replace(b"currentColor", colour.name().encode())


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a sharp picture of `size` pixels on a screen with this pixel ratio."""
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing(name, colour))).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """An icon in one colour, drawn for ordinary and for fine screens."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
    return made


def paint(painter: QPainter, name: str, colour: QColor, where: QRectF) -> None:
    """Draws an icon at once, sharp at any size."""
    _renderer(name, colour.name()).render(painter, where)


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing(name, QColor(colour))))


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Stylesheets take pictures by file name only; these files live as long as the program."""
    return tempfile.TemporaryDirectory(prefix="msat-icons-")


def file_of(name: str, colour: QColor) -> str:
    """The path of an icon in one colour, for a stylesheet."""
    content = drawing(name, colour)
    path = Path(_folder().name) / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.svg"
    if not path.exists():
        path.write_bytes(content)
    return path.as_posix()
