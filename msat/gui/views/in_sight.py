"""Has a table on a page that scrolls bring the page along: the row that the keys are at is never out of sight.

A table that shows whole scrolls nothing by itself, so its lower rows may lie under the edge of the window.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QScrollArea, QWidget

from msat.gui.theme import look

KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class InSight(QObject):
    """Follows a view that has its model. Tab shows it whole where there is room, else the row it is at."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.selectionModel().currentChanged.connect(lambda _now, _before: self._later(self.show_row))

    def focused(self, event: QFocusEvent) -> None:
        """The view was given the focus. A click is on what is seen: nothing may move under the pointer."""
        if event.reason() in KEYS:
            self._later(self.show_view)

    def _later(self, step) -> None:
        """After the page has done what it does itself, and the view has scrolled its own rows."""
        QTimer.singleShot(0, self, step)

    def show_row(self) -> None:
        """Brings the current row into sight, while the view has the focus."""
        at = self._view.currentIndex()
        if self._view.hasFocus() and at.isValid():
            self._bring(self._view.visualRect(at).translated(self._view.viewport().pos()))

    def show_view(self) -> None:
        """Brings all of the view into sight where the page is high enough, else its current row."""
        area = self._area()
        if area is not None and self._view.height() <= area.viewport().height():
            self._bring(self._view.rect())
        else:
            self.show_row()

    def _area(self) -> QScrollArea | None:
        above = self._view.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        return above

    def _bring(self, part: QRect) -> None:
        area = self._area()
        if area is None or area.widget() is None:
            return
        top = self._view.mapTo(area.widget(), QPoint(0, part.top())).y()
        bar, high = area.verticalScrollBar(), area.viewport().height()
        edge = min(look().px("small"), max(0, (high - part.height()) // 2))
        if top - edge < bar.value():
            bar.setValue(top - edge)
        elif top + part.height() + edge > bar.value() + high:
            bar.setValue(top + part.height() + edge - high)


def show_from_top(area: QScrollArea, part: QWidget) -> None:
    """Scrolls a page so that `part` begins at its top, where less than half of what fits of it can be seen."""
    fits = min(part.height(), area.viewport().height())
    if area.widget() is not None and part.visibleRegion().boundingRect().height() * 2 < fits:
        area.verticalScrollBar().setValue(part.mapTo(area.widget(), QPoint(0, 0)).y() - look().px("small"))
