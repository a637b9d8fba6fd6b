"""Opens the views database and says what is wrong with it. WAL and NORMAL: fast, and losing it costs a rebuild only.

Several threads and processes may have it open: each takes its own connection; writers begin IMMEDIATE. A connection is
made, and the file is made anew, by one process at a time: SQLite opens a database and its WAL by their names, and a
process that got the one from before and the other from after the change would read a mixture of both.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, inspect, select
from sqlalchemy.exc import DatabaseError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from msat.errors import MsatError
from msat.store import views_tables as tables
from msat.store.alone import Alone
from msat.store.views_search import LAY_OUT

BUSY_MS = 15_000
_FILE = "file"
"""Under which name a connection remembers which file it was made on."""

MISSING = "was missing"
DAMAGED = "was damaged"

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""SQLITE_ERROR is "no such table" or column: a file that is not ours or of another schema."""

_PASSING = {*_DAMAGED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
"""What a process meets whose file is taken away and made anew by another."""

_WORDS = {
    sqlite3.SQLITE_FULL: ("The disk is full.", "Free space, then try again. The record is not affected."),
    sqlite3.SQLITE_BUSY: ("Another MSAT window was busy for 15 seconds.", "Wait for it to finish, then try again."),
    sqlite3.SQLITE_READONLY: ("The folder of the views may not be written.", "Ask for write access to {folder}."),
    sqlite3.SQLITE_CANTOPEN: ("The views file cannot be opened.", "Check that {folder} can be written."),
}


class ViewsUnusable(MsatError):
    """The disposable side cannot be read or written at all. The record is not touched by it."""

    title = "The lists cannot be shown"


def make_folder(folder: Path) -> None:
    """Makes the folder that the views file lies in."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ViewsUnusable(
            f"The folder {folder} cannot be made: {error.strerror}.", "Check that you may write there."
        ) from error


class ViewsFile:
    """The file at `path`, or memory: who makes it anew does that alone, and knows whether another has just done it."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.alone = Alone(path.with_name(f"{path.name}.lock") if path else None, BUSY_MS / 1000)
        self._opened: tuple[int, int] | None = None

    def is_another(self) -> bool:
        """Whether another file has this name now than the one that was opened last."""
        return self._opened is not None and self._opened != self._identity()

    def engine(self) -> Engine:
        """An engine on the file; nothing is opened yet."""
        engine = create_engine(URL.create("sqlite", database=str(self.path) if self.path else None))
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkout", self._check_same)
        event.listen(engine, "begin", _begin)
        return engine

    def _connect(self, dialect: Dialect, record: ConnectionPoolEntry | None, args: Any, named: Any) -> Any:
        with self.alone():
            if self.path is not None:
                with contextlib.suppress(OSError):  # what is wrong with the place is said when it is connected to
                    os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600))
            made: Any = dialect.connect(*args, **named)
            try:
                _set_up(made)
            except UnicodeDecodeError as error:  # SQLite quoted what a damaged page holds
                made.close()
                raise _damaged("the file holds garbage") from error
            except BaseException:
                made.close()
                raise
            self._opened = self._identity()
            if record is not None:
                record.info[_FILE] = self._opened
            return made

    def _check_same(self, _connection: object, record: ConnectionPoolEntry, _lent: object) -> None:
        """A connection that was kept from the file before is closed, and another takes its place."""
        if record.info.get(_FILE) != self._identity():
            raise DisconnectionError("another file has this name now")

    def _identity(self) -> tuple[int, int] | None:
        """What tells the file from another of its name; None where there is none."""
        try:
            found = self.path.stat() if self.path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None


def open_engine(path: Path | None) -> Engine:
    """An engine on the file at `path`, or on memory; nothing is opened yet."""
    return ViewsFile(path).engine()


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the write lock from its start, so that it never fails half-way for being late."""
    with engine.connect() as connection:
        connection = connection.execution_options(msat_writes=True)
        with connection.begin():
            yield connection


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent picture of the tables."""
    with engine.connect() as connection, connection.begin():
        yield connection


def wrong_with(engine: Engine) -> str:
    """Why this database cannot be used as it is, or nothing."""
    try:
        with reading(engine) as connection:
            schema = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            present = set(inspect(connection).get_table_names())
    except DatabaseError as error:
        if not is_damage(error):
            raise
        return DAMAGED
    if not present and schema == 0:
        return MISSING
    if schema != tables.SCHEMA:
        return "was of an older version of MSAT" if schema < tables.SCHEMA else "was of a newer version of MSAT"
    return "" if present >= {*tables.metadata.tables, tables.search.name} else DAMAGED


def lay_out(engine: Engine) -> None:
    """Makes the tables of a new database, unless another process has just done it."""
    with writing(engine) as connection:
        if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == tables.SCHEMA:
            return
        tables.metadata.create_all(connection)
        connection.exec_driver_sql(LAY_OUT)
        connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA}")


def kept_rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Source health and validators, as far as they can be read from a database that is given up."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for table in tables.KEPT:
        with contextlib.suppress(DatabaseError), reading(engine) as connection:
            kept[table.name] = [dict(row) for row in connection.execute(select(table)).mappings()]
    return kept


def put_back(engine: Engine, kept: dict[str, list[dict[str, Any]]]) -> None:
    """Writes what `kept_rows` read."""
    with writing(engine) as connection:
        for table in tables.KEPT:
            if kept.get(table.name):
                connection.execute(table.insert().prefix_with("OR REPLACE"), kept[table.name])


def remove(path: Path) -> None:
    """Deletes a views file and what SQLite keeps beside it."""
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise ViewsUnusable(
                f"The views file {file.name} is damaged and cannot be replaced: {error.strerror}.",
                f"Close other MSAT windows, then delete {file}. It will be made anew from the record.",
            ) from error


def is_damage(error: Exception) -> bool:
    """Whether making the file anew would help."""
    if isinstance(error, msgspec.MsgspecError):
        return True
    return _code(error) in _DAMAGED


def is_passing(error: DatabaseError) -> bool:
    """Whether another process that makes the file anew at this moment can be the cause."""
    return _code(error) in _PASSING


def write_anew(engine: Engine) -> None:
    """Writes the whole file anew, so that nothing deleted is left in its unused places. Raises ViewsUnusable."""
    engine.dispose()
    raw = engine.raw_connection()
    try:
        for statement in ("PRAGMA temp_store = MEMORY", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor = raw.cursor()
            cursor.execute(statement)
            cursor.fetchall()
            cursor.close()
    except sqlite3.Error as error:
        raise ViewsUnusable(
            "The views could not be written anew, and may still hold what was erased.",
            "Close other windows of MSAT, then run: msatctl rebuild.",
        ) from error
    finally:
        raw.close()
        engine.dispose()


def unusable(error: DatabaseError, path: Path | None) -> ViewsUnusable:
    """The same in words."""
    folder = path.parent if path else "memory"
    what, then = _WORDS.get(
        _code(error), ("The views could not be read or written: {error}.", "Check the disk, then start MSAT again.")
    )
    return ViewsUnusable(what.format(error=error.orig), then.format(folder=folder))


def _code(error: Exception) -> int:
    """SQLite's primary error code; -1 when there is none."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None and "decode to UTF-8" in str(cause):
        return sqlite3.SQLITE_CORRUPT  # text that this program never wrote
    return code & 0xFF if isinstance(code, int) else -1


def _damaged(why: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(why)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _set_up(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` below says BEGIN; sqlite3 must not guess
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the WAL now, not under another's hands
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("msat_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
