"""Killed at a random moment, with no word of warning: while it records, takes in returns, or migrates its record."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from msat.bootstrap import _open_record
from msat.clock import SystemClock
from msat.store.record import inspect_record, open_record
from tests.faults import flows
from tests.faults.truth import clear
from tests.faults.workers import Trial, Zygote
from tests.store.newer_program import newer_program

FRESH = 12
"""A world is used for so many kills, each upon what the last left; then the next begins anew."""


@dataclass(slots=True)
class Kills:
    """What a series of kills came to."""

    kills: int = 0
    in_mid_work: int = 0
    """How many came before the work was done."""
    acknowledged: int = 0
    lost: int = 0
    extra: int = 0
    """Entries that are there and were not acknowledged."""


class Pace:
    """How long to wait before a kill: some part of what the work takes, which follows the machine as its load changes.

    About two kills of three then come before the work is done.
    """

    def __init__(self, whole_s: float, dice: random.Random) -> None:
        self._whole_s, self._dice = whole_s, dice

    def pause(self) -> float:
        """Seconds until the next kill."""
        return self._dice.uniform(0, self._whole_s)

    def saw(self, trial: Trial) -> None:
        """Learns from a trial: one that was done before its kill means that the kills come too late."""
        self._whole_s *= 1.05 if trial.ended else 0.9


def kill_while_recording(zygote: Zygote, template: Path, aside: Path, kills: int, seed: int) -> Kills:
    """Each kill may leave the one transaction more that was under way, of up to three entries."""
    dice, result = random.Random(seed), Kills()
    for number in range(kills):
        if number % FRESH == 0:
            clear(aside / "world")
            folder = flows.copy_world(template, aside / "world")
            told, before = _own_ids(folder), 0
        trial = zygote.run(folder, "record", kill_after=dice.uniform(0, 0.12), kill_upon="open")
        now = {one for each in trial.told for one in each.get("ids", ())}
        told |= now
        there = _own_ids(folder)
        extra = len(there - told)
        assert extra - before <= 3, "more than the transaction under way was stored without an answer"
        _count(result, trial, len(now), len(told - there), extra - before)
        before = extra
    clear(aside / "world")
    return result


def kill_while_importing(zygote: Zygote, template: Path, aside: Path, kills: int, seed: int) -> Kills:
    """What was said to be taken in is there; what is there is a beginning of what the other wrote, byte for byte."""
    dice, result = random.Random(seed), Kills()
    sizes = [int(path.stem) for path in sorted((template / "returns").iterdir())]
    pace = Pace(_whole_time(zygote, template, aside, "take in"), dice)
    all_taken = True
    for number in range(kills):
        if number % 4 == 0 or all_taken:
            clear(aside / "world")
            folder = flows.copy_world(template, aside / "world")
            most = 1
        trial = zygote.run(folder, "take in", kill_after=pace.pause())
        pace.saw(trial)
        all_taken = trial.ended == 0
        taken = [one["taken"] for one in trial.told if "taken" in one]
        most = max([most, *taken])
        _own_ids(folder)
        held = flows.held_of_others(folder)
        assert held in (1, *sizes), "half a return was taken in"
        _count(result, trial, len(taken), max(0, most - held), int(held > most))
    clear(aside / "world")
    return result


def kill_while_migrating(zygote: Zygote, template: Path, aside: Path, kills: int, seed: int) -> Kills:
    """The record is of the older form or of the newer, whole in both, and the next start finishes the work."""
    dice, result = random.Random(seed), Kills()
    before, pace = _own_ids(template), Pace(_whole_time(zygote, template, aside, "migrate"), dice)
    for _ in range(kills):
        folder = flows.copy_world(template, aside / "world")
        trial = zygote.run(folder, "migrate", kill_after=pace.pause())
        pace.saw(trial)
        with newer_program():
            with _open_record(flows.practice(folder), SystemClock(), None) as record:
                assert record.read_only == ""
                there = {entry.id for entry in record.entries()}
            assert inspect_record(flows.practice(folder)).problems == ()
        migrated = any("migrated" in one for one in trial.told)
        _count(result, trial, int(migrated), len(before - there), len(there - before))
        clear(folder)
    return result


def _whole_time(zygote: Zygote, template: Path, aside: Path, flow: str) -> float:
    """How long a flow takes here and now when nobody kills it, in seconds."""
    folder = flows.copy_world(template, aside / "world")
    began = time.monotonic()
    assert zygote.run(folder, flow).ended == 0
    took = time.monotonic() - began
    clear(folder)
    return took


def _own_ids(folder: Path) -> set[str]:
    """The entries of the own log, after the proof over the whole record."""
    where = flows.practice(folder)
    with open_record(where, SystemClock()) as record:
        assert record.read_only == ""
        found = {entry.id for entry in record.entries()}
    assert inspect_record(where).problems == ()
    return found


def _count(result: Kills, trial: Trial, acknowledged: int, lost: int, extra: int) -> None:
    result.kills += 1
    result.in_mid_work += trial.ended != 0
    result.acknowledged += acknowledged
    result.lost += lost
    result.extra += extra
