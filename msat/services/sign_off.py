"""Sign off an alert: everything asked is answered, and a named person says so. A Red needs a second person."""

from __future__ import annotations

from datetime import datetime

from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.services import deeds
from msat.services.applies import same_person
from msat.services.desk import Changes, Desk, Person
from msat.triage.model import Priority

STATEMENT = "The actions above were carried out as recorded."


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
    if state.rag is Priority.RED and not second:
        return Changes(
            changes.alerts, changes.entries, words=f"{changes.words} A second person signs it off, because it is Red."
        )
    return changes


def _check_may_sign(state: AlertState, person: Person) -> None:
    name = deeds.name_of(state)
    if state.sign_off and not state.needs_second:
        raise Refused(f"{name} was already signed off by {state.sign_off.deed.by}.", "Re-open it with a reason first.")
    if state.sign_off and same_person(state.sign_off.deed.by, person.name):
        raise Refused(
            f"{state.sign_off.deed.by} has already signed off {name}.", "Because it is Red, a second person signs too."
        )
    if state.applicability and not state.applicability.applies:
        raise Refused(f"{name} is recorded as not applicable here.", "There is nothing to sign off.")
    if state.missing:
        raise Refused(f"{name} cannot be signed off yet.", "First: " + "; ".join(state.missing) + ".")
    if "mixed-level" in state.flags and state.override is None:
        raise Refused(
            f"{name} is marked “mixed level”: its level and its text disagree.",
            "A person chooses the priority first, with a reason; the choice may be the same colour.",
        )
