"""Move: record that this installation lies on another computer now, and that the old one is no longer used."""

from __future__ import annotations

from msat.services.deeds import checked_person, required_text
from msat.services.desk import Changes, Desk, Person


def move(desk: Desk, person: Person, reason: str) -> Changes:
    """Records the move; the record can be added to again. Raises Refused where it was not moved."""
    person, reason = checked_person(person), required_text(reason, "reason")
    entry = desk.record.move(person.actor(), reason)
    words = f"Recorded that this installation was moved to this computer. Entry {entry.seq}. It can be added to again."
    return Changes(desk.views.catch_up(), (entry,), words=words)
