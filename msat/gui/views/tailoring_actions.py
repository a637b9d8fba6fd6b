"""The actions in a table, shipped and local, and under it the one that is being looked at or changed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from msat.errors import MsatError
from msat.gui.models.tables import TextTable
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty, tag
from msat.gui.tailoring import ActionLine, Board, fields_of, free_id, with_action
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.tailoring_fields import (
    Field,
    choice,
    clear_mistakes,
    fit,
    line_editor,
    show_mistake,
    table_view,
    text_editor,
)
from msat.triage.overlay import Entry

COLUMNS = spoken(
    (later("Code"), later("Name"), later("Answered by"), later("Text"), later("Sign-off waits"), later("Here"))
)
ANSWERS = spoken(
    {
        "done": later("Done, or not done"),
        "count": "A number",
        "funnel": later("A search with its counts"),
        "places": later("Place by place"),
    }
)
WAITS = spoken({"": later("As shipped"), "yes": later("Yes"), "no": later("No")})
ROWS = 9
SIMPLE = ("name", "text", "help")


class ActionsTab(QWidget):
    """`changed` carries the draft with the change in it, and where a refusal goes."""

    changed = Signal(object, object)
    form_shown = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._board: Board | None = None
        lines = column(self, gap="medium")
        top = Wrapping(gap=8)
        self.new = KeyButton(tr("New action of your own"), self.open_new)
        top.addWidget(self.new)
        lines.addLayout(top)
        self.model = TextTable(COLUMNS, self)
        self.table = table_view(self.model, tr("The actions"))
        self.table.activated.connect(self._activated)
        self.table.clicked.connect(self._activated)
        lines.addWidget(self.table)
        self.place = column(gap="medium")
        lines.addLayout(self.place)
        self.form: ActionForm | None = None

    def show_board(self, board: Board) -> None:
        """Brings the table up to date; the form that is open stays open."""
        self._board = board
        self.model.set_rows([_cells(line, board) for line in board.actions])
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit(self.table, ROWS, {0: 70, 1: 220, 2: 120, 4: 110, 5: 90}, 3)

    def _activated(self, index: QModelIndex) -> None:
        if self._board is not None and 0 <= index.row() < len(self._board.actions):
            self.open(self._board.actions[index.row()])

    def open(self, line: ActionLine) -> None:
        """Shows one action with its fields."""
        self.close_form()
        self.form = ActionForm(line)
        self.form.saved.connect(self._save)
        self.form.removed.connect(lambda: self._save(None))
        self.form.closed.connect(self.close_form)
        self.place.addWidget(self.form)
        first = "name" if line.shipped is None else "text"
        self.form.fields[first].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.form_shown.emit(self.form)

    def open_new(self) -> None:
        """An action of one's own; nothing of it is in the draft yet."""
        if self._board is None:
            return
        first = self._board.actions[0].now
        code = free_id([entry.id for entry in self._board.draft.actions], "LA")
        plain = type(first)(code=code, name="", answer="done", text="", required=False)
        self.open(ActionLine(code, None, plain, None))

    def close_form(self) -> None:
        if self.form is not None:
            empty(self.place)
            self.form = None
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self, entry: Entry | None) -> None:
        if self._board is None or self.form is None:
            return
        form = self.form

        def done(error: MsatError | None) -> None:
            if error is not None:
                form.fail(error)
            else:
                self.close_form()

        self.changed.emit(with_action(self._board.draft, entry, form.line.entry), done)


class ActionForm(QFrame):
    """One action: its words, how it is answered, and whether sign-off waits for it."""

    saved = Signal(object)
    removed = Signal()
    closed = Signal()

    def __init__(self, line: ActionLine) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.line = line
        self.fields: dict[str, Field] = {}
        lines = column(self, margins="large", gap="medium")
        tags = Wrapping(gap=6)
        tags.addWidget(tag(line.code, "info"))
        if line.local:
            tags.addWidget(tag({"yours": tr("Your own action"), "changed": tr("Changed here")}[line.local], "amber"))
        lines.addLayout(tags)
        self._add_fields(line)
        for field in self.fields.values():
            lines.addWidget(field)
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        buttons = Wrapping(gap=8)
        self.save = KeyButton(tr("Put into the draft"), self.submit, kind="primary")
        self.remove = KeyButton(tr("Take it out") if line.shipped is None else tr("As shipped"), self.removed.emit)
        self.remove.setVisible(line.entry is not None)
        shut = KeyButton(tr("Close"), self.closed.emit, kind="quiet")
        shut.setAccessibleName(tr("Close the action"))
        for button in (self.save, self.remove, shut):
            buttons.addWidget(button)
        lines.addLayout(buttons)

    def _add_fields(self, line: ActionLine) -> None:
        given, shipped = fields_of(line.entry), line.shipped

        def hint(name: str) -> str:
            said = getattr(shipped, name, "") if shipped else ""
            return tr("Shipped: {said}").format(said=said) if said else ""

        self.fields["name"] = Field(tr("Name"), line_editor(given.get("name", "")), hint("name"))
        if shipped is None:
            self.fields["answer"] = Field(tr("Answered by"), choice(ANSWERS, given.get("answer", str(line.now.answer))))
        placeholders = tr("It may hold {product}, {batches}, {company} and {reference}.")
        self.fields["text"] = Field(
            tr("Text"),
            text_editor(given.get("text", "")),
            f"{hint('text')} {placeholders}".strip(),
            tr("Text of the action"),
        )
        self.fields["help"] = Field(tr("Help"), text_editor(given.get("help", "")), hint("help"))
        waits = given.get("required")
        chosen = {True: "yes", False: "no"}.get(waits, "" if shipped else "no")
        options = WAITS if shipped else {key: words for key, words in WAITS.items() if key}
        self.fields["required"] = Field(tr("Sign-off waits for it"), choice(options, chosen))
        why = line.entry.why if line.entry else ""
        self.fields["why"] = Field(tr("Why"), line_editor(why, "", 500))

    def submit(self) -> None:
        """Hands on what was typed as an entry."""
        clear_mistakes(self.fields, self.wrong)
        entry = self.entry()
        if entry is not None:
            self.saved.emit(entry)
        elif self.line.entry is not None:
            self.removed.emit()
        else:
            self.wrong.say(tr("Nothing is different from what is shipped."))

    def entry(self) -> Entry | None:
        """The entry that the fields make; None when they say what is shipped. Fields not shown stay as they were."""
        fields: dict[str, Any] = {
            k: v for k, v in fields_of(self.line.entry).items() if k not in (*SIMPLE, "answer", "required")
        }
        given = {
            "name": " ".join(self.fields["name"].editor.text().split()),
            "text": self.fields["text"].editor.toPlainText().strip(),
            "help": self.fields["help"].editor.toPlainText().strip(),
        }
        fields |= {key: value for key, value in given.items() if value}
        if "answer" in self.fields:
            fields["answer"] = self.fields["answer"].editor.currentData()
        waits = self.fields["required"].editor.currentData()
        if waits:
            fields["required"] = waits == "yes"
        if not fields:
            return None
        return Entry(self.line.code, " ".join(self.fields["why"].editor.text().split()), fields)

    def fail(self, error: MsatError) -> None:
        """Says what is wrong at its field; what was typed stays."""
        show_mistake(error, self.fields, self.wrong)


def _cells(line: ActionLine, board: Board) -> tuple[str, ...]:
    action = line.now
    waits = "yes" if action.is_required(board.own_kind) else "no"
    text = action.text_of(board.own_kind, "")
    return line.code, action.name, str(action.answer), text, waits, line.local
