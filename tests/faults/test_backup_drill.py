"""The restore drill: backups made while others write, each put back in a profile of its own; and a large one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from msat.clock import SystemClock
from msat.places import Places, places
from msat.record.backup import Way
from msat.store.backup import make_backup
from msat.store.record import create_record, inspect_record, open_record
from msat.store.restoring import restore
from tests.faults.figures import tell
from tests.record.makers import ORGANISATION, draft

ROOT = Path(__file__).resolve().parents[2]
CLOCK = SystemClock()


@pytest.fixture
def made(profile: Places) -> Places:
    create_record(profile, ORGANISATION, CLOCK, "0.1")[0].close()
    return profile


def check_drills(made: Places, tmp_path: Path, trials: int) -> None:
    """Each backup, made hot under two programs that append, holds all that was acknowledged, and restores whole."""
    command = [sys.executable, "-m", "tests.faults.appender", str(made.data.parent)]
    variables = {**os.environ, "MSAT_APPENDER_PAUSE": "0.04"}
    writers = [
        subprocess.Popen([*command, f"writer {n}", "100000"], cwd=ROOT, stdout=subprocess.DEVNULL, env=variables)
        for n in range(2)
    ]
    sizes = []
    try:
        _wait_for_writers(made)
        for number in range(trials):
            with open_record(made, CLOCK) as record:
                before = record.head()
            backup = make_backup(made, tmp_path / f"{number}.msatbackup", CLOCK.now(), "0.1", True)
            assert backup.contents.head.size >= before.size
            other = places(tmp_path / f"other-{number}")
            done = restore(other, Path(backup.path), CLOCK.now())
            assert (done.way, done.head, done.problems) == (Way.UNKNOWN, backup.contents.head, ())
            with open_record(other, CLOCK) as restored:
                there = next(restored.entries(after=before.size - 1, upto=before.size))
            assert there.id == before.id
            sizes.append(done.head.size)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait(timeout=30)
    assert sizes == sorted(sizes)
    assert sizes[0] > 1
    assert sizes[-1] > sizes[0]
    assert inspect_record(made).problems == ()
    tell(21, f"hot backups of {sizes[0]:,} to {sizes[-1]:,} entries, each restored", trials, acknowledged=sum(sizes))


def _wait_for_writers(made: Places) -> None:
    """Until something was recorded, for a program takes its time to start."""
    ends = time.monotonic() + 60
    with open_record(made, CLOCK) as record:
        while record.head().size == 1 and time.monotonic() < ends:
            time.sleep(0.02)


def test_hot_backups_restore_whole(made: Places, tmp_path: Path) -> None:
    check_drills(made, tmp_path, 20)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_hot_backups_restore_whole(tmp_path: Path) -> None:
    for number in range(25):  # a new record each time, for the writers never pause
        where = tmp_path / f"round-{number}"
        fresh = places(where / "profile")
        create_record(fresh, ORGANISATION, CLOCK, "0.1")[0].close()
        check_drills(fresh, where, 20)
        shutil.rmtree(where)


def check_damage(made: Places, tmp_path: Path, entries: int, most_s: float) -> None:
    """A record of `entries`, one byte of it changed, is put back from its backup and what came after it."""
    with open_record(made, CLOCK) as record:
        for first in range(0, entries, 500):
            record.append([draft(f"number {first + n} " + "x" * 200) for n in range(500)])
        backup = make_backup(made, tmp_path / "b.msatbackup", CLOCK.now(), "0.1", True)
        record.append([draft("after the backup")] * 10)
        last = record.head()
    data = bytearray(made.record.read_bytes())
    data[data.find(b"number 123 ")] ^= 1
    made.record.write_bytes(data)
    began = time.monotonic()
    done = restore(made, Path(backup.path), CLOCK.now())
    took = time.monotonic() - began
    assert (done.way, done.healed, done.head, done.problems) == (Way.WHOLE, 10, last, ())
    assert took < most_s
    tell(21, f"restore of {last.size:,} entries in {took:.1f} s", 1, acknowledged=last.size)


def test_a_damaged_record_comes_back_with_all_its_entries(made: Places, tmp_path: Path) -> None:
    check_damage(made, tmp_path, 1_000, 60)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_thousand_entries_come_back_within_a_minute(made: Places, tmp_path: Path) -> None:
    check_damage(made, tmp_path, 10_000, 60)
