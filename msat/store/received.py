"""The logs of other installations in the record's own table: read whole, added to in one transaction a file.

Judges nothing: what comes here was verified. The table's guards refuse a gap, a second number and a wrong link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from msat.errors import NotRecorded, RecordProblem
from msat.ids import EntryId, LogId
from msat.places import Places
from msat.record.entries import Head
from msat.record.erasure import ERASED
from msat.record.received import HeldMeanwhile, RawEntry
from msat.store.engine import reading, writing
from msat.store.erasing import Pending, begin, empty_ordered
from msat.store.refusals import STORE_ERRORS, problem, why
from msat.store.rows import INSERT

_T = TypeVar("_T")


class SqliteReceived:
    """The logs beside `own` in the record at `path`. Safe to use from several threads and processes at once."""

    def __init__(
        self, path: Path, engine: Engine, own: LogId, never: tuple[LogId, ...] = (), places: Places | None = None
    ) -> None:
        self._path, self._engine, self._own, self._places = path, engine, own, places
        self._never = {own, *never}
        """The logs that are never received: the own one and those it superseded."""

    def heads(self) -> tuple[Head, ...]:
        """See `record.received.ReceivedLogs`."""
        return self._read(self._heads)

    def _heads(self, connection: Connection) -> tuple[Head, ...]:
        found, log = [], ""
        while (log := _next_log(connection, log)) != "":
            if log != self._own:
                found.append(Head(LogId(log), *_end(connection, log)))
        return tuple(found)

    def head(self, log: LogId) -> Head | None:
        size, last = self._read(lambda connection: _end(connection, log))
        return Head(log, size, last) if size and log != self._own else None

    def ids(self, log: LogId) -> list[EntryId]:
        return self._read(
            lambda connection: [
                EntryId(stored)
                for (stored,) in connection.exec_driver_sql("SELECT id FROM entry WHERE log = ? ORDER BY seq", (log,))
            ]
        )

    def raw(self, log: LogId) -> list[RawEntry]:
        statement = "SELECT id, type, header, body FROM entry WHERE log = ? ORDER BY seq"
        return self._read(
            lambda connection: [
                RawEntry(EntryId(stored), kind, header, body)
                for stored, kind, header, body in connection.exec_driver_sql(statement, (log,))
            ]
        )

    def note(self, log: LogId) -> str | None:
        statement = "SELECT note FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1"
        found = self._read(lambda connection: connection.exec_driver_sql(statement, (log,)).one_or_none())
        return None if found is None or found[0] is None else str(found[0])

    def note_at(self, log: LogId, size: int) -> str | None:
        statement = "SELECT note FROM entry WHERE log = ? AND seq = ?"
        found = self._read(lambda connection: connection.exec_driver_sql(statement, (log, size)).one_or_none())
        return None if found is None or found[0] is None else str(found[0])

    def take(self, log: LogId, after: int, rows: Sequence[RawEntry], note: str) -> None:
        if not rows:
            return
        if log in self._never:
            raise ValueError("a log of one's own is never received")
        values = [
            (log, after + n, row.id, row.type, row.header, row.body, note if row is rows[-1] else None)
            for n, row in enumerate(rows, start=1)
        ]
        if any(row.type == ERASED for row in rows):
            self._note(log)
        try:
            with writing(self._engine) as connection:
                if _end(connection, log)[0] != after:
                    raise HeldMeanwhile("Another window of MSAT stored entries of this log meanwhile.", "Try again.")
                connection.exec_driver_sql(INSERT, values)
        except STORE_ERRORS as error:
            self._settle(log, after + len(rows), rows[-1].id, error)

    def erase(self, log: LogId) -> int:
        if log == self._own:
            raise ValueError("the own log's bodies are erased by the record itself")
        self._note(log)
        self._engine.dispose()
        return empty_ordered(self._path, log)

    def _note(self, log: LogId) -> None:
        """So that a start after the computer stopped erases in this copy, and in the lists, what its site erased."""
        try:
            if self._places is not None:
                begin(self._places, Pending(log, 0))
        except OSError as error:
            raise NotRecorded(f"Nothing of this file was stored: {why(error)[0]}.", why(error)[1]) from error

    def _settle(self, log: LogId, size: int, last: EntryId, error: BaseException) -> None:
        """After an error: opens anew and looks. Returns when the entries are there after all."""
        reason, next_step = why(error)
        self._engine.dispose()
        try:
            with reading(self._engine) as connection:
                there = _end(connection, log) == (size, last)
        except STORE_ERRORS as second:
            raise RecordProblem(
                f"It is not known whether this file was taken in: {reason}, and the record could not be read again.",
                "Open MSAT again and take the file in once more: what is here already is not stored twice.",
            ) from second
        if not there:
            raise NotRecorded(f"Nothing of this file was stored: {reason}.", next_step) from error

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        try:
            with reading(self._engine) as connection:
                return work(connection)
        except STORE_ERRORS as error:
            raise problem(self._path, error) from error


def _next_log(connection: Connection, after: str) -> str:
    """The name of the log that follows `after` in order; empty at the end. One step of the key, not a scan."""
    found = connection.exec_driver_sql("SELECT log FROM entry WHERE log > ? ORDER BY log LIMIT 1", (after,))
    return str(found.scalar() or "")


def _end(connection: Connection, log: str) -> tuple[int, EntryId]:
    """Number and id of a log's last entry; 0 and nothing for a log that is not held."""
    found = connection.exec_driver_sql(
        "SELECT seq, id FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)
    ).one_or_none()
    return (0, EntryId("")) if found is None else (int(found[0]), EntryId(found[1]))
