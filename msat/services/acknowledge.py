"""Acknowledge: somebody here has seen the alert and will deal with it."""

from __future__ import annotations

from datetime import datetime

from msat.errors import Refused
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time


@one_at_a_time
def acknowledge(desk: Desk, ref: str, person: Person, note: str = "", happened: datetime | None = None) -> Changes:
    """Records that `person` has seen the alert. Raises Refused when it is unknown or already acknowledged."""
    state = deeds.find(desk, ref)
    if state.acknowledged:
        raise Refused(
            f"{deeds.name_of(state)} was already acknowledged by {state.acknowledged.by}.", "Nothing needs doing."
        )
    note = deeds.checked_text(note, "note")
    deed = deeds.Deed("alert.acknowledged", {"note": note}, f"Acknowledged {deeds.name_of(state)}.")
    return deeds.record(desk, state, person, happened, deed)
