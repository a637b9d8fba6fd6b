"""Folding that one alert has taken the place of another."""

from __future__ import annotations

from typing import Any

import pytest

from msat.projections.alert_state import Named, Status
from msat.projections.worklist import SUPERSEDED, group, row
from tests.fakes import NOON, Story

BY: dict[str, Any] = {"by": "EL(26)A/40", "reference": "EL(26)A/40", "words": "supersedes EL(26)A/37"}


@pytest.fixture
def story() -> Story:
    made = Story()
    made.received()
    made.triaged()
    return made


def test_the_older_is_closed_and_flagged_and_keeps_what_was_done(story: Story) -> None:
    story.acknowledged()
    story.answered("A04")
    story.happens("alert.superseded", BY, by="MSAT", role="program")
    state = story.state
    assert state.status(NOON) is Status.SUPERSEDED
    assert not state.is_open
    assert state.flags == ("superseded",)
    assert state.acknowledged is not None
    assert any(action.standing for action in state.actions)
    assert group(row(state, NOON), NOON) == SUPERSEDED
    assert state.history[-1].text == "Superseded by EL(26)A/40. The notice says: “supersedes EL(26)A/37”."


def test_a_new_triage_leaves_it_flagged_and_closed(story: Story) -> None:
    story.happens("alert.superseded", BY)
    story.triaged(flags=("updated",))
    assert story.state.flags == ("updated", "superseded")
    assert story.state.status(NOON) is Status.SUPERSEDED


def test_work_that_was_finished_stays_done(story: Story) -> None:
    story.is_done()
    story.happens("alert.superseded", BY)
    assert story.state.status(NOON) is Status.DONE
    assert not story.state.is_open


def test_a_signature_that_waits_for_its_second_waits_no_longer(story: Story) -> None:
    story.acknowledged()
    story.signed_off()
    assert story.state.status(NOON) is Status.SECOND_PERSON
    story.happens("alert.superseded", BY)
    assert story.state.status(NOON) is Status.SUPERSEDED


def test_a_person_opens_it_again(story: Story) -> None:
    story.happens("alert.superseded", BY)
    story.reopened("The branch is not in the new one.")
    state = story.state
    assert state.is_open
    assert state.flags == ()
    assert state.superseded is not None
    assert not state.superseded.stands
    assert state.superseded.by == "EL(26)A/40"


@pytest.mark.parametrize("data", [{}, {"by": ""}, {"by": 7}, {"by": "EL(26)A/37"}])
def test_a_link_to_nothing_or_to_itself_closes_nothing(story: Story, data: dict[str, Any]) -> None:
    story.happens("alert.superseded", data)
    assert story.state.superseded is None
    assert story.state.is_open


def test_what_a_notice_names_is_kept_as_it_says_it() -> None:
    story = Story()
    story.received(
        supersedes=[{"reference": "EL(26)A/30", "words": "replaces EL(26)A/30"}, {"words": "nobody"}, "odd"],
        superseded_by=[{"reference": "EL(26)A/50", "words": "superseded by EL(26)A/50"}],
    )
    assert story.state.supersedes == (Named("EL(26)A/30", "replaces EL(26)A/30"),)
    assert story.state.names_successor == (Named("EL(26)A/50", "superseded by EL(26)A/50"),)
    assert story.state.is_open
