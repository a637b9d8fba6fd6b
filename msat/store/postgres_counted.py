"""Copies of other sites' logs in a shared database, read no further than the last entry that the log's key signed.

Since schema 5 the database takes none that ends otherwise. Rows from before, or by the server's superuser, are named
and never counted, and are set aside by the database when the genuine entries come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from msat.errors import MsatError, NotRecorded
from msat.ids import EntryId, LogId
from msat.record.chain import read_entry
from msat.record.entries import Entry, Head
from msat.record.verification import Problem
from msat.store import postgres_schema as schema
from msat.store.postgres_ends import Signed, is_signed_end, signed_end
from msat.store.postgres_guards import check_schema

HELD = "held"
TAKE_AGAIN = (
    "Take in that site's newest return again: the database then sets those entries aside. And tell whoever looks after "
    "the database: somebody with a log-in of your organisation, or the server's superuser, wrote there (msatctl "
    "database check)."
)
THEY_TAKE_AGAIN = (
    "Find out which log-in of the organisation that holds the copy wrote there, or who used the server's superuser. "
    "Once that organisation takes in the newest return of this log again, the database sets those entries aside."
)
_MIGRATE_FIRST = (
    "Have whoever looks after it run: msatctl database migrate. Then take the file in again; until then it waits where "
    "it is."
)
_SET_ASIDE = "SELECT msat.set_aside_unsigned(?)"
_LAST = f"SELECT seq, id FROM {HELD} WHERE log = ? ORDER BY seq DESC LIMIT 1"  # noqa: S608
_ENDS = f"""WITH RECURSIVE logs AS (
  (SELECT log FROM {HELD} ORDER BY log LIMIT 1)
  UNION ALL
  SELECT (SELECT t.log FROM {HELD} t WHERE t.log > logs.log ORDER BY t.log LIMIT 1)
  FROM logs WHERE logs.log IS NOT NULL
)
SELECT l.log, e.seq, e.id, e.note, f.id, f.header, f.body FROM logs l,
LATERAL (SELECT seq, id, note FROM {HELD} WHERE log = l.log ORDER BY seq DESC LIMIT 1) e,
LATERAL (SELECT id, header, body FROM {HELD} WHERE log = l.log AND seq = 1) f WHERE l.log IS NOT NULL"""  # noqa: S608
"""The end and the first entry of every copy, one step of the key each: not a scan of the entries."""
_TURNS = f"""SELECT id, header, body FROM {HELD}
WHERE type IN ('key.rotated', 'body.erased') AND type = 'key.rotated' ORDER BY log, seq"""  # noqa: S608

_ASIDE = """SELECT holder, log, count(*), min(seq), max(seq), (max(happened) AT TIME ZONE 'UTC')::date::text
FROM msat.aside GROUP BY holder, log ORDER BY holder, log"""


class HeldEnds:
    """Where each copy counts to, by signatures checked here; asked anew only where its last row is another."""

    def __init__(self) -> None:
        self._known: dict[LogId, tuple[EntryId, Head | None]] = {}

    def end(self, connection: Connection, log: LogId) -> Head | None:
        """The last entry of a copy that counts; None where nothing of the log is held, or nothing is signed."""
        found = connection.exec_driver_sql(_LAST, (log,)).one_or_none()
        if found is None:
            return None
        last = EntryId(found[1])
        known = self._known.get(log)
        if known is None or known[0] != last:
            signed = signed_end(connection, log, HELD)
            known = self._known[log] = (last, signed.head if signed else None)
        return known[1]

    def all(self, connection: Connection) -> Iterator[Head]:
        """The same of every copy held, in a few statements."""
        ends = connection.exec_driver_sql(_ENDS).all()
        new = [tuple(row) for row in ends if self._known.get(row[0], ("",))[0] != row[2]]
        if new:
            self._look(connection, new)
        for log, _seq, last, *_rest in ends:
            known = self._known.get(log)
            head = known[1] if known is not None and known[0] == last else self.end(connection, log)
            if head is not None:
                yield head

    def _look(self, connection: Connection, new: Sequence[tuple[Any, ...]]) -> None:
        """Checks the last note of each copy that is new; what that does not settle is left to `end`."""
        turns: dict[LogId, list[Entry]] = {}
        for stored, header, body in connection.exec_driver_sql(_TURNS).all():
            with suppress(MsatError):
                entry = read_entry(stored, header, body)
                turns.setdefault(entry.log, []).append(entry)
        for log, seq, last, note, stored, header, body in new:
            head = Head(LogId(log), int(seq), EntryId(last))
            with suppress(MsatError):
                identity = [read_entry(stored, header, body), *turns.get(head.log, ())]
                if note is not None and is_signed_end(identity, head, note):
                    self._known[head.log] = (head.id, head)


def what_is_left(connection: Connection, log: LogId, table: str = HELD) -> Signed | str | None:
    """What is held of a log and does not count: the end before it, or words where nothing is signed; None: all counts.

    `table` is what the rows are read from: an administrator reads each holder's.
    """
    last = connection.exec_driver_sql(f"SELECT max(seq) FROM {table} WHERE log = ?", (log,)).scalar()  # noqa: S608
    if last is None:
        return None
    signed = signed_end(connection, log, table)
    if signed is None:
        return "No entry of this copy in the database is signed by the key of its log: none of it counts."
    return signed if signed.left else None


def said_of(left: Signed | str) -> str:
    """What is wrong with a copy, in a sentence or two."""
    if isinstance(left, str):
        return left
    are = "were" if left.last > left.head.size + 1 else "was"
    which = left.left[:1].upper() + left.left[1:]
    words = f"{which} of this copy in the database {are} not signed by the key of its log"
    return f"{words}: somebody else wrote there. What counts ends at entry {left.head.size}."


def problem_of(left: Signed | str, where: str, next_step: str = TAKE_AGAIN) -> Problem:
    """The finding for `verify` and `database check`."""
    which = left.left if isinstance(left, Signed) else "all of it"
    return Problem(said_of(left), f"{where}, {which}", next_step, step=5)


def counted_upto(left: Signed | str | None) -> int | None:
    """The number of the last entry that counts; None: all of them do."""
    if left is None:
        return None
    return left.head.size if isinstance(left, Signed) else 0


def make_room(connection: Connection, log: LogId, after: int) -> int:
    """Has what lies behind entry `after` of a copy and is not signed set aside, inside the caller's transaction.

    Returns how many rows that were. Raises NotRecorded where the database's schema is older than that.
    """
    if check_schema(connection) < schema.WITH_SET_ASIDE:
        raise NotRecorded(
            f"Nothing of this file was stored: behind entry {after} the database holds entries that are not signed by "
            "the key of this log, and it cannot set them aside yet.",
            _MIGRATE_FIRST,
        )
    return int(connection.exec_driver_sql(_SET_ASIDE, (log,)).scalar() or 0)


def held_copies(connection: Connection) -> list[tuple[str, str]]:
    """Who holds a copy of which log, where this log-in may see all copies: an administrator's may."""
    if not _may_read(connection, "msat.copy"):
        return []
    found = connection.exec_driver_sql("SELECT DISTINCT holder, log FROM msat.copy ORDER BY holder, log")
    return [(str(holder), str(log)) for holder, log in found]


def rows_of_holder(connection: Connection, holder: str) -> str:
    """The copies that one organisation holds, as an administrator reads them from."""
    quoted = connection.exec_driver_sql("SELECT pg_catalog.quote_literal(?::text)", (holder,)).scalar()
    return f"(SELECT * FROM msat.copy WHERE holder = {quoted}) c"  # noqa: S608


def left_in_copies(connection: Connection) -> Iterator[str]:
    """For an administrator: a sentence for each copy that holds more than its log's key signed."""
    for holder, log in held_copies(connection):
        left = what_is_left(connection, LogId(log), rows_of_holder(connection, holder))
        if left is not None:
            yield f"copy of log {log} held by {holder}: {said_of(left)}"


def said_aside(connection: Connection) -> Iterator[str]:
    """A line of the check for each copy of which entries were set aside."""
    if not _may_read(connection, "msat.aside"):
        return
    for holder, log, how_many, first, last, day in connection.exec_driver_sql(_ASIDE):
        entries = f"entry {first}" if first == last else f"entries {first} to {last}"
        yield (
            f"The copy of log {log} held by {holder}: {how_many} rows ({entries}) that its key did not sign were set "
            f"aside, the last on {day} (UTC), and count nowhere."
        )


def _may_read(connection: Connection, table: str) -> bool:
    may = "SELECT coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass(?)::oid, 'SELECT'), false)"
    return bool(connection.exec_driver_sql(may, (table,)).scalar())
