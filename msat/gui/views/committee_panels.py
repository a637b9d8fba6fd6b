"""Panels of the commissioner's team: agree a plan, a decision-support message is live, a meeting took it up."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit

from msat.clock import london
from msat.gui import work_deeds
from msat.gui.models.board import name_of
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.judge_card import CHOICES
from msat.gui.views.panels import DeedPanel
from msat.gui.views.work_panels import day_editor, day_of
from msat.projections.alert_state import AlertState

USUAL_DAYS = 14
"""Days that a meeting is offered for what it decides: a choice of ours, to be changed in one step."""
SYSTEMS = spoken(
    {"OptimiseRx": "OptimiseRx", "ScriptSwitch": "ScriptSwitch", "other": later("Other: name it in the note")}
)


class PlanPanel(DeedPanel):
    """Priority, actions a line each, a day, the minute. It stands beside the rule's own, never in its place."""

    def __init__(self, session: Session, state: AlertState) -> None:
        super().__init__(
            session,
            str(state.key),
            tr("Agree a plan"),
            tr("Agree"),
            tr("Practices see it as “agreed locally”, beside the rule's own priority and limit."),
        )
        self.rag = self.choice(tr("Priority agreed"), {str(rag): label for rag, label in CHOICES})
        self.rag.setCurrentIndex(max(0, self.rag.findData(str(state.rag or "amber"))))
        self.due = day_editor(tr("Done by"), london(session.now()).date())
        self.add(tr("Done by"), self.due, share=0)
        self.has_due = QCheckBox(tr("Set this day"))
        self.has_due.setMinimumHeight(look().px(28))
        self.add(tr("A day"), self.has_due, share=0)
        self.minute = self.draft("plan/minute", self.line(tr("Minute reference"), below=True))
        self.actions = QPlainTextEdit()
        self.actions.setTabChangesFocus(True)
        self.actions.setPlaceholderText(tr("One action a line, a verb first"))
        self.actions.setFixedHeight(look().px(96))
        self.actions.setPlainText(session.drafts.text(self.alert, "plan/actions"))
        self.actions.textChanged.connect(
            lambda: session.drafts.keep(self.alert, "plan/actions", self.actions.toPlainText())
        )
        self.add(tr("Actions"), self.actions, below=True)
        self.note = self.draft("plan/note", self.line(tr("Note"), below=True))
        self.due.dateChanged.connect(lambda _day: self.has_due.setChecked(True))

    def submit(self) -> None:
        actions = [line.strip() for line in self.actions.toPlainText().splitlines() if line.strip()]
        due = day_of(self.due) if self.has_due.isChecked() else None
        minute, note = self.minute.text().strip(), self.note.text().strip()
        deed = work_deeds.agree_plan(self.alert, self.rag.currentData(), actions, due, minute, note)
        self.record(deed, then=self._forget)

    def _forget(self) -> None:
        for field in ("plan/minute", "plan/actions", "plan/note"):
            self.forget(field)


class SupportPanel(DeedPanel):
    """A message that prescribers see in their decision-support system."""

    def __init__(self, session: Session, state: AlertState) -> None:
        super().__init__(
            session, str(state.key), tr("Decision-support message"), tr("Record"), tr("Live since the day given.")
        )
        self.system = self.choice(
            tr("System"),
            {"OptimiseRx": "OptimiseRx", "ScriptSwitch": "ScriptSwitch", "other": tr("Other: name it in the note")},
        )
        self.message = self.draft("support/message", self.line(tr("Message id")))
        self.live = day_editor(tr("Live since"), london(session.now()).date())
        self.add(tr("Live since"), self.live, share=0)
        self.national = QCheckBox(tr("The system's national content covers it"))
        self.national.setMinimumHeight(look().px(28))
        self.add(tr("National content"), self.national, below=True)
        self.note = self.draft("support/note", self.line(tr("Note"), below=True))

    def submit(self) -> None:
        deed = work_deeds.decision_support(
            self.alert,
            self.system.currentData(),
            self.message.text().strip(),
            day_of(self.live),
            self.national.isChecked(),
            self.note.text().strip(),
        )
        self.record(deed, then=lambda: (self.forget("support/message"), self.forget("support/note")))


class MeetingPanel(DeedPanel):
    """A meeting that took the alert up."""

    def __init__(self, session: Session, state: AlertState) -> None:
        # On Oversight it stands apart from the alert: which one it is about must not be guessed.
        super().__init__(session, str(state.key), tr("Discussed at a meeting"), tr("Record"), name_of(state))
        self.meeting = self.draft("meeting/name", self.line(tr("Meeting")))
        self.on = day_editor(tr("Held on"), london(session.now()).date())
        self.add(tr("Held on"), self.on, share=0)
        self.minute = self.draft("meeting/minute", self.line(tr("Minute reference")))
        self.outcome = self.draft("meeting/outcome", self.line(tr("Outcome: what was decided"), below=True))
        self.next_row()
        hint = tr("A person or a role; nobody where it is only noted")
        self.owner = self.draft("meeting/owner", self.line(tr("Owner: who sees to it"), hint=hint))
        self.due = day_editor(tr("To be done by"), london(session.now()).date() + timedelta(days=USUAL_DAYS))
        self.add(tr("To be done by"), self.due, share=0)
        self.has_due = QCheckBox(tr("Set this day"))
        self.has_due.setMinimumHeight(look().px(28))
        self.add(tr("A day"), self.has_due, share=0)
        self.due.dateChanged.connect(lambda _day: self.has_due.setChecked(True))

    def submit(self) -> None:
        deed = work_deeds.discuss(
            self.alert,
            self.meeting.text().strip(),
            day_of(self.on),
            self.minute.text().strip(),
            self.outcome.text().strip(),
            self.owner.text().strip(),
            day_of(self.due) if self.has_due.isChecked() else None,
        )
        self.record(deed, then=self._forget)

    def _forget(self) -> None:
        for field in ("meeting/name", "meeting/minute", "meeting/outcome", "meeting/owner"):
            self.forget(field)
