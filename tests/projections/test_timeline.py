"""The timeline of an alert: every entry and date once, in order, nothing told that the state does not hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from msat.projections import history
from msat.projections.timeline import KINDS, LIMIT, PUBLISHED, distance, timeline
from msat.record.entries import TYPES
from tests.fakes import NOON, MemoryViews, Story


@pytest.fixture
def story() -> Story:
    return Story()


def moments(story: Story, now=NOON):
    views = MemoryViews(story.record, story.files)
    views.catch_up()
    (state,) = views.states()
    return state, timeline(state, story.record.log, now)


def test_every_entry_stands_in_it_once_and_in_order(story: Story):
    story.received()
    story.triaged("red", NOON + timedelta(hours=5))
    story.happens("alert.acknowledged", {"note": ""})
    state, found = moments(story)
    assert [one.line for one in found if one.line] == sorted(state.history, key=lambda line: (line.happened, line.seq))
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert {"Received", "Priority", "Acknowledged", LIMIT} <= {one.kind for one in found}


def test_dates_that_follow_from_the_alert_stand_in_it(story: Story):
    story.received()
    story.triaged("red", NOON + timedelta(hours=5))
    state, found = moments(story)
    (limit,) = [one for one in found if one.kind == LIMIT]
    assert limit.at == NOON + timedelta(hours=5)
    assert limit.is_ahead
    assert not limit.number
    later = timeline(state, story.record.log, NOON + timedelta(days=1))
    assert not next(one for one in later if one.kind == LIMIT).is_ahead
    assert any(one.kind == PUBLISHED for one in timeline(replace(state, published=NOON), "", NOON))


def test_what_was_corrected_stays_and_says_why(story: Story):
    story.received()
    story.triaged("red", NOON + timedelta(hours=5))
    deed = story.happens("alert.acknowledged", {"note": ""})
    story.happens(
        "entry.corrected", {"entry": deed.id, "reason": "Another alert was meant.", "data": {"entered_in_error": True}}
    )
    _state, found = moments(story)
    (struck,) = [one for one in found if one.kind == "Acknowledged"]
    assert "Another alert was meant" in struck.struck
    assert not struck.to_limit
    assert "No longer stands" in struck.sentence
    assert found[-1].kind in ("Corrected", LIMIT)


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (timedelta(hours=-3), "3 hours before the time limit"),
        (timedelta(hours=-1, minutes=-20), "1 hour before the time limit"),
        (timedelta(minutes=-1), "1 minute before the time limit"),
        (timedelta(), "0 minutes before the time limit"),
        (timedelta(hours=49), "49 hours after the time limit"),
        (timedelta(days=3, hours=5), "3 days after the time limit"),
        (timedelta(days=3, hours=13), "4 days after the time limit"),
    ],
)
def test_how_far_from_the_time_limit(apart: timedelta, words: str):
    assert distance(NOON + apart, NOON) == words


def test_a_deed_says_how_far_from_the_limit_and_when_it_was_recorded_late(story: Story):
    story.received()
    story.triaged("red", NOON + timedelta(hours=5))
    story.happens("alert.acknowledged", {"note": ""})
    state, _found = moments(story)
    lines = [
        replace(line, happened=line.happened - timedelta(hours=2)) if line.type == "alert.acknowledged" else line
        for line in state.history
    ]
    found = timeline(replace(state, history=tuple(lines)), story.record.log, NOON)
    (deed,) = [one for one in found if one.kind == "Acknowledged"]
    assert "before the time limit" in deed.to_limit
    assert deed.late.startswith("recorded ")


def test_every_type_that_tells_of_an_alert_has_a_name():
    known = {kind for kind in history.SENTENCES if kind.startswith(("alert.", "action.", "applicability.", "place."))}
    assert known <= set(KINDS)
    assert set(KINDS) <= set(TYPES)
