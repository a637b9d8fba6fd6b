"""Enrol a log that goes on for an earlier one: what its claim must fit, and the two officers who countersign it.

The claim changes which entries count, so nothing of it is taken on trust: the earlier log is enrolled here under the
same ODS code, holds the entry that is named, has no other successor, and either its own key signed the claim or the
officers of a committee countersigned it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msat.errors import Refused
from msat.exchange.arrivals import in_words
from msat.exchange.enrolment import Writer
from msat.exchange.own_logs import is_same_code
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
from msat.services.take_return import enrolled, said
from msat.triage.model import OrganisationKind

CALL = "Telephone them on a number you know already, and ask which log goes on."
_MOST = 100


@dataclass(frozen=True, slots=True)
class Succession:
    """A claim that fits what is held here. `held` counts the entries held of the earlier log."""

    claim: Claim
    before: Writer
    held: int
    is_signed: bool

    @property
    def lost(self) -> int:
        """How many entries held here the claim leaves behind."""
        return max(0, self.held - self.claim.head.size)

    def say(self) -> str:
        """What the claim comes to, for people, before they decide."""
        end = self.claim.head
        words = f"It goes on for log {end.log[:8]} after entry {end.size}: {self.claim.reason.rstrip('.')}."
        words += " The earlier log's key signed that." if self.is_signed else " Its key was lost: nothing signed that."
        if self.lost:
            words += (
                f" Entries {end.size + 1} to {self.held} of the earlier log are held here and missing there: send them "
                f"first (msatctl return export --log {end.log[:8]}), for they would count no more."
            )
        return words


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
    if len(ids) < end.size:
        raise Refused(f"{says}, and only {len(ids)} entries of that are held here.", "Take in its newest return first.")
    if ids[end.size - 1] != end.id:
        raise Refused(f"{says}; the entry that it names is not the one held here.", CALL)
    keys = identity_of(desk.record.identity(before.log)).keys.from_entry(end.size)
    is_signed = is_borne_out(claim, birth.public_key, keys)
    if claim.note and not is_signed:
        raise Refused(f"{says}, with a signature that is not of that log's key.", CALL)
    return Succession(claim, before, len(ids), is_signed)


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
    end = found.claim.head
    told = {"supersedes": {"log": end.log, "size": end.size, "head": end.id}}
    if desk.record.organisation.kind != OrganisationKind.COMMITTEE:
        if officers:
            raise Refused("Two officers countersign at the committee alone.", "Leave --officer away here.")
        if not found.is_signed and not _is_countersigned(desk, log, end):
            raise Refused(
                "The earlier log's key did not sign this claim, and no committee that is enrolled here countersigned.",
                "Take in your committee's newest return, then enrol it: its two officers countersign there.",
            )
        return told, []
    return told, [_countersignature(desk, log, found, person, read_officers(officers))]


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
    names = " and ".join(f"{one.name}, {one.role}" for one in checked)
    meaning = (
        f"Countersigned by {names} for {desk.record.organisation.name}: the log {log[:8]} of {before.name} "
        f"({before.ods}) goes on for its log {end.log[:8]}, which counts up to entry {end.size}."
    )
    if found.lost:
        meaning += f" Entries {end.size + 1} to {found.held} of that are held here and do not count."
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
