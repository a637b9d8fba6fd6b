"""PostgreSQL under many writers, cut connections, a server that is killed, and one that comes back without its end.

Nothing that was acknowledged is lost, nothing is there twice, and what is not recorded is said.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.clock import FixedClock, SystemClock
from msat.errors import NotRecorded, RecordProblem
from msat.ids import EntryId
from msat.places import Places, places
from msat.record.entries import Head
from msat.record.keys import FileKeyStore
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from msat.record.seen_heads import keep_head
from msat.record.signing import head_text
from msat.store import postgres_record
from msat.store.postgres_opening import create_database_record, open_database_record
from msat.store.postgres_record import PostgresRecord
from msat.store.postgres_schema import SCHEMAS, VERSION
from msat.store.record import create_record
from tests.faults.figures import tell
from tests.postgres import Database, new_database, server_module
from tests.record.makers import ORGANISATION, PERSON, draft

OTHER = Organisation("Mill Lane Surgery", "B82001", "gp-practice")


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def own_server() -> Iterator[object]:
    """A server of this test's own, to be killed."""
    postgres = server_module()
    try:
        server = postgres.Server()
        server.start()
    except postgres.NoServer as why:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")
    yield server
    server.remove()


def begin(database: Database, folder: Path) -> Places:
    """A new profile with its log in the database."""
    where = places(folder)
    address = database.login(ORGANISATION.ods)
    create_database_record(where, address, ORGANISATION, SystemClock(), "0.1")[0].close()
    return where


def stored(database: Database, log: str) -> list[str]:
    return [i for (i,) in database.ask("SELECT id FROM msat.entry WHERE log = %s AND seq > 1 ORDER BY seq", log)]


def check_whole(where: Places, told: list[str], database: Database) -> None:
    """What was acknowledged is there once, in an unbroken and rightly signed chain, and in the copy here."""
    with open_database_record(where, SystemClock()) as record:
        assert isinstance(record, PostgresRecord)
        assert record.read_only == ""
        assert record.verify().problems == ()
        there = stored(database, record.log)
        assert [entry[2] for entry in record._copy.after(1)] == there
    assert len(set(there)) == len(there)
    assert set(told) <= set(there)
    assert len(set(told)) == len(told)


# --- connections that are cut -----------------------------------------------------------------------------------------


def cut_connections(database: Database, stop: threading.Event, kills: int, seed: int, rest_s: float) -> int:
    """Ends one writer's connection after the other, at random moments, as an administrator or a network would.

    `rest_s`: how long one append takes here and now; without so much rest the writer never comes to an end of anything.
    """
    chance, done = random.Random(seed), 0
    with database.as_(database.admin) as connection:
        while done < kills and not stop.is_set():
            time.sleep(chance.uniform(0.0, 0.02))
            cursor = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity "
                "WHERE application_name = 'MSAT' AND pid <> pg_backend_pid() AND datname = current_database() "
                "AND state <> 'idle' LIMIT 1) s"
            )
            if cursor.fetchone()[0]:
                done += 1
                time.sleep(chance.uniform(0.05, 0.3) + 2 * rest_s)
    return done


def record_under_cuts(database: Database, where: Places, kills: int) -> tuple[int, list[str], int]:
    stop, counted, told, refused = threading.Event(), [], [], 0
    with open_database_record(where, SystemClock()) as record:
        began = time.monotonic()
        told += [e.id for e in record.append([draft("first")])]
        rest = time.monotonic() - began
        cutter = threading.Thread(target=lambda: counted.append(cut_connections(database, stop, kills, 2026, rest)))
        cutter.start()
        while cutter.is_alive():
            try:
                told += [e.id for e in record.append([draft(str(len(told)))] * (1 + len(told) % 3))]
            except NotRecorded:
                refused += 1
        stop.set()
        cutter.join()
        told += [e.id for e in record.append([draft("last")])]
    return counted[0], told, refused


def test_fifty_cut_connections_stored_is_acknowledged(database: Database, tmp_path: Path) -> None:
    where = begin(database, tmp_path)
    kills, told, refused = record_under_cuts(database, where, 50)
    check_whole(where, told, database)
    with open_database_record(where, SystemClock()) as record:
        there = stored(database, record.log)
    tell(11, f"connections cut, {len(there)} stored, {refused} said not to be recorded", kills, acknowledged=len(told))
    assert kills == 50
    assert there == told


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_thousand_cut_connections(database: Database, tmp_path: Path) -> None:
    where = begin(database, tmp_path)
    kills, told, refused = record_under_cuts(database, where, 1000)
    tell(11, f"connections cut, {refused} said not to be recorded", kills, acknowledged=len(told))
    assert kills == 1000
    check_whole(where, told, database)


# --- a server that is killed ------------------------------------------------------------------------------------------


def test_a_server_killed_in_mid_write_loses_nothing_acknowledged(own_server: object, tmp_path: Path) -> None:
    database = new_database(own_server)
    where = begin(database, tmp_path)
    told: list[str] = []
    stop = threading.Event()

    def work() -> None:
        with open_database_record(where, SystemClock()) as record:
            while not stop.is_set():
                told.extend(e.id for e in record.append([draft(str(len(told)))]))

    writer = threading.Thread(target=work)
    writer.start()
    chance = random.Random(7)
    for _kill in range(4):
        before = len(told)
        time.sleep(chance.uniform(0.2, 0.5))
        database.server.kill()
        time.sleep(0.2)
        database.server.start()
        deadline = time.monotonic() + 30
        while len(told) < before + 3 and time.monotonic() < deadline and writer.is_alive():
            time.sleep(0.05)
    stop.set()
    writer.join(60)
    assert len(told) > 12
    check_whole(where, told, database)
    with open_database_record(where, SystemClock()) as record:
        assert stored(database, record.log) == told


def test_a_server_that_stays_away_is_said_and_what_is_here_can_be_read(
    own_server: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_record, "PAUSES_S", (0.01, 0.01))
    database = new_database(own_server)
    where = begin(database, tmp_path)
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("before")])
        database.server.stop()
        with pytest.raises(NotRecorded, match="Nothing was recorded: the database does not answer"):
            record.append([draft("meanwhile")])
        with open_database_record(where, SystemClock()) as offline:
            assert "entries 1 to 2 were acknowledged" in offline.read_only
            assert [e.data.get("note") for e in offline.entries(after=1)] == ["before"]
            assert not offline.verify().valid
            with pytest.raises(RecordProblem, match="does not answer"):
                offline.append([draft("meanwhile")])
        database.server.start()
        record.append([draft("after")])
    with open_database_record(where, SystemClock()) as record:
        assert [e.data["note"] for e in record.entries(after=1)] == ["before", "after"]
        assert record.verify().valid


# --- a server that comes back without its end -------------------------------------------------------------------------


def fail_over(database: Database, older: Path) -> None:
    """The server's place is taken by a standby that had not received the last transactions."""
    database.server.stop()
    database.server.start(older)


def standby(database: Database) -> Path:
    database.server.stop()
    older: Path = database.server.copy_data(f"older-{random.randrange(10**9)}")
    database.server.start()
    return older


def test_what_a_failover_lost_is_put_back_and_said(own_server: object, tmp_path: Path) -> None:
    database = new_database(own_server)
    where = begin(database, tmp_path)
    with open_database_record(where, SystemClock()) as record:
        assert isinstance(record, PostgresRecord)
        record.append([draft("kept")])
        older = standby(database)
        lost = record.append([draft("lost"), draft("lost too")])
        fail_over(database, older)
        assert stored(database, record.log) == [e.id for e in record.entries(after=1)]
        assert len(stored(database, record.log)) == 1
        (after,) = record.append([draft("after")])
        assert after.seq == 5
        assert "had lost entries 3 to 4" in record.notices[0]
        assert "put back" in record.notices[0]
        assert [e.id for e in record.entries(after=2)] == [*(e.id for e in lost), after.id]
        assert record.verify().problems == ()


def test_what_a_failover_lost_is_put_back_at_the_next_start(own_server: object, tmp_path: Path) -> None:
    """Even when the entry that was lost changed the key."""
    database = new_database(own_server)
    where = begin(database, tmp_path)
    older = standby(database)
    with open_database_record(where, SystemClock()) as record:
        changed = record.rotate_key(PERSON)
    fail_over(database, older)
    with open_database_record(where, SystemClock()) as record:
        assert isinstance(record, PostgresRecord)
        assert record.read_only == ""
        assert "had lost entry 2" in record.notices[0]
        assert record.head().id == changed.id
        record.append([draft("after")])
        assert record.verify().problems == ()


def test_what_no_copy_holds_is_named_as_missing(own_server: object, tmp_path: Path) -> None:
    database = new_database(own_server)
    where = begin(database, tmp_path)
    older = standby(database)
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("lost"), draft("lost too")])
    where.own_log_copy.unlink()
    fail_over(database, older)
    with open_database_record(where, SystemClock()) as record:
        assert "Recorded: 1 entries. Not there any more: entries 2 to 3" in record.read_only
        assert "msatctl log fetch FILE" in record.to_be_done
        assert record.head().size == 1, "what is left can be read"
        with pytest.raises(RecordProblem, match="entries 2 to 3"):
            record.append([draft("in their place")])
        assert any(one.step == 6 for one in record.verify().problems)
        old = record.log
        record.supersede(PERSON, "Nobody holds what was lost.")
        record.append([draft("goes on")])
        assert record.verify().problems == ()
    assert len(stored(database, old)) == 0


def test_a_server_that_went_on_differently_is_an_incident(own_server: object, tmp_path: Path) -> None:
    """The copy says entry 2 is one thing, the server another: neither is overwritten."""
    database = new_database(own_server)
    where = begin(database, tmp_path)
    older = standby(database)
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("here"), draft("and here")])
        log = record.log
    mark, copy = where.high_water_mark.read_bytes(), where.own_log_copy.read_bytes()
    fail_over(database, older)
    where.high_water_mark.unlink()
    where.own_log_copy.unlink()
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("there")])
    where.high_water_mark.write_bytes(mark)
    where.own_log_copy.write_bytes(copy)
    before = stored(database, log)
    with open_database_record(where, SystemClock()) as record:
        assert "went on differently" in record.read_only
        assert [e.data["note"] for e in record.entries(after=1)] == ["here", "and here"], "the copy is shown"
        with pytest.raises(RecordProblem, match="went on differently"):
            record.append([draft("and on")])
        assert not record.verify().valid
    assert stored(database, log) == before


def test_a_database_that_lost_the_whole_log_shows_the_copy(database: Database, tmp_path: Path) -> None:
    where = begin(database, tmp_path)
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("here")])
    database.ask("ALTER TABLE msat.entry DISABLE TRIGGER ALL")
    database.ask("DELETE FROM msat.entry")
    for name in SCHEMAS[VERSION].tables["entry"].triggers:
        database.ask(f"ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER {name}")
    with open_database_record(where, SystemClock()) as record:
        assert "holds nothing of this log" in record.read_only
        assert [e.data["note"] for e in record.entries(after=1)] == ["here"]


def test_a_lost_copy_is_fetched_anew_and_a_lost_key_is_said(database: Database, tmp_path: Path) -> None:
    where = begin(database, tmp_path)
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("one"), draft("two")])
        log = record.log
    where.own_log_copy.unlink()
    check_whole(where, [], database)
    next(where.keys.glob("*.key")).unlink()
    assert FileKeyStore(where.keys).load(log) is None
    with open_database_record(where, FixedClock(SystemClock().now())) as record:
        assert "signing key" in record.read_only
        with pytest.raises(RecordProblem, match="signing key"):
            record.append([draft()])
        assert record.head().size == 3


def test_another_workstations_log_is_read_and_another_organisations_is_held_as_a_copy(
    database: Database, tmp_path: Path
) -> None:
    """Two workstations of one practice in one database, and a file from a practice that keeps its own."""
    first, second = begin(database, tmp_path / "first"), begin(database, tmp_path / "second")
    with open_database_record(second, SystemClock()) as there:
        there.append([draft("there")])
        log, head = there.log, there.head()
    foreign, _key = create_record(places(tmp_path / "foreign"), OTHER, SystemClock(), "0.1")
    with foreign, open_database_record(first, SystemClock()) as here:
        assert here.received.heads() == (head,)
        assert [row.id for row in here.received.raw(log)] == here.received.ids(log) == stored_all(database, log)
        assert here.received.note(log) is not None
        assert [e.data["note"] for e in here.entries(log, after=1)] == ["there"]
        (entry,) = foreign.entries()
        row = RawEntry(entry.id, entry.type, entry.header, entry.body)
        here.received.take(foreign.log, 0, [row], foreign.signed_head())
        assert here.received.ids(foreign.log) == [entry.id]
        assert stored_all(database, foreign.log) == [], "it is not among the entries"
        with open_database_record(second, SystemClock()) as there:
            assert there.received.heads() == (here.head(), foreign.head()) or there.received.heads() == (
                foreign.head(), here.head()
            )  # fmt: skip
            assert there.received.raw(foreign.log) == [row]
            assert there.received.note(foreign.log) == foreign.signed_head()
            assert there.entry(entry.id) == entry


def stored_all(database: Database, log: str) -> list[str]:
    return [i for (i,) in database.ask("SELECT id FROM msat.entry WHERE log = %s ORDER BY seq", log)]


def test_a_head_that_others_hold_and_the_database_lacks_is_found(database: Database, tmp_path: Path) -> None:
    where, later = begin(database, tmp_path), "2"
    with open_database_record(where, SystemClock()) as record:
        signer = FileKeyStore(where.keys).load(record.log)
        assert signer is not None
        head = Head(record.log, 9, EntryId("ab" * 32))
        where.seen_heads.mkdir(parents=True)
        note = signer.signer.sign(head_text(head))
        (where.seen_heads / f"{record.log}-{later}.head").write_text(note, encoding="utf-8")
        assert [p.step for p in record.verify().problems] == [6]
        with pytest.raises(RecordProblem):
            record.append([draft()])
    with open_database_record(where, SystemClock()) as record:
        assert record.read_only


def test_heads_that_were_kept_once_and_are_gone_are_missed(database: Database, tmp_path: Path) -> None:
    where = begin(database, tmp_path)
    with open_database_record(where, SystemClock()) as record:
        keep_head(where.seen_heads, where.keys, record.signed_head())
        assert record.verify().problems == ()
        where.seen_heads.rename(where.seen_heads.with_name("taken away"))
        assert [problem.step for problem in record.verify().problems] == [6]
