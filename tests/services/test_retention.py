"""The yearly review list: by family and by the last entry, holds keep off it, open alerts never come on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from msat.alerts.model import Family
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.services import retention
from msat.services.applies import decide_applies
from msat.services.desk import Desk
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

LATER = date(2041, 11, 22)
"""Fifteen years after noon of the tests' day."""


@pytest.fixture
def closed(desk: Desk, receive: Callable[[FeedItem], AlertState]) -> str:
    """One closed recall beside an open one; returns the closed one's key."""
    state = receive(recall("EL(26)A/61", class_=4))
    receive(recall("EL(26)A/62", path="/other"))
    decide_applies(desk, state.key, False, PHARMACIST, "not-held")
    if desk.views.alert(state.key).is_open:  # type: ignore[union-attr]
        decide_applies(desk, state.key, False, DOCTOR, "not-held")
    assert not desk.views.alert(state.key).is_open  # type: ignore[union-attr]
    return state.key


def _keys(desk: Desk, on: date | None = None) -> list[str]:
    return [one.state.key for one in retention.review_list(desk, on)]


def test_a_closed_alert_comes_up_when_its_familys_period_has_passed(desk: Desk, closed: str) -> None:
    family = desk.views.alert(closed).family  # type: ignore[union-attr]
    years = retention.of_desk(desk).years(family)
    due = date(2026 + years, 11, 22)
    assert _keys(desk) == []
    assert _keys(desk, due.replace(day=21)) == []
    assert _keys(desk, due) == [closed]
    (one,) = retention.review_list(desk, due)
    assert (one.last, one.years, one.since, one.hold) == (date(2026, 11, 22), years, due, None)


def test_a_hold_is_an_entry_and_ends_by_another(desk: Desk, closed: str) -> None:
    made = retention.hold(desk, closed, "A claim is open.", PHARMACIST)
    assert [entry.type for entry in made.entries] == ["retention.held"]
    (one,) = retention.review_list(desk, LATER)
    assert one.hold is not None
    assert (one.hold.reason, one.hold.by) == ("A claim is open.", PHARMACIST.name)
    assert "1 more are on hold" in retention.said([one], retention.of_desk(desk), LATER)
    with pytest.raises(Refused, match="held already by A Pharmacist"):
        retention.hold(desk, closed, "Again.", DOCTOR)
    retention.release(desk, closed, "The claim is settled.", DOCTOR)
    (one,) = retention.review_list(desk, LATER)
    assert one.hold is None
    with pytest.raises(Refused, match="not on hold"):
        retention.release(desk, closed, "Again.", DOCTOR)
    state = desk.views.alert(closed)
    assert state is not None
    assert [line.text for line in state.history[-2:]] == [
        "Put on hold, off the yearly review list: A claim is open.",
        "Ended the hold: The claim is settled.",
    ]
    assert not state.is_open
    assert desk.views.difference_from_rebuild() == ()


@pytest.mark.parametrize("reason", ["", "   ", "NHS number 943 476 5919"])
def test_a_hold_needs_a_reason_without_patient_details(desk: Desk, closed: str, reason: str) -> None:
    before = desk.record.head()
    with pytest.raises(Refused):
        retention.hold(desk, closed, reason, PHARMACIST)
    assert desk.record.head() == before


def test_the_list_deletes_and_records_nothing(desk: Desk, closed: str) -> None:
    before, states = desk.record.head(), desk.views.states()
    text = retention.said(retention.review_list(desk, LATER), retention.of_desk(desk), LATER)
    assert "Nothing is deleted by a period" in text
    assert "proposal" in text
    assert (desk.record.head(), desk.views.states()) == (before, states)


def test_own_periods_are_laid_over_the_shipped_ones(desk: Desk, closed: str) -> None:
    shipped = retention.of_desk(desk)
    family = desk.views.alert(closed).family  # type: ignore[union-attr]
    own = desk.places.config / "retention.toml"
    own.write_text(f'basis = "our policy"\n[families]\n"{family}" = 2\n', encoding="utf-8")
    known = retention.of_desk(desk)
    assert known.years(family) == 2
    assert known.basis == "our policy"
    assert known == replace_families(shipped, known, family)
    assert _keys(desk, date(2028, 11, 22)) == [closed]


def replace_families(shipped: retention.Periods, known: retention.Periods, family: str) -> retention.Periods:
    """The shipped periods with what the own file changed: one family, and whose periods they are."""
    import msgspec

    return msgspec.structs.replace(
        shipped,
        basis=known.basis,
        source=known.source,
        reviewed_by="",
        reviewed_on="",
        families={**shipped.families, family: 2},
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default_years = 'ten'", "default_years"),
        ("years = 3", "years"),
        ('[families]\n"recalls" = 3', "a family “recalls”"),
        ('[families]\n"medicines-recall" = 0', "0 years"),
        ("default_years = 1000", "default_years 1000"),
        ("default_years = ", "cannot be used"),
    ],
)
def test_a_wrong_file_is_refused_naming_file_and_field(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "retention.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=said) as caught:
        retention.periods(own)
    assert "retention.toml" in caught.value.explanation


def test_every_family_has_a_period_and_says_what_it_rests_on() -> None:
    known = retention.periods()
    assert all(known.years(family.value) >= 1 for family in Family)
    assert (known.basis, bool(known.source)) == ("proposal", True)


def test_a_leap_day_ends_on_the_first_of_march() -> None:
    assert retention._later(date(2028, 2, 29), 1) == date(2029, 3, 1)
    assert retention._later(date(2028, 2, 29), 4) == date(2032, 2, 29)
