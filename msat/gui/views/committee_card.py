"""What was agreed locally, beside what the rule says: plan, decision-support messages, meetings.

Everybody sees it; the commissioner's team alone has the buttons.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.clock import london
from msat.gui import words
from msat.gui.beside import Beside
from msat.gui.dates import say_date
from msat.gui.marks import Mark
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty, row
from msat.gui.tongue import said, tr
from msat.projections.alert_state import AlertState
from msat.projections.decisions import Decision, decisions_of, followed_words, owner_words, stopped
from msat.projections.work_state import DecisionSupport, Discussed, Plan
from msat.triage.model import Priority


class CommitteeCard(QFrame):
    """Lines of what was agreed, loaded and discussed. `done_asked` carries a decision that is open."""

    plan_asked = Signal()
    support_asked = Signal()
    meeting_asked = Signal()
    save_asked = Signal()
    done_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="medium", gap="small")
        lines.addWidget(Text(tr("Agreed locally"), "section"))
        self.lines = column(gap="small")
        lines.addLayout(self.lines)
        foot = Wrapping(gap=8)
        self.plan = KeyButton(tr("Agree a plan"), self.plan_asked.emit)
        self.support = KeyButton(tr("Decision-support message"), self.support_asked.emit)
        self.meeting = KeyButton(tr("Discussed at a meeting"), self.meeting_asked.emit)
        self.save = KeyButton(tr("Save the plan for practices"), self.save_asked.emit)
        for button in (self.plan, self.support, self.meeting, self.save):
            foot.addWidget(button)
        lines.addLayout(foot)
        self._shown: object = None

    def show_state(self, state: AlertState, beside: Beside, now: datetime) -> None:
        """Brings the card up to date."""
        for button in (self.plan, self.support, self.meeting):
            button.setVisible(beside.is_committee)
        self.save.setVisible(beside.is_committee and state.plan is not None and not state.plan.log)
        self.plan.say(tr("Agree another plan") if state.plan else tr("Agree a plan"))
        met = (state.discussed, state.decisions_done)
        shown = (state.key, state.plan, state.decision_support, met, state.rag, beside, now.date())
        if shown == self._shown:
            return
        self._shown = shown
        empty(self.lines)
        if state.plan is not None:
            self.lines.addWidget(self._plan(state, state.plan, beside, now))
        for message in state.decision_support:
            self._say(support_words(message), message.struck)
        standing = {one.met.deed.entry: one for one in decisions_of(state)}
        for meeting in state.discussed:
            decision = standing.get(meeting.deed.entry)
            followed = followed_words(decision) if decision is not None else owner_words(meeting)
            words = discussed_words(meeting)
            self._say(f"{stopped(words)} {said(followed)}" if followed else words, meeting.struck)
            if decision is not None and decision.is_open:
                self._offer_done(decision)
        if not (state.plan or state.decision_support or state.discussed):
            self.lines.addWidget(Text(tr("Nothing is agreed, loaded or discussed yet."), "body", "text_2"))

    def _plan(self, state: AlertState, plan: Plan, beside: Beside, now: datetime) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = row(frame, gap="medium")
        rag = Priority(plan.rag) if plan.rag in set(Priority) else None
        mark = Mark(rag, 22)
        side = column(gap=0)
        side.addWidget(mark)
        side.addStretch(1)
        line.addLayout(side)
        about = column(gap=4)
        about.addWidget(copyable(Text(plan_words(state, plan, beside, now), "body", strong=True)))
        for action in plan.actions:
            about.addWidget(copyable(Text(f"•  {action}", "body")))
        minute = tr("Minute {minute}. ").format(minute=plan.minute) if plan.minute else ""
        note = f" {plan.note}" if plan.note else ""
        about.addWidget(copyable(Text(f"{minute}{words.deed_words(plan.deed)}.{note}", "meta", "text_2")))
        line.addLayout(about, 1)
        return frame

    def _offer_done(self, decision: Decision) -> None:
        done = KeyButton(tr("Mark as done"), lambda: self.done_asked.emit(decision), kind="quiet")
        done.setAccessibleName(tr("Mark as done: {named}").format(named=decision.met.outcome_words[:60]))
        self.lines.addWidget(done, 0, Qt.AlignmentFlag.AlignLeft)

    def _say(self, said: str, struck: str) -> None:
        self.lines.addWidget(copyable(Text(said, "body", "text_2" if struck else "text")))
        if struck:
            self.lines.addWidget(Text(tr("No longer stands: {struck}").format(struck=struck), "meta", "amber_text"))


def plan_words(state: AlertState, plan: Plan, beside: Beside, now: datetime) -> str:
    """`Red, agreed by NHS Sample ICB. Local target: by Thu 26 Nov. The rule here says Amber.`"""
    by = tr(", agreed by {by}").format(by=plan.by) if plan.by else ""
    day = tr(" To be done by {london}.").format(london=say_date(london(plan.due).date())) if plan.due else ""
    target = beside.local_target
    earlier = (
        tr(" That is earlier than the notice's own limit, which stays.") if target and state.due and plan.due else ""
    )
    rule = tr(" The rule here says {rag_word}.").format(
        rag_word=words.rag_word(state.rule_rag if state.override else state.rag)
    )
    return f"{plan.rag.capitalize()}{by}.{day}{earlier}{rule}"


def support_words(one: DecisionSupport) -> str:
    """`OptimiseRx message 1234, live since 20 November 2026, national content.`"""
    national = tr(", national content") if one.is_national else ""
    note = f" {one.note}" if one.note else ""
    return tr("{system} message {message}, live since {day}{national}.{note}").format(
        system=one.system, message=one.message, day=_day(one.live), national=national, note=note
    )


def decided_words(one: Discussed) -> str:
    """`Decided at Medicines Safety Committee, 18 November 2026, minute 4.2.`"""
    minute = tr(", minute {minute}").format(minute=one.minute) if one.minute else ""
    return tr("Decided at {meeting}, {day}{minute}.").format(meeting=one.meeting, day=_day(one.on), minute=minute)


def discussed_words(one: Discussed) -> str:
    """`Discussed at Medicines Safety Committee, 18 November 2026, minute 4.2: take to practices.`"""
    minute = tr(", minute {minute}").format(minute=one.minute) if one.minute else ""
    return tr("Discussed at {meeting}, {day}{minute}: {outcome}").format(
        meeting=one.meeting, day=_day(one.on), minute=minute, outcome=said(one.outcome_words)
    )


def _day(iso: str) -> str:
    try:
        return say_date(datetime.fromisoformat(iso).date())
    except ValueError:
        return iso
