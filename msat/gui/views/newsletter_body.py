"""The inside of an opened item: its readers, what its source changed, the fields to word, and what is never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from msat.gui import newsletter_words as said
from msat.gui.newsletter_composer import Composer
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.newsletter_text import FieldEditor, Remarks

if TYPE_CHECKING:
    from msat.exports.newsletter_compose import Composed, Stale
    from msat.projections.newsletter_draft import DraftItem


class ItemBody(QFrame):
    """`left`: back to the item's head."""

    left = Signal()

    def __init__(self, composer: Composer, key: str) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.composer, self.key = composer, key
        self._stale_shown: tuple[object, ...] = ()
        lines = column(self, gap="small")
        self.readers: dict[str, QPushButton] = {}
        self._readers_place = column(gap=0)
        lines.addLayout(self._readers_place)
        self._make_readers()
        self.general = Remarks()
        lines.addLayout(self.general.layout)
        self.stale: QVBoxLayout = column(gap="small")
        lines.addLayout(self.stale)
        self.fields: dict[str, FieldEditor] = {}
        for field in said.FIELD_NAMES:
            editor = FieldEditor(field)
            editor.worded.connect(lambda field, text: composer.word(key, field, text))
            editor.own_asked.connect(self._own)
            editor.scope_asked.connect(lambda field, everybody: composer.widen(key, field, everybody))
            editor.left.connect(self.left)
            self.fields[field] = editor
            lines.addWidget(editor)
        self.fixed = copyable(Text("", "dense", "text_2"))
        lines.addWidget(self.fixed)
        composer.refused.connect(self._refused)

    def _make_readers(self) -> None:
        """A button for each of the issue's readers; an issue for one kind of readers needs none."""
        empty(self._readers_place)
        audiences = self.composer.issue.audiences if self.composer.issue else ()
        frame = QFrame(self)
        frame.setProperty("kind", "clear")
        line = Wrapping(frame, gap=6)
        line.addWidget(Text(tr("Readers"), "meta", "text_2"))
        self.readers = {}
        for audience in audiences:
            name = self.composer.names.get(audience, audience)
            button = QPushButton(name)
            button.setCheckable(True)
            button.setProperty("kind", "chip")
            button.setMinimumHeight(look().px("target"))
            button.setAccessibleName(tr("Tell {readers} of it").format(readers=name))
            button.clicked.connect(lambda _on: self._chosen())
            look().dress(button, "dense")
            self.readers[audience] = button
            line.addWidget(button)
        self.usual = KeyButton(tr("Whom it asks something of"), lambda: self._set_readers(()), kind="quiet")
        line.addWidget(self.usual)
        self._readers_place.addWidget(frame)
        frame.setVisible(len(self.readers) > 1)

    def show_item(self, found: Composed | None, item: DraftItem) -> None:
        """The item as the readers shown get it."""
        from msat.exports.newsletter_compose import field_text

        composer, writing = self.composer, self.composer.writing
        if composer.issue is not None and tuple(self.readers) != tuple(composer.issue.audiences):
            self._make_readers()
        told = [one for one in self.readers if writing and writing.composed(self.key, one) is not None]
        for audience, button in self.readers.items():
            button.setChecked(audience in told if composer.is_told(audience) else audience in (item.audiences or told))
            button.setEnabled(composer.can_write and not composer.is_told(audience))
        self.usual.setVisible(bool(item.audiences) and composer.can_write)
        remarks = writing.remarks(self.key, composer.audience) if writing else ()
        self.general.show([one for one in remarks if one.field not in self.fields])
        self._show_stale(writing.stale(self.key) if writing and composer.can_write else ())
        readers = composer.names.get(composer.audience, composer.audience)
        stands = found and (found.own if composer.can_write else found.item)
        for field, editor in self.fields.items():
            editor.setVisible(found is not None)
            if found is not None:
                edit = item.edit_of(field, item.length, composer.audience)
                text = edit.text if edit and composer.can_write else field_text(stands, field)
                editor.show_words(text, edit, composer.names, readers, composer.can_write)
                editor.remarks.show([one for one in remarks if one.field == field])
        self.fixed.say(self._fixed(found))

    def _fixed(self, found: Composed | None) -> str:
        if found is None:
            return ""
        item = found.item
        due = f"{item.who}, {item.due}" if item.due else item.who
        parts = [
            tr("Always as the notice has it:"),
            due,
            tr("Batches: {batches}").format(batches=item.batches) if item.batches else "",
            item.reference,
            item.url,
        ]
        return "\n".join(part for part in parts if part)

    def _show_stale(self, stale: tuple[Stale, ...]) -> None:
        if stale == self._stale_shown:
            return
        self._stale_shown = stale
        empty(self.stale)
        for one in stale:
            self.stale.addWidget(StaleNote(one, self._keep, self._take, self.composer.can_write))

    def _keep(self, field: str) -> None:
        self.flush()
        self._focus(field)
        self.composer.keep_edits(self.key)

    def _take(self, field: str) -> None:
        self._focus(field)
        self.composer.take_new(self.key, field)

    def _focus(self, field: str) -> None:
        """To the words themselves: the button that was pressed goes."""
        if not self.fields[field].isHidden():
            self.fields[field].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _own(self, field: str) -> None:
        self._focus(field)
        self.composer.own_words(self.key, field)

    def _chosen(self) -> None:
        self._set_readers(tuple(one for one, button in self.readers.items() if button.isChecked()))

    def _set_readers(self, audiences: tuple[str, ...]) -> None:
        self.flush()
        self.composer.set_readers(self.key, audiences)

    def _refused(self, key: str, field: str, error: object) -> None:
        if key == self.key and field in self.fields:
            self.fields[field].refuse(error)

    def flush(self) -> None:
        """Hands over what still waits for a pause in typing."""
        for editor in self.fields.values():
            editor.flush()

    def focus_first(self) -> None:
        """To the first field that has something to mend, else to the first."""
        shown = [one for one in self.fields.values() if not one.isHidden()]
        if shown:
            shown[0].editor.setFocus(Qt.FocusReason.ShortcutFocusReason)


class StaleNote(QFrame):
    """An edit made from an older notice: what differs, both wordings, keep or take."""

    def __init__(self, stale: Stale, keep, take, writable: bool) -> None:
        super().__init__()
        self.setProperty("callout", "amber")
        lines = column(self, margins="small", gap="tight")
        field = tr(said.FIELD_NAMES[stale.field])
        head = tr("The source has changed since you edited: {field}").format(field=field)
        lines.addWidget(Text(head, "body", strong=True))
        for words in stale.differences:
            lines.addWidget(Text(words, "dense"))
        lines.addWidget(Text(tr("Yours: {text}").format(text=stale.text), "dense"))
        if stale.was != stale.now:
            lines.addWidget(Text(tr("The program wrote then: {text}").format(text=stale.was), "dense", "text_2"))
        lines.addWidget(Text(tr("The program writes now: {text}").format(text=stale.now), "dense"))
        buttons = Wrapping(gap=6)
        self.keep = KeyButton(tr("Keep my words"), lambda: keep(stale.field))
        self.take = KeyButton(tr("Take the new words"), lambda: take(stale.field))
        for button in (self.keep, self.take):
            button.setAccessibleDescription(field)
            button.setEnabled(writable)
            buttons.addWidget(button)
        lines.addLayout(buttons)
