"""A whole log as one plain text file (`.msatreturn`): written, read under limits, and verified before anything is kept.

    msat-return-v1
    <signed head of the log>

    H <header>
    B <body, or - where it is withheld>
    ...
    end <number of entries>

No archive, no compression, no gaps: any later file heals any lost one. Lines end in the byte 0x0A alone. Reading
believes nothing: every hash is computed anew, and who may sign is followed from the first entry on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msat.errors import MsatError
from msat.ids import LogId
from msat.record.entries import Entry, Head
from msat.record.identity import Identity, identity_of
from msat.record.key_history import ROTATED, BadRotation
from msat.record.log_lines import MOST_ENTRIES, MOST_LINE, BadLog, Line, checked_chain, read_lines, written
from msat.record.received import RawEntry
from msat.record.signing import MAX_NOTE, BadNote, read_head

__all__ = ["FORMAT", "MOST_BYTES", "MOST_ENTRIES", "MOST_LINE", "SUFFIX", "BadReturn", "Judged", "Line", "Return"]
__all__ += ["Verdict", "file_name", "judge", "read_return", "write_return"]

FORMAT = b"msat-return-v1"
SUFFIX = ".msatreturn"
MOST_BYTES = 64 * 1024 * 1024
ASK = "Ask the sender for the file again; nothing of it was taken in."
_END = re.compile(rb"end ([1-9][0-9]{0,6})")
_DASH = "\N{EM DASH} ".encode()


class BadReturn(MsatError):
    """A file that is no genuine return. Nothing of it may be believed."""

    title = "The return was refused"


@dataclass(frozen=True, slots=True)
class Return:
    """A verified return: whose log it is, how long, and every entry of it."""

    identity: Identity
    note: str
    head: Head
    lines: tuple[Line, ...]

    @property
    def log(self) -> LogId:
        return self.head.log


class Verdict(StrEnum):
    """What a genuine return is, beside what is held of its log."""

    NEW = "new"
    SAME = "same"
    OLDER = "older"
    """A beginning of what is held: nothing new, and nothing wrong."""
    FORK = "fork"
    """The log goes on differently from what is held: two histories of one key."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict. `new` counts entries not held; `at` is the number of the first entry that differs."""

    verdict: Verdict
    new: int = 0
    at: int = 0


def file_name(ods: str, head: Head) -> str:
    """What a return is called: organisation, log, length. Safe on every system."""
    code = re.sub(r"[^A-Za-z0-9]", "", ods)[:12] or "log"
    return f"{code}-{head.log[:8]}-{head.size}{SUFFIX}"


def write_return(entries: Iterable[Entry], note: str, withheld: frozenset[str] = frozenset()) -> Iterator[bytes]:
    """The bytes of a return in pieces: the whole log in order and the signed head of its end.

    `withheld` are types whose bodies stay here; an opening and a change of key always go with theirs.
    """
    yield FORMAT + b"\n" + note.encode("utf-8") + b"\n"
    count = 0
    for entry in entries:
        keeps = entry.type in withheld and entry.seq != 1 and entry.type != ROTATED
        yield written(entry.header, None if keeps else entry.body)
        count += 1
    yield b"end %d\n" % count


def read_return(data: bytes, held: Sequence[RawEntry] = ()) -> Return:
    """The return in `data`, all of it verified. Raises BadReturn, saying what is wrong, for anything else.

    `held` is what is kept of the log, verified when it came: a file that begins with exactly these bytes is checked
    from there on, so that only what is new costs.
    """
    if len(data) > MOST_BYTES:
        raise BadReturn(f"It is larger than {MOST_BYTES // 1024 // 1024} MB.", ASK)
    note, rest = _note_in(data)
    known = b"".join(written(row.header, row.body) for row in held)
    if not rest.startswith(known):
        known, held = b"", ()
    try:
        fresh = tuple(_lines(rest[len(known) :], len(held)))
        signers = checked_chain(fresh, held)
    except BadLog as error:
        raise BadReturn(error.explanation, ASK) from error
    lines = (*(Line(row.id, row.header, row.body) for row in held), *fresh)
    try:
        identity = identity_of(signers)
        head = read_head(identity.checked(note))
    except (BadNote, BadRotation) as error:
        raise BadReturn(f"The signature does not fit. {error.explanation}", ASK) from error
    except MsatError as error:
        raise BadReturn(f"It does not say rightly whose log it is. {error.explanation}", ASK) from error
    last = Head(signers[0].log, len(lines), lines[-1].id)
    if head != last:
        raise BadReturn("The signed head is not that of the last entry: the file was cut or added to.", ASK)
    return Return(identity, note, head, lines)


def judge(held: Sequence[str], new: Return) -> Judged:
    """What `new` is beside the ids that are held of its log, in order."""
    ids = [line.id for line in new.lines]
    both = min(len(held), len(ids))
    if list(held[:both]) != ids[:both]:
        at = next(n for n in range(both) if held[n] != ids[n])
        return Judged(Verdict.FORK, at=at + 1)
    if len(ids) > len(held):
        return Judged(Verdict.NEW, new=len(ids) - len(held))
    return Judged(Verdict.SAME if len(ids) == len(held) else Verdict.OLDER)


def _note_in(data: bytes) -> tuple[str, bytes]:
    """The signed note at the head of the file, and what comes after it."""
    if not data.startswith(FORMAT + b"\n"):
        raise BadReturn("It is not a return of MSAT.", ASK)
    start = len(FORMAT) + 1
    signature = data.find(b"\n\n" + _DASH, start, start + MAX_NOTE)
    end = data.find(b"\n\n", signature + 2, start + MAX_NOTE + 2) if signature >= 0 else -1
    if end < 0:
        raise BadReturn("The signed head at its beginning is missing or cut.", ASK)
    try:
        return data[start : end + 1].decode("utf-8"), data[end + 2 :]
    except UnicodeDecodeError as error:
        raise BadReturn("The signed head at its beginning cannot be read.", ASK) from error


def _lines(rest: bytes, before: int = 0) -> Iterator[Line]:
    """The entries as written, in pairs of lines, up to the last line, which must count them and those `before`."""
    if not rest.endswith(b"\n"):
        raise BadReturn("It stops before its end.", ASK)
    lines = rest[:-1].split(b"\n")
    end = _END.fullmatch(lines.pop())
    if end is None or len(lines) != 2 * (int(end[1]) - before):
        raise BadReturn("It does not end with the number of its entries: it was cut or added to.", ASK)
    yield from read_lines(lines, before)
