"""How one organisation worked, as counts out of its record: what may explain why it lies outside the limits. Pure.

Counts only, small enough for thousands of organisations. Which alerts are of the period is decided later, by their
keys: an alert is of the period in which the first organisation received it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from msat.clock import london
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.kpi_pairs import NOT_COUNTED
from msat.projections.merged import Organisation
from msat.projections.pair_facts import PairFacts, facts_of, why_left_out
from msat.projections.work import ABSENCE, Absence, absences
from msat.triage.model import Priority

LATE_AFTER = timedelta(days=2)
"""A deed recorded more than this after it was done counts as recorded late. A choice of ours."""

PROGRAM = "program"
"""The role of the program itself, which is nobody at work."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One alert in one organisation."""

    key: AlertKey
    is_missed: bool
    """Counted by K6 and not done by its deadline."""
    is_met: bool
    has_answers: bool
    """A person recorded an answer, a check or a decision about it."""
    is_open: bool
    is_back_dated: bool
    """Done by its deadline by the date given, but recorded only after it."""
    is_assigned: bool
    is_judged_away: bool
    is_red: bool
    days: tuple[date, date] | None
    """From the day it was received to that of its deadline; None without one."""
    deeds: int
    late_deeds: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workings:
    """One organisation's alerts and what else its record says of how it works."""

    ods: str
    logs: int
    """Installations that are enrolled."""
    silent_logs: int
    """Of them, those of which nothing is held, or nothing more is taken in."""
    last_recorded: datetime | None
    """When the newest entry about an alert was recorded."""
    worked: tuple[Worked, ...]
    absences: tuple[tuple[date, date], ...]
    """Days on which a person is recorded as away, both included."""

    def of_period(self, keys: Collection[str]) -> tuple[Worked, ...]:
        """Its alerts that are of the period."""
        return tuple(one for one in self.worked if one.key in keys)


def workings(one: Organisation, first: date, cut_off: datetime) -> Workings:
    """How `one`, folded up to `cut_off` (aware), worked on the alerts it received from `first` (London) on."""
    states = [state for state in one.states.values() if state.family not in NOT_COUNTED]
    lately = [state for state in states if london(state.received).date() >= first and state.received <= cut_off]
    recorded = [line.recorded for state in one.states.values() for line in state.history]
    away = absences(each for each in one.general if each.type == ABSENCE)
    return Workings(
        ods=one.ods,
        logs=sum(not log.is_superseded for log in one.logs),
        silent_logs=sum(not log.size or bool(log.frozen) for log in one.logs if not log.is_superseded),
        last_recorded=max(recorded, default=None),
        worked=tuple(_worked(state, cut_off) for state in lately),
        absences=tuple(_days(each) for each in away),
    )


def _days(away: Absence) -> tuple[date, date]:
    last = away.last if away.ended is None else min(away.last, away.ended - timedelta(days=1))
    return away.first, last


def _worked(state: AlertState, cut_off: datetime) -> Worked:
    facts = facts_of(state, cut_off)
    counted = not why_left_out(facts, facts.closed) and facts.due is not None and facts.due <= cut_off
    is_met = counted and not facts.is_late
    by_people = [line for line in state.history if line.role != PROGRAM and not line.struck]
    return Worked(
        key=facts.key,
        is_missed=facts.is_late,
        is_met=is_met,
        has_answers=facts.has_replied,
        is_open=facts.closed is None,
        is_back_dated=is_met and _recorded_after(state, facts),
        is_assigned=bool(state.owner and state.owner.name),
        is_judged_away=facts.is_judged_away,
        is_red=facts.rag is Priority.RED,
        days=_until_due(facts),
        deeds=len(by_people),
        late_deeds=sum(line.recorded - line.happened > LATE_AFTER for line in by_people),
        people=tuple(sorted({" ".join(line.by.split()).casefold() for line in by_people})),
    )


def _until_due(facts: PairFacts) -> tuple[date, date] | None:
    if facts.due is None:
        return None
    return london(facts.received).date(), london(facts.due).date()


def _recorded_after(state: AlertState, facts: PairFacts) -> bool:
    return facts.due is not None and max(_closing(state), default=facts.due) > facts.due


def _closing(state: AlertState) -> Iterator[datetime]:
    """When what closed it was recorded."""
    decision, signed = state.applicability, state.sign_off
    if decision is not None and not decision.applies:
        yield decision.deed.recorded
        if decision.confirmed:
            yield decision.confirmed.recorded
    elif signed is not None:
        yield signed.deed.recorded
        if signed.second:
            yield signed.second.recorded
