"""What an indicator is: a share with its counts, times, who is left out, and its definition. Plain values.

Every percentage carries its numerator and denominator. `kpis.py` computes these; nothing here does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from msat.ids import AlertKey
from msat.projections.gaps import Gap
from msat.projections.pair_facts import PairFacts
from msat.projections.per_cent import per_cent
from msat.working_days import HOME, Site

ALERTS = "alerts"
PAIRS = "alerts × organisations"
"""One alert in one organisation is one of these."""
RECHECKS = "searches to be run again"
NUMBERS = "numbers of the series"

MIN_FOR_90TH = 10
"""Below this many, a 90th centile is hardly more than the largest value, and is not given. A choice of ours."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One organisation and what counts of what it recorded, folded from its entries up to the cut-off."""

    ods: str
    name: str
    kind: str
    """A value of `triage.model.OrganisationKind`."""
    facts: tuple[PairFacts, ...] | None
    """None: nothing has been received from it. An empty tuple: its record came and holds no alert."""
    is_asked: bool = True
    """False for one that does not answer for itself here: the commissioner's team that reports on practices."""
    opened: date | None = None
    closed: date | None = None
    """London days, the last one included: an alert of another day is not asked of it."""


@dataclass(frozen=True, slots=True)
class Communication:
    """An alert was told to an audience: an issue of a newsletter that was sent holds it."""

    key: AlertKey
    audience: str
    """For people: "prescribers", "community pharmacies", "care homes"."""
    sent: datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """All that the indicators are computed from. The facts must be those as at `cut_off` (aware)."""

    organisations: tuple[Returned, ...]
    first: date
    last: date
    """The period, London days, both included."""
    cut_off: datetime
    gaps: tuple[Gap, ...] = ()
    """Every gap known at the cut-off, explained ones included (`gaps.gaps`)."""
    communications: tuple[Communication, ...] = ()
    site: Site = HOME
    """Whose working days count."""
    acknowledge_days: int = 2
    """In time is: by the end of this many working days after receipt, or by the deadline where that comes first."""


@dataclass(frozen=True, slots=True)
class Share:
    """`numerator` of `denominator`."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, halves upwards; None when there is nothing to count."""
        if not self.denominator:
            return None
        return (200 * self.numerator + self.denominator) // (2 * self.denominator)

    @property
    def words(self) -> str:
        """For people: “38 of 51 (75%)”. Neither 0 nor 100 is said of a share that is not exactly that."""
        percent = self.percent
        if percent is None:
            return "none to count"
        said = per_cent(percent)
        if percent == 100 and self.numerator < self.denominator:
            said = f"over {per_cent(99)}"
        elif percent == 0 and self.numerator:
            said = f"under {per_cent(1)}"
        return f"{self.numerator} of {self.denominator} ({said})"


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds of elapsed time; None where there are too few to say."""

    count: int
    median_s: int | None
    ninetieth_s: int | None

    @property
    def words(self) -> str:
        """For people: “median 3 hours, 90th centile 2.5 days (of 41)”."""
        if self.median_s is None:
            return "none to count"
        ninetieth = f"90th centile {say_duration(self.ninetieth_s)}" if self.ninetieth_s is not None else ""
        few = f"90th centile not given below {MIN_FOR_90TH}"
        return f"median {say_duration(self.median_s)}, {ninetieth or few} (of {self.count})"


@dataclass(frozen=True, slots=True)
class Part:
    """One line under an indicator."""

    name: str
    value: Share | Times | int

    @property
    def words(self) -> str:
        return str(self.value) if isinstance(self.value, int) else self.value.words


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many were not counted, and why."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator means, for the page of definitions."""

    code: str
    name: str
    counts: str
    """What one of it is: ALERTS, PAIRS, RECHECKS or NUMBERS."""
    numerator: str
    denominator: str
    """Empty for a plain count."""
    left_out: str
    """Who is never counted."""
    basis: str
    """`published` (in the report that this work follows) or `proposal` (ours, which a committee must approve)."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """One indicator: its definition, its value, its parts and who was left out this time."""

    definition: Definition
    value: Share | Times | int
    parts: tuple[Part, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def words(self) -> str:
        """The value for people, with its counts."""
        return str(self.value) if isinstance(self.value, int) else self.value.words


def times(seconds: list[int]) -> Times:
    """Median and 90th centile, linear between neighbours (as PERCENTILE.INC of a spreadsheet), whole seconds."""
    if not seconds:
        return Times(0, None, None)
    ordered = sorted(seconds)
    ninetieth = centile(ordered, 90) if len(ordered) >= MIN_FOR_90TH else None
    return Times(len(ordered), centile(ordered, 50), ninetieth)


def centile(ordered: list[int], percent: int) -> int:
    """The value below which `percent` per cent of `ordered` (ascending, not empty) lie, halves upwards."""
    place = Fraction(percent * (len(ordered) - 1), 100)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    value = ordered[below] + (place - below) * (ordered[above] - ordered[below])
    return int(value + Fraction(1, 2))


_HOUR, _DAY = 3600, 86400


def say_duration(seconds: int | None) -> str:
    """Elapsed time for people: “45 minutes” below 2 hours, “3.5 hours” below 2 days, else “12 days”."""
    if seconds is None:
        return "not known"
    if seconds < 2 * _HOUR:
        return _counted(10 * (seconds // 60), "minute")
    if seconds < 2 * _DAY:
        return _counted((20 * seconds + _HOUR) // (2 * _HOUR), "hour")
    return _counted((20 * seconds + _DAY) // (2 * _DAY), "day")


def _counted(tenths: int, unit: str) -> str:
    whole, rest = divmod(tenths, 10)
    number = f"{whole}.{rest}" if rest else str(whole)
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


def to_json(kpis: tuple[Kpi, ...]) -> list[dict[str, Any]]:
    """The indicators as plain values for JSON: whole numbers and text only."""
    return [
        {
            "code": one.code,
            "name": one.definition.name,
            "counts": one.definition.counts,
            "value": _plain(one.value),
            "words": one.words,
            "parts": [{"name": part.name, "value": _plain(part.value), "words": part.words} for part in one.parts],
            "left_out": [{"reason": left.reason, "count": left.count} for left in one.left_out],
            "definition": {
                "numerator": one.definition.numerator,
                "denominator": one.definition.denominator,
                "left_out": one.definition.left_out,
                "basis": one.definition.basis,
            },
        }
        for one in kpis
    ]


def _plain(value: Share | Times | int) -> dict[str, int | None]:
    match value:
        case Share():
            return {"numerator": value.numerator, "denominator": value.denominator, "percent": value.percent}
        case Times():
            return {"count": value.count, "median_s": value.median_s, "ninetieth_s": value.ninetieth_s}
        case _:
            return {"count": value}
