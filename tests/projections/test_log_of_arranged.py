"""What the log of a period says of decision support, meetings, searches run again and plans agreed locally."""

from __future__ import annotations

from datetime import timedelta

from msat.clock import stamp
from msat.projections.log import log_row
from tests.fakes import NOON, Story, an_action

SEARCHED = (
    an_action("A01", "acknowledge"),
    an_action("A02", "applies"),
    an_action("A06", "count"),
    an_action("A13"),
    an_action("A21", "count", required=False),
    an_action("A25", "sign-off"),
)


def plan(days: int) -> dict[str, object]:
    return {
        "rag": "red", "actions": ["Search today."], "due": stamp(NOON + timedelta(days=days)), "minute": "7.2",
        "note": "", "by": {"name": "Test Team", "ods": "QXX"}, "agreed": stamp(NOON), "id": f"plan {days}",
    }  # fmt: skip


def test_action_taken_holds_what_was_arranged_and_what_was_struck_is_left_out() -> None:
    story = Story()
    story.received()
    story.triaged("amber", actions=SEARCHED)
    live = {"system": "ScriptSwitch", "message": "88", "live": "2026-11-21", "national": True, "note": ""}
    story.happens("decision_support.live", live)
    wrong = story.happens("decision_support.live", {**live, "message": "99"})
    story.corrected(wrong, {"entered_in_error": True})
    met = {"meeting": "Safety committee", "on": "2026-11-20", "minute": "7.2", "outcome": "Agreed."}
    story.happens("alert.discussed", met)
    story.happens("plan.agreed", plan(30))
    row = log_row(story.state, None, story.clock.moment)
    assert row.action_taken.splitlines() == [
        "ScriptSwitch: national message 88, live since 21 November 2026",
        "Discussed at Safety committee, 20 November 2026, minute 7.2: Agreed.",
        "Agreed locally by Test Team: Red. Search today.",
    ]
    assert "local target" not in row.action_due_date
    assert row.priority == "Amber"


def test_a_meeting_recorded_before_outcomes_were_asked_for_says_that_it_has_none() -> None:
    story = Story()
    story.received()
    story.triaged("amber", actions=SEARCHED)
    story.happens("alert.discussed", {"meeting": "Safety committee", "on": "2026-11-20", "minute": "", "outcome": ""})
    words = "Discussed at Safety committee, 20 November 2026: No outcome was recorded."
    assert log_row(story.state, None, story.clock.moment).action_taken.splitlines() == [words]
    assert "No outcome was recorded." in story.state.history[-1].text


def test_an_earlier_local_day_stands_beside_the_notices_own() -> None:
    story = Story()
    story.received()
    story.triaged("amber", actions=SEARCHED)
    own = log_row(story.state, None, NOON).action_due_date
    story.happens("plan.agreed", plan(1))
    assert log_row(story.state, None, NOON).action_due_date == f"{own}; local target 23 November 2026"


def test_a_search_run_again_is_one_line_with_both_counts_and_the_work_keeps_its_day() -> None:
    story = Story()
    story.received()
    story.triaged("amber", actions=SEARCHED)
    story.acknowledged()
    story.decided()
    story.happens("action.answered", {"action": "A06", "answer": "yes", "count": 12, "note": ""})
    story.signed_off()
    planned = story.state.rechecks[0]
    story.clock.moment = planned.due + timedelta(hours=9)
    waiting = log_row(story.state, None, story.clock.moment)
    assert (waiting.status, waiting.date_completed) == ("Re-check due", "22 November 2026")
    data = {"months": 3, "due": stamp(planned.due), "before": {"found": 12}, "found": 10, "note": "", "search": ""}
    story.happens("recheck.done", data)
    row = log_row(story.state, None, story.clock.moment)
    assert (row.status, row.date_completed) == ("Done", "22 November 2026")
    again = [line for line in row.action_taken.splitlines() if "again" in line]
    assert again == ["Search run again after 3 months: found 10 (was 12), A. Patel, 22 February 2027"]
