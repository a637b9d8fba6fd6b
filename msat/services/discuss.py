"""Record that a meeting discussed an alert: which, when, under which minute, with what outcome. Nil is an outcome."""

from __future__ import annotations

from datetime import date, datetime

from msat.clock import say_date
from msat.errors import Refused
from msat.services import deeds
from msat.services.decision_support import checked_day
from msat.services.desk import Changes, Desk, Person


def discuss(
    desk: Desk,
    ref: str,
    meeting: str,
    on: date,
    person: Person,
    minute: str = "",
    outcome: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records the meeting held on the day `on`. Raises Refused without name or outcome, and for a day to come."""
    state = deeds.find(desk, ref)
    meeting = deeds.required_text(meeting, "meeting")
    checked_day(desk, on, "was discussed")
    data = {
        "meeting": meeting,
        "on": on.isoformat(),
        "minute": deeds.checked_text(minute, "minute's number"),
        "outcome": checked_outcome(outcome),
    }
    meaning = f"Discussed {deeds.name_of(state)} at {meeting} on {say_date(on)}."
    return deeds.record(desk, state, person, happened, deeds.Deed("alert.discussed", data, meaning))


def checked_outcome(outcome: str) -> str:
    """What was decided. Raises Refused when it is empty: a decision that says nothing cannot be followed up."""
    outcome = deeds.checked_text(outcome, "outcome")
    if not outcome:
        raise Refused(
            "What the meeting decided is not given.", "Give the outcome. “Noted, nothing further to do” is one too."
        )
    return outcome
