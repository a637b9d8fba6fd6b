"""The alarm that no receipt came for what was sent two weeks ago: when it rings, when it does not, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.clock import FixedClock
from msat.projections.receipts_awaited import MOST, Sending, is_overdue, noted, unanswered_since
from msat.services.awaited_receipts import awaited_receipts, has_committee
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.services.issue_receipts import issue_receipt
from msat.services.receive_receipt import receive
from msat.services.send_return import send_return
from msat.services.take_return import take_return
from tests.exchange.sites import enrol, sent, work

DAY = timedelta(days=1)
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
Make = Callable[..., Desk]


def answered(team: Desk, practice: Desk) -> None:
    """The committee takes the practice's return in, and the practice its receipt."""
    take_return(team, sent(practice), "x.msatreturn")
    assert receive(practice, issue_receipt(team, practice.record.log).data, "r").outcome.value == "new"


@pytest.fixture
def pair(site: Make) -> tuple[Desk, Desk]:
    practice, team = site("A81001"), site("QOX", "committee")
    enrol(practice, team)
    enrol(team, practice)
    return practice, team


def test_nothing_sent_awaits_nothing(pair: tuple[Desk, Desk], clock: FixedClock) -> None:
    clock.moment += 400 * DAY
    found = awaited_receipts(pair[0])
    assert (found.is_overdue, found.since, found.next_step) == (False, None, "")
    assert found.words == "Nothing sent waits for a receipt."


def test_it_rings_after_two_weeks_and_not_a_day_before(
    pair: tuple[Desk, Desk], clock: FixedClock, tmp_path: Path
) -> None:
    practice, _team = pair
    send_return(practice, tmp_path)
    clock.moment += 14 * DAY - timedelta(seconds=1)
    assert not awaited_receipts(practice).is_overdue
    clock.moment += timedelta(seconds=1)
    found = awaited_receipts(practice)
    assert found.is_overdue
    assert "22 November 2026 is not known to have arrived" in found.words
    assert found.next_step == "Send your return again, and ask Practice QOX whether it came."


def test_a_receipt_ends_it_and_the_entry_of_the_receipt_begins_nothing(
    pair: tuple[Desk, Desk], clock: FixedClock, tmp_path: Path
) -> None:
    practice, team = pair
    send_return(practice, tmp_path)
    clock.moment += 10 * DAY
    answered(team, practice)
    send_return(practice, tmp_path)  # one entry longer: the receipt's
    clock.moment += 300 * DAY
    found = awaited_receipts(practice)
    assert (found.is_overdue, found.since) == (False, None)
    assert found.words.startswith(
        "Everything that was sent is receipted. The last receipt, of Practice QOX on 2 December"
    )
    work(practice, "new")
    send_return(practice, tmp_path)
    clock.moment += 20 * DAY
    assert awaited_receipts(practice).is_overdue


def test_sending_more_does_not_put_the_alarm_off(pair: tuple[Desk, Desk], clock: FixedClock, tmp_path: Path) -> None:
    practice, _team = pair
    for _ in range(15):
        work(practice, "a day's work")
        send_return(practice, tmp_path)
        clock.moment += DAY
    assert awaited_receipts(practice).is_overdue


def test_a_receipt_for_a_part_leaves_the_rest_waiting(
    pair: tuple[Desk, Desk], clock: FixedClock, tmp_path: Path
) -> None:
    practice, team = pair
    send_return(practice, tmp_path)
    clock.moment += 5 * DAY
    early = sent(practice)
    work(practice, "later")
    send_return(practice, tmp_path)
    take_return(team, early, "x.msatreturn")
    receive(practice, issue_receipt(team, practice.record.log).data, "r")
    found = awaited_receipts(practice)
    assert found.since == clock.moment
    clock.moment += 14 * DAY
    assert awaited_receipts(practice).is_overdue


def test_a_shared_folder_counts_where_a_committee_is_enrolled(site: Make, clock: FixedClock, tmp_path: Path) -> None:
    alone, colleague = site("A81001"), site("A81001")
    enrol(alone, colleague)
    folder_sync(alone, tmp_path)
    clock.moment += 30 * DAY
    assert not has_committee(alone)
    assert not awaited_receipts(alone).is_overdue, "colleagues give no receipts"
    enrol(alone, site("QOX", "committee"))
    folder_sync(alone, tmp_path)
    clock.moment += 15 * DAY
    assert awaited_receipts(alone).is_overdue


def test_a_return_sent_by_hand_with_no_committee_enrolled_says_why(
    site: Make, clock: FixedClock, tmp_path: Path
) -> None:
    practice = site("A81001")
    send_return(practice, tmp_path)
    clock.moment += 15 * DAY
    found = awaited_receipts(practice)
    assert found.is_overdue
    assert found.next_step.startswith("No commissioner's team is enrolled here")


def test_a_committee_awaits_none(site: Make, clock: FixedClock, tmp_path: Path) -> None:
    team = site("QOX", "committee")
    send_return(team, tmp_path)
    clock.moment += 400 * DAY
    assert not awaited_receipts(team).is_overdue


ODD = '[5, {}, {"size": "x", "at": 1}, {"size": 2, "at": "never"}, {"size": -1, "at": "x"}]'


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "{}", '{"log": "x", "sendings": []}', '{"log": "LOG", "sendings": 5}',
     f'{{"log": "LOG", "sendings": {ODD}}}'],
)  # fmt: skip
def test_a_damaged_note_of_what_was_sent_is_no_alarm_and_no_fault(
    pair: tuple[Desk, Desk], clock: FixedClock, tmp_path: Path, damage: str
) -> None:
    practice, _team = pair
    send_return(practice, tmp_path)
    kept = practice.places.state / "sent-returns.json"
    assert json.loads(kept.read_text(encoding="utf-8"))["log"] == practice.record.log
    kept.write_text(damage.replace("LOG", practice.record.log), encoding="utf-8")
    clock.moment += 20 * DAY
    assert not awaited_receipts(practice).is_overdue
    send_return(practice, tmp_path)
    assert awaited_receipts(practice).since == clock.moment


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 60)), max_size=30), st.integers(0, 50))
def test_what_is_kept_is_enough_to_say_since_when(told: list[tuple[int, int]], receipted: int) -> None:
    every = [Sending(size, START + days * DAY) for size, days in told]
    kept: tuple[Sending, ...] = ()
    for one in every:
        kept = noted(kept, one, 0)
    want = min((one.at for one in every if one.size > receipted), default=None)
    assert unanswered_since(kept, receipted + 1) == want
    assert unanswered_since(kept, None) is None
    assert len({one.size for one in kept}) == len(kept) <= MOST


def test_a_clock_set_back_is_no_alarm() -> None:
    assert not is_overdue(START, START - 20 * DAY)
    assert not is_overdue(None, START)
