"""Headings, order and due words of the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.projections.worklist import GROUPS, due_words, group, order, row
from msat.triage.model import Priority
from tests.fakes import NOON, Story, an_alert


@pytest.fixture
def line() -> Row:
    story = Story()
    story.received()
    story.triaged("red", None)
    return row(story.state, NOON)


def at(line: Row, due: datetime | None, now: datetime = NOON, **more: object) -> Row:
    late = due is not None and due < now
    return replace(line, due=due, **{"status": Status.OVERDUE if late else Status.IN_HAND, **more})


@pytest.mark.parametrize(
    ("due", "heading", "words"),
    [
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "Due today", "Due today 17:00"),
        (datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), "Due today", "Due today"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "Due today", "Due today"),
        (datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "Due this week", "Due Thu 26 Nov"),
        (datetime(2026, 11, 28, 23, 59, tzinfo=UTC), "Due this week", "Due Sat 28 Nov"),
        (datetime(2026, 11, 29, 0, 0, tzinfo=UTC), "Due this week", "Due Sat 28 Nov"),
        (datetime(2026, 11, 29, 0, 1, tzinfo=UTC), "Later", "Due Sun 29 Nov"),
        (datetime(2027, 1, 5, 9, 0, tzinfo=UTC), "Later", "Due Tue 5 Jan 2027"),
        (datetime(2026, 11, 22, 11, 59, tzinfo=UTC), "Overdue", "Overdue since 11:59"),
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), "Overdue", "Overdue 2 hours"),
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "Overdue", "Overdue 1 day"),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), "Overdue", "Overdue 2 days"),
        (None, "No date", "No time limit in the notice"),
    ],
)  # fmt: skip
def test_headings_and_due_words(line: Row, due: datetime | None, heading: str, words: str) -> None:
    assert group(at(line, due), NOON) == heading
    assert due_words(at(line, due), NOON) == words


def test_a_day_is_a_london_day(line: Row) -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 23:30 in London
    late = at(line, datetime(2026, 7, 1, 22, 59, tzinfo=UTC), summer)
    assert (group(late, summer), due_words(late, summer)) == ("Due today", "Due today")
    tomorrow = at(line, datetime(2026, 7, 1, 23, 15, tzinfo=UTC), summer)
    assert (group(tomorrow, summer), due_words(tomorrow, summer)) == ("Due this week", "Due Thu 2 Jul")


def test_days_are_right_across_the_change_of_the_clocks(line: Row) -> None:
    saturday = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # 23:00 BST; the clocks go back that night
    assert group(at(line, datetime(2026, 10, 24, 22, 59, tzinfo=UTC), saturday), saturday) == "Due today"
    assert group(at(line, datetime(2026, 10, 24, 23, 0, tzinfo=UTC), saturday), saturday) == "Due today"
    assert group(at(line, datetime(2026, 10, 24, 23, 1, tzinfo=UTC), saturday), saturday) == "Due this week"


@pytest.mark.parametrize(
    ("status", "is_open", "withdrawn", "heading"),
    [
        (Status.SECOND_PERSON, True, False, "Waiting for a second person"),
        (Status.SECOND_PERSON, True, True, "Waiting for a second person"),
        (Status.HISTORIC, True, False, "Historic, review"),
        (Status.DONE, False, True, "Done"),
        (Status.NOT_APPLICABLE, False, False, "Not applicable"),
        (Status.IN_HAND, False, True, "Withdrawn"),
    ],
)
def test_other_headings(line: Row, status: Status, is_open: bool, withdrawn: bool, heading: str) -> None:
    one = at(line, NOON - timedelta(days=3), status=status, is_open=is_open, withdrawn=withdrawn)
    assert group(one, NOON) == heading
    assert due_words(one, NOON) == "Was due Thu 19 Nov"


def test_red_comes_before_amber_within_a_group_and_unrated_before_green(line: Row) -> None:
    def one(rag: Priority | None, days: int, key: str) -> Row:
        return at(line, NOON + timedelta(days=days), rag=rag, key=key)

    rows = [
        one(Priority.GREEN, 1, "a"), one(None, 1, "b"), one(Priority.AMBER, 1, "c"), one(Priority.RED, 3, "d"),
        one(Priority.RED, 2, "e"), one(Priority.GREEN, -1, "f"), one(Priority.RED, 30, "g"),
    ]  # fmt: skip
    assert "".join(r.key for r in sorted(rows, key=lambda r: order(r, NOON))) == "fedcbag"


def test_groups_stand_together_in_their_order(line: Row) -> None:
    rows = [at(line, NOON + timedelta(days=days), key=str(days), rag=rag)
            for days in range(-3, 12) for rag in (*Priority, None)]  # fmt: skip
    headings = [group(r, NOON) for r in sorted(rows, key=lambda r: order(r, NOON))]
    assert headings == sorted(headings, key=GROUPS.index)


def test_without_a_date_the_newest_is_first(line: Row) -> None:
    old = replace(line, key="old", published=NOON - timedelta(days=9))
    new = replace(line, key="new", published=NOON - timedelta(days=1))
    unpublished = replace(line, key="unpublished", published=None, received=NOON)
    keys = [r.key for r in sorted([old, new, unpublished], key=lambda r: order(r, NOON))]
    assert keys == ["unpublished", "new", "old"]


def test_a_row_counts_its_answered_actions() -> None:
    story = Story()
    story.received(an_alert())
    story.triaged()
    assert (row(story.state, NOON).actions_done, row(story.state, NOON).actions_total) == (0, 6)
    story.is_done()
    done = row(story.state, NOON)
    assert (done.actions_done, done.status, done.is_open) == (6, Status.DONE, False)
