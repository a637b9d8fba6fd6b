"""Whose an alert is, who acts while that person is away, and until when it is put off."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.clock import london
from msat.gui import words
from msat.gui.dates import say_date
from msat.gui.letters import by
from msat.gui.pieces import KeyButton, Text, column, copyable, row
from msat.gui.tongue import tr
from msat.projections.alert_state import AlertState
from msat.projections.work import is_past_limit
from msat.projections.work_state import Deferral


class WorkCard(QFrame):
    """Two lines with a button each; a line with nothing to say is not there."""

    assign_asked = Signal()
    resume_asked = Signal()
    approve_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="medium", gap="small")
        self.owner = copyable(Text("", "body"))
        self.assign = KeyButton(tr("Assign"), self.assign_asked.emit, by("assign"), "quiet")
        self.put_off = copyable(Text("", "body"))
        self.resume = KeyButton(tr("Take it up again"), self.resume_asked.emit, kind="quiet")
        self.asked = copyable(Text("", "body", "amber_text"))
        self.approve = KeyButton(tr("Approve it"), self.approve_asked.emit, kind="quiet")
        pairs = ((self.owner, self.assign), (self.put_off, self.resume), (self.asked, self.approve))
        for text, button in pairs:
            line = row(gap="medium")
            line.addWidget(text, 1)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            lines.addLayout(line)

    def show_state(self, state: AlertState, acting: str, now: datetime) -> None:
        """Brings the lines up to date."""
        self.owner.say(owner_words(state, acting))
        self.assign.say(tr("Change") if state.owner else tr("Assign"))
        self.assign.setAccessibleName(tr("Change who looks after it") if state.owner else tr("Assign it to somebody"))
        self.assign.setVisible(state.is_open)
        stands = state.deferral if state.deferral is not None and now < state.deferral.until else None
        self.put_off.say(deferral_words(state, stands) if stands else "")
        self.resume.setVisible(stands is not None)
        asked = state.deferral_asked
        self.asked.say(asked_words(asked) if asked else "")
        self.approve.setVisible(asked is not None)


def owner_words(state: AlertState, acting: str) -> str:
    """`Looked after by A. Patel, deputy B. Jones.`, and who stands in today."""
    if state.owner is None:
        return tr("Nobody in particular looks after it.")
    deputy = tr(", deputy {deputy}").format(deputy=state.owner.deputy) if state.owner.deputy else ""
    return (
        tr("Looked after by {name}{deputy}. {acting}")
        .format(name=state.owner.name, deputy=deputy, acting=acting)
        .strip()
    )


def deferral_words(state: AlertState, deferral: Deferral) -> str:
    """Until when, why, and with whose approval; past the notice's own limit is said."""
    past = tr(" This is past the notice's own limit.") if is_past_limit(state, deferral) else ""
    return tr("Deferred until {day_words}: {reason} Approved by {approver}, recorded by {deed}.{past}").format(
        day_words=day_words(deferral),
        reason=deferral.reason,
        approver=deferral.approver,
        deed=words.deed_words(deferral.deed),
        past=past,
    )


def asked_words(asked: Deferral) -> str:
    """A deferral that holds only once its approver has recorded it too."""
    return tr(
        "{by} asks to defer this until {day_words}: {reason} It holds once {approver} records "
        "the same day: it is Red, and the day is past the notice's own limit."
    ).format(by=asked.deed.by, day_words=day_words(asked), reason=asked.reason, approver=asked.approver)


def day_words(deferral: Deferral) -> str:
    return say_date(london(deferral.until).date())
