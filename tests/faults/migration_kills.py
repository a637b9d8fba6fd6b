"""Kill -9 while a record is migrated: afterwards it is of the old form or the new one, whole, with every entry.

`run(trials, folder, seed)` is the whole trial, for tests and for the harness that prints the table of faults.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from msat.clock import SystemClock
from msat.errors import MsatError
from msat.places import Places, places
from msat.store.engine import check_file
from msat.store.record import create_record, inspect_record, open_record
from tests.record.makers import ORGANISATION, draft
from tests.store.newer_program import newer_program

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 1_500


@dataclass
class Kills:
    """What the trials found. `lost` and `corrupt` must stay 0."""

    trials: int = 0
    old: int = 0
    new: int = 0
    finished: int = 0
    acknowledged: int = 0
    lost: int = 0
    corrupt: int = 0

    def say(self) -> str:
        """One line for people."""
        return (
            f"{self.trials} kills during a migration of {self.acknowledged} entries: {self.old} left the old form, "
            f"{self.new} the new one ({self.finished} came too late); entries lost {self.lost}, damaged {self.corrupt}"
        )


def run(trials: int, folder: Path, seed: int = 2026) -> Kills:
    """Runs `trials` kills below `folder`, which must be empty. Asserts nothing: the figures are the answer."""
    first = places(folder / "first")
    told = _make(first)
    longest = _took(first, folder / "measured")
    chance, found = random.Random(seed), Kills(acknowledged=len(told))
    for number in range(trials):
        where = _copied(first, folder / f"trial-{number}")
        # Beyond its end too, so that both forms are met: a machine may have become quicker or slower since.
        took = _kill(where, chance.uniform(0.0, 1.3 * longest), found)
        longest = max(took, 0.8 * longest) if took else 1.02 * longest
        _look(where, told, found)
        shutil.rmtree(where.data.parent)
    return found


def _make(where: Places) -> list[str]:
    with create_record(where, ORGANISATION, SystemClock(), "0.1")[0] as record:
        for first in range(0, ENTRIES, 500):
            record.append([draft(f"entry {first + n} {'x' * 400}") for n in range(500)])
        return [entry.id for entry in record.entries()]


def _copied(first: Places, target: Path) -> Places:
    shutil.copytree(first.data.parent, target)
    return places(target)


def _start(where: Places) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.migrator", str(where.data.parent)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def _took(first: Places, folder: Path) -> float:
    """Seconds that a migration takes here when nobody disturbs it."""
    where = _copied(first, folder)
    with _start(where) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        began = time.monotonic()
        assert program.stdout.readline() == "done \n"
        took = time.monotonic() - began
    shutil.rmtree(folder)
    return took


def _kill(where: Places, pause: float, found: Kills) -> float:
    """Returns the pause where the migration was done before it was over; 0 where it was killed in its middle."""
    found.trials += 1
    with _start(where) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        time.sleep(pause)
        program.kill()
        is_done = "done" in program.stdout.read()
    found.finished += is_done
    return pause if is_done else 0.0


def _look(where: Places, told: list[str], found: Kills) -> None:
    """The record as the kill left it; then the next start, which goes on where that one ended."""
    with newer_program():
        try:
            is_new = check_file(where.record) == 2
            found.new += is_new
            found.old += not is_new
            found.corrupt += bool(inspect_record(where).problems)
            found.lost += _lacks(where, told)
        except MsatError:
            found.corrupt += 1
            return
    with _start(where) as again:
        out, _none = again.communicate(timeout=60)
    with newer_program():
        found.corrupt += out != "open\ndone \n" or check_file(where.record) != 2
        found.lost += _lacks(where, told)


def _lacks(where: Places, told: list[str]) -> int:
    with open_record(where, SystemClock()) as record:
        there = [entry.id for entry in record.entries()]
    return len(set(told) - set(there)) + (there != told and set(told) == set(there))
