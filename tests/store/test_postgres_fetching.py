"""A database that lost the end of a log, nobody's copy here: the end comes back from a return that others hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.places import places
from msat.record.received import RawEntry
from msat.store.postgres_opening import create_database_record, open_database_record
from msat.store.postgres_schema import SCHEMAS, VERSION
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, draft

CLOCK = FixedClock(NOON)


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


def lose_after(database: Database, seq: int) -> None:
    """What a failover to a standby that lagged does to a log."""
    database.ask("ALTER TABLE msat.entry DISABLE TRIGGER ALL")
    database.ask("DELETE FROM msat.entry WHERE seq > %s", seq)
    for name in SCHEMAS[VERSION].tables["entry"].triggers:
        database.ask(f"ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER {name}")


def test_the_lost_end_is_sent_back_from_a_return(database: Database, tmp_path: Path) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("kept")])
        record.append([draft("lost"), draft("lost too")])
        note, head = record.signed_head(), record.head()
        later = [RawEntry(e.id, e.type, e.header, e.body) for e in record.entries(after=2)]
        with pytest.raises(Refused, match="holds all that was recorded"):
            record.fetch_back(later, note)
    lose_after(database, 2)
    where.own_log_copy.unlink()
    with open_database_record(where, CLOCK) as record:
        assert "Not there any more: entries 3 to 4" in record.read_only
        for wrong in (later[:1], later[1:], [later[0], replace(later[1], body=b"{}")]):
            with pytest.raises(Refused, match="does not fit"):
                record.fetch_back(wrong, note)
        with pytest.raises(Refused, match="nothing that the database lacks"):
            record.fetch_back([], note)
        with pytest.raises(RecordProblem):
            record.append([draft("in their place")])
        assert record.fetch_back(later, note) == head
        assert record.read_only == ""
        record.append([draft("after")])
        assert [e.data["note"] for e in record.entries(after=1)] == ["kept", "lost", "lost too", "after"]
        assert record.verify().problems == ()
    with open_database_record(where, CLOCK) as record:
        assert record.read_only == ""


def test_an_end_that_is_fetched_in_part_still_lacks_the_rest(database: Database, tmp_path: Path) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("kept")])
        record.append([draft("lost")])
        note = record.signed_head()
        later = [RawEntry(e.id, e.type, e.header, e.body) for e in record.entries(after=2)]
        record.append([draft("lost for good")])
    lose_after(database, 2)
    where.own_log_copy.unlink()
    with open_database_record(where, CLOCK) as record:
        assert record.fetch_back(later, note).size == 3
        assert "Not there any more: entries 4 to 4" in record.read_only
        with pytest.raises(RecordProblem):
            record.append([draft("in its place")])


@pytest.mark.parametrize("garbled", [b"\xff\xfe garbage", b"SQLite format 3\0" + b"\0" * 4000])
def test_a_copy_that_is_garbled_says_how_it_is_made_anew(database: Database, tmp_path: Path, garbled: bytes) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("kept")])
    where.own_log_copy.write_bytes(garbled)
    with pytest.raises(RecordProblem, match="Move that file away") as refused:
        open_database_record(where, CLOCK)
    assert "backup" not in str(refused.value)
    where.own_log_copy.rename(tmp_path / "aside.db")
    with open_database_record(where, CLOCK) as record:
        record.append([draft("goes on")])
        assert record.head().size == 3
        assert record.verify().problems == ()
