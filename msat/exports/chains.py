"""The chains of an export: every log that it rests on, from its first entry to the head that the manifest names.

    msat-chains-v1
    log <log> <size> <head>
    N <each line of the signed head, where one is kept for that length>
    H <header>
    B <body, or - where it is withheld>
    ...
    end <number of entries written here>
    ...
    logs <number of logs>

With it a stranger without a database can follow each log entry by entry. Bodies travel only of what the export rests
on; of everything else the fingerprint stands in the header. Where all of it would be larger than `MOST_BYTES`, only
the entries that name the keys are written, which still prove who signed each head. Lines end in the byte 0x0A alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from msat.errors import MsatError, Refused
from msat.exports.manifest import Attachment, BadEvidence
from msat.ids import EntryId, LogId
from msat.projections.cut import Cut, LogCut
from msat.projections.fold import key_of
from msat.projections.gaps import EXPLAINED
from msat.projections.values import data_of, text
from msat.record.chain import OPENED, read_entry
from msat.record.codec import NO_ENTRY
from msat.record.entries import Entry, Head
from msat.record.identity import Identity, identity_of
from msat.record.key_history import ROTATED, BadRotation
from msat.record.log_lines import BadLog, Line, checked_chain, read_lines, written
from msat.record.ports import Record
from msat.record.signing import MAX_NOTE, BadNote, read_head

NAME = "chains.txt"
FORMAT = b"msat-chains-v1"
MOST_BYTES = 128 * 1024 * 1024
"""Fifty practices that worked through a hundred alerts each come to 69 MB, 8.4 MB when packed (63,600 entries;
tests/benchmarks/chains.py). Above this only the keys are attached."""
MOST_ENTRIES = 400_000
MOST_LOGS = 10_000
ABOUT_NO_ALERT = frozenset({EXPLAINED, "clock.anomaly", "newsletter.issue_sent"})
"""What bears on an export's figures although it is about no alert. Leave, lists and letters of others stay at home."""
_HEADS = frozenset({OPENED, ROTATED})
_LOG = re.compile(rb"log ([0-9a-f]{32}) (0|[1-9][0-9]{0,15}) ([0-9a-f]{64})")
_END = re.compile(rb"end (0|[1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Chain:
    """One log as the attachment has it. Nothing of it may be believed before `followed` has been through it."""

    head: Head
    note: str | None
    """The signed head; None where none is kept for that length (the own log's is signed with the manifest)."""
    lines: tuple[Line, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every entry up to the head stands here."""
        return len(self.lines) == self.head.size

    @property
    def withheld(self) -> int:
        """How many entries stand here without what they say."""
        return sum(line.body is None for line in self.lines)


# --- writing -----------------------------------------------------------------------------------------------------


def chains(record: Record, cut: Cut, alerts: Collection[str] | None, most: int = MOST_BYTES) -> Attachment:
    """The chains of every log of the cut, as held in `record`, with what they say about `alerts` (None: about all).

    The same cut gives the same bytes later. Raises Refused where a log held here does not reach its head.
    """
    for keep in (_keeper(alerts), _only_heads):
        pieces, size = [], 0
        for piece in _pieces(record, cut, keep):
            pieces.append(piece)
            size += len(piece)
            # An entry is one piece; so is each line about its log.
            if (size > most or len(pieces) > MOST_ENTRIES) and keep is not _only_heads:
                break
        else:
            break
    description = "Every log that this document rests on, entry by entry, up to the head that the manifest names"
    return Attachment(NAME, b"".join(pieces), description, "Source", "text/plain")


_Keep = Callable[[Entry], bool | None]
"""Whether an entry goes with its body; None leaves it out altogether."""


def _keeper(alerts: Collection[str] | None) -> _Keep:
    kept: set[str] = set()

    def keep(entry: Entry) -> bool:
        key = key_of(entry)
        if key is not None:
            found = alerts is None or key in alerts
        elif entry.type == "entry.corrected":
            found = text(data_of(entry), "entry") in kept
        else:
            found = entry.seq == 1 or entry.type == ROTATED or entry.type in ABOUT_NO_ALERT
        if found and key is None:
            kept.add(entry.id)
        return found

    return keep


def _only_heads(entry: Entry) -> bool | None:
    return True if entry.seq == 1 or entry.type == ROTATED else None


def _pieces(record: Record, cut: Cut, keep: _Keep) -> Iterator[bytes]:
    yield FORMAT + b"\n"
    for log in cut.logs:
        yield f"log {log.log} {log.size} {log.head}\n".encode("ascii")
        note = record.received.note_at(log.log, log.size) if log.size and not log.is_own else None
        for line in note.rstrip("\n").split("\n") if note else ():
            yield b"N " + line.encode("utf-8") + b"\n"
        count, last = 0, (0, NO_ENTRY)
        for entry in record.entries(LogId(log.log), upto=log.size) if log.size else ():
            last = entry.seq, entry.id
            kept = keep(entry)
            if kept is not None:
                yield written(entry.header, entry.body if kept else None)
                count += 1
        if log.size and last != (log.size, log.head):
            raise Refused(f"The log {log.log[:8]} does not reach entry {log.size} here.", "Run msatctl verify.")
        yield b"end %d\n" % count
    yield b"logs %d\n" % len(cut.logs)


# --- reading -----------------------------------------------------------------------------------------------------


def read_chains(data: bytes) -> tuple[Chain, ...]:
    """The chains as written, their form checked and nothing else. Raises BadEvidence for any other form."""
    if len(data) > MOST_BYTES:
        raise _bad("they are larger than any MSAT makes")
    lines = data.split(b"\n")
    if lines[0] != FORMAT or lines[-1] != b"" or len(lines) < 3:
        raise _bad("they do not begin and end as they must")
    found, at, entries = [], 1, 0
    while at < len(lines) - 2:
        chain, at = _chain(lines, at)
        found.append(chain)
        entries += len(chain.lines)
        if entries > MOST_ENTRIES or len(found) > MOST_LOGS:
            raise _bad("they are longer than any MSAT makes")
    if lines[-2] != b"logs %d" % len(found):
        raise _bad("they do not end with the number of logs")
    return tuple(found)


def _chain(lines: list[bytes], at: int) -> tuple[Chain, int]:
    """The chain that begins in line `at`, and the line after it."""
    named = _LOG.fullmatch(lines[at])
    if named is None:
        raise _bad(f"line {at + 1} names no log")
    head = Head(LogId(named[1].decode()), int(named[2]), EntryId(named[3].decode()))
    start = at + 1
    while lines[start].startswith(b"N "):
        start += 1
    noted = b"".join(line[2:] + b"\n" for line in lines[at + 1 : start])
    stop = start
    while lines[stop].startswith((b"H ", b"B ")):
        stop += 1
    end = _END.fullmatch(lines[stop])
    if end is None or stop - start != 2 * int(end[1]) or len(noted) > MAX_NOTE:
        raise _bad(f"the log {head.log[:8]} does not end with the number of its entries")
    try:
        note = noted.decode("utf-8") if noted else None
        return Chain(head, note, tuple(read_lines(lines[start:stop]))), stop + 1
    except (UnicodeDecodeError, BadLog) as error:
        raise _bad(f"the log {head.log[:8]} is not written as a log") from error


def _bad(why: str) -> BadEvidence:
    return BadEvidence(f"The attached chains cannot be read: {why}.", "Ask for the file again.")


def followed(chain: Chain) -> Identity:
    """Follows a chain from its first entry to its head; who may sign for it. Raises BadEvidence naming what is wrong.

    Of a chain that is not whole only the entries that name its keys stand here: they and the signature are checked.
    """
    try:
        identity = identity_of(_signers(chain))
        if identity.log != chain.head.log:
            raise BadLog("Its entries are those of another log.")
        _check_note(chain, identity)
    except (MsatError, BadRotation) as error:
        raise BadEvidence(f"The log {chain.head.log[:8]}: {error.explanation}") from error
    return identity


def _signers(chain: Chain) -> list[Entry]:
    if chain.is_whole:
        signers = checked_chain(chain.lines)
        if chain.lines[-1].id != chain.head.id:
            raise BadLog(f"Entry {chain.head.size} is not the head that is named.")
        return signers
    signers = [read_entry(line.id, line.header, line.body) for line in chain.lines]
    if any(entry.type not in _HEADS or entry.seq > chain.head.size for entry in signers):
        raise BadLog("It is neither whole nor only its keys.")
    return signers


def _check_note(chain: Chain, identity: Identity) -> None:
    if chain.note is None:
        return
    try:
        head = read_head(identity.checked(chain.note))
    except BadNote as error:
        raise BadLog(f"The signed head does not fit. {error.explanation}") from error
    if head != chain.head:
        raise BadLog("The signed head is of another entry.")


def entries_in(chain: Chain) -> list[Entry]:
    """The entries of a chain that `followed` has been through; what a withheld one says is empty."""
    return [read_entry(line.id, line.header, line.body) for line in chain.lines]


def differs_from(chains: Collection[Chain], logs: Collection[LogCut]) -> str:
    """What the heads of the chains have otherwise than the manifest's logs; empty when they are the same."""
    here = [(one.head.log, one.head.size, one.head.id) for one in chains]
    named = [(one.log, one.size, one.head) for one in logs]
    if here == named:
        return ""
    for one in named:
        if one not in here:
            return f"The log {one[0][:8]} up to entry {one[1]} is named by the manifest and not attached so."
    return "Logs are attached that the manifest does not name."
