"""Killed just before the k-th flush, rename, cut or removal: what was begun is done or not done, and goes on after.

strace ends the process upon a call, which is then not made. SQLite commits by cutting its journal, so that a kill
before that cut is one before the COMMIT.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from msat.store.record import inspect_record
from tests.faults import flows
from tests.faults.aimed_flows import AIMED
from tests.faults.failing_calls import _CALL as CALL
from tests.faults.failing_calls import FAILS_AT
from tests.faults.truth import clear
from tests.faults.workers import Zygote

KINDS = ("fsync", "fdatasync", "ftruncate", "rename", "unlink")


@dataclass(slots=True)
class Aimed:
    """What the kills came to. `faults` are sentences for whoever mends the program."""

    kills: int = 0
    done: int = 0
    """How many kills came when the work was recorded already."""
    acknowledged: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)


def tracing() -> list[str]:
    """The options for strace."""
    return ["-y", "-e", f"trace={','.join(KINDS)}", "-e", f"inject={','.join(KINDS)}:signal=KILL:when={FAILS_AT}"]


def kill_at_each(template: Path, aside: Path, flow: str, step: int = 1) -> Aimed:
    """Of the flow every `step`-th call of each kind is a trial of its own."""
    found = Aimed()
    ready = flows.copy_world(template, aside / "ready")
    if prepare := AIMED[flow].prepare:
        prepare(ready)
    before_all = set(flows._own_ids(ready))
    with Zygote(template, aside, tracing()) as zygote:
        folder = flows.copy_world(ready, aside / "world")
        trial = zygote.run(folder, flow)
        assert trial.said is not None
        assert trial.said.status == 0, trial.said
        clear(folder)
        lines = zygote.lines_of(trial.pid)
        at = next(n for n, line in enumerate(lines) if ".burnt" in line) if any(".burnt" in x for x in lines) else -1
        calls = Counter(match[1] for line in lines[at + 1 :] if (match := CALL.match(line)))
        for kind, most in sorted(calls.items()):
            for k in range(1, most + 1, step):
                folder = flows.copy_world(ready, aside / "world")
                trial = zygote.run(folder, flow, {kind: FAILS_AT - k})
                if trial.ended:
                    _look(found, folder, flow, f"{flow}, before {kind} {k} of {most}", before_all, trial.said)
                clear(folder)
    return found


def _look(
    found: Aimed, folder: Path, flow: str, where: str, before: set[str], said: flows.Said | None
) -> None:
    found.kills += 1
    with AIMED[flow].within():
        problems = inspect_record(flows.practice(folder)).problems
        there, ids = AIMED[flow].is_done(folder), set(flows._own_ids(folder))
        found.lost += len(before - ids)
        found.done += there == 1
        found.acknowledged += said is not None and said.status == 0
        if problems or before - ids or (said is not None and said.status == 0 and there != 1):
            found.faults.append(f"{where}: found {there}, lacking {len(before - ids)}, {problems}")
        again = flows.perform(folder, flow)
        if again.crash or AIMED[flow].is_done(folder) != 1:
            found.faults.append(f"{where}: it does not go on: {there}, {again}")
        more = flows.run(folder, *flows.FLOWS["add"].words)
        verified = flows.run(folder, "verify")
        if more.status or verified.status:
            found.faults.append(f"{where}: afterwards: {more} {verified}")
