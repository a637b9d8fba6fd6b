"""Whose an alert is, put off or not, and who acts while people are away; each deed can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from msat.clock import stamp
from msat.projections.alert_state import AlertState, Status
from msat.projections.general import General
from msat.projections.work import Absence, absences, away, follows, is_past_limit
from msat.projections.work_state import Deed
from tests.fakes import NOON, Story, an_alert

DUE = NOON + timedelta(days=2)
DAY = date(2026, 12, 3)


@pytest.fixture
def story() -> Story:
    made = Story()
    made.received()
    made.triaged("amber", DUE)
    return made


def assigned(story: Story, owner: str, deputy: str = "") -> Any:
    return story.happens("alert.assigned", {"owner": owner, "deputy": deputy, "note": ""})


def deferred(
    story: Story, until: datetime, approver: str = "B. Jones", by: str = "A. Patel", reason: str = "Stock is late."
) -> Any:
    return story.happens("alert.deferred", {"until": stamp(until), "approver": approver, "reason": reason}, by=by)


def without_history(state: AlertState) -> AlertState:
    return replace(state, history=())


# Owner


def test_the_last_assignment_stands_and_an_empty_owner_is_nobody(story: Story) -> None:
    assert story.state.owner is None
    assigned(story, "C. Okafor", "B. Jones")
    owner = story.state.owner
    assert owner is not None
    assert (owner.name, owner.deputy, owner.deed.by) == ("C. Okafor", "B. Jones", "A. Patel")
    assigned(story, "B. Jones")
    assert story.state.owner is not None
    assert (story.state.owner.name, story.state.owner.deputy) == ("B. Jones", "")
    assigned(story, "")
    assert story.state.owner is None
    assert "Nobody in particular" in story.state.history[-1].text


# Deferral


def test_a_deferral_holds_until_its_day_and_ends_by_itself(story: Story) -> None:
    until = NOON + timedelta(days=9)
    deferred(story, until)
    state = story.state
    assert state.deferral is not None
    assert state.status(NOON + timedelta(days=8)) is Status.DEFERRED
    assert is_past_limit(state, state.deferral)
    assert state.status(until - timedelta(seconds=1)) is Status.DEFERRED
    assert state.status(until) is Status.OVERDUE
    assert state.is_open
    assert state.due is not None
    assert state.due.at == DUE
    assert state.history[-1].text == "Deferred until 1 December 2026, approver B. Jones: Stock is late."


def test_a_deferral_can_be_ended_and_given_anew(story: Story) -> None:
    deferred(story, NOON + timedelta(days=9))
    story.happens("alert.resumed", {"reason": "It came early."})
    assert story.state.deferral is None
    deferred(story, NOON + timedelta(days=5), reason="Late again.")
    assert story.state.deferral is not None
    assert story.state.deferral.reason == "Late again."


def test_a_red_that_nobody_has_acknowledged_is_never_deferred() -> None:
    story = Story()
    story.received()
    story.triaged("red", DUE)
    deferred(story, NOON + timedelta(days=1))
    assert story.state.deferral is None
    seen = story.acknowledged()
    assert story.state.status(NOON) is Status.DEFERRED
    story.corrected(seen, {"entered_in_error": True})
    assert story.state.deferral is None
    assert story.state.status(NOON) is Status.NOT_ACKNOWLEDGED


def test_a_red_beyond_its_own_limit_needs_the_approver_s_own_entry() -> None:
    story = Story()
    story.received()
    story.triaged("red", DUE)
    story.acknowledged()
    until = DUE + timedelta(hours=1)
    deferred(story, until)
    assert story.state.deferral is None
    assert story.state.deferral_asked is not None
    assert story.state.status(NOON) is Status.IN_HAND
    deferred(story, until, approver="B. Jones", by="A. Patel")  # the same person again approves nothing
    assert story.state.deferral is None
    deferred(story, until, approver="D. Moss", by="C. Okafor")  # somebody whom nobody named asks anew
    assert story.state.deferral is None
    deferred(story, until)
    deferred(story, until + timedelta(days=1), approver="A. Patel", by="B. Jones")  # another day
    assert story.state.deferral is None
    deferred(story, until)
    deferred(story, until, approver="A. Patel", by="b.  jones")
    state = story.state
    assert state.deferral is not None
    assert (state.deferral.deed.by, state.deferral.approver) == ("A. Patel", "B. Jones")
    assert state.deferral_asked is None
    assert state.status(DUE + timedelta(minutes=1)) is Status.DEFERRED


def test_a_red_without_a_limit_is_at_once_so_any_day_is_beyond_it() -> None:
    story = Story()
    story.received()
    story.triaged("red", None)
    story.acknowledged()
    deferred(story, NOON + timedelta(days=1))
    assert story.state.deferral is None
    assert story.state.deferral_asked is not None


def revised(story: Story) -> None:
    story.revised(an_alert(batches=("X1", "X2")), changes=("A batch was added.",), material=True)


def reopened(story: Story) -> None:
    story.reopened()


def more_urgent(story: Story) -> None:
    story.triaged("red", DUE)


def chosen_red(story: Story) -> None:
    story.overridden("red")


@pytest.mark.parametrize("change", [revised, reopened, more_urgent, chosen_red])
def test_what_matters_ends_a_deferral(story: Story, change: Callable[[Story], None]) -> None:
    story.acknowledged()
    deferred(story, NOON + timedelta(days=9))
    assert story.state.deferral is not None
    change(story)
    assert story.state.deferral is None
    assert story.state.status(NOON + timedelta(days=3)) is not Status.DEFERRED


def test_a_small_change_and_a_lower_priority_leave_it(story: Story) -> None:
    deferred(story, NOON + timedelta(days=9))
    story.revised(an_alert(company="Other Ltd"), changes=("The telephone number changed.",))
    story.triaged("green", DUE)
    assert story.state.deferral is not None


def test_signing_off_comes_before_a_deferral(story: Story) -> None:
    deferred(story, NOON + timedelta(days=9))
    story.is_done()
    assert story.state.status(NOON) is Status.DONE


# Corrections


def test_each_deed_taken_back_restores_what_was_before(story: Story) -> None:
    assigned(story, "C. Okafor")
    deferred(story, NOON + timedelta(days=9))
    for kind, data in (
        ("alert.assigned", {"owner": "B. Jones", "deputy": "C. Okafor", "note": ""}),
        ("alert.deferred", {"until": stamp(NOON + timedelta(days=4)), "approver": "B. Jones", "reason": "x"}),
        ("alert.resumed", {"reason": "x"}),
    ):
        before = without_history(story.state)
        entry = story.happens(kind, data)
        assert without_history(story.state) != before
        story.corrected(entry, {"entered_in_error": True})
        assert without_history(story.state) == before
        assert story.state.history[-2].struck


def test_a_corrected_deferral_is_judged_by_its_new_day() -> None:
    story = Story()
    story.received()
    story.triaged("red", DUE)
    story.acknowledged()
    entry = deferred(story, DUE - timedelta(hours=5))
    assert story.state.deferral is not None
    later = {"until": stamp(DUE + timedelta(days=30)), "approver": "B. Jones", "reason": "x"}
    story.corrected(entry, later)
    assert story.state.deferral is None
    assert story.state.deferral_asked is not None


def test_evidence_stays_when_it_is_struck(story: Story) -> None:
    data = {"name": "a.pdf", "sha256": "ab" * 32, "size": 1200, "media_type": "application/pdf", "action": "A04",
            "note": "", "looked": True, "unread": ["pictures on page 1"]}  # fmt: skip
    entry = story.happens("evidence.attached", data)
    (one,) = story.state.evidence
    assert (one.name, one.size, one.action, one.looked, one.struck) == ("a.pdf", 1200, "A04", True, "")
    assert "Kept a.pdf as evidence for A04, 1,200 bytes" in story.state.history[-1].text
    assert "no patient details" in story.state.history[-1].text
    story.corrected(entry, {**data, "note": "of the hub"})
    first, second = story.state.evidence
    assert "a slip" in first.struck
    assert (second.note, second.struck, second.deed.by) == ("of the hub", "", "A. Patel")
    story.corrected(entry, {"entered_in_error": True})
    assert [bool(one.struck) for one in story.state.evidence] == [True, True]


# Away


def absence(name: str, first: int, last: int, deputy: str = "", ended: int | None = None) -> Absence:
    deed = Deed("A. Patel", "Pharmacist", NOON, NOON, "", 0)
    day = date(2026, 12, 1)
    back = day + timedelta(days=ended - 1) if ended else None
    return Absence(name, day + timedelta(days=first - 1), day + timedelta(days=last - 1), deputy, "", deed, back)


@pytest.mark.parametrize(
    ("absent", "deputy", "acts", "words"),
    [
        ((), "", "Ann", "Ann looks after it."),
        ((absence("Ann", 4, 9, "Ben"),), "", "Ann", "Ann looks"),
        ((absence("ann ", 1, 3, "Ben"),), "", "Ben", "Ben stands in"),
        ((absence("Ann", 1, 3, "Ben"),), "Cy", "Cy", "Cy stands in"),
        ((absence("Ann", 1, 3, "Ben"), absence("Cy", 2, 4)), "Cy", "Ben", "Ben stands in"),
        ((absence("Ann", 1, 3), absence("Ann", 3, 8, "Ben")), "", "Ben", "until 8 December 2026"),
        ((absence("Ann", 1, 3, "Ben"), absence("Ann", 2, 8, "Cy")), "", "Cy", "Cy stands in"),
        ((absence("Ann", 1, 3, "Ben"), absence("Ann", 2, 8, "Cy"), absence("Cy", 3, 3)), "", "Ben", "Ben stands in"),
        ((absence("Ann", 1, 9, "Ben", ended=3),), "", "Ann", "Ann looks"),
        ((absence("Ann", 1, 9, "Ben", ended=4),), "", "Ben", "Ben stands in"),
    ],
)
def test_who_acts_while_the_owner_is_away(absent: tuple[Absence, ...], deputy: str, acts: str, words: str) -> None:
    acting = follows("Ann", absent, DAY, deputy)
    assert (acting.name, acting.everybody) == (acts, False)
    assert words in acting.words
    assert acting.is_for(acts.upper())
    assert not acting.is_for("Zoe")


@pytest.mark.parametrize(
    ("absent", "deputy", "words"),
    [
        ((absence("Ann", 1, 5),), "", "nobody is named to stand in: everybody sees it"),
        ((absence("Ann", 1, 5, "Ben"), absence("Ben", 3, 3)), "", "Ben too: everybody sees it"),
        ((absence("Ann", 1, 5, "Ben"), absence("Ben", 1, 9), absence("Cy", 3, 4)), "Cy", "Cy and Ben too"),
        ((absence("Ann", 1, 5, "Ann"),), "ann", "nobody is named to stand in"),
    ],
)
def test_when_nobody_is_here_everybody_acts_and_it_is_said(
    absent: tuple[Absence, ...], deputy: str, words: str
) -> None:
    acting = follows("Ann", absent, DAY, deputy)
    assert acting.everybody
    assert words in acting.words
    assert acting.is_for("Anybody at all")


def test_an_alert_of_nobody_is_nobody_s() -> None:
    acting = follows("", (), DAY)
    assert not acting.is_for("Ann")
    assert not acting.is_for("")
    assert away("Ann", (), DAY) == ()


def test_absences_are_read_from_what_is_recorded() -> None:
    deed = Deed("A. Patel", "Pharmacist", NOON, NOON, "e1", 7)
    data = {"name": "Ann", "from": "2026-12-01", "until": "2026-12-09", "deputy": "Ben", "note": ""}
    first = General("absence.recorded", deed, data)
    back = General("absence.recorded", replace(deed, entry="e2"), {**data, "ended": "2026-12-04", "ends": "e1"})
    odd = General("absence.recorded", replace(deed, entry="e3"), {"name": "Cy", "from": "soon", "until": ""})
    other = General("rules.adopted", replace(deed, entry="e4"), data)
    (one,) = absences([first, back, odd, other])
    assert (one.ended, one.covers(date(2026, 12, 3)), one.covers(date(2026, 12, 4))) == (date(2026, 12, 4), True, False)
    (open_again,) = absences([first, replace(back, struck="corrected")])
    assert open_again.covers(date(2026, 12, 9))
    assert absences([replace(first, struck="corrected"), back]) == ()
    assert "Back early, on 4 December 2026. Ben stands in." in one.words
