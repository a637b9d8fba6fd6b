"""What a rule asks of an alert, and by when it asks for action, as typed values. Decides nothing about any alert."""

from __future__ import annotations

from typing import Literal

import msgspec

from msat.alerts.model import Family, Level
from msat.triage.reading import Strict, check_patterns, refuse_entry

# Facts that a rule can ask for by name, whatever their value: it then fits only a notice of which they could be read.
Stated = Literal["text", "call_to_action", "patient_advice", "professional_advice", "tier", "starts", "ends", "batches"]
# How a notice can speak of an earlier or later one, for the rule that lets such a notice inherit (F27).
Told = Literal["update", "supersedes", "superseded-by", "withdrawn", "extended"]


class When(Strict, frozen=True, kw_only=True):
    """What an alert must be for a rule to fit. An empty list asks for nothing; every list that is given must fit.

    Facts (`classes`, `levels`, `issuers`, `tiers`, `specialisms`, `audience`, `references`): one of the list must hold;
    a fact that could not be read does not fit, and does not rule the rule out either. Words (`says...`): one pattern of
    the list must be found, whatever the case, and not after a “not”; of `unless_says...` none may be found.
    """

    families: list[Family]
    classes: list[Literal["1", "2", "3", "4"]] = []
    levels: list[Level] = []
    issuers: list[str] = []
    tiers: list[Literal["1", "2", "3", "4"]] = []
    """Of a supply notification."""
    specialisms: list[str] = []
    """The publisher's own tags, for instance `general-practice`."""
    audience: list[str] = []
    """Patterns for a group that the notice is addressed to, for instance `\\bcommunity pharmac`."""
    references: list[str] = []
    """Patterns for the number it goes by, in its normal form: `^SDA/`."""
    states: list[Stated] = []
    """Facts that must have been read, whatever they say."""
    tells: list[Told] = []
    """What it says of an earlier or later notice: one of these."""
    again: bool = False
    """For an older alert that is looked at again, not for one that arrives."""
    says: list[str] = []
    """Searched in title, description and text."""
    unless_says: list[str] = []
    says_in_title: list[str] = []
    unless_says_in_title: list[str] = []
    says_at_head: list[str] = []
    """Searched in title, description and the advice that a notice begins with: what it is about, not all it tells."""
    unless_says_at_head: list[str] = []


PATTERN_FIELDS = (
    "audience",
    "references",
    "says",
    "unless_says",
    "says_in_title",
    "unless_says_in_title",
    "says_at_head",
    "unless_says_at_head",
)
_WITHOUT_BLANKS = ("issuers", "specialisms")


class Limit(Strict, frozen=True, kw_only=True):
    """By when, if the notice itself sets no limit. `none`: neither notice nor rule sets one.

    `class`: the limit of the class. `immediately`: due when issued, out of hours too. `family`: one number counts.
    `starts`: the day from which the notice holds, or of issue where that is later. `schedule`: for looking again, so
    many months after.
    """

    from_: Literal["class", "family", "immediately", "none", "starts", "schedule"] = msgspec.field(name="from")
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    before: Literal["", "starts", "ends"] = ""
    """A day of the notice that comes before the counted limit where it is earlier: the start of a shortage."""
    months: tuple[int, ...] = ()
    why: str = ""


def check_when(name: str, entry: str, when: When) -> None:
    """Raises Refused on conditions of the right type that are still wrong, naming file, entry and field."""
    if not when.families:
        refuse_entry(name, entry, "when.families", "a rule names at least one family")
    for field in PATTERN_FIELDS:
        check_patterns(name, entry, f"when.{field}", getattr(when, field))
    for field in _WITHOUT_BLANKS:
        if any(not word.strip() for word in getattr(when, field)):
            refuse_entry(name, entry, f"when.{field}", "one of the names is empty")
    if when.again and (when.tells or when.says or when.says_at_head or when.says_in_title):
        refuse_entry(name, entry, "when.again", "an alert that is looked at again is not chosen by its words")


_A_YEAR = {"hours": 8784, "days": 366, "working_days": 260}


def check_limit(name: str, entry: str, limit: Limit) -> None:
    """Raises Refused on a limit whose numbers do not go with where it comes from."""
    counts = [n for n in (limit.hours, limit.days, limit.working_days) if n is not None]
    if limit.from_ == "family" and len(counts) != 1:
        refuse_entry(name, entry, "limit", "give one of hours, days and working_days")
    if limit.from_ != "family" and counts:
        refuse_entry(name, entry, "limit", f"a limit from “{limit.from_}” takes no number of hours or days")
    if limit.from_ != "family" and limit.before:
        refuse_entry(name, entry, "limit.before", f"a limit from “{limit.from_}” takes no earlier day")
    if any(n < 0 for n in counts):
        refuse_entry(name, entry, "limit", "a number below nought")
    for field, most in _A_YEAR.items():
        if (getattr(limit, field) or 0) > most:
            refuse_entry(name, entry, f"limit.{field}", f"more than a year, which is {most}")
    if bool(limit.months) != (limit.from_ == "schedule"):
        refuse_entry(name, entry, "limit.months", "months go with a limit from “schedule”, and only with that")
    if list(limit.months) != sorted(set(limit.months)) or any(not 1 <= n <= 60 for n in limit.months):
        refuse_entry(name, entry, "limit.months", "give months from 1 to 60 in rising order, each once")
