"""What a notice that is being added would become: shown before anything is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from msat.gui import add_words, tongue
from msat.gui.marks import Mark
from msat.gui.models.tables import TextTable
from msat.gui.pieces import KeyButton, Text, Wrapping, card, column, copyable, row
from msat.gui.tongue import tr
from msat.gui.views.fact_text import FactText
from msat.gui.views.notices import Notice
from msat.gui.views.wrapped_table import WrappedTable

if TYPE_CHECKING:
    from msat.services.add import Preview

MOST_ROWS_HIGH = 10
_TONES = {"new": "info", "joins": "green", "revises": "info", "duplicate": "amber"}


class PreviewCard(QWidget):
    """`save_asked` records it; `opened` carries the key of the alert it would join."""

    save_asked = Signal()
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._key = ""
        lines = column(self, gap="medium")
        self.outcome = Notice("info", "", label=tr("Open it"), on=lambda: self.opened.emit(self._key))
        self.identifiers = Notice("red", "")
        lines.addWidget(self.outcome)
        lines.addWidget(self.identifiers)
        lines.addWidget(self._triage())
        self.remarks = Text("", "body", "amber_text")
        lines.addWidget(self.remarks)
        self.heading = Text(tr("What was read, and the words it rests on"), "section")
        lines.addWidget(self.heading)
        self.model = TextTable((tr("Fact"), tr("Read as"), tr("Words in the notice")), self)
        self.table = WrappedTable(tr("Facts found in the notice"), self.model, MOST_ROWS_HIGH)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        lines.addWidget(self.table)
        self.nothing = Text(tr("No fact was found in it. It can be saved; a person then decides."), "body", "text_2")
        lines.addWidget(self.nothing)
        self.text = FactText()
        lines.addWidget(self.text)
        self.foot = SaveFoot()
        self.foot.save.clicked.connect(lambda _checked=False: self.save_asked.emit())
        self.save, self.why = self.foot.save, self.foot.why
        self.hide()

    def _triage(self) -> QWidget:
        frame = card()
        lines = column(frame, margins="medium", gap="small")
        head = row(gap="small")
        self.mark = Mark(None, 26)
        self.title = copyable(Text("", "section"))
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        lines.addLayout(head)
        self.facts = Text("", "body", "text_2")
        self.priority = Text("", "body", strong=True)
        self.reasons = Text("", "body")
        self.actions = Text("", "body")
        for text in (self.facts, self.priority, self.reasons, self.actions):
            lines.addWidget(text)
        return frame

    def show_preview(self, preview: Preview) -> None:
        """Shows what `services.add.preview` found."""
        outcome = str(preview.outcome)
        self._key = str(preview.joins.key) if preview.joins else ""
        self.outcome.say(_TONES[outcome], tongue.said(preview.words))
        self.outcome.button.setVisible(bool(self._key))
        self._show_identifiers(preview)
        self.mark.show_priority(preview.triage.priority)
        self.title.setText(preview.alert.title or tr("No title was found."))
        self.facts.say(add_words.summary(preview))
        self.priority.say(add_words.priority_words(preview))
        self.reasons.say("\n".join(reason.text for reason in preview.triage.reasons))
        todo = [f"{at}  {action.text}" for at, action in enumerate(preview.actions, start=1)]
        self.actions.say(tr("What to do\n") + "\n".join(todo) if todo else "")
        self.remarks.say("\n".join(map(tongue.said, preview.remarks)))
        rows = add_words.fact_rows(preview)
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.text.show_preview(preview)
        self.foot.what.say(tongue.said(preview.words))
        self.allow_save(outcome != "duplicate" and not preview.identifiers, _why(preview))
        self.foot.show()
        self.show()
        self.table.fit()

    def _show_identifiers(self, preview: Preview) -> None:
        found = preview.identifiers
        self.identifiers.setVisible(bool(found))
        if found:
            named = ", ".join(dict.fromkeys(one.what for one in found))
            todo = tr("It is marked red below. Take it out, then preview again.")
            self.identifiers.say("red", tr("The text seems to hold {named}.").format(named=named), todo)

    def allow_save(self, on: bool, why: str = "") -> None:
        """Save, or why not."""
        self.save.setEnabled(on)
        self.why.say("" if on else why)
        self.foot.what.setVisible(on)

    def _row_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.text.point(current.row())

    def put_away(self) -> None:
        """Takes the preview and its foot away."""
        self.hide()
        self.foot.hide()


class SaveFoot(QFrame):
    """Below the page, always in sight while there is a preview: what would be saved, Save, and else why not."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        lines = column(self, margins="small", gap="tight")
        line = Wrapping(gap=8)
        self.save = KeyButton(tr("Save to the record"), key="Ctrl+S", kind="primary", icon="save")
        line.addWidget(self.save)
        lines.addLayout(line)
        self.why = Text("", "dense", "text_2")
        self.what = Text("", "dense", "text_2")
        for text in (self.what, self.why):
            lines.addWidget(text)
        self.hide()


def _why(preview: Preview) -> str:
    if preview.identifiers:
        return tr("It cannot be saved while it holds what would name a patient.")
    return tr("Nothing in it is new, so there is nothing to save.")
