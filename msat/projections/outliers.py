"""Which organisations lie outside the limits of a funnel, and what to look at first: data recording, process, resource.

Pure. Every count that speaks for or against an explanation comes from the records and stands beside that of all
organisations together. Both ends are worth a look; nobody is ranked, and nothing here says who works well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from msat.clock import say_date
from msat.projections.funnel import OUTER, Counted, Funnel, FunnelPoint, Place, funnel
from msat.projections.kpi_model import Basis, Share
from msat.projections.kpi_pairs import Pair, acknowledged_in_time, done_by_deadline, identified, pairs
from msat.projections.workings import Worked, Workings

MEASURES = {"K5": "alerts acknowledged in time", "K6": "alerts finished by their deadline"}
"""The indicators that a funnel is drawn of, as a sentence says them."""


OLD_AFTER = timedelta(days=31)
"""What is held of an organisation is called old when its newest entry is older than this. A choice of ours."""


class Points(StrEnum):
    """Which way a count points."""

    HERE = "worth checking first"
    """More than in all organisations together."""
    ELSEWHERE = "does not point here"
    UNKNOWN = "not known"


class Driver(StrEnum):
    """The three explanations to check before any other."""

    RECORDING = "Data recording"
    PROCESS = "Process"
    RESOURCE = "Resource"


QUESTIONS = {
    Driver.RECORDING: "Was the work done, and not recorded, or recorded later?",
    Driver.PROCESS: "Does a notice reach a person who has the time to act, each time?",
    Driver.RESOURCE: "Was there more to do, or were there fewer to do it?",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One count that speaks for or against a driver."""

    id: str
    what: str
    value: str
    """For people, with its counts."""
    together: str
    """The same for all organisations together; empty where there is nothing to compare with."""
    points: Points


@dataclass(frozen=True, slots=True)
class DriverFindings:
    """One driver and what the records say of it."""

    driver: Driver
    findings: tuple[Finding, ...]

    @property
    def question(self) -> str:
        return QUESTIONS[self.driver]

    @property
    def points_here(self) -> bool:
        """Whether any count speaks for it."""
        return any(one.points is Points.HERE for one in self.findings)


@dataclass(frozen=True, slots=True)
class Outlying:
    """One organisation outside the limits."""

    ods: str
    name: str
    measure: str
    counted: Share
    average: Share
    """All organisations together."""
    place: Place
    drivers: tuple[DriverFindings, ...]

    @property
    def is_low(self) -> bool:
        """Below the limits; else above them."""
        return self.place in (Place.LOW_95, Place.LOW_998)

    @property
    def is_outer(self) -> bool:
        """Outside the 99.8 % limits."""
        return self.place in OUTER


@dataclass(frozen=True, slots=True)
class Outliers:
    """One indicator's funnel, and those outside its limits by ODS code."""

    measure: str
    first: date
    last: date
    funnel: Funnel
    lines: tuple[Outlying, ...]

    @property
    def sentence(self) -> str:
        return self.funnel.sentence


def outliers(basis: Basis, works: Mapping[str, Workings], measures: Iterable[str] = MEASURES) -> dict[str, Outliers]:
    """Who lies outside the limits of each measure (keys of MEASURES), with what to look at first.

    `works` holds what `workings` found, by ODS code; of an organisation that is not in it nothing is held. Raises
    KeyError for an unknown measure.
    """
    alerts, _lists = identified(basis)
    keys = frozenset(alert.key for alert in alerts)
    held = _by_organisation(pairs(basis, alerts))
    figures = {ods: _figures(each, works.get(ods), keys, basis) for ods, each in held.items()}
    together = _together(list(figures.values()))
    return {measure: _outliers(basis, held, measure, figures, together) for measure in measures}


def _outliers(
    basis: Basis,
    held: Mapping[str, list[Pair]],
    measure: str,
    figures: Mapping[str, Figures],
    together: Figures,
) -> Outliers:
    made = funnel(_counted(basis, held, measure), MEASURES[measure])
    lines = tuple(
        _outlying(point, made, measure, figures, together, basis.cut_off)
        for point in made.outside
        if point.counted.id in figures
    )
    return Outliers(measure, basis.first, basis.last, made, tuple(sorted(lines, key=lambda one: one.ods)))


def _by_organisation(found: Iterable[Pair]) -> dict[str, list[Pair]]:
    held: dict[str, list[Pair]] = {}
    for pair in found:
        held.setdefault(pair.organisation.ods, []).append(pair)
    return held


def _counted(basis: Basis, held: Mapping[str, list[Pair]], measure: str) -> tuple[Counted, ...]:
    asked = sorted((one for one in basis.organisations if one.is_asked), key=lambda one: (one.ods, one.name))
    shares = [(one, _share(held.get(one.ods, []), basis, measure)) for one in asked]
    return tuple(Counted(one.ods, one.name, share.numerator, share.denominator) for one, share in shares)


def _share(each: Sequence[Pair], basis: Basis, measure: str) -> Share:
    judge = acknowledged_in_time if measure == "K5" else done_by_deadline
    counted = [one for one in (judge(pair, basis) for pair in each) if one.is_counted]
    return Share(sum(one.is_met for one in counted), len(counted))


def _outlying(
    point: FunnelPoint,
    made: Funnel,
    measure: str,
    figures: Mapping[str, Figures],
    together: Figures,
    cut_off: datetime,
) -> Outlying:
    one = point.counted
    return Outlying(
        ods=one.id,
        name=one.name,
        measure=measure,
        counted=Share(one.numerator, one.denominator),
        average=Share(made.numerator, made.denominator),
        place=point.place,
        drivers=_drivers(figures[one.id], together, cut_off),
    )


# --- what the records say ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """One organisation's counts of the period."""

    shares: dict[str, Share]
    numbers: dict[str, int]
    last_recorded: datetime | None


SHARES: tuple[tuple[str, Driver, str], ...] = (
    ("unsigned", Driver.RECORDING, "Of those not done by the deadline: with answers, but open, not signed off"),
    ("late_deeds", Driver.RECORDING, "Of what people recorded: recorded more than 2 days after it was done"),
    ("back_dated", Driver.RECORDING, "Of those done by the deadline: recorded only after it, with an earlier date"),
    ("not_held", Driver.RECORDING, "Of the alerts asked about: not in the record that came from here"),
    ("silent_logs", Driver.RECORDING, "Of the installations enrolled: nothing came, or nothing more is taken in"),
    ("unacknowledged", Driver.PROCESS, "Of those whose time for it has passed: not acknowledged in time"),
    ("unassigned", Driver.PROCESS, "Of the alerts: nobody was put in charge"),
    ("in_absence", Driver.PROCESS, "Of those not done by the deadline: a recorded absence fell into their time"),
    ("judged_away", Driver.PROCESS, "Of the alerts: judged not to apply here"),
)
"""Each share's name, which driver it speaks for, and what it is of."""

NUMBERS: tuple[tuple[str, Driver, str, bool], ...] = (
    ("alerts", Driver.RESOURCE, "Alerts received in the period", True),
    ("reds", Driver.RESOURCE, "Red alerts among them", True),
    ("people", Driver.RESOURCE, "People who recorded anything about them", False),
)
"""Each number, and whether more of it (else fewer) speaks for the driver."""

LIST_SIZE = Finding("list_size", "Patients registered", "not known to MSAT: ask the practice", "", Points.UNKNOWN)


def _figures(each: Sequence[Pair], held: Workings | None, keys: frozenset[str], basis: Basis) -> Figures:
    worked = held.of_period(keys) if held else ()
    missed, met = [one for one in worked if one.is_missed], [one for one in worked if one.is_met]
    away = held.absences if held else ()
    known = _share(each, basis, "K5")
    shares = {
        "unsigned": _of(missed, [one.has_answers and one.is_open for one in missed]),
        "late_deeds": Share(sum(one.late_deeds for one in worked), sum(one.deeds for one in worked)),
        "back_dated": _of(met, [one.is_back_dated for one in met]),
        "not_held": Share(sum(pair.facts is None for pair in each), len(each)),
        "silent_logs": Share(held.silent_logs, held.logs) if held else Share(0, 0),
        "unacknowledged": Share(known.denominator - known.numerator, known.denominator),
        "unassigned": _of(worked, [not one.is_assigned for one in worked]),
        "in_absence": _of(missed, [_overlaps(one, away) for one in missed]),
        "judged_away": _of(worked, [one.is_judged_away for one in worked]),
    }
    numbers = {
        "alerts": len(worked),
        "reds": sum(one.is_red for one in worked),
        "people": len({name for one in worked for name in one.people}),
    }
    return Figures(shares, numbers, held.last_recorded if held else None)


def _of(whole: Sequence[Worked], told: Sequence[bool]) -> Share:
    return Share(sum(told), len(whole))


def _overlaps(one: Worked, away: Sequence[tuple[date, date]]) -> bool:
    return one.days is not None and any(first <= one.days[1] and last >= one.days[0] for first, last in away)


def _together(others: Sequence[Figures]) -> Figures:
    """All organisations together: shares added up, of numbers the middle one."""
    shares = {}
    for name, _driver, _what in SHARES:
        each = [one.shares[name] for one in others]
        shares[name] = Share(sum(one.numerator for one in each), sum(one.denominator for one in each))
    numbers = {
        name: sorted(one.numbers[name] for one in others)[(len(others) - 1) // 2] if others else 0
        for name, _driver, _what, _more in NUMBERS
    }
    return Figures(shares, numbers, None)


def _drivers(mine: Figures, together: Figures, cut_off: datetime) -> tuple[DriverFindings, ...]:
    found: dict[Driver, list[Finding]] = {driver: [] for driver in Driver}
    for name, driver, what in SHARES:
        found[driver].append(_compared(name, what, mine.shares[name], together.shares[name]))
    for name, driver, what, more in NUMBERS:
        found[driver].append(_beside(name, what, mine.numbers[name], together.numbers[name], more))
    found[Driver.RECORDING].append(_last(mine, cut_off))
    found[Driver.RESOURCE].append(LIST_SIZE)
    return tuple(DriverFindings(driver, tuple(each)) for driver, each in found.items())


def _compared(name: str, what: str, mine: Share, total: Share) -> Finding:
    if not mine.denominator:
        return Finding(name, what, mine.words, total.words, Points.UNKNOWN)
    is_more = mine.numerator * total.denominator > total.numerator * mine.denominator
    return Finding(name, what, mine.words, total.words, Points.HERE if is_more else Points.ELSEWHERE)


def _beside(name: str, what: str, mine: int, middle: int, more: bool) -> Finding:
    points = mine > middle if more else mine < middle
    return Finding(name, what, str(mine), f"{middle} (median)", Points.HERE if points else Points.ELSEWHERE)


def _last(mine: Figures, cut_off: datetime) -> Finding:
    """When anything was last recorded: a return that is old shows work undone that may be done by now."""
    what = "Newest entry about an alert that is held here"
    if mine.last_recorded is None:
        return Finding("last_recorded", what, "none", "", Points.HERE)
    points = Points.HERE if cut_off - mine.last_recorded > OLD_AFTER else Points.ELSEWHERE
    return Finding("last_recorded", what, say_date(mine.last_recorded), "", points)


# --- as plain values ---------------------------------------------------------------------------------------------


def to_json(found: Outliers, responses: Mapping[str, str]) -> dict[str, Any]:
    """The outliers as plain values. `responses` says what has come of each, by ODS code."""
    return {
        "measure": found.measure,
        "what": MEASURES[found.measure],
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "sentence": found.sentence,
        "judged": found.funnel.is_judged,
        "numerator": found.funnel.numerator,
        "denominator": found.funnel.denominator,
        "organisations": len(found.funnel.points),
        "outliers": [_line_json(one, responses.get(one.ods, "")) for one in found.lines],
    }


def _line_json(one: Outlying, response: str) -> dict[str, Any]:
    return {
        "ods": one.ods,
        "name": one.name,
        "numerator": one.counted.numerator,
        "denominator": one.counted.denominator,
        "words": one.counted.words,
        "place": one.place.value,
        "response": response or None,
        "drivers": [
            {
                "driver": each.driver.value,
                "question": each.question,
                "findings": [
                    {
                        "id": finding.id,
                        "what": finding.what,
                        "value": finding.value,
                        "together": finding.together or None,
                        "points": finding.points.value,
                    }
                    for finding in each.findings
                ],
            }
            for each in one.drivers
        ],
    }
