"""What is promised of other installations' logs, kept in memory, in SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from msat.clock import FixedClock, stamp
from msat.places import Places
from msat.record.cosigning import cosign, cosigned_at
from msat.record.identity import identity_of, signers_in
from msat.record.memory import MemoryRecord
from msat.record.ports import Record
from msat.record.received import HeldMeanwhile, RawEntry
from msat.record.signing import BadNote, read_note
from msat.store.postgres_opening import create_database_record
from msat.store.record import create_record
from tests.postgres import new_database
from tests.record.makers import ORGANISATION, draft


def _memory(_places: Places, clock: FixedClock) -> Iterator[Record]:
    yield MemoryRecord(ORGANISATION, clock)


def _sqlite(places: Places, clock: FixedClock) -> Iterator[Record]:
    record, _recovery = create_record(places, ORGANISATION, clock, "0.1")
    with record:
        yield record


def _postgresql(places: Places, clock: FixedClock, server: object) -> Iterator[Record]:
    # A database of its own for each test: workstations of one practice share the copies that it holds.
    address = new_database(server).login(ORGANISATION.ods)
    record, _recovery = create_database_record(places, address, ORGANISATION, clock, "0.1")
    with record:
        yield record


@pytest.fixture(params=[_memory, _sqlite, "postgresql"], ids=["memory", "sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, profile: Places, clock: FixedClock) -> Iterator[Record]:
    if request.param == "postgresql":
        yield from _postgresql(profile, clock, request.getfixturevalue("postgres_server"))
        return
    make: Callable[[Places, FixedClock], Iterator[Record]] = request.param
    yield from make(profile, clock)


@pytest.fixture
def other(clock: FixedClock) -> MemoryRecord:
    made = MemoryRecord(ORGANISATION, clock)
    made.append([draft("one"), draft("two")])
    return made


def raw(record: Record) -> list[RawEntry]:
    return [RawEntry(e.id, e.type, e.header, e.body) for e in record.entries()]


def test_nothing_is_held_at_first(record: Record, other: MemoryRecord) -> None:
    assert record.received.heads() == ()
    assert record.received.ids(other.log) == []
    assert record.received.head(other.log) is None
    assert record.received.head(record.log) is None, "the own log is not a received one"
    assert record.received.raw(other.log) == []
    assert record.received.note(other.log) is None


def test_a_log_is_held_byte_for_byte_and_added_to(record: Record, other: MemoryRecord) -> None:
    first, note = raw(other), other.signed_head()
    record.received.take(other.log, 0, first, note)
    assert record.received.heads() == (other.head(),)
    assert record.received.head(other.log) == other.head()
    assert record.received.note(other.log) == note
    assert record.entry(first[1].id) == list(other.entries())[1], "an entry is found by its id in whichever log it is"
    other.append([draft("three")])
    record.received.take(other.log, 3, raw(other)[3:], other.signed_head())
    assert record.received.raw(other.log) == raw(other)
    assert record.received.ids(other.log) == [e.id for e in other.entries()]
    assert list(record.entries(other.log, after=1)) == list(other.entries(after=1))
    assert record.head().size == 1, "the own log is as it was"
    assert identity_of(signers_in(record.received.raw(other.log))).birth.organisation == ORGANISATION


def test_what_another_window_stored_meanwhile_is_noticed(record: Record, other: MemoryRecord) -> None:
    record.received.take(other.log, 0, raw(other), other.signed_head())
    with pytest.raises(HeldMeanwhile):
        record.received.take(other.log, 0, raw(other), other.signed_head())
    with pytest.raises(HeldMeanwhile):
        record.received.take(other.log, 5, raw(other), other.signed_head())
    assert record.received.heads() == (other.head(),)


def test_entries_are_found_by_their_type(record: Record) -> None:
    record.append([draft("one"), draft(kind="gap.explained"), draft("two")])
    found = record.typed(frozenset({"gap.explained", "log.opened"}))
    assert [(e.seq, e.type) for e in found] == [(1, "log.opened"), (3, "gap.explained")]
    assert record.typed(frozenset({"receipt.issued"})) == ()


def test_a_head_is_cosigned_with_the_time(record: Record, other: MemoryRecord, clock: FixedClock) -> None:
    note = other.signed_head()
    twice = record.cosign(note, clock.now())
    assert twice.startswith(note.rstrip("\n")), "the writer's own line stays"
    assert cosigned_at(twice, record.log, record.public_key) == clock.now()
    assert record.cosign(twice, clock.now()) == twice, "one line a key, however often"
    with pytest.raises(BadNote, match="not cosigned"):
        cosigned_at(note, record.log, record.public_key)
    with pytest.raises(BadNote, match="not cosigned"):
        cosigned_at(twice, other.log, other.public_key)


def test_only_heads_are_cosigned(record: Record, clock: FixedClock) -> None:
    with pytest.raises(BadNote, match="does not name the head"):
        record.cosign(record.sign("msat-export-v1\nsomething\n"), clock.now())


def test_a_cosignature_belongs_to_its_head_and_time(other: MemoryRecord, clock: FixedClock) -> None:
    from msat.record.signing import Signer, new_private_key

    signer = Signer("f" * 32, new_private_key())
    before = cosign(other.signed_head(), signer, clock.now())
    other.append([draft("three")])
    line = before.rpartition("\n\n")[2].splitlines()[1]
    moved = other.signed_head() + line + "\n"
    assert len(read_note(moved).signatures) == 2
    with pytest.raises(BadNote, match="does not belong"):
        cosigned_at(moved, signer.name, signer.public)
    assert stamp(cosigned_at(before, signer.name, signer.public)) == stamp(clock.now())
