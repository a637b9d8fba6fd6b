"""What became of a file that came from elsewhere, in words. Pure: no file is read and nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from msat.exchange import receipts, register, return_file
from msat.ids import AlertKey
from msat.lettering import named
from msat.record.organisation import Organisation

UNFINISHED_NAMES = (".part", ".tmp", ".crdownload", ".partial")
"""Endings of files that another program is still writing."""


class Outcome(StrEnum):
    """What became of one file."""

    NEW = "new"
    SAME = "same"
    OLDER = "older"
    FORK = "fork"
    REJECTED = "rejected"
    WAITING = "waiting"
    """Genuine, from a log that is not enrolled: kept aside until it is."""
    UNFINISHED = "unfinished"
    """Not whole yet: still being written or copied, or cut on the way."""
    AHEAD = "ahead"
    """A copy of the own log that is longer than the own record: the end is missing here."""
    REMAINDER = "remainder"
    """More of a log than what counted when another superseded it: kept as evidence, and counted no further."""
    DAMAGED = "damaged"
    """Genuine, of a log whose copy here is damaged: it was not taken in, and stays where it is."""
    ELSEWHERE = "elsewhere"
    """Genuine, and meant for somebody else."""

    @property
    def is_alarm(self) -> bool:
        """Whether a person must look at it now."""
        return self in (Outcome.FORK, Outcome.REJECTED, Outcome.AHEAD, Outcome.REMAINDER, Outcome.DAMAGED)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of the file `name`. `new` counts entries stored; `at` is the number of the first that differs.

    `alerts` are those that show something else since: a colleague's return brought something about them.
    """

    name: str
    outcome: Outcome
    words: str
    next_step: str = ""
    log: str = ""
    ods: str = ""
    new: int = 0
    at: int = 0
    alerts: frozenset[AlertKey] = frozenset()


class Kind(StrEnum):
    """What a file claims to be by its first line, whatever it is called."""

    RETURN = "return"
    RECEIPT = "receipt"
    REGISTER = "register"
    OTHER = "other"


_FIRST_LINES = {
    return_file.FORMAT: Kind.RETURN,
    receipts.FORMAT: Kind.RECEIPT,
    register.FORMAT.encode(): Kind.REGISTER,
}
_LAST_LINES = {Kind.RETURN: b"end ", Kind.RECEIPT: b"{", Kind.REGISTER: b"{"}
"""How the last line of each begins: a file may be cut just where a line ends."""
FIRST = 1 + max(len(line) for line in _FIRST_LINES)
"""How many bytes of a file decide what it is."""
SUFFIXES = (return_file.SUFFIX, receipts.SUFFIX, register.SUFFIX)


def in_words(whose: Organisation) -> str:
    """An organisation as its own log names it: name and code."""
    return named(whose.name, whose.ods)


def kind_of(beginning: bytes) -> Kind:
    """What the file that begins with these bytes claims to be."""
    return _FIRST_LINES.get(beginning[:FIRST].partition(b"\n")[0], Kind.OTHER)


def is_ours_by_name(name: str) -> bool:
    """Whether a name, conflict copies' and half-written ones' included, says that the file is one of the exchange."""
    lowered = name.lower()
    return any(suffix in lowered for suffix in SUFFIXES)


def unfinished(name: str, data: bytes) -> str:
    """Why the file is not whole yet, as one sentence; empty when nothing speaks for that."""
    if name.lower().endswith(UNFINISHED_NAMES):
        return "Its name says that it is still being written."
    if not data:
        return "It is empty: still being written, or the copy failed."
    starts = any(line.startswith(data[: len(line)]) for line in _FIRST_LINES)
    if starts and not data.endswith(b"\n"):
        return "It stops before its end: still being written, or cut on the way."
    last = _LAST_LINES.get(kind_of(data))
    if last and not data.rstrip(b"\n").rpartition(b"\n")[2].startswith(last):
        return "It stops before its end: still being written, or cut on the way."
    return ""
