"""The logs that one installation wrote, one after the other: each but the last was superseded at a certain entry.

Pure. Which of them a record holds is the record's own word (`Record.lineage`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.record.chain import Birth
from msat.record.entries import Entry, Head
from msat.record.ports import Record

MOST = 100
"""Logs in one line: more would be a loop, which hashes forbid, or a file made to be endless."""


def earlier_logs(log: LogId, birth_of: Callable[[LogId], Birth | None]) -> tuple[Head, ...]:
    """The logs before `log`, the oldest first, each as far as it counts, by what their first entries claim.

    Raises RecordProblem when they do not end, or name another organisation.
    """
    found: list[Head] = []
    birth = birth_of(log)
    while birth is not None and birth.claim is not None:
        head = birth.claim.head
        if len(found) >= MOST or head.log == log or any(head.log == one.log for one in found):
            raise RecordProblem(f"The logs that the log {log[:8]} names before it do not end.", "Run verify.")
        found.append(head)
        before = birth_of(head.log)
        if before is not None and before.organisation.ods != birth.organisation.ods:
            raise RecordProblem(
                f"The log {log[:8]} says that it supersedes a log of another organisation, {before.organisation.ods}.",
                "Run verify.",
            )
        birth = before
    return tuple(reversed(found))


def own_entries(record: Record) -> Iterator[Entry]:
    """Every entry that counts of this installation: of the logs before, each up to its end, then of the own one."""
    for head in record.lineage():
        yield from record.entries(head.log, upto=head.size)
    yield from record.entries()


def is_own(record: Record, entry: Entry, upto: Head) -> bool:
    """Whether an entry belongs to what this installation recorded up to `upto`, a head of its present log."""
    if entry.log == upto.log:
        return entry.seq <= upto.size
    return any(entry.log == head.log and entry.seq <= head.size for head in record.lineage())
