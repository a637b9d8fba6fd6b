"""Control charts: centre, limits and special causes against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.projections.spc import (
    NEAR,
    OUTSIDE,
    SHIFT,
    TREND_DOWN,
    TREND_UP,
    Better,
    Kind,
    Spc,
    average_moving_range,
    say_number,
    spc,
)

STEADY = [10, 12] * 6
"""Mean 11; each moving range 2; limits 11 ± 2.66 × 2 = 5.68 and 16.32; two thirds of the way: 7.453 and 14.547."""


def series(*values: float, better: Better = Better.DOWN, **more: float) -> Spc:
    return spc([(f"week {n}", value) for n, value in enumerate(values, 1)], better, "days", **more)


def rules(chart: Spc) -> dict[int, tuple[str, ...]]:
    """The rules of each point that is part of one, by its place from 1."""
    return {n: point.rules for n, point in enumerate(chart.points, 1) if point.rules}


def test_centre_and_limits_worked_out_by_hand() -> None:
    chart = series(*STEADY)
    assert chart.mean == pytest.approx(11)
    assert (chart.lower, chart.upper) == (pytest.approx(5.68), pytest.approx(16.32))
    assert rules(chart) == {}
    assert chart.sentence == (
        "Mean 11 days; ordinary variation lies between 5.7 and 16.3 days. Steady: only ordinary variation in 12 points."
    )


def test_a_moving_range_that_is_an_outlier_is_dropped_once() -> None:
    # Ranges: ten of 1 and one of 20. Average 30/11 = 2.727; 3.267 times that is 8.91; without 20 the average is 1.
    values = [10, 11, 10, 11, 10, 11, 31, 32, 31, 32, 31, 32]
    assert average_moving_range(values) == pytest.approx(1)
    chart = series(*values)
    assert chart.mean == pytest.approx(21)
    assert chart.upper == pytest.approx(21 + 2.66)


def test_screening_happens_once_only() -> None:
    # Ranges 1 x 9, 10, 100: average 119/11 = 10.82, limit 35.34: 100 goes, 10 stays although it is now an outlier too.
    values = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 11, 111]
    assert average_moving_range(values) == pytest.approx(19 / 10)


def test_below_twelve_points_nothing_is_judged() -> None:
    chart = series(*STEADY[:10], 90)
    assert not chart.is_judged
    assert chart.upper is None
    assert rules(chart) == {}
    assert chart.sentence == "11 points: too few points to judge. 12 are needed for limits."
    assert series(5).sentence.startswith("1 point: too few points to judge.")
    assert series().sentence == "There is nothing to show yet."


def test_a_point_outside_a_limit() -> None:
    chart = series(*STEADY, 18)
    # Mean (132 + 18) / 13 = 11.538; ranges eleven of 2 and one of 6: 28/12 = 2.333, and 6 is below 3.267 times that.
    assert chart.upper == pytest.approx(150 / 13 + 2.66 * 28 / 12)
    assert rules(chart) == {13: (OUTSIDE,)}
    assert chart.points[12].kind is Kind.CONCERN
    assert chart.points[12].is_high
    assert chart.sentence.endswith(
        "Concern: higher than usual at week 13 (outside a limit). Special causes at 1 of 13 points: 1 of concern."
    )


def test_a_point_on_a_limit_is_inside_it() -> None:
    # A series of equals has its limits on its mean.
    chart = series(*[7] * 12)
    assert (chart.mean, chart.lower, chart.upper) == (7, 7, 7)
    assert rules(chart) == {}


def test_seven_in_a_row_on_one_side_of_the_mean() -> None:
    # Eight of 12 and eight of 10, mixed only at the start: mean 11; the last seven lie below it.
    values = [12, 10, 12, 12, 10, 12, 12, 12, 12, 10, 10, 10, 10, 10, 10, 10]
    chart = series(*values)
    assert chart.mean == pytest.approx(sum(values) / 16)
    assert [n for n, why in rules(chart).items() if SHIFT in why] == list(range(10, 17))
    assert {chart.points[n - 1].kind for n in range(10, 17)} == {Kind.IMPROVE}


def test_six_in_a_row_are_not_enough() -> None:
    values = [12, 10, 12, 12, 10, 12, 12, 12, 10, 12, 10, 10, 10, 10, 10, 10]
    assert all(SHIFT not in why for why in rules(series(*values)).values())


def test_a_point_on_the_mean_ends_a_run() -> None:
    values = [10, 10, 10, 11, 10, 10, 10, 12, 12, 12, 11, 12, 12, 12]
    chart = series(*values)
    assert chart.mean == pytest.approx(11)
    assert all(SHIFT not in why for why in rules(chart).values())


@pytest.mark.parametrize(("better", "kind"), [(Better.UP, Kind.IMPROVE), (Better.DOWN, Kind.CONCERN)])
def test_seven_points_each_above_the_one_before(better: Better, kind: Kind) -> None:
    values = [50, 20, 50, 20, 50, 30, 31, 32, 33, 34, 35, 36, 20]
    chart = series(*values, better=better)
    assert [n for n, why in rules(chart).items() if TREND_UP in why] == list(range(6, 13))
    # Mean 35.46: the seventh of them lies above it, the others below; the trend alone says which way they go.
    assert {chart.points[n - 1].kind for n in range(6, 13) if chart.points[n - 1].rules == (TREND_UP,)} == {kind}


def test_six_points_rising_are_no_trend() -> None:
    values = [50, 20, 50, 20, 50, 30, 31, 32, 33, 34, 35, 35, 20]
    assert all(TREND_UP not in why for why in rules(series(*values)).values())


def test_seven_points_falling() -> None:
    values = [20, 50, 20, 50, 20, 36, 35, 34, 33, 32, 31, 30, 50]
    assert [n for n, why in rules(series(*values)).items() if TREND_DOWN in why] == list(range(6, 13))


def test_two_of_three_beyond_two_thirds_of_the_way_to_the_same_limit() -> None:
    values = [*STEADY, 15.5, 11, 15.5, 10]
    chart = series(*values)
    # Sum 132 + 52 = 184, mean 11.5; ranges 22 + 3.5 + 4.5 + 4.5 + 5.5 = 40 in 15; two thirds of the way: 16.229.
    assert chart.mean == pytest.approx(11.5)
    assert chart.upper == pytest.approx(11.5 + 2.66 * 40 / 15)
    assert rules(chart) == {}
    nearer = series(*STEADY, 17.2, 11, 17.2, 10)
    # Sum 187.4, mean 11.7125; ranges 22 + 5.2 + 6.2 + 6.2 + 7.2 = 46.8 in 15 = 3.12; limit 20.01; two thirds 17.245.
    assert rules(nearer) == {}
    near = series(*STEADY, 17.5, 11, 17.5, 10)
    # Sum 188, mean 11.75; ranges 22 + 5.5 + 6.5 + 6.5 + 7.5 = 48 in 15 = 3.2; limit 20.262; two thirds 17.425.
    assert rules(near) == {13: (NEAR,), 15: (NEAR,)}


def test_two_near_opposite_limits_are_no_cause() -> None:
    chart = series(*STEADY, 17.5, 11, 4.5, 12)
    assert all(NEAR not in why for why in rules(chart).values())


def test_neither_way_better_is_a_change() -> None:
    assert series(*STEADY, 30, better=Better.NEITHER).points[12].kind is Kind.NEUTRAL


def test_limits_are_bounded_but_the_rules_are_not() -> None:
    assert series(*[1, 9] * 6, floor=0, ceiling=12).lower == 0
    assert series(*[1, 9] * 6, floor=0, ceiling=12).upper == 12


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        series(*STEADY, value)


@pytest.mark.parametrize(("value", "said"), [(13.0, "13"), (4.46, "4.5"), (-0.01, "0"), (0, "0"), (-2.5, "-2.5")])
def test_numbers_have_at_most_one_decimal(value: float, said: str) -> None:
    assert say_number(value) == said


@settings(deadline=None)  # the computer may be busy
@given(st.lists(st.integers(-1000, 1000), min_size=12, max_size=40))
def test_turned_upside_down_the_same_points_stand_out(values: list[int]) -> None:
    up, down = series(*values, better=Better.UP), series(*[-one for one in values], better=Better.DOWN)
    assert [point.kind for point in up.points] == [point.kind for point in down.points]
    assert up.mean == pytest.approx(-(down.mean or 0))
