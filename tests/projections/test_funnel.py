"""Funnels: limits against numbers worked out by hand, who lies outside, and when nothing may be said."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.projections.funnel import Counted, Place, funnel, limits


def counted(*pairs: tuple[int, int]) -> list[Counted]:
    return [Counted(f"Y{n:05}", f"Practice {n}", *pair) for n, pair in enumerate(pairs)]


def test_limits_worked_out_by_hand() -> None:
    # asin(sqrt 0.5) = pi/4. 1.959964 / (2 x 10) = 0.0979982: sin2(0.6874) = 0.40263 and sin2(0.8834) = 0.59737.
    around = limits(0.5, 100)
    assert around.lower_95 == pytest.approx(0.402628, abs=1e-6)
    assert around.upper_95 == pytest.approx(0.597372, abs=1e-6)
    # 3.090232 / 20 = 0.1545116; sin2(pi/4 +- d) = (1 +- sin 2d) / 2, sin 0.3090232 = 0.304129.
    assert around.lower_998 == pytest.approx((1 - 0.304129) / 2, abs=1e-6)
    assert around.upper_998 == pytest.approx((1 + 0.304129) / 2, abs=1e-6)


def test_limits_of_nine_tenths_of_twenty() -> None:
    # asin(sqrt 0.9) = 1.2490458; 1.959964 / (2 sqrt 20) = 0.2191306; sin2(1.0299152) = 0.7350, above a right angle no:
    # 1.4681764 < 1.5707963, sin2 = 0.98950.
    around = limits(0.9, 20)
    assert around.lower_95 == pytest.approx(math.sin(1.0299152) ** 2, abs=1e-6)
    assert around.upper_95 == pytest.approx(0.98950, abs=1e-4)
    assert around.upper_998 == 1  # 1.2490458 + 0.3454984 is beyond a right angle


def test_an_angle_beyond_its_end_does_not_turn_back() -> None:
    assert limits(0.02, 3).lower_998 == 0
    assert limits(0.98, 3).upper_998 == 1
    assert limits(1.0, 4).upper_95 == 1
    assert limits(0.0, 4).lower_95 == 0


@pytest.mark.parametrize(("average", "size"), [(0.5, 0), (-0.1, 5), (1.1, 5)])
def test_limits_of_nothing_are_refused(average: float, size: int) -> None:
    with pytest.raises(ValueError, match="average between 0 and 1"):
        limits(average, size)


def test_who_lies_outside() -> None:
    # 90 + 90 + 90 + 90 + 62 of 500: average 0.844. Of 100: 95% 0.7655 to 0.9083; 99.8% 0.7148 to 0.9363.
    made = funnel(counted((90, 100), (90, 100), (90, 100), (90, 100), (62, 100)), "alerts finished on time")
    assert made.average == pytest.approx(0.844)
    assert [point.place for point in made.points] == [Place.INSIDE] * 4 + [Place.LOW_998]
    assert made.sentence == (
        "Alerts finished on time: 422 of 500 (84%) in 5 organisations. "
        "1 outside the 99.8% limits (Practice 4, below). "
        "Even where nothing differs, about 1 in 20 lies outside the 95% limits by chance."
    )


def test_between_the_two_limits_nobody_is_named() -> None:
    # 4 x 88 + 75 = 427 of 500: average 0.854. Of 100: lower 95% 0.7777, lower 99.8% 0.7277.
    made = funnel(counted((88, 100), (88, 100), (88, 100), (88, 100), (75, 100)))
    assert made.points[4].place is Place.LOW_95
    assert "1 outside the 95% limits. Even" in made.sentence
    assert "Practice 4" not in made.sentence


def test_a_small_practice_is_no_loser_by_chance() -> None:
    made = funnel(counted((90, 100), (92, 100), (88, 100), (90, 100), (1, 2)))
    assert made.points[4].place is Place.INSIDE
    assert "None lies outside the limits" in made.sentence


def test_all_the_same_at_the_end_of_the_scale_is_inside() -> None:
    assert {point.place for point in funnel(counted(*[(7, 7)] * 6)).points} == {Place.INSIDE}
    assert {point.place for point in funnel(counted(*[(0, 7)] * 6)).points} == {Place.INSIDE}


def test_few_organisations_are_not_judged() -> None:
    made = funnel(counted((0, 50), (50, 50), (50, 50), (50, 50)))
    assert not made.is_judged
    assert {point.place for point in made.points} == {Place.INSIDE}
    assert {point.limits for point in made.points} == {None}
    assert made.sentence == "4 organisations: too few points to judge. 5 are needed for limits."
    assert funnel([]).sentence == "There is nothing to show yet."


def test_one_with_nothing_to_count_is_left_out_and_kept() -> None:
    made = funnel(counted(*[(9, 10)] * 5, (0, 0)))
    assert len(made.points) == 5
    assert [one.id for one in made.left_out] == ["Y00005"]
    assert made.denominator == 50


def test_a_sentence_names_a_dozen_and_counts_the_rest() -> None:
    made = funnel(counted(*[(50, 100)] * 40, *[(0, 100)] * 15))
    assert "15 outside the 99.8% limits (Practice 40, below; " in made.sentence
    assert "Practice 51, below; and 3 more)" in made.sentence


@pytest.mark.parametrize("pair", [(-1, 5), (6, 5)])
def test_a_count_that_is_no_proportion_is_refused(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        funnel(counted(pair))


@settings(deadline=None)  # the computer may be busy
@given(st.floats(0, 1), st.integers(1, 10_000))
def test_limits_lie_in_order_within_0_and_1(average: float, size: int) -> None:
    around = limits(average, size)
    order = [around.lower_998, around.lower_95, average, around.upper_95, around.upper_998]
    assert all(0 <= one <= 1 for one in order)
    assert all(a <= b + 1e-12 for a, b in pairwise(order))
