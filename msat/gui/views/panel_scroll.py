"""Holds a panel over the foot of a pane: as high as its words need, and scrolled where the window has not that much."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from msat.gui.theme import look

LEAST = 96
"""Pixels at 100 % that a panel keeps in the lowest window."""


class PanelScroll(QScrollArea):
    """Never wider than its place: only its height scrolls."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidget(panel)

    def sizeHint(self) -> QSize:
        wide = self._panel.sizeHint()
        width = self.width() if self.isVisible() else wide.width()
        high = self._panel.heightForWidth(width) if self._panel.hasHeightForWidth() else wide.height()
        return QSize(wide.width(), max(high, self._panel.minimumSizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(look().px(LEAST), self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
