"""Record that a decision-support message about an alert is live: in which system, under which id, since when."""

from __future__ import annotations

from datetime import date, datetime

from msat.clock import london, say_date
from msat.errors import Refused
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person

SYSTEMS = ("OptimiseRx", "ScriptSwitch", "other")


def decision_support(
    desk: Desk,
    ref: str,
    system: str,
    message: str,
    live: date,
    person: Person,
    national: bool = False,
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records a message (`message` is its id in the system) that prescribers see since the day `live`.

    `national` says that the system's own national content covers it. Raises Refused for an unknown system, a message
    without an id, "other" without a note that names the system, and a day that is still to come or before the notice.
    """
    state = deeds.find(desk, ref)
    chosen = next((one for one in SYSTEMS if one.casefold() == system.strip().casefold()), None)
    if chosen is None:
        raise Refused(f"“{system}” is not a system known here.", f"Use one of: {', '.join(SYSTEMS)}.")
    message = deeds.required_text(message, "message's id")
    note = deeds.checked_text(note, "note")
    if chosen == "other" and not note:
        raise Refused("Which system it is is not given.", "Name the system in the note.")
    checked_day(desk, live, "goes live")
    data = {
        "system": chosen,
        "message": message,
        "live": live.isoformat(),
        "national": bool(national),
        "note": note,
    }
    meaning = f"Decision support for {deeds.name_of(state)} live in {chosen} since {say_date(live)}."
    return deeds.record(desk, state, person, happened, deeds.Deed("decision_support.live", data, meaning))


def checked_day(desk: Desk, day: date, what: str) -> date:
    """A London day up to today. Raises Refused for one to come and for one before 2000."""
    if day > london(desk.clock.now()).date():
        raise Refused(f"The day it {what}, {say_date(day)}, is still to come.", "Record it once it is so.")
    if day.year < 2000:
        raise Refused(f"The day it {what}, {say_date(day)}, is too long ago.", "Check the year.")
    return day
