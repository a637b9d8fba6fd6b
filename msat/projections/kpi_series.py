"""The indicators over time and by organisation: what the charts are drawn from. Pure; the same rules as `kpis.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from msat.clock import MONTHS, london
from msat.ids import AlertKey
from msat.projections.funnel import Counted
from msat.projections.kpi_model import Basis, Share, Times, times
from msat.projections.kpi_pairs import (
    Pair,
    done_by_deadline,
    identified,
    pairs,
    seconds_to,
    why_no_time,
)
from msat.projections.pair_facts import why_left_out
from msat.triage.model import Priority
from msat.working_days import Site


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month of the period (London), with what the alerts received in it came to."""

    first: date
    on_time: Share
    """K6 of these alerts."""
    to_close: Times
    """K8, time to close, of these alerts."""

    @property
    def label(self) -> str:
        """As “Nov 2026”."""
        return f"{MONTHS[self.first.month - 1][:3]} {self.first.year}"


@dataclass(frozen=True, slots=True)
class Series:
    """Values in the order of time, and how many more are not in it because the work is still open."""

    values: tuple[tuple[str, float], ...]
    still_open: int
    keys: tuple[AlertKey, ...] = ()
    """Which alert each value is of."""


def by_month(basis: Basis) -> tuple[Month, ...]:
    """Every month of the period, those without alerts included. A first or last month may be part of one."""
    alerts, _lists = identified(basis)
    held: dict[date, list[Pair]] = {month: [] for month in _months(basis.first, basis.last)}
    for pair in pairs(basis, alerts):
        held[london(pair.alert.received).date().replace(day=1)].append(pair)
    return tuple(Month(month, _on_time(each, basis), _to_close(each)) for month, each in held.items())


def by_organisation(basis: Basis) -> tuple[Counted, ...]:
    """K6 of each organisation that is asked, by ODS code: the points of the funnel."""
    alerts, _lists = identified(basis)
    held: dict[int, list[Pair]] = {id(one): [] for one in basis.organisations if one.is_asked}
    for pair in pairs(basis, alerts):
        held[id(pair.organisation)].append(pair)
    counted = []
    for one in sorted(basis.organisations, key=lambda each: (each.ods, each.name)):
        if one.is_asked:
            share = _on_time(held[id(one)], basis)
            counted.append(Counted(one.ods, one.name, share.numerator, share.denominator))
    return tuple(counted)


def working_days_to_close(basis: Basis, rag: Priority | None = Priority.RED) -> Series:
    """Working days from receipt to closing, one value an alert, in the order of receipt; labels are the days.

    Only where an organisation has the alert at this priority (None: at any); of several organisations the median.
    Historic alerts, withdrawn and superseded ones are left out; `still_open` counts alerts that nobody has closed.
    """
    alerts, _lists = identified(basis)
    held: dict[str, list[Pair]] = {alert.key: [] for alert in alerts}
    for pair in pairs(basis, alerts):
        if pair.facts is not None and (rag is None or pair.facts.rag is rag):
            held[pair.alert.key].append(pair)
    values, keys, still_open = [], list[AlertKey](), 0
    for alert in alerts:
        counted = [pair for pair in held[alert.key] if _is_counted(pair)]
        days = sorted(one for one in (_working_days(pair, basis.site) for pair in counted) if one is not None)
        if days:
            values.append((_short(london(alert.received).date()), float(_median(days))))
            keys.append(alert.key)
        else:
            still_open += bool(counted)
    return Series(tuple(values), still_open, tuple(keys))


def _is_counted(pair: Pair) -> bool:
    """Open work is counted as such; what never had to be done is not."""
    facts = pair.facts
    return facts is not None and not why_left_out(facts, facts.closed)


def _working_days(pair: Pair, site: Site) -> int | None:
    facts = pair.facts
    if facts is None or facts.closed is None:
        return None
    return working_days_between(london(facts.received).date(), london(facts.closed).date(), site)


def working_days_between(start: date, end: date, site: Site) -> int:
    """How many working days after `start` and up to `end` there are; 0 where `end` is the same day or before."""
    return sum(site.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _median(ordered: list[int]) -> Fraction:
    middle = len(ordered) // 2
    return Fraction(ordered[middle] + ordered[-middle - 1], 2)


def _on_time(each: list[Pair], basis: Basis) -> Share:
    counted = [one for one in (done_by_deadline(pair, basis) for pair in each) if one.is_counted]
    return Share(sum(one.is_met for one in counted), len(counted))


def _to_close(each: list[Pair]) -> Times:
    found = []
    for pair in each:
        done = pair.facts.closed if pair.facts else None
        seconds = None if why_no_time(pair, done) else seconds_to(pair, done)
        found += [] if seconds is None else [seconds]
    return times(found)


def _months(first: date, last: date) -> list[date]:
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


def _short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
