"""One item of an issue: a head to choose and move it by; opened, the words of each field and what is to be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QPushButton, QWidget

from msat.gui import newsletter_words as said
from msat.gui.letters import letters
from msat.gui.marks import Mark
from msat.gui.newsletter_composer import Composer
from msat.gui.pieces import KeyButton, Text, Wrapping, column, row, tag
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.words import rag_word

if TYPE_CHECKING:
    from msat.gui.views.newsletter_body import ItemBody

DRAGGED = "application/x-msat-newsletter-item"
LENGTHS = ("short", "standard", "full")
GONE = later("This alert is not in this record. Take it out of the issue.")


class ItemCard(QFrame):
    """`stepped` goes to the next or previous item; `opened_asked` opens or closes it; `moved` by one place."""

    stepped = Signal(int)
    opened_asked = Signal(bool)
    moved = Signal(int)
    focused = Signal()

    def __init__(self, composer: Composer, key: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.composer, self.key = composer, key
        self.body: ItemBody | None = None
        self._pressed: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lines = column(self, margins="small", gap="tight")
        head = row(gap="small")
        self.mark = Mark(None, 20)
        self.headline = Text("", "body", strong=True)
        self.count = tag("")
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.headline, 1)
        self.meta = Text("", "meta", "text_2")
        # Beside the headline it left a narrow pane too little room for the longest names of medicines.
        below = row(gap="small")
        below.addWidget(self.meta, 1)
        below.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        self.note = Text("", "dense", "amber_text")
        self.note.hide()
        self._lines.addLayout(head)
        self._lines.addLayout(below)
        self._lines.addWidget(self.note)
        self.tools = QFrame()
        self.tools.setProperty("kind", "clear")
        self.tools.setLayout(self._tools())
        self.tools.hide()
        self._lines.addWidget(self.tools)

    def _tools(self) -> Wrapping:
        line = Wrapping(gap=6)
        self.lengths: dict[str, QPushButton] = {}
        for number, length in enumerate(LENGTHS, start=1):
            name = tr(said.LENGTH_NAMES[length])
            button = KeyButton(name, lambda length=length: self._length(length), str(number), "chip")
            button.setCheckable(True)
            button.setAccessibleName(tr("Length: {length}").format(length=name))
            self.lengths[length] = button
            line.addWidget(button)
        self.edit = KeyButton(tr("Edit"), lambda: self.opened_asked.emit(self.body is None), "Enter", "quiet")
        self.up = KeyButton(tr("Up"), lambda: self.moved.emit(-1), "Alt+Up", "quiet")
        self.down = KeyButton(tr("Down"), lambda: self.moved.emit(1), "Alt+Down", "quiet")
        self.out = KeyButton(tr("Take out"), self._take_out, "Del", "quiet")
        for button in (self.edit, self.up, self.down, self.out):
            line.addWidget(button)
        return line

    # What is shown

    def show_item(self) -> None:
        """The item as the readers shown get it."""
        composer, writing = self.composer, self.composer.writing
        item = composer.shown.item(self.key) if composer.issue else None
        if item is None:
            return
        found = writing.composed(self.key, composer.audience) if writing else None
        if found is not None:
            self._show_composed(found, item)
        else:
            title = writing.titles.get(self.key, self.key) if writing else self.key
            self._show_plain(title)
        for length, button in self.lengths.items():
            button.setChecked(length == item.length.value)
            button.setEnabled(composer.can_write)
        for button in (self.up, self.down, self.out):
            button.setEnabled(composer.can_write)
        self._name_edit()
        if self.body is not None:
            self.body.show_item(found, item)

    def _show_composed(self, found, item) -> None:
        from msat.exports.newsletter import most_words

        writing, audience = self.composer.writing, self.composer.audience
        most = most_words(found.item.rag, found.length)
        remarks = writing.remarks(self.key, audience)
        stale = writing.stale(self.key) if self.composer.can_write else ()
        words = said.item_words(found.item.length, most)
        self.mark.show_priority(found.item.rag)
        self.mark.show()
        self.headline.setText(found.item.headline)
        self.count.setText(words)
        self.count.setVisible(True)
        self._tone("red" if found.item.length > most and found.edited and self.composer.can_write else "plain")
        edited = tr("edited") if found.edited else ""
        parts = [tr(said.LENGTH_NAMES[item.length.value]), found.item.reference.partition(",")[0], edited]
        self.meta.say(" · ".join(part for part in parts if part))
        notes = [said.remark_words(remarks), tr("The source has changed since you edited") if stale else ""]
        is_wrong = any(one.weight.value == "wrong" for one in remarks) or bool(stale)
        self.note.set_tone("red_text" if is_wrong else "amber_text")
        self.note.say(". ".join(note for note in notes if note))
        spoken = [rag_word(found.item.rag), found.item.headline, words, self.meta.text(), self.note.text()]
        self.setAccessibleName(". ".join(part for part in spoken if part))

    def _show_plain(self, title: str) -> None:
        composer, writing = self.composer, self.composer.writing
        self.headline.setText(title)
        self.count.hide()
        self.mark.hide()
        is_gone = writing is not None and writing.is_gone(self.key)
        readers = composer.names.get(composer.audience, composer.audience)
        asks_nothing = tr("It asks nothing of {readers}.").format(readers=readers)
        self.meta.say("" if writing is None or is_gone else asks_nothing)
        self.note.say(tr(GONE) if is_gone else "")
        self.setAccessibleName(". ".join(part for part in (title, self.meta.text(), self.note.text()) if part))

    def _tone(self, tone: str) -> None:
        if self.count.property("tag") != tone:
            from msat.gui.pieces import restyle

            self.count.setProperty("tag", tone)
            restyle(self.count)

    @property
    def is_left_out(self) -> bool:
        writing = self.composer.writing
        return writing is not None and writing.composed(self.key, self.composer.audience) is None

    def set_current(self, current: bool) -> None:
        """The chosen item shows its buttons."""
        self.tools.setVisible(current)

    def set_open(self, is_open: bool) -> None:
        """Opens the item to be worded, or closes it."""
        if is_open and self.body is None:
            from msat.gui.views.newsletter_body import ItemBody

            self.body = ItemBody(self.composer, self.key)
            self.body.left.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
            self._lines.addWidget(self.body)
            self.show_item()
        elif not is_open and self.body is not None:
            self.body.flush()
            body, self.body = self.body, None
            body.hide()
            self._lines.removeWidget(body)
            body.deleteLater()
        self._name_edit()

    def _name_edit(self) -> None:
        """What was sent is read, no longer edited."""
        opens = tr("Edit") if self.composer.can_write else tr("Read")
        self.edit.say(tr("Close") if self.body is not None else opens)

    # Keys, mouse

    def _length(self, length: str) -> None:
        self.composer.set_length(self.key, length)
        self.show_item()

    def _take_out(self) -> None:
        self.composer.remove(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        does = _does(event) if plain and self.hasFocus() else None
        if does is None:
            super().keyPressEvent(event)
        else:
            does(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            ring = look().px("focus_ring")
            painter = QPainter(self)
            painter.setPen(QPen(look().colour("focus"), ring))
            painter.drawRect(self.rect().adjusted(ring // 2, ring // 2, -ring // 2 - 1, -ring // 2 - 1))
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = self._pressed and (event.position().toPoint() - self._pressed).manhattanLength()
        if far and far >= QApplication.startDragDistance() and self.composer.can_write:
            self._pressed = None
            self._drag()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.opened_asked.emit(self.body is None)

    def _drag(self) -> None:
        drag, data = QDrag(self), QMimeData()
        data.setData(DRAGGED, self.key.encode("utf-8"))
        drag.setMimeData(data)
        drag.setPixmap(
            self.grab(self.rect().intersected(self.rect().adjusted(0, 0, 0, 0))).scaledToWidth(look().px(260))
        )
        drag.exec(Qt.DropAction.MoveAction)


_KEYS = {
    Qt.Key.Key_Up: lambda card: card.stepped.emit(-1),
    Qt.Key.Key_Down: lambda card: card.stepped.emit(1),
    Qt.Key.Key_Return: lambda card: card.opened_asked.emit(card.body is None),
    Qt.Key.Key_Enter: lambda card: card.opened_asked.emit(card.body is None),
    Qt.Key.Key_Delete: lambda card: card._take_out(),
}
"""What a key does while an item has the focus."""
_LETTERS = {
    "previous": lambda card: card.stepped.emit(-1),
    "next": lambda card: card.stepped.emit(1),
    "word-item": lambda card: card.opened_asked.emit(True),
    "1": lambda card: card._length("short"),
    "2": lambda card: card._length("standard"),
    "3": lambda card: card._length("full"),
}
"""What a letter or a digit does there, while they are switched on."""


def _does(event: QKeyEvent):
    known = letters()
    typed = event.text() if known.is_on and event.text().isdecimal() else known.command(event.text(), "newsletter")
    return _KEYS.get(Qt.Key(event.key())) or _LETTERS.get(typed)


def stops(widget: QWidget) -> list[QWidget]:
    """Where Tab stops in a widget, itself first, in the order of its layouts."""
    own = [widget] if widget.focusPolicy() & Qt.FocusPolicy.TabFocus else []
    layout = widget.layout()
    return [*own, *(_in_layout(layout) if layout is not None else [])]


def _in_layout(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item.widget() is not None:
            found += stops(item.widget())
        elif item.layout() is not None:
            found += _in_layout(item.layout())
    return found


def is_inside(card: QWidget, widget: QWidget | None) -> bool:
    """Whether a widget is the card or stands in it."""
    return widget is not None and (widget is card or card.isAncestorOf(widget))
