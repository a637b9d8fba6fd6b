"""When a snoozed alert comes back before its day: it is no longer what was put aside. Records nothing.

It comes back when the notice changed in a way that matters, when somebody opened it again, and when its priority rose.
A Red past its time limit is never out of the worklist in the first place (`projections.worklist.is_put_aside`).
"""

from __future__ import annotations

from datetime import datetime

from msat.clock import say_short_date
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState, VersionState
from msat.services.desk import Desk
from msat.services.own_marks import Aside, Back, Marks
from msat.triage.model import Priority

_RANK = {Priority.GREEN: 0, Priority.AMBER: 1, None: 2, Priority.RED: 3}
"""How pressing a priority is; what is not rated may be a Red."""


def aside(state: AlertState) -> Aside:
    """What is remembered of an alert that is put aside."""
    again = state.reopened.deed.entry if state.reopened else ""
    return Aside(state.rag.value if state.rag else "", len(_changes(state)), again)


def why_back(state: AlertState, known: Aside) -> str:
    """Why an alert is not what was put aside any more, in a sentence or two; empty while it is."""
    changes = _changes(state)
    if len(changes) > known.changes:
        day, told = say_short_date(changes[-1].recorded), " ".join(changes[-1].changes)
        return f"The notice changed on {day}: {told}" if told else f"The notice changed on {day}."
    if state.reopened is not None and state.reopened.deed.entry != known.reopened:
        return f"It was opened again on {say_short_date(state.reopened.deed.recorded)}."
    was = Priority(known.rag) if known.rag else None
    if state.is_open and _RANK[state.rag] > _RANK[was]:
        return f"It is {_rated(state.rag)} now; it was {_rated(was)} when you put it aside."
    return ""


def come_back(desk: Desk, marks: Marks) -> dict[str, Back]:
    """The snoozed alerts that come back now, each with why. One that is not known here stays where it is."""
    now, found = desk.clock.now(), {}
    for key in sorted(marks.asleep(now)):
        state = desk.views.alert(AlertKey(key))
        if state is not None:
            why = why_back(state, marks.aside.get(key) or _as_of(state, marks.since))
            if why:
                found[key] = Back(now, why)
    return found


def woken(desk: Desk, marks: Marks) -> Marks:
    """The marks with everything awake that is to be."""
    for key, back in come_back(desk, marks).items():
        marks = marks.with_back(key, back)
    return marks


def _changes(state: AlertState) -> tuple[VersionState, ...]:
    return tuple(version for version in state.versions if version.material)


def _as_of(state: AlertState, since: datetime) -> Aside:
    """For a snooze of an older program, which remembered nothing: what was recorded by `since` counts as known."""
    again = state.reopened.deed if state.reopened else None
    return Aside(
        state.rag.value if state.rag else "",
        sum(version.recorded <= since for version in _changes(state)),
        again.entry if again is not None and again.recorded <= since else "",
    )


def _rated(rag: Priority | None) -> str:
    return rag.value.capitalize() if rag else "not rated"
