"""Entries at the end of a log in a shared database that its key did not sign: found, named, and never counted.

Since schema 4 the database takes none. One made before, or by the server's superuser, can neither be taken away nor
stay the end of the log: the log is read up to the last entry that its key signed, and superseded from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from msat.errors import MsatError, RecordProblem
from msat.ids import EntryId, LogId
from msat.record.chain import birth_of, read_entry
from msat.record.entries import Entry, Head
from msat.record.key_history import ROTATED, Keys, first_keys, followed
from msat.record.signing import BadNote, read_head, verify_note
from msat.record.succession import is_borne_out
from msat.record.verification import Problem
from msat.store.engine import reading
from msat.store.postgres_copy import LocalCopy
from msat.store.sqlite_record import SqliteRecord

AFRESH = (
    "Start a log that goes on for this one after its last signed entry: msatctl log supersede --reason TEXT. And tell "
    "whoever looks after the database: somebody with a log-in of your organisation, or the server's superuser, wrote "
    "there (msatctl database check)."
)
_ENDS = "SELECT seq, id, note FROM {table} WHERE log = ? AND note IS NOT NULL AND seq <= ? ORDER BY seq DESC"

# Apart, and with the type written out: so that each goes by its index and not through the whole log.
_TURNS = f"""SELECT id, header, body, seq FROM {{table}} WHERE log = ? AND seq = 1
UNION ALL SELECT id, header, body, seq FROM {{table}} WHERE log = ? AND type = '{ROTATED}' ORDER BY seq"""  # noqa: S608
_ID_AT = "SELECT id FROM entry WHERE log = ? AND seq = ?"


@dataclass(frozen=True, slots=True)
class Signed:
    """Where a log is signed to: the last entry that its key signed, with its note, and the last one that is there."""

    head: Head
    note: str
    last: int
    identity: tuple[Entry, ...]
    """The first entry and the changes of key up to `head`."""
    keys: Keys

    @property
    def left(self) -> str:
        """The entries behind it in words: “entry 5”, “entries 5 to 6”; empty where there are none."""
        if self.last == self.head.size:
            return ""
        first = self.head.size + 1
        return f"entry {first}" if first == self.last else f"entries {first} to {self.last}"

    def say(self) -> str:
        """What is wrong, as one sentence or two."""
        are = "were" if self.last > self.head.size + 1 else "was"
        left = self.left[:1].upper() + self.left[1:]
        return (
            f"{left} of this log in the database {are} not signed by its key: somebody else wrote there. What counts, "
            f"and is recorded, ends at entry {self.head.size}."
        )

    def problem(self, next_step: str = AFRESH) -> Problem:
        """The finding for `verify`."""
        return Problem(self.say(), self.left, next_step, step=5)

    def say_left(self) -> str:
        """For a log that was superseded from its last signed entry."""
        return (
            f"6. The log {self.head.log[:8]} holds {self.left} behind its last signed one: left behind when a new log "
            "went on for it, and counted nowhere."
        )


def signed_end(connection: Connection, log: LogId, table: str = "entry") -> Signed | None:
    """Where the log is signed to; None where it is not there, or nothing of it is signed by its key.

    Looks at the last entry, and only where that is not rightly signed at the others, from the end.
    """
    last = connection.exec_driver_sql(f"SELECT max(seq) FROM {table} WHERE log = ?", (log,)).scalar()  # noqa: S608
    identity = list(_identity(connection, log, table))
    if last is None or not identity:
        return None
    try:
        keys, held = _followed(identity)
    except MsatError:
        return None  # the proof says what is wrong with the first entry
    upto = identity[len(held)].seq - 1 if len(held) < len(identity) else int(last)
    for seq, stored, note in connection.exec_driver_sql(_ENDS.format(table=table), (log, upto)):
        head = Head(log, int(seq), EntryId(stored))
        if _is_end(note, head, keys.at(head.size)):
            there = tuple(entry for entry in held if entry.seq <= head.size)
            return Signed(head, note, int(last), there, _followed(there)[0])
    return None


def ends_left(connection: Connection) -> Iterator[tuple[str, Signed]]:
    """Each log of the database that is seen here, as “log … of G85001”, and where it is signed to."""
    for ods, log in connection.exec_driver_sql("SELECT DISTINCT ods, log FROM msat.entry ORDER BY ods, log").all():
        found = signed_end(connection, LogId(log), "msat.entry")
        if found is not None:
            yield f"log {log} of {ods}", found


def gone_on_for(connection: Connection) -> set[Head]:
    """The ends of logs for which another goes on, with the signature of their own key: asked of the whole database."""
    found: set[Head] = set()
    first = "SELECT id, header, body FROM msat.entry WHERE seq = 1"
    for stored, header, body in connection.exec_driver_sql(first).all():
        try:
            birth = birth_of(read_entry(stored, header, body))
        except MsatError:
            continue  # the proof of that log says what is wrong with it
        if birth.claim is None:
            continue
        old = signed_end(connection, birth.claim.head.log, "msat.entry")
        if old is not None and is_borne_out(birth.claim, birth.public_key, old.keys.from_entry(birth.claim.head.size)):
            found.add(birth.claim.head)
    return found


def _identity(connection: Connection, log: LogId, table: str) -> Iterator[Entry]:
    """The first entry and each change of key, as far as they can be read."""
    for stored, header, body, _seq in connection.exec_driver_sql(_TURNS.format(table=table), (log, log)):
        try:
            yield read_entry(stored, header, body)
        except MsatError:
            return


def _followed(identity: Sequence[Entry]) -> tuple[Keys, list[Entry]]:
    """The keys after the changes that count, and those entries: up to the first change that the history forbids."""
    keys, held = first_keys(birth_of(identity[0])), [identity[0]]
    for entry in identity[1:]:
        try:
            keys = followed(keys, entry)
        except MsatError:
            break
        held.append(entry)
    return keys, held


def is_signed_end(identity: Sequence[Entry], head: Head, note: str) -> bool:
    """Whether `note` is the head of a log, signed by the key that its first entry and changes of key allow there."""
    try:
        keys, held = _followed(identity)
    except MsatError:
        return False
    return len(held) == len(identity) and _is_end(note, head, keys.at(head.size))


def _is_end(note: str, head: Head, key: bytes) -> bool:
    try:
        return read_head(verify_note(note, head.log, key)) == head
    except BadNote:
        return False


def written_behind(engine: Engine, copy: LocalCopy, marked: Head | None) -> Signed | None:
    """What the own log is signed to, where others wrote behind that; None where nobody did.

    None too where that is not all that is wrong: what was acknowledged here goes further, or is another.
    """
    with reading(engine) as connection:
        found = signed_end(connection, copy.log)
        if found is None or not found.left:
            return None
        for known in (marked, copy.head()):
            if known is None or known.log != copy.log:
                continue
            there = connection.exec_driver_sql(_ID_AT, (copy.log, known.size)).scalar()
            if there != known.id or (known is marked and known.size > found.head.size):
                return None
    return found


class Counted(SqliteRecord):
    """The part of a record that reads no further than what counts, where others wrote behind it."""

    _behind: Signed | None = None

    def _counts(self, log: LogId | None) -> Head | None:
        """Up to where a log of this installation counts; None where all of it does, or it is another's."""
        if log is None or log == self.log:
            return self._behind.head if self._behind else None
        return next((head for head in self.lineage() if head.log == log), None)

    def head(self) -> Head:
        return self._behind.head if self._behind else super().head()

    def signed_head(self) -> str:
        return self._behind.note if self._behind else super().signed_head()

    def typed(self, types: frozenset[str]) -> tuple[Entry, ...]:
        return tuple(entry for entry in super().typed(types) if self._is_counted(entry))

    def entry(self, entry_id: str) -> Entry | None:
        found = super().entry(entry_id)
        return found if found is not None and self._is_counted(found) else None

    def _is_counted(self, entry: Entry) -> bool:
        end = self._counts(entry.log)
        return end is None or entry.seq <= end.size

    def identity(self, log: LogId | None = None) -> tuple[Entry, ...]:
        """See `ports.Record.identity`. Of a log that others wrote behind: what it was up to there."""
        end = self._counts(log)
        if end is None:
            return super().identity(log)
        return self._read(lambda connection: identity_upto(connection, end))


def identity_upto(connection: Connection, end: Head) -> tuple[Entry, ...]:
    """The first entry and the changes of key of a log up to `end`. Raises RecordProblem where it is not there."""
    found = tuple(entry for entry in _identity(connection, end.log, "entry") if entry.seq <= end.size)
    if not found:
        raise RecordProblem(f"The record has no log {end.log}, which was seen here before.", "Run verify.")
    return found
