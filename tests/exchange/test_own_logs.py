"""Which logs count as the organisation's own: other workstations, superseded logs, and nothing that others claim."""

from __future__ import annotations

from typing import Any

import pytest

from msat.clock import FixedClock
from msat.exchange.enrolment import ENROLLED, REMOVED
from msat.exchange.own_logs import OwnLog, held, may_change, own_logs
from msat.ids import LogId
from msat.record.entries import Draft
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from tests.exchange.sites import ACTOR

ALBION = Organisation("Albion Practice", "A81001", "gp-practice")


@pytest.fixture
def own(clock: FixedClock) -> MemoryRecord:
    return MemoryRecord(ALBION, clock)


@pytest.fixture
def colleague(clock: FixedClock) -> MemoryRecord:
    return MemoryRecord(ALBION, clock)


def sizes(record: MemoryRecord) -> dict[str, int]:
    return {log: head.size for log, head in held(record, own_logs(record)).items()}


def enrols(record: MemoryRecord, log: str, ods: str = "A81001", **more: Any) -> None:
    told = {"log": log, "ods": ods, "name": "N", "kind": "gp-practice", "fingerprint": "0" * 64, **more}
    record.append([Draft(ENROLLED, ACTOR, told)])


def take(record: MemoryRecord, other: MemoryRecord) -> None:
    rows = [RawEntry(e.id, e.type, e.header, e.body) for e in other.entries()]
    record.received.take(other.log, 0, rows, other.signed_head())


def test_alone_it_is_the_own_log(own: MemoryRecord) -> None:
    assert own_logs(own) == {own.log: OwnLog(own.log, is_written_here=True)}
    assert sizes(own) == {own.log: 1}


@pytest.mark.parametrize(("ods", "counts"), [("A81001", True), (" a81001", True), ("A81002", False), ("", False)])
def test_a_log_enrolled_under_the_same_code_counts(
    own: MemoryRecord, colleague: MemoryRecord, ods: str, counts: bool
) -> None:
    enrols(own, colleague.log, ods)
    assert (colleague.log in own_logs(own)) is counts
    assert sizes(own) == {own.log: 2}, "nothing of it has come yet"
    take(own, colleague)
    assert sizes(own) == {own.log: 2, **({colleague.log: 1} if counts else {})}


def test_what_was_removed_goes_on_to_count_as_far_as_it_is_held(own: MemoryRecord, colleague: MemoryRecord) -> None:
    enrols(own, colleague.log)
    take(own, colleague)
    own.append([Draft(REMOVED, ACTOR, {"log": colleague.log, "ods": "A81001", "reason": "r"})])
    assert sizes(own) == {own.log: 3, colleague.log: 1}


def test_a_colleagues_enrolments_are_the_colleagues_affair(own: MemoryRecord, colleague: MemoryRecord) -> None:
    enrols(own, colleague.log)
    enrols(colleague, "e" * 32)
    take(own, colleague)
    assert set(own_logs(own)) == {own.log, colleague.log}
    entries = list(colleague.entries())
    assert not may_change(entries[-1], own_logs(own), "A81001")


def test_an_enrolled_successor_limits_the_log_that_it_superseded(own: MemoryRecord, colleague: MemoryRecord) -> None:
    enrols(colleague, "e" * 32)
    enrols(own, colleague.log)
    take(own, colleague)
    enrols(own, "f" * 32, supersedes={"log": colleague.log, "size": 1, "head": next(colleague.entries()).id})
    known = own_logs(own)
    assert sizes(own) == {own.log: 3, colleague.log: 1}
    assert held(own, known)[colleague.log].id == next(colleague.entries()).id
    assert known[LogId(colleague.log)].upto == 1


@pytest.mark.parametrize(
    "claim",
    [
        None,
        "x",
        {},
        {"log": 5, "size": 1},
        {"log": "e" * 32},
        {"log": "e" * 32, "size": 0},
        {"log": "e" * 32, "size": "1"},
    ],
)
def test_a_claim_that_says_nothing_limits_nothing(own: MemoryRecord, claim: Any) -> None:
    enrols(own, "e" * 32)
    enrols(own, "f" * 32, supersedes=claim)
    assert {one.upto for one in own_logs(own).values()} == {None}


def test_nobody_limits_the_log_that_is_written_here(own: MemoryRecord) -> None:
    enrols(own, "f" * 32, supersedes={"log": own.log, "size": 1, "head": "0" * 64})
    assert own_logs(own)[own.log] == OwnLog(own.log, is_written_here=True)


def test_only_enrolments_under_the_own_code_may_change_it(own: MemoryRecord) -> None:
    enrols(own, "e" * 32)
    enrols(own, "f" * 32, ods="B82002")
    own.append([Draft(REMOVED, ACTOR, {"log": "e" * 32, "ods": "a81001 ", "reason": "r"})])
    told = [may_change(entry, own_logs(own), "A81001") for entry in own.entries()]
    assert told == [False, True, False, True]
