"""What counts of one alert in one organisation: status and lateness at the cut-off, and that it is small."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from msat.projections.alert_state import AlertState, Status
from msat.projections.kpi_model import Basis, Returned
from msat.projections.kpi_pairs import done_by_deadline, identified, pairs
from msat.projections.pair_facts import PairFacts, facts_of
from msat.projections.stored import to_json
from msat.projections.work_state import Deferral
from tests.projections.test_kpis import CUT_OFF, DAY, HOUR, START, acknowledged, alert, deed, practice, signed
from tests.projections.test_merged import stations

LATE = {
    "done in time": (signed(alert(), HOUR, HOUR), Status.DONE, False),
    "done on the second": (signed(alert(), 48 * HOUR, 48 * HOUR), Status.DONE, False),
    "done late": (signed(alert(), 49 * HOUR, 49 * HOUR), Status.DONE, True),
    "one signature of two": (signed(alert(), HOUR), Status.SECOND_PERSON, True),
    "not done": (acknowledged(alert(), HOUR), Status.OVERDUE, True),
    "put off": (alert(deferral=Deferral(CUT_OFF + DAY, "Dr B", "stock", deed(START))), Status.DEFERRED, True),
    "not due yet": (alert(received=CUT_OFF - HOUR, due=None), Status.NOT_ACKNOWLEDGED, False),
    "historic": (alert(flags=("historic",)), Status.HISTORIC, False),
    "withdrawn": (alert(withdrawn="Issued in error."), Status.NOT_ACKNOWLEDGED, False),
}


@pytest.mark.parametrize("name", LATE)
def test_status_and_lateness_at_the_cut_off(name: str) -> None:
    state, status, is_late = LATE[name]
    facts = facts_of(state, CUT_OFF)
    assert (facts.status, facts.is_late) == (status, is_late)


@pytest.mark.parametrize("name", LATE)
def test_late_is_what_the_indicator_counts_as_not_met(name: str) -> None:
    state, _status, is_late = LATE[name]
    year = Basis((practice(state),), START.date(), CUT_OFF.date(), CUT_OFF)
    (pair,) = pairs(year, identified(year)[0])
    verdict = done_by_deadline(pair, year)
    assert is_late == (verdict.is_counted and not verdict.is_met)


def test_nothing_is_late_before_its_limit() -> None:
    state = acknowledged(alert(), HOUR)
    assert not facts_of(state, START + 2 * DAY - timedelta(seconds=1)).is_late
    assert facts_of(state, START + 2 * DAY).is_late


def test_a_value_is_small_and_shares_its_texts() -> None:
    (story,) = stations(1)
    story.is_done()
    state = story.state
    one, two = facts_of(state, CUT_OFF), facts_of(replace(state, title="".join(list(state.title))), CUT_OFF)
    assert one == two
    assert one.title is two.title
    assert not hasattr(one, "__dict__")
    assert 20 * _size(one) < _size_of(state)


def _size(facts: PairFacts) -> int:
    """What it takes beside the texts that all share."""
    times = (facts.received, facts.acknowledged, facts.closed, facts.due)
    return sys.getsizeof(facts) + sum(sys.getsizeof(one) for one in times if isinstance(one, datetime))


def _size_of(state: AlertState) -> int:
    return len(to_json(state))


def test_a_record_that_holds_no_alert_is_not_the_same_as_no_reply() -> None:
    year = Basis((practice(), Returned("Y1", "Silent", "gp-practice", None)), START.date(), CUT_OFF.date(), CUT_OFF)
    assert [one.facts for one in year.organisations] == [(), None]
    assert identified(year) == ((), 0)
