"""Scrolls a page to what a key just went to inside it, and to what is said there. Qt does so by itself for Tab only.
Reads and records nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget
from shiboken6 import isValid

from msat.gui.pieces import Text

LAID_OUT_MS = 30
"""Until a card that has just opened stands at its height."""
SETTLING_MS, TIMES = 40, 15
"""How often, and how many times, a page that something was just added to is looked at again: it may still grow."""


def bring_in_sight(widget: QWidget, with_: QWidget | None = None) -> None:
    """All of `widget` is seen, with some room beside it, if it has the focus still; and of what goes `with_` it as much
    as there is room for."""
    area = area_of(widget)
    if area is not None:
        for pause in (0, LAID_OUT_MS):
            QTimer.singleShot(pause, widget, lambda: _bring(area, widget, with_))


class SeenText(Text):
    """A line that says what is wrong: it comes into sight when it says something, below what has the focus if both
    have room. Takes no room while it says nothing."""

    def __init__(self, kind: str, tone: str) -> None:
        super().__init__("", kind, tone)
        self.hide()

    def say(self, words: str) -> None:
        super().say(words)
        if words:
            for pause in (0, LAID_OUT_MS):
                QTimer.singleShot(pause, self, self._seen)

    def _seen(self) -> None:
        area, focus = area_of(self), self.window().focusWidget()
        if area is None or not self.isVisible():
            return
        area.ensureWidgetVisible(self, 0, self.height() // 2)
        if focus is not None and focus is not area and area.isAncestorOf(focus):
            area.ensureWidgetVisible(focus, 0, 0)


def area_of(widget: QWidget) -> QScrollArea | None:
    """What scrolls a widget."""
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    return area


def _bring(area: QScrollArea, widget: QWidget, with_: QWidget | None = None) -> None:
    """Its lower edge, then its upper one. Qt's own way is content where the cursor of a field is seen."""
    if not widget.hasFocus() or area.widget() is None:
        return
    if with_ is not None and isValid(with_):
        area.ensureWidgetVisible(with_, 0, 0)
    at = widget.mapTo(area.widget(), QPoint(widget.width() // 2, 0))
    for edge in (at.y() + widget.height(), at.y()):
        area.ensureVisible(at.x(), edge, 0, widget.height() // 2)


def bring_to_top(area: QScrollArea, widget: QWidget, room: int) -> None:
    """`widget` comes to the upper edge, `room` pixels below it, and stays there while the page around it settles; not
    any more once somebody scrolls."""
    bar, again = area.verticalScrollBar(), QTimer(widget)
    left, brought = TIMES, -1

    def bring() -> None:
        nonlocal left, brought
        left -= 1
        gone = not isValid(bar)  # the window went while the page was settling
        if gone or left < 0 or brought not in (-1, bar.value()):
            again.stop()
            again.deleteLater()
        elif widget.isVisible() and area.widget() is not None:
            bar.setValue(widget.mapTo(area.widget(), QPoint(0, 0)).y() - room)
            brought = bar.value()

    again.timeout.connect(bring)
    again.start(SETTLING_MS)
    bring()
