"""The record's SQLite engine: safe pragmas set and read back, BEGIN IMMEDIATE for writers, the authorizer on.

TRUNCATE with FULL is the mode that lost nothing in a power-loss simulation (DELETE with FULL and WAL with NORMAL did).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from msat.errors import RecordProblem
from msat.store.guards import APPLICATION_ID, SCHEMAS, authorizer, make_schema, newest
from msat.store.refusals import RESTORE, STORE_ERRORS, problem

BUSY_TIMEOUT_MS = 15_000
OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables."""


def pragmas(busy_timeout_ms: int) -> dict[str, tuple[str, object]]:
    """Each pragma with the words that set it and the value it must read back as."""
    return {
        "journal_mode": ("TRUNCATE", "truncate"),
        "synchronous": ("FULL", 2),
        "foreign_keys": ("ON", 1),
        "busy_timeout": (str(busy_timeout_ms), busy_timeout_ms),
        "trusted_schema": ("OFF", 0),
    }


def record_engine(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """An engine on the record at `path`. Connections are made when first used; the file must exist."""
    # mode=rw: a missing file must never come back as a new, empty database.
    url = URL.create("sqlite+pysqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": busy_timeout_ms / 1000})
    wanted = pragmas(busy_timeout_ms)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        record.info["file"] = _identity(path)
        for name, (words, _value) in wanted.items():
            connection.execute(f"PRAGMA {name} = {words}")
        connection.set_authorizer(authorizer)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            return
        # Straight to the driver: this runs before every single answer that is recorded.
        driver: Any = connection.connection.driver_connection
        for name, (_words, value) in wanted.items():
            found = driver.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                raise RecordProblem(
                    f"The database is not in its safe mode ({name} is {found}, it must be {value}), "
                    "so nothing is recorded.",
                    "Close MSAT and open it again; if it comes back, tell whoever looks after MSAT.",
                )
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if connection.connection.info.get("file") != _identity(path):
            # A restore put another file in its place: what is written to the old one nobody would ever read.
            raise RecordProblem(
                f"The record {path} was replaced while MSAT had it open, so nothing was recorded.",
                "Close MSAT and open it again.",
            )

    return engine


def _identity(path: Path) -> tuple[int, int]:
    """What tells the file at `path` from another of its name; zeros where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection inside BEGIN IMMEDIATE: commits at the end, rolls back on any error."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for single statements, each its own read: it never keeps a writer waiting for long."""
    with engine.connect() as connection:
        yield connection


def make_database(path: Path) -> sqlite3.Connection:
    """Makes a database with the newest schema at `path`, which must not exist; its connection has no authorizer."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # its journal takes its rights from it
    connection = sqlite3.connect(path, isolation_level=None)
    for name, (words, _value) in pragmas(BUSY_TIMEOUT_MS).items():
        connection.execute(f"PRAGMA {name} = {words}")
    connection.execute("BEGIN IMMEDIATE")
    make_schema(connection)
    connection.execute("COMMIT")
    return connection


@contextmanager
def raw_reader(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Iterator[sqlite3.Connection]:
    """A plain connection that only reads, for a record that may be damaged: text is taken as it comes."""
    # Not mode=ro: after a crash SQLite must be able to roll back the journal before anything can be read.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=busy_timeout_ms / 1000)
    connection.execute("PRAGMA query_only = ON")
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        yield connection
    finally:
        connection.close()


def check_file(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> int:
    """The number of the schema that the record at `path` has. Raises RecordProblem unless this program knows it."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RecordProblem(
            f"The SQLite library here is {sqlite3.sqlite_version}, too old for the record.",
            "Install a newer Python, which carries SQLite 3.37 or later.",
        )
    try:
        with raw_reader(path, busy_timeout_ms) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except STORE_ERRORS as error:
        raise problem(path, error) from error
    if application != APPLICATION_ID:
        raise RecordProblem(
            f"The file {path} is a database, but not a record of MSAT.", "Check which folder holds the profile."
        )
    if version > newest():
        raise RecordProblem(
            f"The record {path} was made by a newer MSAT (schema {version}, this one knows {newest()}).",
            "Install the newest MSAT; nothing was changed.",
        )
    if version not in SCHEMAS:
        raise RecordProblem(f"The record {path} names a schema that never was ({version}).", "Restore a backup.")
    return int(version)


def newer_schema(path: Path) -> int:
    """The schema of a record at `path` that a newer MSAT made; 0 for any other file, and where none can be read."""
    try:
        with raw_reader(path) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except STORE_ERRORS:
        return 0
    return version if application == APPLICATION_ID and version > newest() else 0


def check_length(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
    """Raises RecordProblem unless the file is as long as its pages.

    SQLite itself reads a last page that was cut off as if zeros followed, and says that all is well.
    """
    try:
        with raw_reader(path, busy_timeout_ms) as connection:
            connection.execute("BEGIN")
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            size = connection.execute("PRAGMA page_size").fetchone()[0]
            length = path.stat().st_size
            connection.execute("ROLLBACK")
    except STORE_ERRORS as error:
        raise problem(path, error) from error
    if length != pages * size:
        raise RecordProblem(
            f"The record {path} is {length:,} bytes long and should be {pages * size:,}.", RESTORE
        )
