"""A search run again: what is recorded and refused, and what a rise does. The clock is moved, never slept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections import worklist
from msat.projections.alert_state import AlertState, Status
from msat.projections.ports import Query
from msat.projections.rechecks import due_after, review_code
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.correct import correct
from msat.services.demo import do_the_work
from msat.services.desk import Desk
from msat.services.recheck import EARLIEST, coming, recheck
from msat.services.sign_off import sign_off
from msat.triage.model import Priority
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF = "EL(26)A/61"
PATIENT_LEVEL = recall(level="Patient, Pharmacy and Wholesaler", patient_advice="Return the packs you hold.", class_=3)


@pytest.fixture
def done(desk: Desk, receive: Receive) -> AlertState:
    """A Class 3 recall at patient level: its search was run, people were reviewed, and it is signed off."""
    return do_the_work(desk, receive(PATIENT_LEVEL))


def state_of(desk: Desk) -> AlertState:
    state = desk.views.find(REF)
    assert state is not None
    return state


def move_to(clock: FixedClock, moment: datetime) -> None:
    clock.moment = moment


def first_due(state: AlertState) -> datetime:
    due = state.recheck_due
    assert due is not None
    return due


def test_it_comes_back_to_the_worklist_on_its_day(desk: Desk, done: AlertState, clock: FixedClock) -> None:
    assert done.status(clock.now()) is Status.DONE
    due = first_due(done)
    assert due == due_after(clock.now(), 3)
    move_to(clock, due - timedelta(seconds=1))
    assert desk.views.worklist(Query(open_only=True), clock.now()) == []
    assert [one.is_due for one in coming(desk)] == [False, False]
    move_to(clock, due)
    (row,) = desk.views.worklist(Query(open_only=True), clock.now())
    assert (row.status, worklist.group(row, clock.now())) == (Status.RECHECK, worklist.RECHECK)
    assert row.recheck_due == due
    assert worklist.due_words(row, clock.now()).startswith("Search again due since ")
    assert [(one.recheck.months, one.is_due) for one in coming(desk)] == [(3, True), (12, False)]
    assert desk.views.count(Query(status=Status.RECHECK), clock.now()) == 1


def test_the_same_or_fewer_stays_done_until_the_twelfth_month(desk: Desk, done: AlertState, clock: FixedClock) -> None:
    move_to(clock, first_due(done) + timedelta(days=3))
    before = dict(done.rechecks[0].before)
    recheck(desk, REF, {"found": before["found"]}, PHARMACIST, search="Testafil, still taking it")
    assert state_of(desk).status(clock.now()) is Status.DONE
    assert state_of(desk).rechecks[0].search == "Testafil, still taking it"
    (left,) = coming(desk)
    assert left.recheck.months == 12
    move_to(clock, left.recheck.due)
    assert state_of(desk).status(clock.now()) is Status.RECHECK
    recheck(desk, REF, {"found": 0}, DOCTOR)
    assert coming(desk) == []
    move_to(clock, clock.now() + timedelta(days=4000))
    assert state_of(desk).status(clock.now()) is Status.DONE
    assert desk.views.difference_from_rebuild() == ()


def test_the_searches_of_29_february_come_back_on_days_that_exist(
    desk: Desk, receive: Receive, clock: FixedClock
) -> None:
    move_to(clock, datetime(2028, 2, 29, 23, 30, tzinfo=UTC))
    state = do_the_work(desk, receive(PATIENT_LEVEL))
    assert [one.due for one in state.rechecks] == [
        datetime(2028, 5, 28, 23, 0, tzinfo=UTC),  # 29 May begins in summer time
        datetime(2029, 2, 28, 0, 0, tzinfo=UTC),
    ]


def test_a_rising_count_opens_it_again_amber_with_the_reason(desk: Desk, done: AlertState, clock: FixedClock) -> None:
    move_to(clock, first_due(done))
    found = dict(done.rechecks[0].before)["found"]
    made = recheck(desk, REF, {"found": found + 3, "active": 3}, PHARMACIST)
    assert [entry.type for entry in made.entries] == ["recheck.done", "alert.reopened"]
    assert f"{found + 3} found, {found} before" in made.words
    state = state_of(desk)
    assert (state.rag, state.rule, state.sign_off) == (Priority.AMBER, "F28", None)
    assert state.status(clock.now()) is Status.IN_HAND
    assert state.due is not None
    assert state.due.at is not None
    assert state.due.at > clock.now()
    with pytest.raises(Refused, match=r"A21\.3"):
        sign_off(desk, REF, PHARMACIST)
    decide_applies(desk, REF, True, PHARMACIST, "may-affect")
    answer(desk, REF, review_code(3), "yes", PHARMACIST, "All three were reviewed.", 3)
    sign_off(desk, REF, PHARMACIST)
    assert state_of(desk).status(clock.now()) is Status.DONE
    (left,) = coming(desk)
    assert left.recheck.due == done.rechecks[1].due
    assert desk.views.difference_from_rebuild() == ()
    assert desk.record.verify().valid


def test_a_slip_put_right_meanwhile_brings_no_old_limit_back(
    desk: Desk, done: AlertState, receive: Receive, clock: FixedClock
) -> None:
    move_to(clock, first_due(done))
    recheck(desk, REF, {"found": 50}, PHARMACIST)
    risen = state_of(desk)
    slip = replace(PATIENT_LEVEL, html=PATIENT_LEVEL.html.replace("Hold the listed", "Hold all the listed"))
    after = receive(slip)
    assert len(after.versions) == 2
    assert (after.rag, after.rule, after.due) == (risen.rag, "F28", risen.due)
    assert any(action.code == review_code(3) and action.required for action in after.actions)
    clock.moment += timedelta(days=2)
    changed = receive(replace(slip, html=slip.html.replace("TX1002", "TX2002")))
    assert (changed.rule, changed.versions[-1].material) == (done.rule, True)
    assert changed.due is not None
    assert changed.due.at is not None
    assert changed.due.at > clock.now()
    assert desk.views.difference_from_rebuild() == ()


def test_what_cannot_be_is_refused_and_nothing_is_recorded(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(PATIENT_LEVEL)
    refused(desk, lambda: recheck(desk, REF, {"found": 1}, PHARMACIST), "Finish the alert first")
    done = do_the_work(desk, state_of(desk))
    refused(desk, lambda: recheck(desk, REF, {"found": 1}, PHARMACIST), "more than a month before")
    move_to(clock, first_due(done) - EARLIEST)
    for counts, words in (
        ({}, "How many were found"),
        ({"active": 2}, "How many were found"),
        ({"found": 2, "active": 3}, "more than found"),
        ({"found": -1}, "not a count"),
        ({"found": 1, "colour": 2}, "not a step"),
    ):
        refused(desk, lambda counts=counts: recheck(desk, REF, counts, PHARMACIST), words)
    refused(desk, lambda: recheck(desk, REF, {"found": 1}, PHARMACIST, months=6), "3 or 12")
    refused(desk, lambda: recheck(desk, REF, {"found": 1}, PHARMACIST, note="943 476 5919"), "NHS number")
    later = clock.now() + timedelta(days=1)
    refused(desk, lambda: recheck(desk, REF, {"found": 1}, PHARMACIST, happened=later), "future")
    recheck(desk, REF, {"found": 1}, PHARMACIST)
    refused(desk, lambda: recheck(desk, REF, {"found": 1}, PHARMACIST, months=3), "already run again")


def test_a_correction_keeps_the_old_counts_and_opens_it_again_when_it_rises(
    desk: Desk, done: AlertState, clock: FixedClock
) -> None:
    move_to(clock, first_due(done))
    found = dict(done.rechecks[0].before)["found"]
    made = recheck(desk, REF, {"found": found}, PHARMACIST)
    refused(desk, lambda: correct(desk, str(made.entries[0].seq), "slip", DOCTOR, {"found": ""}), "How many were found")
    fixed = correct(desk, str(made.entries[0].seq), "two were missed", DOCTOR, {"found": found + 2})
    assert [entry.type for entry in fixed.entries] == ["entry.corrected", "alert.reopened"]
    state = state_of(desk)
    assert state.sign_off is None
    assert [bool(one.struck) for one in state.rechecks] == [True, False]
    correct(desk, str(fixed.entries[0].seq), "another alert was meant", DOCTOR)
    after = state_of(desk)
    assert all(one.struck for one in after.rechecks)
    assert not any(action.code == review_code(3) for action in after.actions)
    decide_applies(desk, REF, True, PHARMACIST, "may-affect")
    sign_off(desk, REF, PHARMACIST)
    assert [one.recheck.months for one in coming(desk)] == [3, 12]
    assert desk.views.difference_from_rebuild() == ()


def refused(desk: Desk, do: Callable[[], object], words: str) -> None:
    """`do` is refused with these words, and the record is as long as before."""
    before = desk.record.head()
    with pytest.raises(Refused) as caught:
        do()
    assert words in f"{caught.value} {caught.value.next_step}"
    assert desk.record.head() == before
