"""A record of an older schema: backed up, changed in one transaction, proven, or left as it was and said so."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from alembic.operations import Operations

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.places import Places, places
from msat.store import guards
from msat.store.engine import check_file, make_database
from msat.store.migrating import RecordMigrating, migrate_file, revisions
from msat.store.migrations.record import schema_1
from msat.store.migrations.running import steps, upgrade
from msat.store.record import SqliteRecord, create_record, inspect_record, open_record
from msat.store.restoring import restore
from tests.record.makers import ORGANISATION, draft
from tests.store.newer_program import newer_program
from tests.store.revisions import schema_2


@pytest.fixture
def made(profile: Places, clock: FixedClock) -> Places:
    """A profile as this MSAT leaves it."""
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as record:
        record.append([draft("one"), draft("two")])
    return profile


@pytest.fixture
def newer(made: Places) -> Iterator[None]:
    """Another MSAT from here on, once the profile was made."""
    assert check_file(made.record) == 1
    with newer_program():
        yield


def ids(where: Places) -> list[str]:
    with sqlite3.connect(where.record) as connection:
        found = [i for (i,) in connection.execute("SELECT id FROM entry ORDER BY log, seq")]
    connection.close()
    return found


def opened(where: Places, clock: FixedClock) -> SqliteRecord:
    """As every face of MSAT opens it."""
    return bootstrap._open_record(where, clock, None)


def schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()


def test_the_shipped_revisions_lead_to_what_a_new_record_is_made_with(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    fresh = make_database(tmp_path / "fresh.db")
    wanted = schema(fresh)
    fresh.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'stepped.db'}")
    with engine.begin() as connection:
        upgrade(connection, revisions(), 0, guards.newest())
    engine.dispose()
    connection = sqlite3.connect(tmp_path / "stepped.db")
    assert schema(connection) == wanted
    connection.close()


def test_every_schema_has_its_revision_and_none_leads_back() -> None:
    found = steps(revisions(), 0, guards.newest())
    assert [module.revision for module in found] == [str(number) for number in sorted(guards.SCHEMAS)]
    assert not any(hasattr(module, "downgrade") for module in found)
    assert steps((schema_2, schema_1), 1, 2) == [schema_2]
    with pytest.raises(ValueError, match="two revisions of one number"):
        steps((schema_1, schema_1), 0, 1)


def test_a_record_of_the_newest_form_is_not_touched(made: Places, clock: FixedClock) -> None:
    before = made.record.read_bytes()
    assert RecordMigrating(made).waiting() is None
    with opened(made, clock) as record:
        assert record.notices == ()
    assert made.record.read_bytes() == before
    assert not made.backups.exists()


@pytest.mark.usefixtures("newer")
def test_an_older_record_is_backed_up_migrated_and_said(made: Places, clock: FixedClock) -> None:
    before = ids(made)
    with opened(made, clock) as record:
        assert record.read_only == ""
        assert "brought from schema 1 to 2" in record.notices[0]
        record.append([draft("after")])
    assert check_file(made.record) == 2
    assert ids(made)[:3] == before
    assert inspect_record(made).problems == ()
    (backup,) = made.backups.glob("*.msatbackup")
    assert str(backup) in record.notices[0]
    with opened(made, clock) as record:
        assert record.notices == ()


@pytest.mark.usefixtures("newer")
def test_a_folder_for_backups_that_cannot_be_made_leaves_the_record_as_it_is_and_says_so(
    made: Places, clock: FixedClock
) -> None:
    made.backups.write_text("in the way", encoding="ascii")
    with opened(made, clock) as record:
        assert f"“{made.backups}”, cannot be made" in record.read_only
        with pytest.raises(RecordProblem, match="choose another in the settings"):
            record.append([draft("not now")])
    assert check_file(made.record) == 1


def test_the_backup_made_before_is_of_the_old_form_and_can_be_restored(made: Places, clock: FixedClock) -> None:
    with newer_program():
        opened(made, clock).close()
    (backup,) = made.backups.glob("*.msatbackup")
    other = places(made.data.parent.parent / "other")
    assert restore(other, backup, clock.now()).problems == ()
    assert check_file(other.record) == 1, "the older MSAT can read it"
    with pytest.raises(RecordProblem, match=r"newer MSAT \(schema 2, this one knows 1\)"):
        open_record(made, clock)


@pytest.mark.usefixtures("newer")
def test_the_new_guards_hold(made: Places, clock: FixedClock) -> None:
    opened(made, clock).close()
    connection = sqlite3.connect(made.record)
    for statement in ("UPDATE entry SET remark = 'x'", "DELETE FROM entry", "INSERT OR REPLACE INTO entry "
                      "(log, seq, id, type, header) SELECT log, seq, id, type, header FROM entry"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()


def failing(how: str) -> ModuleType:
    """A revision that goes wrong: it raises half-way, loses a row, changes one, or forgets a trigger."""
    module = ModuleType("failing")
    module.revision, module.down_revision, module.__file__ = "2", "1", "failing.py"  # type: ignore[attr-defined]

    def upgrade(op: Operations) -> None:
        connection = op.get_bind()
        if how == "forgets a trigger":
            schema_2.upgrade(op)
            connection.exec_driver_sql("DROP TRIGGER entry_is_never_deleted")
            return
        connection.exec_driver_sql("DROP TRIGGER entry_is_never_deleted")
        connection.exec_driver_sql("DROP TRIGGER entry_is_never_changed")
        if how == "loses the end":
            connection.exec_driver_sql("DELETE FROM entry WHERE seq = 3")
        elif how == "loses one in the middle":
            connection.exec_driver_sql("DELETE FROM entry WHERE seq = 2")
        elif how == "changes a body":
            connection.exec_driver_sql("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE seq = 2")
        schema_2.upgrade(op)
        if how == "fails":
            connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    module.upgrade = upgrade  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    "how", ["fails", "loses the end", "loses one in the middle", "changes a body", "forgets a trigger"]
)
def test_a_migration_that_goes_wrong_leaves_the_record_as_it_was(made: Places, clock: FixedClock, how: str) -> None:
    before = ids(made)
    with newer_program(failing(how)), opened(made, clock) as record:
        assert "older form (schema 1 of 2)" in record.read_only
        assert [e.seq for e in record.entries()] == [1, 2, 3]
        with pytest.raises(RecordProblem, match="older form"):
            record.append([draft()])
    assert ids(made) == before
    assert check_file(made.record) == 1
    assert inspect_record(made).problems == ()
    with open_record(made, clock) as record:
        record.append([draft("the older MSAT goes on")])


@pytest.mark.usefixtures("newer")
def test_a_record_that_is_not_whole_is_not_migrated(made: Places, clock: FixedClock) -> None:
    data = made.record.read_bytes()
    made.record.write_bytes(data.replace(b'"one"', b'"1ne"'))
    with opened(made, clock) as record:
        assert "older form" in record.read_only
        assert "not whole" in record.read_only
        assert "Run verify" in record.to_be_done
    assert check_file(made.record) == 1


@pytest.mark.usefixtures("newer")
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="a folder that may not be written")
def test_a_folder_that_may_not_be_written_is_said(made: Places, clock: FixedClock) -> None:
    made.data.chmod(0o500)
    try:
        with opened(made, clock) as record:
            assert "can only be read" in record.read_only
    finally:
        made.data.chmod(0o700)
    assert check_file(made.record) == 1


@pytest.mark.usefixtures("newer")
def test_a_record_in_an_unsafe_place_is_read_and_not_migrated(
    made: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("migrating", "record"):
        monkeypatch.setattr(f"msat.store.{module}.why_not_safe", lambda _folder: "It lies on a network share.")
    with opened(made, clock) as record:
        assert "older form" in record.read_only
        assert "network share" in record.read_only
        assert record.head().size == 3
    assert check_file(made.record) == 1
    assert not made.backups.exists()


@pytest.mark.usefixtures("newer")
def test_without_a_backup_there_is_no_migration(
    made: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msat.store.backup_copy import NotBackedUp

    def full(*_values: object) -> None:
        raise NotBackedUp("The backup was not written: the disk is full.", "Make room on the disk and try again.")

    monkeypatch.setattr("msat.store.backup_folder.FolderBacking.make", full)
    with opened(made, clock) as record:
        assert "the disk is full" in record.read_only
        assert record.to_be_done == "Make room on the disk and try again."
    assert check_file(made.record) == 1


@pytest.mark.usefixtures("newer")
def test_a_backup_folder_that_is_away_does_not_hold_it_up(made: Places, clock: FixedClock) -> None:
    made.settings.write_text('backup_folder = "/no/such/disk"\n', encoding="utf-8")
    with opened(made, clock) as record:
        assert record.read_only == ""
    assert len(list(made.backups.glob("*.msatbackup"))) == 1


@pytest.mark.usefixtures("newer")
def test_a_second_window_finds_it_done(made: Places) -> None:
    assert migrate_file(made.record) is True
    assert migrate_file(made.record) is False


@pytest.mark.usefixtures("newer")
def test_while_another_program_writes_nothing_is_half_done(
    made: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msat.store.migrating.BUSY_TIMEOUT_MS", 50)
    other = sqlite3.connect(made.record, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(made, clock) as record:
        assert "another program is writing" in record.read_only
    other.execute("ROLLBACK")
    other.close()
    assert check_file(made.record) == 1

