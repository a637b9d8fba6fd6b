"""Record a meeting as held: who was there, by role or name, who sent apologies, and its agenda.

What it decided is recorded alert by alert (`discuss`); the minutes put both together (`minutes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msat.clock import say_date
from msat.errors import Refused
from msat.projections.meetings import HELD, Meeting, meetings
from msat.services import deeds
from msat.services.decision_support import checked_day
from msat.services.desk import Changes, Desk, Person

MOST_LINES = 200
"""More people, or items of an agenda, than one meeting has."""


def hold_meeting(
    desk: Desk,
    meeting: str,
    on: date,
    person: Person,
    present: Sequence[str] = (),
    apologies: Sequence[str] = (),
    agenda: Sequence[str] = (),
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records the meeting of the London day `on`. Recorded anew for the same name and day, the newest stands.

    Raises Refused without a name, for a day to come, where nobody is said to have been there, and for patient details.
    """
    meeting = deeds.required_text(meeting, "meeting")
    checked_day(desk, on, "was held")
    data = {
        "meeting": meeting,
        "on": on.isoformat(),
        "present": _lines(present, "people present"),
        "apologies": _lines(apologies, "apologies"),
        "agenda": _lines(agenda, "agenda"),
        "note": deeds.checked_text(note, "note"),
    }
    if not data["present"]:
        raise Refused("Who was at the meeting is not given.", "Name the people or roles that were there.")
    meaning = f"Held {meeting} on {say_date(on)}."
    return deeds.record_general(desk, person, happened, deeds.Deed(HELD, data, meaning))


def known_meetings(desk: Desk) -> list[Meeting]:
    """Every meeting of the record, the newest first."""
    return meetings(desk.views.discussed(), desk.views.general(HELD))


def _lines(given: Sequence[str], what: str) -> list[str]:
    lines = [" ".join(line.split()) for text in given for line in deeds.checked_text(text, what).splitlines()]
    found = [line for line in lines if line]
    if len(found) > MOST_LINES:
        raise Refused(f"The {what} have more than {MOST_LINES} lines.", "Shorten them.")
    return found
