"""Where a person's name still is when it goes from the own log: other logs held here, and who holds copies of the own.

An erasure reaches one log. What another installation wrote, that one erases; a copy of the own log elsewhere follows
with the next return. Says which, by name of log, so that nobody takes one erasure for all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from msat.exchange.own_logs import is_same_code
from msat.ids import LogId
from msat.record.identity import identity_of
from msat.record.seen_heads import read_heads
from msat.services.desk import Desk
from msat.services.own_line import signers_of
from msat.services.person import fields_naming
from msat.services.take_return import enrolled, said


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One log or holder: whose, which log, how many of its entries name the person here, and what to do."""

    log: LogId
    whose: str
    entries: int
    then: str

    @property
    def words(self) -> str:
        """For people."""
        if not self.entries:
            return f"{self.whose}: {self.then}"
        many = "1 entry names" if self.entries == 1 else f"{self.entries:,} entries name"
        return f"{self.whose}: {many} the person here. {self.then}"


def elsewhere_of(desk: Desk, pattern: re.Pattern[str]) -> tuple[Elsewhere, ...]:
    """The superseded logs, the logs of other installations held here, and who was seen to hold copies of the own."""
    return (*_superseded(desk, pattern), *_received(desk, pattern), *_holders(desk))


def _superseded(desk: Desk, pattern: re.Pattern[str]) -> list[Elsewhere]:
    found = []
    for head in desk.record.lineage():
        entries = _naming(desk, head.log, pattern, head.size)
        if entries:
            then = "It was superseded: nothing is added to it any more, so nothing of it can be erased."
            found.append(Elsewhere(head.log, f"Log {head.log[:8]}, which this one goes on for", entries, then))
    return found


def _received(desk: Desk, pattern: re.Pattern[str]) -> list[Elsewhere]:
    known, own, found = enrolled(desk), desk.record.organisation.ods, []
    for head in desk.record.received.heads():
        entries = _naming(desk, head.log, pattern)
        if not entries or any(head.log == one.log for one in desk.record.lineage()):
            continue
        writer = known.get(head.log)
        is_own = writer is not None and is_same_code(writer.ods, own)
        where = "on that workstation, which is your own" if is_own else "there, where that log is written"
        then = f"Erase it {where}; its next return erases this copy."
        found.append(Elsewhere(head.log, said(writer) if writer else f"Log {head.log[:8]}", entries, then))
    return found


def _holders(desk: Desk) -> list[Elsewhere]:
    """Who holds a copy of the own log, by their receipts and by the copies that came back."""
    folder, log = desk.places.seen_heads, desk.record.log
    if not folder.is_dir():
        return []
    names = {one: f"{writer.name} ({writer.ods})" for one, writer in enrolled(desk).items()}
    held: dict[str, int] = {}
    for seen in read_heads(folder, log, identity_of(desk.record.identity()).keys):
        for name in signers_of(desk, seen, names):
            held[name] = max(held.get(name, 0), seen.size)
    return [
        Elsewhere(
            log,
            f"Log {log[:8]}, your own, as {name} holds it up to entry {size:,}",
            0,
            "they keep the name until they take in your next return.",
        )
        for name, size in sorted(held.items())
    ]


def _naming(desk: Desk, log: LogId, pattern: re.Pattern[str], upto: int | None = None) -> int:
    return sum(any(fields_naming(entry.content, pattern)) for entry in desk.record.entries(log, upto=upto))
