"""The review list: what puts an alert on it, in which words, and what takes it off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.clock import stamp
from msat.projections.review_list import (
    MIXED_LEVEL,
    NEEDS_A_PERSON,
    ODD_DATES,
    RULES_DIFFER,
    Why,
    questions,
    review_list,
)
from msat.triage.model import Priority
from tests.fakes import ACTIONS, NOON, Story, an_alert

RATED = {"F07": Priority.RED, "F10": Priority.GREEN, "F12": Priority.RED, "F15": Priority.AMBER}.get


def reason(rule: str, kind: str = "base", text: str = "A reason.", words: str = "") -> dict[str, str]:
    return {"kind": kind, "text": text, "rule": rule, "words": words, "where": "", "basis": "", "reviewed": ""}


def story(
    rule: str = "F07",
    flags: tuple[str, ...] = (),
    reasons: tuple[Mapping[str, Any], ...] = (),
    due: datetime | None = NOON + timedelta(days=2),
    from_: str = "class",
    issued: str = "2026-11-20",
) -> Story:
    made = Story()
    made.received(an_alert(), issued=issued)
    made.happens("alert.triaged", triage(rule, flags, reasons, due, from_), by="MSAT", role="program")
    return made


def triage(
    rule: str = "F07",
    flags: tuple[str, ...] = (),
    reasons: tuple[Mapping[str, Any], ...] = (),
    due: datetime | None = NOON + timedelta(days=2),
    from_: str = "class",
    rag: str = "amber",
) -> dict[str, Any]:
    limit = {"at": stamp(due) if due else None, "from": from_, "why": "why", "words": ""}
    told = [dict(one) for one in (reasons or (reason(rule),))]
    return {
        "rag": rag, "rule": rule, "rules_version": "x", "flags": list(flags), "due": limit, "reasons": told,
        "actions": [dict(action) for action in ACTIONS],
    }  # fmt: skip


def judged(made: Story, *flags: str, rag: str = "amber") -> None:
    data = {"flags": list(flags), "rag": rag, "reason": "We looked at the source.", "local_rule": ""}
    made.happens("alert.judged", data)


UNCOVERED = reason("E11", "raised", "No rule covers this kind of notice.")
CASES = {
    "not covered": (story("E11", (NEEDS_A_PERSON,), (UNCOVERED,)), Why.NOT_COVERED, NEEDS_A_PERSON, "No rule covers"),
    "unread": (
        story("F07", (NEEDS_A_PERSON,), (reason("F07"), reason("E11", "flag", "Part could not be read: the table."))),
        Why.LOW_CONFIDENCE,
        NEEDS_A_PERSON,
        "the table",
    ),
    "mixed level": (
        story("F07", (MIXED_LEVEL,), (reason("F07"), reason("E02", "raised", "They disagree.", "pharmacy level"))),
        Why.CONTRADICTION,
        MIXED_LEVEL,
        "They disagree. “pharmacy level”.",
    ),
    "rules": (
        story("F07", (), (reason("F07"), reason("F10"))),
        Why.CONTRADICTION,
        RULES_DIFFER,
        "Rule F07 (Red) and F10 (Green) fit alike",
    ),
    "issued tomorrow and later": (story(issued="2026-11-30"), Why.CONTRADICTION, ODD_DATES, "after the day it was"),
    "issued long ago": (story(issued="1926-11-20"), Why.CONTRADICTION, ODD_DATES, "older than any"),
    "due before issue": (
        story(due=NOON - timedelta(days=30), from_="notice"),
        Why.CONTRADICTION,
        ODD_DATES,
        "before it was issued",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_puts_it_on_the_list_and_a_decision_takes_it_off(name: str) -> None:
    made, why, flag, words = CASES[name]
    (item,) = review_list([made.state], RATED)
    assert (item.why, item.flag, item.key) == (why, flag, made.key)
    assert words in item.words
    judged(made, flag)
    assert review_list([made.state], RATED) == []
    assert made.state.judged is not None
    assert made.state.judged.reason == "We looked at the source."
    assert made.state.override is not None
    assert made.state.rag is Priority.AMBER


def test_a_clear_alert_is_not_on_it() -> None:
    assert review_list([story().state], RATED) == []
    for other in ("F12", "F15", "L01"):
        assert review_list([story("F07", (), (reason("F07"), reason(other))).state], RATED) == []


def test_a_decision_settles_what_it_names_only() -> None:
    made = story("E11", (NEEDS_A_PERSON, MIXED_LEVEL), (UNCOVERED, reason("E02")))
    judged(made, ODD_DATES)
    assert [item.flag for item in review_list([made.state], RATED)] == [NEEDS_A_PERSON]


def test_a_priority_chosen_by_a_person_answers_mixed_level() -> None:
    made = story("F07", (MIXED_LEVEL,))
    made.overridden("red", "Patients have it.")
    assert review_list([made.state], RATED) == []


def test_a_change_that_matters_puts_it_back_and_the_decision_stays_shown() -> None:
    made = story("E11", (NEEDS_A_PERSON,), (UNCOVERED,))
    judged(made, NEEDS_A_PERSON, rag="green")
    made.revised(an_alert(batches=("4L01372H",), title="Another title"), changes=["Title."])
    assert review_list([made.state]) == []
    made.revised(an_alert(batches=("4L9",)), number=3, changes=["Batch 4L9 added."], material=True)
    state = made.state
    assert [item.flag for item in review_list([state])] == [NEEDS_A_PERSON]
    assert state.judged is not None
    assert "changed since" in state.judged.stale
    assert state.rag is Priority.GREEN
    judged(made, NEEDS_A_PERSON)
    assert review_list([made.state]) == []


def test_a_rule_more_urgent_than_the_one_judged_takes_the_priority_back() -> None:
    made = story("E11", (NEEDS_A_PERSON,), (UNCOVERED,))
    judged(made, NEEDS_A_PERSON, rag="green")
    assert made.state.rag is Priority.GREEN
    made.happens("alert.triaged", triage("F07", (), (), rag="red"), by="MSAT", role="program")
    assert made.state.rag is Priority.RED
    assert made.state.override is None
    assert made.state.judged is not None
    assert made.state.judged.stale


def test_a_decision_entered_in_error_brings_back_the_one_before() -> None:
    made = story("E11", (NEEDS_A_PERSON,), (UNCOVERED,))
    judged(made, NEEDS_A_PERSON, rag="red")
    first = made.entries[-1]
    judged(made, NEEDS_A_PERSON, rag="green")
    made.corrected(made.entries[-1], {"entered_in_error": True})
    assert made.state.rag is Priority.RED
    made.corrected(first, {"entered_in_error": True})
    assert made.state.rag is Priority.AMBER
    assert made.state.override is None
    assert [item.flag for item in review_list([made.state])] == [NEEDS_A_PERSON]


def test_finished_and_withdrawn_alerts_are_not_asked_about_and_history_comes_last() -> None:
    old, new, done = (story("E11", (NEEDS_A_PERSON, *more), (UNCOVERED,)) for more in (("historic",), (), ()))
    done.decided(applies=False)
    listed = review_list([old.state, new.state, done.state])
    assert [item.is_historic for item in listed] == [False, True]
    assert questions(done.state) != []


@given(
    st.lists(st.sampled_from([NEEDS_A_PERSON, MIXED_LEVEL, "updated", "historic"]), unique=True),
    st.sampled_from(["F07", "E11"]),
)
def test_nothing_unsure_is_ever_left_out(flags: list[str], rule: str) -> None:
    made = story(rule, tuple(flags), (UNCOVERED,) if rule == "E11" else ())
    asked = {item.flag for item in review_list([made.state], RATED)}
    assert (NEEDS_A_PERSON in asked) == (NEEDS_A_PERSON in flags or rule == "E11")
    assert (MIXED_LEVEL in asked) == (MIXED_LEVEL in flags)
