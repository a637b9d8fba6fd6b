"""Strikes out what is about no alert and should not have been recorded: an import of a list, a choice of an area, a
step with an outlier, a newsletter as sent, a meeting held.

There is nothing in them to correct field by field: a list is imported anew, an area chosen anew, a step recorded anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msat.errors import Refused
from msat.projections.meetings import HELD
from msat.projections.newsletter_issues import SENT
from msat.projections.outlier_steps import LETTER, PREVIEWED, REPLIED
from msat.projections.practices import CHOSEN, IMPORTED
from msat.record.entries import Entry
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person

TYPES = (IMPORTED, CHOSEN, PREVIEWED, LETTER, REPLIED, SENT, HELD)
_WHAT = {
    IMPORTED: "the import of a list of practices",
    CHOSEN: "the choice of our area",
    PREVIEWED: "a preview shown to an organisation",
    LETTER: "a letter to an organisation",
    REPLIED: "the reply of an organisation",
    SENT: "an issue of a newsletter as sent",
    HELD: "a meeting with its agenda and who was there",
}
_AGAIN = "Record it anew, or strike this one out with --entered-in-error."
_INSTEAD = {
    IMPORTED: "Import the right list, or strike this one out with --entered-in-error.",
    CHOSEN: "Choose anew, or strike this one out with --entered-in-error.",
    PREVIEWED: _AGAIN,
    LETTER: _AGAIN,
    REPLIED: _AGAIN,
    SENT: _AGAIN,
    HELD: _AGAIN,
}


def strike_whole(
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
