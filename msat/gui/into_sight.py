"""Scrolls a page to what a key just went to inside it. Qt does so by itself for Tab only. Reads and records nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

LAID_OUT_MS = 30
"""Until a card that has just opened stands at its height."""


def bring_in_sight(widget: QWidget) -> None:
    """All of `widget` is seen, with some room beside it, if it has the focus still."""
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        for pause in (0, LAID_OUT_MS):
            QTimer.singleShot(pause, widget, lambda: _bring(area, widget))


def _bring(area: QScrollArea, widget: QWidget) -> None:
    """Its lower edge, then its upper one. Qt's own way is content where the cursor of a field is seen."""
    if not widget.hasFocus() or area.widget() is None:
        return
    at = widget.mapTo(area.widget(), QPoint(widget.width() // 2, 0))
    for edge in (at.y() + widget.height(), at.y()):
        area.ensureVisible(at.x(), edge, 0, widget.height() // 2)
