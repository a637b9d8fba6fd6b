"""The order of the entries of several logs, read as one: the same whichever came here first. Pure.

Each entry has a place. Within a log its own numbers decide, whatever the clock said: a log whose clock stepped back
counts as standing still until the clock has caught up. Between logs the time of recording decides; at the same second
the name of the log. An entry that names one of another log (a correction) comes after it, whatever the clocks say. So
the place of an entry rests on what its writer knew, and nothing that arrives later moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from heapq import heappop, heappush
from typing import NamedTuple

from msat.ids import LogId
from msat.projections.values import data_of, part, text
from msat.record.chain import OPENED
from msat.record.entries import Entry
from msat.record.succession import SUPERSEDES


class Place(NamedTuple):
    """Where an entry stands: places are compared from the first value on."""

    at: int
    """Seconds since 1970 (UTC) of the latest recording that its writer knew."""
    hop: int
    """Counts from log to log within one second."""
    log: str
    seq: int

    def written(self) -> str:
        """As text that sorts as the place does."""
        return f"{self.at:012d} {self.hop:06d} {self.log} {self.seq:010d}"


def read_place(written: str) -> Place:
    """The place that `written` gave."""
    at, hop, log, seq = written.split(" ")
    return Place(int(at), int(hop), log, int(seq))


class Held(Enum):
    """What is known of an entry that another names."""

    COMING = "coming"
    """It is among those being read, and not read yet."""


Look = Callable[[str], Place | Held | None]
"""The place of an entry read earlier, by its id; COMING; or None for one that is not held."""


def named_by(entry: Entry) -> str:
    """The entry that must have been read before this one: what it corrects, the leave that it ends, or the last one
    that counts of the log that this entry opens another in the place of."""
    data = data_of(entry)
    before = text(part(data, SUPERSEDES), "head") if entry.type == OPENED else ""
    return text(data, "entry") or text(data, "ends") or before


def place_of(entry: Entry, before: Place | None, named: Place | None) -> Place:
    """The place of an entry. `before` is that of the one before it in its log, `named` of the one that it names."""
    at, hop = max(0, int(entry.time.timestamp())), 0
    if before is not None:
        at, hop = max((at, hop), (before.at, before.hop))
    if named is not None and named.log != entry.log:
        at, hop = max((at, hop), (named.at, named.hop + 1))
    return Place(at, hop, entry.log, entry.seq)


def in_order(
    streams: Mapping[LogId, Iterable[Entry]], look: Look, before: Mapping[LogId, Place] | None = None
) -> Iterator[tuple[Place, Entry]]:
    """The entries of several logs, each given in its own order, one after the other by their places.

    `before` has the place of the last entry of each log that was read earlier.
    """
    left = {log: iter(streams[log]) for log in sorted(streams)}
    last: dict[LogId, Place] = dict(before or {})
    heads: dict[LogId, Entry] = {}
    seen: dict[str, Place] = {}
    waiting: dict[str, list[LogId]] = {}
    ready: list[Place] = []

    def weigh(log: LogId, waits: bool = True) -> None:
        entry = heads[log]
        name = named_by(entry)
        found = (seen.get(name) or look(name)) if name and name != entry.id else None
        if found is Held.COMING and waits:
            waiting.setdefault(name, []).append(log)
        else:
            heappush(ready, place_of(entry, last.get(log), found if isinstance(found, Place) else None))

    def offer(log: LogId) -> None:
        entry = next(left[log], None)
        if entry is not None:
            heads[log] = entry
            weigh(log)

    for log in left:
        offer(log)
    while ready or waiting:
        if not ready:  # no chain of hashes can name in a circle: what waits here, waits for what never comes
            for log in waiting.pop(min(waiting)):
                weigh(log, waits=False)
        place = heappop(ready)
        log = LogId(place.log)
        entry = heads[log]
        last[log] = seen[entry.id] = place
        yield place, entry
        offer(log)
        for other in waiting.pop(entry.id, ()):
            weigh(other)
