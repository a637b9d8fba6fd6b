"""A log as lines of text: how an entry stands in a file, and the check of entries that stand there one after another.

    H <header>
    B <body, or - where it is withheld>

Lines end in the byte 0x0A alone. Reading believes nothing: every hash is computed anew, and each entry must name the
one before. Who signed the end is the reader's own question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msat.errors import MsatError
from msat.ids import EntryId
from msat.record.chain import read_entry
from msat.record.codec import MAX_HEADER, NO_ENTRY, NotCanonical, body_hash, entry_id, log_id, parse, parse_header
from msat.record.entries import Entry
from msat.record.identity import signers_in
from msat.record.key_history import ROTATED
from msat.record.received import RawEntry

MOST_LINE = 64 * 1024
MOST_ENTRIES = 200_000


class BadLog(MsatError):
    """Lines that are no genuine log. Nothing of them may be believed."""

    title = "The log was refused"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a file has it: its id, and the exact bytes. A withheld body is None."""

    id: EntryId
    header: bytes
    body: bytes | None


def written(header: bytes, body: bytes | None) -> bytes:
    """The two lines of one entry."""
    return b"H " + header + b"\nB " + (b"-" if body is None else body) + b"\n"


def read_lines(lines: Sequence[bytes], before: int = 0) -> Iterator[Line]:
    """The entries that stand in pairs of lines, without their line ends, after `before` others. Raises BadLog."""
    if len(lines) > 2 * (MOST_ENTRIES - before):
        raise BadLog(f"It holds more than {MOST_ENTRIES:,} entries.")
    for at in range(0, len(lines) - 1, 2):
        header, body = lines[at], lines[at + 1]
        right = header.startswith(b"H ") and body.startswith(b"B ") and max(len(header), len(body)) < MOST_LINE
        if not right or len(header) > MAX_HEADER + 2:
            raise BadLog(f"Entry {before + at // 2 + 1} is not written as an entry.")
        yield Line(entry_id(header[2:]), header[2:], None if body == b"B -" else body[2:])


def checked_chain(lines: Sequence[Line], held: Sequence[RawEntry] = ()) -> list[Entry]:
    """Checks every header, link and body after `held`; returns the opening entry and every change of key.

    Raises BadLog for the first that is wrong, and where there is no entry at all.
    """
    signers = list(signers_in(held))
    log, before = (signers[0].log, held[-1].id) if held else ("", NO_ENTRY)
    for number, line in enumerate(lines, start=len(held) + 1):
        try:
            header = parse_header(line.header)
            if line.body is not None:
                parse(line.body)
        except NotCanonical as error:
            raise BadLog(f"Entry {number} cannot be read. {error.explanation}") from error
        log = log or header.log
        if (header.log, header.seq, header.prev) != (log, number, before):
            raise BadLog(f"Entry {number} does not follow the one before it.")
        if line.body is not None and body_hash(line.body) != header.body:
            raise BadLog(f"The content of entry {number} was changed.")
        if number == 1 and (line.body is None or log_id(line.body) != log):
            raise BadLog("The first entry does not hash to the name of its log.")
        if number == 1 or header.type == ROTATED:
            signers.append(_entry(line))
        before = line.id
    if not signers:
        raise BadLog("It holds no entry.")
    return signers


def _entry(line: Line) -> Entry:
    try:
        return read_entry(line.id, line.header, line.body)
    except MsatError as error:
        raise BadLog(error.explanation) from error
