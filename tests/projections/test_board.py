"""A cell of the board says at any moment what the alert's own state says."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given

from msat.projections.alert_state import AlertState, Status
from msat.projections.board import ORDER, cell_of, summed, with_late
from msat.projections.worklist import is_late, row
from tests.boards import NOON, moments, states
from tests.fakes import Story


@given(states(), moments)
def test_the_cell_is_in_the_state_of_the_alert_at_any_moment(state: AlertState, now: datetime) -> None:
    assert cell_of(state).state_at(now) is state.status(now)


@given(states(), moments)
def test_the_board_calls_late_what_the_worklist_calls_overdue(state: AlertState, now: datetime) -> None:
    assert cell_of(state).is_late_at(now) is is_late(row(state, now), now)


@given(states(), moments, moments)
def test_between_two_turns_nothing_changes(state: AlertState, now: datetime, later: datetime) -> None:
    cell = cell_of(state)
    turns = cell.turns_after(now)
    if now <= later and (turns is None or later < turns):
        assert cell.state_at(later) is cell.state_at(now)
        assert cell.is_late_at(later) is cell.is_late_at(now)


def test_every_state_has_a_number() -> None:
    assert set(ORDER) == set(Status)
    assert len(ORDER) == len(Status)


def test_an_alert_that_people_worked_on() -> None:
    story = Story()
    story.received()
    story.triaged("amber", NOON + timedelta(days=2))
    assert cell_of(story.state).state_at(NOON) is Status.NOT_ACKNOWLEDGED
    story.acknowledged()
    assert cell_of(story.state).state_at(NOON) is Status.IN_HAND
    assert cell_of(story.state).state_at(NOON + timedelta(days=3)) is Status.OVERDUE
    assert cell_of(story.state).turns_after(NOON) == NOON + timedelta(days=2)


def test_one_signature_does_not_take_a_red_past_its_limit_away() -> None:
    story = Story()
    story.received()
    story.triaged("red", NOON + timedelta(days=2))
    story.signed_off()
    cell, past = cell_of(story.state), NOON + timedelta(days=43)
    assert cell.state_at(past) is Status.SECOND_PERSON
    assert (cell.is_late_at(NOON), cell.is_late_at(past)) == (False, True)
    assert cell.turns_after(NOON) == NOON + timedelta(days=2)


def test_what_came_after_its_limit_is_never_called_late() -> None:
    story = Story()
    story.received()
    story.triaged("red", NOON - timedelta(days=90), flags=("historic",))
    story.signed_off()
    assert story.state.status(NOON) is Status.SECOND_PERSON
    assert not cell_of(story.state).is_late_at(NOON)
    assert not is_late(row(story.state, NOON), NOON)


def test_what_waits_past_its_limit_is_called_overdue_once() -> None:
    totals = {Status.SECOND_PERSON: 3, Status.OVERDUE: 1, Status.DONE: 5}
    assert with_late(totals, 1) == totals
    assert with_late(totals, 3) == {Status.SECOND_PERSON: 1, Status.OVERDUE: 3, Status.DONE: 5}
    assert with_late({Status.SECOND_PERSON: 2}, 2) == {Status.OVERDUE: 2}


def test_totals_add_up() -> None:
    one, two = {Status.DONE: 3, Status.OVERDUE: 1}, {Status.DONE: 2}
    assert summed([one, two]) == {Status.DONE: 5, Status.OVERDUE: 1}
    assert summed([]) == {}
