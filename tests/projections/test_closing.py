"""When an alert may close, in one line, and what is missing until then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msat.projections.alert_state import AlertState, Status
from msat.projections.closing import closing_line
from tests.fakes import ACTIONS, NOON, PLACES, Story, an_action


def triaged(story: Story, rag: str | None = "amber", may_close: tuple[str, ...] = (), **more: Any) -> None:
    """As `Story.triaged`, with a closing rule."""
    story.triaged(rag, **more)
    data = {**story.entries[-1].data, "may_close": list(may_close)}
    story.happens("alert.triaged", data, by="MSAT", role="program")


def begun(rag: str = "amber", may_close: tuple[str, ...] = (), **more: Any) -> Story:
    story = Story()
    story.received()
    triaged(story, rag, may_close, **more)
    return story


def test_without_a_rule_every_required_action_is_waited_for() -> None:
    story = begun()
    assert closing_line(story.state) == (
        "May close when: acknowledged; decided whether it applies; stock checked in every place; stock quarantined and "
        "returned, or nil; people found reviewed; signed. Missing: acknowledged; decided whether it applies; stock "
        "checked in every place; stock quarantined and returned, or nil; people found reviewed; signed."
    )
    story.acknowledged()
    story.decided()
    story.checked(PLACES[0])
    assert story.state.missing == ("answer A03 Do A03", "answer A04 Do A04", "answer A07 Do A07")
    assert "Missing: stock checked in every place; stock" in closing_line(story.state)


def test_a_rule_s_own_list_is_what_is_waited_for() -> None:
    story = begun(may_close=("A01", "A02", "A07"))
    story.acknowledged()
    story.decided()
    assert story.state.missing == ("answer A07 Do A07",)
    assert closing_line(story.state).endswith("Missing: people found reviewed; signed.")
    story.counted(found=0)
    assert story.state.missing == ()
    assert closing_line(story.state).endswith("Missing: signed.")


def test_a_rule_can_wait_for_what_is_not_required_otherwise() -> None:
    actions = [*ACTIONS, an_action("A16", required=False)]
    story = begun(may_close=("A16",), actions=actions)
    assert "answer A16 Do A16" in story.state.missing


def test_numbered_actions_are_one_condition() -> None:
    actions = [an_action("A26.1"), an_action("A26.2"), an_action("LA01")]
    story = begun(may_close=("A26", "LA01"), actions=actions)
    story.answered("A26.1")
    line = closing_line(story.state)
    assert line.count("each national action answered") == 2
    assert "do LA01" in line
    story.answered("A26.2")
    assert closing_line(story.state).count("each national action answered") == 1


def test_a_rule_can_ask_for_two_people_on_what_is_not_red() -> None:
    story = begun(may_close=("A04", "second-person"))
    story.acknowledged()
    story.decided()
    story.answered("A04")
    assert "signed by two people" in closing_line(story.state)
    story.signed_off(by="A. Patel")
    assert story.state.status(NOON) is Status.SECOND_PERSON
    assert closing_line(story.state) == "Signed off by A. Patel. Missing: a second person signs."
    story.signed_off(by="a.  patel")
    assert story.state.needs_second
    story.signed_off(by="B. Jones")
    assert story.state.status(NOON) is Status.DONE
    assert closing_line(story.state) == "Closed: signed off by A. Patel and B. Jones."


def test_mixed_level_is_a_condition_until_a_person_has_chosen() -> None:
    story = begun(flags=("mixed-level",))
    assert "priority chosen, because level and text disagree" in closing_line(story.state).split("Missing:")[1]
    story.overridden("amber", "As it is.")
    line = closing_line(story.state)
    assert "priority chosen" in line
    assert "priority chosen" not in line.split("Missing:")[1]


def test_nothing_is_missing_of_what_does_not_apply() -> None:
    story = begun("red")
    story.decided(applies=False)
    assert story.state.missing == ()
    assert closing_line(story.state) == (
        "Closed as not applicable by A. Patel. Missing: a second person confirms it, because it is Red."
    )
    story.decided(applies=False, by="B. Jones")
    assert closing_line(story.state) == "Closed as not applicable by A. Patel."


def test_a_red_is_closed_by_two() -> None:
    story = begun("red", due=NOON + timedelta(days=1))
    assert closing_line(story.state).count("signed by two people") == 2
    story.is_done()
    assert closing_line(story.state) == "Closed: signed off by A. Patel and C. Okafor."


def test_whoever_lowers_a_red_does_not_close_it_alone() -> None:
    story = begun("red")
    story.acknowledged()
    lowered = story.overridden("green", by="A. Patel")
    story.decided(applies=False, by="a.  patel")
    assert story.state.status(NOON) is Status.SECOND_PERSON
    assert "Missing: a second person confirms it, because it is Red by its rule." in closing_line(story.state)
    story.decided(applies=False, by="B. Jones")
    assert story.state.status(NOON) is Status.NOT_APPLICABLE
    story.reopened()
    for answer in (story.decided, lambda: story.answered("A04"), lambda: story.counted(found=0)):
        answer()
    for place in PLACES:
        story.checked(place)
    story.signed_off(by="A. Patel")
    assert story.state.status(NOON) is Status.SECOND_PERSON
    story.signed_off(by="B. Jones")
    assert story.state.status(NOON) is Status.DONE
    story.reopened()
    story.corrected(lowered, {"rag": "amber", "reason": "We hold little."}, by="A. Patel")
    story.decided()
    story.signed_off(by="B. Jones")
    assert story.state.status(NOON) is Status.DONE


def test_the_line_is_one_line_whatever_the_state() -> None:
    story = begun()
    states: list[AlertState] = [story.state]
    story.happens("alert.superseded", {"by": "EL(26)A/99", "reference": "EL(26)A/99", "words": "It replaces."})
    states.append(story.state)
    assert closing_line(states[1]) == "Closed: superseded by EL(26)A/99."
    assert all("\n" not in closing_line(state) for state in states)
