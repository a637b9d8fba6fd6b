"""Which logs may be taken in here, and which are frozen: a fold over the own log's entries. Pure.

Enrolment pins a log to its first entry, whose fingerprint two people compared by telephone. From then on the log's own
history says who may sign. A fork freezes a log until a person enrols it again, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from msat.ids import EntryId, LogId
from msat.record.codec import is_digest, is_log_id
from msat.record.entries import Entry, Head, Json

COMMITTEE = "committee"
ENROLLED = "writer.enrolled"
REMOVED = "writer.removed"
FORKED = "fork.found"
TYPES = frozenset({ENROLLED, REMOVED, FORKED})


@dataclass(frozen=True, slots=True)
class Fork:
    """Two histories of one key. `other` is the id of the last entry of the one that is not held here."""

    at: int
    other: str
    entry: int
    """The number of the own log's entry that says so."""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Another installation, as it was enrolled here."""

    log: LogId
    ods: str
    name: str
    kind: str
    fingerprint: str
    """The id of its first entry, 64 digits."""
    is_active: bool = True
    forks: tuple[Fork, ...] = ()
    frozen: Fork | None = None
    """The fork that nobody has decided on yet."""
    earlier: Head | None = None
    """The end of the log that this one superseded, as it was enrolled; that log counts no further."""
    ended: Head | None = None
    """The last entry that counts, where another log superseded this one."""
    successor: LogId | None = None
    """The log that superseded this one; None while it goes on itself."""


def writers(entries: Iterable[Entry]) -> dict[LogId, Writer]:
    """Every installation ever enrolled, after `entries` of the own log in order. What cannot be read is left out."""
    found: dict[LogId, Writer] = {}
    for entry in entries:
        told = entry.data
        log = LogId(str(told.get("log", "")))
        before = found.get(log)
        if entry.type == ENROLLED:
            found[log] = _enrolled(log, entry, before)
        elif entry.type == REMOVED and before:
            found[log] = replace(before, is_active=False)
        elif entry.type == FORKED and before:
            found[log] = _forked(before, entry)
    return _superseded(found)


def _superseded(found: dict[LogId, Writer]) -> dict[LogId, Writer]:
    """`found`, the logs that an active one of the same organisation goes on for marked as ended."""
    for log, writer in list(found.items()):
        before = found.get(writer.earlier.log) if writer.earlier and writer.is_active else None
        if before is not None and before.log != log and before.ods == writer.ods and before.ended is None:
            found[before.log] = replace(before, ended=writer.earlier, successor=log)
    return found


def _enrolled(log: LogId, entry: Entry, before: Writer | None) -> Writer:
    told = entry.data
    ods, name, kind, print_ = (str(told.get(key, "")) for key in ("ods", "name", "kind", "fingerprint"))
    given = told.get("supersedes")
    earlier = head_in(given) if isinstance(given, dict) else before.earlier if before else None
    return Writer(log, ods, name, kind, print_, forks=before.forks if before else (), earlier=earlier)


def head_in(told: Json) -> Head | None:
    """The end of a log in an entry's data: `log`, `size`, `head`; None where it is malformed."""
    log, size, head = told.get("log"), told.get("size"), told.get("head")
    if not is_log_id(log) or type(size) is not int or size < 1 or not is_digest(head):
        return None
    return Head(LogId(str(log)), size, EntryId(str(head)))


def _forked(before: Writer, entry: Entry) -> Writer:
    told, files = entry.data, entry.content.get("files", ())
    at = told.get("at")
    named = tuple(str(one) for one in files) if isinstance(files, list | tuple) else ()
    fork = Fork(at if isinstance(at, int) else 0, str(told.get("other", "")), entry.seq, named)
    return replace(before, forks=(*before.forks, fork), frozen=fork)
