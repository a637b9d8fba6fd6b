"""A folder in memory for what the tests write: MSAT_TESTS_IN_MEMORY=1, on a computer that has room for one.

Every entry of a record is flushed to the disk, and the tests make tens of thousands: in memory nobody waits for that.
Only when asked for, since on a disk the tests meet the times that a user's computer takes.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from told import say

FOLDER = Path("/dev/shm")  # noqa: S108  # what Linux calls its disk in memory; a folder of our own is made in it
MEMINFO = Path("/proc/meminfo")
ASKED = "MSAT_TESTS_IN_MEMORY"
ROOM = 3 * 1024**3
"""Bytes that must be free in it; the tests need a part of this at any time."""
SPARE = 6 * 1024**3
"""Bytes of memory that must be free altogether."""


def has_room() -> bool:
    """Whether there is such a disk, large enough, from which programs may be started, and memory for it."""
    if sys.platform != "linux" or not os.access(FOLDER, os.W_OK | os.X_OK):
        return False
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", MEMINFO.read_text(encoding="ascii"), re.MULTILINE)
        disk = os.statvfs(FOLDER)
    except (OSError, ValueError):
        return False
    is_large = disk.f_bavail * disk.f_frsize >= ROOM and not disk.f_flag & os.ST_NOEXEC
    return is_large and found is not None and int(found[1]) * 1024 >= SPARE


@contextmanager
def folder_for_tests(options: Sequence[str]) -> Iterator[list[str]]:
    """Options for pytest that put its folders into memory; none unless asked for, and where `options` say where they
    go. Without room it is said that they go to the disk. Afterwards only what failing tests left is there."""
    if os.environ.get(ASKED) != "1" or any(one.startswith("--basetemp") for one in options):
        yield []
        return
    if not has_room():
        say("There is no room in memory for what the tests write, so it goes to the disk.")
        yield []
        return
    folder = FOLDER / f"msat-tests-{os.getuid()}-{os.getpid()}"
    try:
        yield [f"--basetemp={folder}", "-o", "tmp_path_retention_policy=failed"]
    finally:
        if any(path.is_dir() for path in folder.glob("**/test_*0")):
            say(f"What failing tests left is in {folder}, in memory: delete that folder when you have seen it.")
        else:
            shutil.rmtree(folder, ignore_errors=True)
