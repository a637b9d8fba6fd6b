"""Explaining a gap: recorded with a person, shown, corrected, and never twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.services.correct import correct
from msat.services.desk import Desk, Person
from msat.services.gaps import explain_gap, find_gaps, parse
from tests.notices import item, recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]


@pytest.fixture
def gapped(desk: Desk, receive: Receive) -> Desk:
    """EL(26)A/62 is not here."""
    for number in (61, 63):
        receive(recall(f"EL(26)A/{number}"))
    return desk


def open_gaps(desk: Desk) -> list[str]:
    return [gap.reference for gap in find_gaps(desk) if gap.explanation is None]


def test_a_gap_is_explained_by_a_person(gapped: Desk) -> None:
    assert open_gaps(gapped) == ["EL(26)A/62"]
    changes = explain_gap(gapped, "el 26 a 62", "not-issued", PHARMACIST)
    assert changes.words == "Explained why EL(26)A/62 is not here: the number was not issued. Entry 6."
    (gap,) = find_gaps(gapped)
    assert (gap.explanation.deed.by, gap.explanation.reason) == ("A Pharmacist", "not-issued")
    assert gapped.record.verify().valid
    assert gapped.views.difference_from_rebuild() == ()
    gapped.views.rebuild()
    assert open_gaps(gapped) == []


def test_a_roundup_of_november_2025_asks_for_what_is_not_here(desk: Desk, receive: Receive) -> None:
    words = "".join(f"<p>Class 2 recall, {n}.</p>" for n in ("EL(25)A/47", "EL(25)A/48", "EL(25)A/49", "EL(25)A/51"))
    receive(item("MHRA Safety Roundup: November 2025", words, alert_type="mhra-safety-round-up"))
    assert open_gaps(desk) == [f"EL(25)A/{number}" for number in (51, 50, 49, 48, 47)]
    assert [gap.reference for gap in find_gaps(desk) if not gap.is_roundup_item] == ["EL(25)A/50"]


@pytest.mark.parametrize(
    ("ref", "reason", "note", "said"),
    [
        ("EL(26)A/62", "because", "", "is not a reason"),
        ("EL(26)A/62", "other", "", "note is empty"),
        ("EL(26)A/62", "other", "NHS number 943 476 5919", "NHS number"),
        ("EL(26)A/61", "not-issued", "", "is not a gap"),
        ("EL(26)A/64", "not-issued", "", "is not a gap"),
        ("something", "not-issued", "", "is not a number of a series"),
        ("MDA/2019/013", "not-issued", "", "is not a number of a series"),
    ],
)
def test_what_cannot_be_explained_is_refused(gapped: Desk, ref: str, reason: str, note: str, said: str) -> None:
    before = gapped.record.head()
    with pytest.raises(Refused, match=said):
        explain_gap(gapped, ref, reason, PHARMACIST, note)
    assert gapped.record.head() == before


def test_a_gap_is_explained_once_and_by_somebody(gapped: Desk) -> None:
    with pytest.raises(Refused, match="Who did this"):
        explain_gap(gapped, "EL(26)A/62", "not-issued", Person("", ""))
    explain_gap(gapped, "EL(26)A/62", "not-issued", PHARMACIST)
    with pytest.raises(Refused, match="already explained by A Pharmacist"):
        explain_gap(gapped, "EL(26)A/62", "not-for-us", DOCTOR)


def test_an_explanation_is_corrected_and_withdrawn_like_any_deed(gapped: Desk) -> None:
    (entry,) = explain_gap(gapped, "EL(26)A/62", "not-issued", PHARMACIST).entries
    with pytest.raises(Refused, match="changes nothing"):
        correct(gapped, entry.id, "a slip", DOCTOR, {"reason": "not-issued"})
    with pytest.raises(Refused, match="cannot be corrected"):
        correct(gapped, entry.id, "a slip", DOCTOR, {"year": 2027})
    (fixed,) = correct(gapped, entry.id, "It was.", DOCTOR, {"reason": "other", "note": "Came by post."}).entries
    (gap,) = find_gaps(gapped)
    assert gap.explanation.words == "Other, see the note: Came by post."
    assert gap.explanation.deed.by == "A Pharmacist"
    with pytest.raises(Refused, match="already corrected by A Doctor"):
        correct(gapped, entry.id, "again", DOCTOR)
    correct(gapped, fixed.id, "Meant for another number.", DOCTOR)
    assert open_gaps(gapped) == ["EL(26)A/62"]
    explain_gap(gapped, "EL(26)A/62", "not-for-us", DOCTOR)
    assert open_gaps(gapped) == []
    assert gapped.views.difference_from_rebuild() == ()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("EL(25)A/50", ("EL", 2025, 50)), ("EL 25 50", ("EL", 2025, 50)), ("el(25)a50", ("EL", 2025, 50)),
        ("NatPSA/2025/003", ("NatPSA", 2025, 3)), ("natpsa 2025 3", ("NatPSA", 2025, 3)),
        ("NatPSA/2025/003/DHSC", ("NatPSA", 2025, 3)), ("DSI/2024/03", ("DSI", 2024, 3)),
        ("CLMR (22)A/06", ("CLMR", 2022, 6)),
    ],
)  # fmt: skip
def test_a_number_is_meant_in_any_spelling(words: str, meant: tuple[str, int, int]) -> None:
    assert parse(words) == meant
