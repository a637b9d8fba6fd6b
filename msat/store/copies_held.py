"""What the record's own log says of copies: whose logs are held here, and which heads of its own others hold.

Read from the rows as they lie, for `verify` must work on a record too damaged to open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from msat.errors import MsatError, RecordProblem
from msat.exchange import enrolment
from msat.exchange.enrolment import writers
from msat.ids import EntryId, LogId
from msat.places import Places
from msat.record.chain import head_of
from msat.record.codec import is_digest
from msat.record.copies import Copy
from msat.record.entries import Entry, Head
from msat.record.identity import identity_of
from msat.record.key_history import ROTATED
from msat.record.seen_heads import contradicted, read_heads
from msat.record.trouble import Trouble
from msat.store import rows
from msat.store.engine import raw_reader
from msat.store.keys_in_force import keys_in
from msat.store.lineage_held import lineage_at
from msat.store.refusals import STORE_ERRORS

ISSUED = "receipt.issued"
FETCH = (
    "Do not go on with this record: this is an incident. If it was put back from an older copy, fetch its end back "
    "from whoever holds it: msatctl log fetch FILE. If nobody can send it: msatctl log supersede --reason TEXT."
)


FORKED = (
    "Do not go on with this record: this is an incident. Keep the folder as it is and run verify. Stop the other "
    "installation that uses this key, then start a log that goes on for this one: msatctl log supersede --reason TEXT."
)


@dataclass(frozen=True, slots=True)
class Contradicted:
    """Why the record cannot be the whole of its log, what to do, and which kind of trouble it is."""

    words: str
    next_step: str
    trouble: Trouble


def contradiction(connection: Connection, places: Places, log: LogId) -> Contradicted | None:
    """Why the record cannot be the whole of its log, by what others hold; None when nothing speaks against it."""
    if not places.seen_heads.is_dir():
        return None
    heads = list(read_heads(places.seen_heads, log, keys_in(connection, log)))
    tail, _note = rows.last_entry(connection, log)

    def id_at(seq: int) -> str | None:
        entry = rows.entry_at(connection, log, seq)
        return entry.id if entry else None

    words = contradicted(head_of(tail), heads, id_at)
    if not words:
        return None
    is_fork = any(one.size <= tail.seq and id_at(one.size) != one.id for one in heads)
    return Contradicted(words, FORKED, Trouble.FORKED) if is_fork else Contradicted(words, FETCH, Trouble.SHORT)


class SeenHeads:
    """Looks again before an append, but only when a head was put beside the record since the last look."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._looked = self._changed()

    def check(self, connection: Connection, log: LogId) -> None:
        """Raises RecordProblem when others turned out to hold what this record lacks, while it was open."""
        changed = self._changed()
        if changed != self._looked:
            if found := contradiction(connection, self._places, log):
                raise RecordProblem(found.words, found.next_step)
            self._looked = changed

    def _changed(self) -> int:
        try:
            return self._places.seen_heads.stat().st_mtime_ns
        except OSError:
            return 0


def seen_in(places: Places, log: LogId) -> tuple[Head, ...] | None:
    """The heads of the own log that others were seen to hold. None where the record does not say whose key counts."""
    try:
        keys = identity_of([e for e in _entries(places.record, log, (ROTATED, "log.opened"))]).keys
    except (MsatError, *STORE_ERRORS):
        return None  # the proof itself says what is wrong with the first entry or a change of key
    return tuple(read_heads(places.seen_heads, log, keys))


def copies_in(path: Path, log: LogId) -> dict[LogId, Copy]:
    """Every log that was ever enrolled, by the own log's entries. Empty where they cannot be read."""
    try:
        known = writers(own_typed(path, log, enrolment.TYPES))
        issued = [head for entry in own_typed(path, log, (ISSUED,)) if (head := _head(entry))]
    except (MsatError, *STORE_ERRORS):
        return {}
    found = {}
    for name, writer in known.items():
        fork = ""
        if writer.frozen:
            whose = f"{writer.name} ({writer.ods})"
            fork = f"Two histories of the log of {whose} were found: they part at entry {writer.frozen.at}."
        found[name] = Copy(tuple(head for head in issued if head.log == name), fork)
    return found


def _head(entry: Entry) -> Head | None:
    told = entry.data
    log, size, head = told.get("log"), told.get("size"), told.get("head")
    if isinstance(log, str) and type(size) is int and is_digest(head):
        return Head(LogId(log), size, EntryId(str(head)))
    return None


def own_typed(path: Path, log: LogId, types: Iterable[str]) -> list[Entry]:
    """The entries of some types of the own log and of those it superseded, in order. Raises RecordProblem."""
    wanted, found = tuple(types), []
    for head in lineage_at(path, log):
        found += [entry for entry in _entries(path, head.log, wanted) if entry.seq <= head.size]
    return [*found, *_entries(path, log, wanted)]


def _entries(path: Path, log: LogId, types: Iterable[str]) -> list[Entry]:
    """The own entries of some types; those erased as they are told again. Raises RecordProblem for a damaged one."""
    wanted = sorted(types)
    marks = ", ".join("?" * len(wanted))
    statement = f"SELECT id, header, body FROM entry WHERE log = ? AND type IN ({marks}) ORDER BY seq"  # noqa: S608
    with raw_reader(path) as connection:
        return rows.as_told(connection, connection.execute(statement, (log, *wanted)))
