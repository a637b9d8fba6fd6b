"""Count the search: found, still active, at higher risk, reviewed, changed, unchanged with a reason. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.projections.alert_state import ActionState, AlertState
from msat.services import deeds
from msat.services.answer import checked_count, find_action
from msat.services.desk import Changes, Desk, Person

FUNNEL = ("found", "active", "at_higher_risk", "reviewed", "changed", "unchanged_with_reason")
"""In order: each step counts patients of the step before it."""


def count(
    desk: Desk,
    ref: str,
    funnel: Mapping[str, int],
    person: Person,
    note: str = "",
    action_code: str | None = None,
    happened: datetime | None = None,
) -> Changes:
    """Records the counts of a search. Steps left out stay unknown.

    Raises Refused for an unknown step, a negative number, or a step larger than the one it is taken from.
    """
    state = deeds.find(desk, ref)
    action = _search(state, action_code)
    unknown = [step for step in funnel if step not in FUNNEL]
    if unknown:
        raise Refused(f"“{unknown[0]}” is not a step of the search.", f"The steps are: {', '.join(FUNNEL)}.")
    if not funnel:
        raise Refused("No count was given.", "Give at least found=N; nil is found=0.")
    counts = {step: checked_count(funnel.get(step)) for step in FUNNEL}
    check_order(counts)
    note = deeds.checked_text(note, "note")
    said = ", ".join(f"{step.replace('_', ' ')} {n}" for step, n in counts.items() if n is not None)
    deed = deeds.Deed(
        "search.counted",
        {"action": action.code, **counts, "note": note},
        f"Counted the search for {deeds.name_of(state)}: {said}.",
    )
    return deeds.record(desk, state, person, happened, deed)


def _search(state: AlertState, code: str | None) -> ActionState:
    if code:
        action = find_action(state, code)
        if action.answer is not AnswerKind.FUNNEL:
            raise Refused(f"{action.code} has no search counts.", "Answer it with yes, no or nil.")
        return action
    found = next((a for a in state.actions if a.answer is AnswerKind.FUNNEL), None)
    if found is None:
        raise Refused(f"{deeds.name_of(state)} asks for no search of patients.", "Answer its actions instead.")
    return found


def check_order(counts: Mapping[str, int | None]) -> None:
    """A part cannot be larger than the whole it is taken from."""
    wholes = {
        "active": "found",
        "at_higher_risk": "found",
        "reviewed": "found",
        "changed": "reviewed",
        "unchanged_with_reason": "reviewed",
    }
    for part, whole in wholes.items():
        n, of = counts[part], counts[whole]
        if n is not None and of is not None and n > of:
            raise Refused(
                f"{part.replace('_', ' ')} ({n}) is more than {whole.replace('_', ' ')} ({of}).", "Check the numbers."
            )
