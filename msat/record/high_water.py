"""The high-water mark: how long the record was and its last entry, kept outside the data folder.

A record shorter than its mark, or another one, is an incident and not a first run: SQLite opens an empty file as a
valid empty database, and only the mark tells the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

from msat.errors import RecordProblem
from msat.ids import EntryId, LogId
from msat.record.codec import is_digest, is_log_id
from msat.record.durable import write_durably
from msat.record.entries import Head

_MAX = 4096


def read_mark(path: Path) -> Head | None:
    """The mark, or None when there is none. Raises RecordProblem when it is there and cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecordProblem(
            f"The high-water mark {path} cannot be read: {error.strerror or error}.",
            "Ask whoever looks after this computer to make it readable.",
        ) from error
    mark = _parse(data)
    if mark is None:
        raise RecordProblem(
            f"The high-water mark {path} is damaged, so the record cannot be compared with its earlier length.",
            "Keep the file, compare the record with a backup or an export, then move the file away and open again.",
        )
    return mark


def _parse(data: bytes) -> Head | None:
    try:
        found = json.loads(data)
        v, log, size, head = (found[k] for k in ("v", "log", "size", "head"))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if v != 1 or not is_log_id(log) or not is_digest(head) or type(size) is not int or size < 1:
        return None
    return Head(LogId(log), size, EntryId(head))


def write_mark(path: Path, head: Head) -> None:
    """Replaces the mark, durably. Raises OSError."""
    mark = {"v": 1, "log": head.log, "size": head.size, "head": head.id}
    write_durably(path, (json.dumps(mark, sort_keys=True) + "\n").encode("ascii"))
