"""From entries to what is known and done about each alert. Pure: the same entries give the same state, to the byte.

Every entry of an alert leaves a line in its history, also one of a type that this version does not know; none is an
error. Entries about no alert leave the states as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import overload

from msat.ids import AlertKey
from msat.projections import (
    committee,
    corrections,
    deeds,
    lowering,
    published,
    rechecks,
    standing,
    supersession,
    work,
)
from msat.projections.alert_state import AlertState
from msat.projections.altered import altered
from msat.projections.history import line
from msat.projections.values import deed_of
from msat.record.entries import Entry

Step = Callable[[AlertState, Entry], AlertState]

STEPS: dict[str, Step] = {
    "alert.received": published.received,
    "alert.source_added": published.received,
    "alert.revised": published.revised,
    "alert.withdrawn": published.withdrawn,
    "alert.superseded": supersession.superseded,
    "alert.triaged": rechecks.triaged,
    "priority.overridden": deeds.said,
    "alert.acknowledged": deeds.said,
    "applicability.decided": deeds.said,
    "action.answered": deeds.answered,
    "place.checked": deeds.place_checked,
    "search.counted": deeds.counted,
    "alert.signed_off": deeds.said,
    "alert.reopened": rechecks.reopened,
    "recheck.done": rechecks.done,
    "alert.judged": deeds.said,
    "plan.agreed": committee.planned,
    "decision_support.live": committee.supported,
    "alert.discussed": committee.discussed,
    "decision.done": committee.decision_done,
    "evidence.carried": committee.carried,
    "alert.assigned": work.arranged,
    "alert.deferred": work.arranged,
    "alert.resumed": work.arranged,
    "evidence.attached": work.attached,
    "entry.corrected": corrections.corrected,
}


@overload
def apply(state: AlertState, entry: Entry) -> AlertState: ...
@overload
def apply(state: None, entry: Entry) -> AlertState | None: ...


def apply(state: AlertState | None, entry: Entry) -> AlertState | None:
    """The state after `entry`; `state` unchanged when the entry is about no alert.

    `entry` must be about the alert of `state`. An alert first heard of by any other entry than its receipt (whose body
    may be withheld) still gets a state, titled by its key, so that nothing recorded is out of sight.
    """
    key = key_of(entry)
    if key is None:
        return state
    before = lowering.lifted(state or _unheard(key, entry))
    step = STEPS.get(entry.type)
    after = _settled(work.heeded(step(before, entry), entry)) if step else before
    told = line(before, entry)
    if _is_second(after, entry):
        told = replace(told, text=f"As second person: {told.text}")
    return lowering.lowered(altered(after, history=(*after.history, told)))


def _settled(state: AlertState) -> AlertState:
    """`state` with everything that follows from its deeds."""
    return rechecks.settled(committee.settled(work.settled(standing.own_answers(state))))


def fold(entries: Iterable[Entry], states: dict[AlertKey, AlertState] | None = None) -> dict[AlertKey, AlertState]:
    """The states of all alerts after `entries`, beginning with `states`."""
    after = dict(states or {})
    for entry in entries:
        key = key_of(entry)
        if key is not None:
            changed = apply(after.get(key), entry)
            assert changed is not None  # noqa: S101 - it has a key
            after[key] = changed
    return after


def key_of(entry: Entry) -> AlertKey | None:
    """The alert that an entry is about, or None."""
    about = entry.content.get("about")
    return AlertKey(about) if isinstance(about, str) and about else None


def _unheard(key: AlertKey, entry: Entry) -> AlertState:
    return AlertState(key=key, title=key, family="unknown", received=deed_of(entry).happened)


def _is_second(state: AlertState, entry: Entry) -> bool:
    signed, decision = state.sign_off, state.applicability
    seconds = (signed.second if signed else None, decision.confirmed if decision else None)
    return any(deed is not None and deed.entry == entry.id for deed in seconds)
