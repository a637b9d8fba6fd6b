"""Re-open an alert that was signed off or judged not applicable. What was recorded stays."""

from __future__ import annotations

from datetime import datetime

from msat.errors import Refused
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time


@one_at_a_time
def reopen(desk: Desk, ref: str, reason: str, person: Person, happened: datetime | None = None) -> Changes:
    """Records that the alert is open again and why. Raises Refused when it is open already."""
    state = deeds.find(desk, ref)
    closed = state.sign_off or (state.applicability and not state.applicability.applies) or state.is_superseded
    if not closed:
        raise Refused(f"{deeds.name_of(state)} is open already.", "Nothing needs doing.")
    reason = deeds.required_text(reason, "reason")
    deed = deeds.Deed("alert.reopened", {"reason": reason}, f"Re-opened {deeds.name_of(state)}.")
    return deeds.record(desk, state, person, happened, deed)
