"""Check places for affected stock: nil, or a quantity and its batch, one place or a whole round. Nil is an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.place_checks import named
from msat.projections.place_grid import Finding, round_words
from msat.services import deeds
from msat.services.answer import checked_count
from msat.services.desk import Changes, Desk, Person

RESULTS = ("nil", "quantity", "not checked")
MOST_INITIALS = 10


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
    initials: str = "",
) -> Changes:
    """Records what was found in one place. `result` is nil, quantity (with `quantity` of 1 or more) or not checked."""
    return check_places(desk, ref, {place: (result, quantity, batch)}, person, note, happened, initials)


def check_places(
    desk: Desk,
    ref: str,
    found: dict[str, tuple[str, int | None, str]],
    person: Person,
    note: str = "",
    happened: datetime | None = None,
    initials: str = "",
) -> Changes:
    """Records several places at once, in one transaction: {place: (result, quantity, batch)}.

    The last entry also says the whole round in one sentence: "Checked 7 places, nil in all, 09:40, AP." Raises Refused
    when the alert asks for no stock check, a result is unknown, a quantity does not fit it, or a place is named twice.
    """
    state = deeds.find(desk, ref)
    action = _stock_check(state)
    note, initials = deeds.checked_text(note, "note"), checked_initials(initials)
    made = [_deed(state, action, place, *finding, note, initials) for place, finding in found.items()]
    if not made:
        raise Refused("No place was named.", "Name the places that were checked.")
    _refuse_twice(made)
    if len(made) == 1:
        return deeds.record(desk, state, person, happened, *made)
    done = deeds.checked_date(desk, happened)
    said = round_words([_finding(deed.data) for deed in made], done, initials, desk.clock.now())
    last = made[-1]
    made[-1] = deeds.Deed(last.type, {**last.data, "summary": said}, f"{said} Last: {last.meaning}")
    changes = deeds.record(desk, state, person, done, *made)
    first, end = changes.entries[0].seq, changes.entries[-1].seq
    return Changes(changes.alerts, changes.entries, words=f"{said} Entries {first} to {end}.")


def nil_return(
    desk: Desk,
    ref: str,
    places: Sequence[str],
    person: Person,
    initials: str,
    at: datetime | None = None,
    note: str = "",
) -> Changes:
    """Records "nil" in these places at once; with no place named, in every place that is still unchecked.

    `at` is when the places were looked into; `initials` are those of whoever looked. Raises Refused without initials,
    for a place that the alert does not ask about, and when no place is left.
    """
    state = deeds.find(desk, ref)
    action = _stock_check(state)
    if not initials.strip():
        raise Refused("The initials of whoever looked are missing.", "Give initials.")
    known = {named(place.place): place.place for place in action.places}
    unknown = [place for place in places if named(place) not in known]
    if unknown:
        raise Refused(f"“{unknown[0]}” is not a place of this check.", f"Its places are: {', '.join(known.values())}.")
    chosen = [known[named(place)] for place in places] or [p.place for p in action.places if not p.is_checked]
    if not chosen:
        raise Refused(f"Every place is checked already for {deeds.name_of(state)}.", "Name a place to check it again.")
    if len({named(place) for place in chosen}) != len(chosen):
        raise Refused("A place is named twice.", "Name each place once.")
    return check_places(desk, ref, {place: ("nil", None, "") for place in chosen}, person, note, at, initials)


def checked_initials(initials: str) -> str:
    """Initials, trimmed: up to ten characters. Raises Refused when longer or holding patient data."""
    initials = deeds.checked_text(" ".join(initials.split()), "initials")
    if len(initials) > MOST_INITIALS:
        raise Refused(f"“{initials[:40]}” is too long for initials.", f"Give up to {MOST_INITIALS} characters.")
    return initials


def _refuse_twice(made: Sequence[deeds.Deed]) -> None:
    names = [named(str(deed.data["place"])) for deed in made]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused(f"The place “{twice}” is named twice.", "Name each place once.")


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(str(data["place"]), str(data["result"]), data["quantity"], str(data["batch"]))


def _stock_check(state: AlertState) -> ActionState:
    action = next((a for a in state.actions if a.answer is AnswerKind.PLACES), None)
    if action is None:
        raise Refused(f"{deeds.name_of(state)} asks for no stock check.", "Answer its actions instead.")
    return action


def _deed(
    state: AlertState,
    action: ActionState,
    place: str,
    result: str,
    quantity: int | None,
    batch: str,
    note: str,
    initials: str,
) -> deeds.Deed:
    known = {named(p.place): p.place for p in action.places}
    place = deeds.required_text(" ".join(place.split()), "place")
    place = known.get(named(place), place)
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
            "initials": initials,
        },
        f"Checked {place} for {deeds.name_of(state)}: {words}.",
    )
