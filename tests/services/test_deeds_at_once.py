"""Deeds that look whether anything is to be done: two windows of one profile at the same moment record each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.exchange.enrolment import FORKED
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.record.memory import MemoryRecord
from msat.services import enrol
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.assign import assign
from msat.services.correct import correct
from msat.services.defer import defer, resume
from msat.services.desk import Desk
from msat.services.reopen import reopen
from msat.services.take_return import take_return
from tests.exchange.sites import make_site, sent, twin, work
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST
from tests.services.test_one_at_a_time import TEAM, WINDOWS, _slow, at_once, recorded

__all__ = ["_slow"]

Receive = Callable[[FeedItem], AlertState]


@pytest.fixture
def team(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    where = places(tmp_path / "team")
    bootstrap.create_profile(where, TEAM, clock)
    made = bootstrap.open_desk(where, clock)
    yield made
    made.close()


def once(said: list[str], others: str) -> None:
    """One window did it, and each of the others was told why not."""
    assert [words for words in said if words == "Changes"] == ["Changes"], said
    assert len([words for words in said if others in words]) == WINDOWS - 1, said


def test_an_alert_is_assigned_once(desk: Desk, receive: Receive) -> None:
    key = receive(recall()).key
    once(at_once(desk, lambda window: assign(window, key, "A. Patel", "", PHARMACIST)), "looks after it already")
    assert recorded(desk, "alert.assigned") == 1


def test_an_alert_is_put_off_and_taken_up_once(desk: Desk, receive: Receive) -> None:
    key = receive(recall()).key
    acknowledge(desk, key, PHARMACIST)
    day = date(2026, 12, 1)
    said = at_once(desk, lambda window: defer(window, key, day, "D. Doctor", "No stock here.", PHARMACIST))
    assert recorded(desk, "alert.deferred") == 1, said
    assert said.count("Changes") == 1, said
    once(at_once(desk, lambda window: resume(window, key, "Stock came.", PHARMACIST)), "is not deferred")
    assert recorded(desk, "alert.resumed") == 1


def test_an_alert_is_opened_again_once(desk: Desk, receive: Receive) -> None:
    key = receive(recall(class_=3)).key
    acknowledge(desk, key, PHARMACIST)
    decide_applies(desk, key, False, PHARMACIST, "not-held")
    once(at_once(desk, lambda window: reopen(window, key, "It is stocked.", DOCTOR)), "is open already")
    assert recorded(desk, "alert.reopened") == 1


def test_an_entry_is_corrected_once(desk: Desk, receive: Receive) -> None:
    key = receive(recall()).key
    (entry,) = acknowledge(desk, key, PHARMACIST).entries
    once(at_once(desk, lambda window: correct(window, entry.id, "Not seen yet.", PHARMACIST)), "was already")
    assert recorded(desk, "entry.corrected") == 1


def test_a_fork_is_recorded_once(team: Desk, tmp_path: Path, clock: FixedClock) -> None:
    from msat.record.organisation import Organisation

    practice = make_site(tmp_path / "practice", Organisation("Practice", "A81001", "gp-practice"), clock)
    work(practice, "one", "two")
    take_return(team, sent(practice), "a.msatreturn")
    enrol.accept(team, practice.record.log, PHARMACIST, is_compared=True)
    other = twin(practice, 2)
    assert isinstance(other, MemoryRecord)
    elsewhere = Desk(practice.places, clock, other, practice.files, practice.views, practice.knowledge, lambda: None)
    work(elsewhere, "something else")
    data = sent(elsewhere)
    said = at_once(team, lambda window: take_return(window, data, "b.msatreturn"))
    assert said == ["Arrival"] * WINDOWS
    assert recorded(team, FORKED) == 1
    assert team.record.verify().problems[0].step == 7
