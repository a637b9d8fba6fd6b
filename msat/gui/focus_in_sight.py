"""Has a page that scrolls show what the keys went to, where they came to it from elsewhere: from the rail, the status
bar, another page. Inside a page Qt does so itself. Reads and records nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget


class FocusInSight(QObject):
    """Follows the focus of one window. It moves nothing while the focus stays inside what scrolls, nor when the window
    comes back to the front: whoever scrolled away with the wheel stays where they look."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        QApplication.instance().focusChanged.connect(self._moved)

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is None or now is None or not self._window.isAncestorOf(now):
            return
        area = _area(now)
        if area is not None and not area.isAncestorOf(before):
            # After the page has been laid out, and has scrolled where it wants to by itself.
            QTimer.singleShot(0, now, lambda: _bring(area, now))


def _area(widget: QWidget) -> QScrollArea | None:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


def _bring(area: QScrollArea, widget: QWidget) -> None:
    if widget.hasFocus() and widget.visibleRegion().isEmpty():
        area.ensureWidgetVisible(widget)
