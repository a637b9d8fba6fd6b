"""Issue receipts for logs that are held here, and the register of all their heads. For committees.

The witness rule: what was receipted before must still be held, the new head is recorded before anybody gets the
receipt, and of a log with two histories nothing is receipted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msat.clock import from_stamp, stamp
from msat.errors import MsatError, RecordProblem, Refused
from msat.exchange.enrolment import Writer
from msat.exchange.receipts import file_name, write_receipt
from msat.exchange.register import Listed, write_register
from msat.ids import EntryId, LogId
from msat.record.chain import PROGRAM
from msat.record.entries import Draft, Head
from msat.record.identity import signers_in
from msat.record.received import RawEntry
from msat.services.desk import Desk
from msat.services.one_at_a_time import one_at_a_time
from msat.services.take_return import enrolled, said
from msat.triage.model import OrganisationKind

ISSUED = "receipt.issued"
QUIET = frozenset({"receipt.issued", "receipt.received"})
"""Entries that ask for no receipt by themselves: else two sites would answer each other's receipts for ever."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt ready to be sent: what it is called, and its bytes."""

    name: str
    data: bytes
    head: Head
    words: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A log that gets no receipt though its turn has come: whose, why not, and what to do about it."""

    log: LogId
    words: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Due:
    """What `issue_due` found: receipts that became due now, those issued before that stand, and who gets none."""

    new: tuple[Issued, ...]
    standing: tuple[Issued, ...]
    withheld: tuple[Withheld, ...] = ()


def refuse_unless_committee(desk: Desk) -> None:
    """Raises Refused for any other kind of organisation."""
    if desk.record.organisation.kind != OrganisationKind.COMMITTEE:
        what = "Receipts and registers are issued by a commissioner's team."
        raise Refused(what, "A practice sends returns: msatctl return export.")


@one_at_a_time
def issue_receipt(desk: Desk, log: LogId) -> Issued:
    """The receipt for what is held of `log`; the one issued before where nothing was added since. Raises Refused."""
    refuse_unless_committee(desk)
    writer = enrolled(desk).get(log)
    if writer is None or not writer.is_active:
        raise Refused(f"The log {log[:8]} is not enrolled here.", "Compare its fingerprint and enrol it first.")
    return _issue(desk, [writer], _issued_before(desk))[0]


@one_at_a_time
def issue_due(desk: Desk) -> Due:
    """Receipts for every enrolled log: those that became due now, and those issued before for heads still the same.

    A log to which only receipts were added is not receipted anew: its last receipt stands. A log that may not be
    receipted, or cannot be read, keeps none of the others from theirs.
    """
    refuse_unless_committee(desk)
    before = _issued_before(desk)
    due, standing, withheld = list[Writer](), list[Writer](), list[Withheld]()
    for log, writer in sorted(enrolled(desk).items()):
        try:
            held = desk.record.received.raw(log) if writer.is_active and writer.frozen is None else []
            if held and writer.ended is None and _is_due(held, before.get(log)):
                _head(writer, [row.id for row in held], before)
                due.append(writer)
            elif held and log in before:
                _head(writer, [row.id for row in held], before)
                standing.append(writer)
        except MsatError as error:
            withheld.append(_withheld(writer, error))
    new = _issue(desk, due, before, withheld)
    return Due(tuple(new), tuple(_again(desk, standing, before, withheld)), tuple(withheld))


def _withheld(writer: Writer, error: MsatError) -> Withheld:
    words = f"{said(writer)} gets no receipt, the others do. {error.explanation}"
    return Withheld(writer.log, words, error.next_step)


def _is_due(held: Sequence[RawEntry], before: tuple[Head, datetime] | None) -> bool:
    seen = before[0].size if before else 0
    return any(row.type not in QUIET for row in held[seen:])


def _issued_before(desk: Desk) -> dict[str, tuple[Head, datetime]]:
    """The last head receipted of each log, and when."""
    found: dict[str, tuple[Head, datetime]] = {}
    for entry in desk.record.typed(frozenset({ISSUED})):
        told: Mapping[str, Any] = entry.data
        found[told["log"]] = (Head(told["log"], told["size"], told["head"]), from_stamp(told["at"]))
    return found


def _issue(
    desk: Desk,
    due: Sequence[Writer],
    before: Mapping[str, tuple[Head, datetime]],
    withheld: list[Withheld] | None = None,
) -> list[Issued]:
    """Records the heads that are new in one transaction, and only then signs."""
    now, drafts, heads = desk.clock.now(), [], dict(before)
    for writer in due:
        head = _head(writer, desk.record.received.ids(writer.log), before)
        if writer.log in before and before[writer.log][0] == head:
            continue
        heads[writer.log] = (head, now)
        told = {"log": head.log, "ods": writer.ods, "size": head.size, "head": head.id, "at": stamp(now)}
        meaning = f"Received the log of {said(writer)} up to entry {head.size}, and issued a receipt."
        drafts.append(Draft(ISSUED, PROGRAM, told, meaning=meaning))
    if drafts:
        desk.record.append(drafts)
        desk.views.catch_up()
    return _again(desk, due, heads, withheld)


def _head(writer: Writer, ids: Sequence[EntryId], before: Mapping[str, tuple[Head, datetime]]) -> Head:
    """The head held of a log. Raises Refused for one that may not be receipted."""
    if writer.frozen:
        what = f"{said(writer)} is frozen since two histories were found."
        raise Refused(what, f"Decide on that first: msatctl enrol accept {writer.log} --compared --reason TEXT.")
    if not ids:
        raise Refused(f"Nothing of {said(writer)} is held here.", "Take in a return of it first.")
    seen = before[writer.log][0] if writer.log in before else None
    if seen and (seen.size > len(ids) or ids[seen.size - 1] != seen.id):
        raise RecordProblem(
            f"Of {said(writer)} {len(ids)} entries are held, but a receipt was issued up to entry {seen.size}.",
            "Take in the newest return of this log again, and run verify.",
        )
    return Head(writer.log, len(ids), ids[-1])


def _again(
    desk: Desk,
    of: Sequence[Writer],
    heads: Mapping[str, tuple[Head, datetime]],
    withheld: list[Withheld] | None = None,
) -> list[Issued]:
    """The receipts for heads that are recorded as received. Signed anew: the same head and time, the same bytes.

    Where `withheld` is given, a log whose receipt cannot be made is added to it; else that is raised.
    """
    found = []
    for writer in of:
        try:
            made = _signed(desk, writer, *heads[writer.log])
        except MsatError as error:
            if withheld is None:
                raise
            withheld.append(_withheld(writer, error))
            continue
        found += [made] if made else []
    return found


def _signed(desk: Desk, writer: Writer, head: Head, at: datetime) -> Issued | None:
    note = desk.record.received.note_at(head.log, head.size)
    if note is None:
        return None  # the head moved on since; its signed note is no longer kept
    cosigned = desk.record.cosign(note, at)
    rows = desk.record.received.raw(writer.log)[: head.size]
    data = write_receipt(cosigned, desk.record.identity(), signers_in(rows))
    name = file_name(writer.ods, head, desk.record.log)
    return Issued(name, data, head, f"{said(writer)}: receipt for {head.size} entries.")


def write_own_register(desk: Desk) -> tuple[bytes, int]:
    """The signed register of every log held here, and how many they are. Raises Refused."""
    refuse_unless_committee(desk)
    known = enrolled(desk)
    listed = [
        Listed(known[head.log].ods, head)
        for head in desk.record.received.heads()
        if head.log in known and known[head.log].frozen is None
    ]
    return write_register(listed, desk.record, desk.clock.now()), len(listed)
