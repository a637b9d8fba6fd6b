"""The record held against its high-water mark: at opening, before every append, and moved up after every commit."""

from __future__ import annotations

from sqlalchemy import Connection

from msat.errors import RecordProblem
from msat.record.chain import head_of
from msat.record.entries import Entry, Head
from msat.record.signing import BadNote, read_head, verify_note
from msat.store.rows import entry_at, last_entry

INCIDENT = (
    "Do not go on with this record: this is an incident, not a first run. Keep the folder as it is, "
    "run verify, and restore the newest backup."
)


def check_note(tail: Entry, note: str | None, public: bytes) -> None:
    """Raises RecordProblem unless `note` is the head of a log that ends with `tail`, signed by its key."""
    try:
        if note is None:
            raise BadNote("The last entry has no signed head.")
        if read_head(verify_note(note, tail.log, public)) != head_of(tail):
            raise BadNote("The signed head names another entry than the last.")
    except BadNote as error:
        raise RecordProblem(f"The record's last entry is not rightly signed. {error.explanation}", INCIDENT) from error


def check_mark(connection: Connection, mark: Head, public: bytes) -> Entry:
    """The last entry, after holding the record against `mark`. Raises RecordProblem when they do not agree.

    What lies beyond the mark (the program died between commit and mark) must be a whole, signed chain.
    """
    tail, note = last_entry(connection, mark.log)
    if tail.seq < mark.size:
        raise RecordProblem(
            f"The record ends at entry {tail.seq}, but it once went to entry {mark.size}: the end is missing.", INCIDENT
        )
    marked = tail if tail.seq == mark.size else entry_at(connection, mark.log, mark.size)
    if marked is None or marked.id != mark.id:
        raise RecordProblem(f"Entry {mark.size} of the record is not the one that was seen here before.", INCIDENT)
    if tail.seq > mark.size:
        _check_links(connection, marked, tail)
        check_note(tail, note, public)
    return tail


def _check_links(connection: Connection, first: Entry, last: Entry) -> None:
    before = first
    for seq in range(first.seq + 1, last.seq + 1):
        entry = entry_at(connection, first.log, seq)
        if entry is None or entry.prev != before.id or entry.seq != seq:
            raise RecordProblem(f"The chain is broken at entry {seq}, after the high-water mark.", INCIDENT)
        before = entry
