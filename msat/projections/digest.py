"""The digest: open alerts in their groups, as one text for people. Pure; holds no note, no count of patients.

Only what a list shows: reference, title, priority, by when, whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.clock import say_moment
from msat.projections import worklist
from msat.projections.ports import Row
from msat.record.organisation import Organisation


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One alert."""

    name: str
    """Its reference, else empty."""
    title: str
    rag: str
    due: str
    owner: str
    done: str
    """How many of its actions are answered: "2 of 5"."""
    url: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything of one digest: whose, as at when, the groups in their order, and what must be said beside them."""

    organisation: str
    ods: str
    as_at: datetime
    groups: tuple[tuple[str, tuple[DigestLine, ...]], ...]
    cautions: tuple[str, ...] = ()
    besides: tuple[tuple[str, int], ...] = ()
    """Groups of which only the number is told: nothing presses there."""

    @property
    def count(self) -> int:
        return sum(len(lines) for _name, lines in self.groups)

    @property
    def title(self) -> str:
        """What the message is called: "Medicines safety alerts: 3 open, 1 overdue"."""
        counts = {name: len(lines) for name, lines in self.groups}
        overdue = f", {counts[worklist.OVERDUE]} overdue" if worklist.OVERDUE in counts else ""
        return (
            f"Medicines safety alerts: {self.count} open{overdue}"
            if self.count
            else "Medicines safety alerts: none open"
        )


COUNTED = (worklist.HISTORIC, worklist.DEFERRED)


def digest(
    rows: Sequence[Row],
    organisation: Organisation,
    now: datetime,
    cautions: Sequence[str] = (),
    counted: Sequence[str] = COUNTED,
) -> Digest:
    """The digest of these open alerts, groups and order as in the worklist; of the groups `counted` only the number."""
    groups: dict[str, list[DigestLine]] = {}
    for row in rows:
        groups.setdefault(worklist.group(row, now), []).append(_line(row, now))
    named = tuple((name, tuple(groups[name])) for name in worklist.GROUPS if name in groups and name not in counted)
    besides = tuple((name, len(groups[name])) for name in counted if name in groups)
    return Digest(_one(organisation.name), organisation.ods, now, named, tuple(map(_one, cautions)), besides)


def _line(row: Row, now: datetime) -> DigestLine:
    title = _one(row.title)
    return DigestLine(
        name=row.reference if row.reference and row.reference not in title else "",
        title=title,
        rag=str(row.rag).capitalize() if row.rag else "No rating",
        due=worklist.due_words(row, now),
        owner=_one(row.owner),
        done=f"{row.actions_done} of {row.actions_total}" if row.actions_total else "",
        url=next((url for _source, url in row.sources if url.startswith("https://")), ""),
    )


def _one(text: str) -> str:
    """Text on one line, without marks that are not printed: a title never makes a line, or a header, of its own."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def as_at_words(found: Digest) -> str:
    """Whose it is and as at when."""
    return f"{found.organisation} ({found.ods}), as at {say_moment(found.as_at)}"
