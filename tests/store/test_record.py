"""Making and opening a record, and what it does when the disk, the clock, the key or another program is in the way."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import fingerprint
from msat.places import Places, places
from msat.record.high_water import read_mark, write_mark
from msat.record.keys import FileKeyStore, read_printed_key
from msat.record.signing import new_private_key, public_key
from msat.store import record as making
from msat.store import sqlite_record
from msat.store.engine import writing
from msat.store.files import FolderFiles
from msat.store.local_disk import is_unc
from msat.store.record import SqliteRecord, create_record, inspect_record, open_record
from tests.record.makers import ORGANISATION, draft


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> Iterator[SqliteRecord]:
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as made:
        yield made


def test_a_record_is_made_once_with_a_recovery_key_that_only_its_fingerprint_remembers(
    profile: Places, clock: FixedClock
) -> None:
    made, printed = create_record(profile, ORGANISATION, clock, "0.1")
    with made:
        first = next(made.entries())
    recovery = read_printed_key(printed)
    assert first.data["recovery_key_sha256"] == fingerprint(public_key(recovery))
    assert first.data["app_version"] == "0.1"
    for path in (p for p in profile.data.parent.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert recovery not in content
        assert recovery.hex().encode() not in content
        assert printed.encode() not in content
    with pytest.raises(Refused, match="already"):
        create_record(profile, ORGANISATION, clock, "0.1")


def test_the_private_key_is_in_its_own_file_for_its_owner_only(profile: Places, record: SqliteRecord) -> None:
    path = profile.keys / f"{record.log}.key"
    stored = FileKeyStore(profile.keys).load(record.log)
    assert stored is not None
    assert stored.signer.private not in profile.record.read_bytes()
    assert stored.signer.private.hex().encode() not in profile.record.read_bytes()
    assert stored.signer.private.hex() not in repr(stored) + repr(stored.signer)
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(profile.keys.stat().st_mode) == 0o700
    with pytest.raises(FileExistsError):
        FileKeyStore(profile.keys).save(record.log, new_private_key())


def test_it_opens_again_as_it_was(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    record.append([draft("kept")])
    record.close()
    with open_record(profile, clock) as again:
        assert (again.log, again.organisation, again.head()) == (record.log, ORGANISATION, record.head())
        assert again.read_only == ""
        again.append([draft("and more")])
        assert [e.data.get("note") for e in again.entries(after=1)] == ["kept", "and more"]


def test_the_safe_mode_is_set_and_read_back(record: SqliteRecord) -> None:
    with writing(record._engine) as connection:
        read = {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in ("journal_mode", "synchronous")}
    assert read == {"journal_mode": "truncate", "synchronous": 2}


@pytest.mark.parametrize(
    "change", ["synchronous = NORMAL", "journal_mode = MEMORY", "busy_timeout = 1", "trusted_schema = ON"]
)
def test_a_database_that_left_its_safe_mode_records_nothing(record: SqliteRecord, change: str) -> None:
    with record._engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.set_authorizer(None)
        driver.execute(f"PRAGMA {change}")
    with pytest.raises(RecordProblem, match="not in its safe mode"):
        record.append([draft()])
    assert record.head().size == 1


# --- what opening refuses -----------------------------------------------------------------------------------------


def _words(profile: Places, clock: FixedClock) -> str:
    with pytest.raises(RecordProblem) as caught:
        open_record(profile, clock)
    assert caught.value.next_step
    outcome = inspect_record(profile)
    assert not outcome.valid
    assert all(p.what.endswith(".") and p.next_step for p in outcome.problems)
    return caught.value.explanation


def test_no_record_yet(profile: Places, clock: FixedClock) -> None:
    assert "There is no record" in _words(profile, clock)
    assert not profile.data.exists()


def test_an_empty_file_is_not_a_new_record(profile: Places, clock: FixedClock) -> None:
    profile.make()
    profile.record.write_bytes(b"")
    assert "is empty" in _words(profile, clock)
    with pytest.raises(Refused):
        create_record(profile, ORGANISATION, clock, "0.1")


def test_not_a_database(profile: Places, clock: FixedClock) -> None:
    profile.make()
    profile.record.write_text("This is a letter.\n" * 400, encoding="utf-8")
    assert "not a database" in _words(profile, clock)


def test_somebody_elses_database(profile: Places, clock: FixedClock) -> None:
    profile.make()
    with closing(sqlite3.connect(profile.record)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    assert "not a record of MSAT" in _words(profile, clock)


def test_a_record_of_a_newer_program(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    with closing(sqlite3.connect(profile.record)) as other:
        other.execute("PRAGMA user_version = 2")
    assert "newer MSAT" in _words(profile, clock)


def test_a_folder_in_place_of_the_record(profile: Places, clock: FixedClock) -> None:
    profile.make()
    profile.record.mkdir()
    assert _words(profile, clock)


def test_a_record_whose_pages_are_overwritten(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    record.append([draft("x" * 2000) for _ in range(20)])
    record.close()
    data = bytearray(profile.record.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    profile.record.write_bytes(data)
    assert "damaged" in _words(profile, clock)


def test_a_record_without_entries(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as other:
        other.execute("DROP TRIGGER entry_is_never_deleted")
        other.execute("DELETE FROM entry")
    profile.high_water_mark.unlink()
    assert "holds no entry" in _words(profile, clock)


# --- the high-water mark ------------------------------------------------------------------------------------------


def test_the_mark_follows_every_append(profile: Places, record: SqliteRecord) -> None:
    assert read_mark(profile.high_water_mark) == record.head()
    for _ in range(3):
        record.append([draft(), draft()])
        assert read_mark(profile.high_water_mark) == record.head()
    assert not list(profile.state.glob("*.part"))


def test_a_missing_mark_is_reported_and_the_next_entry_says_so_for_ever(
    profile: Places, clock: FixedClock, record: SqliteRecord
) -> None:
    record.append([draft("before")])
    profile.high_water_mark.unlink()
    with open_record(profile, clock) as again:
        assert not profile.high_water_mark.exists()
        (problem,) = again.verify().problems
        assert (problem.step, "missing" in problem.what) == (6, True)
        (entry,) = again.append([draft("after")])
        assert entry.data["note"] == "after"
        restarted = list(again.entries())[-2]
        assert (restarted.type, restarted.data["size"]) == ("mark.restarted", 2)
        outcome = again.verify()
        assert outcome.valid
        assert any("started again: see entry 3" in line for line in outcome.checked)
    assert read_mark(profile.high_water_mark) == record.head()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"null", b'{"v":1,"log":"x","size":1,"head":"y"}', b"\xff\xfe", b"[" * 4000]
)
def test_a_damaged_mark_is_refused_in_words(
    profile: Places, clock: FixedClock, record: SqliteRecord, content: bytes
) -> None:
    profile.high_water_mark.write_bytes(content)
    assert "high-water mark" in _words(profile, clock)


def test_a_mark_behind_after_a_crash_is_caught_up(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    record.append([draft()])
    older = read_mark(profile.high_water_mark)
    record.append([draft(), draft()])
    assert older is not None
    write_mark(profile.high_water_mark, older)
    with open_record(profile, clock) as again:
        assert again.verify().valid
        again.append([draft()])
    assert read_mark(profile.high_water_mark) == record.head()
    assert record.head().size == 5


def test_a_mark_behind_a_broken_chain_is_not_caught_up(
    profile: Places, clock: FixedClock, record: SqliteRecord
) -> None:
    older = read_mark(profile.high_water_mark)
    record.append([draft(), draft()])
    assert older is not None
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as other:
        words = other.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_is_never_changed'").fetchone()[0]
        other.execute("DROP TRIGGER entry_is_never_changed")
        other.execute("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE seq = 2")
        other.execute(words)
    write_mark(profile.high_water_mark, older)
    with pytest.raises(RecordProblem):
        open_record(profile, clock)
    assert read_mark(profile.high_water_mark) == older


def test_a_mark_that_cannot_be_written_is_insisted_on_by_the_next_append(
    profile: Places, record: SqliteRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _head: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_record, "write_mark", full)
        (entry,) = record.append([draft("durable all the same")])
        assert record.entry(entry.id) == entry
        with pytest.raises(NotRecorded, match="the disk is full"):
            record.append([draft("not before the mark")])
    assert record.head().size == 2
    record.append([draft("again")])
    assert read_mark(profile.high_water_mark) == record.head()


# --- reading only -------------------------------------------------------------------------------------------------


def _reads_but_does_not_write(places: Places, clock: FixedClock, words: str) -> None:
    with open_record(places, clock) as record:
        assert record.head().size == 1
        assert words in record.read_only
        with pytest.raises(RecordProblem, match=words) as caught:
            record.append([draft()])
        assert caught.value.next_step
        assert record.head().size == 1


def test_without_its_key_a_record_can_be_read(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    (profile.keys / f"{record.log}.key").unlink()
    _reads_but_does_not_write(profile, clock, "signing key")


def test_with_another_key_a_record_can_be_read(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    (profile.keys / f"{record.log}.key").unlink()
    FileKeyStore(profile.keys).save(record.log, new_private_key())
    _reads_but_does_not_write(profile, clock, "not the one that this record goes by")
    assert any("another key" in p.what for p in inspect_record(profile).problems)


def test_a_damaged_key_file_is_said_in_words(profile: Places, clock: FixedClock, record: SqliteRecord) -> None:
    (profile.keys / f"{record.log}.key").write_bytes(b"{")
    found = open_record(profile, clock)
    assert "signing key" in found.read_only
    assert found.needs_key
    found.close()
    assert any(p.step == 5 for p in inspect_record(profile).problems)


def test_in_a_synchronised_folder_nothing_is_recorded(tmp_path: Path, profile: Places, clock: FixedClock) -> None:
    synced = tmp_path / "OneDrive - NHS" / "data"
    with pytest.raises(Refused, match="OneDrive"):
        create_record(replace(profile, data=synced), ORGANISATION, clock, "0.1")
    assert not synced.exists()
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    synced.parent.mkdir()
    profile.data.rename(synced)
    _reads_but_does_not_write(replace(profile, data=synced), clock, "OneDrive")


@pytest.mark.parametrize(
    ("path", "unc"),
    [
        ("\\\\server\\share\\msat", True),
        ("\\\\?\\UNC\\server\\share", True),
        ("\\\\?\\C:\\msat", False),
        ("C:\\msat", False),
        ("/home/me", False),
    ],
)
def test_network_addresses_are_known(path: str, unc: bool) -> None:
    assert is_unc(path) is unc


def test_a_locked_record_says_so_and_goes_on_afterwards(
    profile: Places, clock: FixedClock, record: SqliteRecord
) -> None:
    with open_record(profile, clock, busy_timeout_ms=50) as hurried:
        with closing(sqlite3.connect(profile.record, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(RecordProblem) as caught:
                hurried.append([draft()])
            assert "another program" in caught.value.explanation
            with pytest.raises(RecordProblem, match="another program"):
                hurried.head()
            with pytest.raises(RecordProblem, match="another program"):
                open_record(profile, clock, busy_timeout_ms=50)
            other.execute("ROLLBACK")
        hurried.append([draft()])
        assert hurried.head().size == 2


# --- faults in the middle of an append ----------------------------------------------------------------------------


class _Fault(sqlite3.OperationalError):
    sqlite_errorname = "SQLITE_IOERR_FSYNC"


def test_a_commit_that_failed_and_is_there_is_called_recorded(
    record: SqliteRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As seen with an injected fsync error: the commit reports a failure and the row is there all the same."""
    real = record._engine.dialect.do_commit

    def commit_then_fail(connection: object) -> None:
        real(connection)
        monkeypatch.setattr(record._engine.dialect, "do_commit", real)
        raise _Fault("disk I/O error")

    monkeypatch.setattr(record._engine.dialect, "do_commit", commit_then_fail)
    (entry,) = record.append([draft("is it there?")])
    assert record.entry(entry.id) == entry
    assert record.verify().valid


def test_a_commit_that_failed_and_is_not_there_is_called_not_recorded(
    record: SqliteRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: object) -> None:
        raise _Fault("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(record._engine.dialect, "do_commit", fail)
        with pytest.raises(NotRecorded, match="the disk failed"):
            record.append([draft("is it there?")])
    assert record.head().size == 1
    record.append([draft("now it is")])
    assert record.verify().valid


def test_what_cannot_be_looked_up_is_not_called_either(record: SqliteRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_anything: object) -> None:
        raise _Fault("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(record._engine.dialect, "do_commit", fail)
        patch.setattr(sqlite_record.rows, "entry_by_id", fail)
        with pytest.raises(RecordProblem, match="It is not known whether") as caught:
            record.append([draft()])
    assert not isinstance(caught.value, NotRecorded)


def test_a_damaged_tail_is_not_built_upon(profile: Places, record: SqliteRecord) -> None:
    record.append([draft()])
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as other:
        other.execute("DROP TRIGGER entry_is_never_changed")
        other.execute("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE seq = 2")
    with pytest.raises(RecordProblem, match="damaged"):
        record.append([draft()])
    with pytest.raises(RecordProblem, match="damaged"):
        list(record.entries())


# --- the clock, threads, other things -----------------------------------------------------------------------------


def test_a_clock_set_forward_while_running_is_written_down(profile: Places, clock: FixedClock) -> None:
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    seconds = [0.0]
    with open_record(profile, clock, steady=lambda: seconds[0]) as record:
        clock.moment += timedelta(days=3)
        seconds[0] += 3 * 86_400
        record.append([draft("three days passed, asleep or not")])
        clock.moment += timedelta(days=3)
        seconds[0] += 60
        record.append([draft("the clock was set")])
        record.append([draft("and is left alone")])
        kinds = [e.type for e in record.entries(after=1)]
    assert kinds == ["alert.acknowledged", "clock.anomaly", "alert.acknowledged", "alert.acknowledged"]


def test_threads_append_without_a_fork(record: SqliteRecord) -> None:
    def work(name: int) -> None:
        for number in range(10):
            record.append([draft(f"{name}-{number}")])

    threads = [Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert record.head().size == 41
    assert len({e.data["note"] for e in record.entries(after=1)}) == 40
    assert record.verify().valid


def test_reading_goes_on_while_entries_are_added(record: SqliteRecord) -> None:
    record.append([draft(str(n)) for n in range(1200)])
    reader = record.entries()
    first = [next(reader) for _ in range(10)]
    record.append([draft("meanwhile")])
    assert [e.seq for e in [*first, *reader]] == list(range(1, 1203))


def test_a_large_transaction_is_signed_once(profile: Places, record: SqliteRecord) -> None:
    record.append([draft(str(n)) for n in range(300)])
    with closing(sqlite3.connect(profile.record)) as other:
        signed = [seq for (seq,) in other.execute("SELECT seq FROM entry WHERE note IS NOT NULL")]
    assert signed == [1, 301]


@pytest.mark.parametrize("name", ["practice é", "a b#c", "100%", "what? = &x", "%41"])
def test_a_profile_may_lie_in_a_folder_with_any_name(tmp_path: Path, clock: FixedClock, name: str) -> None:
    there = places(tmp_path / name)
    with create_record(there, ORGANISATION, clock, "0.1")[0] as record:
        record.append([draft()])
        assert record.verify().valid
    assert there.record.stat().st_size > 4096
    assert not list(there.data.glob("*.new*"))


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RecordProblem) as caught:
        create_record(places(tmp_path / "file"), ORGANISATION, clock, "0.1")
    assert caught.value.next_step


def test_two_windows_that_start_at_once_make_one_record(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as first:
        kept = profile.record.read_bytes(), profile.high_water_mark.read_bytes()
        monkeypatch.setattr(making, "check_nothing_there", lambda _places: None)
        with pytest.raises(Refused, match="already"):
            create_record(profile, ORGANISATION, clock, "0.1")
        assert (profile.record.read_bytes(), profile.high_water_mark.read_bytes()) == kept
        assert first.verify().valid


def test_verify_and_append_do_not_disturb_each_other(profile: Places, record: SqliteRecord) -> None:
    outcomes = []

    def check() -> None:
        for _ in range(8):
            outcomes.append(record.verify())

    checker = Thread(target=check)
    checker.start()
    for number in range(40):
        record.append([draft(f"{number} {n}") for n in range(1 + number % 3)])
    checker.join()
    assert [o.problems for o in outcomes] == [()] * 8


def test_a_file_that_was_damaged_is_stored_again(profile: Places, record: SqliteRecord) -> None:
    files = FolderFiles(profile.files)
    digest = files.put(b"a notice")
    files.path(digest).write_bytes(b"damaged")
    assert files.put(b"a notice") == digest
    assert files.get(digest) == b"a notice"
    assert files.path(digest).relative_to(profile.files).as_posix() == f"{digest[:2]}/{digest}"
    assert [p.name for p in profile.files.rglob("*") if p.is_file()] == [digest]


def test_a_stored_file_that_cannot_be_written_is_said_in_words(profile: Places) -> None:
    profile.make()
    profile.files.write_text("in the way", encoding="utf-8")
    with pytest.raises(RecordProblem) as caught:
        FolderFiles(profile.files).put(b"a notice")
    assert caught.value.next_step


@pytest.mark.skipif(os.name == "nt", reason="Windows has no call that flushes a folder")
def test_the_folders_of_a_new_profile_are_made_to_last(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr("msat.store.record.flush_folder", flushed.append)
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    assert {profile.data.parent, profile.data.parent.parent, profile.data} <= set(flushed)
