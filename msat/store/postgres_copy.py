"""This computer's own copy of its log in a shared database: every entry the server has acknowledged, byte for byte.

A server that fails over can come back without its last transactions. What was acknowledged here is then put back from
this copy under its old numbers and ids. The copy has the same table and guards as a record in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from msat.errors import NotRecorded, RecordProblem
from msat.ids import LogId
from msat.record.chain import head_of
from msat.record.entries import Head
from msat.store import rows
from msat.store.engine import check_file, make_database, reading, record_engine, writing
from msat.store.erasing import empty_ordered
from msat.store.guards import newest
from msat.store.refusals import STORE_ERRORS, why

INSERT = "INSERT INTO entry (log, seq, id, type, header, body, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
COLUMNS = "log, seq, id, type, header, body, note"
_NO_END = 2**63 - 1
Stored = tuple[str, int, str, str, bytes, bytes | None, str | None]


class LocalCopy:
    """The copy at `path`, made when it is not there. Safe to use from several processes; close it at the end."""

    def __init__(self, path: Path, log: LogId, instead_of: LocalCopy | None = None) -> None:
        """`instead_of`: the copy of the log that this one goes on for, in the same file; it is closed."""
        self._path, self.log = path, log
        if instead_of is not None:
            instead_of.close()
        try:
            if path.exists() and path.stat().st_size == 0:
                path.unlink()  # a program that died while it made the copy left nothing in it
            if not path.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                make_database(path).close()
        except FileExistsError:
            pass  # another window was faster
        except STORE_ERRORS as error:
            raise self._problem(error) from error
        try:
            schema = check_file(path)
        except RecordProblem as error:
            if isinstance(error.__cause__, STORE_ERRORS):  # damaged: the server has it, and what to do is another thing
                raise self._problem(error.__cause__) from error
            raise
        if schema < newest():
            self._migrate()
        self.engine = record_engine(path)

    def _migrate(self) -> None:
        """Brings a copy that an older MSAT made to the newest schema: it may hold what the server has lost."""
        from msat.store.migrating import migrate_file

        try:
            migrate_file(self._path)
        except STORE_ERRORS as error:
            raise self._problem(error) from error

    def close(self) -> None:
        """Lets go of the file."""
        self.engine.dispose()

    def head(self, log: LogId | None = None) -> Head | None:
        """Length and last entry of the copy, or of that of a log before; None while it is empty."""
        try:
            with reading(self.engine) as connection:
                return _head(connection, log or self.log)
        except STORE_ERRORS as error:
            raise self._problem(error) from error

    def id_at(self, seq: int) -> str | None:
        """The id of the entry with this number, or None."""
        with reading(self.engine) as connection:
            entry = rows.entry_at(connection, self.log, seq)
        return entry.id if entry else None

    def after(self, seq: int) -> list[Stored]:
        """Every entry kept after number `seq`, as stored."""
        statement = f"SELECT {COLUMNS} FROM entry WHERE log = ? AND seq > ? ORDER BY seq"  # noqa: S608
        try:
            with reading(self.engine) as connection:
                return [tuple(row) for row in connection.exec_driver_sql(statement, (self.log, seq))]
        except STORE_ERRORS as error:
            raise self._problem(error) from error

    def add(self, entries: Iterable[Stored]) -> None:
        """Adds entries of one log behind its last one, durably. Raises an error of STORE_ERRORS when the disk fails."""
        values = list(entries)
        if not values:
            return
        with writing(self.engine) as connection:
            end = _head(connection, LogId(values[0][0]))
            new = [value for value in values if value[1] > (end.size if end else 0)]
            if new:
                connection.exec_driver_sql(INSERT, new)

    def catch_up(self, connection: Connection, earlier: Sequence[Head] = ()) -> None:
        """Adds what the server holds and the copy does not, also of `earlier` logs that this one superseded, as far as
        they count. Run inside the writers' lock of the log.
        """
        for log, upto in (*((head.log, head.size) for head in earlier), (self.log, _NO_END)):
            for step in _steps(connection, log, self.head(log), upto):
                self.add(step)

    def empty(self, log: LogId) -> int:
        """Empties the bodies that the orders of `log` name; returns how many. Raises RecordProblem."""
        self.engine.dispose()  # the file is written anew, which nobody may be reading meanwhile
        return empty_ordered(self._path, log)

    def _problem(self, error: BaseException) -> RecordProblem:
        cause, _next = why(error)
        return NotRecorded(
            f"This computer's copy of its entries ({self._path}) cannot be used: {cause}.",
            "Move that file away and open MSAT again: it is fetched anew from the database.",
        )


def _head(connection: Connection, log: LogId) -> Head | None:
    found = connection.exec_driver_sql("SELECT 1 FROM entry WHERE log = ? LIMIT 1", (log,)).scalar()
    return head_of(rows.last_entry(connection, log)[0]) if found else None


def _steps(connection: Connection, log: LogId, end: Head | None, upto: int) -> Iterator[list[Stored]]:
    after = end.size if end else 0
    statement = f"SELECT {COLUMNS} FROM entry WHERE log = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT {rows.STEP}"  # noqa: S608
    while found := connection.exec_driver_sql(statement, (log, after, upto)).all():
        yield [tuple(row) for row in found]
        after = int(found[-1][1])
