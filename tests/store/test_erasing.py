"""The door through which a body leaves the record's file: nothing else passes or changes, and no word stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.ids import EntryId
from msat.places import Places
from msat.record.chain import read_entry
from msat.record.entries import Actor, Draft, Entry
from msat.record.erasure import ERASED, Retold, kept_of, orders
from msat.store import erasing
from msat.store.erasing import GUARD, Pending, empty_ordered
from msat.store.guards import missing_guards
from msat.store.record import create_record, open_record
from msat.store.sqlite_record import SqliteRecord
from tests.record.makers import ORGANISATION, PERSON, draft

SECRET = "Priya Shah"
BY = (Actor("B. Jones", "Practice manager"), Actor("C. Smith", "Caldicott Guardian"))


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> SqliteRecord:
    made, _printed = create_record(profile, ORGANISATION, clock, "0.1")
    made.append([draft("one"), draft("two"), draft("three")])
    return made


def order(record: SqliteRecord, *seqs: int, change: Callable[[Entry], Entry] = lambda entry: entry) -> Draft:
    """The order to erase these entries; `change` lets a test order something else than what is there."""
    known = {entry.seq: entry for entry in record.entries()}
    retold = [Retold(change(known[seq]), {**kept_of(known[seq].content), "actor": {"id": "", "name": "X", "role": "y"}})
              for seq in seqs]  # fmt: skip
    (made,) = orders(record.log, 1, "Asked for.", BY, Actor("D. Green", "Partner"), retold)
    return made


def rows_of(profile: Places) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(profile.record)) as connection:
        return connection.execute("SELECT log, seq, id, type, header, body, note FROM entry ORDER BY seq").fetchall()


def test_only_the_bodies_that_were_named_are_gone(record: SqliteRecord, profile: Places) -> None:
    before = rows_of(profile)
    (made,) = record.erase([order(record, 2, 4)])
    after = rows_of(profile)
    assert [row[5] is None for row in after] == [False, True, False, True, False]
    assert [row[:5] + row[6:] for row in after[:4]] == [row[:5] + row[6:] for row in before]
    assert after[2] == before[2]
    assert record.verify().problems == ()
    assert record.is_erasing
    record.erasure_done()
    assert not record.is_erasing
    found = record.entry(str(after[1][2]))
    assert found is not None
    assert found.body is None
    assert found.content["actor"]["name"] == "X"
    assert found.about == "EL(26)A/37"
    assert f"(entry {made.seq})" in found.content["erased"]
    assert [e.content["actor"]["name"] for e in record.typed(frozenset({"alert.acknowledged"}))] == ["X", SECRET, "X"]
    assert [e.content["actor"]["name"] for e in record.entries(after=1, upto=3)] == ["X", SECRET]
    record.append([draft("goes on")])
    record.close()


def test_no_word_of_it_is_left_in_the_file(record: SqliteRecord, profile: Places) -> None:
    record.append([draft("x" * 9000) for _ in range(20)])
    seqs = [entry.seq for entry in record.entries() if entry.content["actor"]["name"] == SECRET]
    assert len(seqs) == 23
    for at in range(0, len(seqs), 5):
        record.erase([order(record, *seqs[at : at + 5])])
    record.close()
    for path in sorted(profile.data.rglob("record.db*")):
        assert SECRET.encode() not in path.read_bytes(), path
        assert PERSON.account.encode() not in path.read_bytes(), path


def test_the_guards_stand_afterwards_and_forbid_what_they_forbade(record: SqliteRecord, profile: Places) -> None:
    record.erase([order(record, 2)])
    with closing(sqlite3.connect(profile.record)) as connection:
        assert list(missing_guards(connection)) == []
        for statement in (
            "UPDATE entry SET body = x'00' WHERE seq = 2",
            "UPDATE entry SET body = NULL WHERE seq = 3",
            "DELETE FROM entry WHERE seq = 3",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    record.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET header = x'00'",
        "UPDATE entry SET type = 'x.y', body = NULL",
        "UPDATE entry SET note = NULL",
        "DELETE FROM entry",
        "INSERT INTO entry (log, seq, id, type, header) VALUES ('a', 9, 'b', 'c.d', x'00')",
        "DROP TABLE entry",
        "DROP TRIGGER entry_is_never_deleted",
        "DROP TRIGGER entry_follows_the_last",
        "CREATE TRIGGER other AFTER INSERT ON entry BEGIN SELECT 1; END",
        "CREATE TABLE other (a)",
        "ALTER TABLE entry ADD COLUMN more",
        "PRAGMA writable_schema = ON",
        "PRAGMA user_version = 9",
        "PRAGMA journal_mode = OFF",
        "ATTACH DATABASE ':memory:' AS other",
        "VACUUM",
        "REINDEX",
    ],
)
def test_nothing_else_passes_the_door(record: SqliteRecord, profile: Places, statement: str) -> None:
    before = rows_of(profile)
    record.close()
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        connection.set_authorizer(erasing._door)
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited|denied"):
            connection.execute(statement)
    assert rows_of(profile) == before


def test_an_order_that_names_what_is_not_there_erases_nothing(record: SqliteRecord, profile: Places) -> None:
    from dataclasses import replace

    def strange(entry: Entry) -> Entry:
        return replace(entry, id=EntryId("f" * 64))

    with pytest.raises(RecordProblem, match="by another id"):
        record.erase([order(record, 2, change=strange)])
    assert [row[5] is None for row in rows_of(profile)] == [False] * 5
    with closing(sqlite3.connect(profile.record)) as connection:
        assert list(missing_guards(connection)) == []
    record.close()


def test_the_key_and_the_opening_are_never_erased(record: SqliteRecord, profile: Places) -> None:
    change = record.rotate_key(PERSON)
    with pytest.raises(RecordProblem, match="never erased"):
        record.erase([order(record, change.seq)])
    assert all(row[5] is not None for row in rows_of(profile))
    record.close()


def test_an_order_for_another_log_or_for_later_entries_erases_nothing(record: SqliteRecord, profile: Places) -> None:
    made = order(record, 2)
    for data in ({**made.data, "log": "f" * 32}, {**made.data, "entries": [{"seq": 99, "id": "f" * 64}]}):
        record.erase([Draft(ERASED, made.actor, data, meaning=made.meaning)])
    assert all(row[5] is not None for row in rows_of(profile))
    assert record.verify().problems == ()
    record.close()


def test_nobody_orders_an_erasure_by_an_ordinary_entry(record: SqliteRecord) -> None:
    with pytest.raises(Refused, match="not a kind of entry"):
        record.append([order(record, 2)])
    record.close()


def test_a_body_taken_away_without_an_order_is_found(record: SqliteRecord, profile: Places, clock: FixedClock) -> None:
    record.close()
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        text = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (GUARD,)).fetchone()[0]
        connection.execute(f"DROP TRIGGER {GUARD}")
        connection.execute("UPDATE entry SET body = NULL WHERE seq = 3")
        connection.execute(text)
    again = open_record(profile, clock)
    (found,) = again.verify().problems
    assert (found.step, found.where) == (3, "entry 3")
    assert "no entry says that it was erased" in found.what
    again.close()


def test_a_broken_guard_stops_it(record: SqliteRecord, profile: Places) -> None:
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_is_never_deleted")
    with pytest.raises(RecordProblem, match="Nothing is erased in such a record"):
        record.erase([order(record, 2)])
    record.close()


def test_another_window_that_reads_is_waited_for_and_told(
    record: SqliteRecord, profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "empty_ordered", lambda *_: 0)
        record.erase([order(record, 2)])
    monkeypatch.setattr(erasing, "BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM entry").fetchone()
        with pytest.raises(RecordProblem, match="another program"):
            record.finish_erasing()
        other.execute("ROLLBACK")
    assert record.is_erasing
    record.close()
    again = open_record(profile, clock)
    assert again.finish_erasing() == 1
    assert again.verify().problems == ()
    again.close()


def test_a_note_that_cannot_be_read_is_said(record: SqliteRecord, profile: Places) -> None:
    for content in (b"", b"{}", b'{"v":1,"log":"x","after":1}'):
        profile.erasing.write_bytes(content)
        with pytest.raises(RecordProblem, match="cannot be read"):
            record.finish_erasing()
    profile.erasing.unlink()
    assert record.finish_erasing() == 0
    erasing.begin(profile, Pending(record.log, 4))
    assert record.finish_erasing() == 0
    erasing.end(profile)
    record.close()


def test_what_is_too_long_to_be_told_again_is_refused_and_much_becomes_several_orders(record: SqliteRecord) -> None:
    record.append([draft("y" * 30_000) for _ in range(5)])
    retold = [Retold(entry, kept_of(entry.content)) for entry in record.entries(after=1)]
    made = orders(record.log, 1, "Asked for.", BY, PERSON, retold)
    assert len(made) == 5
    record.erase(made)
    assert record.verify().problems == ()
    (long,) = record.append([draft("z" * 62_000)])
    with pytest.raises(Refused, match=f"Entry {long.seq} is too long"):
        orders(record.log, 1, "Asked for.", BY, PERSON, [Retold(long, kept_of(long.content))])
    record.close()


def test_rows_are_what_entries_are_made_of(record: SqliteRecord, profile: Places) -> None:
    """The retold content never passes for a body: the entry as stored has none."""
    record.erase([order(record, 3)])
    row = rows_of(profile)[2]
    assert read_entry(str(row[2]), bytes(row[4]), None).content == {}  # type: ignore[arg-type]
    record.close()
    assert empty_ordered(profile.record, record.log) == 0
