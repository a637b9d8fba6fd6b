"""Copies of logs that came as files, in a shared database: who may write and see them, and what is refused of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.errors import NotRecorded
from msat.ids import EntryId
from msat.places import places
from msat.record.entries import Entry, Head
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from msat.record.signing import head_text
from msat.store.migrations.database import schema_3
from msat.store.migrations.running import upgrade
from msat.store.postgres_admin import check_database
from msat.store.postgres_bulk import COPY, TYPES
from msat.store.postgres_engine import database_engine, read_address
from msat.store.postgres_migrating import migrate_database
from msat.store.postgres_opening import create_database_record, open_database_record
from msat.store.postgres_schema import REVISIONS, SCHEMAS, VERSION
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, draft

OTHER = Organisation("Mill Lane Surgery", "B82001", "gp-practice")
CLOCK = FixedClock(NOON)


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def log() -> MemoryRecord:
    """A log that came as a file from somewhere else."""
    made = MemoryRecord(OTHER, CLOCK)
    made.append([draft("one"), draft("two")])
    return made


def raw(record: MemoryRecord, entries: Sequence[Entry] | None = None) -> list[RawEntry]:
    return [RawEntry(e.id, e.type, e.header, e.body) for e in entries or list(record.entries())]


def copied(database: Database, login: str, rows: Sequence[tuple[Any, ...]], statement: str = COPY) -> None:
    """COPY as a program that is not MSAT would run it."""
    with database.as_(login) as connection, connection.cursor() as cursor, cursor.copy(statement) as into:
        into.set_types(TYPES)
        for row in rows:
            into.write_row(row)


def as_rows(log: MemoryRecord, rows: Sequence[RawEntry], first: int = 1) -> list[tuple[Any, ...]]:
    """The rows of a copy, the last one with the head that the log's key signed there."""
    made = [(log.log, n, row.id, row.type, row.header, row.body, None) for n, row in enumerate(rows, start=first)]
    return [*made[:-1], (*made[-1][:-1], signed_end_of(log, Head(log.log, made[-1][1], made[-1][2])))]


def signed_end_of(log: MemoryRecord, head: Head) -> str:
    """A head of the log, signed with its key."""
    return log._signer.sign(head_text(head))


def held(database: Database, log: str) -> list[tuple[Any, ...]]:
    return database.ask("SELECT holder, seq, id FROM msat.copy WHERE log = %s ORDER BY holder, seq", log)


def spoilt(rows: list[RawEntry]) -> dict[str, list[RawEntry]]:
    """What is wrong, and the rows that are wrong like this."""
    first, second, third = rows
    return {
        "does not follow the last": [second, third],
        "does not name the entry before": [first, third],
        "does not hash to the id": [first, replace(second, id=EntryId("0" * 64)), third],
        "does not hash to its header": [first, replace(second, body=b"{}"), third],
        "is not in its form": [first, replace(second, type="alert.revised"), third],
        "first entry does not hash": [replace(first, body=None), second, third],
    }


@pytest.mark.parametrize("what", sorted(spoilt([RawEntry(EntryId(""), "", b"", b"")] * 3)))
def test_the_database_refuses_a_copy_that_is_not_whole(database: Database, log: MemoryRecord, what: str) -> None:
    import psycopg

    login = database.login(ORGANISATION.ods)
    with pytest.raises(psycopg.Error):
        copied(database, login, as_rows(log, spoilt(raw(log))[what]))
    assert held(database, log.log) == []


def test_the_positive_control_a_whole_copy_is_taken_in_pieces_and_withheld_bodies_too(
    database: Database, log: MemoryRecord
) -> None:
    login = database.login(ORGANISATION.ods)
    first, second, third = raw(log)
    copied(database, login, as_rows(log, [first, replace(second, body=None)]))
    copied(database, login, as_rows(log, [third], first=3))
    ids = [e.id for e in log.entries()]
    assert held(database, log.log) == [(ORGANISATION.ods, n, i) for n, i in enumerate(ids, start=1)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE msat.copy SET note = 'x'",
        "DELETE FROM msat.copy",
        "TRUNCATE msat.copy",
        "DROP TABLE msat.copy",
        "SELECT log FROM msat.copy",
        "SELECT holder FROM msat.copy",
        "SELECT log FROM msat.held",
        "DELETE FROM msat.held",
        "UPDATE msat.held SET note = 'x'",
        "INSERT INTO msat.held (log, seq, id, type, header) SELECT log, seq + 9, id, type, header FROM msat.entry",
        "INSERT INTO msat.copy (holder, log, seq, id, type, header) SELECT 'G85001', log, seq, id, type, header "
        "FROM msat.entry",
        "INSERT INTO msat.copy (log, seq, id, type, header) SELECT log, 1, id, type, header FROM msat.entry "
        "ON CONFLICT (holder, log, seq) DO UPDATE SET note = 'x'",
        "INSERT INTO msat.copy (log, seq, id, type, header) VALUES ('x', 1, 'x', 'x', '') RETURNING holder",
        "ALTER TABLE msat.copy DISABLE TRIGGER ALL",
        "ALTER TABLE msat.copy ALTER COLUMN holder SET DEFAULT 'G85001'",
        "DROP TRIGGER copies_follow ON msat.copy",
        "CREATE OR REPLACE VIEW msat.held AS SELECT * FROM msat.copy",
        "ALTER VIEW msat.held SET (security_barrier = false)",
        "SET session_replication_role = replica",
        "SET ROLE msat_owner",
        "SELECT msat.copies_follow()",
        "GRANT ALL ON msat.copy TO PUBLIC",
        "COPY msat.copy TO STDOUT",
        "COPY msat.held TO STDOUT",
        "LOCK TABLE msat.copy IN ACCESS EXCLUSIVE MODE",
    ],
)
@pytest.mark.parametrize("who", ["another practice", "a committee"])
def test_nobody_else_changes_or_sees_a_copy(
    postgres_server: object, database: Database, log: MemoryRecord, statement: str, who: str
) -> None:
    import psycopg

    copied(database, database.login("G85001"), as_rows(log, raw(log)))
    before = database.ask("SELECT * FROM msat.copy ORDER BY holder, log, seq")
    told: list[Any] = []
    try:
        with database.as_(database.login("D84004" if who == "another practice" else None)) as connection:
            cursor = connection.execute(statement)
            told = list(cursor.fetchall()) if cursor.description else []
    except psycopg.Error:
        pass
    assert told == []
    assert database.ask("SELECT * FROM msat.copy ORDER BY holder, log, seq") == before
    assert check_database(database.admin, prove_logs=False).outcome.problems == ()


@pytest.mark.parametrize(
    "statement",
    [
        "{insert} SELECT set_config('msat.holder', 'G85001', true) || '{log}', 1, 'x', 'x', ''",
        "SET msat.holder = 'G85001';; {insert} VALUES ('{log}', 1, 'x', 'x', '')",
        "DO $$ BEGIN {insert} VALUES ('{log}', 1, 'x', 'x', ''); END $$",
        "PREPARE p AS {insert} VALUES ('{log}', 1, 'x', 'x', '');; EXECUTE p",
    ],
)
def test_nobody_learns_from_a_refusal_what_others_hold(
    database: Database, log: MemoryRecord, statement: str
) -> None:
    """The same words, whether another organisation holds that very entry or not."""
    import psycopg

    login, said = database.login("C83003"), set()
    into = "INSERT INTO msat.copy (log, seq, id, type, header)"
    *before, last = statement.replace("{insert}", into).replace("{log}", log.log).split(";;")
    for is_held in (False, True):
        if is_held:
            copied(database, database.login("G85001"), as_rows(log, raw(log)))
        with database.as_(login) as connection:
            for part in before:
                connection.execute(part)
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(last)
        said.add(str(refused.value).partition("\n")[0])
    assert said == {"copies of logs come in by the COPY of MSAT alone"}


def test_a_setting_of_ones_own_makes_nobody_the_holder(database: Database, log: MemoryRecord) -> None:
    with database.as_(database.login("C83003")) as connection:
        connection.execute("SET msat.holder = 'G85001'")
        with connection.cursor() as cursor, cursor.copy(COPY) as into:
            into.set_types(TYPES)
            for row in as_rows(log, raw(log)):
                into.write_row(row)
    assert {holder for holder, _seq, _id in held(database, log.log)} == {"C83003"}
    assert schema_3.COPY == COPY


def test_two_organisations_hold_the_same_log_each_for_itself(database: Database, log: MemoryRecord) -> None:
    for ods in ("G85001", "B82001"):
        copied(database, database.login(ods), as_rows(log, raw(log)))
    assert [row[:2] for row in held(database, log.log)] == [(o, n) for o in ("B82001", "G85001") for n in (1, 2, 3)]
    with database.as_(database.login("G85001")) as connection:
        seen = connection.execute("SELECT seq FROM msat.held WHERE log = %s ORDER BY seq", (log.log,)).fetchall()
    assert seen == [(1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("ALTER TABLE msat.copy DISABLE TRIGGER copies_follow", "does not always fire"),
        ("DROP TRIGGER copy_is_never_deleted ON msat.copy", "is missing"),
        ("ALTER TABLE msat.copy ALTER COLUMN holder SET DEFAULT 'G85001'", "no longer filled in"),
        ("GRANT SELECT ON msat.copy TO msat_practice", "may SELECT the table of copies"),
        ("GRANT INSERT (holder) ON msat.copy TO msat_practice", "may INSERT the column “holder”"),
        ("ALTER VIEW msat.held SET (security_barrier = false)", "view “held” was changed"),
        ("CREATE OR REPLACE VIEW msat.held AS SELECT log, seq, id, type, header, body, note FROM msat.copy", "“held”"),
        ("CREATE TABLE msat.more (x int)", "table “more” that does not belong"),
        ("CREATE RULE r AS ON INSERT TO msat.copy DO INSTEAD NOTHING", "rule “r”"),
    ],
)
def test_a_weakened_guard_is_found(postgres_server: object, statement: str, words: str) -> None:
    made = new_database(postgres_server)
    assert check_database(made.admin).outcome.problems == ()
    made.ask(statement)
    assert any(words in one.what for one in check_database(made.admin).outcome.problems)


# --- migrating --------------------------------------------------------------------------------------------------------


def older_database(server: object) -> Database:
    """A database as the MSAT before this one made it, with schema 1."""
    made = new_database(server)
    made.ask("DROP SCHEMA msat CASCADE")
    engine = database_engine(read_address(made.admin), pool=1)
    with engine.begin() as connection:
        upgrade(connection, REVISIONS, 0, 1)
        connection.exec_driver_sql(f"COMMENT ON SCHEMA msat IS '{SCHEMAS[1].comment}'")
    engine.dispose()
    return made


def test_an_older_database_is_recorded_in_and_migrated(
    postgres_server: object, tmp_path: Path, log: MemoryRecord
) -> None:
    database, where = older_database(postgres_server), places(tmp_path)
    login = database.login(ORGANISATION.ods)
    with create_database_record(where, login, ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("before")])
        with pytest.raises(NotRecorded, match="no room for copies") as refused:
            record.received.take(log.log, 0, raw(log), log.signed_head())
        assert "database migrate" in refused.value.next_step
        assert record.received.heads() == ()
        assert migrate_database(database.admin) == (1, VERSION)
        record.received.take(log.log, 0, raw(log), log.signed_head())
        record.append([draft("after")])
        assert record.received.heads() == (log.head(),)
    assert migrate_database(database.admin) == (VERSION, VERSION)
    assert check_database(database.admin).outcome.problems == ()
    with open_database_record(where, CLOCK) as record:
        assert [e.data["note"] for e in record.entries(after=1)] == ["before", "after"]
        assert record.verify().valid


CATALOGUE = (
    "SELECT proname, prosrc, proconfig, prosecdef FROM pg_proc WHERE pronamespace = 'msat'::regnamespace ORDER BY 1",
    "SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "SELECT relname, relkind, relacl::text, reloptions FROM pg_class "
    "WHERE relnamespace = 'msat'::regnamespace ORDER BY 1",
    "SELECT attrelid::regclass::text, attname, atttypid::regtype::text, attnotnull, attacl::text FROM pg_attribute "
    "WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'msat'::regnamespace) ORDER BY 1, attnum",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'msat'::regnamespace ORDER BY 1",
    "SELECT policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1",
    "SELECT obj_description('msat'::regnamespace, 'pg_namespace')",
)


def test_a_migrated_database_is_the_same_as_a_new_one(postgres_server: object) -> None:
    older, new = older_database(postgres_server), new_database(postgres_server)
    migrate_database(older.admin)
    for statement in CATALOGUE:
        assert older.ask(statement) == new.ask(statement)


def test_an_administrator_who_is_no_superuser_migrates_too(postgres_server: object) -> None:
    """As on a hosted service: a log-in that may make roles, and is a member of the record's owner."""
    older, new = older_database(postgres_server), new_database(postgres_server)
    name = f"hosted_{older.name[-8:]}"
    older.ask(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'x' IN ROLE msat_owner")
    older.ask(f"GRANT CONNECT ON DATABASE {older.name} TO {name}")
    assert migrate_database(older.server.address(name, "x", older.name)) == (1, VERSION)
    for statement in CATALOGUE:
        assert older.ask(statement) == new.ask(statement)
    older.ask(f"REVOKE ALL ON DATABASE {older.name} FROM {name}")
    older.ask(f"DROP ROLE {name}")


def test_a_weakened_database_is_not_migrated(postgres_server: object) -> None:
    from msat.errors import RecordProblem

    database = older_database(postgres_server)
    database.ask("DROP POLICY entry_is_seen ON msat.entry")
    with pytest.raises(RecordProblem, match="policy “entry_is_seen” is missing"):
        migrate_database(database.admin)
    assert database.ask("SELECT to_regclass('msat.copy')") == [(None,)]


def test_a_migration_that_fails_leaves_all_as_it_was(postgres_server: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from msat.errors import RecordProblem

    database = older_database(postgres_server)
    before = [database.ask(statement) for statement in CATALOGUE]
    statements = [*REVISIONS[1]._statements()[:-3], "SELECT 1 / 0"]
    monkeypatch.setattr(REVISIONS[1], "_statements", lambda: statements)
    with pytest.raises(RecordProblem, match="Nothing was changed"):
        migrate_database(database.admin)
    monkeypatch.setattr(REVISIONS[1], "_statements", lambda: statements[:-1])
    with pytest.raises(RecordProblem, match="would not be guarded"):
        migrate_database(database.admin)
    assert [database.ask(statement) for statement in CATALOGUE] == before


def test_a_newer_database_is_refused(postgres_server: object) -> None:
    from msat.errors import RecordProblem

    database = new_database(postgres_server)
    database.ask("COMMENT ON SCHEMA msat IS 'MSAT record, schema 9'")
    with pytest.raises(RecordProblem, match="newer MSAT"):
        migrate_database(database.admin)
