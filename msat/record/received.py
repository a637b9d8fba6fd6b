"""What is kept of other installations' logs: whole, as they were verified when they came, and never continued here.

The place is the record's own table: the same guards forbid change, and the same proof finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from msat.errors import RecordProblem
from msat.ids import EntryId, LogId
from msat.record.codec import parse, parse_header
from msat.record.entries import Head
from msat.record.erasure import ERASED, Erasures


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as exact bytes, verified before it is handed over. A withheld body is None."""

    id: EntryId
    type: str
    header: bytes
    body: bytes | None


def ordered(rows: Sequence[RawEntry]) -> frozenset[str]:
    """The ids of the entries whose erasure `rows`, verified entries of one log in order, order."""
    found = Erasures()
    for row in rows:
        if row.type == ERASED and row.body is not None:
            header = parse_header(row.header)
            found.take(header.seq, header.time, header.log, parse(row.body))
    return frozenset(found.decisions)


class HeldMeanwhile(RecordProblem):
    """Another window stored entries of this log between the look and the writing: look again."""

    title = "Another window was faster"


class ReceivedLogs(Protocol):
    """The logs of other installations that are held here."""

    def heads(self) -> tuple[Head, ...]:
        """Length and last entry of every log held, own log apart, in the order of their names."""

    def head(self, log: LogId) -> Head | None:
        """Length and last entry of one log held; None for a log that is not held. Costs the same however many are."""

    def ids(self, log: LogId) -> list[EntryId]:
        """The ids of what is held of a log, in order; empty for a log that is not held."""

    def raw(self, log: LogId) -> list[RawEntry]:
        """What is held of a log, byte for byte."""

    def note(self, log: LogId) -> str | None:
        """The signed head kept with the last entry held."""

    def note_at(self, log: LogId, size: int) -> str | None:
        """The signed head that was kept when the log held ended with entry `size`; None where there never was one."""

    def take(self, log: LogId, after: int, rows: Sequence[RawEntry], note: str) -> None:
        """Stores `rows`, which follow entry `after` of `log`, with the signed head of their end: all, or none. With no
        rows nothing is stored; what somebody else wrote behind that entry is set aside, where it can be.

        Raises HeldMeanwhile when the log held no longer ends with entry `after`, NotRecorded when the disk failed.
        """


    def erase(self, log: LogId) -> int:
        """Empties the bodies of `log` that its own orders of erasure name; returns how many were still there."""


class MemoryReceived:
    """Received logs as long as the program runs."""

    def __init__(self) -> None:
        self._logs: dict[LogId, list[RawEntry]] = {}
        self._notes: dict[tuple[LogId, int], str] = {}

    def heads(self) -> tuple[Head, ...]:
        return tuple(Head(log, len(rows), rows[-1].id) for log, rows in sorted(self._logs.items()))

    def head(self, log: LogId) -> Head | None:
        rows = self._logs.get(log)
        return Head(log, len(rows), rows[-1].id) if rows else None

    def ids(self, log: LogId) -> list[EntryId]:
        return [row.id for row in self._logs.get(log, [])]

    def raw(self, log: LogId) -> list[RawEntry]:
        return list(self._logs.get(log, []))

    def note(self, log: LogId) -> str | None:
        return self.note_at(log, len(self._logs.get(log, [])))

    def note_at(self, log: LogId, size: int) -> str | None:
        return self._notes.get((log, size))

    def take(self, log: LogId, after: int, rows: Sequence[RawEntry], note: str) -> None:
        if len(self._logs.get(log, [])) != after:
            raise HeldMeanwhile("This log was added to meanwhile.", "Try again.")
        self._logs[log] = [*self._logs.get(log, []), *rows]
        self._notes[log, len(self._logs[log])] = note

    def erase(self, log: LogId) -> int:
        rows = self._logs.get(log, [])
        named = ordered(rows)
        self._logs[log] = [replace(row, body=None) if row.id in named else row for row in rows]
        return sum(row.id in named and row.body is not None for row in rows)
