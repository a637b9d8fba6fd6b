"""Where what comes by itself stands: over the lower right of the window while it covers nothing that is used there,
else in a strip of the layout above the status bar. Knows no card's words, and records nothing.

What is used: the row that is chosen, and what has the focus. A card that went into the strip stays there until it goes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

from msat.gui.pieces import column
from msat.gui.theme import look

LOW, NARROW = 520, 900
"""Pixels at 100 %: a window lower or narrower has no corner that is free."""
LOWEST = 400
"""In a window lower still the strip stands in the place of the status bar, for as long as it stands."""


class FootStrip(QObject):
    """Holds cards, the newest at the foot. `lines` is its place in the layout of `middle`, whose children the cards are
    and stay; it takes no room while it holds none."""

    def __init__(self, middle: QWidget, status: QWidget) -> None:
        super().__init__(middle)
        self._middle, self._status, self._cards = middle, status, list[QWidget]()
        self.lines = column(gap=0)
        self.may_hide: Callable[[], bool] = lambda: True
        self.used: Callable[[], list[QWidget]] = list
        """Lists whose chosen row counts beside what has the focus."""

    def place(self, card: QWidget, over: QRect) -> bool:
        """Puts a card over the window, at this place; into the strip where that covers something that is used. Says
        whether it is in the strip."""
        if card in self._cards:
            return True
        if not (self._is_small() or any(over.intersects(part) for part in self._in_use())):
            card.setGeometry(over)
            return False
        self._cards.append(card)
        self.lines.addWidget(card)
        self._fit()
        return True

    def release(self, card: QWidget) -> None:
        """The card has gone."""
        if card in self._cards:
            self._cards.remove(card)
            self.lines.removeWidget(card)
            self._fit()

    def holds(self, card: QWidget) -> bool:
        return card in self._cards

    def _fit(self) -> None:
        lowest = self._middle.height() < look().px(LOWEST)
        if self.may_hide():
            self._status.setVisible(not (self._cards and lowest))
        # Once the layout has taken its room from the page.
        QTimer.singleShot(0, self, self._keep_in_sight)

    def _is_small(self) -> bool:
        return self._middle.height() < look().px(LOW) or self._middle.width() < look().px(NARROW)

    # What is used

    def _in_use(self) -> list[QRect]:
        widgets = [self._middle.window().focusWidget(), *self.used()]
        return [found for one in widgets if one is not None and (found := _part(one, self._middle)) is not None]

    def _keep_in_sight(self) -> None:
        """The strip takes its room from the page: what is used there stays in sight."""
        for view in self.used():
            if isinstance(view, QAbstractItemView) and view.currentIndex().isValid():
                view.scrollTo(view.currentIndex())
        focus = self._middle.window().focusWidget()
        if focus is None:
            return
        above = focus.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(focus, 0, look().px("small"))


def _part(widget: QWidget, parent: QWidget) -> QRect | None:
    """What of a widget is used, in the parent's places: of a list the row that is chosen, of a page that scrolls
    nothing by itself."""
    if not widget.isVisible() or not parent.isAncestorOf(widget):
        return None
    part, inside = widget.rect(), widget
    if isinstance(widget, QAbstractItemView):
        inside = widget.viewport()
        part = widget.visualRect(widget.currentIndex()).intersected(inside.rect())
    elif isinstance(widget, QAbstractScrollArea) and not isinstance(widget, QTextEdit | QPlainTextEdit):
        return None
    return QRect(inside.mapTo(parent, QPoint(part.left(), part.top())), part.size()) if not part.isEmpty() else None
