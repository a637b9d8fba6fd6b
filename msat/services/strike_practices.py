"""Strikes out an import of a list or a choice of an area that should not have been made: the one before counts again.

There is nothing in either to correct field by field: a list is imported anew, and an area is chosen anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msat.errors import Refused
from msat.projections.practices import CHOSEN, IMPORTED
from msat.record.entries import Entry
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person

TYPES = (IMPORTED, CHOSEN)
_WHAT = {IMPORTED: "the import of a list of practices", CHOSEN: "the choice of our area"}
_INSTEAD = {
    IMPORTED: "Import the right list, or strike this one out with --entered-in-error.",
    CHOSEN: "Choose anew, or strike this one out with --entered-in-error.",
}


def strike_practices(
    desk: Desk,
    entry: Entry,
    reason: str,
    person: Person,
    data: Mapping[str, Any] | None = None,
    happened: datetime | None = None,
) -> Changes:
    """Records that `entry` was made in error. Raises Refused when `data` is given, and for an entry struck before."""
    before = next((one for one in desk.views.general(*TYPES) if one.deed.entry == entry.id), None)
    if before is None or before.struck:
        how = before.struck if before else "struck out"
        raise Refused(f"Entry {entry.seq} was already {how}.", "Nothing is left of it to correct.")
    if data is not None:
        raise Refused(f"No field of {_WHAT[entry.type]} can be corrected.", _INSTEAD[entry.type])
    said = {
        "entry": entry.id,
        "type": entry.type,
        "data": {"entered_in_error": True},
        "reason": deeds.required_text(reason, "reason"),
    }
    deed = deeds.Deed("entry.corrected", said, f"Struck out entry {entry.seq}, {_WHAT[entry.type]}.")
    return deeds.record_general(desk, person, happened or before.deed.happened, deed)
