"""An area that takes files by drop, and by a button for those who do not drag."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame

from msat.gui.pieces import KeyButton, Text, restyle, row
from msat.gui.tongue import tr
from msat.gui.views.notices import Picture


class DropArea(QFrame):
    """`dropped` carries the files' paths. `title` is the dialog's, `kinds` what it offers, `label` the button's."""

    dropped = Signal(list)

    def __init__(self, words: str, title: str, kinds: str, label: str = "") -> None:
        super().__init__()
        self._title, self._kinds = title, kinds
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)
        layout = row(self, margins="large", gap="medium")
        layout.addWidget(Picture("drop", "text_2", 24))
        layout.addWidget(Text(words), 1)
        self.choose = KeyButton(label or tr("Choose files"), self._choose)
        self.choose.setAccessibleName(label or tr("Choose files: {title}").format(title=title))
        layout.addWidget(self.choose)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._over(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._over(False)
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files)

    def _over(self, on: bool) -> None:
        self.setProperty("over", "true" if on else "false")
        restyle(self)

    def _choose(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, self._title, "", self._kinds)
        if names:
            self.dropped.emit([Path(name) for name in names])
