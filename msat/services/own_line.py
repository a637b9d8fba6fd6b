"""Show this installation's own logs: the one that is written, those that it goes on for, and what is wrong with it.

Says what was lost, and who was seen to hold it, before anybody decides to go on without it.
"""

from __future__ import annotations

from dataclasses import dataclass

from msat.errors import MsatError
from msat.exchange.succession import Link, links
from msat.ids import LogId, grouped
from msat.record.entries import Head
from msat.record.identity import identity_of
from msat.record.seen_heads import path_of, read_heads
from msat.record.signing import MAX_NOTE, read_note
from msat.record.trouble import CAN_BE_FETCHED, Trouble
from msat.services.desk import Desk
from msat.services.enrol_successor import countersignatures
from msat.services.quarantine import waiting_of
from msat.services.take_return import enrolled


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who was seen to hold the own log up to an entry that is missing here."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class OwnLine:
    """How this installation's logs stand."""

    head: Head
    links: tuple[Link, ...]
    trouble: Trouble
    why: str
    next_step: str
    holders: tuple[Holder, ...]
    waiting: int
    """Up to which entry the longest copy that waits here goes and can be fetched back from; 0 where there is none."""
    recovery: str = ""
    """A sentence where nobody is known to have the recovery key in force; else nothing."""

    def say(self) -> str:
        """For people."""
        many = "entry" if self.head.size == 1 else "entries"
        lines = [f"Log {grouped(self.head.log, 8)}: {self.head.size:,} {many}. This installation writes it."]
        lines += [link.say() for link in reversed(self.links)]
        lines += [f"{one.name} was seen to hold its entries up to {one.size:,}." for one in self.holders]
        if self.waiting:
            lines.append(f"A copy that goes to entry {self.waiting:,} waits here: msatctl log fetch.")
        lines.append(f"{self.why} {self.next_step}" if self.why else "It can be added to.")
        lines += [self.recovery] if self.recovery else []
        return "\n".join(lines)


def own_line(desk: Desk) -> OwnLine:
    """How this installation's logs stand now. Raises RecordProblem for a damaged first entry."""
    record, head = desk.record, desk.record.head()
    return OwnLine(
        head,
        links(record.log, record.lineage(), record.identity, countersignatures(desk) if record.lineage() else ()),
        record.trouble,
        record.read_only,
        record.to_be_done,
        holders(desk),
        _waiting(desk, head),
        record.recovery_untold,
    )


def _waiting(desk: Desk, head: Head) -> int:
    """How far the longest copy goes that gives back what is missing; one that goes on differently gives nothing."""
    if desk.record.trouble not in {*CAN_BE_FETCHED, Trouble.NONE}:
        return 0
    copies = [found for _path, found in waiting_of(desk, head.log) if found.head.size > head.size]
    return max((one.head.size for one in copies if one.lines[head.size - 1].id == head.id), default=0)


def holders(desk: Desk) -> tuple[Holder, ...]:
    """Who was seen to hold more of the own log than is here, by the signed heads that are kept beside the record."""
    head, folder = desk.record.head(), desk.places.seen_heads
    if not folder.is_dir():
        return ()
    keys = identity_of(desk.record.identity()).keys
    names = {log: f"{one.name} ({one.ods})" for log, one in enrolled(desk).items()}
    found: dict[str, int] = {}
    for seen in read_heads(folder, head.log, keys):
        if seen.size > head.size:
            for name in signers_of(desk, seen, names):
                found[name] = max(found.get(name, 0), seen.size)
    return tuple(Holder(name, size) for name, size in sorted(found.items()))


def signers_of(desk: Desk, seen: Head, names: dict[LogId, str]) -> list[str]:
    """Who cosigned a head; whoever carried an uncosigned one is not known."""
    try:
        data = path_of(desk.places.seen_heads, seen).read_bytes()[: MAX_NOTE + 1]
        signed = [one.name for one in read_note(data.decode("utf-8")).signatures if one.name != seen.log]
    except (OSError, UnicodeDecodeError, MsatError):
        signed = []
    return [names.get(LogId(one), f"Log {one[:8]}") for one in signed] or ["A file that was taken in here"]
