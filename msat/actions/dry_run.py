"""What other rules would have made of a notice: both outcomes side by side, and how they differ. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from msat.actions.model import RecommendedAction
from msat.ids import AlertKey
from msat.triage.model import OrganisationKind, Priority, Triage

Direction = Literal["lowered", "raised", "later", "earlier", "actions", "flags", "wording"]
DIRECTIONS: Mapping[Direction, str] = {
    "lowered": "lower priority",
    "raised": "higher priority",
    "later": "later deadline",
    "earlier": "earlier deadline",
    "actions": "other actions",
    "flags": "other flags",
    "wording": "other words or places only",
}
"""The ways in which two outcomes differ, the gravest first, with the words shown for them."""
_URGENCY = {Priority.RED: 3, Priority.AMBER: 2, Priority.GREEN: 1, None: 0}
_SINCE = re.compile(r", (?:adopted \d{1,2} \w+ \d{4}|not yet adopted)(?=:)")
"""Since when a local rule holds is no difference between two outcomes."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rules make of one notice for one kind of organisation, as far as people see it."""

    priority: Priority | None
    due: datetime | None
    due_from: str
    actions: tuple[str, ...]
    flags: tuple[str, ...]
    rule: str
    texts: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    """Of each action the text, the places, and whether signing off waits for it."""
    reason: str = ""
    """The first reason given."""


@dataclass(frozen=True, slots=True)
class Row:
    """One alert that comes out differently for one kind of organisation."""

    key: AlertKey
    name: str
    title: str
    received: datetime
    kind: OrganisationKind
    before: Outcome
    after: Outcome
    directions: tuple[Direction, ...]

    @property
    def is_lowered_red(self) -> bool:
        return self.before.priority is Priority.RED and self.after.priority is not Priority.RED


def outcome(triage: Triage, actions: Sequence[RecommendedAction]) -> Outcome:
    """What people see of a triage and its actions."""
    return Outcome(
        triage.priority,
        triage.due.at,
        triage.due.from_,
        tuple(action.code for action in actions),
        triage.flags,
        triage.rule,
        tuple((action.text, action.places, action.required) for action in actions),
        _SINCE.sub("", triage.reasons[0].text) if triage.reasons else "",
    )


def directions(before: Outcome, after: Outcome) -> tuple[Direction, ...]:
    """In which ways `after` differs, the gravest first; none when people would see the same."""
    found: list[Direction] = []
    if before.priority != after.priority:
        found.append("lowered" if _URGENCY[after.priority] < _URGENCY[before.priority] else "raised")
    if before.due != after.due:
        found.append("later" if (after.due or _NEVER) > (before.due or _NEVER) else "earlier")
    if before.actions != after.actions:
        found.append("actions")
    if before.flags != after.flags:
        found.append("flags")
    if not found and (before.texts != after.texts or before.reason != after.reason or before.rule != after.rule):
        found.append("wording")
    return tuple(found)


def ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The lowered Reds first, then by the gravest difference, then the newest."""
    rank = {direction: at for at, direction in enumerate(DIRECTIONS)}

    def place(row: Row) -> tuple[bool, int, float, str, str]:
        gravest = rank[row.directions[0]] if row.directions else len(rank)
        return (not row.is_lowered_red, gravest, -row.received.timestamp(), str(row.key), row.kind.value)

    return tuple(sorted(rows, key=place))


def counts(rows: Iterable[Row]) -> dict[Direction, int]:
    """How many alerts differ in each way; nought is said too."""
    counted = Counter(direction for row in rows for direction in row.directions)
    return {direction: counted[direction] for direction in DIRECTIONS}
