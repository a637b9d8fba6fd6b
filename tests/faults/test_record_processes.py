"""The record under processes that are killed, that compete, and that run out of disk: nothing acknowledged is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from msat.clock import FixedClock, SystemClock
from msat.places import Places
from msat.store.record import create_record, inspect_record, open_record
from tests.faults.figures import both, tell
from tests.record.makers import ORGANISATION, draft

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made(profile: Places) -> Places:
    create_record(profile, ORGANISATION, SystemClock(), "0.1")[0].close()
    return profile


def start(profile: Places, name: str, count: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.appender", str(profile.data.parent), name, str(count), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def stored(profile: Places) -> list[str]:
    """The ids in the record, after checking that the record is whole."""
    outcome = inspect_record(profile)
    assert outcome.problems == ()
    with open_record(profile, SystemClock()) as record:
        return [e.id for e in record.entries(after=1)]


def kill_once(profile: Places, name: str, pause: float) -> list[str]:
    """Starts a program that appends for ever, kills it while it does, and returns what it was told is recorded."""
    with start(profile, name, 100_000) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        time.sleep(pause)
        program.kill()
        said = program.stdout.read()
    # The last line may have been cut by the kill.
    return said[: said.rfind("\n") + 1].split()


def check_kills(profile: Places, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: list[str] = []
    extra = 0
    for number in range(kills):
        told = kill_once(profile, f"run {number}", chance.uniform(0.0, 0.12))
        acknowledged += told
        there = stored(profile)
        extra_now = len(set(there) - set(acknowledged))
        assert set(acknowledged) <= set(there)
        # At most the one transaction that was under way was stored without an answer.
        assert extra_now - extra <= 3
        extra = extra_now
    assert len(acknowledged) > kills


@pytest.mark.skipif(sys.platform != "win32", reason="test_killed.py kills many more where a program can fork itself")
def test_kill_during_appends_loses_nothing_acknowledged(made: Places) -> None:
    check_kills(made, 20, 2026)


@pytest.mark.parametrize("drafts", both(126, 2_520))
def test_four_processes_append_at_once_without_a_fork(made: Places, drafts: int) -> None:
    programs = [start(made, f"writer {n}", drafts) for n in range(4)]
    told: list[str] = []
    for program in programs:
        out, _none = program.communicate(timeout=3_000)
        assert program.returncode == 0
        told += out.split()[1:]
    there = stored(made)
    tell(6, "appends by four processes", len(told), acknowledged=len(told), losses=len(set(told) - set(there)))
    assert len(there) == 4 * drafts * 2
    assert sorted(told) == sorted(there)


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [20_000, 65_536, 100_001])
def test_a_full_disk_is_said_in_words_and_loses_nothing(made: Places, limit: int) -> None:
    program = start(made, "filler", 3, str(limit))
    out, _none = program.communicate(timeout=60)
    assert program.returncode == 0
    lines = out.splitlines()[1:]
    refused = [line for line in lines if line.startswith("refused")]
    told = [line for line in lines if not line.startswith("refused")]
    assert len(refused) == 2
    assert all("Nothing was recorded" in line for line in refused)
    assert sorted(told) == sorted(stored(made))


_READ_ONLY = """
import os, sys
from pathlib import Path
from msat.clock import SystemClock
from msat.errors import RecordProblem
from msat.places import places
from msat.record.codec import encode
from msat.store.record import inspect_record, open_record
from tests.faults.figures import both, tell
from tests.record.makers import draft
here = places(Path(sys.argv[1]))
# Everything is loaded while the interpreter's own folder can still be read.
with open_record(here, SystemClock()):
    inspect_record(here)
encode({"a": 1})
if os.geteuid() == 0:
    os.setuid(65534)
with open_record(here, SystemClock()) as record:
    print(record.head().size, inspect_record(here).valid)
    try:
        record.append([draft()])
    except RecordProblem as problem:
        print(problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_folder_that_can_only_be_read_is_said_in_words(
    made: Places, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    import os
    import shutil
    import tempfile

    # Outside tmp_path, whose parents another user may not enter.
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        profile = top / "profile"
        shutil.copytree(made.data.parent, profile)
        everything = [profile, *profile.rglob("*")]
        for path in everything:
            if os.geteuid() == 0:
                os.chown(path, 65534, 65534)
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = subprocess.run(
            [sys.executable, "-c", _READ_ONLY, str(profile)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True, timeout=60,
        )
        for path in everything:
            path.chmod(0o755)
    size, words = done.stdout.splitlines()
    assert size == "1 True"
    assert "can only be read" in words


def test_a_program_that_dies_between_commit_and_mark_is_caught_up(made: Places, clock: FixedClock) -> None:
    older = made.high_water_mark.read_bytes()
    with open_record(made, SystemClock()) as record:
        record.append([draft()])
    made.high_water_mark.write_bytes(older)
    assert len(stored(made)) == 1
