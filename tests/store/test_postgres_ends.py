"""No log in a shared database ends unsigned; one that does, from before, has a way out, and nothing is left unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.places import Places, places
from msat.record.chain import birth_of, body_of, head_of, link
from msat.record.entries import Entry, Head
from msat.record.keys import FileKeyStore
from msat.record.signing import Signer, head_text, new_private_key
from msat.record.trouble import Trouble
from msat.store.migrations.running import upgrade
from msat.store.postgres_admin import check_database
from msat.store.postgres_engine import database_engine, read_address
from msat.store.postgres_guards import missing_guards
from msat.store.postgres_migrating import migrate_database, unsigned_ends
from msat.store.postgres_opening import create_database_record, open_database_record
from msat.store.postgres_record import PostgresRecord
from msat.store.postgres_schema import REVISIONS, SCHEMAS, VERSION
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.test_postgres_attacks import INSERT, change_of_key, signed_by_another, values
from tests.store.test_postgres_superseding import lose_after

CLOCK = FixedClock(NOON)
ODS = ORGANISATION.ods


def of_schema(server: object, number: int) -> Database:
    """A database as an earlier program made it."""
    made = new_database(server)
    made.ask("DROP SCHEMA msat CASCADE")
    engine = database_engine(read_address(made.admin), pool=1)
    with engine.begin() as connection:
        upgrade(connection, REVISIONS, 0, number)
        connection.exec_driver_sql(f"COMMENT ON SCHEMA msat IS '{SCHEMAS[number].comment}'")
        assert list(missing_guards(connection)) == []
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def older(postgres_server: object) -> Database:
    """Schema 3, in which a log-in of the organisation could write behind another installation's end."""
    return of_schema(postgres_server, 3)


def begin(database: Database, folder: Path) -> Places:
    where = places(folder)
    with create_database_record(where, database.login(ODS), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one")])
        record.append([draft("two"), draft("three")])
    return where


def forged(head: Head, how_many: int = 1) -> list[Entry]:
    """Entries that rightly follow `head`, by somebody without the key."""
    return list(link(head, [body_of(draft(f"forged {n}"), ORGANISATION, NOON) for n in range(how_many)], NOON))


# --- what is refused ------------------------------------------------------------------------------------------------

# Statements with {1} and {2} in the place of two forged entries that follow each other; the last must be refused.
TRICKS = {
    "one statement": ["{1}"],
    "in a transaction": ["BEGIN", "{1}", "COMMIT"],
    "two at once": ["BEGIN", "{1}", "{2}", "COMMIT"],
    "checked early": ["BEGIN", "SET CONSTRAINTS ALL IMMEDIATE", "{1}", "COMMIT"],
    "checked early, then taken back": [
        "BEGIN", "{1}", "SAVEPOINT a", "{2}", "?SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK TO a", "COMMIT",
    ],
    "checked early, each by itself": [
        "BEGIN", "SAVEPOINT a", "{1}", "?SET CONSTRAINTS msat.entry_end_is_signed IMMEDIATE", "COMMIT",
    ],
    "with an old snapshot": ["BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT count(*) FROM msat.entry", "{1}", "COMMIT"],
    "prepared, to be committed later": ["BEGIN", "{1}", "PREPARE TRANSACTION 'later'"],
    "committed and chained": ["BEGIN", "{1}", "COMMIT AND CHAIN", "COMMIT"],
}  # fmt: skip


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_no_log_in_of_the_organisation_writes_behind_another_installations_end(
    database: Database, tmp_path: Path, trick: str
) -> None:
    import psycopg

    where, login = begin(database, tmp_path), database.login(ODS)
    with open_database_record(where, CLOCK) as record:
        head = record.head()
        entries = forged(head, 2)
        rows = {"{1}": values(entries[0], ODS), "{2}": values(entries[1], ODS, note=signed_by_another(entries[1]))}
        told = []
        with database.as_(login) as connection:
            for statement in TRICKS[trick]:
                try:
                    connection.execute(INSERT if statement in rows else statement.lstrip("?"), rows.get(statement))
                except psycopg.Error as error:
                    told.append(str(error).partition("\n")[0])
        assert told
        assert all("not signed by its key" in one or one == "prepared transactions are disabled" for one in told)
        assert database.ask("SELECT max(seq) FROM msat.entry WHERE log = %s", head.log) == [(head.size,)]
        record.append([draft("goes on")])
        assert record.verify().problems == ()


def test_entries_that_were_lost_are_given_back_by_anybody_but_only_as_they_were(
    database: Database, tmp_path: Path
) -> None:
    """A failover lost them, and a return shows them to all: with more written to the note no reader would take them."""
    import psycopg

    where, login = begin(database, tmp_path), database.login(ODS)
    with open_database_record(where, CLOCK) as record:
        log, end = record.log, list(record.entries(after=2))
        note = record.signed_head()
    lose_after(database, log, 2)
    line = note.rpartition("\n\n")[2]
    other = signed_by_another(end[-1]).rpartition("\n\n")[2]
    with database.as_(login) as connection:
        both = f"{INSERT}, ({', '.join(['%s'] * 8)})"
        for wrong in (note + line, note + other, note * 2, note.replace("\n\n", "\n\n\n"), note[:-1], note + " ", None):
            with pytest.raises(psycopg.Error, match="not signed by its key"):
                connection.execute(both, (*values(end[0], ODS), *values(end[1], ODS, note=wrong)))
        connection.execute(both, (*values(end[0], ODS), *values(end[1], ODS, note=note)))
    with open_database_record(where, CLOCK) as record:
        assert (record.read_only, record.head()) == ("", head_of(end[-1]))
        assert record.verify().problems == ()


def test_every_entry_of_a_long_life_is_taken_and_the_key_is_followed_once(database: Database, tmp_path: Path) -> None:
    """Changes of key by the old and by the recovery key: each new end is signed by the key that counts then."""
    import psycopg

    where = places(tmp_path)
    made, recovery = create_database_record(where, database.login(ODS), ORGANISATION, CLOCK, "0.1")
    with made as record:
        for _turn in range(3):
            record.append([draft("before")])
            record.rotate_key(PERSON)
            record.append([draft("after"), draft("and after")])
        old = FileKeyStore(where.keys).load(record.log)
        (where.keys / f"{record.log}.key").unlink()
    with open_database_record(where, CLOCK) as record:
        record.recover_key(recovery, PERSON)
        (last,) = record.append([draft("recovered")])
        kept = database.ask("SELECT turn, key FROM msat.log WHERE log = %s", record.log)
        changes = [e.id for e in record.entries() if e.type == "key.rotated"]
        assert kept == [(changes[-1], record.public_key)]
        assert old is not None
        (entry,) = forged(head_of(last))
        for signer in (old.signer, Signer(record.log, new_private_key())):
            note = signer.sign(head_text(head_of(entry)))
            with database.as_(database.login(ODS)) as connection, pytest.raises(psycopg.Error, match="not signed"):
                connection.execute(INSERT, values(entry, ODS, note=note))
        assert record.verify().problems == ()


# --- the way out of a log that has such an end already --------------------------------------------------------------


def write_behind(database: Database, head: Head, kind: str) -> int:
    """Writes behind the end of a log as somebody without its key; how many entries."""
    entries = forged(head, 2)
    rows: dict[str, list[tuple[object, ...]]] = {
        "without a note": [values(entries[0], ODS), values(entries[1], ODS)],
        "signed by another": [values(entries[0], ODS, note=signed_by_another(entries[0]))],
        "with a garbled note": [values(entries[0], ODS, note="\n\n— x\n")],
        "a change of key": [change_of_key(head)],
    }
    with database.as_(database.login(ODS)) as connection:
        for row in rows[kind]:
            connection.execute(INSERT, row)
    return len(rows[kind])


@pytest.mark.parametrize("kind", ["without a note", "signed by another", "with a garbled note", "a change of key"])
def test_a_log_that_somebody_wrote_behind_goes_on_from_its_last_signed_entry(
    older: Database, tmp_path: Path, kind: str
) -> None:
    where = begin(older, tmp_path)
    with open_database_record(where, CLOCK) as record:
        head, held = record.head(), list(record.entries())
        made = write_behind(older, head, kind)
        left = "Entry 5 " if made == 1 else "Entries 5 to 6 "
        with pytest.raises(RecordProblem) as said:  # the window that is open meanwhile
            record.append([draft("goes on")])
        assert said.value.explanation.startswith(left)
        assert "log supersede --reason" in said.value.next_step
        assert record.trouble is Trouble.FOREIGN
    (told,) = unsigned_ends(older.admin)
    assert left.strip() in told
    assert ODS in told
    assert migrate_database(older.admin) == (3, VERSION)
    assert any(left in one.what for one in check_database(older.admin).outcome.problems)
    with open_database_record(where, CLOCK) as record:
        assert isinstance(record, PostgresRecord)
        assert record.trouble is Trouble.FOREIGN
        assert record.read_only.startswith(left)
        assert "log supersede" in record.to_be_done
        check_counted(record, head, held)
        assert record.verify().problems[0].what.startswith(left)
        with pytest.raises(RecordProblem, match=left):
            record.append([draft("goes on")])
        record.supersede(PERSON, "Somebody wrote behind its end.")
        assert record.lineage() == (head,)
        assert left.strip().lower() in record.notices[-1]
        record.append([draft("goes on")])
        check_after(record, head, held, left)
    with open_database_record(where, CLOCK) as record:
        assert (record.read_only, record.lineage()) == ("", (head,))
        check_after(record, head, held, left)
    found = check_database(older.admin).outcome
    assert found.problems == ()
    assert any(left.strip().lower() in line for line in found.checked)


def check_counted(record: PostgresRecord, head: Head, held: list[Entry]) -> None:
    """Everything that is read of the log ends where its key signed it."""
    assert record.head() == head
    assert list(record.entries()) == held
    assert list(record.entries(upto=99)) == held
    assert f"\n{head.size}\n" in record.signed_head()
    assert [e.seq for e in record.typed(frozenset({"alert.acknowledged", "key.rotated"}))] == [2, 3, 4]
    assert [e.seq for e in record.identity()] == [1]


def check_after(record: PostgresRecord, head: Head, held: list[Entry], left: str) -> None:
    """Both logs prove whole, the old one as far as it counts, and what was left behind is told."""
    assert list(record.entries(head.log)) == held
    found = record.verify()
    assert found.problems == ()
    assert any(left.strip().lower() in line for line in found.checked)
    birth = birth_of(next(iter(record.entries())))
    assert birth.claim is not None
    assert birth.claim.head == head
    assert "its own key signed that" in " ".join(found.checked)


def test_what_was_written_behind_is_never_read_as_an_entry(older: Database, tmp_path: Path) -> None:
    where = begin(older, tmp_path)
    with open_database_record(where, CLOCK) as record:
        head = record.head()
    write_behind(older, head, "without a note")
    ids = [i for (i,) in older.ask("SELECT id FROM msat.entry WHERE seq > 4 ORDER BY seq")]
    with open_database_record(where, CLOCK) as record:
        assert [record.entry(one) for one in ids] == [None, None]
        assert record.entry(head.id) is not None
        assert isinstance(record, PostgresRecord)
        copied = record.local_copy.head()
        assert copied is None or copied == head


def test_an_end_that_is_not_what_was_acknowledged_here_stays_an_incident(older: Database, tmp_path: Path) -> None:
    """Somebody wrote in the place of what the server lost: the way out above would give up what was recorded."""
    where = begin(older, tmp_path)
    with open_database_record(where, CLOCK) as record:
        log = record.log
        second = next(e for e in record.entries() if e.seq == 2)
    lose_after(older, log, 2)
    write_behind(older, head_of(second), "without a note")
    with open_database_record(where, CLOCK) as record:
        assert "went on differently" in record.read_only
        assert record.trouble is not Trouble.FOREIGN
        assert record.head().size == 4, "this computer's copy is shown"


def test_a_record_that_is_open_goes_on_through_the_migration(older: Database, tmp_path: Path) -> None:
    where = begin(older, tmp_path)
    with open_database_record(where, CLOCK) as record:
        record.append([draft("before")])
        assert unsigned_ends(older.admin) == ()
        assert migrate_database(older.admin) == (3, VERSION)
        assert migrate_database(older.admin) == (VERSION, VERSION)
        record.append([draft("after")])
        record.rotate_key(PERSON)
        record.append([draft("and after")])
        assert record.verify().problems == ()
    assert check_database(older.admin).outcome.problems == ()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP TRIGGER entry_end_is_signed ON msat.entry", "guard “entry_end_is_signed” is missing"),
        ("ALTER TABLE msat.entry DISABLE TRIGGER entry_end_is_signed", "does not always fire"),
        ("GRANT SELECT ON msat.log TO msat_practice", "may SELECT the table of logs"),
        ("ALTER TABLE msat.log OWNER TO postgres", "The table of logs belongs to"),
        ("DROP TABLE msat.log", "table “log” is missing"),
        ("GRANT EXECUTE ON FUNCTION msat.key_now(text, bigint) TO msat_practice", "may call"),
    ],
)
def test_a_guard_that_was_weakened_is_found(postgres_server: object, statement: str, words: str) -> None:
    made = new_database(postgres_server)
    assert check_database(made.admin).outcome.problems == ()
    made.ask(statement)
    assert any(words in one.what for one in check_database(made.admin).outcome.problems)
