"""The record attacked with raw SQL and on its raw file, not through our code: refused, or found by `verify`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem
from msat.places import Places
from msat.record.codec import Header, body_hash, encode, encode_header, entry_id, log_id, parse
from msat.record.entries import Entry, Head
from msat.record.signing import head_text, new_private_key, public_key, sign
from msat.store.files import FolderFiles
from msat.store.record import SqliteRecord, create_record, inspect_record, open_record
from tests.record.makers import ORGANISATION, draft

TRIGGERS = ("entry_is_never_changed", "entry_is_never_deleted", "entry_follows_the_last")


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> Iterator[SqliteRecord]:
    """Twelve entries: the first, ten acknowledgements in two transactions, one with a file."""
    made, _recovery = create_record(profile, ORGANISATION, clock, "0.1")
    with made:
        made.append([draft(f"note {n}") for n in range(5)])
        made.append([draft(f"note {n}") for n in range(5, 10)])
        made.append([draft("with a file", files=(FolderFiles(profile.files).put(b"a notice"),))])
        yield made


@pytest.fixture
def raw(profile: Places, record: SqliteRecord) -> Iterator[sqlite3.Connection]:
    """What a person with a database tool has."""
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        yield connection


def everything(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM entry ORDER BY seq").fetchall()


def drop_guards(connection: sqlite3.Connection) -> dict[str, str]:
    """Takes the triggers away, as an administrator can, and says how to put them back."""
    kept = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    assert set(kept) == set(TRIGGERS)
    for name in kept:
        connection.execute(f"DROP TRIGGER {name}")
    return kept


def behind_the_guards(connection: sqlite3.Connection, *statements: str | tuple[str, tuple[object, ...]]) -> None:
    """Runs statements without the triggers and puts them back word for word, so that only the proof can tell."""
    kept = drop_guards(connection)
    for statement in statements:
        connection.execute(*((statement,) if isinstance(statement, str) else statement))
    for words in kept.values():
        connection.execute(words)


def found(places: Places, step: int) -> str:
    """The findings of one step, joined; the record must be invalid."""
    outcome = inspect_record(places)
    assert not outcome.valid
    return " ".join(f"{p.where}: {p.what}" for p in outcome.problems if p.step == step)


# --- with the guards in place: refused ---------------------------------------------------------------------------

REFUSED = [
    "UPDATE entry SET body = CAST('{}' AS BLOB) WHERE seq = 3",
    "UPDATE entry SET note = NULL",
    "UPDATE OR REPLACE entry SET seq = 4 WHERE seq = 3",
    "UPDATE OR IGNORE entry SET type = 'alert.reopened' WHERE seq = 3",
    "DELETE FROM entry",
    "DELETE FROM entry WHERE seq = 12",
    "INSERT OR REPLACE INTO entry SELECT log, seq, id, type, header, CAST('{}' AS BLOB), note FROM entry WHERE seq = 3",
    "REPLACE INTO entry SELECT log, seq, id, type, header, CAST('{}' AS BLOB), note FROM entry WHERE seq = 12",
    "INSERT OR IGNORE INTO entry SELECT log, seq, id, type, header, body, note FROM entry WHERE seq = 3",
    "INSERT INTO entry SELECT log, seq, id, type, header, body, note FROM entry WHERE seq = 3"
    " ON CONFLICT DO UPDATE SET body = CAST('{}' AS BLOB)",
    "INSERT OR REPLACE INTO entry SELECT log, 13, id, type, header, body, note FROM entry WHERE seq = 3",
    "REPLACE INTO entry SELECT log, 3, '" + "f" * 64 + "', type, header, body, note FROM entry WHERE seq = 3",
    "INSERT INTO entry SELECT log, 14, '" + "f" * 64 + "', type, header, body, note FROM entry WHERE seq = 12",
    "INSERT INTO entry SELECT log, 13, '" + "f" * 64 + "', type, header, body, note FROM entry WHERE seq = 12",
    f"INSERT INTO entry SELECT '{'0' * 32}', 1, '{'f' * 64}', type, header, body, note FROM entry WHERE seq = 1",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_statements_that_change_what_is_recorded_are_refused(
    profile: Places, raw: sqlite3.Connection, statement: str
) -> None:
    before = everything(raw)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)
    assert everything(raw) == before
    assert inspect_record(profile).valid


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 14},
        {"seq": 12},
        {"prev": "f" * 64},
        {"log": "f" * 32},
        {"type": "alert.reopened"},
        {"v": 2},
        {"more": 1},
        {"time": "2026-11-21 10:00"},
    ],
)
def test_a_row_whose_header_says_something_else_is_refused(raw: sqlite3.Connection, change: dict[str, object]) -> None:
    log, last = raw.execute("SELECT log, id FROM entry WHERE seq = 12").fetchone()
    header = {
        "v": 1,
        "log": log,
        "seq": 13,
        "prev": last,
        "type": "alert.acknowledged",
        "time": "2026-11-22T12:00:00Z",
        "body": body_hash(b"{}"),
    }
    statement = "INSERT INTO entry VALUES (?, 13, ?, 'alert.acknowledged', ?, CAST('{}' AS BLOB), NULL)"
    wrong = encode(header | change)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement, (log, entry_id(wrong), wrong))
    # Positive control: the same row, rightly made, goes in; so it was the header that was refused.
    right = encode(header)
    raw.execute(statement, (log, entry_id(right), right))


ATTACKS = [
    "UPDATE entry SET type = 'x'",
    "DELETE FROM entry",
    "INSERT OR REPLACE INTO entry SELECT log, seq, id, type, header, NULL, note FROM entry WHERE seq = 3",
    "DROP TABLE entry",
    "DROP TRIGGER entry_is_never_changed",
    "ALTER TABLE entry RENAME TO old",
    "ALTER TABLE entry ADD COLUMN more TEXT",
    "CREATE TABLE other (x)",
    "CREATE TEMP TRIGGER mine AFTER INSERT ON entry BEGIN SELECT 1; END",
    "CREATE VIEW entries AS SELECT * FROM entry",
    "CREATE INDEX more ON entry (type)",
    "ATTACH ':memory:' AS other",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA user_version = 9",
    "PRAGMA trusted_schema = ON",
    "PRAGMA recursive_triggers = ON",
    "UPDATE sqlite_master SET sql = ''",
    "DELETE FROM sqlite_master",
    "SELECT load_extension('x')",
]


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_programs_own_connection_refuses_attacks(record: SqliteRecord, profile: Places, statement: str) -> None:
    with record._engine.connect() as connection, pytest.raises(DatabaseError):
        connection.exec_driver_sql(statement)
    record.append([draft("still works")])
    assert inspect_record(profile).valid


def test_without_the_authorizer_some_attacks_would_succeed(raw: sqlite3.Connection) -> None:
    """Positive control: the statements above are well formed, so it is the authorizer that refuses them."""
    for statement in ("CREATE TABLE other (x)", "DROP TRIGGER entry_is_never_changed", "UPDATE entry SET note = NULL"):
        raw.execute(statement)


# --- with the guards taken away: found ----------------------------------------------------------------------------


def test_taking_the_guards_away_is_itself_found_and_stops_recording(
    profile: Places, clock: FixedClock, record: SqliteRecord, raw: sqlite3.Connection
) -> None:
    drop_guards(raw)
    outcome = inspect_record(profile)
    assert sum("guard" in p.what for p in outcome.problems) == 3
    with open_record(profile, clock) as again:
        assert again.head().size == 12
        with pytest.raises(RecordProblem, match="Nothing is recorded until that is put right"):
            again.append([draft()])


def _flip(column: str, seq: int) -> str:
    """Changes the 40th character of a value, keeping its length."""
    middle = f"CASE substr(CAST({column} AS TEXT), 40, 1) WHEN 'x' THEN 'y' ELSE 'x' END"
    text = f"substr(CAST({column} AS TEXT), 1, 39) || {middle} || substr(CAST({column} AS TEXT), 41)"
    value = text if column in ("id", "note") else f"CAST({text} AS BLOB)"
    return f"UPDATE entry SET {column} = {value} WHERE seq = {seq}"


@pytest.mark.parametrize(
    ("statement", "step", "words"),
    [
        (_flip("header", 4), 1, "entry 4: The header does not hash"),
        (_flip("body", 4), 3, "entry 4: The body does not hash"),
        (_flip("id", 4), 1, "entry 4: The header does not hash"),
        (_flip("note", 6), 5, "entry 6: The signed head kept here is wrong"),
        (_flip("note", 12), 5, "entry 12: The signed head kept here is wrong"),
        ("UPDATE entry SET note = NULL WHERE seq = 12", 5, "entry 12: The last entry has no signed head"),
        ("UPDATE entry SET type = 'alert.reopened' WHERE seq = 4", 1, "entry 4: The row's type"),
        ("UPDATE entry SET body = NULL WHERE seq = 4", 3, "entry 4: The body is missing"),
        ("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE seq = 12", 3, "entry 12: The body does not hash"),
        ("DELETE FROM entry WHERE seq = 5", 2, "entry 6: Missing: entry 5"),
        ("DELETE FROM entry WHERE seq BETWEEN 4 AND 6", 2, "entry 7: Missing: entries 4 to 6"),
        ("DELETE FROM entry WHERE seq > 6", 6, "once had 12 entries and now ends at 6"),
        ("DELETE FROM entry WHERE seq = 1", 2, "entry 2: Missing: entry 1"),
        ("DELETE FROM entry", 0, "holds no entry"),
        ("UPDATE entry SET log = '" + "f" * 32 + "' WHERE seq = 7", 1, "entry 7: The row's log"),
        ("UPDATE entry SET seq = 99 WHERE seq = 12", 1, "entry 99: The row's number"),
    ],
)
def test_a_change_behind_the_guards_is_found(
    profile: Places, raw: sqlite3.Connection, statement: str, step: int, words: str
) -> None:
    behind_the_guards(raw, statement)
    if words == "holds no entry":
        assert any(words in p.what for p in inspect_record(profile).problems)
    else:
        assert words in found(profile, step)


def test_two_entries_that_changed_places_are_found(profile: Places, raw: sqlite3.Connection) -> None:
    behind_the_guards(
        raw,
        "UPDATE entry SET seq = 100 WHERE seq = 4",
        "UPDATE entry SET seq = 4 WHERE seq = 5",
        "UPDATE entry SET seq = 5 WHERE seq = 100",
    )
    assert "The row's number" in found(profile, 1)
    assert found(profile, 2)


def test_two_bodies_that_changed_places_are_found(profile: Places, raw: sqlite3.Connection) -> None:
    fourth, fifth = (raw.execute("SELECT body FROM entry WHERE seq = ?", (n,)).fetchone()[0] for n in (4, 5))
    change = "UPDATE entry SET body = ? WHERE seq = ?"
    behind_the_guards(raw, (change, (fifth, 4)), (change, (fourth, 5)))
    assert "entry 4" in found(profile, 3)
    assert "entry 5" in found(profile, 3)


def test_a_note_taken_from_an_earlier_entry_does_not_pass_for_a_later_one(
    profile: Places, raw: sqlite3.Connection
) -> None:
    earlier = raw.execute("SELECT note FROM entry WHERE seq = 6").fetchone()[0]
    behind_the_guards(raw, ("UPDATE entry SET note = ? WHERE seq = 12", (earlier,)))
    assert "The signed head names entry 6" in found(profile, 5)


def _rewritten(record: SqliteRecord, seq: int, change: Callable[[dict[str, object]], None]) -> list[Entry]:
    """The log as it would be if one body had been another one: every hash right, as anybody can make them."""
    entries = list(record.entries())
    made: list[Entry] = []
    for entry in entries:
        body = parse(entry.body or b"")
        if entry.seq == seq:
            change(body)
        data = encode(body)
        prev = made[-1].id if made else entry.prev
        header = encode_header(Header(entry.log, entry.seq, prev, entry.type, entry.time, body_hash(data)))
        made.append(Entry(entry_id(header), entry.log, entry.seq, prev, entry.type, entry.time, header, data, {}))
    return made


def _store(raw: sqlite3.Connection, entries: list[Entry], note: str | None) -> None:
    insert = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, NULL)"
    rows = [(insert, (e.log, e.seq, e.id, e.type, e.header, e.body)) for e in entries]
    behind_the_guards(
        raw, "DELETE FROM entry", *rows, ("UPDATE entry SET note = ? WHERE seq = ?", (note, entries[-1].seq))
    )


def test_a_log_chained_anew_without_the_key_is_found(
    profile: Places, clock: FixedClock, record: SqliteRecord, raw: sqlite3.Connection
) -> None:
    made = _rewritten(record, 4, lambda body: body.update(meaning="Nothing happened."))
    another = new_private_key()
    note = sign(head_text(Head(record.log, 12, made[-1].id)), record.log, another)
    _store(raw, made, note)
    assert "not signed by the expected key" in found(profile, 5)
    assert "not the one that was seen here before" in found(profile, 6)
    with pytest.raises(RecordProblem, match="not rightly signed"):
        open_record(profile, clock)


def test_a_whole_log_made_with_another_key_is_found(
    profile: Places, clock: FixedClock, record: SqliteRecord, raw: sqlite3.Connection
) -> None:
    another = new_private_key()

    def rename(body: dict[str, object]) -> None:
        body["data"] = {**body["data"], "public_key": public_key(another).hex()}  # type: ignore[dict-item]

    made = _rewritten(record, 1, rename)
    log = log_id(made[0].body or b"")
    chained: list[Entry] = []
    for entry in made:
        prev = chained[-1].id if chained else entry.prev
        header = encode_header(Header(log, entry.seq, prev, entry.type, entry.time, body_hash(entry.body or b"")))
        chained.append(Entry(entry_id(header), log, entry.seq, prev, entry.type, entry.time, header, entry.body, {}))
    _store(raw, chained, sign(head_text(Head(log, 12, chained[-1].id)), log, another))
    with pytest.raises(RecordProblem, match="seen here before"):
        open_record(profile, clock)
    assert "another log" in found(profile, 2)


def test_a_second_log_slipped_in_is_found(profile: Places, raw: sqlite3.Connection, record: SqliteRecord) -> None:
    first = next(record.entries())
    body = parse(first.body or b"") | {"salt": "0" * 32}
    data = encode(body)
    header = encode_header(Header(log_id(data), 1, first.prev, first.type, first.time, body_hash(data)))
    raw.execute(
        "INSERT INTO entry VALUES (?, 1, ?, ?, ?, ?, NULL)",
        (log_id(data), entry_id(header), first.type, header, data),
    )
    assert "another log" in found(profile, 2)


# --- the files, the mark, the key ---------------------------------------------------------------------------------


def test_a_missing_and_a_changed_file_are_found(profile: Places, record: SqliteRecord) -> None:
    (digest,) = next(record.entries(after=11)).content["files"]
    path = FolderFiles(profile.files).path(digest)
    path.write_bytes(b"another notice")
    assert "was changed" in found(profile, 4)
    path.unlink()
    assert "is missing" in found(profile, 4)
    FolderFiles(profile.files).put(b"a notice")
    assert record.verify().valid


@pytest.mark.parametrize("cut", [1, 2, 5, 10])
def test_a_log_cut_short_is_refused_at_opening_and_found(
    profile: Places, clock: FixedClock, record: SqliteRecord, raw: sqlite3.Connection, cut: int
) -> None:
    behind_the_guards(raw, f"DELETE FROM entry WHERE seq > {12 - cut}")
    assert f"now ends at {12 - cut}" in found(profile, 6)
    with pytest.raises(RecordProblem):
        open_record(profile, clock)
    with pytest.raises(RecordProblem, match="the end is missing"):
        record.append([draft("onto a shortened log")])


def test_a_log_cut_back_to_a_signed_head_is_refused_by_the_mark_alone(
    profile: Places, clock: FixedClock, raw: sqlite3.Connection
) -> None:
    behind_the_guards(raw, "DELETE FROM entry WHERE seq > 6")
    problems = inspect_record(profile).problems
    assert [p.step for p in problems] == [6]
    with pytest.raises(RecordProblem, match="it once went to entry 12"):
        open_record(profile, clock)


def test_an_older_copy_put_back_is_refused(profile: Places, clock: FixedClock) -> None:
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as record:
        record.append([draft()])
    older = profile.record.read_bytes()
    with open_record(profile, clock) as record:
        record.append([draft()])
    profile.record.write_bytes(older)
    with pytest.raises(RecordProblem, match="the end is missing"):
        open_record(profile, clock)


def test_a_fork_with_the_real_key_is_refused_where_the_other_end_was_seen(profile: Places, clock: FixedClock) -> None:
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as record:
        older = profile.record.read_bytes()
        mark = profile.high_water_mark.read_bytes()
        record.append([draft("seen")])
        seen = profile.high_water_mark.read_bytes()
    profile.record.write_bytes(older)
    profile.high_water_mark.write_bytes(mark)
    with open_record(profile, clock) as record:
        record.append([draft("another past")])
    profile.high_water_mark.write_bytes(seen)
    with pytest.raises(RecordProblem, match="not the one that was seen here before"):
        open_record(profile, clock)


@pytest.mark.parametrize("empty", [True, False])
def test_an_empty_or_missing_database_with_a_mark_is_an_incident(
    profile: Places, clock: FixedClock, empty: bool
) -> None:
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    if empty:
        profile.record.write_bytes(b"")
    else:
        profile.record.unlink()
    with pytest.raises(RecordProblem, match="an incident, not a first run"):
        open_record(profile, clock)
    with pytest.raises((RecordProblem, NotRecorded)) if not empty else pytest.raises(Exception, match="already"):
        create_record(profile, ORGANISATION, clock, "0.1")
    outcome = inspect_record(profile)
    assert "an incident" in outcome.problems[0].what
    assert Path(profile.record).exists() is empty


def test_a_file_cut_in_half_ends_in_words(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    record.append([draft("x" * 3000) for _ in range(30)])
    record.close()
    data = profile.record.read_bytes()
    profile.record.write_bytes(data[: len(data) // 2])
    assert not inspect_record(profile).valid
    with pytest.raises(RecordProblem) as caught:
        open_record(profile, clock)
    assert caught.value.next_step


def test_writable_schema_hides_nothing(profile: Places, raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute("UPDATE sqlite_master SET sql = replace(sql, 'BEFORE', 'AFTER') WHERE type = 'trigger'")
    assert sum("was changed" in p.what for p in inspect_record(profile).problems) == 3


def test_a_schema_made_unreadable_ends_in_words(profile: Places, clock: FixedClock, raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute("UPDATE sqlite_master SET sql = 'nonsense' WHERE type = 'trigger'")
    assert not inspect_record(profile).valid
    with pytest.raises(RecordProblem):
        open_record(profile, clock)


def test_a_trigger_of_somebody_else_is_found(profile: Places, raw: sqlite3.Connection) -> None:
    raw.execute("CREATE TRIGGER mine AFTER INSERT ON entry BEGIN SELECT 1; END")
    assert any("does not belong there" in p.what for p in inspect_record(profile).problems)
