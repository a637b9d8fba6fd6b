"""Single values of an entry: what another site wrote is read as it is stored, and no name hides a character."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from msat.clock import FixedClock
from msat.projections.values import deed_of, same_person, text, texts
from msat.record.entries import Actor
from msat.record.memory import MemoryRecord
from tests.record.makers import ORGANISATION, draft


def test_a_text_is_read_in_the_direction_in_which_it_is_stored() -> None:
    data = {"note": "not \u202edetceffa\u202c", "all": ("\u2066one\u2069", 2, "two"), "number": 3}
    assert text(data, "note") == "not detceffa"
    assert texts(data, "all") == ("one", "two")
    assert (text(data, "number"), text(data, "absent")) == ("", "")


def test_a_name_in_a_deed_shows_all_that_it_holds() -> None:
    record = MemoryRecord(ORGANISATION, FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)))
    person = Actor("A.\u200b\u202e Patel", "Phar\u00admacist", "apatel")
    (entry,) = record.append([replace(draft("one"), actor=person)])
    deed = deed_of(entry)
    assert (deed.by, deed.role) == ("A. Patel", "Pharmacist")
    assert same_person("a.\u200b  PATEL", deed.by)
    assert not same_person("\u0410. Patel", deed.by), "a Cyrillic letter makes another name, and it is written so"
