"""What the door for erasure stands on: signatures checked inside the database, copies, a server put back, guards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import LogId
from msat.places import places
from msat.record.chain import body_of_own, link
from msat.record.erasure import Retold, kept_of, orders, retold_order
from msat.record.memory import MemoryRecord
from msat.record.received import RawEntry
from msat.store.erasing import Pending, begin
from msat.store.migrations.running import upgrade
from msat.store.postgres_admin import check_database
from msat.store.postgres_engine import database_engine, read_address
from msat.store.postgres_guards import missing_guards
from msat.store.postgres_migrating import migrate_database
from msat.store.postgres_opening import create_database_record, open_database_record
from msat.store.postgres_schema import REVISIONS, SCHEMAS, VERSION
from msat.store.sqlite_record import SqliteRecord
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.test_postgres_copies import as_rows, copied
from tests.store.test_postgres_copies import raw as raw_of
from tests.store.test_postgres_ends import of_schema
from tests.store.test_postgres_erasing import BY, DOOR, OTHER, SECRET, emptied, order, refused

CLOCK = FixedClock(NOON)
ORDER = 2**252 + 27742317777372353535851937790883648493
SIGNED = "SELECT msat.is_signed(%s, %s, %s)"
# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


def is_by(public: bytes, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_the_database_checks_signatures_as_the_standard_says(database: Database) -> None:
    with database.as_(database.admin) as connection:
        for _secret, *told in VECTORS:
            public, message, signature = (bytes.fromhex(one) for one in told)
            assert is_by(public, message, signature)
            assert connection.execute(SIGNED, (public, message, signature)).fetchone() == (True,)
            assert connection.execute(SIGNED, (public, message + b"x", signature)).fetchone() == (False,)


def test_the_database_and_the_library_agree_on_what_is_signed_and_what_not(database: Database) -> None:
    agreed = {True: 0, False: 0}
    with database.as_(database.admin) as connection:
        for turn in range(12):
            key, message = Ed25519PrivateKey.generate(), os.urandom(turn * 17)
            public, right = key.public_key().public_bytes_raw(), key.sign(message)
            s = int.from_bytes(right[32:], "little")
            tries = [right, right[:32] + (s + ORDER).to_bytes(32, "little"), right[:32] + bytes(32), bytes(64)]
            for at in (0, 31, 32, 63):
                tries.append(right[:at] + bytes([right[at] ^ (1 << turn % 8)]) + right[at + 1 :])
            for given in tries:
                told = connection.execute(SIGNED, (public, message, given)).fetchone()
                assert told == (is_by(public, message, given),)
                agreed[told[0]] += 1
        for public in (bytes(32), b"\xff" * 32, b"\x02" + bytes(31)):
            assert connection.execute(SIGNED, (public, b"", os.urandom(64))).fetchone() == (False,)
        for values in ((bytes(31), b"", bytes(64)), (bytes(32), b"", bytes(63)), (None, b"", bytes(64))):
            assert connection.execute(SIGNED, values).fetchone() == (False,)
    assert agreed == {True: 12, False: 12 * 7}


# --- copies of other sites' logs ------------------------------------------------------------------------------------


@pytest.fixture
def theirs() -> MemoryRecord:
    """Another site's log of three entries, as it came in a file."""
    made = MemoryRecord(OTHER, CLOCK)
    made.append([draft("one"), draft("two")])
    return made


def sent(record: MemoryRecord, after: int = 0) -> list[RawEntry]:
    return raw_of(record)[after:]


def test_a_copy_is_emptied_by_the_order_that_came_with_it(
    database: Database, tmp_path: Path, theirs: MemoryRecord
) -> None:
    login = database.login("G85009")
    whose = OTHER.__class__("Third Surgery", "G85009", "gp-practice")
    with create_database_record(places(tmp_path), login, whose, CLOCK, "0.1")[0] as record:
        record.received.take(theirs.log, 0, sent(theirs), theirs.signed_head())
        assert record.received.erase(theirs.log) == 0
        theirs.erase([order(theirs, 2)])  # type: ignore[arg-type]
        record.received.take(theirs.log, 3, sent(theirs, 3), theirs.signed_head())
        target = next(e for e in theirs.entries() if e.seq == 2)
        assert record.entry(target.id).body is not None  # type: ignore[union-attr]
        assert record.received.erase(theirs.log) == 1
        assert emptied(database, theirs.log, "copy") == [2]
        found = record.entry(target.id)
        assert found is not None
        assert found.content["actor"]["name"] == "X"
        assert [e.content["actor"]["name"] for e in record.entries(theirs.log, after=1, upto=3)] == ["X", SECRET]
        assert record.received.erase(theirs.log) == 0
    assert "not signed" in refused(database, database.login("C83003"), DOOR, theirs.log)


def test_an_erasure_in_a_copy_that_was_broken_off_is_finished_at_the_start(
    database: Database, tmp_path: Path, theirs: MemoryRecord
) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login("G85001"), ORGANISATION, CLOCK, "0.1")[0] as record:
        begin(where, Pending(LogId("ab" * 16), 0))  # a file that was never stored
        record.received.take(theirs.log, 0, sent(theirs), theirs.signed_head())
        theirs.erase([order(theirs, 2)])  # type: ignore[arg-type]
        record.received.take(theirs.log, 3, sent(theirs, 3), theirs.signed_head())
    with open_database_record(where, CLOCK) as record:
        assert record.is_erasing
        assert emptied(database, theirs.log, "copy") == []
        assert record.finish_erasing() == 1
        assert emptied(database, theirs.log, "copy") == [2]
        record.erasure_done()
        assert not record.is_erasing


def test_an_order_in_a_copy_that_their_key_did_not_sign_empties_nothing(
    postgres_server: object, theirs: MemoryRecord
) -> None:
    """Schema 5 takes no such order; one from before does nothing there either."""
    database = of_schema(postgres_server, 4)
    login = database.login("G85008")
    copied(database, login, as_rows(theirs, raw_of(theirs)))
    body = body_of_own(order(theirs, 2), OTHER, NOON)  # type: ignore[arg-type]
    (entry,) = link(theirs.head(), [body], NOON)
    copied(database, login, [(theirs.log, 4, entry.id, entry.type, entry.header, entry.body, theirs.signed_head())])
    assert "not signed by its key" in refused(database, login, DOOR, theirs.log)
    migrate_database(database.admin)
    assert "not signed by its key" in refused(database, login, DOOR, theirs.log)
    assert emptied(database, theirs.log, "copy") == []


def test_what_an_erased_order_named_is_emptied_by_the_one_that_tells_it_again(
    database: Database, tmp_path: Path
) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login("G85001"), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one"), draft("two")])
        (first,) = record.erase([order(record, 2)])
        held = {entry.seq: entry for entry in record.entries()}
        again = Retold(first, {**kept_of(retold_order(first.content)), "meaning": "Without the name."})
        told = Retold(held[2], kept_of(held[2].content), is_again=True)
        record.erase(list(orders(record.log, 2, "Asked for.", BY, PERSON, [told, again])))
        assert emptied(database, record.log) == [2, first.seq]
        assert record.entry(held[2].id).content["actor"]["name"] == "X"  # type: ignore[union-attr]
        assert record.verify().problems == ()


# --- a server that comes back without the erasure -------------------------------------------------------------------


def put_back_as_it_was(database: Database, log: str, bodies: list[tuple[int, bytes]], end: int) -> None:
    """What a restore from an older backup does: bodies are there again, and what came behind `end` is not."""
    database.ask("ALTER TABLE msat.entry DISABLE TRIGGER ALL")
    for seq, body in bodies:
        database.ask("UPDATE msat.entry SET body = %s WHERE log = %s AND seq = %s", body, log, seq)
    database.ask("DELETE FROM msat.entry WHERE log = %s AND seq > %s", log, end)
    for name in SCHEMAS[VERSION].tables["entry"].triggers:
        database.ask(f"ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER {name}")


@pytest.mark.parametrize("end", [5, 4, 2, 1])
def test_a_server_put_back_from_before_the_erasure_is_given_the_order_and_erases_again(
    database: Database, tmp_path: Path, end: int
) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login("G85001"), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one"), draft("two"), draft("three")])
        log, bodies = record.log, [(e.seq, e.body) for e in record.entries() if e.seq == 3 and e.body]
        record.erase([order(record, 3)])
        record.erasure_done()
    put_back_as_it_was(database, log, bodies, end)
    with open_database_record(where, CLOCK) as record:
        assert record.read_only == ""
        assert emptied(database, log) == [3]
        assert record.head().size == 5
        assert record.verify().problems == ()
        record.append([draft("goes on")])


def test_an_erasure_that_the_database_broke_off_is_finished_at_the_start(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msat.store import postgres_erasing

    where = places(tmp_path)

    def lost(*_given: object) -> int:
        raise RecordProblem("The connection was lost.", "Try again.")

    with create_database_record(where, database.login("G85001"), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one")])
        with monkeypatch.context() as patched:
            patched.setattr(postgres_erasing, "finish", lost)
            with pytest.raises(RecordProblem, match="lost"):
                record.erase([order(record, 2)])
        assert record.is_erasing
        found = record.verify().problems
        assert [p.step for p in found] == [3]
        assert record.finish_erasing() == 1
        assert emptied(database, record.log) == [2]
        assert record.verify().problems == ()


# --- schemas and guards ---------------------------------------------------------------------------------------------


def test_a_database_without_the_door_says_that_it_is_to_be_migrated(postgres_server: object, tmp_path: Path) -> None:
    made = new_database(postgres_server)
    made.ask("DROP SCHEMA msat CASCADE")
    engine = database_engine(read_address(made.admin), pool=1)
    with engine.begin() as connection:
        upgrade(connection, REVISIONS, 0, 2)
        connection.exec_driver_sql(f"COMMENT ON SCHEMA msat IS '{SCHEMAS[2].comment}'")
        assert list(missing_guards(connection)) == []
    engine.dispose()
    where, login = places(tmp_path), made.login("G85001")
    with create_database_record(where, login, ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one")])
        assert "cannot erase yet" in record.cannot_erase
        assert "database migrate" in record.cannot_erase
        with pytest.raises(Refused, match="cannot erase yet"):
            record.erase([order(record, 2)])
        with pytest.raises(Refused, match="cannot erase yet"):
            record.received.erase("ab" * 16)
        assert not record.is_erasing
        assert record.head().size == 2
        assert migrate_database(made.admin) == (2, VERSION)
        assert record.cannot_erase == ""
        record.erase([order(record, 2)])
        assert emptied(made, record.log) == [2]
        assert record.verify().problems == ()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("GRANT EXECUTE ON FUNCTION msat.empty_ordered(text) TO PUBLIC", "may call the database's function"),
        ("GRANT EXECUTE ON FUNCTION msat.turns(text, boolean) TO msat_practice", "may call the database's function"),
        ("CREATE FUNCTION msat.empty_ordered(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "a second function"),
        ("CREATE OR REPLACE FUNCTION msat.is_signed(public bytea, said bytea, signature bytea) RETURNS boolean "
         "LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT true'",
         "function “is_signed” was changed"),
        ("DROP TRIGGER entry_without_body_is_ordered ON msat.entry", "is missing"),
        ("ALTER TABLE msat.entry DISABLE TRIGGER entry_is_never_changed", "does not always fire"),
        ("DROP POLICY entry_is_emptied ON msat.entry", "is missing"),
        ("ALTER POLICY entry_is_emptied ON msat.entry WITH CHECK (true)", "was changed"),
        ("GRANT UPDATE ON msat.entry TO msat_practice", "may UPDATE the table of entries"),
        ("GRANT UPDATE (body) ON msat.entry TO msat_practice", "may UPDATE the column “body”"),
    ],
)  # fmt: skip
def test_a_door_left_open_is_found_and_nothing_is_recorded(
    postgres_server: object, tmp_path: Path, statement: str, words: str
) -> None:
    made = new_database(postgres_server)
    with create_database_record(places(tmp_path), made.login("G85001"), ORGANISATION, CLOCK, "0.1")[0]:
        pass
    made.ask(statement)
    assert any(words in one.what for one in check_database(made.admin).outcome.problems)
    with open_database_record(places(tmp_path), CLOCK) as record:
        assert words in record.read_only
        with pytest.raises((RecordProblem, NotRecorded)):
            record.append([draft("nothing")])


def test_a_lost_index_is_found_by_the_check_and_stops_nobody(postgres_server: object, tmp_path: Path) -> None:
    made = new_database(postgres_server)
    for name in SCHEMAS[VERSION].indexes:
        made.ask(f"DROP INDEX msat.{name}")
    found = [one.what for one in check_database(made.admin).outcome.problems]
    assert [name in words for name, words in zip(SCHEMAS[VERSION].indexes, found, strict=True)] == [True] * 3
    with create_database_record(places(tmp_path), made.login("G85001"), ORGANISATION, CLOCK, "0.1")[0] as record:
        assert record.read_only == ""


def test_an_entry_of_a_copy_is_found_by_its_index(database: Database, theirs: MemoryRecord) -> None:
    """The plan, not the time: on a table of thousands the look goes through the index."""
    login, plan = database.login("G85007"), "EXPLAIN SELECT id, header, body FROM msat.held WHERE id = %s"
    many = MemoryRecord(OTHER, CLOCK)
    many.append([draft(str(n)) for n in range(800)])
    copied(database, login, as_rows(many, raw_of(many)))
    database.ask("ANALYZE msat.copy")
    with database.as_(login) as connection:
        told = "\n".join(row[0] for row in connection.execute(plan, (raw_of(many)[7].id,)).fetchall())
    assert "copy_by_id" in told


def test_many_entries_are_erased_in_one_go(database: Database, tmp_path: Path) -> None:
    with create_database_record(places(tmp_path), database.login("G85001"), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft(str(n)) for n in range(300)])
        retold: list[Any] = [Retold(e, kept_of(e.content)) for e in record.entries(after=1)]
        made = orders(record.log, 1, "Asked for.", BY, PERSON, retold)
        assert len(made) > 1
        assert isinstance(record, SqliteRecord)
        record.erase(list(made))
        assert len(emptied(database, record.log)) == 300
        assert record.verify().problems == ()
