"""Drafts of issues: order, edits and names; and which alerts wait for an issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, Applicability, VersionState
from msat.projections.newsletter_draft import (
    MOST_ITEMS,
    DraftItem,
    Edit,
    IssueDraft,
    Length,
    added,
    changed,
    edited,
    issue_id,
    moved,
    removed,
    without_edit,
)
from msat.projections.newsletter_issues import Issue
from msat.projections.newsletter_waiting import waiting
from msat.projections.work_state import Deed
from msat.triage.model import Priority

EMPTY = IssueDraft("november-2026", "November 2026", ("prescribers",))
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DEED = Deed("Demo Editor", "editor", NOW, NOW, "e" * 64, 9)


def holding(*keys: str) -> IssueDraft:
    return added(EMPTY, tuple(map(DraftItem, keys)))


def order(issue: IssueDraft) -> str:
    return "".join(item.key for item in issue.items)


# --- drafts ----------------------------------------------------------------------------------------------------


def test_alerts_are_added_moved_and_taken_out() -> None:
    issue = holding("a", "b", "c")
    assert order(moved(issue, "c", 1)) == "cab"
    assert order(moved(issue, "a", 99)) == "bca"
    assert order(removed(issue, "b")) == "ac"
    assert order(issue) == "abc"


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(1, 9)), max_size=12))
def test_moving_loses_and_doubles_nothing(moves: list[tuple[str, int]]) -> None:
    issue = holding(*"abcde")
    for key, to in moves:
        issue = moved(issue, key, to)
        assert order(issue)[min(to, 5) - 1] == key
    assert sorted(order(issue)) == list("abcde")


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(Refused, match="is in “November 2026” already"):
        added(holding("a"), (DraftItem("a"),))
    with pytest.raises(Refused, match="is not in “November 2026”"):
        removed(holding("a"), "b")
    with pytest.raises(Refused, match=f"at most {MOST_ITEMS}"):
        holding(*map(str, range(MOST_ITEMS + 1)))


def test_an_edit_takes_the_place_of_its_own_kind_only() -> None:
    def edit(text: str, **more: str) -> Edit:
        return Edit("why", text, "", "v", **more)

    item = edited(edited(edited(DraftItem("a"), edit("one")), edit("two", length="short")), edit("three"))
    assert [one.text for one in item.edits] == ["two", "three"]
    assert without_edit(item, "why").edit_of("why", "standard", "prescribers") is None
    assert item.edit_of("why", "short", "prescribers").text == "two"  # type: ignore[union-attr]
    assert item.edit_of("headline", "short", "prescribers") is None


def test_a_draft_comes_back_from_json_as_it_was() -> None:
    item = edited(DraftItem("a", Length.FULL, ("care-homes",)), Edit("why", "é\n", "was", "v", "short", "care-homes"))
    issue = changed(holding("a"), item)
    assert msgspec.json.decode(msgspec.json.encode(issue), type=IssueDraft) == issue


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        ("Medicines safety, November 2026", "medicines-safety-november-2026"),
        ("  Été  ", "ete"),
        ("CON", "issue-con"),
        ("lpt1", "issue-lpt1"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_name_is_made_of_the_title(title: str, id_: str) -> None:
    assert issue_id(title) == id_


@given(st.text(max_size=80))
def test_no_title_gives_a_name_that_is_no_file_name(title: str) -> None:
    try:
        made = issue_id(title)
    except Refused:
        return
    assert made.isascii()
    assert made.replace("-", "").isalnum()
    assert made == made.casefold()


# --- waiting ---------------------------------------------------------------------------------------------------


def alert(key: str = "a", **more: Any) -> AlertState:
    values = {"title": key, "family": "medicines-recall", "received": NOW - timedelta(days=3), "rag": Priority.AMBER}
    return AlertState(AlertKey(key), **{**values, **more})


def sent(*keys: str, to: tuple[str, ...] = ("prescribers",), days: int = 1) -> Issue:
    return Issue("october", to, tuple(map(AlertKey, keys)), NOW - timedelta(days=days), DEED)


def test_what_no_issue_told_of_waits_the_reds_first_then_the_newest() -> None:
    old = alert("old", received=NOW - timedelta(days=9))
    states = [old, alert("new"), alert("red", rag=Priority.RED), alert("told"), alert("none", rag=None)]
    found = waiting(states, [sent("told")], {"new": ("november",)})
    assert [one.key for one in found] == ["red", "new", "old", "none"]
    assert found[1].drafts == ("november",)


def test_it_waits_for_an_audience_that_was_not_told() -> None:
    told = [sent("a")]
    assert waiting([alert()], told, {}) == ()
    (one,) = waiting([alert()], told, {}, "care homes")
    assert one.told == ("prescribers",)
    assert waiting([alert()], told, {}, "prescribers") == ()


def test_one_that_changed_in_a_way_that_matters_waits_again() -> None:
    def versions(material: bool, days: int) -> tuple[VersionState, ...]:
        first = VersionState(1, "a" * 64, "s", NOW - timedelta(days=3))
        return (first, VersionState(2, "b" * 64, "s", NOW - timedelta(days=days), material=material))

    told = [sent("a", days=2)]
    assert waiting([alert(versions=versions(True, 1))], told, {})[0].changed
    assert waiting([alert(versions=versions(False, 1))], told, {}) == ()
    assert waiting([alert(versions=versions(True, 3))], told, {}) == ()


def test_lists_what_does_not_apply_and_what_is_over_do_not_wait() -> None:
    no = Applicability(False, "not-held", "", DEED)
    states = [
        alert("roundup", family="safety-roundup"),
        alert("weekly", family="field-safety-notices"),
        alert("no", applicability=no),
        alert("yes", applicability=replace(no, applies=True)),
        alert("withdrawn", withdrawn="In error."),
        alert("early", received=NOW - timedelta(days=200)),
    ]
    assert [one.key for one in waiting(states, [], {}, since=NOW - timedelta(days=92))] == ["yes"]


def test_a_recommended_newsletter_item_is_said() -> None:
    action = ActionState("A16", "Put it into the next newsletter", AnswerKind.DONE, None, False)
    assert waiting([alert(actions=(action,))], [], {})[0].recommended
    assert not waiting([alert()], [], {})[0].recommended
