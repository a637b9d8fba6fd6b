"""Decisions of meetings: who sees to them, by which working day, what is done, and what a meeting's minutes hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.projections.decisions import (
    Decision,
    Standing,
    count_words,
    decisions_of,
    followed_words,
    last_day,
    ordered,
    overdue,
    standing,
    standing_words,
    working_days_late,
)
from msat.projections.general import General, gathered
from msat.projections.history import said
from msat.projections.log import log_row
from msat.projections.meetings import HELD, Meeting, find_meeting, meetings
from msat.record.entries import Entry
from msat.working_days import Site
from tests.fakes import Story

HOME = Site()
THURSDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (12, 14, 15, 16))


def story() -> Story:
    made = Story()
    made.received()
    made.triaged("amber")
    return made


def met(made: Story, **more: str) -> Entry:
    data = {"meeting": "Safety committee", "on": "2026-11-03", "minute": "", "outcome": "Write to them.", **more}
    return made.happens("alert.discussed", data)


def done(made: Story, decision: Entry, **more: str) -> Entry:
    return made.happens("decision.done", {"decision": decision.id, "note": "", **more})


def only(made: Story) -> Decision:
    (found,) = decisions_of(made.state)
    return found


def test_an_entry_of_before_asks_for_nothing() -> None:
    made = story()
    entry = met(made)
    one = only(made)
    assert (one.is_open, one.due, standing(one, SUNDAY, HOME)) == (False, None, Standing.NOTED)
    assert followed_words(one) == ""
    assert said(entry.type, entry.data) == "Discussed at Safety committee, 3 November 2026. Write to them."
    row = log_row(made.state, None, made.clock.moment).action_taken
    assert row == "Discussed at Safety committee, 3 November 2026: Write to them."


def test_an_owner_and_a_day_are_told_wherever_the_decision_is() -> None:
    made = story()
    entry = met(made, owner="Safety lead", due="2026-11-12")
    assert said(entry.type, entry.data).endswith("Write to them. To be done by Safety lead, by 12 November 2026.")
    assert followed_words(only(made)) == "Owner: Safety lead, by 12 November 2026. Still open."
    row = log_row(made.state, None, made.clock.moment).action_taken
    assert row.endswith("Write to them. Owner: Safety lead, by 12 November 2026. Still open.")


@pytest.mark.parametrize(
    ("today", "due", "found", "words"),
    [
        (THURSDAY, THURSDAY, Standing.TODAY, "Due today, 12 November 2026."),
        (date(2026, 11, 13), THURSDAY, Standing.OVERDUE, "Overdue by 1 working day: it was due 12 November 2026."),
        (SUNDAY, THURSDAY, Standing.OVERDUE, "Overdue by 1 working day: it was due 12 November 2026."),
        (SUNDAY, SATURDAY, Standing.OPEN, "Due 14 November 2026."),
        (MONDAY, SATURDAY, Standing.TODAY, "Due today, 16 November 2026."),
        (date(2026, 11, 17), SATURDAY, Standing.OVERDUE, "Overdue by 1 working day: it was due 14 November 2026."),
        (SATURDAY, date(2026, 11, 13), Standing.OVERDUE, "Overdue: it was due 13 November 2026."),
    ],
)
def test_a_day_counts_to_the_end_of_a_working_day(today: date, due: date, found: Standing, words: str) -> None:
    made = story()
    met(made, owner="Chair", due=due.isoformat())
    assert standing(only(made), today, HOME) is found
    assert standing_words(only(made), today, HOME) == words


def test_no_day_is_open_and_never_overdue_and_no_date_at_all_is_no_mishap() -> None:
    made = story()
    met(made, owner="Chair")
    assert standing(only(made), date(2040, 1, 1), HOME) is Standing.UNDATED
    made = story()
    met(made, owner="Chair", due="soon", on="some day")
    assert standing(only(made), date(2040, 1, 1), HOME) is Standing.UNDATED
    assert meetings([made.state], ()) == []


@settings(deadline=None)  # a slow computer is no fault of the rule
@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.integers(0, 40))
def test_late_days_are_working_days_after_the_last_one(due: date, more: int) -> None:
    made = story()
    met(made, owner="Chair", due=due.isoformat())
    one, today = only(made), due + timedelta(days=more)
    last = last_day(due, HOME)
    assert last >= due
    assert HOME.is_working_day(last)
    late = working_days_late(one, today, HOME)
    after = [day for n in range(more + 1) if (day := due + timedelta(days=n)) > last]
    assert late == sum(map(HOME.is_working_day, after))
    assert (standing(one, today, HOME) is Standing.OVERDUE) == (today > last)


def test_done_ends_it_and_a_done_that_was_entered_in_error_does_not() -> None:
    made = story()
    entry = met(made, owner="Chair", due="2026-11-12")
    finished = done(made, entry, note="All wrote back")
    assert standing(only(made), SUNDAY, HOME) is Standing.DONE
    assert "by A. Patel. All wrote back." in standing_words(only(made), SUNDAY, HOME)
    assert followed_words(only(made)).endswith("by A. Patel: All wrote back.")
    made.corrected(finished, {"entered_in_error": True})
    assert standing(only(made), SUNDAY, HOME) is Standing.OVERDUE


def test_a_corrected_decision_is_the_same_decision() -> None:
    made = story()
    entry = met(made, owner="Chair", due="2026-11-12")
    done(made, entry)
    data = {"meeting": "Safety committee", "on": "2026-11-03", "minute": "4.1", "outcome": "Call them."}
    made.corrected(entry, {**data, "owner": "Deputy", "due": "2026-11-20"})
    one = only(made)
    assert (one.id, one.met.owner, one.met.outcome) == (entry.id, "Deputy", "Call them.")
    assert one.done is not None
    made.corrected(entry, {"entered_in_error": True})
    assert decisions_of(made.state) == []


def test_the_most_overdue_comes_first_and_what_is_done_last() -> None:
    made = story()
    finished = met(made, owner="Z", due="2026-10-01")
    done(made, finished)
    for owner, due in (("A", ""), ("B", "2026-12-01"), ("C", "2026-11-12"), ("D", "2026-11-05")):
        met(made, owner=owner, **({"due": due} if due else {}))
    met(made)
    found = decisions_of(made.state)
    assert [one.met.owner for one in ordered(found, SUNDAY, HOME)] == ["D", "C", "B", "A", "Z", ""]
    assert [one.met.owner for one in overdue(found, SUNDAY, HOME)] == ["D", "C"]
    assert count_words(found, SUNDAY, HOME) == "4 decisions are open, 2 of them overdue."
    assert count_words([], SUNDAY, HOME) == "No decision is open."


def held(made: Story, *told: dict[str, object]) -> list[Meeting]:
    entries = [made.happens(HELD, one, about=None) for one in told]
    general: tuple[General, ...] = ()
    for entry in entries:
        general = tuple(gathered(general, entry))
    return meetings([made.state], general)


def test_a_meeting_holds_its_decisions_in_the_order_of_the_minutes_and_what_was_open_before() -> None:
    made = story()
    early = met(made, owner="Chair", due="2026-11-12", on="2026-10-06", meeting="Another group")
    met(made, on="2026-10-06", meeting="Another group")
    met(made, minute="4.10", on="2026-11-18")
    met(made, minute="4.2", on="2026-11-18", meeting="safety  Committee")
    met(made, on="2026-11-18")
    newest, before = held(
        made,
        {"meeting": "Safety committee", "on": "2026-11-18", "present": ["Chair"], "agenda": ["Old"]},
        {"meeting": "Safety committee", "on": "2026-11-18", "present": ["Chair", "Lead"], "agenda": ["New"]},
    )
    assert [one.met.minute for one in newest.decided] == ["4.2", "4.10", ""]
    assert (newest.present, newest.agenda) == (("Chair", "Lead"), ("New",))
    assert [one.id for one in newest.arising] == [early.id]
    assert (before.name, before.deed, before.arising) == ("Another group", None, ())


def test_what_was_done_before_a_meeting_is_not_open_at_it() -> None:
    made = story()
    entry = met(made, owner="Chair", on="2026-10-06")
    done(made, entry)
    made.clock.moment += timedelta(days=40)
    later = made.clock.moment.date()
    met(made, on=later.isoformat())
    newest, _before = meetings([made.state], ())
    assert newest.on == later
    assert newest.arising == ()


def test_a_meeting_is_found_by_name_and_day() -> None:
    made = story()
    met(made, on="2026-11-18")
    met(made, on="2026-10-06")
    met(made, on="2026-11-02", meeting="Other")
    known = meetings([made.state], ())
    for name, day, found in (
        ("", None, ("Safety committee", date(2026, 11, 18))),
        ("SAFETY committee", date(2026, 10, 6), ("Safety committee", date(2026, 10, 6))),
        ("other", None, ("Other", date(2026, 11, 2))),
    ):
        one = find_meeting(known, name, day)
        assert one is not None
        assert (one.name, one.on) == found
    assert find_meeting(known, "Other", date(2026, 10, 6)) is None
