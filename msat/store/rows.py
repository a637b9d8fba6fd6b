"""Entries out of the record's table, in steps small enough that no reader keeps a writer waiting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine

from msat.errors import RecordProblem
from msat.ids import EntryId, LogId
from msat.record.chain import read_entry, retold
from msat.record.entries import Entry, Head, Json
from msat.record.erasure import ERASED, erasures_in
from msat.record.findings import KEEP
from msat.record.key_history import ROTATED
from msat.record.proof import Row
from msat.store.engine import raw_reader, reading
from msat.store.refusals import STORE_ERRORS, problem

STEP = 500
_COLUMNS = "log, seq, id, type, header, body, note"
INSERT = f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
"""One row of the table, its values in this order."""


def values_of(entry: Entry, note: str | None) -> tuple[str | int | bytes | None, ...]:
    """An entry as `INSERT` takes it, with the signed head that is kept with it, if any."""
    return (entry.log, entry.seq, entry.id, entry.type, entry.header, entry.body, note)


def last_entry(connection: Connection, log: LogId) -> tuple[Entry, str | None]:
    """The last entry of a log, its hashes checked, and the signed head kept with it."""
    found = connection.exec_driver_sql(
        "SELECT id, header, body, note FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)
    ).one_or_none()
    if found is None:
        raise RecordProblem(f"The record holds no entry of the log {log}.", "Run verify.")
    return _entry(connection, found[0], found[1], found[2]), found[3]


def last_head(connection: Connection, log: LogId) -> Head:
    """The head of a log as its last row names it, for a caller that has just read the row back."""
    seq, stored_id = connection.exec_driver_sql(
        "SELECT seq, id FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)
    ).one()
    return Head(log, seq, EntryId(stored_id))


def key_changes(connection: Connection, log: LogId) -> list[Entry]:
    """The entries that changed the log's key, in order. Looks at every row of the log."""
    found = connection.exec_driver_sql(
        "SELECT id, header, body FROM entry WHERE log = ? AND type = ? ORDER BY seq", (log, ROTATED)
    ).all()
    return [read_entry(stored_id, header, body) for stored_id, header, body in found]


def entries_of_types(connection: Connection, log: LogId, types: Iterable[str]) -> list[Entry]:
    """The entries of a log that are of these types, in order. Looks at every row of the log."""
    wanted = sorted(types)
    marks = ", ".join("?" * len(wanted))
    found = connection.exec_driver_sql(
        f"SELECT id, header, body FROM entry WHERE log = ? AND type IN ({marks}) ORDER BY seq",  # noqa: S608
        (log, *wanted),
    ).all()
    known: dict[LogId, Mapping[str, Json]] = {}
    return [_entry(connection, stored_id, header, body, known) for stored_id, header, body in found]


def entry_at(connection: Connection, log: LogId, seq: int) -> Entry | None:
    """The entry with this number, or None."""
    return _one(connection, "SELECT id, header, body FROM entry WHERE log = ? AND seq = ?", (log, seq))


def entry_by_id(connection: Connection, entry_id: str) -> Entry | None:
    """The entry with this id, or None."""
    return _one(connection, "SELECT id, header, body FROM entry WHERE id = ?", (entry_id,))


def _one(connection: Connection, statement: str, values: tuple[str | int, ...]) -> Entry | None:
    found = connection.exec_driver_sql(statement, values).one_or_none()
    return None if found is None else _entry(connection, found[0], found[1], found[2])


def _entry(
    connection: Connection,
    stored_id: str,
    header: bytes,
    body: bytes | None,
    known: dict[LogId, Mapping[str, Json]] | None = None,
) -> Entry:
    """A row as an entry; where its body was erased, with what is told instead. `known` spares looking twice."""
    entry = read_entry(stored_id, header, body)
    if body is not None:
        return entry
    known = {} if known is None else known
    if entry.log not in known:
        known[entry.log] = erasures_in(orders_of(connection, entry.log)).told
    told = known[entry.log].get(entry.id)
    return entry if told is None else retold(entry, told)


def orders_of(connection: Connection, log: LogId, table: str = "entry") -> list[Entry]:
    """The entries of a log that ordered an erasure and were not erased themselves. Looks at every row of the log."""
    found = connection.exec_driver_sql(
        f"SELECT id, header, body FROM {table} WHERE log = ? AND type = ? AND body IS NOT NULL ORDER BY seq",  # noqa: S608
        (log, ERASED),
    ).all()
    return [read_entry(stored_id, header, body) for stored_id, header, body in found]


def as_told(connection: sqlite3.Connection, found: Iterable[tuple[str, bytes, bytes | None]]) -> list[Entry]:
    """Id, header and body of rows, as they lie, as entries; where a body was erased, with what is told instead.

    For a record that is not open. Raises RecordProblem for a damaged one, STORE_ERRORS.
    """
    entries = [read_entry(str(stored), bytes(header), body) for stored, header, body in found]
    statement = "SELECT id, header, body FROM entry WHERE log = ? AND type = ? AND body IS NOT NULL ORDER BY seq"
    told: dict[str, Json] = {}
    for log in sorted({entry.log for entry in entries if entry.body is None}):
        given = connection.execute(statement, (log, ERASED)).fetchall()
        told.update(erasures_in(read_entry(str(stored), bytes(header), body) for stored, header, body in given).told)
    return [retold(one, told[one.id]) if one.body is None and one.id in told else one for one in entries]


def stored_bytes(connection: Connection, log: LogId, first: int, last: int) -> list[tuple[str, bytes, bytes | None]]:
    """Id, header and body of the entries from `first` to `last`, as they are stored."""
    found = connection.exec_driver_sql(
        "SELECT id, header, body FROM entry WHERE log = ? AND seq BETWEEN ? AND ? ORDER BY seq", (log, first, last)
    )
    return [(stored_id, header, body) for stored_id, header, body in found]


def entries(engine: Engine, log: LogId, after: int, upto: int | None, table: str = "entry") -> Iterator[Entry]:
    """Entries with `after < seq <= upto`, in order, each checked as it is read."""
    statement = f"SELECT id, header, body, seq FROM {table} WHERE log = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"  # noqa: S608
    last = 2**63 - 1 if upto is None else upto
    told: Mapping[str, Json] | None = None
    while after < last:
        with reading(engine) as connection:
            found = connection.exec_driver_sql(statement, (log, after, last, STEP)).all()
            if told is None and any(row[2] is None for row in found):
                told = erasures_in(orders_of(connection, log, table)).told
        for stored_id, header, body, seq in found:
            if seq != after + 1:
                raise RecordProblem(f"Entry {after + 1} is missing from the record.", "Run verify.")
            entry = read_entry(stored_id, header, body)
            content = told.get(entry.id) if body is None and told else None
            yield entry if content is None else retold(entry, content)
            after = seq
        if len(found) < STEP:
            return


def raw_rows(path: Path) -> Iterator[Row]:
    """Every row as stored, in the order of its key, for the proof. Raises RecordProblem at the first damaged page."""
    try:
        with raw_reader(path) as connection:
            yield from raw_rows_in(connection)
    except STORE_ERRORS as error:
        raise problem(path, error) from error


def raw_rows_in(connection: sqlite3.Connection) -> Iterator[Row]:
    """As `raw_rows`, as a connection sees them, whatever it has changed and not committed. Raises STORE_ERRORS, and
    only after every row that stands before the damage."""
    key = ("", -1)
    while found := _rows_after(connection, key):
        rows = [_row(values) for values in found]
        yield from rows
        reached = (rows[-1].log, rows[-1].seq)
        if reached <= key:
            raise RecordProblem("The rows do not lie in the order of their numbers.", KEEP)
        key = reached


def _rows_after(connection: sqlite3.Connection, key: tuple[str, int]) -> list[tuple[object, ...]]:
    """The next rows behind `key`. Where a step meets a damaged page, the rows before it come one at a time."""
    statement = f"SELECT {_COLUMNS} FROM entry WHERE (log, seq) > (?, ?) ORDER BY log, seq LIMIT ?"  # noqa: S608
    try:
        return connection.execute(statement, (*key, STEP)).fetchall()
    except STORE_ERRORS:
        return connection.execute(statement, (*key, 1)).fetchall()


def _row(values: tuple[object, ...]) -> Row:
    """A row of the right kinds, whatever a damaged or changed table gave."""
    log, seq, stored_id, kind, header, body, note = values
    return Row(
        str(log),
        seq if isinstance(seq, int) else -1,
        str(stored_id),
        str(kind),
        _bytes(header) or b"",
        _bytes(body),
        None if note is None else str(note),
    )


def _bytes(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "replace")
