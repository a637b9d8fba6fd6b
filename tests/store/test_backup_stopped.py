"""A backup that a person stops leaves nothing behind; and what nobody has recorded yet is in a backup too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Cancelled
from msat.places import Places, places
from msat.store.backup import make_backup
from msat.store.backup_folder import FolderBacking
from msat.store.record import SqliteRecord, inspect_record
from msat.store.restoring import restore
from tests.conftest import NOON
from tests.store.backups import eleven_entries


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> Iterator[SqliteRecord]:
    with eleven_entries(profile, clock) as made:
        yield made


@pytest.mark.parametrize("files_inside", [True, False], ids=["one whole file", "beside the others"])
@pytest.mark.parametrize("stage", ["Copying the record", "Copying stored files", "Proving the copy"])
def test_a_backup_that_is_stopped_leaves_nothing_and_the_older_ones(
    record: SqliteRecord, profile: Places, tmp_path: Path, stage: str, files_inside: bool
) -> None:
    def stop(what: str, _done: int, _of: int) -> None:
        if what.startswith(stage):
            raise Cancelled("The backup was stopped.")

    folder = tmp_path / "backups"
    folder.mkdir()
    older = Path(make_backup(profile, folder, NOON, "0.1", False).path)
    target = folder / "carried.msatbackup" if files_inside else folder
    with pytest.raises(Cancelled):
        make_backup(profile, target, NOON + timedelta(hours=1), "0.1", files_inside, progress=stop)
    assert [path.name for path in folder.iterdir() if path.is_file()] == [older.name]
    assert list(profile.cache.glob("backup-*")) == []
    assert inspect_record(profile).problems == ()


def test_what_a_killed_backup_left_goes_with_a_later_one_and_what_is_being_written_stays(
    record: SqliteRecord, profile: Places, clock: FixedClock, tmp_path: Path
) -> None:
    """Half a backup holds names as a whole one does, and no list shows it."""
    shared = tmp_path / "files" / "ab"
    shared.mkdir(parents=True)
    left = [tmp_path / "msat-1.msatbackup.0a1b.part", shared / "abcd.0a1b.part"]
    young, mine = tmp_path / "msat-2.msatbackup.0a1b.part", tmp_path / "mine.part"
    for path in (*left, young, mine):
        path.write_bytes(b"half")
    then = (clock.now() - timedelta(days=2)).timestamp()
    for path in (*left, mine):
        os.utime(path, (then, then))
    os.utime(young, (clock.now().timestamp(),) * 2)
    FolderBacking(profile, clock, "0.1").prune(tmp_path, record.log)
    assert [path.exists() for path in left] == [False, False]
    assert young.exists()
    assert mine.exists()


def test_drafts_of_newsletter_issues_are_in_a_backup_and_come_back(
    record: SqliteRecord, profile: Places, tmp_path: Path
) -> None:
    profile.newsletters.mkdir(parents=True)
    (profile.newsletters / "2026-12.json").write_text('{"title": "not sent yet"}', encoding="utf-8")
    profile.drafts.write_text('{"note": "half typed"}', encoding="utf-8")
    backup = Path(make_backup(profile, tmp_path / "all.msatbackup", NOON, "0.1", True).path)
    other = places(tmp_path / "other")
    restore(other, backup, NOON)
    assert (other.newsletters / "2026-12.json").read_text(encoding="utf-8") == '{"title": "not sent yet"}'
    assert other.drafts.read_text(encoding="utf-8") == '{"note": "half typed"}'
