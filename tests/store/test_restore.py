"""Restores: nothing recorded is lost, what was there is kept, and no log ever gets a second history."""

from __future__ import annotations

import errno
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.exchange.return_file import write_return
from msat.ids import fingerprint
from msat.places import Places, places
from msat.record.backup import BadBackup, Restored, Way, read_contents
from msat.record.high_water import read_mark
from msat.store.files import FolderFiles
from msat.store.record import SqliteRecord, create_record, inspect_record, open_record
from msat.store.restoring import restore
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.backups import NOTICE, back_up, eleven_entries, ids, lose


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> Iterator[SqliteRecord]:
    with eleven_entries(profile, clock) as made:
        yield made


def test_a_damaged_record_is_restored_and_its_log_goes_on(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    before = [entry.id for entry in record.entries()]
    record.close()
    lose(profile.record)
    FolderFiles(profile.files).path(fingerprint(NOTICE)).unlink()
    damaged = profile.record.read_bytes()
    done = restore(profile, path, clock.now())
    assert (done.way, done.head.size, done.files, done.problems) == (Way.WHOLE, 11, 1, ())
    assert Path(done.aside).read_bytes() == damaged
    assert ids(profile, clock) == before
    with open_record(profile, clock) as again:
        again.append([draft("goes on")])
    assert inspect_record(profile).problems == ()


def test_a_lost_folder_is_restored_and_the_printed_key_covers_the_lost_one(
    profile: Places, clock: FixedClock, tmp_path: Path
) -> None:
    made, printed = create_record(profile, ORGANISATION, clock, "0.1")
    with made:
        made.append([draft("one")])
    path = back_up(profile, tmp_path, clock)
    for folder in (profile.data, profile.cache):
        for one in sorted(folder.rglob("*"), reverse=True):
            one.unlink() if one.is_file() else one.rmdir()
    assert restore(profile, path, clock.now()).way is Way.WHOLE
    with open_record(profile, clock) as again:
        assert "signing key" in again.read_only
        again.recover_key(printed, PERSON)
        again.append([draft("goes on")])
    assert inspect_record(profile).problems == ()


def test_an_older_backup_is_read_and_never_added_to(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.append([draft("after the backup")])
    record.close()
    profile.record.unlink()
    done = restore(profile, path, clock.now())
    assert (done.way, done.head.size, done.marked) == (Way.SHORT, 11, 12)
    with open_record(profile, clock) as again:
        assert again.head().size == 11
        with pytest.raises(RecordProblem, match="two histories of one log") as caught:
            again.append([draft("another twelfth")])
        assert "--with" in caught.value.next_step
        with pytest.raises(Refused, match="two histories"):
            again.recover_key("x", PERSON)
        with pytest.raises(RecordProblem):
            again.rotate_key(PERSON)
    found = inspect_record(profile)
    assert any("once had 12 entries" in one.what for one in found.problems)


def test_what_a_damaged_record_still_holds_is_put_back_behind_the_backup(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    for number in range(5):
        record.append([draft(f"after {number}")] * 2)
    before = [entry.id for entry in record.entries()]
    record.close()
    data = bytearray(profile.record.read_bytes())
    data[data.find(b"note 2")] ^= 1
    profile.record.write_bytes(data)
    done = restore(profile, path, clock.now())
    assert (done.way, done.healed, done.head.size, done.problems) == (Way.WHOLE, 10, 21, ())
    assert ids(profile, clock) == before


def test_a_return_of_ones_own_fills_the_gap(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.append([draft("sent to the committee")] * 3)
    sent = tmp_path / "own.msatreturn"
    sent.write_bytes(b"".join(write_return(record.entries(), record.signed_head())))
    before = [entry.id for entry in record.entries()]
    record.close()
    profile.record.unlink()
    assert restore(profile, path, clock.now()).way is Way.SHORT
    done = restore(profile, path, clock.now(), [sent])
    assert (done.way, done.healed) == (Way.WHOLE, 3)
    assert ids(profile, clock) == before
    with open_record(profile, clock) as again:
        again.append([draft("goes on")])
    sent.write_bytes(sent.read_bytes().replace(b"committee", b"committeE"))
    profile.record.unlink()
    with pytest.raises(Refused, match="is not genuine"):
        restore(profile, path, clock.now(), [sent])


def test_on_another_computer_nothing_says_that_it_is_the_newest(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    older = back_up(profile, tmp_path, clock)
    record.append([draft("later")])
    clock.moment += timedelta(hours=1)
    newer = back_up(profile, tmp_path, clock)
    other = places(tmp_path / "other")
    for path, size in ((older, 11), (newer, 12)):
        done = restore(other, path, clock.now())
        assert (done.way, done.head.size, done.problems) == (Way.UNKNOWN, size, ())
        with open_record(other, clock) as opened, pytest.raises(RecordProblem, match="only to be read"):
            opened.append([draft()])
    mark = read_mark(other.high_water_mark)
    assert mark is not None
    assert mark.size == 12


def test_a_whole_record_is_never_taken_back(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.append([draft("newer")])
    with pytest.raises(Refused, match="nothing is put in its place"):
        restore(profile, path, clock.now())
    assert record.head().size == 12
    FolderFiles(profile.files).path(fingerprint(NOTICE)).write_bytes(b"damaged")
    done = restore(profile, path, clock.now())
    assert (done.files, done.aside, done.problems) == (1, "", ())
    record.append([draft("goes on")])


def test_another_records_backup_is_refused(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    other = places(tmp_path / "other")
    create_record(other, ORGANISATION, clock, "0.1")[0].close()
    path = back_up(other, tmp_path, clock)
    record.close()
    profile.record.unlink()
    with pytest.raises(Refused, match="of another record"):
        restore(profile, path, clock.now())
    assert not profile.record.exists()


def tried(profile: Places, path: Path, clock: FixedClock) -> Restored | None:
    """A restore, or None when the backup was refused."""
    try:
        return restore(profile, path, clock.now())
    except BadBackup:
        return None


@pytest.mark.parametrize("part", range(8))
def test_a_changed_or_cut_backup_is_refused_before_anything_is_touched(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path, part: int
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.close()
    profile.record.unlink()
    whole = path.read_bytes()
    at = len(whole) * (2 * part + 1) // 16
    refused = 0
    for changed in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
        path.write_bytes(changed)
        done = tried(profile, path, clock)
        refused += done is None
        assert profile.record.exists() is (done is not None)
        if done is not None:  # the byte meant nothing to what is restored, and the proof says so
            assert (done.way, done.head.size, done.problems) == (Way.WHOLE, 11, ())
            profile.record.unlink()
    assert refused >= 1
    path.write_bytes(b"")
    with pytest.raises(BadBackup):
        restore(profile, path, clock.now())


def test_a_backup_with_a_forged_entry_is_refused(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.close()
    profile.record.unlink()
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["record.db"] = members["record.db"].replace(b"note 3", b"note 8")
    page = members["backup.json"].decode()
    contents = read_contents(page.encode())
    members["backup.json"] = page.replace(contents.record_sha256, fingerprint(members["record.db"])).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(BadBackup, match="does not hash to its header"):
        restore(profile, path, clock.now())


def test_a_disk_that_fails_in_between_is_said_and_the_way_stays_open(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.append([draft("later")])
    record.close()
    lose(profile.record)
    damaged = profile.record.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("write_standing", "_swap"):
        with monkeypatch.context() as patched:
            patched.setattr(f"msat.store.restoring.{name}", full)
            with pytest.raises(RecordProblem, match="was not restored: the disk is full"):
                restore(profile, path, clock.now())
        assert profile.record.read_bytes() == damaged
    assert restore(profile, path, clock.now()).way is Way.SHORT
    with pytest.raises(Refused, match="cannot be read"):
        restore(profile, tmp_path, clock.now())


def test_the_whole_record_found_again_after_a_short_restore_goes_on(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.append([draft("later")])
    record.close()
    found_later = profile.record.rename(tmp_path / "record.db")
    assert restore(profile, path, clock.now()).way is Way.SHORT
    profile.record.unlink()
    found_later.rename(profile.record)
    with open_record(profile, clock) as opened, pytest.raises(RecordProblem, match="only to be read"):
        opened.append([draft("not yet")])
    done = restore(profile, path, clock.now())
    assert (done.way, done.head.size, done.problems) == (Way.WHOLE, 12, ())
    with open_record(profile, clock) as opened:
        opened.append([draft("goes on")])
    assert inspect_record(profile).problems == ()


def test_names_in_a_backup_never_leave_the_profile(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.close()
    profile.record.unlink()
    bad = ["data/../../out.txt", "data/keys/x.key", "data/record.db.x", "/data/abs.txt", "data/a:b", "config/..\\y"]
    bad += ["data/Keys/x", "data/RECORD.DB", "data/x.KEY", "config/key-place.json", "config/Database.txt"]
    bad += ["data/nul", "data/Con.txt", "data/COM1 .x/y", "data/dot.", "data/blank ", "config/lpt\u00b9"]
    with zipfile.ZipFile(path, "a") as archive:
        for name in (*bad, "data/local/good.toml"):
            archive.writestr(name, "planted")
    restore(profile, path, clock.now())
    planted = [p for p in tmp_path.rglob("*") if p.is_file() and p.read_bytes() == b"planted"]
    assert planted == [profile.local / "good.toml"]


def test_a_window_that_was_open_notices_that_the_record_was_replaced(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    if os.name == "nt":
        pytest.skip("Windows does not rename a file that is open")
    path = back_up(profile, tmp_path, clock)
    assert record.head().size == 11
    with closing(sqlite3.connect(profile.record)) as connection:
        connection.execute("DROP TRIGGER entry_is_never_changed")
        connection.execute("UPDATE entry SET body = x'00' WHERE seq = 3")
        connection.commit()
    assert restore(profile, path, clock.now()).way is Way.WHOLE
    with pytest.raises(RecordProblem, match="was replaced while MSAT had it open"):
        record.append([draft("into the old file")])
    assert inspect_record(profile).problems == ()
