"""The power fails at any moment of what the program does: every state in which the disk may be found is looked at.

The program runs once under strace. Its trace is then replayed on a disk that forgets, cut at random events, and what is
left is opened as the program opens it: proven, compared with all that was acknowledged, and written to again.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msat.clock import SystemClock
from msat.errors import MsatError
from msat.store.record import inspect_record, open_record
from tests.faults import appending, flows
from tests.faults.disk import DAMAGES, Disk, State
from tests.faults.traces import Event, Reader
from tests.faults.workers import Zygote

_RECORD, _CACHE = "profile/data/record.db", "profile/cache/"
RECORDS_NOTHING = ("backup", "folder", "init", "restore", "upgrade")
OFTEN = 20
"""One outcome in so many is also opened by the whole program: lists, proof with the views."""


@dataclass(slots=True)
class PowerLoss:
    """What a series of crash states came to."""

    states: int = 0
    distinct: int = 0
    acknowledged: int = 0
    """Over all states, what had been acknowledged when the power failed."""
    lost: int = 0
    corrupt: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: PowerLoss) -> None:
        self.states += other.states
        self.distinct += other.distinct
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.corrupt += other.corrupt
        self.faults += other.faults

    def say(self) -> str:
        """The first faults, for the message of a test that fails."""
        return "\n".join([f"{self.lost} lost, {self.corrupt} corrupt", *self.faults[:12]])


def recorded(zygote: Zygote, folder: Path, flow: str) -> list[Event]:
    """What one flow did to the world `folder`, which is as it was before when this returns but for what it did."""
    reader, start = Reader(folder, zygote.told), zygote.position()
    trial = zygote.run(folder, flow)
    assert trial.ended == 0, trial
    return list(reader.events(zygote.lines_of(trial.pid, start)))


Look = Callable[[State, list[Any]], tuple[bool, bool, str]]
"""Judges a state beside what was told before the power failed: lost, corrupt, why."""


def crash(before: Disk, events: Sequence[Event], states: int, seed: int, look: Look) -> PowerLoss:
    """Draws `states` states over all moments of the trace, a fifth of them right after the last word, and looks at
    each that differs."""
    dice, result = random.Random(seed), PowerLoss()
    words = [n for n, one in enumerate(events) if one.kind == "told"]
    cuts = sorted(
        words[-1] + 1 if dice.random() < 0.2 else dice.randrange(words[0] + 1, len(events) + 1) for _ in range(states)
    )
    seen: dict[bytes, tuple[bool, bool]] = {}
    told: list[Any] = []
    at = 0
    for number, cut in enumerate(cuts):
        while at < cut:
            before.apply(events[at])
            told += [events[at].told] if events[at].kind == "told" else []
            at += 1
        damage = DAMAGES[number % len(DAMAGES)]
        state = before.after(damage, dice)
        key = _digest(state, len(told))
        if key not in seen:
            lost, corrupt, why = look(state, told)
            seen[key] = (lost, corrupt)
            if why:
                result.faults.append(f"after event {cut} of {len(events)}, {damage}: {why}")
        result.lost += seen[key][0]
        result.corrupt += seen[key][1]
        result.acknowledged += sum("ids" in one or "row" in one or one.get("status") == 0 for one in told)
    result.states, result.distinct = states, len(seen)
    return result


def _digest(state: State, told: int) -> bytes:
    found = hashlib.sha256(str(told).encode("ascii"))
    for name in sorted(state.files):
        found.update(name.encode("utf-8") + b"\0" + hashlib.sha256(state.files[name]).digest())
    found.update("\n".join(sorted(state.folders)).encode("utf-8"))
    return found.digest()


# --- the whole program -----------------------------------------------------------------------------------------------


def program_states(zygote: Zygote, template: Path, aside: Path, flow: str, states: int, seed: int) -> PowerLoss:
    """Crash states of one flow of the program, or of its record alone (`record some`)."""
    folder = flows.copy_world(template, aside / "world")
    if prepare := flows.FLOWS[flow].prepare if flow in flows.FLOWS else None:
        prepare(folder)
    disk = Disk(folder)
    events = recorded(zygote, folder, flow)
    final = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _handed_out(folder)}
    looker = _Looker(flow, final, aside)
    result = crash(disk, events, states, seed, looker.look)
    shutil.rmtree(folder)
    assert not [one for one in final if one.endswith(".part")], "nothing is left over in the export folder"
    return result


def _handed_out(folder: Path) -> Iterator[Path]:
    """What was exported, and the backups that the program made of itself."""
    for place in (folder / "out", Path(flows.practice(folder).backups)):
        if place.is_dir():
            yield from (path for path in place.iterdir() if path.is_file())


class _Looker:
    """Looks at a state as the program would on its next start.

    SQLite opens every state. What it makes of many of them is the same: that is proven once.
    """

    def __init__(self, flow: str, final: dict[str, bytes], aside: Path) -> None:
        self._flow, self._final, self._aside = flow, final, aside
        self._known: dict[bytes, tuple[bool, bool, str]] = {}

    def look(self, state: State, told: list[Any]) -> tuple[bool, bool, str]:
        try:
            key = self._outcome(state, told)
            if key not in self._known:
                folder = self._aside / "state"
                shutil.rmtree(folder, ignore_errors=True)
                state.write(folder)
                self._known[key] = self._looked(folder, told, len(self._known))
        except (MsatError, sqlite3.Error, OSError) as error:
            return True, True, f"{type(error).__name__}: {error}"
        return self._known[key]

    def _outcome(self, state: State, told: list[Any]) -> bytes:
        """What SQLite makes of the record, and everything else that is not disposable."""
        alone = self._aside / "alone.db"
        for end in ("", "-journal"):
            data = state.files.get(f"{_RECORD}{end}")
            path = alone.with_name(alone.name + end)
            path.unlink(missing_ok=True)
            if data is not None:
                path.write_bytes(data)
        if alone.exists():
            with closing(sqlite3.connect(alone)) as connection:
                connection.execute("SELECT count(*) FROM entry").fetchone()
        files = {name: data for name, data in state.files.items() if not name.startswith((_RECORD, _CACHE))}
        files[_RECORD] = alone.read_bytes() if alone.exists() else b""
        return _digest(State(files, state.folders), len(told))

    def _looked(self, folder: Path, told: list[Any], number: int) -> tuple[bool, bool, str]:
        where = flows.practice(folder)
        if self._flow == "upgrade":
            return self._upgraded(folder, told)
        if not told[1:] and self._flow == "restore":
            return False, False, ""  # the record is damaged until it was said to be restored
        if not told[1:] and not where.record.exists() and not where.high_water_mark.exists():
            return False, False, ""  # a profile that was not made yet, and does not look as if it had been
        with open_record(where, SystemClock()) as record:
            if record.read_only:
                return True, False, record.read_only
            wanted = {one for each in told for one in each.get("ids", ())}
            if missing := wanted - {entry.id for entry in record.entries()}:
                return True, False, f"{len(missing)} acknowledged entries are not there"
        problems = [one for one in inspect_record(where).problems if told[1:] or one.where != "high-water mark"]
        if problems:
            return False, True, str(problems)
        if why := self._files(folder, told) or self._done(folder, told):
            return True, False, why
        why = self._opens(folder) if number % OFTEN == 0 else ""
        return False, bool(why), why

    def _upgraded(self, folder: Path, told: list[Any]) -> tuple[bool, bool, str]:
        """Of the old form or the new, whole in either, every entry there; and the next start makes it new."""
        with flows.newer():
            if problems := inspect_record(flows.practice(folder)).problems:
                return False, True, str(problems)
            there, is_said = flows.FLOWS["upgrade"].is_done(folder), any(one.get("status") == 0 for one in told)
            if there == 2 or (is_said and not there):
                return True, False, f"the record is not as it was said to be ({there})"
            if why := self._files(folder, told):
                return True, False, why
            again = flows.perform(folder, "upgrade")
            if again.status or flows.FLOWS["upgrade"].is_done(folder) != 1:
                return True, False, f"the next start does not bring it to the new form: {again}"
        return False, False, ""

    def _files(self, folder: Path, told: list[Any]) -> str:
        """What was exported is whole under its name, or not there; it is there when that was said."""
        is_said = any(one.get("status") == 0 for one in told)
        for name, data in self._final.items():
            path = folder / name
            if path.exists() and path.read_bytes() != data:
                return f"{name} is not whole"
            if is_said and not path.exists():
                return f"{name} is not there"
        return ""

    def _done(self, folder: Path, told: list[Any]) -> str:
        if self._flow not in flows.FLOWS or not any(one.get("status") == 0 for one in told):
            return ""
        done = flows.FLOWS[self._flow].recorded(folder)
        return "" if done or self._flow in RECORDS_NOTHING else "what was said to be done is not recorded"

    def _opens(self, folder: Path) -> str:
        """The whole program on what is left: it lists, takes another entry, and proves all of it."""
        for words in (("list",), ("add", "--title", "After the cut", "--reference", "EL(26)A/99"), ("verify",)):
            said = flows.run(folder, *words)
            if said.status:
                return f"{words}: {said}"
        return ""


# --- positive controls: bare SQLite in modes known to lose -----------------------------------------------------------


def bare_states(zygote: Zygote, aside: Path, mode: str, states: int, seed: int) -> PowerLoss:
    """Crash states of a bare SQLite writer in a journal mode."""
    folder = aside / "bare"
    folder.mkdir()
    appending.make_bare(folder, appending.MODES[mode][0])
    disk = Disk(folder)
    events = recorded(zygote, folder, mode)
    result = crash(disk, events, states, seed, lambda state, told: look_at_bare(state, told, folder))
    shutil.rmtree(folder)
    return result


def look_at_bare(state: State, told: list[Any], folder: Path) -> tuple[bool, bool, str]:
    """Whether every acknowledged row is there and the file is sound."""
    shutil.rmtree(folder, ignore_errors=True)
    state.write(folder)
    wanted = {one["row"] for one in told if "row" in one}
    try:
        with closing(sqlite3.connect(folder / "bare.db")) as connection:
            there = {n for (n,) in connection.execute("SELECT n FROM row")}
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.Error as error:
        return True, True, str(error)
    return bool(wanted - there), not sound, ""
