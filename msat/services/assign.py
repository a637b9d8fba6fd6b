"""Assign an alert: who looks after it, and who does while that person is away."""

from __future__ import annotations

from datetime import datetime

from msat.clock import london
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.work import ASSIGNED, Acting, absences, follows
from msat.services import deeds
from msat.services.absence import recorded
from msat.services.applies import same_person
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time


@one_at_a_time
def assign(
    desk: Desk,
    ref: str,
    owner: str,
    deputy: str,
    person: Person,
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records who looks after the alert, and a deputy (may be empty). An empty owner: nobody in particular any more.

    Raises Refused for a closed alert, a deputy without an owner or who is the owner, and when nothing would change.
    """
    state = deeds.find(desk, ref)
    if not state.is_open_at(desk.clock.now()):
        deeds.refuse_closed(state)
    owner = deeds.checked_name(owner, "owner") if owner.strip() else ""
    deputy = deeds.checked_name(deputy, "deputy") if deputy.strip() else ""
    _check(state, owner, deputy)
    note = deeds.checked_text(note, "note")
    name = deeds.name_of(state)
    words = f"{owner} looks after {name}" if owner else f"Nobody in particular looks after {name}"
    words += f", {deputy} stands in" if deputy else ""
    deed = deeds.Deed(ASSIGNED, {"owner": owner, "deputy": deputy, "note": note}, f"{words}.")
    changes = deeds.record(desk, state, person, happened, deed)
    after = acting(desk, deeds.find(desk, state.key))
    if owner and not same_person(after.name, owner):  # away today: who acts instead is said at once
        return Changes(changes.alerts, changes.entries, words=f"{changes.words} {after.words}")
    return changes


def acting(desk: Desk, state: AlertState) -> Acting:
    """Who acts for this alert today."""
    name, deputy = (state.owner.name, state.owner.deputy) if state.owner else ("", "")
    return follows(name, absences(recorded(desk)), london(desk.clock.now()).date(), deputy)


def _check(state: AlertState, owner: str, deputy: str) -> None:
    before = (state.owner.name, state.owner.deputy) if state.owner else ("", "")
    if deputy and not owner:
        raise Refused("A deputy is given, but nobody whom the deputy stands in for.", "Give the owner too.")
    if deputy and same_person(owner, deputy):
        raise Refused(f"{owner} cannot be their own deputy.", "Name somebody else, or nobody.")
    if (owner, deputy) == before:
        said = f"{owner} looks after it already" if owner else "nobody in particular looks after it"
        raise Refused(f"That changes nothing: {said}.", "Nothing needs doing.")
