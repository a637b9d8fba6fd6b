"""Which logs count as the organisation's own: other workstations, superseded logs, and nothing that others claim."""

from __future__ import annotations

from typing import Any

import pytest

from msat.clock import FixedClock
from msat.exchange.enrolment import ENROLLED, REMOVED
from msat.exchange.own_logs import OwnLog, after, beginning, held, own_logs
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
    assert after(own_logs(own), entries[-1], "A81001") == own_logs(own)


def test_an_enrolled_successor_limits_the_log_that_it_superseded(own: MemoryRecord, colleague: MemoryRecord) -> None:
    enrols(colleague, "e" * 32)
    enrols(own, colleague.log)
    take(own, colleague)
    enrols(own, "f" * 32, supersedes={"log": colleague.log, "size": 1, "head": "0" * 64})
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


def test_entry_by_entry_comes_to_the_same(own: MemoryRecord) -> None:
    for n in range(3):
        enrols(own, f"{n}" * 32, supersedes={"log": "0" * 32, "size": 9 - n, "head": ""} if n else None)
    known = beginning(own.log)
    for entry in own.entries():
        known = after(known, entry, "A81001")
    assert known == own_logs(own)
    assert known[LogId("0" * 32)].upto == 7, "the shorter of two claims"
