"""Where the window opens: as it was left, and never larger than the screen it opens on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

USUAL = QSize(1280, 800)
FRAME = QSize(16, 44)
"""Room for the system's title bar and edges, which are not known before the window is shown."""


def place(window: MainWindow) -> None:
    """As it was left where that is still on a screen; else the usual size, as far as the screen allows."""
    window.resize(USUAL)
    kept = window.session.memory.get("window/geometry", None)
    restored = kept is not None and window.restoreGeometry(kept)
    on = QGuiApplication.screenAt(window.frameGeometry().center()) if restored else None
    screen = on or QGuiApplication.primaryScreen()
    if screen is None:
        return
    fitted = fitting(window.geometry(), screen.availableGeometry())
    if restored and on is None:
        fitted.moveTopLeft(screen.availableGeometry().topLeft())
    if fitted != window.geometry():
        window.setGeometry(fitted) if restored else window.resize(fitted.size())


def fitting(wanted: QRect, free: QRect) -> QRect:
    """`wanted`, no larger than the free part of the screen and inside it."""
    size = wanted.size().boundedTo(free.size() - FRAME)
    left = min(max(wanted.x(), free.x()), free.right() + 1 - size.width())
    top = min(max(wanted.y(), free.y()), free.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())
