"""Limits over clock changes, year ends and the bank holidays of four nations; days on which the site is shut."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.triage.decide import decide
from msat.triage.model import OrganisationKind
from msat.triage.rules import load_shipped_rules
from msat.working_days import NATIONS, Site
from tests.triage.notices import dated, fact, notice, within

RULES = load_shipped_rules()
LONDON = ZoneInfo("Europe/London")
PHARMACY = OrganisationKind.COMMUNITY_PHARMACY
MOMENTS = st.integers(1_420_070_400, 2_177_366_400).map(lambda second: datetime.fromtimestamp(second, UTC))
SITES = st.builds(Site, st.sampled_from(NATIONS), st.sampled_from([5, 6, 7]))


def due_of(alert, site=None, received=None):
    return decide(alert, RULES, PHARMACY, received or alert.published, site or Site()).due


def recall(class_, published, **more):
    day = fact(published.astimezone(LONDON).date().isoformat())
    return notice("medicines-recall", class_, "pharmacy", published=published, issued=day, **more)


@given(MOMENTS, SITES)
def test_48_hours_are_hours_whatever_the_clocks_do(moment, site):
    due = due_of(recall("2", moment), site)
    assert due.at - moment == timedelta(hours=48)


@given(MOMENTS, SITES)
def test_five_days_end_with_the_fifth_day_in_london(moment, site):
    end = due_of(recall("3", moment), site).at.astimezone(LONDON)
    assert end.date() - moment.astimezone(LONDON).date() == timedelta(days=5)
    assert (end.hour, end.minute, end.second) == (23, 59, 59)


@given(MOMENTS, SITES)
def test_the_last_open_day_is_open_before_the_limit_and_every_day_between_is_shut(moment, site):
    found = decide(recall("3", moment), RULES, PHARMACY, moment, site)
    day = found.due.at.astimezone(LONDON).date()
    assert ("site-closed" in found.flags) is not site.is_open(day)
    if site.is_open(day):
        assert found.due.last_open is None
        assert "shut" not in found.due.why
        return
    last = found.due.last_open
    if last is None:
        last = moment.astimezone(LONDON).date() - timedelta(days=1)
    else:
        assert site.is_open(last)
    between = [last + timedelta(days=n) for n in range(1, (day - last).days)]
    assert not any(site.is_open(one) for one in between)


@given(MOMENTS, st.sampled_from(NATIONS))
def test_working_days_of_a_weekly_list_are_five_open_days(moment, nation):
    site = Site(nation)
    day = fact(moment.astimezone(LONDON).date().isoformat())
    alert = notice("field-safety-notices", published=moment, issued=day)
    end = due_of(alert, site).at.astimezone(LONDON)
    start = moment.astimezone(LONDON).date()
    counted = [start + timedelta(days=n) for n in range(1, (end.date() - start).days + 1)]
    assert sum(site.is_working_day(one) for one in counted) == 5
    assert site.is_working_day(end.date())


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        ("2026-03-28T20:30:00", "2026-03-30T21:30:00"),  # the clocks go forward on the night between
        ("2026-10-24T20:30:00", "2026-10-26T19:30:00"),  # and back
        ("2025-12-31T12:00:00", "2026-01-02T12:00:00"),
        ("2028-02-28T12:00:00", "2028-03-01T12:00:00"),
    ],
)
def test_48_hours_as_a_clock_in_london_shows_them(issued, due):
    moment = datetime.fromisoformat(issued).replace(tzinfo=LONDON).astimezone(UTC)
    assert due_of(recall("2", moment)).at == datetime.fromisoformat(due).replace(tzinfo=LONDON).astimezone(UTC)


def test_the_same_limit_is_shut_in_one_nation_and_open_in_another():
    on_second_of_january = recall("3", datetime(2025, 12, 28, 12, tzinfo=UTC))
    assert due_of(on_second_of_january, Site("scotland")).last_open == date(2025, 12, 31)
    assert due_of(on_second_of_january, Site("england")).last_open is None


def test_a_day_proclaimed_and_a_day_of_ones_own_move_no_calendar_limit_but_the_first_moves_working_days():
    published = datetime(2026, 9, 11, 9, tzinfo=UTC)  # a Friday
    monday = ((date(2026, 9, 14), "Proclaimed"),)
    weekly = notice("field-safety-notices", published=published, issued=fact("2026-09-11"))
    plain, holiday, shut = (due_of(weekly, site).at for site in (Site(), Site(holidays=monday), Site(shut=monday)))
    assert (holiday - plain, shut - plain) == (timedelta(days=3), timedelta(0))
    wednesday = ((date(2026, 9, 16), "Training"),)
    due = due_of(recall("3", published), Site(shut=wednesday))
    assert (due.at.date(), due.last_open) == (date(2026, 9, 16), date(2026, 9, 15))
    assert "(Training)" in due.why


def test_an_open_saturday_needs_no_earlier_day():
    friday_limit = recall("2", datetime(2026, 9, 17, 9, tzinfo=UTC))
    assert due_of(friday_limit, Site()).last_open == date(2026, 9, 18)
    for site in (Site(week=6), Site(opened=((date(2026, 9, 19), "Clinic"),))):
        assert due_of(friday_limit, site).last_open is None


def test_shut_from_issue_to_limit_says_that_somebody_must_come_in():
    christmas = recall("2", datetime(2026, 12, 25, 10, tzinfo=UTC))
    found = decide(christmas, RULES, PHARMACY, christmas.published, Site())
    assert found.due.last_open is None
    assert "every day since" in found.due.why
    (reason,) = [r for r in found.reasons if r.rule == "E17"]
    assert "while shut" in reason.text


def test_what_is_due_at_once_waits_for_no_open_day():
    alert = notice("national-patient-safety-alert", "1", "patient", "NatPSA/2026/004/MHRA", "recall of it",
                   published=datetime(2026, 9, 19, 9, tzinfo=UTC), issued=fact("2026-09-19"))  # fmt: skip
    found = decide(alert, RULES, PHARMACY, alert.published, Site())
    assert found.due.at == alert.published
    assert "site-closed" not in found.flags


def test_dates_of_the_notice_are_shown_with_the_open_day_before():
    sunday = datetime(2026, 9, 27, 22, 59, 59, tzinfo=UTC)
    deadlines = (dated("complete", sunday),)
    alert = notice("national-patient-safety-alert", reference="NatPSA/2026/004/DHSC", deadlines=deadlines)
    due = due_of(alert)
    assert (due.at, due.from_, due.last_open) == (sunday, "notice", date(2026, 9, 25))


def test_a_limit_already_past_on_receipt_is_history_and_is_not_asked_for_an_open_day():
    alert = recall("3", datetime(2026, 8, 26, 9, tzinfo=UTC))
    late = decide(alert, RULES, PHARMACY, alert.published + timedelta(days=30), Site())
    assert "historic" in late.flags
    assert "site-closed" not in late.flags
    assert late.due.at == due_of(alert).at


def test_hours_of_the_notice_go_before_a_date_of_its_class_and_end_on_the_hour():
    alert = recall("3", datetime(2026, 10, 24, 20, tzinfo=UTC), deadlines=(within(24),))
    assert due_of(alert).at == datetime(2026, 10, 25, 20, tzinfo=UTC)


def test_a_limit_at_midnight_belongs_to_the_day_that_it_ends():
    """Issued on a day, without a time: 48 hours run out with the second day, and not on the third."""
    of_thursday = recall("2", datetime(2026, 11, 19, tzinfo=LONDON).astimezone(UTC))  # runs out with Friday
    assert not due_of(of_thursday).is_shut
    of_friday = due_of(recall("2", datetime(2026, 11, 20, tzinfo=LONDON).astimezone(UTC)))
    assert (of_friday.is_shut, of_friday.last_open) == (True, date(2026, 11, 20))
    assert "(a Saturday)" in of_friday.why
    of_saturday = due_of(recall("2", datetime(2026, 11, 21, tzinfo=LONDON).astimezone(UTC)))
    assert "(a Sunday)" in of_saturday.why
