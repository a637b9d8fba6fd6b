"""Which logs count as this organisation's own, and how far: what every list, history and figure is folded from.

They are the log that is written here, the logs that it superseded (each up to the entry that its successor names), and
the logs of the organisation's other workstations: whoever is enrolled here under the same ODS code, each up to where
another log goes on for it. Of one that is frozen or was removed, what is held goes on to count. What another log claims
of itself changes nothing here: only entries of one's own logs say what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msat.exchange.enrolment import ENROLLED, REMOVED, writers
from msat.exchange.enrolment import TYPES as ENROLMENT
from msat.ids import LogId
from msat.record.chain import head_of
from msat.record.entries import Entry, Head
from msat.record.ports import Record


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


def own_logs(record: Record) -> OwnLogs:
    """The logs that count, as the record says now, whether anything of them is held or not; the one written here first.

    Reads every enrolment: whoever asks often keeps the answer until an entry comes that `may_change` it.
    """
    own = record.log
    found = {own: OwnLog(own, is_written_here=True)}
    for head in record.lineage():
        found[head.log] = OwnLog(head.log, head.size, is_written_here=True)
    for log, writer in writers(record.typed(ENROLMENT)).items():
        if log not in found and is_same_code(writer.ods, record.organisation.ods):
            found[log] = OwnLog(log, writer.ended.size if writer.ended else None)
    return found


def may_change(entry: Entry, known: OwnLogs, ods: str) -> bool:
    """Whether an entry can change which logs count: an enrolment or a removal in a log that is written here.

    `ods` is the organisation's own code: of others, thousands may be enrolled.
    """
    if entry.type not in (ENROLLED, REMOVED):
        return False
    whose, code = known.get(entry.log), entry.data.get("ods")
    return whose is not None and whose.is_written_here and isinstance(code, str) and is_same_code(code, ods)


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


def is_same_code(one: str, other: str) -> bool:
    """Whether two ODS codes mean one organisation."""
    return one.strip().upper() == other.strip().upper()
