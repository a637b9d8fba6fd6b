"""Receive a receipt or a register of heads: proof that somebody else holds this log, kept and compared with it.

A head that others hold and this record lacks is an incident: it is kept outside the data folder, and from the next
opening on nothing is recorded until a person has looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msat.clock import say_moment, stamp
from msat.errors import RecordProblem
from msat.exchange.arrivals import Arrival, Kind, Outcome, in_words, kind_of, unfinished
from msat.exchange.enrolment import Writer
from msat.exchange.receipts import BadReceipt, Receipt, read_receipt
from msat.exchange.register import BadRegister, Register, read_register
from msat.exchange.succession import REMAINDER
from msat.ids import LogId
from msat.lettering import clipped
from msat.record.chain import PROGRAM
from msat.record.entries import Draft, Head
from msat.record.identity import identity_of
from msat.record.seen_heads import contradicted, drop_older, keep_head, read_heads
from msat.services.desk import Desk
from msat.services.from_backup import refuse_in_backup
from msat.services.one_at_a_time import one_at_a_time
from msat.services.own_return import INCIDENT, found_before, is_kept, remember_other, remember_remainder
from msat.services.take_return import enrolled

RECEIVED = "receipt.received"
OTHER_HISTORY = "Keep the file, ask them for that log (msatctl return export --log LOG), and find who else has its key."
LOST = "Send them your return again, and ask why it is not listed."


def receive(desk: Desk, data: bytes, name: str, known: Mapping[LogId, Writer] | None = None) -> Arrival:
    """Takes in a receipt or a register, by its first line. Nothing is raised for a bad file: the answer says why."""
    refuse_in_backup(desk, "Nothing is taken in")
    if why := unfinished(name, data):
        return Arrival(name, Outcome.UNFINISHED, why, "It is read again the next time, or ask for it again.")
    known = enrolled(desk) if known is None else known
    try:
        if kind_of(data) is Kind.REGISTER:
            return _register(desk, read_register(data), name, known)
        return _receipt(desk, read_receipt(data), data, name, known)
    except (BadReceipt, BadRegister) as error:
        return Arrival(name, Outcome.REJECTED, error.explanation, error.next_step)


def _receipt(desk: Desk, found: Receipt, data: bytes, name: str, known: Mapping[LogId, Writer]) -> Arrival:
    writer = known.get(LogId(found.issuer.log))
    told = _told(found, (writer is not None and writer.is_active) or found.issuer.log == desk.record.log)
    earlier = next((head for head in desk.record.lineage() if head.log == found.head.log), None)
    if earlier is not None:
        return _of_earlier(desk, earlier, found, name, told)
    if found.head.log != desk.record.log:
        whose = found.writer.birth.organisation
        words = f"A receipt for {in_words(whose)}, log {found.head.log[:8]}: {told}."
        return Arrival(name, Outcome.ELSEWHERE, words, log=found.head.log, ods=whose.ods)
    return _of_own(desk, found, data, name, writer, told)


@one_at_a_time
def _of_own(desk: Desk, found: Receipt, data: bytes, name: str, writer: Writer | None, told: str) -> Arrival:
    """A receipt for the own log: held against it, kept, and recorded where it goes further than those before."""
    by, own = found.issuer.birth.organisation, desk.record.organisation.ods
    if wrong := _own_head(desk, found.head):
        _keep(desk, found)
        return Arrival(name, Outcome.AHEAD, f"{wrong} {told[0].upper()}{told[1:]}.", INCIDENT, found.head.log, own)
    if writer is None or not writer.is_active:
        next_step = "Take in their return, compare its fingerprint, enrol it, then take the receipt in again."
        return Arrival(name, Outcome.WAITING, f"A receipt by {in_words(by)}, not enrolled here.", next_step)
    before = _before(desk, found)
    if before >= found.head.size:
        outcome = Outcome.SAME if before == found.head.size else Outcome.OLDER
        if outcome is Outcome.SAME:
            _keep(desk, found)  # what lies outside the data may have been lost meanwhile
        return Arrival(name, outcome, f"A receipt that is here already: {told}.", log=found.head.log, ods=own)
    _keep(desk, found)
    digest = desk.files.put(data)
    body = {
        "log": found.issuer.log,
        "ods": clipped(by.ods, 12),
        "name": clipped(by.name),
        "size": found.head.size,
        "head": found.head.id,
        "at": stamp(found.at),
        "sha256": digest,
    }
    meaning = f"Received a receipt: {told}."
    entries = desk.record.append([Draft(RECEIVED, PROGRAM, body, files=(digest,), meaning=meaning)])
    desk.views.catch_up()
    words = f"A receipt for your log: {told}. Entry {entries[-1].seq}."
    return Arrival(name, Outcome.NEW, words, log=found.head.log, ods=own)


def _told(found: Receipt, is_checked: bool) -> str:
    """What the receipt says. Who gave it is a fact only where a person compared that log's fingerprint."""
    by, upto = in_words(found.issuer.birth.organisation), f"it up to entry {found.head.size} on {say_moment(found.at)}"
    if is_checked:
        return f"{by} held {upto}"
    return f"somebody who goes by {by} and is not enrolled here says that they held {upto}; who that is was not checked"


@one_at_a_time
def _of_earlier(desk: Desk, end: Head, found: Receipt, name: str, told: str) -> Arrival:
    """A receipt for a log that the own one superseded: others may hold more of it than what was left here."""
    log, ods = end.log, desk.record.organisation.ods
    if found.head.size <= end.size:
        held = desk.record.received.ids(log)
        if held[found.head.size - 1] != found.head.id:
            words = (
                f"A receipt for your earlier log {log[:8]}, in which entry {found.head.size} is another one than here: "
                f"{told}. Two installations used its key."
            )
            if before := found_before(desk, found.head):  # it lies in the shared folder for good: told once is enough
                words += f" It was found before: entry {before}."
                return Arrival(name, Outcome.OLDER, words, log=log, ods=ods)
            words += f" Entry {remember_other(desk, end, found.head, f'a receipt: {told}')}."
            return Arrival(name, Outcome.FORK, words, OTHER_HISTORY, log, ods, at=found.head.size)
        return Arrival(name, Outcome.OLDER, f"A receipt for your earlier log {log[:8]}: {told}.", log=log, ods=ods)
    if is_kept(desk, found.head):
        words = f"A receipt for your earlier log {log[:8]}: {told}. What was lost here of it is kept."
        return Arrival(name, Outcome.OLDER, words, log=log, ods=ods)
    known = [one for one in desk.record.typed(frozenset({REMAINDER})) if one.data.get("log") == log]
    # Another history says nothing of this one's end.
    known = [one for one in known if one.data.get("parts_at") is None and one.data.get("parts_by") is None]
    lost = f"entries {end.size + 1} to {found.head.size} were lost here and are there"
    words = f"A receipt for your earlier log {log[:8]}, which ended at entry {end.size}: {told}; {lost}."
    if not any(int(one.data.get("found_size", 0)) >= found.head.size for one in known):
        words += f" Entry {remember_remainder(desk, end, found.head, told)}."
    next_step = "Ask them to write it out (msatctl return export --log LOG), and take that file in: it is kept."
    return Arrival(name, Outcome.REMAINDER, words, next_step, log, ods, at=end.size + 1)


def _before(desk: Desk, found: Receipt) -> int:
    """Up to which entry this issuer's receipts go that are here already."""
    return max((int(told["size"]) for told in _receipts(desk, found.issuer.log)), default=0)


def _receipts(desk: Desk, issuer: str) -> list[Mapping[str, Any]]:
    """What this issuer's receipts for the log that is written now tell; those for a log that it superseded do not."""
    mine = (one for one in desk.record.typed(frozenset({RECEIVED})) if one.log == desk.record.log)
    return [one.data for one in mine if one.data.get("log") == issuer]


def _own_head(desk: Desk, seen: Head) -> str:
    """Why a head that somebody else holds does not fit the own record; empty when it does."""
    return contradicted(desk.record.head(), [seen], lambda size: _id_at(desk, size))


def _id_at(desk: Desk, size: int) -> str | None:
    return next((entry.id for entry in desk.record.entries(after=size - 1, upto=size)), None)


def _keep(desk: Desk, found: Receipt) -> None:
    """Keeps the head outside the data folder; earlier ones of the same chain are needless then."""
    folder, head = desk.places.seen_heads, desk.record.head()
    keys = identity_of(desk.record.identity()).keys
    try:
        keep_head(folder, desk.places.keys, found.note)
        if not _own_head(desk, found.head):
            right = [
                one
                for one in read_heads(folder, head.log, keys)
                if not contradicted(head, [one], lambda size: _id_at(desk, size))
            ]
            drop_older(folder, right, found.head)
    except OSError as error:
        what = f"The receipt could not be kept: {error.strerror or error}."
        raise RecordProblem(what, "Make room on the disk and take it in again.") from error


def _register(desk: Desk, found: Register, name: str, known: Mapping[LogId, Writer]) -> Arrival:
    by = found.issuer.birth.organisation
    whose = f"The register of {in_words(by)} of {say_moment(found.made)}"
    log, ods = desk.record.log, desk.record.organisation.ods
    writer = known.get(LogId(found.issuer.log))
    if found.issuer.log == log:
        return Arrival(name, Outcome.SAME, f"{whose}: made here.", log=log, ods=ods)
    if writer is None or not writer.is_active:
        next_step = "Take in their return, compare its fingerprint, enrol it, then take the register in again."
        return Arrival(name, Outcome.WAITING, f"{whose}: its sender is not enrolled here.", next_step)
    return Arrival(name, *_compared(desk, found, whose, known), log, ods)


def _compared(desk: Desk, found: Register, whose: str, known: Mapping[LogId, Writer]) -> tuple[Outcome, str, str]:
    """The outcome, the words and the next step for a register of an enrolled sender."""
    listed = found.of(desk.record.log)
    earlier = [told for told in _receipts(desk, found.issuer.log) if str(told.get("at", "")) <= stamp(found.made)]
    receipted = max((int(told["size"]) for told in earlier), default=0)
    if listed is None and receipted:
        return Outcome.FORK, f"{whose} lacks your log, though you hold their receipt for it.", LOST
    if listed is not None and (wrong := _own_head(desk, listed)):
        return Outcome.FORK, f"{whose} does not fit your log. {wrong}", f"{LOST} Run verify."
    if listed is not None and listed.size < receipted:
        shorter = f"It ends at entry {listed.size}; their own receipt goes to entry {receipted}."
        return Outcome.FORK, f"{whose} does not fit your log. {shorter}", LOST
    differing = _differing(desk, found, known)
    before = {head: seq for head, _ods in differing if (seq := found_before(desk, head))}
    for head, whose_log in differing:
        if head in before:
            continue
        words = f"{whose} holds another entry {head.size} of {whose_log}, log {head.log[:8]}, than is held here."
        end = next((one for one in desk.record.lineage() if one.log == head.log), None)
        if end is not None:
            words += f" Entry {remember_other(desk, end, head, f'a register of {say_moment(found.made)}')}."
        return Outcome.FORK, words, "Ask both which of the two is right."
    own = f"your log is in it up to entry {listed.size}" if listed else "your log is not in it"
    quiet = "".join(
        f" Another history of your earlier log {head.log[:8]} is in it, found before: entry {seq}."
        for head, seq in before.items()
    )
    fits = "what else is held here fits" if quiet else "what is held here fits"
    return Outcome.SAME, f"{whose}: {len(found.lines)} logs; {own}; {fits}.{quiet}", ""


def _differing(desk: Desk, found: Register, known: Mapping[LogId, Writer]) -> list[tuple[Head, str]]:
    """The heads of logs held here that go on differently at the sender, each with whose log it is."""
    here, differing = {*known, *(head.log for head in desk.record.lineage())}, []
    for line in found.lines:
        held = desk.record.received.ids(line.head.log) if line.head.log in here else []
        if len(held) >= line.head.size and held[line.head.size - 1] != line.head.id:
            differing.append((line.head, line.ods))
    return differing
