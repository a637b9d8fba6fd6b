"""What was recorded for an alert, as it is shown with the alert that takes its place. It answers nothing there.

The older alert keeps all of it; what is carried is its answers as they stood that day, each with its entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msat.clock import stamp
from msat.projections.alert_state import ActionState, AlertState, Answer, PlaceCheck

MOST = 60
"""Answers in one entry: a line of the record holds 64 KiB."""
LONGEST = 300
_OWN = frozenset({"A01", "A02", "A25"})


def carried_data(older: AlertState) -> dict[str, Any] | None:
    """The data of evidence.carried for what was answered for `older`; None where nothing was."""
    answers = [one for action in older.actions if action.code not in _OWN for one in _answers(action)]
    signed, decided = older.sign_off, older.applicability
    if not answers and signed is None and decided is None:
        return None
    if signed is not None:
        status = "done"
    elif decided is not None and not decided.applies:
        status = f"not applicable: {decided.reason}"
    else:
        status = "in hand"
    return {
        "from": older.key,
        "reference": older.reference or older.title,
        "status": status,
        "answers": answers[:MOST],
        "left_out": max(0, len(answers) - MOST),
    }


def _answers(action: ActionState) -> Iterator[dict[str, Any]]:
    """What stands of one action: its places, else its answer."""
    checked = [place for place in action.places if place.is_checked]
    for place in checked:
        yield _place(action, place)
    if not checked and action.standing is not None:
        yield _said(action, action.standing)


def _place(action: ActionState, place: PlaceCheck) -> dict[str, Any]:
    number = f" {place.quantity} {place.batch}".rstrip() if place.quantity else ""
    deed = place.deed
    return {
        "action": action.code,
        "text": place.place[:LONGEST],
        "answer": f"{place.result}{number}",
        "by": deed.by if deed else "",
        "role": deed.role if deed else "",
        "happened": stamp(deed.happened) if deed else "",
        "entry": deed.entry if deed else "",
    }


def _said(action: ActionState, answer: Answer) -> dict[str, Any]:
    counts = ", ".join(f"{step.replace('_', ' ')} {number}" for step, number in answer.funnel)
    number = counts or (str(answer.count) if answer.count is not None else "")
    return {
        "action": action.code,
        "text": action.text[:LONGEST],
        "answer": f"{answer.value} ({number})" if number else answer.value,
        "by": answer.deed.by,
        "role": answer.deed.role,
        "happened": stamp(answer.deed.happened),
        "entry": answer.deed.entry,
    }
