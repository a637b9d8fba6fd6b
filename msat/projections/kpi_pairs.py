"""Which alerts, and which alerts in which organisations, the indicators count; and what each comes to. Pure.

One event is one alert, whoever holds it (E15). A pair is one alert in one organisation that is asked about it. A pair
of which nothing is held here is "no reply": neither late nor done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from msat.alerts.model import Family
from msat.clock import LONDON, london
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.kpi_model import Basis, Returned

NOT_COUNTED = (Family.ROUNDUP, Family.FIELD_SAFETY_NOTICES)
"""Lists of other notices: their items are counted, they themselves are not."""

NO_REPLY = "No reply: nothing is held here of what this organisation did"
HISTORIC = "The deadline had passed before the alert was received (historic)"
WITHDRAWN = "Withdrawn by the publisher before it was done"
SUPERSEDED = "Superseded by another alert before it was done"
NO_LIMIT = "No deadline"
NOT_YET = "The time limit had not passed at the cut-off"
STILL_OPEN = "Not done by the cut-off"


@dataclass(frozen=True, slots=True)
class Identified:
    """One alert of the period, with every organisation's state of it."""

    key: AlertKey
    title: str
    received: datetime
    """When the first organisation received it (UTC)."""
    held: tuple[tuple[Returned, AlertState], ...]

    @property
    def states(self) -> tuple[AlertState, ...]:
        return tuple(state for _organisation, state in self.held)


@dataclass(frozen=True, slots=True)
class Pair:
    """One alert in one organisation that is asked; `state` None is no reply."""

    alert: Identified
    organisation: Returned
    state: AlertState | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pair comes to: counted (`reason` empty) and whether it was met, or left out for a reason."""

    is_met: bool = False
    reason: str = ""

    @property
    def is_counted(self) -> bool:
        return not self.reason


def identified(basis: Basis) -> tuple[tuple[Identified, ...], int]:
    """The alerts received in the period, oldest first, and how many lists of notices were left out."""
    held: dict[AlertKey, list[tuple[Returned, AlertState]]] = {}
    for organisation in basis.organisations:
        for state in organisation.states or ():
            if state.received <= basis.cut_off:
                held.setdefault(state.key, []).append((organisation, state))
    found, lists = [], 0
    for key, each in held.items():
        first = min((state for _one, state in each), key=lambda state: state.received)
        if not basis.first <= london(first.received).date() <= basis.last:
            continue
        if any(state.family in NOT_COUNTED for _one, state in each):
            lists += 1
            continue
        found.append(Identified(key, first.title, first.received, tuple(each)))
    return tuple(sorted(found, key=lambda one: (one.received, one.key))), lists


def pairs(basis: Basis, alerts: Iterable[Identified]) -> tuple[Pair, ...]:
    """Each alert with each organisation that is asked about it: one that was open on the day it was received."""
    asked = [one for one in basis.organisations if one.is_asked]
    made = []
    for alert in alerts:
        day = london(alert.received).date()
        states = {id(organisation): state for organisation, state in alert.held}
        made += [Pair(alert, one, states.get(id(one))) for one in asked if _is_open(one, day)]
    return tuple(made)


def _is_open(organisation: Returned, day: date) -> bool:
    begun = organisation.opened is None or organisation.opened <= day
    return begun and (organisation.closed is None or day <= organisation.closed)


def has_replied(pair: Pair) -> bool:
    """Whether a person there recorded anything about the alert."""
    state = pair.state
    if state is None:
        return False
    answered = any(not answer.struck for action in state.actions for answer in action.answers)
    checked = any(check.deed and not check.struck for action in state.actions for check in action.checks)
    proven = any(not one.struck for one in state.evidence)
    return bool(state.said or state.arranged) or answered or checked or proven


def acknowledged_in_time(pair: Pair, basis: Basis) -> Verdict:
    """K5: whether it was acknowledged by its limit."""
    state = pair.state
    if state is None:
        return Verdict(reason=NO_REPLY)
    done = state.acknowledged.happened if state.acknowledged else None
    left = _why_left_out(state, done)
    if left:
        return Verdict(reason=left)
    limit = acknowledge_by(state, basis)
    if limit > basis.cut_off:
        return Verdict(reason=NOT_YET)
    return Verdict(done is not None and done <= limit)


def acknowledge_by(state: AlertState, basis: Basis) -> datetime:
    """By when it was to be acknowledged (UTC): the end of the London working day so many days after it was received,
    or its deadline where that comes first."""
    last = basis.site.add_working_days(london(state.received).date(), basis.acknowledge_days)
    end = datetime.combine(last + timedelta(days=1), time(), LONDON).astimezone(UTC) - timedelta(seconds=1)
    return min(end, state.due.at) if state.due and state.due.at else end


def done_by_deadline(pair: Pair, basis: Basis) -> Verdict:
    """K6: whether it was closed by its deadline: signed off, or judged not to apply, by everybody it needed."""
    state = pair.state
    if state is None:
        return Verdict(reason=NO_REPLY)
    done = closed_at(state)
    left = _why_left_out(state, done)
    if left:
        return Verdict(reason=left)
    if state.due is None or state.due.at is None:
        return Verdict(reason=NO_LIMIT)
    # Work finished early is not counted before its limit either: else the open work beside it would flatter the share.
    if state.due.at > basis.cut_off:
        return Verdict(reason=NOT_YET)
    return Verdict(done is not None and done <= state.due.at)


def _why_left_out(state: AlertState, done: datetime | None) -> str:
    if "historic" in state.flags:
        return HISTORIC
    if done is None and state.withdrawn:
        return WITHDRAWN
    return SUPERSEDED if done is None and state.is_superseded else ""


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


def seconds_to(pair: Pair, done: datetime | None) -> int | None:
    """Elapsed seconds from receipt to `done`; never below 0, for a thing can be done before its notice is imported."""
    if pair.state is None or done is None:
        return None
    return max(0, int((done - pair.state.received).total_seconds()))


def why_no_time(pair: Pair, done: datetime | None) -> str:
    """Why K8 has no time for a pair; empty when it has one."""
    if pair.state is None:
        return NO_REPLY
    return _why_left_out(pair.state, done) or ("" if done is not None else STILL_OPEN)
