"""What is recorded about the organisation itself and about no alert: absences, adopted rules, imported lists. Pure.

Each stays as it was recorded; a correction strikes it and puts the corrected data beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from msat.clock import say_date
from msat.projections.values import data_of, deed_of, flag, part, text
from msat.projections.work_state import Deed
from msat.record.entries import Entry

TYPES = frozenset(
    {
        "absence.recorded",
        "rules.adopted",
        "practices.imported",
        "area.chosen",
        "plan.agreed",
        "newsletter.issue_sent",
        "meeting.held",
        "outlier.previewed",
        "letter.issued",
        "reply.recorded",
        "pack.prepared",
        "pack.issued",
        "log.superseded",
        "log.remainder_found",
        "log.moved",
    }
)
"""The types kept here. Explanations of gaps have a place of their own (`projections.gaps`)."""


@dataclass(frozen=True, slots=True)
class General:
    """One entry about no alert. `files` are the fingerprints of the files it names."""

    type: str
    deed: Deed
    data: dict[str, Any]
    files: tuple[str, ...] = ()
    struck: str = ""
    """Empty while it stands; else why it no longer does."""


def gathered(before: Sequence[General], entry: Entry) -> Sequence[General]:
    """`before` with what `entry` says; `before` itself when it says nothing of these."""
    if entry.type in TYPES and entry.about is None:
        files = entry.content.get("files")
        named = tuple(str(one) for one in files) if isinstance(files, list | tuple) else ()
        return (*before, General(entry.type, deed_of(entry), dict(data_of(entry)), named))
    if entry.type == "entry.corrected" and entry.about is None:
        return _corrected(before, entry)
    return before


def _corrected(before: Sequence[General], entry: Entry) -> Sequence[General]:
    told, by = data_of(entry), deed_of(entry)
    target = text(told, "entry")
    at = next((n for n, one in enumerate(before) if one.deed.entry == target and not one.struck), None)
    if at is None:
        return before
    one, data = before[at], part(told, "data")
    why = "entered in error: " if flag(data, "entered_in_error") else ""
    struck = f"corrected by {by.by} on {say_date(by.recorded)}: {why}{text(told, 'reason')}"
    after = [*before]
    after[at] = replace(one, struck=struck)
    if not flag(data, "entered_in_error"):
        deed = replace(by, by=one.deed.by, role=one.deed.role, corrected=struck)
        after.append(General(one.type, deed, {**one.data, **data}, one.files))
    return tuple(after)
