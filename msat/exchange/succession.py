"""A committee's countersignature under a superseding log, and what bears a claim out. Pure.

Two officers of the committee, different people, say in its log that the new log goes on for the old one. Everybody who
has enrolled the committee reads it there; nobody else's word counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from msat.clock import say_date
from msat.errors import Refused
from msat.exchange.enrolment import COMMITTEE, Writer, head_in
from msat.ids import LogId
from msat.record.chain import Birth, birth_of
from msat.record.codec import is_log_id
from msat.record.entries import Entry, Head
from msat.record.identity import identity_of
from msat.record.succession import is_borne_out

SUPERSEDED = "log.superseded"
REMAINDER = "log.remainder_found"
OFFICERS = 2


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of the committee who countersigns."""

    name: str
    role: str

    def said(self) -> str:
        return f"{self.name}, {self.role}"


@dataclass(frozen=True, slots=True)
class Countersigned:
    """What a committee's entry says: `successor` goes on for the log that ended with `earlier`."""

    successor: LogId
    earlier: Head
    by: str
    """Who countersigned, for which committee, and when, in words."""


@dataclass(frozen=True, slots=True)
class Link:
    """One log that went on for another: the end of the earlier one, and what bears the claim out."""

    successor: LogId
    birth: Birth
    earlier: Head
    is_signed: bool
    """Whether the earlier log's own key signed it."""
    countersigned: tuple[Countersigned, ...]

    @property
    def lost(self) -> int:
        """How many entries of the earlier log were known of and not there any more."""
        return max(0, self.birth.claim.known - self.earlier.size) if self.birth.claim else 0

    def say(self) -> str:
        """One sentence or two, for people."""
        known = self.birth.claim.known if self.birth.claim else 0
        lost = f" It was once known to go to entry {known}: {self.lost} were lost here." if self.lost else ""
        signed = "its own key signed that" if self.is_signed else "its key was lost, so no signature says so"
        by = "; ".join(one.by for one in self.countersigned)
        officers = f"countersigned by {by}" if by else "not countersigned by any committee whose log is held here"
        return (
            f"The log {self.successor[:8]} goes on for the log {self.earlier.log[:8]} after entry {self.earlier.size}: "
            f"{signed}; {officers}.{lost}"
        )


def links(
    log: LogId,
    earlier: Sequence[Head],
    signers: Callable[[LogId], Sequence[Entry]],
    notes: Iterable[Countersigned] = (),
) -> tuple[Link, ...]:
    """Every supersession in the line of `log`, the oldest first. `signers` gives a log's first entry and key changes.

    Raises RecordProblem or BadRotation for a first entry or a change of key that proves nothing.
    """
    found, held = [], tuple(notes)
    for head, successor in zip(earlier, (*(one.log for one in earlier[1:]), log), strict=False):
        birth = birth_of(signers(successor)[0])
        keys = identity_of(signers(head.log)).keys.from_entry(head.size)
        is_signed = birth.claim is not None and is_borne_out(birth.claim, birth.public_key, keys)
        by = tuple(one for one in held if one.successor == successor and one.earlier == head)
        found.append(Link(successor, birth, head, is_signed, by))
    return tuple(found)


def read_officers(given: Sequence[str]) -> tuple[Officer, ...]:
    """Two officers out of “NAME, ROLE” twice. Raises Refused unless they are two different people."""
    found = []
    for one in given:
        name, comma, role = one.partition(",")
        name, role = " ".join(name.split()), " ".join(role.split())
        if not comma or not name or not role:
            raise Refused(f"“{one[:80]}” does not name an officer.", "Give name and role: --officer “NAME, ROLE”.")
        found.append(Officer(name, role))
    if len(found) != OFFICERS or len({one.name.casefold() for one in found}) != OFFICERS:
        raise Refused(
            "A log that goes on for another is countersigned by two officers of the committee, two different people.",
            "Name both: --officer “NAME, ROLE” --officer “NAME, ROLE”.",
        )
    return tuple(found)


def trusted_committees(known: Iterable[Writer]) -> frozenset[LogId]:
    """The enrolled logs whose countersignature counts."""
    return frozenset(one.log for one in known if one.kind == COMMITTEE and one.is_active and one.frozen is None)


def countersigned_in(entry: Entry) -> Countersigned | None:
    """What a committee's entry countersigns; None for another entry, or one that is withheld or malformed."""
    told = entry.data
    successor, earlier = told.get("successor"), head_in(told)
    officers = told.get("officers")
    if entry.type != SUPERSEDED or not is_log_id(successor) or earlier is None:
        return None
    officers = officers if isinstance(officers, list | tuple) else ()
    names = [f"{one.get('name')}, {one.get('role')}" for one in officers if isinstance(one, dict)]
    if len(names) != OFFICERS or len(set(names)) != OFFICERS:
        return None
    whose = entry.content.get("organisation")
    body = str(whose.get("name", "a committee")) if isinstance(whose, dict) else "a committee"
    by = f"{names[0]}, and {names[1]}, for {body} on {say_date(entry.time)}"
    return Countersigned(LogId(str(successor)), earlier, by)
