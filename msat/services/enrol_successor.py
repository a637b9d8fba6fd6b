"""Enrol a log that goes on for an earlier one: what its claim must fit, and the two officers who countersign it.

The claim changes which entries count, so nothing of it is taken on trust: the earlier log is enrolled here under the
same ODS code, holds the entry that is named, has no other successor, and either its own key signed the claim or the
officers of a committee countersigned it.

Where a clone of the site sent its return first, what is held here is the other history of the earlier log. The claim
then fits once a return of the history that it names was taken in, which the fork kept as proof: the earlier log counts
up to the last entry that both histories share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from msat.errors import MsatError, Refused
from msat.exchange.arrivals import in_words
from msat.exchange.enrolment import ENROLLED, Writer
from msat.exchange.own_logs import is_same_code
from msat.exchange.return_file import MOST_BYTES, Return, read_return
from msat.exchange.succession import (
    SUPERSEDED,
    Countersigned,
    Officer,
    countersigned_in,
    read_officers,
    trusted_committees,
)
from msat.ids import LogId
from msat.record.chain import Birth, birth_of
from msat.record.entries import Draft, Head
from msat.record.identity import identity_of
from msat.record.succession import Claim, is_borne_out
from msat.services.deeds import checked_person
from msat.services.desk import Desk, Person
from msat.services.quarantine import waiting_of
from msat.services.take_return import enrolled, read, said, two_histories
from msat.triage.model import OrganisationKind

CALL = "Telephone them on a number you know already, and ask which log goes on."
_MOST = 100


@dataclass(frozen=True, slots=True)
class Succession:
    """A claim that fits what is held here. `held` counts the entries held of the earlier log; `counts` is its last
    entry that counts here: the end that is claimed, or the last before two histories of it part."""

    claim: Claim
    before: Writer
    held: int
    is_signed: bool
    counts: Head
    proof: bytes = b""
    """The return of the history that goes on, where another one is held."""

    @property
    def lost(self) -> int:
        """How many entries held here the claim leaves behind."""
        return max(0, self.held - self.counts.size)

    @property
    def unseen(self) -> int:
        """How many entries of the history that goes on are not among those held here."""
        return self.claim.head.size - self.counts.size

    def say(self) -> str:
        """What the claim comes to, for people, before they decide."""
        end = self.claim.head
        words = f"It goes on for log {end.log[:8]} after entry {end.size}: {self.claim.reason.rstrip('.')}."
        words += " The earlier log's key signed that." if self.is_signed else " Its key was lost: nothing signed that."
        if self.unseen:
            return f"{words} {self._of_two_histories()}"
        if self.lost:
            words += (
                f" Entries {end.size + 1} to {self.held} of the earlier log are held here and missing there: send them "
                f"first (msatctl return export --log {end.log[:8]}), for they would count no more."
            )
        return words

    def _of_two_histories(self) -> str:
        end, last, first = self.claim.head, self.counts.size, self.counts.size + 1
        words = (
            f"What is held here is the other history of that log: the two share {last} entries. Not counted here: "
            f"{_these(first, end.size)} of the one that goes on. Ask them to record in their new log what they did "
            "there."
        )
        if self.lost:
            words += f" Kept as proof, and not counted any more: {_these(first, self.held)} of the one held here."
        return words


def _these(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"


def examined(desk: Desk, log: LogId, birth: Birth) -> Succession | None:
    """What a log's claim comes to here; None for a log that claims nothing. Raises Refused for one that does not fit.

    Believes nothing of it: the order of the checks is that of the ways to lie.
    """
    claim = birth.claim
    if claim is None:
        return None
    known = enrolled(desk)
    before, whose = known.get(claim.head.log), in_words(birth.organisation)
    says = f"The log of {whose} says that it goes on for log {claim.head.log[:8]} after entry {claim.head.size}"
    if claim.head.log == desk.record.log or any(claim.head.log == head.log for head in desk.record.lineage()):
        raise Refused(f"{says}, which is your own.", "Keep the file, and run verify.")
    if before is None or not before.is_active:
        raise Refused(f"{says}, which is not enrolled here.", "Take in and enrol that one first: they belong together.")
    if not is_same_code(before.ods, birth.organisation.ods):
        raise Refused(f"{says}, which is the log of {said(before)}: another organisation.", CALL)
    _check_line(known, log, before, says)
    ids = desk.record.received.ids(before.log)
    end = claim.head
    counts, identity, proof = end, identity_of(desk.record.identity(before.log)), b""
    if len(ids) < end.size or ids[end.size - 1] != end.id:
        data, other = _other_history(desk, before, end)
        if other is None:
            raise _not_held(before, says, len(ids), end)
        shared = sum(1 for _both in takewhile(lambda pair: pair[0] == pair[1].id, zip(ids, other.lines, strict=False)))
        counts, identity, proof = Head(end.log, shared, ids[shared - 1]), other.identity, data
    is_signed = is_borne_out(claim, birth.public_key, identity.keys.from_entry(end.size))
    if claim.note and not is_signed:
        raise Refused(f"{says}, with a signature that is not of that log's key.", CALL)
    return Succession(claim, before, len(ids), is_signed, counts, proof)


def _other_history(desk: Desk, before: Writer, end: Head) -> tuple[bytes, Return | None]:
    """A genuine return of the earlier log that goes through the end claimed: of those that forks kept, or that wait."""
    for data in _kept(desk, before):
        try:
            found = read_return(data)
        except MsatError:
            continue
        begins_alike = found.log == before.log and found.lines[0].id == before.fingerprint
        if begins_alike and len(found.lines) >= end.size and found.lines[end.size - 1].id == end.id:
            return data, found
    return b"", None


def _kept(desk: Desk, before: Writer) -> Iterator[bytes]:
    for name in (name for fork in before.forks for name in fork.files):
        data = desk.files.get(name)
        if data is not None:
            yield data
    for path, _found in reversed(waiting_of(desk, before.log)):
        yield read(path, MOST_BYTES)


def _not_held(before: Writer, says: str, held: int, end: Head) -> Refused:
    if before.forks:
        words = f"{says}; what is held here is another history of that log, and no return goes through the entry named."
        return Refused(
            words, f"{CALL} Then take in the newest return of log {end.log[:8]} from whoever is right, and enrol again."
        )
    if held < end.size:
        return Refused(f"{says}, and only {held} entries of that are held here.", "Take in its newest return first.")
    return Refused(f"{says}; the entry that it names is not the one held here.", CALL)


def _check_line(known: dict[LogId, Writer], log: LogId, before: Writer, says: str) -> None:
    """No second successor, and no line that comes back to itself."""
    if before.successor is not None and before.successor != log:
        raise Refused(
            f"{says}; log {before.successor[:8]} was enrolled as going on for it before.",
            f"{CALL} If the first was wrong: msatctl enrol remove {before.successor[:8]} --reason TEXT.",
        )
    at: Writer | None = before
    for _ in range(_MOST):
        if at is None or at.earlier is None:
            return
        if at.earlier.log == log:
            break
        at = known.get(at.earlier.log)
    raise Refused(f"{says}; that line of logs comes back to itself.", "Keep the file, and throw it away here.")


def drafts(
    desk: Desk, log: LogId, found: Succession, person: Person, officers: Sequence[str]
) -> tuple[dict[str, Any], list[Draft]]:
    """What the enrolment says of the claim, and the countersignature where this is a committee. Raises Refused."""
    end, counts = found.claim.head, found.counts
    told = {"supersedes": {"log": counts.log, "size": counts.size, "head": counts.id}}
    if desk.record.organisation.kind != OrganisationKind.COMMITTEE:
        if officers:
            raise Refused("Two officers countersign at the committee alone.", "Leave --officer away here.")
        if not found.is_signed and not _is_countersigned(desk, log, end):
            raise Refused(
                "The earlier log's key did not sign this claim, and no committee that is enrolled here countersigned.",
                "Take in your committee's newest return, then enrol it: its two officers countersign there.",
            )
        return told, _decided(desk, found, log, person)
    signed = _countersignature(desk, log, found, person, read_officers(officers))
    return told, [*_decided(desk, found, log, person), signed]


def _decided(desk: Desk, found: Succession, log: LogId, person: Person) -> list[Draft]:
    """Two histories of the earlier log froze it: which of them goes on is decided with this claim, and proven."""
    before, drafts = found.before, list[Draft]()
    if found.proof and all(fork.other != found.claim.head.id for fork in before.forks):
        held = desk.record.received.raw(before.log)
        other = read_return(found.proof)
        drafts.append(two_histories(desk, found.proof, other, before, held, found.counts.size + 1))
    elif before.frozen is None:
        return []
    told = {
        "log": before.log,
        "ods": before.ods,
        "name": before.name,
        "kind": before.kind,
        "fingerprint": before.fingerprint,
        "compared": True,
        "reason": f"Two histories of it were found; log {log[:8]} goes on for it after entry {found.claim.head.size}.",
    }
    meaning = f"Decided which history of the log {before.log[:8]} of {before.name} ({before.ods}) goes on."
    return [*drafts, Draft(ENROLLED, person.actor(), told, meaning=meaning)]


def _countersignature(
    desk: Desk, log: LogId, found: Succession, person: Person, officers: Sequence[Officer]
) -> Draft:
    checked = [checked_person(Person(one.name, one.role)) for one in officers]
    end, before = found.claim.head, found.before
    told: dict[str, Any] = {
        "log": end.log,
        "size": end.size,
        "head": end.id,
        "successor": log,
        "ods": before.ods,
        "reason": found.claim.reason[:4000],
        "officers": [{"name": one.name, "role": one.role} for one in checked],
        "signed": found.is_signed,
        "held": found.held,
    }
    if found.unseen:
        told["counts"] = found.counts.size
    names = " and ".join(f"{one.name}, {one.role}" for one in checked)
    meaning = (
        f"Countersigned by {names} for {desk.record.organisation.name}: the log {log[:8]} of {before.name} "
        f"({before.ods}) goes on for its log {end.log[:8]}, which counts up to entry {found.counts.size}."
    )
    if found.unseen:
        meaning += f" Two histories of that share {found.counts.size} entries; the other one was held here."
    if found.lost:
        meaning += f" Held here and not counted: {_these(found.counts.size + 1, found.held)} of that."
    return Draft(SUPERSEDED, person.actor(), told, meaning=meaning)


def countersignatures(desk: Desk) -> tuple[Countersigned, ...]:
    """What the own log, a committee's, and the committees enrolled here countersigned."""
    logs = sorted(trusted_committees(enrolled(desk).values()))
    own = desk.record.typed(frozenset({SUPERSEDED}))
    others = [entry for log in logs for entry in desk.record.entries(log) if entry.type == SUPERSEDED]
    return tuple(one for entry in (*own, *others) if (one := countersigned_in(entry)) is not None)


def _is_countersigned(desk: Desk, log: LogId, end: Head) -> bool:
    return any(one.successor == log and one.earlier == end for one in countersignatures(desk))


def birth_in(desk: Desk, log: LogId) -> Birth | None:
    """What the first entry of a log that is held here fixed, or None."""
    first = next(iter(desk.record.entries(log, upto=1)), None)
    return None if first is None else birth_of(first)
