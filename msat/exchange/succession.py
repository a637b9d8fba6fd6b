"""A committee's countersignature under a superseding log, and what a successor's claim comes to elsewhere. Pure.

Two officers of the committee, different people, say in its log that the new log goes on for the old one. Everybody who
has enrolled the committee reads it there; nobody else's word counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msat.errors import Refused
from msat.exchange.enrolment import Writer, head_in
from msat.ids import LogId
from msat.record.codec import is_log_id
from msat.record.entries import Entry, Head

SUPERSEDED = "log.superseded"
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
            "A superseding log is countersigned by two officers, two different people.",
            "Name both: --officer “NAME, ROLE” --officer “NAME, ROLE”.",
        )
    return tuple(found)


def countersigned_in(entry: Entry, day: str) -> Countersigned | None:
    """What a committee's entry countersigns; None for one that is withheld or malformed. `day` is when, in words."""
    told = entry.data
    successor, earlier = told.get("successor"), head_in(told)
    officers = told.get("officers")
    if not is_log_id(successor) or earlier is None or not isinstance(officers, list | tuple):
        return None
    names = [f"{one.get('name')}, {one.get('role')}" for one in officers if isinstance(one, dict)]
    if len(names) != OFFICERS or len(set(names)) != OFFICERS:
        return None
    whose = entry.content.get("organisation")
    body = str(whose.get("name", "a committee")) if isinstance(whose, dict) else "a committee"
    return Countersigned(LogId(str(successor)), earlier, f"{names[0]} and {names[1]} for {body} on {day}")


def successor_of(known: Iterable[Writer], log: LogId) -> Writer | None:
    """The enrolled log that goes on for `log`, or None."""
    return next((one for one in known if one.is_active and one.earlier and one.earlier.log == log), None)
