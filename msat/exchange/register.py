"""The register of heads (`.msatregister`): every log a committee holds, how long it is, and its last entry; signed.

    msat-register-v1
    <signed note over the fingerprint of the lines, when it was made, and how many they are>

    <ods> <log> <size> <id of the last entry>
    ...
    <one line of canonical JSON: what proves who signed>

A practice sees in it that its return was neither dropped nor altered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.clock import from_stamp, stamp
from msat.errors import MsatError
from msat.ids import EntryId, LogId, fingerprint
from msat.record.codec import NotCanonical, encode, parse
from msat.record.entries import Head
from msat.record.identity import Identity, carried, read_carried
from msat.record.ports import Record
from msat.record.signing import MAX_NOTE, read_note

FORMAT = "msat-register-v1"
SUFFIX = ".msatregister"
MOST_BYTES = 32 * 1024 * 1024
MOST_LINES = 200_000
ASK = "Ask the sender for the register again."
_LINE = re.compile(r"([A-Z0-9]{1,12}) ([0-9a-f]{32}) ([1-9][0-9]{0,15}) ([0-9a-f]{64})", re.ASCII)


class BadRegister(MsatError):
    """A file that is no genuine register of heads."""

    title = "The register was refused"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a register."""

    ods: str
    head: Head


@dataclass(frozen=True, slots=True)
class Register:
    """A register whose signature was found right. `made` is UTC."""

    issuer: Identity
    made: datetime
    lines: tuple[Listed, ...]

    def of(self, log: str) -> Head | None:
        """The head listed for a log, or None."""
        return next((line.head for line in self.lines if line.head.log == log), None)


def write_register(listed: Sequence[Listed], record: Record, made: datetime) -> bytes:
    """The bytes of a register, signed by `record`. The same lines at the same time give the same bytes."""
    lines = "".join(f"{one.ods} {one.head.log} {one.head.size} {one.head.id}\n" for one in listed)
    note = record.sign(_text(lines, made, len(listed)))
    who = encode(carried(record.identity()), MOST_BYTES, "the register").decode("utf-8")
    return f"{FORMAT}\n{note}\n{lines}{who}\n".encode()


def read_register(data: bytes) -> Register:
    """The register in `data`, its signature checked. Raises BadRegister, saying what is wrong, for anything else."""
    if not data.startswith(FORMAT.encode() + b"\n"):
        raise BadRegister("It is not a register of heads.", ASK)
    if len(data) > MOST_BYTES:
        raise BadRegister(f"It is larger than {MOST_BYTES // 1024 // 1024} MB.", ASK)
    try:
        note, lines, who = _parts(data.decode("utf-8"))
        issuer = read_carried(parse(who.encode("utf-8"), MOST_BYTES))
        text = issuer.checked(note)
        made = from_stamp(text.split("\n")[2])
        listed = tuple(_listed(line) for line in lines.splitlines())
    except (NotCanonical, UnicodeDecodeError, ValueError, IndexError, KeyError, TypeError) as error:
        raise BadRegister("It cannot be read: the file was changed or cut.", ASK) from error
    except MsatError as error:
        raise BadRegister(f"It is not rightly signed. {error.explanation}", ASK) from error
    if text != _text(lines, made, len(listed)) or len(listed) > MOST_LINES:
        raise BadRegister("Its lines are not the ones that were signed.", ASK)
    return Register(issuer, made, listed)


def _text(lines: str, made: datetime, number: int) -> str:
    return f"{FORMAT}\n{fingerprint(lines.encode())}\n{stamp(made)}\n{number}\n"


def _parts(text: str) -> tuple[str, str, str]:
    """Note, lines, and the last line. Raises ValueError."""
    start = len(FORMAT) + 1
    signature = text.index("\n\n\N{EM DASH} ", start, start + MAX_NOTE)
    end = text.index("\n\n", signature + 2)
    note, rest = text[start : end + 1], text[end + 2 :]
    read_note(note)
    if not rest.endswith("}\n"):
        raise ValueError("cut")
    lines, _gap, who = rest[:-1].rpartition("\n")
    return note, f"{lines}\n" if lines else "", who


def _listed(line: str) -> Listed:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError("line")
    return Listed(found[1], Head(LogId(found[2]), int(found[3]), EntryId(found[4])))
