"""What bears out that this log goes on for an earlier one: the earlier key's signature, a committee's countersignature.

Read from the rows as they lie, for `verify` must work on a record too damaged to open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msat.clock import say_date
from msat.errors import MsatError
from msat.exchange import enrolment
from msat.exchange.enrolment import writers
from msat.exchange.succession import SUPERSEDED, Countersigned, countersigned_in
from msat.ids import LogId
from msat.record.chain import Birth, birth_of, read_entry
from msat.record.entries import Entry, Head
from msat.record.identity import identity_of
from msat.record.key_history import ROTATED
from msat.record.succession import is_borne_out
from msat.store.copies_held import own_typed
from msat.store.engine import raw_reader
from msat.store.refusals import STORE_ERRORS


@dataclass(frozen=True, slots=True)
class Link:
    """One log that went on for another: the end of the earlier one, and what bears the claim out."""

    successor: LogId
    birth: Birth
    earlier: Head
    is_signed: bool
    """Whether the earlier log's own key signed it."""
    countersigned: tuple[Countersigned, ...]


def links_in(path: Path, log: LogId, earlier: Sequence[Head]) -> tuple[Link, ...]:
    """Every supersession in the line of `log`, the oldest first. Raises RecordProblem or a store's error."""
    if not earlier:
        return ()
    notes = _countersignatures(path, log)
    found = []
    for head, successor in zip(earlier, (*(one.log for one in earlier[1:]), log), strict=True):
        birth = birth_of(_entries(path, "log = ? AND seq = 1", (successor,))[0])
        signers = _entries(path, "log = ? AND (seq = 1 OR type = ?)", (head.log, ROTATED))
        keys = identity_of(signers).keys.from_entry(head.size)
        is_signed = birth.claim is not None and is_borne_out(birth.claim, birth.public_key, keys)
        by = tuple(one for one in notes if one.successor == successor and one.earlier == head)
        found.append(Link(successor, birth, head, is_signed, by))
    return tuple(found)


def said_of(path: Path, log: LogId, earlier: Sequence[Head]) -> tuple[str, ...]:
    """A sentence of `verify` for each supersession; empty where they cannot be read (the proof says why)."""
    try:
        return tuple(_said(link) for link in links_in(path, log, earlier))
    except (MsatError, IndexError, *STORE_ERRORS):
        return ()


def _said(link: Link) -> str:
    claim = link.birth.claim
    lost = claim.known - link.earlier.size if claim is not None else 0
    more = f" It was once known to go to entry {claim.known}: {lost} were lost here." if claim and lost > 0 else ""
    signed = "its own key signed that" if link.is_signed else "its key was lost, so no signature of its own says so"
    by = " and ".join(one.by for one in link.countersigned)
    officers = f"countersigned by {by}" if by else "not countersigned by any committee whose log is held here"
    return (
        f"6. The log {link.successor[:8]} goes on for the log {link.earlier.log[:8]} after entry {link.earlier.size}: "
        f"{signed}; {officers}.{more}"
    )


def _countersignatures(path: Path, log: LogId) -> tuple[Countersigned, ...]:
    """What committees that are enrolled here countersigned, and the own log where it is a committee's."""
    known = writers(own_typed(path, log, enrolment.TYPES))
    trusted = {one.log: one for one in known.values() if one.is_active and one.frozen is None}
    entries = _entries(path, "type = ?", (SUPERSEDED,))
    return tuple(
        one
        for entry in entries
        if entry.log in trusted and trusted[entry.log].kind == enrolment.COMMITTEE
        if (one := countersigned_in(entry, say_date(entry.time))) is not None
    )


def _entries(path: Path, where: str, values: tuple[str, ...]) -> list[Entry]:
    statement = f"SELECT id, header, body FROM entry WHERE {where} ORDER BY log, seq"  # noqa: S608 - fixed words
    with raw_reader(path) as connection:
        found = connection.execute(statement, values).fetchall()
    return [read_entry(str(stored), bytes(header), body) for stored, header, body in found]
