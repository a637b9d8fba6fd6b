"""A funnel of proportions: is an organisation further from the average than its size explains? Pure.

Limits: p ± z through sin²(asin(√p) ± z / (2√n)), with z = 1.959964 (95%) and 3.090232 (99.8%), the angle kept
between 0 and a right angle so that a limit stays between 0 and 1. p is the proportion of all organisations together.
Ranks nobody: a point is inside the limits, or outside the 95% ones, or outside the 99.8% ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from msat.projections.per_cent import per_cent

Z_95 = 1.959964
Z_998 = 3.090232
MIN_ORGANISATIONS = 5
"""Fewer are too few to judge: each is then a large part of the average that it is compared with. A choice of ours."""

MOST_NAMED = 12
"""More names than these make neither a sentence nor a chart clearer; a table has them all."""


class Place(StrEnum):
    """Where a point lies."""

    INSIDE = "inside the limits"
    LOW_95 = "below the 95% limit"
    HIGH_95 = "above the 95% limit"
    LOW_998 = "below the 99.8% limit"
    HIGH_998 = "above the 99.8% limit"

    @classmethod
    def _missing_(cls, value: object) -> Place | None:
        """Entries of before wrote “99.8 %” with a space."""
        said = str(value).replace(" %", "%")
        return next((one for one in cls if one.value == said), None)


OUTER = (Place.LOW_998, Place.HIGH_998)
LOW = (Place.LOW_95, Place.LOW_998)


@dataclass(frozen=True, slots=True)
class Counted:
    """One organisation's count: `numerator` of `denominator`. `id` is its ODS code."""

    id: str
    name: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The four limits for one denominator, as proportions of 1."""

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One organisation with its limits. `place` is INSIDE, and `limits` None, while there are too few to judge."""

    counted: Counted
    proportion: float
    limits: Limits | None
    place: Place


@dataclass(frozen=True, slots=True)
class Funnel:
    """All organisations that have something to count. `average` is None when there are too few to judge."""

    points: tuple[FunnelPoint, ...]
    """In the order they were given."""
    numerator: int
    denominator: int
    average: float | None
    left_out: tuple[Counted, ...]
    """Those whose denominator is 0."""
    sentence: str

    @property
    def is_judged(self) -> bool:
        return self.average is not None

    @property
    def none_outside(self) -> str:
        """What is said where nobody is named: that nobody lies outside, or that nobody can be judged."""
        if self.is_judged:
            return "No organisation lies outside the limits."
        return f"Too few organisations to judge: {MIN_ORGANISATIONS} with something to count are needed."

    @property
    def outside(self) -> tuple[FunnelPoint, ...]:
        """Those outside the 95% limits, the 99.8% ones included."""
        return tuple(point for point in self.points if point.place is not Place.INSIDE)


def limits(average: float, denominator: int) -> Limits:
    """The limits around `average` (0 to 1) for a count out of `denominator`. Raises ValueError below 1."""
    if denominator < 1 or not 0 <= average <= 1:
        raise ValueError("limits need an average between 0 and 1 and a denominator of at least 1")
    return Limits(
        _limit(average, denominator, -Z_998),
        _limit(average, denominator, -Z_95),
        _limit(average, denominator, Z_95),
        _limit(average, denominator, Z_998),
    )


def _limit(average: float, denominator: int, z: float) -> float:
    angle = math.asin(math.sqrt(average)) + z / (2 * math.sqrt(denominator))
    return math.sin(min(max(angle, 0.0), math.pi / 2)) ** 2


def funnel(counts: Sequence[Counted], what: str = "") -> Funnel:
    """The funnel of `counts`. `what` is for the sentence: "alerts finished on time".

    Raises ValueError on a count below 0 or above its denominator.
    """
    for one in counts:
        if not 0 <= one.numerator <= one.denominator:
            raise ValueError(f"{one.id}: {one.numerator} of {one.denominator} is no proportion")
    kept = [one for one in counts if one.denominator]
    empty = tuple(one for one in counts if not one.denominator)
    above, below = sum(one.numerator for one in kept), sum(one.denominator for one in kept)
    average = above / below if len(kept) >= MIN_ORGANISATIONS else None
    points = tuple(_point(one, average) for one in kept)
    made = Funnel(points, above, below, average, empty, "")
    return Funnel(points, above, below, average, empty, _sentence(made, what))


def _point(one: Counted, average: float | None) -> FunnelPoint:
    proportion = one.numerator / one.denominator
    if average is None:
        return FunnelPoint(one, proportion, None, Place.INSIDE)
    around = limits(average, one.denominator)
    return FunnelPoint(one, proportion, around, _place(proportion, around))


def _place(proportion: float, around: Limits) -> Place:
    """A point on a limit is inside it."""
    steps = (
        (Place.LOW_998, around.lower_998 - proportion),
        (Place.HIGH_998, proportion - around.upper_998),
        (Place.LOW_95, around.lower_95 - proportion),
        (Place.HIGH_95, proportion - around.upper_95),
    )
    return next((place for place, beyond in steps if beyond > 1e-12), Place.INSIDE)


def _sentence(made: Funnel, what: str) -> str:
    count = len(made.points)
    if not count:
        return "There is nothing to show yet."
    if made.average is None:
        noun = "organisation" if count == 1 else "organisations"
        return f"{count} {noun}: too few points to judge. {MIN_ORGANISATIONS} are needed for limits."
    percent = per_cent(100 * made.average)
    base = f"{what[:1].upper()}{what[1:]}: " if what else ""
    base += f"{made.numerator} of {made.denominator} ({percent}) in {count} organisations."
    outer = [point for point in made.points if point.place in OUTER]
    inner = len(made.outside) - len(outer)
    told = [f"{len(outer)} outside the 99.8% limits{_names(outer)}"] if outer else []
    told += [f"{inner}{' more' if outer else ''} outside the 95% limits"] if inner else []
    chance = "Even where nothing differs, about 1 in 20 lies outside the 95% limits by chance."
    if not made.outside:
        return f"{base} None lies outside the limits: the differences are what size and chance explain."
    return f"{base} {'; '.join(told)}. {chance}"


def _names(points: Sequence[FunnelPoint]) -> str:
    if not points:
        return ""
    said = [f"{point.counted.name}, {point.place.value.split()[0]}" for point in points[:MOST_NAMED]]
    said += [f"and {len(points) - MOST_NAMED} more"] if len(points) > MOST_NAMED else []
    return f" ({'; '.join(said)})"
