"""Gather what every organisation here recorded, up to a cut through all logs and nothing behind it.

Reads the record only, never the views: the same cut over the same logs gives the same on any machine, at any time.
One organisation is held in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msat.errors import Refused
from msat.exchange import enrolment
from msat.exchange.enrolment import Writer, writers
from msat.ids import EntryId, LogId
from msat.projections.cut import LEFT_OUT, SUPERSEDED, Cut, LogCut
from msat.projections.merged import Organisation, merged, organisation
from msat.record.codec import NO_ENTRY
from msat.record.entries import Entry, Head
from msat.record.lineage import is_own
from msat.services.desk import Desk, Progress

__all__ = ["REMOVED", "Organisation", "by_organisation", "cut_now", "gather", "gather_one", "gather_own"]

REMOVED = "Removed from those enrolled: nothing more of it is taken in."
"""What a cut says of a log that was enrolled and is no longer."""
_VERIFY = "Run msatctl verify. Take in the newest return of that log, then try again."


def cut_now(desk: Desk) -> Cut:
    """The cut through everything that is recorded here now: the own log, then every log ever enrolled.

    A log that is enrolled and has not come yet is in it with size 0. Of one that is frozen or was removed, what is held
    counts, and the cut says so.
    """
    record, own = desk.record, desk.record.organisation
    head = record.head()
    first = LogCut(head.log, own.ods, own.name, own.kind, head.size, head.id, is_own=True)
    held = {one.log: one for one in record.received.heads()}
    known = writers(entry for entry in record.typed(enrolment.TYPES) if is_own(record, entry, head))
    others = [_cut_of(writer, held.get(log)) for log, writer in known.items() if log != head.log]
    others += _earlier(desk, first)
    return Cut(desk.clock.now(), (first, *sorted(others, key=lambda one: (one.ods, one.log))))


def _earlier(desk: Desk, own: LogCut) -> Iterator[LogCut]:
    """The logs that the own one superseded, each up to its last entry that counts."""
    line = desk.record.lineage()
    for one, successor in zip(line, (*(head.log for head in line[1:]), own.log), strict=False):
        ended = _superseded(successor, one.size, one.size)
        yield LogCut(one.log, own.ods, own.name, own.kind, one.size, one.id, frozen=ended)


def _superseded(successor: LogId | None, size: int, held: int) -> str:
    more = f" Entries {size + 1} to {held} {LEFT_OUT}" if held > size else ""
    return f"{SUPERSEDED}{(successor or '')[:8]} after entry {size}.{more}"


def _cut_of(writer: Writer, held: Head | None) -> LogCut:
    size, head = (held.size, held.id) if held else (0, NO_ENTRY)
    if writer.ended is not None and size > writer.ended.size:
        size, head = writer.ended.size, writer.ended.id
    if writer.ended is not None and writer.frozen is None and writer.is_active:
        why = _superseded(writer.successor, size, held.size if held else 0)
        return LogCut(writer.log, writer.ods, writer.name, writer.kind, size, head, frozen=why)
    return LogCut(writer.log, writer.ods, writer.name, writer.kind, size, head, frozen=_why_no_more(writer))


def _why_no_more(writer: Writer) -> str:
    if writer.frozen is not None:
        return f"Two histories of this log were found, which part at entry {writer.frozen.at}; nobody has decided yet."
    return "" if writer.is_active else REMOVED


def gather(desk: Desk, cut: Cut, progress: Progress | None = None) -> Iterator[Organisation]:
    """Every organisation of the cut, the own one first, then by ODS code, each folded from its entries.

    Several logs under one ODS code are workstations of one organisation and are folded together. Raises Refused when a
    log no longer goes through the head that the cut names: it was restored from an older copy, or has another history.
    """
    groups = by_organisation(cut)
    for number, logs in enumerate(groups):
        if progress:
            progress("Reading what each organisation recorded", number, len(groups))
        yield gather_one(desk, logs)
    if progress:
        progress("Reading what each organisation recorded", len(groups), len(groups))


def gather_own(desk: Desk, cut: Cut) -> Organisation:
    """The own organisation alone, with its other workstations. Raises Refused as `gather`."""
    return gather_one(desk, by_organisation(cut)[0])


def by_organisation(cut: Cut) -> list[tuple[LogCut, ...]]:
    """The logs of each organisation: the own one first, then by ODS code."""
    groups: dict[str, list[LogCut]] = {}
    for one in cut.logs:
        groups.setdefault(code_of(one.ods), []).append(one)
    own = code_of(cut.own.ods)
    return [tuple(groups[ods]) for ods in sorted(groups, key=lambda ods: (ods != own, ods))]


def code_of(ods: str) -> str:
    """An ODS code as it is compared."""
    return ods.strip().upper()


def gather_one(desk: Desk, logs: tuple[LogCut, ...]) -> Organisation:
    """What one organisation recorded, its `logs` being one group of `by_organisation`. Raises Refused as `gather`.

    Named as the own log, else as the first of its logs in the cut was enrolled."""
    first = next((one for one in logs if one.is_own), logs[0])
    held = [one for one in logs if one.size]
    entries = entries_of(desk, held[0]) if len(held) == 1 else merged(list(entries_of(desk, one)) for one in held)
    return organisation(code_of(first.ods), first.name, first.kind, logs, entries)


def entries_of(desk: Desk, cut: LogCut) -> Iterator[Entry]:
    """The entries of one log up to the cut. Raises Refused at the end when the last one is not the cut's head."""
    size, last = 0, NO_ENTRY
    for entry in desk.record.entries(LogId(cut.log), upto=cut.size):
        size, last = entry.seq, entry.id
        yield entry
    if (size, last) != (cut.size, cut.head):
        raise Refused(_another(cut, size), _VERIFY)


def _another(cut: LogCut, size: int) -> str:
    whose = f"log {cut.log[:8]} of {cut.name} ({cut.ods})"
    if size < cut.size:
        return f"The {whose} holds {size} entries here; the cut goes up to entry {cut.size}."
    return f"Entry {cut.size} of the {whose} is not the one that the cut names: it has another history here."


def entries_after(desk: Desk, earlier: Cut, cut: Cut) -> Iterator[Entry]:
    """The entries of every log behind an earlier cut and up to `cut`: by organisation, in the order of the fold.

    Raises Refused as `gather`, and when a log does not go on from where the earlier cut ended.
    """
    ends = {one.log: (one.size, one.head) for one in earlier.logs}
    for logs in by_organisation(cut):
        yield from merged(list(_behind(desk, one, *ends.get(one.log, (0, NO_ENTRY)))) for one in logs if one.size)


def _behind(desk: Desk, cut: LogCut, size: int, last: EntryId) -> Iterator[Entry]:
    for entry in desk.record.entries(LogId(cut.log), after=size, upto=cut.size):
        if entry.prev != last:
            raise Refused(_another(replace(cut, size=size), size), _VERIFY)
        size, last = entry.seq, entry.id
        yield entry
    if (size, last) != (cut.size, cut.head):
        raise Refused(_another(cut, size), _VERIFY)
