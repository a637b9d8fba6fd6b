"""The k-th call of a kind fails, once or from there on: every command of `flows`, every kind of call that writes.

strace makes the calls fail. It counts a process's calls from its beginning, so each trial makes as many calls to no
effect as bring the count to where the wanted call is the one that fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults import flows
from tests.faults.truth import Tally, clear
from tests.faults.workers import Zygote

FAILS_AT = 600
"""More calls of one kind than any flow makes."""
KINDS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "openat", "mkdir", "unlink", "rename")
_CALL = re.compile(r"(\w+)\(")


def tracing(error: str, for_ever: bool, kinds: Sequence[str] = KINDS) -> list[str]:
    """The options for strace."""
    when = f"{FAILS_AT}{'+' if for_ever else ''}"
    return ["-y", "-e", f"trace={','.join(kinds)}", "-e", f"inject={','.join(kinds)}:error={error}:when={when}"]


def calls_of(zygote: Zygote, template: Path, aside: Path, flow: str) -> tuple[Counter[str], Counter[str]]:
    """How many calls of each kind a process makes before a flow, and in it, when nothing fails."""
    folder = _world(template, aside, flow)
    start = zygote.position()
    trial = zygote.run(folder, flow)
    assert trial.said is not None
    assert trial.said.status == 0, trial.said
    clear(folder)
    lines = zygote.lines_of(trial.pid, start)
    at = next(n for n, line in enumerate(lines) if ".burnt" in line)
    parts = (lines[: at + 1], lines[at + 1 :])
    before, found = (Counter(match[1] for line in part if (match := _CALL.match(line))) for part in parts)
    assert max((before + found).values()) < FAILS_AT
    return before, found


def fail_each(
    template: Path, aside: Path, chosen: Mapping[str, int], for_ever: bool, error: str = "EIO",
    kinds: Sequence[str] = KINDS,
) -> Tally:  # fmt: skip
    """Of each of the `chosen` flows every call of each kind that comes so many after the last fails, in a trial of
    its own."""
    tally, offset = Tally(), 0
    with Zygote(template, aside, tracing(error, for_ever, kinds)) as zygote:
        for flow, step in chosen.items():
            before, found = calls_of(zygote, template, aside, flow)
            for kind, most in sorted(found.items()):
                for k in range(1 + offset % step, most + 1, step):
                    folder = _world(template, aside, flow)
                    start = zygote.position()
                    trial = zygote.run(folder, flow, {kind: FAILS_AT - k - before[kind]})
                    where = f"{flow}, {kind} {k}{' and on' if for_ever else ''}"
                    hit = [line for line in zygote.lines_of(trial.pid, start) if "INJECTED" in line]
                    if hit:
                        tally.look(folder, flow, trial.said, f"{where}: {hit[0][:150]}")
                    clear(folder)
                offset += 1
    return tally


def _world(template: Path, aside: Path, flow: str) -> Path:
    folder = flows.copy_world(template, aside / "world")
    if prepare := flows.FLOWS[flow].prepare:
        prepare(folder)
    return folder
