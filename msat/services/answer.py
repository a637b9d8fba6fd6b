"""Answer an action in one of its three states: yes, no (or nil), not answered."""

from __future__ import annotations

from datetime import datetime

from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.projections.alert_state import ActionState, AlertState
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person

VALUES = ("yes", "no", "nil", "not answered")


def answer(
    desk: Desk,
    ref: str,
    action_code: str,
    value: str,
    person: Person,
    note: str = "",
    count: int | None = None,
    happened: datetime | None = None,
) -> Changes:
    """Records an answer to one action of one alert.

    `count` is a whole number of packs or patients, never anybody's details. "no" needs a note saying why. Raises
    Refused for an unknown action or value, and for actions that are answered in another way.
    """
    state = deeds.find(desk, ref)
    action = find_action(state, action_code)
    if value not in VALUES:
        raise Refused(f"“{value}” is not an answer.", f"Answer with one of: {', '.join(VALUES)}.")
    _refuse_other_ways(action)
    note = deeds.required_text(note, "reason") if value == "no" else deeds.checked_text(note, "note")
    deed = deeds.Deed(
        "action.answered",
        {"action": action.code, "text": action.text, "answer": value, "count": checked_count(count), "note": note},
        f"Answered {action.code} of {deeds.name_of(state)}: {value}.",
    )
    return deeds.record(desk, state, person, happened, deed)


def find_action(state: AlertState, code: str) -> ActionState:
    """The action `code` (A03) of an alert. Raises Refused, naming those it has."""
    wanted = code.strip().upper()
    for action in state.actions:
        if action.code == wanted:
            return action
    has = ", ".join(a.code for a in state.actions) or "none"
    raise Refused(f"{deeds.name_of(state)} has no action “{code}”.", f"Its actions are: {has}.")


def checked_count(count: int | None) -> int | None:
    """A whole number from 0 to ten million, or None. Raises Refused."""
    if count is not None and not 0 <= count <= 10_000_000:
        raise Refused(f"{count} is not a count.", "Give a whole number from 0 up.")
    return count


def _refuse_other_ways(action: ActionState) -> None:
    """Acknowledging, deciding and signing off are deeds of their own, with their own checks."""
    ways = {
        AnswerKind.ACKNOWLEDGE: "acknowledge",
        AnswerKind.APPLIES: "applies",
        AnswerKind.SIGN_OFF: "sign-off",
    }
    if action.answer in ways:
        raise Refused(
            f"{action.code} is not answered with yes or no.", f"Use “{ways[action.answer]}” for the alert instead."
        )
