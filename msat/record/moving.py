"""The entry that says: this installation is on another computer now, and nobody goes on with it on the old one."""

from __future__ import annotations

from pathlib import Path

from msat.ids import LogId
from msat.record import machine
from msat.record.entries import Actor, Draft

MOVED = "log.moved"


def moved(keys: Path, log: LogId, actor: Actor, reason: str) -> Draft:
    """The entry for a move to this computer; of both computers it keeps the beginning of a fingerprint."""
    told = {
        "from": machine.remembered(keys, log)[:16],
        "to": machine.this_machine(log)[:16],
        "reason": reason,
    }
    meaning = f"This installation was moved to another computer, and the old one is no longer used: {reason}"
    return Draft(MOVED, actor, told, meaning=meaning)
