"""Searches that come back: months counted on the calendar, counts side by side, and what follows from a correction."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.clock import LONDON, from_stamp, stamp
from msat.projections.alert_state import Status
from msat.projections.fold import fold
from msat.projections.rechecks import MONTHS, add_months, counts_of, due_after, review_code
from msat.projections.stored import from_json, to_json
from msat.projections.work_state import Recheck
from msat.triage.model import Priority
from msat.triage.rules import load_shipped_rules
from tests.fakes import NOON, Story, an_action

SEARCHED = (
    an_action("A01", "acknowledge"),
    an_action("A02", "applies"),
    an_action("A06", "count"),
    an_action("A07", "funnel"),
    an_action("A21", "count", required=False),
    an_action("A25", "sign-off"),
)
RUN = NOON - timedelta(days=1)


def story(rag: str = "amber", found: int = 12, signs: bool = True) -> Story:
    made = Story()
    made.received()
    made.triaged(rag, actions=SEARCHED)
    made.acknowledged()
    made.decided()
    made.happens("action.answered", {"action": "A06", "answer": "yes", "count": found, "note": ""}, happened=RUN)
    made.counted(found=found, active=min(9, found))
    if signs:
        made.signed_off()
    return made


def rechecked(made: Story, months: int, **counts: int) -> None:
    planned = next(one for one in made.state.rechecks if one.months == months and one.deed is None)
    made.clock.moment = max(made.clock.moment, planned.due + timedelta(hours=10))
    data = {"months": months, "due": stamp(planned.due), "before": dict(planned.before), "note": "", "search": ""}
    made.happens("recheck.done", {**data, **counts})


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2023, 11, 29), 3, date(2024, 2, 29)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
    ],
)
def test_months_are_months_of_the_calendar(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.sampled_from(MONTHS))
def test_the_day_stays_or_is_the_last_of_its_month(day: date, months: int) -> None:
    then = add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == min(day.day, calendar.monthrange(then.year, then.month)[1])


@given(st.integers(10**9, 4 * 10**9), st.sampled_from(MONTHS))
def test_it_falls_due_when_the_london_day_begins(second: int, months: int) -> None:
    start = datetime.fromtimestamp(second, UTC)
    at = due_after(start, months).astimezone(LONDON)
    assert (at.hour, at.minute, at.second) == (0, 0, 0)
    assert at.date() == add_months(start.astimezone(LONDON).date(), months)


def test_the_months_are_those_of_the_rule() -> None:
    rule = next(one for one in load_shipped_rules().rules if one.id == "F28")
    assert rule.limit.months == MONTHS


def test_searches_come_back_from_the_first_search_counted() -> None:
    made = story()
    assert [(one.months, one.due) for one in made.state.rechecks] == [
        (months, due_after(RUN, months)) for months in MONTHS
    ]
    assert made.state.rechecks[0].before == (("found", 12), ("active", 9))
    first, last = (one.due for one in made.state.rechecks)
    assert made.state.status(first - timedelta(seconds=1)) is Status.DONE
    assert made.state.status(first) is Status.RECHECK
    assert made.state.is_open_at(first)
    assert not made.state.is_open_at(first - timedelta(seconds=1))
    assert made.state.status(last) is Status.RECHECK


def test_without_a_count_they_come_back_from_the_sign_off() -> None:
    made = Story()
    made.received()
    made.triaged("amber", actions=SEARCHED)
    made.acknowledged()
    made.decided()
    made.answered("A06", "no", note="The system was down.")
    signed = made.signed_off()
    assert made.state.rechecks[0].due == due_after(from_stamp(signed.content["happened"]), 3)


def test_none_where_no_search_was_asked_it_does_not_apply_or_it_is_not_done() -> None:
    plain = Story()
    plain.received()
    plain.triaged(actions=(an_action("A01", "acknowledge"), an_action("A25", "sign-off")))
    plain.acknowledged()
    plain.decided()
    plain.signed_off()
    plain.signed_off(by="C. Okafor")
    assert plain.state.rechecks == ()
    assert story(signs=False).state.rechecks == ()
    away = story(signs=False)
    away.decided(applies=False)
    away.signed_off()
    assert away.state.recheck_due is None


def test_a_red_waits_for_its_second_person() -> None:
    made = story("red")
    assert made.state.rechecks == ()
    made.signed_off(by="C. Okafor")
    assert [one.months for one in made.state.rechecks] == [3, 12]


def test_no_search_comes_back_for_a_notice_that_was_withdrawn_or_superseded() -> None:
    made = story()
    made.happens("alert.superseded", {"by": "EL(26)A/40", "reference": "EL(26)A/40", "words": "replaces"})
    assert made.state.recheck_due is None
    gone = story()
    gone.happens("alert.withdrawn", {"explanation": "Issued in error.", "source": "x", "path": "y"})
    assert gone.state.recheck_due is None
    assert not gone.state.is_open_at(NOON + timedelta(days=900))


def test_counts_of_then_and_now_stand_side_by_side_and_the_next_search_repeats_the_last() -> None:
    made = story()
    rechecked(made, 3, found=10, active=9)
    done, coming = made.state.rechecks
    assert (done.before, done.after, done.rose) == (
        (("found", 12), ("active", 9)),
        (("found", 10), ("active", 9)),
        False,
    )
    assert coming.before == (("found", 10), ("active", 9))
    assert made.state.status(made.clock.moment) is Status.DONE
    again = next(action for action in made.state.actions if action.code == "A21")
    assert (again.status, again.standing.count if again.standing else None) == ("checked", 10)
    assert any("Ran the search again" in line.text and "Before: found 12" in line.text for line in made.state.history)


def test_nobody_found_stays_done() -> None:
    made = story(found=0)
    rechecked(made, 3, found=0)
    assert made.state.status(made.clock.moment) is Status.DONE
    assert next(action for action in made.state.actions if action.code == "A21").status == "nil"


def test_a_rise_makes_it_amber_asks_for_a_review_and_keeps_what_was_answered() -> None:
    made = story("green")
    made.overridden("green", "Few patients.")
    rechecked(made, 3, found=15, active=9)
    due = {"at": stamp(made.clock.moment + timedelta(days=14)), "from": "family", "why": "to review", "words": ""}
    made.happens("alert.reopened", {"reason": "More than before.", "cause": "recheck", "rule": "F28", "due": due})
    state = made.state
    assert (state.rag, state.rule, state.override) == (Priority.AMBER, "F28", None)
    assert state.status(made.clock.moment) is Status.IN_HAND
    assert state.reopened is not None
    assert state.reopened.reason == "More than before."
    assert any(reason.rule == "F28" for reason in state.reasons)
    asked = next(action for action in state.actions if action.code == review_code(3))
    assert "found 15 (was 12)" in asked.text
    assert any(review_code(3) in gap for gap in state.missing)
    assert next(action for action in state.actions if action.code == "A07").funnel
    made.decided()
    made.answered(review_code(3))
    made.signed_off()
    coming = [one for one in made.state.rechecks if one.deed is None]
    assert [(one.months, one.due) for one in coming] == [(12, due_after(RUN, 12))]
    assert coming[0].before == (("found", 15), ("active", 9))


def test_other_reopenings_begin_a_new_round() -> None:
    made = story()
    rechecked(made, 3, found=12, active=9)
    made.reopened("A batch was added.")
    assert [one.deed is None for one in made.state.rechecks] == [False]
    made.decided()
    counted = made.counted(found=14)
    made.signed_off()
    coming = [(one.months, one.due) for one in made.state.rechecks if one.deed is None]
    start = from_stamp(counted.content["happened"])
    assert coming == [(months, due_after(start, months)) for months in MONTHS]


def test_a_correction_strikes_the_counts_or_brings_the_search_back() -> None:
    made = story()
    rechecked(made, 3, found=10)
    entry = made.entries[-1]
    made.corrected(entry, {**entry.data, "found": 11})
    finished = [one for one in made.state.rechecks if one.deed]
    assert [(dict(one.after)["found"], bool(one.struck)) for one in finished] == [(10, True), (11, False)]
    made.corrected(made.entries[-1], {"entered_in_error": True})
    assert [one.months for one in made.state.rechecks if one.deed is None] == [3, 12]
    assert next(action for action in made.state.actions if action.code == "A21").status == "not answered"
    assert made.state.recheck_due == due_after(RUN, 3)


def test_a_rise_that_was_a_slip_asks_for_no_review_any_more() -> None:
    made = story()
    rechecked(made, 3, found=120)
    entry = made.entries[-1]
    made.happens("alert.reopened", {"reason": "More.", "cause": "recheck"})
    assert any(action.code == review_code(3) for action in made.state.actions)
    made.corrected(entry, {**entry.data, "found": 12})
    assert not any(action.code == review_code(3) for action in made.state.actions)


counts = st.fixed_dictionaries({}, optional={step: st.integers(0, 50) for step in ("found", "active", "reviewed")})


@given(counts, counts)
def test_it_rose_when_a_step_counted_both_times_is_larger(before: dict[str, int], after: dict[str, int]) -> None:
    one = Recheck(3, NOON, counts_of(before), after=counts_of(after))
    assert one.rose == any(after[s] > before[s] for s in ("found", "active") if s in after and s in before)


deed = st.one_of(
    st.just(("signed",)),
    st.just(("reopened", "")),
    st.just(("reopened", "recheck")),
    st.tuples(st.just("again"), st.sampled_from(MONTHS), st.integers(0, 30)),
    st.tuples(st.just("counted"), st.integers(0, 30)),
    st.tuples(st.just("strike"), st.integers(0, 8)),
    st.just(("triaged",)),
)


@given(st.lists(deed, max_size=12))
def test_whatever_happens_the_same_entries_give_the_same_state(deeds: list[tuple[object, ...]]) -> None:
    """Folded at once, one after the other, or through the stored form: no re-check is lost or counted twice."""
    made = story()
    for what, *more in deeds:
        if what == "signed":
            made.signed_off()
        elif what == "reopened":
            made.happens("alert.reopened", {"reason": "r", "cause": more[0]})
        elif what == "again":
            data = {"months": more[0], "due": stamp(made.clock.moment), "found": more[1], "before": {"found": 12}}
            made.happens("recheck.done", data)
        elif what == "counted":
            made.counted(found=more[0])
        elif what == "triaged":
            made.triaged("amber", actions=SEARCHED)
        else:
            done = [entry for entry in made.entries if entry.type == "recheck.done"]
            if done:
                made.corrected(done[int(str(more[0])) % len(done)], {"entered_in_error": True})
    state = made.state
    stepwise = None
    for entry in made.entries:
        stepwise = fold([entry], {} if stepwise is None else stepwise)
        stepwise = {key: from_json(to_json(one)) for key, one in stepwise.items()}
    assert stepwise == made.states
    coming = [one.months for one in state.rechecks if one.deed is None]
    assert len(coming) == len(set(coming))
    assert state.sign_off is not None or not coming
    told = [entry for entry in made.entries if entry.type == "recheck.done"]
    assert sum(one.deed is not None for one in state.rechecks) == len(told)
    codes = [action.code for action in state.actions]
    assert len(codes) == len(set(codes))
