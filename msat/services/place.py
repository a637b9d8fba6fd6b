"""Check a place for affected stock: nil, or a quantity and its batch. Nil is an answer."""

from __future__ import annotations

from datetime import datetime

from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.projections.alert_state import ActionState, AlertState
from msat.services import deeds
from msat.services.answer import checked_count
from msat.services.desk import Changes, Desk, Person

RESULTS = ("nil", "quantity", "not checked")


def check_place(
    desk: Desk,
    ref: str,
    place: str,
    result: str,
    person: Person,
    quantity: int | None = None,
    batch: str = "",
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records what was found in one place. `result` is nil, quantity (with `quantity` of 1 or more) or not checked."""
    return check_places(desk, ref, {place: (result, quantity, batch)}, person, note, happened)


def check_places(
    desk: Desk,
    ref: str,
    found: dict[str, tuple[str, int | None, str]],
    person: Person,
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records several places at once, in one transaction: {place: (result, quantity, batch)}.

    Raises Refused when the alert asks for no stock check, a result is unknown or a quantity does not fit it.
    """
    state = deeds.find(desk, ref)
    action = _stock_check(state)
    note = deeds.checked_text(note, "note")
    made = [_deed(state, action, place, *finding, note) for place, finding in found.items()]
    if not made:
        raise Refused("No place was named.", "Name the places that were checked.")
    return deeds.record(desk, state, person, happened, *made)


def _stock_check(state: AlertState) -> ActionState:
    action = next((a for a in state.actions if a.answer is AnswerKind.PLACES), None)
    if action is None:
        raise Refused(f"{deeds.name_of(state)} asks for no stock check.", "Answer its actions instead.")
    return action


def _deed(
    state: AlertState, action: ActionState, place: str, result: str, quantity: int | None, batch: str, note: str
) -> deeds.Deed:
    known = {p.place.casefold(): p.place for p in action.places}
    place = deeds.required_text(place, "place")
    place = known.get(place.casefold(), place)
    batch = deeds.checked_text(batch, "batch number")
    if result not in RESULTS:
        raise Refused(f"“{result}” is not a result.", f"Use one of: {', '.join(RESULTS)}.")
    if result == "quantity" and not checked_count(quantity):
        raise Refused(f"The quantity found in “{place}” is missing.", "Give the number of packs, or use nil.")
    if result != "quantity" and (quantity or batch):
        raise Refused(f"A quantity or batch was given for “{place}” with the result “{result}”.", "Use quantity.")
    words = f"{quantity} found" + (f", batch {batch}" if batch else "") if result == "quantity" else result
    return deeds.Deed(
        "place.checked",
        {
            "action": action.code,
            "place": place,
            "result": result,
            "quantity": quantity if result == "quantity" else None,
            "batch": batch,
            "note": note,
        },
        f"Checked {place} for {deeds.name_of(state)}: {words}.",
    )
