"""Who can hold up the writers of a shared database: nobody of another organisation, and of one's own not for long."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.errors import NotRecorded
from msat.places import Places, places
from msat.record.chain import head_of
from msat.record.signing import Signer, head_text
from msat.store import postgres_engine, postgres_holding
from msat.store.key_places import key_store
from msat.store.postgres_admin import check_database
from msat.store.postgres_opening import create_database_record, open_database_record
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, draft
from tests.store.test_postgres_attacks import INSERT, following, values

CLOCK = FixedClock(NOON)
ODS = ORGANISATION.ods
# What a log-in can begin and not end, with the log in the place of {log}. Each is one transaction, left open.
HOLDS = {
    "the lock of earlier schemas": "SELECT pg_advisory_lock(hashtextextended('{log}', 5))",
    "the same, in the transaction": "SELECT pg_advisory_xact_lock(hashtextextended('{log}', 5))",
    "the writers' row": "SELECT msat.write_to('{log}')",
    "the writers' row, twice removed": "SAVEPOINT a;; SELECT msat.write_to('{log}');; SAVEPOINT b",
    "a row of the log": "SELECT 1 FROM msat.entry WHERE log = '{log}' FOR UPDATE",
    "a row of the log, shared": "SELECT 1 FROM msat.entry WHERE log = '{log}' FOR KEY SHARE",
    "the door": "SELECT msat.empty_ordered('{log}')",
    "the table": "LOCK TABLE msat.entry IN SHARE MODE",
    "the table, exclusively": "LOCK TABLE msat.entry IN ACCESS EXCLUSIVE MODE",
    "the table of logs": "LOCK TABLE msat.log IN SHARE MODE",
    "the table of log-ins": "LOCK TABLE msat.member IN ACCESS EXCLUSIVE MODE",
    "what is told": "LISTEN msat_g85001;; NOTIFY msat_g85001, '{log}'",
    "an old snapshot": "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;; SELECT count(*) FROM msat.entry",
    "its functions": "LOCK TABLE pg_catalog.pg_proc IN ACCESS EXCLUSIVE MODE",
}


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def where(database: Database, tmp_path: Path) -> Places:
    made = places(tmp_path)
    create_database_record(made, database.login(ODS), ORGANISATION, CLOCK, "0.1")[0].close()
    return made


def take_hold(connection: Any, statement: str, log: str) -> str:
    """Begins a transaction and runs the statements, as far as they go; what refused, if anything did."""
    import psycopg

    connection.autocommit = False
    for part in statement.replace("{log}", log).split(";;"):
        try:
            connection.execute(part)
        except psycopg.Error as refused:
            return str(refused)
    return ""


@pytest.mark.parametrize("ods", ["B82001", None], ids=["another practice", "a committee"])
@pytest.mark.parametrize("what", sorted(HOLDS))
def test_nobody_of_another_organisation_holds_up_a_writer(
    database: Database, where: Places, monkeypatch: pytest.MonkeyPatch, what: str, ods: str | None
) -> None:
    monkeypatch.setattr(postgres_engine, "LOCK_MS", 3_000)
    with open_database_record(where, CLOCK) as record:
        before = record.head().size
        with database.as_(database.login(ods)) as connection:
            refused = take_hold(connection, HOLDS[what], record.log)
            record.append([draft("meanwhile")])  # raises where it had to wait for longer than it does
            record.append([draft("and again")])
            assert record.head().size == before + 2
            if not refused:  # the control: that transaction really was open all the while
                assert connection.execute("SELECT now() < clock_timestamp()").fetchone() == (True,)


def test_the_control_somebody_of_the_same_organisation_is_waited_for_and_named(
    database: Database, where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_engine, "LOCK_MS", 400)
    login = database.login(ODS, "held_by_this")
    with open_database_record(where, CLOCK) as record:
        for what in ("the writers' row", "the writers' row, twice removed"):
            with database.as_(login) as connection:
                assert take_hold(connection, HOLDS[what], record.log) == ""
                began = time.monotonic()
                with pytest.raises(NotRecorded) as said:
                    record.append([draft("waits")])
                assert time.monotonic() - began < 10
            assert "“held_by_this”" in said.value.explanation
            assert "Nothing was recorded" in said.value.explanation
            assert "database check names it" in said.value.next_step
        (entry,) = record.append([draft("afterwards")])
        assert entry.seq == record.head().size


def test_an_entry_that_waits_to_be_committed_holds_its_own_log_alone(
    database: Database, where: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's own program, with the key: its log waits, other logs of the organisation do not."""
    monkeypatch.setattr(postgres_engine, "LOCK_MS", 400)
    other = places(tmp_path / "other")
    create_database_record(other, database.login(ODS), ORGANISATION, CLOCK, "0.1")[0].close()
    with open_database_record(where, CLOCK) as record, open_database_record(other, CLOCK) as beside:
        entry = following(record.head(), ORGANISATION)
        stored = key_store(where).load(record.log)
        assert stored is not None
        note = Signer(record.log, stored.signer.private).sign(head_text(head_of(entry)))
        with database.as_(database.login(ODS, "writes_slowly")) as connection:
            connection.autocommit = False
            connection.execute(INSERT, values(entry, ODS, note=note))
            with pytest.raises(NotRecorded, match="writes_slowly"):
                record.append([draft("waits")])
            beside.append([draft("does not wait")])
            connection.commit()
        (after,) = record.append([draft("after it")])
        assert after.prev == entry.id
        assert record.verify().problems == ()


def test_the_check_names_who_holds_up_writers_for_long(
    database: Database, where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database_record(where, CLOCK) as record:
        log = record.log
    with database.as_(database.login(ODS, "gone_to_lunch")) as connection:
        assert take_hold(connection, HOLDS["the writers' row"], log) == ""
        assert check_database(database.admin, prove_logs=False).outcome.problems == ()
        monkeypatch.setattr(postgres_holding, "_HELD", postgres_holding._HELD.replace("60 seconds", "0 seconds"))
        (found,) = check_database(database.admin, prove_logs=False).outcome.problems
        assert "“gone_to_lunch”" in found.what
        assert log in found.what
        assert "pg_terminate_backend" in found.what
    assert check_database(database.admin, prove_logs=False).outcome.problems == ()


def test_a_wait_that_nobody_can_explain_is_still_said(
    database: Database, where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_engine, "LOCK_MS", 300)
    with open_database_record(where, CLOCK) as record, database.as_(database.admin) as connection:
        connection.autocommit = False
        connection.execute("LOCK TABLE msat.log IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(NotRecorded, match="another program is writing to this log"):
            record.append([draft("waits")])
