"""The box of the batch check: typing, a pasted column, a hand scanner. Enter checks; a scanner ends with Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from msat.gui.theme import look
from msat.gui.tongue import tr

GROUP, SHOWN_GROUP = "\x1d", "\u241d"
"""A scanner's separator cannot be seen in a text box; its picture can, and stands for it."""
LINES = 3


class BatchBox(QPlainTextEdit):
    """`asked` carries the whole text. After a check the text is selected, so that the next scan takes its place."""

    asked = Signal(str)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Batch number, code or product to check"))
        self.setAccessibleDescription(tr("Enter checks. Shift and Enter begins another line. Escape clears."))
        self.setPlaceholderText(tr("Type a batch number, paste a column, or scan a pack"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().dress(self, "section", strong=False)
        look().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.fontMetrics().lineSpacing() * LINES + look().px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), self.sizeHint().height())

    def ask(self) -> None:
        """Checks what stands here, and makes room for the next."""
        text = self.toPlainText()
        if text.strip():
            self.asked.emit(text)
            self.selectAll()

    def event(self, event: QEvent) -> bool:
        """A separator is the box's own, also where its keys are a shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_group(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
            self.ask()
        elif _is_group(event):
            self.insertPlainText(SHOWN_GROUP)
        elif event.key() == Qt.Key.Key_Escape:
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Plain text only; a separator that came with it is shown."""
        self.insertPlainText(source.text().replace(GROUP, SHOWN_GROUP))


def _is_group(event: QKeyEvent) -> bool:
    """A scanner that acts as a keyboard sends the separator as itself or as Ctrl+]."""
    held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    return event.text() == GROUP or bool(held and event.key() == Qt.Key.Key_BracketRight)
