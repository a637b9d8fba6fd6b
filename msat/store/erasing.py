"""The one door through which a body leaves the record's file: for entries that a `body.erased` of their own log names.

Everything else forbids it: the triggers and the authorizer of the program's connection. Here is a connection of its own
that may do three things to the table: take the guard against changes down, set a body to nothing, put the same guard
up again; all in one transaction, which is given up unless just the rows that were named have changed. What is left of
the text in the file's unused places is overwritten, and the file written anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import read_entry
from msat.record.codec import is_log_id
from msat.record.durable import flush_folder, write_durably
from msat.record.erasure import ERASED, NEVER, erasures_in
from msat.store.alone import Alone
from msat.store.engine import BUSY_TIMEOUT_MS, pragmas
from msat.store.guards import SCHEMAS, missing_guards
from msat.store.refusals import STORE_ERRORS, problem

GUARD = "entry_is_never_changed"
IN_MEMORY = 256 * 1024 * 1024
"""Bytes of a file that is written anew by way of memory, so that nothing of it lies in a folder for temporary files."""
AGAIN = "Close other windows of MSAT and open it again: it goes on from there."
_MAX_NOTE = 1024 * 1024
_STOP = "Nothing was erased. Run verify, and ask whoever looks after MSAT."
_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION}
)
_OWN_TABLE = frozenset({"sqlite_master", "sqlite_schema"})


@dataclass(frozen=True, slots=True)
class Pending:
    """An erasure that may not be finished: the orders behind entry `after` of a log, and what was computed of them."""

    log: LogId
    after: int


def alone(places: Places) -> Alone:
    """Held by one process at a time, from before an order is recorded until nothing is left of what it erased."""
    return Alone(places.erasing_lock, other="Another window of MSAT was erasing")


def read_pending(places: Places) -> Pending | None:
    """What is first to be done, or None. Raises RecordProblem when the note cannot be read."""
    return next(iter(read_all(places)), None)


def read_all(places: Places) -> tuple[Pending, ...]:
    """What erasures that were broken off have still to do: in the own log, in copies of other sites' logs.

    Raises RecordProblem when their note cannot be read.
    """
    try:
        found = json.loads(places.erasing.read_bytes()[:_MAX_NOTE])
        logs = {found["log"]: found["after"]} if found["v"] == 1 else found["logs"]
        if found["v"] not in (1, 2) or not all(is_log_id(log) and type(after) is int for log, after in logs.items()):
            raise ValueError("pending")
        return tuple(Pending(LogId(log), after) for log, after in logs.items())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RecordProblem(
            f"The note {places.erasing} on an erasure under way cannot be read.",
            "Run verify: it names what is still to be erased. Then delete the note and erase again.",
        ) from error


def begin(places: Places, pending: Pending) -> None:
    """Notes durably, before anything is recorded, that an erasure is under way. An older note stays. Raises OSError."""
    known = {one.log: one.after for one in read_all(places)}
    if pending.log not in known or known[pending.log] > pending.after:
        told = {"v": 2, "logs": {**known, pending.log: pending.after}}
        write_durably(places.erasing, (json.dumps(told, sort_keys=True) + "\n").encode("ascii"))


def erase_again(places: Places, log: LogId) -> None:
    """After a restore: what was erased since the backup was made is erased in what came back.

    The next start computes the lists anew; until then the note says so. Raises nothing: the proof that follows a
    restore finds what could not be erased, and says what to do.
    """
    with suppress(RecordProblem, *STORE_ERRORS):
        with closing(_connected(places.record)) as connection:
            statement = "SELECT 1 FROM entry WHERE log = ? AND type = ? LIMIT 1"
            is_ordered = connection.execute(statement, (log, ERASED)).fetchone() is not None
        if is_ordered:
            begin(places, Pending(log, 0))
            empty_ordered(places.record, log)


def end(places: Places) -> None:
    """Takes the note away: bodies, views and traces are gone."""
    places.erasing.unlink(missing_ok=True)
    flush_folder(places.state)


def empty_ordered(path: Path, log: LogId, after: int = 0) -> int:
    """Empties every body of `log` that an order behind entry `after` names; returns how many were still there.

    Raises RecordProblem, and leaves the file as it was, when an order or a row is not as it must be.
    """
    try:
        with closing(_connected(path)) as connection:
            connection.set_authorizer(_door)
            with _transaction(connection):
                ordered, emptied = _empty(connection, log, after)
            if ordered:  # also when they are empty already: the program may have died before this
                connection.set_authorizer(None)
                connection.execute("VACUUM")
        return emptied
    except STORE_ERRORS as error:
        raise problem(path, error) from error


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    for name, (words, _value) in pragmas(BUSY_TIMEOUT_MS).items():
        connection.execute(f"PRAGMA {name} = {words}")
    connection.execute("PRAGMA secure_delete = ON")
    if path.stat().st_size <= IN_MEMORY:
        connection.execute("PRAGMA temp_store = MEMORY")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _door(action: int, first: str | None, second: str | None, _db: str | None, _by: str | None) -> int:
    """Reading, a body set to nothing, and the one guard taken down and put up: no more."""
    if action in _READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and (first, second) == ("entry", "body"):
        return sqlite3.SQLITE_OK
    if action in (sqlite3.SQLITE_DROP_TRIGGER, sqlite3.SQLITE_CREATE_TRIGGER) and (first, second) == (GUARD, "entry"):
        return sqlite3.SQLITE_OK
    # What SQLite itself does to its list of tables and triggers while it does the two above.
    is_own = action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE) and first in _OWN_TABLE
    is_asked = action == sqlite3.SQLITE_PRAGMA and first == "user_version" and second is None
    return sqlite3.SQLITE_OK if is_own or is_asked else sqlite3.SQLITE_DENY


def _empty(connection: sqlite3.Connection, log: LogId, after: int) -> tuple[int, int]:
    """How many entries orders name, and how many of them were emptied now."""
    schema = SCHEMAS.get(connection.execute("PRAGMA user_version").fetchone()[0])
    for words in missing_guards(connection):
        raise RecordProblem(f"{words} Nothing is erased in such a record.", _STOP)
    if schema is None:
        raise RecordProblem("The record has a form that this MSAT does not know.", _STOP)
    ordered, wanted = _ordered(connection, log, after)
    if not wanted:
        return ordered, 0
    entries = connection.execute("SELECT count(*), count(body) FROM entry").fetchone()
    connection.execute(f"DROP TRIGGER {GUARD}")
    for seq, named in wanted:
        changed = connection.execute(
            "UPDATE entry SET body = NULL WHERE log = ? AND seq = ? AND id = ? AND body IS NOT NULL", (log, seq, named)
        ).rowcount
        if changed != 1:
            raise RecordProblem(f"Entry {seq} is not the one that its order names.", _STOP)
    connection.execute(schema[GUARD])
    left = connection.execute("SELECT count(*), count(body) FROM entry").fetchone()
    if left != (entries[0], entries[1] - len(wanted)) or any(missing_guards(connection)):
        raise RecordProblem("Other rows than those that were named would have changed.", _STOP)
    return ordered, len(wanted)


def _ordered(connection: sqlite3.Connection, log: LogId, after: int) -> tuple[int, list[tuple[int, str]]]:
    """How many entries are named, and those still to be emptied, each checked against its order and its own row."""
    found = connection.execute(
        "SELECT id, header, body FROM entry WHERE log = ? AND type = ? AND seq > ? AND body IS NOT NULL ORDER BY seq",
        (log, ERASED, after),
    ).fetchall()
    asked = erasures_in(read_entry(*row) for row in found)
    wanted = []
    for named, seq in asked.seqs.items():
        row = connection.execute(
            "SELECT id, header, body FROM entry WHERE log = ? AND seq = ?", (log, seq)
        ).fetchone()
        if row is None or row[0] != named:
            raise RecordProblem(f"An order names entry {seq} by another id than it has.", _STOP)
        entry = read_entry(*row)
        if entry.type in NEVER:
            raise RecordProblem(f"Entry {seq} says whose log this is, and is never erased.", _STOP)
        if entry.body is not None:
            wanted.append((seq, named))
    return len(asked.seqs), sorted(wanted)
