"""What is told when: pure, with a clock that is only a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.projections.reminders import (
    Here,
    Kind,
    Notice,
    Told,
    When,
    due_notices,
    left_of,
    marked,
    opened,
    unopened_reds,
)
from msat.projections.work import Absence
from msat.projections.work_state import Deed
from msat.triage.model import Priority
from msat.working_days import Site

LONDON = ZoneInfo("Europe/London")
DEED = Deed("A", "manager", datetime(2026, 11, 1, tzinfo=LONDON), datetime(2026, 11, 1, tzinfo=LONDON), "e", 1)
HERE = Here(Site(), began=datetime(2026, 1, 1, tzinfo=LONDON))
WHEN = When()


def at(day: int, hour: int = 10, minute: int = 0, month: int = 11) -> datetime:
    """A moment in London, November 2026 by default. The 23rd is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def row(number: int = 1, rag: Priority | None = Priority.RED, **changes: object) -> Row:
    reference = f"EL(26)A/{number:02d}"
    usual: dict[str, object] = {
        "key": AlertKey(reference),
        "reference": reference,
        "title": f"Class 2 Medicines Recall: Sample {number}, {reference}",
        "family": "medicines-recall",
        "alert_class": 2,
        "level": "patient",
        "issued": "2026-11-23",
        "published": at(23, 8),
        "received": at(23, 9),
        "rag": rag,
        "status": Status.NOT_ACKNOWLEDGED,
        "due": None,
        "actions_done": 0,
        "actions_total": 4,
        "sources": (),
        "flags": (),
        "withdrawn": False,
        "is_open": True,
    }
    return Row(**{**usual, **changes})  # type: ignore[arg-type]


def say(rows: list[Row], now: datetime, told: Told = Told(), here: Here = HERE, when: When = WHEN):  # noqa: B008
    """What is told, and what is then known to have been told."""
    found = due_notices(rows, told, now, here, when)
    return found, marked(told, found, rows, now)


def kinds(found: list[Notice]) -> list[Kind]:
    return [one.kind for one in found]


def test_a_red_is_told_at_once_and_once() -> None:
    rows = [row(due=at(27, 17))]
    found, told = say(rows, at(23, 9, 1))
    assert [(one.kind, one.title, one.keys) for one in found] == [(Kind.RED, "Red: act now", ("EL(26)A/01",))]
    assert found[0].text.endswith("Sample 1, EL(26)A/01. Finish by 17:00 Fri 27 Nov.")
    assert say(rows, at(23, 9, 2), told)[0] == []


@pytest.mark.parametrize("now", [at(21, 3), at(22, 12), at(23, 22), at(25, 12, month=12)])
def test_a_red_breaks_the_quiet(now: datetime) -> None:
    assert kinds(say([row(received=now, published=now)], now)[0]) == [Kind.RED]


def test_three_reds_are_one_message() -> None:
    found, told = say([row(n) for n in range(1, 4)], at(23, 12))
    assert [(one.title, len(one.keys)) for one in found] == [("3 new Red alerts: act now", 3)]
    assert len(told.reds) == 3


def test_ambers_come_once_a_working_day_at_nine() -> None:
    rows = [row(1, Priority.AMBER), row(2, None)]
    assert say(rows, at(23, 8, 59))[0] == []
    found, told = say(rows, at(23, 9))
    assert [(one.kind, one.title) for one in found] == [(Kind.DIGEST, "2 new alerts to look at")]
    later = [*rows, row(3, Priority.AMBER)]
    assert say(later, at(23, 15), told)[0] == []
    found, _told = say(later, at(24, 9), told)
    assert [(one.title, one.keys) for one in found] == [("1 new alert to look at", ("EL(26)A/03",))]


@pytest.mark.parametrize(
    ("now", "site"),
    [
        (at(21), Site()),
        (at(22), Site()),
        (at(25, month=12), Site()),
        (at(24), Site(shut=((date(2026, 11, 24), "training"),))),
        (at(28), Site(week=6)),
        (at(23, 20), Site()),
    ],
)
def test_no_message_of_the_day_on_other_days_or_in_the_evening(now: datetime, site: Site) -> None:
    rows = [row(1, Priority.AMBER, received=now, published=now)]
    assert say(rows, now, here=replace(HERE, site=site))[0] == []


def test_green_is_never_told() -> None:
    rows = [row(1, Priority.GREEN, due=at(23, 17))]
    assert all(say(rows, at(day))[0] == [] for day in range(23, 28))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.DEFERRED},
        {"withdrawn": True},
        {"status": Status.SUPERSEDED, "is_open": False},
        {"status": Status.HISTORIC},
        {"status": Status.NOT_APPLICABLE, "is_open": False},
        {"status": Status.DONE, "is_open": False},
    ],
)
@pytest.mark.parametrize("rag", [Priority.RED, Priority.AMBER])
def test_nothing_of_what_asks_for_nothing(changes: dict[str, object], rag: Priority) -> None:
    assert say([row(1, rag, due=at(23, 17), **changes)], at(23))[0] == []


def test_the_first_import_is_no_news_but_its_limits_are_kept() -> None:
    here = replace(HERE, began=at(23, 9))
    rows = [row(1), row(2, Priority.AMBER), row(3, received=at(23, 10, 1))]
    assert [one.keys for one in say(rows, at(23, 11), here=here)[0]] == [("EL(26)A/03",)]
    due = [row(1, due=at(24, 12))]
    assert [one.title for one in say(due, at(23, 11), here=here)[0]] == ["Due tomorrow"]
    assert unopened_reds(rows, Told(), here) == [rows[2]]


def test_what_is_filled_up_from_the_past_is_no_news() -> None:
    assert say([row(published=at(10)), row(2, Priority.AMBER, published=at(10))], at(23, 11))[0] == []


def test_a_limit_is_told_before_on_the_day_and_each_working_day_after() -> None:
    told, said = Told(reds=frozenset({AlertKey("EL(26)A/01")})), []
    for day in range(23, 31):
        now = at(day, 9, 30)
        status = Status.OVERDUE if now > at(26, 17) else Status.NOT_ACKNOWLEDGED
        found, told = say([row(due=at(26, 17), status=status, deputy="B. Partner", owner="A. Patel")], now, told)
        said += [(day, one.title, one.offer_to) for one in found]
    assert said == [
        (25, "Due tomorrow", ""),
        (26, "Due today, 17:00", ""),
        (27, "Overdue since Thu 26 Nov", "B. Partner"),
        (30, "Overdue since Thu 26 Nov", "B. Partner"),
    ]


def test_before_a_monday_comes_friday_and_before_a_holiday_the_day_before() -> None:
    told = Told(reds=frozenset({AlertKey("EL(26)A/01")}))
    assert [one.title for one in say([row(due=at(30, 12))], at(27), told)[0]] == ["Due Mon 30 Nov"]
    assert say([row(due=at(30, 12))], at(26), told)[0] == []
    christmas = [row(due=at(29, 12, month=12))]
    assert [one.title for one in say(christmas, at(24, month=12), told)[0]] == ["Due Tue 29 Dec"]


def test_a_red_due_at_the_weekend_is_told_on_its_day_an_amber_is_not() -> None:
    told = Told(reds=frozenset({AlertKey("EL(26)A/01")}), others=frozenset({AlertKey("EL(26)A/02")}))
    assert [one.title for one in say([row(due=at(28, 12))], at(28), told)[0]] == ["Due today, 12:00"]
    assert say([row(2, Priority.AMBER, due=at(28, 12))], at(28), told)[0] == []
    assert say([row(due=at(28, 12))], at(29), told)[0] == []


def test_a_limit_that_is_moved_begins_anew() -> None:
    told = Told(reds=frozenset({AlertKey("EL(26)A/01")}))
    for day in (23, 24, 25):
        _found, told = say([row(due=at(24, 12), deputy="B")], at(day), told)
    found, told = say([row(due=at(27, 12), deputy="B")], at(26), told)
    assert [(one.title, one.offer_to) for one in found] == [("Due tomorrow", "")]


def test_a_new_red_with_a_limit_is_one_message_not_two() -> None:
    rows = [row(due=at(23, 17))]
    found, told = say(rows, at(23, 9, 30))
    assert kinds(found) == [Kind.RED]
    assert say(rows, at(23, 9, 31), told)[0] == []
    assert [one.title for one in say(rows, at(24, 9, 31), told)[0]] == ["Overdue since Mon 23 Nov"]


def test_a_new_amber_due_tomorrow_is_one_message_not_two() -> None:
    rows = [row(1, Priority.AMBER, due=at(24, 17))]
    found, told = say(rows, at(23))
    assert [(one.kind, one.title) for one in found] == [(Kind.REMINDER, "Due tomorrow")]
    assert say(rows, at(23, 11), told)[0] == []


def test_many_at_once_are_one_message_as_pressing_as_the_worst() -> None:
    rows = [row(1), row(2, Priority.AMBER), row(3, Priority.AMBER, due=at(24, 12), acknowledged=True)]
    found, told = say(rows, at(23))
    assert [(one.kind, one.title) for one in found] == [
        (Kind.RED, "1 new Red: act now, 1 time limit, 1 new alert to look at")
    ]
    assert found[0].keys == ("EL(26)A/01", "EL(26)A/03", "EL(26)A/02")
    assert say(rows, at(23, 12), told)[0] == []


def test_a_red_acknowledged_and_opened_again_is_told_again() -> None:
    _found, told = say([row()], at(23))
    _found, told = say([row(acknowledged=True, status=Status.IN_HAND)], at(23, 11), told)
    assert told.reds == frozenset()
    assert kinds(say([row()], at(23, 12), told)[0]) == [Kind.RED]


def test_the_owner_is_told_the_deputy_while_the_owner_is_away_and_nobody_else() -> None:
    mine = row(1, Priority.AMBER, owner="A. Patel", deputy="B. Partner", acknowledged=True, due=at(24, 12))
    away = Absence("A. Patel", date(2026, 11, 23), date(2026, 11, 27), "", "", DEED)

    def titles(person: str, *absences: Absence) -> list[str]:
        here = replace(HERE, person=person, absences=absences)
        return [one.title for one in say([mine], at(23), here=here)[0]]

    assert titles("a. patel") == titles("") == ["Due tomorrow"]
    assert titles("B. Partner") == titles("C. Nurse") == []
    assert titles("B. Partner", away) == ["Due tomorrow"]
    assert titles("A. Patel", away) == titles("C. Nurse", away) == []
    both = replace(away, name="B. Partner")
    assert titles("C. Nurse", away, both) == ["Due tomorrow"]
    said = say([mine], at(23), here=replace(HERE, person="B. Partner", absences=(away,)))[0][0].text
    assert said.endswith("A. Patel is away until 27 November 2026; B. Partner stands in.")


def test_a_red_that_nobody_acknowledged_is_everybodys() -> None:
    rows = [row(owner="A. Patel")]
    assert kinds(say(rows, at(23), here=replace(HERE, person="C. Nurse"))[0]) == [Kind.RED]


def test_a_search_to_be_run_again_is_told_each_working_day() -> None:
    again = row(1, Priority.AMBER, status=Status.RECHECK, acknowledged=True, due=at(1, 12))
    found, told = say([again], at(23))
    assert [one.title for one in found] == ["Search to be run again"]
    assert "Finish by" not in found[0].text
    assert say([again], at(23, 12), told)[0] == []
    assert len(say([again], at(24), told)[0]) == 1


def test_switched_off_nothing_is_told() -> None:
    assert say([row(due=at(23, 17))], at(23), when=replace(WHEN, is_on=False))[0] == []


@pytest.mark.parametrize(
    ("begin", "end", "now", "quiet"),
    [
        (time(18, 30), time(8), at(23, 18, 30), True),
        (time(18, 30), time(8), at(23, 18, 29), False),
        (time(18, 30), time(8), at(23, 7, 59), True),
        (time(12), time(13), at(23, 12, 30), True),
        (time(12), time(13), at(23, 13), False),
        (time(0), time(0), at(23, 3), False),
        (time(0), time(0), at(22, 12), True),
    ],
)
def test_quiet_hours(begin: time, end: time, now: datetime, quiet: bool) -> None:
    assert When(quiet_from=begin, quiet_until=end).is_quiet(now, Site()) is quiet


def test_summer_time_is_londons() -> None:
    rows = [row(1, Priority.AMBER, received=at(1, month=6), published=at(1, month=6))]
    assert say(rows, datetime(2026, 6, 1, 7, 59, tzinfo=ZoneInfo("UTC")))[0] == []
    assert len(say(rows, datetime(2026, 6, 1, 8, 0, tzinfo=ZoneInfo("UTC")))[0]) == 1


def test_the_banner_goes_when_it_is_opened_or_acknowledged() -> None:
    one = row()
    assert unopened_reds([one], Told(), HERE) == [one]
    assert unopened_reds([one], opened(Told(), one.key), HERE) == []
    assert unopened_reds([row(acknowledged=True)], Told(), HERE) == []
    assert unopened_reds([row(1, Priority.AMBER)], Told(), HERE) == []


STATUSES = [Status.NOT_ACKNOWLEDGED, Status.IN_HAND, Status.OVERDUE, Status.DEFERRED, Status.HISTORIC]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*Priority, None]), st.sampled_from(STATUSES), st.integers(1, 28), st.booleans()),
        max_size=8,
    ),
    st.integers(0, 60 * 24 * 6),
)
def test_nothing_is_ever_told_twice_in_a_row_and_never_more_than_two_messages(
    given_rows: list[tuple[Priority | None, Status, int, bool]], minutes: int
) -> None:
    rows = [
        row(number, rag, status=status, due=at(day, 12), acknowledged=seen)
        for number, (rag, status, day, seen) in enumerate(given_rows, 1)
    ]
    now = at(23, 9) + timedelta(minutes=minutes)
    found, told = say(rows, now)
    assert len(found) < 3
    assert say(rows, now, told)[0] == []
    assert {key for one in found for key in one.keys} <= {one.key for one in rows}


def test_a_message_still_shown_says_no_more_than_what_is_left() -> None:
    now = at(23)
    reds = [row(number) for number in range(1, 4)]
    (told,) = say(reds, now)[0]
    assert left_of(told, reds, now) is told
    signed = replace(reds[0], status=Status.DONE, is_open=False)
    left = left_of(told, [signed, *reds[1:]], now)
    assert left is not None
    assert (left.title, left.keys, left.reds) == ("2 new Red alerts: act now", told.keys[1:], told.keys[1:])
    assert reds[0].title not in left.text
    seen = replace(reds[1], acknowledged=True, status=Status.IN_HAND)
    last = left_of(left, [seen, reds[2]], now)
    assert last is not None
    assert (last.title, last.keys) == ("Red: act now", (reds[2].key,))
    assert left_of(last, [], now) is None


def test_of_several_messages_in_one_the_finished_ones_go() -> None:
    now = at(23)
    red, amber = row(1), row(2, Priority.AMBER)
    due = row(3, Priority.AMBER, due=at(24, 12), acknowledged=True, status=Status.IN_HAND)
    (told,) = say([red, amber, due], now)[0]
    assert told.title == "1 new Red: act now, 1 time limit, 1 new alert to look at"
    left = left_of(told, [amber, due], now)
    assert left is not None
    assert (left.title, left.keys) == ("1 time limit, 1 new alert to look at", (due.key, amber.key))
    left = left_of(left, [amber], now)
    assert left is not None
    assert (left.title, left.keys) == ("1 new alert to look at", (amber.key,))
    held = left_of(told, [replace(one, acknowledged=True) for one in (red, amber, due)], now)
    assert held is not None, "a time limit holds for what somebody has acknowledged"
    assert (held.kind, held.title, held.keys) == (Kind.REMINDER, "Due tomorrow", (due.key,))
