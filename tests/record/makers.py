"""Small true-to-life drafts for tests of the record."""

from __future__ import annotations

from msat.record.entries import Actor, Draft
from msat.record.organisation import Organisation

ORGANISATION = Organisation("Albion Street Practice", "G85001", "gp-practice")
PERSON = Actor("Priya Shah", "Pharmacist", "pshah")


def draft(note: str = "", kind: str = "alert.acknowledged", files: tuple[str, ...] = ()) -> Draft:
    """An acknowledgement of one alert."""
    return Draft(kind, PERSON, {"note": note}, "EL(26)A/37", files=files, meaning="Acknowledged EL(26)A/37.")
