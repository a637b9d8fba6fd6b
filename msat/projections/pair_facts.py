"""What counts of one alert in one organisation: a small value in place of the whole state. Pure.

A whole state holds every entry's sentence; a region of 6,300 practices with 100 alerts each would need many gigabytes
of them. The indicators, their charts and the matrix of a pack need these few values and nothing else.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, datetime

from msat.ids import AlertKey
from msat.projections import log
from msat.projections.alert_state import CHECKED, NIL, AlertState, Status
from msat.projections.rechecks import SEARCHES
from msat.triage.model import Priority

TOLD = ("A12", "A13", "A16", "A17")
"""The actions of which a "yes" is counted: own team, decision support, newsletter, passed on to others."""

HISTORIC = "The deadline had passed before the alert was received (historic)"
WITHDRAWN = "Withdrawn by the publisher before it was done"
SUPERSEDED = "Superseded by another alert before it was done"


@dataclass(frozen=True, slots=True)
class AgainFacts:
    """A search to be run again: when it falls due, when it was run (None: not yet), whether it found more."""

    months: int
    due: datetime
    done: datetime | None
    rose: bool


@dataclass(frozen=True, slots=True)
class PairFacts:
    """One alert in one organisation. Times are UTC, None where it did not happen."""

    key: AlertKey
    reference: str
    """Empty for a notice without one."""
    title: str
    family: str
    received: datetime
    rag: Priority | None
    status: Status
    """At the cut-off."""
    is_late: bool
    """Its deadline had passed at the cut-off and it was not done by then. Never of one that K6 leaves out."""
    has_replied: bool
    """A person there recorded anything about it."""
    acknowledged: datetime | None
    closed: datetime | None
    """Signed off, or judged not to apply, by everybody it needed."""
    due: datetime | None
    deferred_until: datetime | None
    """The deferral that holds; it may have ended by itself."""
    is_judged_away: bool
    """Judged not to apply; on a Red the second person may still be missing."""
    is_historic: bool
    is_withdrawn: bool
    is_superseded: bool
    has_actions: bool
    """A recommendation has been recorded."""
    asks_search: bool
    was_searched: bool
    told: tuple[str, ...]
    """Which of TOLD were answered "yes"."""
    live: date | None
    """The first day on which a message in decision support is recorded as live; London."""
    rechecks: tuple[AgainFacts, ...]
    """Without those struck out."""
    published: datetime | None = None
    """When the notice says that it was published."""


def facts_of(state: AlertState, cut_off: datetime) -> PairFacts:
    """What counts of `state`, which is to be the state as at `cut_off` (aware)."""
    closed, due = closed_at(state), state.due.at if state.due else None
    is_historic, is_withdrawn = "historic" in state.flags, bool(state.withdrawn)
    left_out = _why_left_out(is_historic, is_withdrawn, state.is_superseded, closed)
    return PairFacts(
        key=AlertKey(sys.intern(state.key)),
        reference=sys.intern(state.reference or ""),
        title=sys.intern(state.title),
        family=sys.intern(state.family),
        received=state.received,
        rag=state.rag,
        status=state.status(cut_off),
        is_late=not left_out and due is not None and due <= cut_off and (closed is None or closed > due),
        has_replied=has_replied(state),
        acknowledged=state.acknowledged.happened if state.acknowledged else None,
        closed=closed,
        due=due,
        deferred_until=state.deferral.until if state.deferral else None,
        is_judged_away=bool(state.applicability and not state.applicability.applies),
        is_historic=is_historic,
        is_withdrawn=is_withdrawn,
        is_superseded=state.is_superseded,
        has_actions=bool(state.actions),
        asks_search=log.SEARCH in log.proposed(state.actions),
        was_searched=_was_searched(state),
        told=tuple(code for code in TOLD if _is_answered_yes(state, code)),
        live=_live(state),
        rechecks=_rechecks(state),
        published=state.published,
    )


def why_left_out(facts: PairFacts, done: datetime | None) -> str:
    """Why a pair that was (or was not) `done` is not counted; empty when it is."""
    return _why_left_out(facts.is_historic, facts.is_withdrawn, facts.is_superseded, done)


def _why_left_out(is_historic: bool, is_withdrawn: bool, is_superseded: bool, done: datetime | None) -> str:
    if is_historic:
        return HISTORIC
    if done is None and is_withdrawn:
        return WITHDRAWN
    return SUPERSEDED if done is None and is_superseded else ""


def closed_at(state: AlertState) -> datetime | None:
    """When it was closed by everybody it needed (UTC); None while it is open."""
    if state.needs_second:
        return None
    decision, signed = state.applicability, state.sign_off
    if decision is not None and not decision.applies:
        last = decision.confirmed or decision.deed
        return max(decision.deed.happened, last.happened)
    if signed is None:
        return None
    return max(signed.deed.happened, signed.second.happened) if signed.second else signed.deed.happened


def has_replied(state: AlertState) -> bool:
    """Whether a person there recorded anything about the alert."""
    answered = any(not answer.struck for action in state.actions for answer in action.answers)
    checked = any(check.deed and not check.struck for action in state.actions for check in action.checks)
    proven = any(not one.struck for one in state.evidence)
    return bool(state.said or state.arranged) or answered or checked or proven


def _was_searched(state: AlertState) -> bool:
    return any(action.code in SEARCHES and action.status in ("yes", NIL, CHECKED) for action in state.actions)


def _is_answered_yes(state: AlertState, code: str) -> bool:
    return any(action.code == code and action.status == "yes" for action in state.actions)


def _live(state: AlertState) -> date | None:
    days = (_day(one.live) for one in state.decision_support if not one.struck)
    return min((day for day in days if day is not None), default=None)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None  # a day that cannot be read is not taken for one that has come


def _rechecks(state: AlertState) -> tuple[AgainFacts, ...]:
    return tuple(
        AgainFacts(one.months, one.due, one.deed.happened if one.deed else None, one.rose)
        for one in state.rechecks
        if not one.struck
    )
