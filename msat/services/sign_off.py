"""Sign off an alert: what its closing rule asks is answered, and a named person says so. A Red needs a second one."""

from __future__ import annotations

from datetime import datetime

from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.closing import ended, is_lowered_by_closer
from msat.services import deeds
from msat.services.applies import same_person
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time
from msat.triage.model import Priority

STATEMENT = "The actions above were carried out as recorded."


@one_at_a_time
def sign_off(desk: Desk, ref: str, person: Person, statement: str = "", happened: datetime | None = None) -> Changes:
    """Records a signature. The second one, by another person, completes a Red.

    Raises Refused, naming what is missing, and when the same person signs a Red twice.
    """
    state = deeds.find(desk, ref)
    _check_may_sign(state, person)
    statement = deeds.checked_text(statement, "statement") or STATEMENT
    second = state.sign_off is not None
    words = "Signed off as second person" if second else "Signed off"
    deed = deeds.Deed("alert.signed_off", {"statement": statement}, f"{words}: {deeds.name_of(state)}.")
    changes = deeds.record(desk, state, person, happened, deed)
    after = deeds.find(desk, state.key)
    if after.needs_second:
        why = _why_two(after)
        return Changes(changes.alerts, changes.entries, words=f"{changes.words} A second person signs it off, {why}.")
    return changes


def _why_two(state: AlertState) -> str:
    if is_lowered_by_closer(state):
        return "because it is Red by its rule and the person who lowered it signed first"
    return "because it is Red" if state.rag is Priority.RED else "because its closing rule says so"


def _check_may_sign(state: AlertState, person: Person) -> None:
    name = deeds.name_of(state)
    if state.sign_off and not state.needs_second:
        raise Refused(f"{name} was already signed off by {state.sign_off.deed.by}.", "Re-open it with a reason first.")
    if state.sign_off and same_person(state.sign_off.deed.by, person.name):
        raise Refused(
            f"{state.sign_off.deed.by} has already signed off {name}.",
            f"A second person signs too, {_why_two(state)}.",
        )
    if state.applicability and not state.applicability.applies:
        raise Refused(f"{name} is recorded as not applicable here.", "There is nothing to sign off.")
    if state.missing:
        first = "; ".join(words.rstrip(".") for words in state.missing)
        raise Refused(f"{name} cannot be signed off yet.", f"First: {ended(first)}")
    deeds.refuse_undecided_level(state)
