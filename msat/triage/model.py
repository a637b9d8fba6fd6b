"""A triage: what an alert means for one kind of organisation, why, and by when. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Priority(StrEnum):
    """Red, Amber, Green: how urgent an alert is for this kind of organisation. None (no rating) is never Green."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class OrganisationKind(StrEnum):
    """The kinds of organisation that the rules speak to."""

    GP_PRACTICE = "gp-practice"
    DISPENSING_PRACTICE = "dispensing-practice"
    PCN = "pcn"
    COMMUNITY_PHARMACY = "community-pharmacy"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Due:
    """By when, and where that comes from. `at` is UTC; None when the notice sets no limit and the rule neither.

    `from_` is `notice` (an explicit date), `class`, `family`, or `none`.
    """

    at: datetime | None
    from_: str
    why: str
    """One sentence for people: "48 hours from issue, because the notice is Class 2"."""
    words: str = ""
    """The notice's own words, where it has any."""
    extended_from: datetime | None = None
    """The earlier limit, where the issuer has put it back (E13). UTC."""
    last_open: date | None = None
    """Where the limit ends on a day when the site is shut (E17): the last day before it on which the site is open."""
    is_shut: bool = False
    """Whether the site is shut on the day of the limit; `last_open` is then None if it was shut all the time."""
    where: str = ""
    """Where the words stand."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the decision. `kind`: `base`, `raised`, `lowered`, `deadline`, `flag`."""

    kind: str
    text: str
    rule: str
    """F07, E02 ..."""
    words: str = ""
    where: str = ""
    basis: str = ""
    """`published` or `proposal` (ours, which a pharmacist must approve)."""
    reviewed: str = ""
    """"reviewed by NAME on DATE", or "not yet reviewed by a pharmacist"."""


@dataclass(frozen=True, slots=True)
class Triage:
    """The outcome for one kind of organisation.

    `flags` are some of `triage.exceptions.FLAGS`, in that order. `actions` are the codes that the rule asks of this
    kind, in order.
    """

    priority: Priority | None
    due: Due
    reasons: tuple[Reason, ...]
    flags: tuple[str, ...]
    rule: str
    rules_version: str
    actions: tuple[str, ...]
