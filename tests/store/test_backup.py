"""Backups: whole, without a key, proven after writing, thinned out by day and by month."""

from __future__ import annotations

import os
import stat
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.ids import fingerprint
from msat.places import Places
from msat.record.backup import read_contents
from msat.record.keys import FileKeyStore
from msat.store.backup import MembersOf, NotBackedUp, make_backup
from msat.store.backup_copy import copy_record, prove_copy
from msat.store.backup_folder import listed, prune
from msat.store.files import FolderFiles
from msat.store.record import SqliteRecord, inspect_record
from tests.record.makers import ORGANISATION, draft
from tests.store.backups import NOTICE, back_up, eleven_entries


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> Iterator[SqliteRecord]:
    with eleven_entries(profile, clock) as made:
        yield made


def test_a_backup_to_carry_away_is_one_file_with_everything_but_a_key(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    profile.settings.write_text('person_name = "A. Patel"\n', encoding="utf-8")
    profile.local.mkdir()
    (profile.local / "rules.toml").write_text("# ours\n", encoding="utf-8")
    path = back_up(profile, tmp_path / "b.msatbackup", clock)
    stored = FileKeyStore(profile.keys).load(record.log)
    assert stored is not None
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
        contents = read_contents(members["backup.json"])
        lookup = MembersOf(archive, tmp_path / "nowhere")
        assert lookup.get(fingerprint(NOTICE)) == NOTICE
    assert contents.head == record.head()
    assert contents.organisation == ORGANISATION
    assert {"record.db", "config/settings.toml", "data/local/rules.toml"} < set(members)
    everything = b"".join(members.values()) + path.read_bytes()
    assert stored.signer.private not in everything
    assert stored.signer.private.hex().encode() not in everything
    assert not any("key" in name for name in members)
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(profile.cache.iterdir())


def test_the_copy_inside_proves_whole_by_itself(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    with zipfile.ZipFile(path) as archive:
        archive.extract("record.db", tmp_path / "out")
        found = prove_copy(tmp_path / "out" / "record.db", record.log, [record.head()], MembersOf(archive, tmp_path))
    assert found.problems == ()
    assert found.entries == record.head().size


def test_stored_files_are_copied_once_for_all_the_backups_of_a_folder(
    profile: Places, clock: FixedClock, record: SqliteRecord
) -> None:
    profile.backups.mkdir()
    back_up(profile, profile.backups, clock, inside=False)
    shared = FolderFiles(profile.backups / "files").path(fingerprint(NOTICE))
    before = shared.stat().st_mtime_ns
    record.append([draft("later")])
    clock.moment += timedelta(days=1)
    back_up(profile, profile.backups, clock, inside=False)
    assert shared.stat().st_mtime_ns == before
    assert [one.size for one in listed(profile.backups)] == [12, 11]


def test_a_missing_stored_file_is_said_and_does_not_stop_backups(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    FolderFiles(profile.files).path(fingerprint(NOTICE)).unlink()
    made = make_backup(profile, tmp_path, clock.now(), "0.1", False)
    assert any(fingerprint(NOTICE)[:12] in one.where for one in made.lacking)
    assert Path(made.path).is_file()


def test_a_damaged_record_gives_no_backup_and_older_ones_stay(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    older = back_up(profile, tmp_path, clock)
    record.close()
    data = bytearray(profile.record.read_bytes())
    at = data.find(b"note 4")
    data[at] ^= 1
    profile.record.write_bytes(data)
    clock.moment += timedelta(days=1)
    with pytest.raises(RecordProblem, match="The record is not whole, so no backup was made"):
        back_up(profile, tmp_path, clock)
    assert [p.name for p in tmp_path.glob("*.msatbackup*")] == [older.name]


def test_a_copy_that_takes_too_long_is_stopped_in_words(
    profile: Places, record: SqliteRecord, tmp_path: Path
) -> None:
    with pytest.raises(NotBackedUp, match="took longer than"):
        copy_record(profile.record, tmp_path / "copy.db", deadline_s=-1)
    record.append([draft("nobody is kept waiting")])


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_leaves_nothing_under_the_final_name(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    target = tmp_path / "b.msatbackup"
    try:
        for limit in (0, 1_000, 5_000, 9_000, 20_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            with pytest.raises((NotBackedUp, RecordProblem)) as caught:
                back_up(profile, target, clock)
            assert "disk is full" in caught.value.explanation or "the disk failed" in caught.value.explanation
            assert caught.value.next_step
            assert not target.exists()
            assert not list(tmp_path.glob("*.part"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert back_up(profile, target, clock).is_file()


def test_a_folder_that_is_no_folder_is_said_in_words(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    with pytest.raises(NotBackedUp, match="was not written"):
        back_up(profile, tmp_path / "gone" / "b.msatbackup", clock)


def test_twenty_hot_backups_under_a_writer_are_whole(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    stop = Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            written.append(record.append([draft("x" * 900)] * 3)[-1].seq)

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(20):
            before = record.head().size
            made = make_backup(profile, tmp_path / f"{number}.msatbackup", clock.now(), "0.1", True)
            assert made.contents.head.size >= before
            assert made.lacking == ()
    finally:
        stop.set()
        writer.join()
    assert written
    assert inspect_record(profile).problems == ()


def test_old_backups_make_room_by_day_and_by_month(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    for _day in range(40):
        back_up(profile, tmp_path, clock)
        clock.moment += timedelta(days=1)
    (tmp_path / "mine.txt").write_text("not a backup", encoding="utf-8")
    gone = prune(tmp_path, record.log[:8])
    left = listed(tmp_path)
    assert len(gone) + len(left) == 40
    assert len({one.made.date() for one in left[:14]}) == 14
    assert len(left) == 14 + 1  # of November; December's newest is among the days
    assert (tmp_path / "mine.txt").is_file()
