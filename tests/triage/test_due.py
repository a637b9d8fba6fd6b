"""Deadlines: the notice before the class, the class before the family; London outside, UTC inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msat.alerts.model import Deadline, Where
from msat.triage.decide import decide
from msat.triage.model import Due, OrganisationKind
from msat.triage.rules import load_shipped_rules
from msat.working_days import Site
from tests.triage.notices import ISSUED, dated, fact, notice, within

RULES = load_shipped_rules()


def due(*args, received=ISSUED + timedelta(minutes=5), nation="england", **more) -> Due:
    alert = notice(*args, **more)
    return decide(alert, RULES, OrganisationKind.DISPENSING_PRACTICE, received, Site(nation)).due


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_dates_of_the_notice_go_first_and_both_are_said():
    underway = dated("underway", utc(2026, 8, 21, 22, 59, 59))
    complete = dated("complete", utc(2026, 8, 24, 22, 59, 59))
    found = due("medicines-recall", "2", "patient", deadlines=(within(48), underway, complete))
    assert (found.at, found.from_, found.words) == (complete.at, "notice", complete.words)
    assert found.why == (
        "The notice asks for actions to be complete by 24 August 2026, and under way by 21 August 2026."
    )


def test_without_a_date_to_complete_the_date_to_be_under_way_counts():
    underway = dated("underway", utc(2026, 8, 21, 22, 59, 59))
    assert due("medicines-recall", "2", "patient", deadlines=(underway,)).at == underway.at


def test_of_several_dates_the_earliest_counts():
    dates = [dated("complete", utc(2026, 9, day, 22, 59, 59)) for day in (30, 10)]
    assert due("medicines-recall", "2", "patient", deadlines=tuple(dates)).at == dates[1].at


def test_hours_of_the_notice_are_quoted():
    found = due("medicines-recall", "2", "pharmacy", deadlines=(within(24),))
    assert (found.at, found.from_, found.words) == (ISSUED + timedelta(hours=24), "notice", "Action within 24 hours")


def test_five_days_of_the_notice_end_with_the_day():
    found = due("medicines-recall", "3", "pharmacy", deadlines=(within(120, "Action within 5 days"),))
    assert found.at == utc(2026, 8, 25, 22, 59, 59)


def test_class_2_runs_48_hours_from_the_time_of_publication_on_the_day_of_issue():
    found = due("medicines-recall", "2", "pharmacy")
    assert (found.at, found.from_, found.words) == (ISSUED + timedelta(hours=48), "class", "Class 2")
    assert "48 hours from issue, because the notice is Class 2." in found.why
    assert "20 August 2026 14:21" in found.why


def test_class_2_runs_from_the_time_that_the_notice_gives():
    issued = fact("2026-08-20T09:00:00Z")
    assert due("medicines-recall", "2", "pharmacy", issued=issued).at == utc(2026, 8, 22, 9)


def test_class_2_published_on_another_day_runs_from_the_beginning_of_the_day_of_issue_in_london():
    issued = fact("2026-08-19")
    assert due("medicines-recall", "2", "pharmacy", issued=issued).at == utc(2026, 8, 20, 23)


def test_class_3_is_five_calendar_days_and_names_the_last_working_day_before_a_closed_one():
    # Issued on Wednesday 26 August 2026; five days later is Monday 31 August, a bank holiday in England only.
    more = {"published": utc(2026, 8, 26, 9), "issued": fact("2026-08-26")}
    found = due("medicines-recall", "3", "pharmacy", **more)
    assert found.at == utc(2026, 8, 31, 22, 59, 59)
    assert found.why.endswith("the last open day before it is 28 August 2026.")
    assert "last working day" not in due("medicines-recall", "3", "pharmacy", nation="scotland", **more).why


def test_the_clock_change_does_not_move_the_end_of_a_day():
    more = {"published": utc(2026, 10, 22, 9), "issued": fact("2026-10-22")}
    assert due("medicines-recall", "3", "pharmacy", **more).at == utc(2026, 10, 27, 23, 59, 59)


def test_class_4_has_no_time_limit_and_says_so():
    found = due("medicines-notification", "4", "pharmacy")
    assert (found.at, found.from_) == (None, "none")
    assert found.why.startswith("No time limit in the notice")


def test_a_natpsa_without_a_date_is_due_at_once_out_of_hours_too():
    found = due("national-patient-safety-alert", reference="NatPSA/2023/008/DHSC")
    assert (found.at, found.from_) == (ISSUED, "family")
    assert "out of hours too" in found.why


def test_action_now_is_due_since_issue_and_a_date_goes_before_it():
    now = Deadline("immediate", "Action now, including out of hours", Where.TEXT)
    found = due("national-patient-safety-alert", reference="NatPSA/2023/004/MHRA", deadlines=(now,))
    assert (found.at, found.from_, found.words) == (ISSUED, "notice", now.words)
    later = dated("complete", utc(2026, 8, 24, 22, 59, 59))
    both = due("national-patient-safety-alert", reference="NatPSA/2023/004/MHRA", deadlines=(now, later))
    assert both.at == later.at


def test_working_days_count_from_publication_in_the_nation():
    # Published on Thursday 24 December 2026: five working days later, with the holidays of each nation between.
    more = {"published": utc(2026, 12, 24, 9), "issued": fact("2026-12-20")}
    assert due("field-safety-notices", **more).at == utc(2027, 1, 5, 23, 59, 59)
    assert due("field-safety-notices", nation="scotland", **more).at == utc(2027, 1, 6, 23, 59, 59)


def test_an_urgent_message_is_for_the_same_day():
    assert due("urgent-message").at == utc(2026, 8, 20, 22, 59, 59)


def test_a_notice_without_any_date_counts_from_receipt():
    received = utc(2026, 11, 22, 12)
    found = due("medicines-recall", "2", "pharmacy", issued=None, published=None, received=received)
    assert found.at == received + timedelta(hours=48)
    assert "gives no date" in found.why


def test_working_days_of_the_notice_are_those_of_the_nation_and_go_before_ours():
    """Counted from Tuesday 22 December 2026: Christmas, its substitute day and a week-end lie between."""
    issued = utc(2026, 12, 22, 11)
    limit = Deadline("within", "Action within 5 working days", Where.TEXT, working_days=5)
    facts = {"deadlines": (limit,), "published": issued, "issued": fact("2026-12-22", where=Where.PUBLISHER)}
    found = due("company-led-recall", level="pharmacy", received=issued, **facts)
    assert (found.at, found.from_, found.words) == (utc(2026, 12, 31, 23, 59, 59), "notice", limit.words)
    assert found.why == "5 working days from issue on 22 December 2026 11:00, as the notice says."
    scottish = due("company-led-recall", level="pharmacy", received=issued, nation="scotland", **facts)
    assert scottish.at == utc(2026, 12, 31, 23, 59, 59)


def test_working_days_and_hours_of_one_notice_the_sooner_counts():
    five = Deadline("within", "Action within 5 working days", Where.TEXT, working_days=5)
    found = due("company-led-recall", level="pharmacy", deadlines=(five, within(48)))
    assert found.at == ISSUED + timedelta(hours=48)


def test_working_days_over_the_change_of_the_clocks_end_with_the_day_in_london():
    """From Thursday 22 October 2026 the clocks go back on the Sunday between: the last second is then 23:59:59 UTC."""
    issued = utc(2026, 10, 22, 11)
    limit = Deadline("within", "Action within 3 working days", Where.TEXT, working_days=3)
    facts = {"deadlines": (limit,), "published": issued, "issued": fact("2026-10-22", where=Where.PUBLISHER)}
    assert due("company-led-recall", level="pharmacy", received=issued, **facts).at == utc(2026, 10, 27, 23, 59, 59)


def test_a_protocol_without_a_day_of_issue_is_dated_by_its_start():
    facts = {"published": None, "issued": None, "starts": fact("2024-05-24"), "ends": fact("2026-02-20")}
    alert = notice("serious-shortage-protocol", **facts)
    over = decide(alert, RULES, OrganisationKind.GP_PRACTICE, utc(2026, 11, 22, 9))
    assert (over.due.at, over.priority, over.flags) == (utc(2024, 5, 24, 22, 59, 59), "green", ("historic",))
    in_force = decide(alert, RULES, OrganisationKind.GP_PRACTICE, utc(2025, 11, 20, 9))
    assert (in_force.due.at, in_force.flags) == (utc(2025, 11, 20, 23, 59, 59), ())
