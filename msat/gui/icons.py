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


_kept_in: list[Path] = []
"""Where files for stylesheets go: a folder of the profile's cache, once a window has named one."""


def keep_in(folder: Path) -> None:
    """Puts the files that stylesheets need into `folder`, where the next start finds them; not into a folder whose name
    would end the name of a file in a stylesheet."""
    if not set(folder.as_posix()).isdisjoint('"\\\n\r'):
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return
    _kept_in[:] = [folder]


@cache
def _aside() -> tempfile.TemporaryDirectory[str]:
    """Where no profile can be written; it goes with the program."""
    return tempfile.TemporaryDirectory(prefix="msat-icons-")


def file_of(name: str, colour: QColor) -> str:
    """The path of an icon in one colour, for a stylesheet, which takes pictures by file name only."""
    content = drawing(name, colour)
    file = f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.svg"
    for folder in _kept_in:
        path = folder / file
        try:
            if not path.exists() or path.stat().st_size != len(content):
                path.write_bytes(content)
            return path.as_posix()
        except OSError:
            continue
    path = Path(_aside().name) / file
    if not path.exists():
        path.write_bytes(content)
    return path.as_posix()
