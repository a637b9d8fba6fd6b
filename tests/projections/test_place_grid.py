"""The grid of places: what keys do to its rows, what is to be recorded, and a round of checks in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from msat.projections.place_grid import Finding, PlaceRow, changed, grid, rest_nil, round_words, typed
from tests.fakes import NOON, Story

AT = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)


def test_the_rows_are_the_places_asked_for_and_those_checked_besides() -> None:
    story = Story()
    story.received()
    story.triaged()
    story.checked("Dispensary", "quantity", 3, "X1")
    story.checked("garage")
    action = next(a for a in story.state.actions if a.code == "A03")
    first, second, third = grid(action)
    assert (first.place, first.result, first.quantity, first.batch) == ("dispensary", "quantity", 3, "X1")
    assert (first.by, first.time) == ("A. Patel", NOON + timedelta(minutes=3))
    assert (second.place, second.is_checked, second.time) == ("treatment room", False, None)
    assert third.place == "garage"


@pytest.mark.parametrize(
    ("text", "batch", "result", "quantity", "wrong"),
    [
        ("n", "", "nil", None, ""),
        (" NIL ", "", "nil", None, ""),
        ("0", "", "nil", None, ""),
        ("12", " TX1 ", "quantity", 12, ""),
        ("", "", "not checked", None, ""),
        ("some", "", "quantity", None, "give the number of packs, or nil"),
        ("-3", "", "quantity", None, "give the number"),
        ("٣", "", "quantity", None, "give the number"),
        ("9" * 30, "", "quantity", None, "give the number"),
        ("n", "TX1", "nil", None, "beside “nil”"),
    ],
)
def test_what_is_typed_into_a_row(text: str, batch: str, result: str, quantity: int | None, wrong: str) -> None:
    row = typed(PlaceRow("Hub"), text, batch)
    assert (row.result, row.quantity, row.batch) == (result, quantity, batch.strip())
    assert wrong in row.wrong
    assert bool(row.wrong) is bool(wrong)


def test_one_key_fills_the_rest_and_only_changes_are_recorded() -> None:
    rows = (PlaceRow("Hub", "quantity", 2, "X"), PlaceRow("Fridge"), PlaceRow("Bags"))
    after = rest_nil(rows)
    assert [row.result for row in after] == ["quantity", "nil", "nil"]
    assert changed(rows, after) == {"Fridge": ("nil", None, ""), "Bags": ("nil", None, "")}
    assert changed(rows, (typed(rows[0], "2", "Y"), *rows[1:])) == {"Hub": ("quantity", 2, "Y")}
    assert changed(rows, rows) == {}


def nil(*places: str) -> list[Finding]:
    return [Finding(place, "nil") for place in places]


def test_a_round_in_one_sentence() -> None:
    seven = nil(*"abcdefg")
    assert round_words(seven, AT, "AP") == "Checked 7 places, nil in all, 09:40, AP."
    assert round_words(nil("a"), AT) == "Checked 1 place, nil, 09:40."
    stock = [*nil("a", "b"), Finding("Hub", "quantity", 3, "X1"), Finding("Van", "not checked")]
    assert round_words(stock, AT, "AP") == (
        "Checked 3 places, nil in 2, stock in 1 (Hub: 3, batch X1), 09:40, AP. Not checked: Van."
    )
    assert round_words([Finding("Hub", "quantity", 3)], AT) == (
        "Checked 1 place, stock in 1 (Hub: 3, batch not given), 09:40."
    )
    assert round_words([Finding("Hub", "not checked")], AT) == "Checked no place. Not checked: Hub."


def test_a_round_of_another_day_says_the_day() -> None:
    later = AT + timedelta(days=1)
    assert round_words(nil("a", "b"), AT, "AP", later) == "Checked 2 places, nil in all, 22 November 2026 09:40, AP."
    midnight = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert round_words(nil("a", "b"), midnight, "", later) == "Checked 2 places, nil in all, 21 November 2026."
    summer = datetime(2026, 7, 1, 8, 40, tzinfo=UTC)
    assert "09:40" in round_words(nil("a"), summer, "", summer)
