"""What has come of an organisation outside the limits: in words, in order, without what was struck out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msat.projections.funnel import Place
from msat.projections.outlier_steps import (
    LETTER,
    PREVIEWED,
    REPLIED,
    preview_for,
    responses,
    steps_in,
)
from msat.record.entries import Entry
from tests.fakes import NOON, Story


def step(story: Story, kind: str, ods: str = "A81002", happened: datetime | None = None, **more: Any) -> Entry:
    """One step about an organisation."""
    data = {
        "ods": ods,
        "name": f"Practice {ods}",
        "measure": "K6",
        "from": "2025-11-23",
        "to": "2026-11-22",
        "numerator": 3,
        "denominator": 12,
        "all_numerator": 80,
        "all_denominator": 100,
        "place": Place.LOW_998.value,
    }
    return story.happens(kind, {**data, **more}, happened=happened, about=None)


def test_nothing_recorded_is_nobody_in_the_answer() -> None:
    assert responses(Story().entries) == {}


def test_the_steps_read_in_the_order_they_were_done() -> None:
    story = Story()
    step(story, PREVIEWED, to_whom="practice manager", how="e-mail", happened=NOON - timedelta(days=20))
    step(story, REPLIED, happened=NOON - timedelta(days=1))
    step(story, LETTER, reply_by="2026-12-01", happened=NOON - timedelta(days=10))
    step(story, PREVIEWED, ods="A81003", to_whom="GP partner", how="telephone", happened=NOON)
    assert responses(story.entries) == {
        "A81002": "Preview shown 2 November 2026 (K6) to practice manager; letter issued 12 November 2026 (K6), reply "
        "asked by 1 December 2026; reply recorded 21 November 2026.",
        "A81003": "Preview shown 22 November 2026 (K6) to GP partner.",
    }


def test_a_step_that_was_struck_out_counts_for_nothing() -> None:
    story = Story()
    shown = step(story, PREVIEWED, to_whom="practice manager", how="e-mail")
    assert preview_for(steps_in(story.entries), "A81002", "K6") is not None
    story.corrected(shown, {"entered_in_error": True}, about=None)
    assert preview_for(steps_in(story.entries), "A81002", "K6") is None
    assert responses(story.entries) == {}


def test_a_preview_is_of_one_organisation_and_one_indicator_and_the_newest_counts() -> None:
    story = Story()
    step(story, PREVIEWED, to_whom="older", happened=NOON - timedelta(days=9))
    step(story, PREVIEWED, to_whom="newer", happened=NOON - timedelta(days=2))
    step(story, PREVIEWED, to_whom="other", measure="K5", happened=NOON)
    found = steps_in(story.entries)
    newest = preview_for(found, "A81002", "K6")
    assert newest is not None
    assert newest.to_whom == "newer"
    assert (newest.counted.words, newest.average.words) == ("3 of 12 (25%)", "80 of 100 (80%)")
    assert preview_for(found, "A81003", "K6") is None


def test_an_entry_of_another_shape_is_left_out_and_stops_nothing() -> None:
    story = Story()
    story.happens(PREVIEWED, {"ods": "A81002", "from": "soon"}, about=None)
    step(story, PREVIEWED, ods="A81003", to_whom="GP partner")
    assert [one.ods for one in steps_in(story.entries)] == ["A81003"]
