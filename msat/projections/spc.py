"""Statistical process control of a series in time (an XmR chart): centre, limits, special causes, a sentence. Pure.

The rules are those of NHS England's “Making Data Count”, as the design notes state them:

1. Centre: the mean. Limits: the mean ± 2.66 × the average moving range, from which moving ranges at or above 3.267 ×
   that average are dropped, once.
2. A special cause is a point outside a limit; 7 points in a row on one side of the mean; 7 points in a row, each above
   (or each below) the one before; or 2 of 3 points in a row beyond two thirds of the way to the same limit.
3. Below 12 points there are too few to judge: no limits and no special causes.

The centre and the limits are fixed over the whole series. Nothing here says whether a value is good enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

MIN_POINTS = 12
RUN = 7
"""Points in a row on one side of the mean, or rising, or falling."""
LIMIT = 2.66
"""Three standard deviations, in average moving ranges (3 / 1.128)."""
SCREEN = 3.267
"""A moving range this many times the average is taken for an outlier and dropped, once."""


class Better(StrEnum):
    """Which way an improvement goes."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Kind(StrEnum):
    """What a point shows; each has a colour and a marker of its own shape."""

    COMMON = "common"
    IMPROVE = "improve"
    CONCERN = "concern"
    NEUTRAL = "neutral"
    """A special cause where neither way is better."""


OUTSIDE = "outside a limit"
SHIFT = "7 in a row on one side of the mean"
TREND_UP = "7 in a row rising"
TREND_DOWN = "7 in a row falling"
NEAR = "2 of 3 close to the same limit"


@dataclass(frozen=True, slots=True)
class SpcPoint:
    """One point: its label on the time axis, its value, and every rule that it is part of, in the order above."""

    label: str
    value: float
    kind: Kind = Kind.COMMON
    rules: tuple[str, ...] = ()
    is_high: bool = False
    """For a special cause: whether it is one upwards (above the mean, or rising)."""


@dataclass(frozen=True, slots=True)
class Spc:
    """A series with what can be said of it. `mean`, `lower` and `upper` are None while there are too few points."""

    points: tuple[SpcPoint, ...]
    better: Better
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    sentence: str = ""

    @property
    def is_judged(self) -> bool:
        return self.mean is not None


def spc(
    values: Sequence[tuple[str, float]],
    better: Better = Better.NEITHER,
    unit: str = "",
    floor: float | None = None,
    ceiling: float | None = None,
) -> Spc:
    """The chart of `values`, (label, value) in the order of time.

    `floor` and `ceiling` bound the limits that are drawn where the measure cannot go beyond (days: 0; a share: 0 to
    100); the rules use the limits as computed. `unit` is for the sentence. Raises ValueError on a value that is not a
    finite number.
    """
    numbers = [value for _label, value in values]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a point of the series is not a finite number")
    if len(numbers) < MIN_POINTS:
        plain = tuple(SpcPoint(label, value) for label, value in values)
        return Spc(plain, better, sentence=_too_few(len(plain)))
    mean = math.fsum(numbers) / len(numbers)
    width = LIMIT * average_moving_range(numbers)
    found = _causes(numbers, mean, width)
    points = tuple(_point(label, value, found[at], mean, better) for at, (label, value) in enumerate(values))
    lower, upper = mean - width, mean + width
    lower = lower if floor is None else max(lower, floor)
    upper = upper if ceiling is None else min(upper, ceiling)
    chart = Spc(points, better, mean, lower, upper)
    return Spc(points, better, mean, lower, upper, _sentence(chart, unit))


def average_moving_range(numbers: Sequence[float]) -> float:
    """The average of the differences between neighbours, those at or above 3.267 × the first average dropped once."""
    ranges = [abs(after - before) for before, after in pairwise(numbers)]
    if not ranges:
        return 0.0
    average = math.fsum(ranges) / len(ranges)
    kept = [one for one in ranges if one < SCREEN * average]
    return math.fsum(kept) / len(kept) if kept else 0.0


def _causes(numbers: Sequence[float], mean: float, width: float) -> list[list[tuple[str, bool]]]:
    """For each point the rules that it is part of, each with whether it is one upwards."""
    found: list[list[tuple[str, bool]]] = [[] for _ in numbers]
    for is_high in (True, False):
        sign = 1 if is_high else -1
        away = [sign * (value - mean) for value in numbers]
        _mark(found, [at for at, far in enumerate(away) if far > width and not _equal(far, width)], OUTSIDE, is_high)
        sides = [far > 0 and not _equal(far, 0) for far in away]
        _mark(found, _runs(sides, RUN), SHIFT, is_high)
        steps = [sign * (after - before) > 0 for before, after in pairwise(numbers)]
        _mark(found, _points_of(_runs(steps, RUN - 1), steps), TREND_UP if is_high else TREND_DOWN, is_high)
        near = [far > width * 2 / 3 and not _equal(far, width * 2 / 3) for far in away]
        _mark(found, _two_of_three(near), NEAR, is_high)
    return found


def _equal(one: float, other: float) -> bool:
    """Equal but for rounding: a point on the mean or on a limit is not beyond it."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _mark(found: list[list[tuple[str, bool]]], at: Sequence[int], rule: str, is_high: bool) -> None:
    for index in at:
        found[index].append((rule, is_high))


def _runs(holds: Sequence[bool], length: int) -> list[int]:
    """The places in unbroken stretches of at least `length`."""
    places: list[int] = []
    start = 0
    for at in range(len(holds) + 1):
        if at == len(holds) or not holds[at]:
            if at - start >= length:
                places += range(start, at)
            start = at + 1
    return places


def _points_of(places: Sequence[int], steps: Sequence[bool]) -> list[int]:
    """The points that the steps at `places` join: step n goes from point n to point n + 1."""
    points = set(places) | {at + 1 for at in places}
    return sorted(one for one in points if one <= len(steps))


def _two_of_three(near: Sequence[bool]) -> list[int]:
    """The points near a limit that have another one among any three in a row with them."""
    marked = set()
    for start in range(len(near) - 2):
        here = [at for at in range(start, start + 3) if near[at]]
        if len(here) >= 2:
            marked.update(here)
    return sorted(marked)


_ORDER = (OUTSIDE, SHIFT, TREND_UP, TREND_DOWN, NEAR)


def _point(label: str, value: float, causes: list[tuple[str, bool]], mean: float, better: Better) -> SpcPoint:
    if not causes:
        return SpcPoint(label, value)
    causes = sorted(causes, key=lambda one: _ORDER.index(one[0]))
    ways = {is_high for _rule, is_high in causes}
    # A rise that is still below the mean belongs to two rules that point apart: the side of the mean decides.
    is_high = value > mean if len(ways) == 2 else causes[0][1]
    return SpcPoint(label, value, _kind(is_high, better), tuple(rule for rule, _is_high in causes), is_high)


def _kind(is_high: bool, better: Better) -> Kind:
    if better is Better.NEITHER:
        return Kind.NEUTRAL
    return Kind.IMPROVE if is_high == (better is Better.UP) else Kind.CONCERN


# --- words -----------------------------------------------------------------------------------------------------


def say_number(value: float) -> str:
    """A number with at most one decimal: `13`, `4.5`."""
    text = f"{value:.1f}"
    return "0" if text in ("-0.0", "0.0") else text.removesuffix(".0")


def _too_few(count: int) -> str:
    if not count:
        return "There is nothing to show yet."
    points = "1 point" if count == 1 else f"{count} points"
    return f"{points}: too few points to judge. {MIN_POINTS} are needed for limits."


def _sentence(chart: Spc, unit: str) -> str:
    """What the chart shows: the mean and limits, then what stands out, the last point first of all."""
    unit = f" {unit}" if unit else ""
    limits = f"between {say_number(chart.lower or 0)} and {say_number(chart.upper or 0)}{unit}"
    base = f"Mean {say_number(chart.mean or 0)}{unit}; ordinary variation lies {limits}."
    special = [point for point in chart.points if point.kind is not Kind.COMMON]
    if not special:
        return f"{base} Steady: only ordinary variation in {len(chart.points)} points."
    return f"{base} {_latest(chart.points)} {_told(special, len(chart.points))}"


def _latest(points: Sequence[SpcPoint]) -> str:
    last = points[-1]
    if last.kind is Kind.COMMON:
        return "The latest point is ordinary variation."
    since = last.label
    for point in reversed(points):
        if point.kind is not last.kind:
            break
        since = point.label
    way = "higher" if last.is_high else "lower"
    start = f"since {since}" if since != last.label else f"at {since}"
    return f"{_MEANING[last.kind]}: {way} than usual {start} ({last.rules[0]})."


_MEANING = {Kind.IMPROVE: "Improvement", Kind.CONCERN: "Concern", Kind.NEUTRAL: "A change"}


def _told(special: Sequence[SpcPoint], total: int) -> str:
    names: dict[Kind, Callable[[int], str]] = {
        Kind.IMPROVE: lambda n: f"{n} of improvement",
        Kind.CONCERN: lambda n: f"{n} of concern",
        Kind.NEUTRAL: lambda n: f"{n} of a change",
    }
    counts = {kind: sum(point.kind is kind for point in special) for kind in names}
    parts = [words(counts[kind]) for kind, words in names.items() if counts[kind]]
    return f"Special causes at {len(special)} of {total} points: {', '.join(parts)}."
