"""Heads of the own log that others were seen to hold: signed notes, kept outside the data folder as the mark is.

Each was signed by the log's own key, so a file put here by somebody else proves nothing and is left aside. A record
that lacks one of them was shortened, or another installation goes on with the same key. How long the longest was is
noted beside the signing key too, so that a folder that is gone is not taken for one that never was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.record.durable import write_durably
from msat.record.entries import Head
from msat.record.high_water import read_mark, write_mark
from msat.record.key_history import Keys
from msat.record.signing import MAX_NOTE, BadNote, read_head, read_note, verify_note

SUFFIX = ".head"
MOST = 1_000
"""How many heads are taken: the longest, for they say most. Files that prove nothing do not count."""
MOST_FILES = 20_000


def read_heads(folder: Path, log: LogId, keys: Keys) -> Iterator[Head]:
    """The longest heads of `log` that are kept in `folder` and rightly signed, the shortest of them first."""
    try:
        paths = sorted(folder.glob(f"{log}-*{SUFFIX}"), reverse=True)[:MOST_FILES]
    except OSError:
        return
    right = (head for path in paths if (head := _read(path, log, keys)) is not None)
    yield from reversed(list(islice(right, MOST)))


def _read(path: Path, log: LogId, keys: Keys) -> Head | None:
    """The head in a file; None where it proves nothing: anybody can put a file here."""
    try:
        with path.open("rb") as file:
            note = file.read(MAX_NOTE + 1).decode("utf-8")
        head = read_head(read_note(note).text)
        if head.log != log:
            return None
        verify_note(note, log, keys.at(head.size))
    except (OSError, UnicodeDecodeError, BadNote):
        return None
    return head


def why_unreadable(folder: Path) -> str:
    """Why what is kept cannot be read, in a few words; empty where it can, or where nothing was kept yet."""
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:
        return ""
    except NotADirectoryError:
        return "there is a file in the place of their folder"
    except OSError as error:
        return error.strerror or str(error)
    return ""


def keep_head(folder: Path, keys: Path, note: str) -> None:
    """Keeps a signed head durably, and notes under `keys` how long it was. Raises OSError, BadNote."""
    head = read_head(read_note(note).text)
    write_durably(path_of(folder, head), note.encode("utf-8"))
    try:
        longest = read_mark(longest_at(keys, head.log))
    except RecordProblem:
        longest = None  # it cannot be read, and `why_incomplete` said so until now
    if longest is None or longest.size < head.size:
        write_mark(longest_at(keys, head.log), head)


def longest_at(keys: Path, log: LogId) -> Path:
    """Where it is noted how long the longest head of `log` was that was ever kept."""
    return keys / f"{log}.seen"


def why_incomplete(keys: Path, log: LogId, heads: Iterable[Head]) -> str:
    """Why `heads` are not all that were kept once, as one sentence; empty where nothing says so."""
    path = longest_at(keys, log)
    try:
        longest = read_mark(path)
    except RecordProblem:
        return f"What notes how much of this log others hold cannot be read: {path}."
    if longest is None or longest.log != log or any(head.size >= longest.size for head in heads):
        return ""
    return f"Others were seen to hold entry {longest.size} of this log, and the signed head that shows it is gone."


def path_of(folder: Path, head: Head) -> Path:
    """Where the head is kept; the names sort by length."""
    return folder / f"{head.log}-{head.size:016d}-{head.id[:16]}{SUFFIX}"


def drop_older(folder: Path, heads: Iterable[Head], newest: Head) -> None:
    """Removes the heads that `newest` makes needless: `heads` that are earlier entries of the same chain."""
    for head in heads:
        if head.log == newest.log and head.size < newest.size:
            path_of(folder, head).unlink(missing_ok=True)


def contradicted(head: Head, heads: Iterable[Head], id_at: Callable[[int], str | None]) -> str:
    """Why a log that ends with `head` cannot be the whole of it, as one sentence; empty when every head is in it."""
    for seen in heads:
        if seen.size > head.size:
            return (
                f"This record ends at entry {head.size}, but others hold its entry {seen.size}, signed by its key: "
                "the end is missing here."
            )
        if id_at(seen.size) != seen.id:
            return f"Entry {seen.size} of this record is not the one that others hold, signed by its key."
    return ""
