"""Has a page that scrolls show what the keys went to, where they came to it from elsewhere: from the rail, the status
bar, another page. Inside a page Qt does so itself. Keeps it in sight when text or window change their size. Reads and
records nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from msat.gui.theme import look

LAID_OUT_MS = 80
ROUNDS = 3
"""Until everything stands where it goes at the new size: a page with tables is laid out more than once."""


class FocusInSight(QObject):
    """Follows the focus of one window. It moves nothing while the focus stays inside what scrolls, nor when the window
    comes back to the front: whoever scrolled away with the wheel stays where they look."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._seen: QWidget | None = None
        self._rounds = 0
        self._sized = QTimer(self, singleShot=True, interval=LAID_OUT_MS, timeout=self._keep)
        QApplication.instance().focusChanged.connect(self._moved)
        look().changed.connect(self._about_to_size)
        window.installEventFilter(self)

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is None or now is None or not self._window.isAncestorOf(now):
            return
        area = _area(now)
        if area is not None and not area.isAncestorOf(before):
            # After the page has been laid out, and has scrolled where it wants to by itself.
            QTimer.singleShot(0, now, lambda: _bring(area, now))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._about_to_size()
        return super().eventFilter(watched, event)

    def _about_to_size(self) -> None:
        """Whether the focus is seen is asked before anything is laid out anew; what was seen when a change began counts
        as seen through all its steps."""
        focus = self._window.focusWidget()
        if focus is not None and not _is_hidden(focus):
            self._seen = focus
        elif not self._sized.isActive():
            self._seen = None
        self._rounds = ROUNDS
        self._sized.start()

    def _keep(self) -> None:
        seen, self._rounds = self._seen, self._rounds - 1
        area = _area(seen) if seen is not None and isValid(seen) and seen is self._window.focusWidget() else None
        if seen is not None and area is not None:
            _bring(area, seen)
        if self._rounds > 0:
            self._sized.start()


def _is_hidden(widget: QWidget) -> bool:
    """Whether less than half of what could be seen of it is."""
    fits = min(widget.height(), widget.window().height() // 2)
    return widget.visibleRegion().boundingRect().height() * 2 < fits


def _area(widget: QWidget) -> QScrollArea | None:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


def _bring(area: QScrollArea, widget: QWidget) -> None:
    if widget is widget.window().focusWidget() and _is_hidden(widget):
        area.ensureWidgetVisible(widget)
