"""One rule: what is shipped beside what holds here, and the fields to change it, for each kind of organisation.

Makes an entry of a pack from the fields and hands it on; whether it may stand is for the services to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QSpinBox

from msat.errors import MsatError
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, row, tag
from msat.gui.tailoring import (
    KIND_WORDS,
    RuleLine,
    codes_of,
    fields_of,
    limit_words,
    lines_of,
    priority_words,
)
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.settings_field import Number
from msat.gui.views.tailoring_fields import Field, choice, clear_mistakes, line_editor, show_mistake, text_editor
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry

KINDS = tuple(OrganisationKind)
RAGS = spoken({"red": later("Red"), "amber": later("Amber"), "green": later("Green"), "none": later("No rating")})
LIMITS = spoken(
    {
        "": later("As shipped"),
        "class": later("As the class asks"),
        "immediately": later("At once"),
        "hours": later("Hours"),
        "days": later("Days"),
        "working_days": later("Working days"),
        "none": later("No time limit"),
    }
)
COUNTED = ("hours", "days", "working_days")
FAMILY_HINT = later("The kinds of notice that it speaks of, for instance: medicines-recall, drug-safety-update")


class RuleForm(QFrame):
    """`saved` carries the entry to put into the draft; `removed` that the rule goes back to what is shipped."""

    saved = Signal(object)
    removed = Signal()
    closed = Signal()

    def __init__(self, line: RuleLine, names: Mapping[str, str]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.line = line
        self.fields: dict[str, Field] = {}
        self._lines = column(self, margins="large", gap="medium")
        self._head()
        if line.is_own:
            self._own_fields()
        else:
            self._add("name", Field(tr("Name"), line_editor(self._given("name"), line.now.name), ""))
        self._kind_fields()
        self._lines.addWidget(Text(self._legend(names), "dense", "text_2"))
        self._limit_fields()
        reason = self._given("reason") if not line.is_own else line.now.reason
        hint = "" if line.is_own else tr("Shipped: {reason}").format(reason=line.shipped.reason) if line.shipped else ""
        self.reason = text_editor(reason)
        self._add("reason", Field(tr("Reason shown with it"), self.reason, hint))
        why = line.entry.why if line.entry else ""
        hint = tr("Why it is different here. A Red is lowered only with a reason.")
        self.why = line_editor(why, "", 500)
        self._add("why", Field(tr("Why"), self.why, hint))
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        self._lines.addWidget(self.wrong)
        self._lines.addLayout(self._buttons())

    def _legend(self, names: Mapping[str, str]) -> str:
        """What the codes stand for that this rule asks for, shipped or here."""
        rules = [rule for rule in (self.line.now, self.line.shipped) if rule is not None]
        codes = sorted({code for rule in rules for asked in rule.actions.values() for code in asked})
        said = "; ".join(f"{code} {names[code]}" for code in codes if code in names)
        return tr("{said}. Every code stands under Actions.").format(said=said)

    def _given(self, field: str) -> str:
        """What the draft says of a field; nothing when it leaves it as shipped."""
        value = fields_of(self.line.entry).get(field, "")
        return value if isinstance(value, str) else ""

    def _add(self, name: str, field: Field) -> Field:
        self.fields[name] = field
        self._lines.addWidget(field)
        return field

    # Building

    def _head(self) -> None:
        line = self.line
        tags = Wrapping(gap=6)
        tags.addWidget(tag(line.id, "info"))
        if line.local:
            tags.addWidget(tag({"yours": tr("Your own rule"), "changed": tr("Changed here")}[line.local], "amber"))
        self._lines.addLayout(tags)
        self._lines.addWidget(Text(line.now.name, "section"))
        if line.shipped is not None:
            reviewed = line.shipped.reviewed
            basis = f"{line.shipped.basis.capitalize()}: {line.shipped.source.rstrip('.')}. "
            basis += f"{reviewed[:1].upper()}{reviewed[1:]}."
            self._lines.addWidget(copyable(Text(basis, "dense", "text_2")))
        if line.is_one_of_many:
            said = tr("Several rules carry the id {id}; what is changed here is for this one only.").format(id=line.id)
            self._lines.addWidget(Text(said, "dense", "text_2"))

    def _own_fields(self) -> None:
        when = self.line.now.when
        self._add("name", Field(tr("Name"), line_editor(self.line.now.name)))
        families = line_editor(", ".join(str(family) for family in when.families))
        self._add("when.families", Field(tr("Kinds of notice"), families, tr(FAMILY_HINT)))
        classes = line_editor(", ".join(when.classes))
        self._add("when.classes", Field(tr("Classes"), classes, tr("1 to 4; empty: any")))
        for key, label in (
            ("says_in_title", tr("Words in the title")),
            ("says", tr("Words anywhere in it")),
            ("unless_says", tr("But not with these words")),
        ):
            hint = (
                tr("A pattern on each line; one of them must be found.")
                if key != "unless_says"
                else tr("A pattern a line.")
            )
            self._add(
                tr("when.{key}").format(key=key), Field(label, text_editor("\n".join(getattr(when, key)), 2), hint)
            )

    def _kind_fields(self) -> None:
        line = self.line
        for kind in KINDS:
            shipped = line.shipped
            said, asked = "", ""
            if shipped is not None:
                said = tr("Shipped: {priority_words}").format(priority_words=priority_words(shipped.priority[kind]))
                asked = tr("Shipped: {actions}").format(actions=" ".join(shipped.actions[kind]) or "none")
            now = line.now.priority[kind]
            rag = choice(RAGS if now in RAGS else {now: priority_words(now), **RAGS}, now)
            self.fields[f"priority.{kind.value}"] = Field(
                tr("Priority for {KIND_WORDS}").format(KIND_WORDS=KIND_WORDS[kind]),
                rag,
                said,
                tr("Priority for {KIND_WORDS}").format(KIND_WORDS=KIND_WORDS[kind]),
            )
            codes = line_editor(" ".join(line.now.actions[kind]))
            self.fields[f"actions.{kind.value}"] = Field(
                tr("Actions, by code"), codes, asked, tr("Actions for {KIND_WORDS}").format(KIND_WORDS=KIND_WORDS[kind])
            )
            across = row(gap="medium")
            across.addWidget(self.fields[f"priority.{kind.value}"], 2)
            across.addWidget(self.fields[f"actions.{kind.value}"], 3)
            self._lines.addLayout(across)

    def _limit_fields(self) -> None:
        line, limit = self.line, self.line.now.limit
        counted = next((unit for unit in COUNTED if getattr(limit, unit) is not None), "")
        unchanged = line.shipped is not None and line.shipped.limit == limit
        chosen = "" if unchanged else (counted or limit.from_)
        options = {key: words for key, words in LIMITS.items() if key or not line.is_own}
        self.limit = choice(options, chosen)
        self.number: QSpinBox = Number()
        self.number.setRange(0, 999)
        self.number.setValue(getattr(limit, counted) if counted else 0)
        hint = tr("Shipped: {limit_words}").format(limit_words=limit_words(line.shipped.limit)) if line.shipped else ""
        self._add("limit", Field(tr("By when, if the notice sets no limit of its own"), self.limit, hint))
        self.how_many = self._add("number", Field(tr("How many"), self.number))
        self.limit.currentIndexChanged.connect(lambda _at: self._show_number())
        self._show_number()

    def _show_number(self) -> None:
        self.how_many.setVisible(self.limit.currentData() in COUNTED)

    def _buttons(self) -> Wrapping:
        line = Wrapping(gap=8)
        self.save = KeyButton(tr("Put into the draft"), self.submit, "Ctrl+Enter", "primary")
        line.addWidget(self.save)
        label = tr("Take the rule out") if self.line.is_own else tr("As shipped")
        self.remove = KeyButton(label, self.removed.emit)
        self.remove.setVisible(self.line.entry is not None)
        line.addWidget(self.remove)
        self.shut = KeyButton(tr("Close"), self.closed.emit, "Esc", "quiet")
        self.shut.setAccessibleName(tr("Close the rule"))
        line.addWidget(self.shut)
        return line

    # Reading the fields

    def submit(self) -> None:
        """Hands on what was typed as an entry."""
        clear_mistakes(self.fields, self.wrong)
        entry = self.entry()
        if entry is None:
            if self.line.entry is not None:
                self.removed.emit()
            else:
                self.wrong.say(tr("Nothing is different from what is shipped."))
            return
        self.saved.emit(entry)

    def fail(self, error: MsatError) -> None:
        """Says what is wrong at its field; what was typed stays."""
        show_mistake(error, self.fields, self.wrong)

    def entry(self) -> Entry | None:
        """The entry that the fields make; None when they say what is shipped."""
        fields = self._own() if self.line.is_own else self._change()
        if not self.line.is_own and not set(fields) - {"which"}:
            return None
        return Entry(self.line.id, " ".join(self.why.text().split()), fields)

    def _line_text(self, field: str) -> str:
        return " ".join(self.fields[field].editor.text().split())

    def _rags(self) -> dict[str, str]:
        return {kind.value: self.fields[f"priority.{kind.value}"].editor.currentData() for kind in KINDS}

    def _codes(self) -> dict[str, list[str]]:
        return {kind.value: codes_of(self.fields[f"actions.{kind.value}"].editor.text()) for kind in KINDS}

    def _limit(self) -> dict[str, Any]:
        chosen = self.limit.currentData()
        if chosen in COUNTED:
            return {"from": "family", chosen: self.number.value()}
        return {"from": chosen} if chosen else {}

    def _change(self) -> dict[str, Any]:
        """What differs from the shipped rule. Fields that the form does not show stay as the draft has them."""
        shipped = self.line.shipped
        if shipped is None:
            return {}
        shown = ("priority", "actions", "add_actions", "drop_actions", "limit", "name", "reason")
        fields = {k: v for k, v in fields_of(self.line.entry).items() if k not in shown}
        if self.line.is_one_of_many and self.line.entry is None:
            fields["which"] = shipped.name
        rags = {kind: word for kind, word in self._rags().items() if word != shipped.priority[OrganisationKind(kind)]}
        codes = {k: listed for k, listed in self._codes().items() if listed != shipped.actions[OrganisationKind(k)]}
        given: dict[str, Any] = {
            "name": self._line_text("name"),
            "priority": rags,
            "actions": codes,
            "limit": self._limit(),
            "reason": self.reason.toPlainText().strip(),
        }
        return fields | {key: value for key, value in given.items() if value}

    def _own(self) -> dict[str, Any]:
        fields = fields_of(self.line.entry)
        when = dict(fields.get("when", {}))
        when["families"] = [w.lower() for w in self._line_text("when.families").replace(",", " ").split()]
        classes = self._line_text("when.classes").replace(",", " ").split()
        parts: dict[str, list[str]] = {"classes": classes}
        for key in ("says_in_title", "says", "unless_says"):
            parts[key] = lines_of(self.fields[f"when.{key}"].editor.toPlainText())
        for key, listed in parts.items():
            when.pop(key, None)
            if listed:
                when[key] = listed
        kept = {k: v for k, v in fields.items() if k in ("reason_for", "quote", "may_close")}
        return kept | {
            "name": self._line_text("name"),
            "when": when,
            "priority": self._rags(),
            "limit": self._limit(),
            "actions": self._codes(),
            "reason": self.reason.toPlainText().strip(),
        }

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.submit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)
