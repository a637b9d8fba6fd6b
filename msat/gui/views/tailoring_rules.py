"""The rules in a table, shipped and local, and under it the one that is being looked at or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from msat.errors import MsatError
from msat.gui.models.rules import BASIS, HERE, LIMIT, REVIEW, RulesTable
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty
from msat.gui.tailoring import Board, RuleLine, free_id, with_rule
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.tailoring_fields import fit, table_view
from msat.gui.views.tailoring_rule_form import RuleForm

if TYPE_CHECKING:
    from msat.triage.overlay import Entry

ROWS = 12
WIDEST = {0: 60, **dict.fromkeys(range(2, LIMIT), 96), LIMIT: 150, HERE: 90, BASIS: 100, REVIEW: 150}


class RulesTab(QWidget):
    """`changed` carries the draft with the change in it, and where a refusal goes."""

    changed = Signal(object, object)
    form_shown = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._board: Board | None = None
        lines = column(self, gap="medium")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search the rules: id, name, words of the reason"))
        self.search.setAccessibleName(tr("Search the rules"))
        self.search.setClearButtonEnabled(True)
        look().dress(self.search, "body")
        self.search.textChanged.connect(lambda _text: self._show())
        top = Wrapping(gap=8)
        self.search.setMinimumWidth(look().px(360))
        top.addWidget(self.search)
        self.only_local = KeyButton(tr("Only what is local"), kind="chip")
        self.only_local.setCheckable(True)
        self.only_local.toggled.connect(lambda _on: self._show())
        self.new = KeyButton(tr("New rule of your own"), self.open_new)
        for button in (self.only_local, self.new):
            top.addWidget(button)
        lines.addLayout(top)
        self.model = RulesTable(self)
        self.table = table_view(self.model, tr("The rules"))
        self.table.activated.connect(self._activated)
        self.table.clicked.connect(self._activated)
        lines.addWidget(self.table)
        self.nothing = Text("", "body", "text_2")
        self.nothing.hide()
        lines.addWidget(self.nothing)
        self.place = column(gap="medium")
        lines.addLayout(self.place)
        self.form: RuleForm | None = None

    # Showing

    def show_board(self, board: Board) -> None:
        """Brings the table up to date; the form that is open stays open."""
        self._board = board
        self._show()

    def _show(self) -> None:
        if self._board is None:
            return
        wanted = self.search.text().lower().split()
        rows = [
            line
            for line in self._board.rules
            if all(word in _words(line) for word in wanted) and (line.local or not self.only_local.isChecked())
        ]
        rows.sort(key=lambda line: (not line.is_own, line.id))
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        said = (
            tr("No rule is different here.") if self.only_local.isChecked() and not wanted else tr("No rule matches.")
        )
        self.nothing.say("" if rows else said)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit(self.table, ROWS, WIDEST, 1)

    # Changing

    def _activated(self, index: QModelIndex) -> None:
        line = self.model.line(index.row())
        if line is not None:
            self.open(line)

    def open(self, line: RuleLine) -> None:
        """Shows one rule with its fields."""
        self.close_form()
        actions = self._board.actions if self._board else ()
        self.form = RuleForm(line, {one.code: one.now.name for one in actions})
        self.form.saved.connect(self._save)
        self.form.removed.connect(lambda: self._save(None))
        self.form.closed.connect(self._leave)
        self.place.addWidget(self.form)
        self.form.fields["name"].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.form_shown.emit(self.form)

    def open_new(self) -> None:
        """A rule of one's own, begun as the first shipped one would be: nothing of it is in the draft yet."""
        if self._board is None:
            return
        first = self._board.rules[-1].now
        taken = [entry.id for entry in self._board.draft.rules]
        plain = {
            "id": free_id(taken, "L"),
            "name": "",
            "basis": "local",
            "reason": "",
            "reason_for": {},
            "may_close": {},
            "quote": [],
            "priority": {kind: "amber" for kind in first.priority},
            "actions": {kind: ["A01", "A02", "A25"] for kind in first.actions},
            "when": type(first.when)(families=[]),
            "limit": type(first.limit)(from_="none"),
        }
        rule = msgspec.structs.replace(first, **plain)
        self.open(RuleLine(rule.id, "", None, rule, None))

    def close_form(self) -> None:
        if self.form is not None:
            empty(self.place)
            self.form = None

    def _leave(self) -> None:
        self.close_form()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self, entry: Entry | None) -> None:
        if self._board is None or self.form is None:
            return
        line, form = self.form.line, self.form

        def done(error: MsatError | None) -> None:
            if error is not None:
                form.fail(error)
                return
            self._leave()
            row = self.model.row_of(line.id, line.name if not line.is_own else (entry.fields["name"] if entry else ""))
            if row >= 0:
                self.table.selectRow(row)

        self.changed.emit(with_rule(self._board.draft, entry, line.entry), done)


def _words(line: RuleLine) -> str:
    rules = [rule for rule in (line.now, line.shipped) if rule is not None]
    return " ".join((line.id, *(f"{rule.name} {rule.reason}" for rule in rules))).lower()
