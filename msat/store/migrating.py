"""Brings a record that an older MSAT made to the schema of this one: one transaction, proven before it counts.

The connection is one of its own, without the authorizer. A program killed at any moment leaves the record as it was or
as it shall be. Who calls this has made a backup first (`services.migrate`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record.entries import Head
from msat.record.findings import KEEP
from msat.record.high_water import read_mark
from msat.record.proof import Expected, prove
from msat.store import guards
from msat.store.engine import BUSY_TIMEOUT_MS, check_file, check_length, pragmas
from msat.store.inspection import absent, inspect_record
from msat.store.local_disk import NEXT, why_not_safe
from msat.store.refusals import RESTORE, STORE_ERRORS, problem
from msat.store.rows import raw_rows_in


class RecordMigrating:
    """The record of one profile: whether it is of an older schema, and the way to the newest."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def waiting(self) -> tuple[int, int] | None:
        """The schema of the record and the newest; None when they are the same, or there is no record to be opened."""
        if absent(self._places.record, read_mark(self._places.high_water_mark)):
            return None
        there = check_file(self._places.record)
        return (there, guards.newest()) if there < guards.newest() else None

    def why_not(self) -> tuple[str, str] | None:
        """Why the record is only read as it is, and what to do: its place is not safe, or it may not be written."""
        if unsafe := why_not_safe(self._places.data):
            return unsafe, NEXT
        if os.access(self._places.record, os.W_OK) and os.access(self._places.data, os.W_OK):
            return None
        words = f"The record {self._places.record} or its folder can only be read."
        return words, "Ask whoever looks after this computer to let you write to the folder."

    def run(self) -> None:
        """Changes the record, and proves it from the file afterwards. Raises RecordProblem; then the record is old."""
        check_length(self._places.record)
        before = {(one.step, one.what) for one in inspect_record(self._places).problems}
        try:
            migrate_file(self._places.record)
        except STORE_ERRORS as error:
            raise problem(self._places.record, error) from error
        for wrong in inspect_record(self._places).problems:
            if (wrong.step, wrong.what) not in before:
                what = "The record was brought to its new form, and is not whole on the disk"
                raise RecordProblem(f"{what}. {wrong.where}: {wrong.what}", RESTORE)


def migrate_file(path: Path) -> bool:
    """Brings the database at `path` to the newest schema, all or nothing; False when it has it already.

    Raises RecordProblem when it would not be whole afterwards, one of STORE_ERRORS when it could not be done.
    """
    check_file(path)
    with _transaction(path) as connection:
        driver: Any = connection.connection.driver_connection
        before = int(driver.execute("PRAGMA user_version").fetchone()[0])
        if before == guards.newest():
            return False  # another window was faster
        heads = _ends(connection)
        from msat.store.migrations.running import upgrade

        upgrade(connection, revisions(), before, guards.newest())
        driver.execute(f"PRAGMA user_version = {guards.newest()}")
        wrong = [*guards.missing_guards(driver)]
        wrong += [str(row[0]) for row in driver.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
        if _ends(connection) != heads:
            wrong.append("Its logs do not end as they did.")
        wrong += _disproved(driver)
        for words in wrong:
            raise RecordProblem(f"The record {path} could not be brought to its new form. {words}", KEEP)
    return True


def _disproved(driver: sqlite3.Connection) -> Iterator[str]:
    """What the proof over every log finds, as the rows lie in the transaction. Bodies may have been erased by law."""
    for name, rows in groupby(raw_rows_in(driver), key=lambda row: row.log):
        for wrong in prove(rows, None, Expected(LogId(name), may_withhold=True)).problems:
            yield f"Log {name[:8]}, {wrong.where}: {wrong.what}"


def revisions() -> Sequence[ModuleType]:
    """Every revision of a record in a file, in any order."""
    from msat.store.migrations.record import schema_1

    return (schema_1,)


@contextmanager
def _transaction(path: Path) -> Iterator[Connection]:
    """BEGIN IMMEDIATE on a connection that may change tables, in the record's own safe mode."""
    url = URL.create("sqlite+pysqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for name, (words, value) in pragmas(BUSY_TIMEOUT_MS).items():
            connection.execute(f"PRAGMA {name} = {words}")
            if connection.execute(f"PRAGMA {name}").fetchone()[0] != value:
                raise RecordProblem(f"The database is not in its safe mode ({name}).", "Close MSAT and open it again.")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _ends(connection: Connection) -> list[Head]:
    found = connection.exec_driver_sql(
        "SELECT log, seq, id FROM entry e WHERE seq = (SELECT max(seq) FROM entry WHERE log = e.log) ORDER BY log"
    )
    return [Head(LogId(log), int(seq), last) for log, seq, last in found]

