"""Working days in each nation: weekends and the right bank holidays are left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.errors import Refused
from msat.working_days import NATIONS, add_working_days, is_working_day, last_open_day_before

CHRISTMAS_EVE = date(2026, 12, 24)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def test_christmas_and_its_substitute_are_left_out():
    # 25 December 2026 is a Friday and Boxing Day a Saturday, whose substitute is Monday 28 December.
    assert add_working_days(CHRISTMAS_EVE, 1, "england") == date(2026, 12, 29)
    assert last_open_day_before(date(2026, 12, 28), "england") == CHRISTMAS_EVE


def test_the_nations_keep_different_days():
    second_of_january, saint_patrick, easter_monday = date(2026, 1, 2), date(2026, 3, 17), date(2026, 4, 6)
    assert not is_working_day(second_of_january, "scotland")
    assert is_working_day(second_of_january, "england")
    assert not is_working_day(saint_patrick, "northern-ireland")
    assert is_working_day(saint_patrick, "wales")
    assert not is_working_day(easter_monday, "england")
    assert is_working_day(easter_monday, "scotland")


def test_nought_days_is_the_day_itself_even_at_the_weekend():
    assert add_working_days(date(2026, 11, 22), 0, "england") == date(2026, 11, 22)


def test_an_unknown_nation_and_a_number_below_nought_are_refused():
    with pytest.raises(Refused, match="“france” is not a nation"):
        is_working_day(CHRISTMAS_EVE, "france")
    with pytest.raises(Refused, match="below nought"):
        add_working_days(CHRISTMAS_EVE, -1, "england")


@given(DAYS, st.integers(1, 30), st.sampled_from(NATIONS))
def test_what_comes_out_is_a_working_day_with_as_many_between(start, days, nation):
    end = add_working_days(start, days, nation)
    assert is_working_day(end, nation)
    passed = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day, nation) for day in passed) == days


@given(DAYS, st.sampled_from(NATIONS))
def test_the_last_open_day_is_open_and_none_lies_between(day, nation):
    before = last_open_day_before(day, nation)
    assert before < day
    assert is_working_day(before, nation)
    assert not any(is_working_day(before + timedelta(n), nation) for n in range(1, (day - before).days))
