"""The logs of other installations in a shared database, and those that came as files from sites outside it.

Which of the logs recorded there are seen, the database decides: a practice sees its own organisation's, a committee
all. What came as a file is kept as a copy, which only the organisation that took it in sees, at all its workstations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import EntryId, LogId
from msat.places import Places
from msat.record.entries import Head
from msat.record.erasure import ERASED
from msat.record.received import HeldMeanwhile, RawEntry
from msat.store import postgres_schema as schema
from msat.store.engine import reading, writing
from msat.store.postgres_bulk import copy_in
from msat.store.postgres_counted import HELD, HeldEnds, make_room
from msat.store.postgres_engine import server_of
from msat.store.postgres_erasing import MIGRATE, empty_in_database, why_not
from msat.store.postgres_guards import check_schema
from msat.store.postgres_refusals import state_of, why
from msat.store.received import _T, SqliteReceived, _end
from msat.store.refusals import STORE_ERRORS

_HEADS = """WITH RECURSIVE logs AS (
  (SELECT log FROM entry ORDER BY log LIMIT 1)
  UNION ALL
  SELECT (SELECT t.log FROM entry t WHERE t.log > logs.log ORDER BY t.log LIMIT 1)
  FROM logs WHERE logs.log IS NOT NULL
)
SELECT l.log, e.seq, e.id FROM logs l,
LATERAL (SELECT seq, id FROM entry WHERE log = l.log ORDER BY seq DESC LIMIT 1) e WHERE l.log IS NOT NULL"""
"""The end of every log, one step of the key a log: not a scan of the entries."""
ENTRY = "entry"


def table_of(connection: Connection, log: LogId) -> str:
    """Where a log is read: among the entries when one that is seen there begins it, else among the copies held."""
    if connection.exec_driver_sql("SELECT 1 FROM entry WHERE log = ? LIMIT 1", (log,)).scalar():
        return ENTRY
    return HELD if holds_copies(connection) else ENTRY


def holds_copies(connection: Connection) -> bool:
    """Whether the database is of a schema that has copies, and this log-in may see its organisation's."""
    found = connection.exec_driver_sql(
        "SELECT coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass('msat.held')::oid, 'SELECT'), false)"
    )
    return bool(found.scalar())


class PostgresReceived(SqliteReceived):
    """The logs beside `own` that this log-in may see, and the copies that its organisation holds."""

    def __init__(
        self,
        url: URL,
        path: Path,
        engine: Engine,
        own: LogId,
        never: tuple[LogId, ...] = (),
        places: Places | None = None,
        ends: HeldEnds | None = None,
    ) -> None:
        """`ends`: what was found out before of where copies count to."""
        super().__init__(path, engine, own, never, places)
        self._url, self._ends = url, ends or HeldEnds()

    def _heads(self, connection: Connection) -> tuple[Head, ...]:
        found = {head.log: head for head in self._ends.all(connection)} if holds_copies(connection) else {}
        for log, seq, last in connection.exec_driver_sql(_HEADS):
            found[log] = Head(LogId(log), int(seq), EntryId(last))
        return tuple(head for log, head in sorted(found.items()) if log != self._own)

    def head(self, log: LogId) -> Head | None:
        if not self._is_copy(log):
            return super().head(log)
        return self._read(lambda connection: self._ends.end(connection, log))

    def ids(self, log: LogId) -> list[EntryId]:
        return [row.id for row in self.raw(log)] if self._is_copy(log) else super().ids(log)

    def raw(self, log: LogId) -> list[RawEntry]:
        if not self._is_copy(log):
            return super().raw(log)
        statement = "SELECT id, type, header, body FROM held WHERE log = ? AND seq <= ? ORDER BY seq"

        def look(connection: Connection) -> list[RawEntry]:
            found = connection.exec_driver_sql(statement, (log, self._upto(connection, log)))
            return [RawEntry(EntryId(stored), kind, header, body) for stored, kind, header, body in found]

        return self._read(look)

    def note(self, log: LogId) -> str | None:
        if not self._is_copy(log):
            return super().note(log)
        head = self.head(log)
        return None if head is None else self.note_at(log, head.size)

    def note_at(self, log: LogId, size: int) -> str | None:
        if not self._is_copy(log):
            return super().note_at(log, size)
        if size > self._read(lambda connection: self._upto(connection, log)):
            return None
        return self._told("SELECT note FROM held WHERE log = ? AND seq = ?", (log, size))

    def _told(self, statement: str, values: tuple[str | int, ...]) -> str | None:
        found = self._read(lambda connection: connection.exec_driver_sql(statement, values).one_or_none())
        return None if found is None or found[0] is None else str(found[0])

    def _upto(self, connection: Connection, log: LogId) -> int:
        """The number of the last entry of a copy that counts; 0 where none does."""
        head = self._ends.end(connection, log)
        return 0 if head is None else head.size

    def _is_copy(self, log: LogId) -> bool:
        return self._read(lambda connection: table_of(connection, log)) == HELD

    def take(self, log: LogId, after: int, rows: Sequence[RawEntry], note: str) -> None:
        if not rows:
            self._make_room(log)
            return
        if log in self._never or not self._is_copy(log):
            self._check_may_hold(log)
            super().take(log, after, rows, note)
            return
        if any(row.type == ERASED for row in rows):
            self._note(log)
        try:
            with writing(self._engine.execution_options(msat_log=log)) as connection:
                if self._upto(connection, log) != after:
                    raise HeldMeanwhile("Another window of MSAT stored entries of this log meanwhile.", "Try again.")
                if _held_end(connection, log)[0] != after:
                    make_room(connection, log, after)
                copy_in(connection, log, after, rows, note)
                notify = "SELECT pg_catalog.pg_notify('msat_' || lower(msat.own_ods()), ?)"
                connection.exec_driver_sql(notify, (log,))
        except STORE_ERRORS as error:
            self._settle(log, after + len(rows), rows[-1].id, error)

    def _make_room(self, log: LogId) -> None:
        """Has what others wrote behind the end of a copy set aside, where the database can."""

        def look(connection: Connection) -> bool:
            is_copy = log not in self._never and table_of(connection, log) == HELD and holds_copies(connection)
            return is_copy and _held_end(connection, log)[0] > self._upto(connection, log)

        if not self._read(look) or self._read(check_schema) < schema.WITH_SET_ASIDE:
            return
        try:
            with writing(self._engine.execution_options(msat_log=log)) as connection:
                make_room(connection, log, self._upto(connection, log))
        except STORE_ERRORS as error:
            cause, next_step = why(error)
            raise NotRecorded(f"Nothing of this file was stored: {cause}.", next_step) from error

    def _check_may_hold(self, log: LogId) -> None:
        """A log that was not seen here can only be held as a copy, which an older schema has no room for."""
        if log in self._never:
            return

        def look(connection: Connection) -> bool:
            return _end(connection, log)[0] == 0 and check_schema(connection) < schema.WITH_COPIES

        if self._read(look):
            raise NotRecorded(
                f"Nothing of this file was stored: the database {server_of(self._url)} has no room for copies of other "
                "sites' logs yet.",
                "Have whoever looks after it run: msatctl database migrate. Until then the file waits where it is.",
            )

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        try:
            with reading(self._engine) as connection:
                return work(connection)
        except STORE_ERRORS as error:
            cause, next_step = why(error)
            raise RecordProblem(f"The record in {server_of(self._url)} cannot be used: {cause}.", next_step) from error

    def erase(self, log: LogId) -> int:
        if log == self._own:
            raise ValueError("the own log's bodies are erased by the record itself")
        if words := self._read(lambda connection: why_not(connection, self._url)):
            raise Refused(words, MIGRATE)
        self._note(log)
        return empty_in_database(self._engine, self._url, log)

    def _settle(self, log: LogId, size: int, last: EntryId, error: BaseException) -> None:
        """After an error: looks whether the entries are there after all. Returns when they are."""
        server = server_of(self._url)
        if state_of(error) == "42501":
            raise NotRecorded(
                f"Nothing of this file was stored: {server} takes an organisation's log from its own log-in only.",
                "Ask that organisation to record in the shared database; a committee's log-in reads all logs there.",
            ) from error
        cause, next_step = why(error)
        if self._end_of(log) != (size, last):
            raise NotRecorded(f"Nothing of this file was stored: {cause}.", next_step) from error

    def _end_of(self, log: LogId) -> tuple[int, EntryId]:
        try:
            # Inside the writers' lock: a transaction still under way on the server is waited for.
            with writing(self._engine.execution_options(msat_log=log)) as connection:
                return _held_end(connection, log) if table_of(connection, log) == HELD else _end(connection, log)
        except STORE_ERRORS as error:
            raise RecordProblem(
                f"It is not known whether this file was taken in: {why(error)[0]}.",
                "Open MSAT again and take the file in once more: what is here already is not stored twice.",
            ) from error


def _held_end(connection: Connection, log: LogId) -> tuple[int, EntryId]:
    found = connection.exec_driver_sql(
        "SELECT seq, id FROM held WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)
    ).one_or_none()
    return (0, EntryId("")) if found is None else (int(found[0]), EntryId(found[1]))
