"""The disk is full from some level on: a file that may grow no further, and a small disk of its own that is filled.

A disk of its own is a tmpfs, which only an administrator can mount; elsewhere the limit on files is what there is.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults import flows
from tests.faults.truth import Tally, clear
from tests.faults.workers import Zygote

DISK = 8 * 1024 * 1024
_PAGE = 4096
TRIED = (*flows.DEFAULT, "upgrade")
"""The commands in their turn, and the migration of a record to a newer form, with the backup that comes before it."""


def limits(
    zygote: Zygote, template: Path, aside: Path, levels: int, seed: int, tried: Sequence[str] = TRIED
) -> Tally:
    """No file may be longer than the level: the commands in turn, a level each."""
    tally, dice = Tally(), random.Random(seed)
    largest = {flow: _largest(zygote, template, aside, flow) for flow in tried}
    for number, flow in enumerate(_in_turn(levels, tried)):
        folder = flows.copy_world(template, aside / "world")
        limit = 1 + dice.randrange(largest[flow])
        trial = zygote.run(folder, flow, limit=limit)
        tally.look(folder, flow, trial.said, f"level {number}, {flow}, files of {limit} bytes at most")
        clear(folder)
    return tally


def fill_levels(
    zygote: Zygote, template: Path, disk: Path, levels: int, seed: int, tried: Sequence[str] = TRIED
) -> Tally:
    """A disk with only so much room left: the commands in turn, a level each."""
    tally, dice = Tally(), random.Random(seed)
    for number, flow in enumerate(_in_turn(levels, tried)):
        folder = flows.copy_world(template, disk / "world")
        filler = disk / "filler"
        room = dice.randrange(0, _need(template, flow)) // _PAGE * _PAGE
        _fill(filler, room)
        trial = zygote.run(folder, flow)
        filler.unlink()
        tally.look(folder, flow, trial.said, f"level {number}, {flow}, {room} bytes of room")
        clear(folder)
    return tally


def _in_turn(levels: int, tried: Sequence[str]) -> Sequence[str]:
    return [tried[number % len(tried)] for number in range(levels)]


def _need(template: Path, flow: str) -> int:
    """More room than a flow takes, in bytes: a migration copies the record, and keeps the pages that it changes."""
    if flow == "upgrade":
        return 280 * 1024 + 3 * flows.practice(template).record.stat().st_size
    return {"answer": 120, "add": 200, "import": 160, "backup": 320, "export": 320}[flow] * 1024


def _largest(zygote: Zygote, template: Path, aside: Path, flow: str) -> int:
    """The longest file that a flow leaves, in bytes."""
    folder = flows.copy_world(template, aside / "world")
    assert zygote.run(folder, flow).said is not None
    found = max(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    clear(folder)
    return found


def _fill(filler: Path, room: int) -> None:
    """Fills the disk but for `room` bytes."""
    free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
    with filler.open("wb") as file:
        left = max(0, free - room)
        while left:
            part = min(left, 1 << 20)
            try:
                file.write(bytes(part))
                file.flush()
            except OSError:
                break
            left -= part


@contextmanager
def own_disk(where: Path) -> Iterator[Path | None]:
    """A small disk of its own; None where none may be mounted."""
    where.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "tmpfs", str(where)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        yield None
        return
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", str(where)], capture_output=True, check=False)
