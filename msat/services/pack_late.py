"""What came too late for the pack before: entries behind its cut about something done in its period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msat.clock import london
from msat.projections.cut import Cut
from msat.projections.history import said
from msat.projections.pack_model import Late
from msat.projections.values import data_of, deed_of, part, text
from msat.record.entries import Entry
from msat.services.desk import Desk
from msat.services.gathering import code_of, entries_after

ABOUT_NO_ALERT = frozenset({"gap.explained", "newsletter.issue_sent", "entry.corrected"})
"""What bears on a pack although it is about no alert."""


def late_lines(desk: Desk, earlier: Cut, first: date, last: date, cut: Cut) -> Iterator[Late]:
    """Every entry that a person recorded behind the `earlier` cut about something done from `first` to `last`.

    By organisation, in the order of the fold. What publishers did is told by the alerts themselves.
    """
    names = {log.log: log.ods for log in cut.logs}
    for entry in entries_after(desk, earlier, cut):
        if entry.about is None and entry.type not in ABOUT_NO_ALERT:
            continue
        deed = deed_of(entry)
        if deed.role == "program" or not first <= london(deed.happened).date() <= last:
            continue
        yield Late(
            ods=code_of(names.get(entry.log, "")),
            alert=entry.about or "",
            what=_words(entry),
            happened=deed.happened,
            recorded=entry.time,
            entry=entry.id,
        )


def _words(entry: Entry) -> str:
    """The entry in a sentence; a correction says what it is now."""
    data = data_of(entry)
    if entry.type == "entry.corrected":
        now = said(text(data, "type"), part(data, "data"))
        return " ".join(words for words in (f"Corrected: {text(data, 'reason').rstrip('.')}.", now) if words)
    return said(entry.type, data) or text(entry.content, "meaning") or entry.type
