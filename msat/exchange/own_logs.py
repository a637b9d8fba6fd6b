"""Which logs count as this organisation's own, and how far: what every list, history and figure is folded from.

They are the log that is written here, the logs that it superseded (each up to the entry that its successor names), and
the logs of the organisation's other workstations: whoever is enrolled here under the same ODS code. Of one that is
frozen or was removed, what is held goes on to count. What another log claims of itself changes nothing here: only
entries of one's own logs say what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from msat.exchange.enrolment import ENROLLED
from msat.ids import LogId
from msat.record.chain import head_of
from msat.record.entries import Entry, Head
from msat.record.ports import Record

OPENED = "log.opened"
TYPES = frozenset({OPENED, ENROLLED})
"""The types of entry that can change which logs count."""


@dataclass(frozen=True, slots=True)
class OwnLog:
    """One log that counts as this organisation's own."""

    log: LogId
    upto: int | None = None
    """The last entry of it that counts; None: everything that is held."""
    is_written_here: bool = False
    """Whether this installation writes it, or wrote it before it was superseded; else a colleague's workstation."""

    def size_of(self, held: int) -> int:
        """How many of its entries count when `held` are here."""
        return held if self.upto is None else min(held, self.upto)


OwnLogs = Mapping[LogId, OwnLog]
"""By name, the log that is written here first."""


def beginning(log: LogId) -> OwnLogs:
    """Before any entry was read: the log that is written here, alone."""
    return {log: OwnLog(log, is_written_here=True)}


def after(known: OwnLogs, entry: Entry, ods: str) -> OwnLogs:
    """`known` after an entry of a log that is written here; `known` itself where the entry changes nothing.

    `ods` is the organisation's own code.
    """
    whose = known.get(entry.log)
    if whose is None or not whose.is_written_here or entry.type not in TYPES:
        return known
    if entry.type == OPENED:
        return _superseded(known, entry, is_written_here=True)
    log, code = entry.data.get("log"), entry.data.get("ods")
    if not isinstance(log, str) or not isinstance(code, str) or not is_same_code(code, ods):
        return known
    found = known if log in known else {**known, LogId(log): OwnLog(LogId(log))}
    return _superseded(found, entry, is_written_here=False)


def _superseded(known: OwnLogs, entry: Entry, is_written_here: bool) -> OwnLogs:
    """Limits the log that an own first entry, or the enrolment of a colleague's successor, says was superseded."""
    told = entry.data.get("supersedes")
    if not isinstance(told, Mapping):
        return known
    log, size = told.get("log"), told.get("size")
    if not isinstance(log, str) or not isinstance(size, int) or size < 1 or log == entry.log:
        return known
    before = known.get(LogId(log), OwnLog(LogId(log), is_written_here=is_written_here))
    if before.is_written_here and not is_written_here:
        return known  # no enrolment ends one's own log
    return {**known, LogId(log): replace(before, upto=before.size_of(size))}


def is_same_code(one: str, other: str) -> bool:
    """Whether two ODS codes mean one organisation."""
    return one.strip().upper() == other.strip().upper()


def own_logs(record: Record) -> OwnLogs:
    """The logs that count, as the record says now, whether anything of them is held or not.

    Reads every enrolment of the own log: whoever asks often keeps the answer, and goes on with `after`.
    """
    known, read = beginning(record.log), set[LogId]()
    while unread := [one for one in known.values() if one.is_written_here and one.log not in read]:
        for one in unread:
            read.add(one.log)
            for entry in _telling(record, one):
                known = after(known, entry, record.organisation.ods)
    return known


def _telling(record: Record, one: OwnLog) -> tuple[Entry, ...]:
    if one.log == record.log:
        return record.typed(TYPES)
    return tuple(entry for entry in record.entries(one.log, upto=one.upto) if entry.type in TYPES)


def held(record: Record, known: OwnLogs) -> dict[LogId, Head]:
    """The last entry that counts of each log now; logs of which nothing is held are left out."""
    found = {}
    for log, one in known.items():
        head = record.head() if log == record.log else record.received.head(log)
        if head is not None and one.size_of(head.size) < head.size:
            head = next((head_of(entry) for entry in record.entries(log, (one.upto or 1) - 1, one.upto)), None)
        if head is not None:
            found[log] = head
    return found
