"""Which logs may be taken in here, and which are frozen: a fold over the own log's entries. Pure.

Enrolment pins a log to its first entry, whose fingerprint two people compared by telephone. From then on the log's own
history says who may sign. A fork freezes a log until a person enrols it again, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from msat.ids import LogId
from msat.record.entries import Entry

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
    return found


def _enrolled(log: LogId, entry: Entry, before: Writer | None) -> Writer:
    told = entry.data
    ods, name, kind, print_ = (str(told.get(key, "")) for key in ("ods", "name", "kind", "fingerprint"))
    return Writer(log, ods, name, kind, print_, forks=before.forks if before else ())


def _forked(before: Writer, entry: Entry) -> Writer:
    told, files = entry.data, entry.content.get("files", ())
    at = told.get("at")
    named = tuple(str(one) for one in files) if isinstance(files, list | tuple) else ()
    fork = Fork(at if isinstance(at, int) else 0, str(told.get("other", "")), entry.seq, named)
    return replace(before, forks=(*before.forks, fork), frozen=fork)
