"""Which alerts, and which alerts in which organisations, the indicators count; and what each comes to. Pure.

One event is one alert, whoever holds it (E15). A pair is one alert in one organisation that is asked about it. A pair
of an organisation that sent nothing is "no reply"; one of an organisation that did, and whose record does not hold the
alert, is "not received". Neither is late nor done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from msat.alerts.model import Family
from msat.clock import LONDON, london
from msat.ids import AlertKey
from msat.projections.kpi_model import Basis, Returned
from msat.projections.pair_facts import PairFacts, why_left_out
from msat.working_days import Site

NOT_COUNTED = (Family.ROUNDUP, Family.FIELD_SAFETY_NOTICES)
"""Lists of other notices: their items are counted, they themselves are not."""

NO_REPLY = "No reply: nothing is held here of what this organisation did"
NOT_RECEIVED = "Not received: the record of this organisation came and does not hold the alert"
NO_LIMIT = "No deadline"
NOT_YET = "The time limit had not passed at the cut-off"
STILL_OPEN = "Not done by the cut-off"


@dataclass(frozen=True, slots=True)
class Identified:
    """One alert of the period, with what counts of it in every organisation that holds it."""

    key: AlertKey
    title: str
    received: datetime
    """When the first organisation received it (UTC)."""
    held: tuple[tuple[Returned, PairFacts], ...]

    @property
    def facts(self) -> tuple[PairFacts, ...]:
        return tuple(facts for _organisation, facts in self.held)


@dataclass(frozen=True, slots=True)
class Pair:
    """One alert in one organisation that is asked; `facts` None: nothing came, or no word of the alert."""

    alert: Identified
    organisation: Returned
    facts: PairFacts | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pair comes to: counted (`reason` empty) and whether it was met, or left out for a reason."""

    is_met: bool = False
    reason: str = ""

    @property
    def is_counted(self) -> bool:
        return not self.reason


_MET, _NOT_MET = Verdict(True), Verdict(False)


@lru_cache(maxsize=64)  # the same few reasons, for hundreds of thousands of pairs
def _left_out(reason: str) -> Verdict:
    return Verdict(reason=reason)


def identified(basis: Basis) -> tuple[tuple[Identified, ...], int]:
    """The alerts received in the period, oldest first, and how many lists of notices were left out."""
    held: dict[AlertKey, list[tuple[Returned, PairFacts]]] = {}
    for organisation in basis.organisations:
        for facts in organisation.facts or ():
            if facts.received <= basis.cut_off:
                held.setdefault(facts.key, []).append((organisation, facts))
    found, lists = [], 0
    for key, each in held.items():
        first = _first(each)
        if not basis.first <= london(first.received).date() <= basis.last:
            continue
        if any(facts.family in NOT_COUNTED for _one, facts in each):
            lists += 1
            continue
        found.append(Identified(key, first.title, first.received, tuple(each)))
    return tuple(sorted(found, key=lambda one: (one.received, one.key))), lists


_EARLIER = timedelta(days=1)
"""A notice may give its day alone, and a feed may be read before the day it names has come."""


def _first(held: Sequence[tuple[Returned, PairFacts]]) -> PairFacts:
    """The receipt that came first. One from before the notice was published is a wrong clock's, and dates the alert
    only where there is no other: one computer set to 2019 must not take an alert out of the year for everybody."""
    told = sorted(facts.published for _one, facts in held if facts.published is not None)
    published = told[len(told) // 2] - _EARLIER if told else None
    fair = [facts for _one, facts in held if published is None or facts.received >= published]
    return min(fair or (facts for _one, facts in held), key=lambda facts: facts.received)


def pairs(basis: Basis, alerts: Iterable[Identified]) -> tuple[Pair, ...]:
    """Each alert with each organisation that is asked about it: one that was open on the day it was received."""
    asked = [one for one in basis.organisations if one.is_asked]
    made = []
    for alert in alerts:
        day = london(alert.received).date()
        held = {id(organisation): facts for organisation, facts in alert.held}
        made += [Pair(alert, one, held.get(id(one))) for one in asked if _is_open(one, day)]
    return tuple(made)


def _is_open(organisation: Returned, day: date) -> bool:
    begun = organisation.opened is None or organisation.opened <= day
    return begun and (organisation.closed is None or day <= organisation.closed)


def has_replied(pair: Pair) -> bool:
    """Whether a person there recorded anything about the alert."""
    return pair.facts is not None and pair.facts.has_replied


def why_nothing(pair: Pair) -> str:
    """Why a pair without facts counts nowhere: nothing came from there, or what came does not hold the alert."""
    return NO_REPLY if pair.organisation.facts is None else NOT_RECEIVED


def acknowledged_in_time(pair: Pair, basis: Basis) -> Verdict:
    """K5: whether it was acknowledged by its limit."""
    facts = pair.facts
    if facts is None:
        return _left_out(why_nothing(pair))
    done = facts.acknowledged
    left = why_left_out(facts, done)
    if left:
        return _left_out(left)
    limit = acknowledge_by(facts, basis)
    if limit > basis.cut_off:
        return _left_out(NOT_YET)
    return _MET if done is not None and done <= limit else _NOT_MET


def acknowledge_by(facts: PairFacts, basis: Basis) -> datetime:
    """By when it was to be acknowledged (UTC): the end of the London working day so many days after it was received,
    or its deadline where that comes first."""
    end = _end_of_working_day(basis.site, london(facts.received).date(), basis.acknowledge_days)
    return min(end, facts.due) if facts.due else end


@lru_cache(maxsize=1024)  # a region asks the same for each of its practices
def _end_of_working_day(site: Site, received: date, days: int) -> datetime:
    last = site.add_working_days(received, days)
    return datetime.combine(last + timedelta(days=1), time(), LONDON).astimezone(UTC) - timedelta(seconds=1)


def done_by_deadline(pair: Pair, basis: Basis) -> Verdict:
    """K6: whether it was closed by its deadline: signed off, or judged not to apply, by everybody it needed."""
    facts = pair.facts
    if facts is None:
        return _left_out(why_nothing(pair))
    left = why_left_out(facts, facts.closed)
    if left:
        return _left_out(left)
    if facts.due is None:
        return _left_out(NO_LIMIT)
    # Work finished early is not counted before its limit either: else the open work beside it would flatter the share.
    if facts.due > basis.cut_off:
        return _left_out(NOT_YET)
    return _MET if facts.closed is not None and facts.closed <= facts.due else _NOT_MET


def seconds_to(pair: Pair, done: datetime | None) -> int | None:
    """Elapsed seconds from receipt to `done`; never below 0, for a thing can be done before its notice is imported."""
    if pair.facts is None or done is None:
        return None
    return max(0, int((done - pair.facts.received).total_seconds()))


def why_no_time(pair: Pair, done: datetime | None) -> str:
    """Why K8 has no time for a pair; empty when it has one."""
    if pair.facts is None:
        return why_nothing(pair)
    return why_left_out(pair.facts, done) or ("" if done is not None else STILL_OPEN)
