"""Count the search: found, still active, at higher risk, reviewed, changed, unchanged with a reason. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from msat.actions.model import AnswerKind
from msat.clock import LONDON, london, say_date
from msat.errors import Refused
from msat.projections.alert_state import ActionState, AlertState
from msat.services import deeds
from msat.services.answer import checked_count, find_action
from msat.services.desk import Changes, Desk, Person

FUNNEL = ("found", "active", "at_higher_risk", "reviewed", "changed", "unchanged_with_reason")
"""In order: each step counts patients of the step before it."""
MOST_NAME = 200


def count(
    desk: Desk,
    ref: str,
    funnel: Mapping[str, int],
    person: Person,
    note: str = "",
    action_code: str | None = None,
    happened: datetime | None = None,
    search: str = "",
    run_on: date | None = None,
    unchanged_reason: str = "",
) -> Changes:
    """Records the counts of a search. Steps left out stay unknown.

    `search` is the search's name and `run_on` the London day it was run. `unchanged_reason` says why people reviewed
    were left unchanged; the note may say it instead. Raises Refused for an unknown step, a negative number, a step
    larger than the one it is taken from, reviews that do not add up with nothing to say why, people left unchanged
    without a reason, and a search run in the future or before the notice was issued.
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
    note, why = deeds.checked_text(note, "note"), deeds.checked_text(unchanged_reason, "reason")
    check_reviewed(counts, note or why)
    named = _checked_search(desk, state, search, run_on)
    said = ", ".join(f"{step.replace('_', ' ')} {n}" for step, n in counts.items() if n is not None)
    deed = deeds.Deed(
        "search.counted",
        {"action": action.code, **counts, "note": note, "unchanged_reason": why, **named},
        f"Counted the search for {deeds.name_of(state)}: {said}.",
    )
    return deeds.record(desk, state, person, happened, deed)


def check_reviewed(counts: Mapping[str, int | None], said: str) -> None:
    """Whoever was reviewed was changed, or was left unchanged for a reason. `said` is what explains the rest."""
    reviewed, changed, unchanged = counts["reviewed"], counts["changed"], counts["unchanged_with_reason"]
    if unchanged and not said:
        raise Refused(
            f"{unchanged} {'was' if unchanged == 1 else 'were'} left unchanged, and no reason is given.",
            "Say why: it stays in the record.",
        )
    if reviewed is None or changed is None or unchanged is None:
        return
    if changed + unchanged > reviewed:
        raise Refused(
            f"Changed ({changed}) and unchanged ({unchanged}) are more than reviewed ({reviewed}).",
            "Check the numbers.",
        )
    if changed + unchanged < reviewed and not said:
        left = reviewed - changed - unchanged
        raise Refused(
            f"Of {reviewed} reviewed, {left} {'is' if left == 1 else 'are'} neither changed nor unchanged.",
            "Check the numbers, or say in the note what became of the rest.",
        )


def _checked_search(desk: Desk, state: AlertState, search: str, run_on: date | None) -> dict[str, str]:
    """The name and the day of the search, as the entry keeps them."""
    name = deeds.checked_text(" ".join(search.split()), "search's name")
    if len(name) > MOST_NAME:
        raise Refused(f"The search's name is longer than {MOST_NAME} characters.", "Shorten it.")
    if run_on is None:
        return {"search": name, "run_on": ""}
    if run_on > london(desk.clock.now()).date():
        raise Refused(f"The search's day, {say_date(run_on)}, is in the future.", "Give the day it was run.")
    deeds.refuse_before_issue(state, datetime.combine(run_on, time(12), tzinfo=LONDON))
    return {"search": name, "run_on": run_on.isoformat()}


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
