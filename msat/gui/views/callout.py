"""The priority and why: the rule's sentence, the notice's own words, and where the time limit comes from."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from msat.gui import words
from msat.gui.marks import Mark
from msat.gui.pieces import KeyButton, Text, column, copyable, empty, restyle, row
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.projections.alert_state import AlertState
from msat.triage.model import Reason

KINDS = spoken(
    {
        "base": later("Rule"),
        "raised": later("Raised"),
        "lowered": later("Lowered"),
        "deadline": later("Time limit"),
        "flag": later("Note"),
    }
)


class Callout(QFrame):
    """`Red: act now. Finish by 17:00 today.`, the first reason, and the rest behind one button."""

    def __init__(self) -> None:
        super().__init__()
        layout = row(self, margins="medium", gap="medium")
        self.mark = Mark(None, 30)
        layout.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        lines = self._texts = column(gap=6)
        self.head = Text("", "section")
        self.why = Text("")
        self.chosen = Text("", "body")
        self.limit = Text("", "dense", "text_2")
        self.toggle = KeyButton(tr("Show every reason"), self._toggle, kind="quiet")
        self.reasons = QWidget()
        self.reasons.setProperty("kind", "clear")
        self._lines = column(self.reasons, gap="small")
        self.reasons.hide()
        for widget in (self.head, self.chosen, self.why, self.limit, self.reasons):
            lines.addWidget(widget)
        lines.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(lines, 1)
        self._shown: object = None
        self.is_low = False

    def set_low(self, low: bool) -> None:
        """In a low window the first reason alone stands below the priority: the others tell where the limit is from."""
        if low != self.is_low:
            self.is_low = low
            edge, gap = look().px("small" if low else "medium"), look().px(3 if low else 6)
            self.layout().setContentsMargins(look().px("medium"), edge, look().px("medium"), edge)
            self._texts.setSpacing(gap)
            self._show_short()

    def _show_short(self) -> None:
        """The reasons, when shown, say the same in full."""
        short = self.reasons.isHidden()
        self.why.setVisible(short and bool(self.why.text()))
        self.limit.setVisible(short and bool(self.limit.text()) and not self.is_low)

    def show_state(self, state: AlertState, now: datetime) -> None:
        """Brings the callout up to date."""
        rag = str(state.rag) if state.rag else "unrated"
        if self.property("callout") != rag:
            self.setProperty("callout", rag)
            restyle(self)
        self.mark.show_priority(state.rag)
        self.head.say(words.headline(state, now))
        self.chosen.say(_override_words(state))
        first = next((r for r in state.reasons if r.kind == "base"), None)
        self.why.setText(tr("Why: {text}").format(text=first.text) if first else "")
        self.limit.setText(state.due.why if state.due else "")
        self._show_short()
        if self._shown != (state.key, state.reasons):
            self._shown = (state.key, state.reasons)
            self._show_reasons(state)

    def _show_reasons(self, state: AlertState) -> None:
        empty(self._lines)
        for reason in state.reasons:
            self._lines.addWidget(reason_line(reason))
        version = (
            tr("Rules version {rules_version}.").format(rules_version=state.rules_version)
            if state.rules_version
            else ""
        )
        if version:
            self._lines.addWidget(Text(version, "meta", "text_2"))
        self.toggle.setVisible(bool(state.reasons))
        self._label_toggle(len(state.reasons))

    def _toggle(self) -> None:
        self.reasons.setVisible(self.reasons.isHidden())
        self._show_short()
        self._label_toggle(len(self._shown[1]) if isinstance(self._shown, tuple) else 0)

    def _label_toggle(self, number: int) -> None:
        hidden = self.reasons.isHidden()
        what = words.count_words(number, "reason")
        self.toggle.say(
            tr("Show {what}, with the rule and the notice's words").format(what=what)
            if hidden
            else tr("Hide the reasons")
        )


def reason_line(reason: Reason) -> QFrame:
    """One step of the decision: what, the words it rests on, the rule, who reviewed it."""
    frame = QFrame()
    frame.setProperty("kind", "clear")
    lines = column(frame, gap=2)
    lines.addWidget(Text(f"{KINDS.get(reason.kind, reason.kind.capitalize())}: {reason.text}", "dense", strong=False))
    if reason.words:
        lines.addWidget(copyable(Text(f"“{reason.words}”", "dense", "text_2")))
    lines.addWidget(Text(_basis(reason), "meta", "text_2"))
    return frame


def _basis(reason: Reason) -> str:
    basis = {"published": tr("from published guidance"), "proposal": tr("our proposal")}.get(reason.basis, reason.basis)
    where = tr("words from the {where}").format(where=reason.where) if reason.where and reason.words else ""
    parts = (tr("Rule {rule}").format(rule=reason.rule) if reason.rule else "", basis, where, reason.reviewed)
    return " · ".join(part for part in parts if part)


def _override_words(state: AlertState) -> str:
    """A person's own choice, beside what the rule said."""
    if state.override is None:
        return ""
    rule = words.rag_word(state.rule_rag)
    return tr("{rag_word} chosen by {override}: {override_reason} ").format(
        rag_word=words.rag_word(state.rag),
        override=words.deed_words(state.override),
        override_reason=state.override_reason,
    ) + (tr("The rule said {rule}.").format(rule=rule))
