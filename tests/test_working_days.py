"""Working days in each nation: weekends and the right bank holidays are left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.errors import Refused
from msat.working_days import NATIONS, Site, add_working_days, bank_holidays, is_working_day, last_open_day_before

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


@given(DAYS, st.integers(0, 30), st.sampled_from(NATIONS))
def test_so_many_working_days_lie_between(start, days, nation):
    site = Site(nation)
    end = site.add_working_days(start, days)
    counted = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(site.is_working_day(day) for day in counted) == days
    assert end == start or site.is_working_day(end)


@given(DAYS, st.sampled_from(NATIONS), st.integers(5, 7))
def test_shut_says_why_and_open_says_nothing(day, nation, week):
    site = Site(nation, week)
    assert site.is_open(day) is (site.why_shut(day) == "")
    assert week < 7 or site.is_open(day) is not bool(site.bank_holiday(day))
    last = site.last_open_day_before(day)
    assert last is not None
    assert last < day
    assert site.is_open(last)


def test_days_that_were_added_win_over_the_calendar():
    christmas, tuesday, wednesday = date(2026, 12, 25), date(2026, 12, 15), date(2026, 12, 16)
    site = Site(
        opened=((christmas, "Open house"),), shut=((tuesday, ""),), holidays=((wednesday, "Proclaimed"),)
    )
    assert site.is_open(christmas)
    assert not site.is_working_day(christmas)
    assert site.why_shut(tuesday) == "a day on which this site is shut"
    assert site.is_working_day(tuesday)
    assert site.why_shut(wednesday) == "Proclaimed"
    assert not site.is_working_day(wednesday)


def test_a_site_shut_for_months_has_no_last_open_day():
    days = tuple((date(2026, 1, 1) + timedelta(days=n), "Rebuilding") for n in range(120))
    assert Site(shut=days).last_open_day_before(date(2026, 4, 20)) is None


def test_holidays_that_were_fixed_hold_whatever_the_calendar_says():
    fixed = ((date(2026, 6, 3), "As known then"),)
    site = Site(fixed=fixed, fixed_years=(2026, 2026))
    assert site.bank_holiday(date(2026, 6, 3)) == "As known then"
    assert site.is_working_day(date(2026, 12, 25))
    assert not site.is_working_day(date(2025, 12, 25))


def test_bank_holidays_come_by_name_and_an_unknown_nation_is_refused():
    found = bank_holidays("northern-ireland", 2026, 2027)
    assert found[date(2026, 3, 17)]
    assert min(found).year == 2026
    assert max(found).year == 2027
    assert list(found) == sorted(found)
    for wrong in (lambda: Site("france"), lambda: bank_holidays("cornwall", 2026, 2026)):
        with pytest.raises(Refused, match="nation"):
            wrong()
