"""Record that a meeting discussed an alert: which, when, under which minute, with what outcome, who sees to it by when.

Nil is an outcome. A decision that names an owner is followed up until somebody records that it is done.
"""

from __future__ import annotations

from datetime import date, datetime

from msat.clock import say_date
from msat.errors import Refused
from msat.services import deeds
from msat.services.decision_support import checked_day
from msat.services.desk import Changes, Desk, Person

LONGEST_YEARS = 10


def discuss(
    desk: Desk,
    ref: str,
    meeting: str,
    on: date,
    person: Person,
    minute: str = "",
    outcome: str = "",
    happened: datetime | None = None,
    owner: str = "",
    due: date | None = None,
) -> Changes:
    """Records the meeting held on the day `on`; `owner` sees to what was decided by the end of the London day `due`.

    Raises Refused without name or outcome, for a meeting on a day to come, and for a day to do it by that names no
    owner or lies before the meeting.
    """
    state = deeds.find(desk, ref)
    meeting = deeds.required_text(meeting, "meeting")
    checked_day(desk, on, "was discussed")
    data = {
        "meeting": meeting,
        "on": on.isoformat(),
        "minute": deeds.checked_text(minute, "minute's number"),
        "outcome": checked_outcome(outcome),
    }
    data |= followed_up(owner, due, on)
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


def followed_up(owner: str, due: date | None, on: date) -> dict[str, str]:
    """The fields of a decision that somebody sees to; none where nobody is named, as in entries of before.

    Raises Refused for a day without an owner, and for a day that no meeting on the day `on` can have meant.
    """
    if not owner.strip():
        if due is not None:
            raise Refused(
                "A day to do it by is given, and nobody who does it.", "Name an owner, a person or a role, too."
            )
        return {}
    name = deeds.checked_name(owner, "owner")
    check_due(due, on)
    return {"owner": name, **({"due": due.isoformat()} if due else {})}


def check_due(due: date | None, on: date) -> None:
    """Raises Refused for a day before the meeting, and for one more than ten years after it."""
    if due is None:
        return
    if due < on:
        raise Refused(f"It is to be done by {say_date(due)}, before the meeting on {say_date(on)}.", "Check both days.")
    if due.year > on.year + LONGEST_YEARS:
        raise Refused(f"The day {say_date(due)} is more than {LONGEST_YEARS} years after the meeting.", "Check it.")
