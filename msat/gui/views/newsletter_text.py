"""One field of a newsletter's item, worded in place: whose words stand there, for whom, and what is to be mended."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QSizePolicy, QVBoxLayout

from msat.gui import newsletter_words as said
from msat.gui import tongue
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.notices import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msat.exports.newsletter_checks import Remark
    from msat.projections.newsletter_draft import Edit

TYPING_MS = 250


class GrowingText(QPlainTextEdit):
    """As high as its words. Tab leaves it, Esc goes back to the item."""

    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().dress(self, "body")
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.updateGeometry())
        self.cursorPositionChanged.connect(self._follow)

    def _follow(self) -> None:
        """It has no bar of its own: the page scrolls along with the caret, once it has made room for new lines."""
        QTimer.singleShot(0, self, self.show_caret)

    def show_caret(self) -> None:
        """Brings the line that is being typed into sight."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is None or not self.hasFocus():
            return
        line = self.cursorRect()
        at = self.viewport().mapTo(area.widget(), line.center())
        area.ensureVisible(at.x(), at.y(), 0, line.height())

    def _high(self) -> int:
        lines = max(1.0, self.document().size().height())
        edges = 2 * (self.document().documentMargin() + look().px(3) + look().px("focus_ring"))
        return max(look().px("target"), ceil(lines * self.fontMetrics().lineSpacing() + edges))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), self._high())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self._follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event) and not self._has_own(event):
            # Nothing is left to undo in the field itself: the key then undoes the change before it.
            event.ignore()
            return False
        return super().event(event)

    def _has_own(self, event: QKeyEvent) -> bool:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_redo = event.key() == Qt.Key.Key_Y or shift
        return self.document().isRedoAvailable() if is_redo else self.document().isUndoAvailable()


def _is_undo(event: QKeyEvent) -> bool:
    held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return held and event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y)


def normal(text: str) -> str:
    """A text as the services keep it: without blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


class RemarkLine(QFrame):
    """What is wrong with some words, and what to do. Word, mark and colour."""

    def __init__(self, words: str, is_wrong: bool) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        line = row(self, gap="small")
        tone = "red_text" if is_wrong else "amber_text"
        line.addWidget(Picture("warning" if is_wrong else "info", tone, 16), 0, Qt.AlignmentFlag.AlignTop)
        self.text = Text(words, "dense", tone)
        line.addWidget(self.text, 1)


def remark_line(remark: Remark) -> RemarkLine:
    """A remark of the checks as a line."""
    is_wrong = remark.weight.value == "wrong"
    lead = tr("To mend:") if is_wrong else tr("Look at:")
    return RemarkLine(f"{lead} {tongue.said(remark.what)} {tongue.said(remark.next_step)}", is_wrong)


class Remarks:
    """Lines of remarks in a layout, drawn anew only when they differ."""

    def __init__(self) -> None:
        self.layout: QVBoxLayout = column(gap=2)
        self._shown: tuple[str, ...] = ()

    def show(self, remarks: Sequence[Remark]) -> None:
        new = tuple(f"{one.weight}{one.what}{one.next_step}" for one in remarks)
        if new == self._shown:
            return
        self._shown = new
        empty(self.layout)
        for one in remarks:
            self.layout.addWidget(remark_line(one))


class FieldEditor(QFrame):
    """`worded` carries the field and its new words; `own_asked` and `scope_asked` the field (and for whom)."""

    worded = Signal(str, str)
    own_asked = Signal(str)
    scope_asked = Signal(str, bool)
    left = Signal()

    def __init__(self, field: str) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.field = field
        name = tr(said.FIELD_NAMES[field])
        lines = column(self, gap=2)
        self.caption = Text(name, "meta", "text_2")
        self.editor = GrowingText(name)
        self.caption.setBuddy(self.editor)
        self.editor.left.connect(self._left)
        self.editor.textChanged.connect(self._typed)
        self.state = Text("", "meta", "info_text")
        self.own = KeyButton(tr("Program's words"), lambda: self.own_asked.emit(field), kind="quiet")
        self.own.setAccessibleName(tr("{field}: the program's words again").format(field=name))
        self.scope = KeyButton("", self._scope, kind="quiet")
        line = Wrapping(gap=6)
        line.addWidget(self.scope)
        line.addWidget(self.own)
        self.tools = QFrame()
        self.tools.setProperty("kind", "clear")
        below = column(self.tools, gap=0)
        below.addWidget(self.state)
        below.addLayout(line)
        self.refusal = RemarkLine("", True)
        self.refusal.hide()
        self.remarks = Remarks()
        for widget in (self.caption, self.editor, self.refusal):
            lines.addWidget(widget)
        lines.addLayout(self.remarks.layout)
        lines.addWidget(self.tools)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.commit)
        self._showing, self._everybody = False, False
        self._shown = ""

    def show_words(self, text: str, edit: Edit | None, names: dict[str, str], readers: str, writable: bool) -> None:
        """What stands here now. What is being typed is not touched."""
        if text != self._shown and not self._typing.isActive() and normal(self.editor.toPlainText()) != text:
            self._showing = True
            self.editor.setPlainText(text)
            self._showing = False
        self._shown = text
        self.editor.setReadOnly(not writable)
        self.tools.setVisible(edit is not None)
        if edit is None:
            return
        self.state.setText(said.scope_words(edit, names))
        self._everybody = bool(edit.audience)
        for_whom = tr("For all readers") if edit.audience else tr("Only for {readers}").format(readers=readers)
        self.scope.say(for_whom)
        self.scope.setVisible(writable and len(names) > 1)
        self.own.setVisible(writable)

    def refuse(self, error) -> None:
        """Words that were not taken: they stay on the screen, and why stands below; None when they were."""
        self.refusal.setVisible(error is not None)
        if error is not None:
            self.refusal.text.setText(tr("Not taken: {why}").format(why=str(error)))

    def commit(self) -> None:
        """Hands over what was typed."""
        self._typing.stop()
        self.worded.emit(self.field, self.editor.toPlainText())

    def flush(self) -> None:
        """Hands over what still waits for a pause in typing."""
        if self._typing.isActive():
            self.commit()

    def _typed(self) -> None:
        if not self._showing:
            self._typing.start()

    def _left(self) -> None:
        self.flush()
        self.left.emit()

    def _scope(self) -> None:
        self.flush()
        self.scope_asked.emit(self.field, self._everybody)
