"""The familiar log: its fields, its four proposals, and what it says of work not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from msat.projections.log import FIELDS, LogRow, log, log_row, proposed
from tests.fakes import ACTIONS, NOON, Story, an_action, an_alert


@pytest.fixture
def story() -> Story:
    story = Story()
    story.received()
    story.triaged(actions=(*ACTIONS, an_action("A16"), an_action("A13", required=False)))
    return story


def test_the_fields_are_the_familiar_ones_in_their_order() -> None:
    assert list(FIELDS.values()) == [
        "Title", "Source and date", "Summary", "Link", "Proposed action", "Action taken", "Status",
        "Action due date", "Date completed", "Priority",
    ]  # fmt: skip


def test_an_untouched_alert_says_so(story: Story) -> None:
    row = log_row(story.state, None, NOON)
    assert row == LogRow(
        title="Class 2 Medicines Recall: Zentiva, Fingolimod 0.5 mg capsules",
        source_and_date="govuk-alerts, 20 November 2026",
        summary="Class 2, Medicines recall, pharmacy level, Zentiva Pharma UK Ltd",
        link="https://www.gov.uk/drug-device-alerts/el-26-a-37",
        proposed_action="Newsletter\nPractice audit or search\nOther",
        action_taken="Nothing recorded yet",
        status="Not acknowledged",
        action_due_date="24 November 2026 12:00",
        date_completed="",
        priority="Red",
    )


def test_what_was_done_is_a_line_each_with_who_and_when(story: Story) -> None:
    story.checked("dispensary")
    story.answered("A04", "yes", count=3, by="C. Okafor", happened=NOON - timedelta(days=1))
    assert log_row(story.state, None, NOON).action_taken.splitlines() == [
        "A03 Do A03: 1 of 2 places checked",
        "A04 Do A04: yes (3), C. Okafor, 21 November 2026",
    ]


def test_a_red_is_completed_by_the_second_signature(story: Story) -> None:
    story.signed_off(by="A. Patel")
    assert log_row(story.state, None, NOON).date_completed == ""
    assert log_row(story.state, None, NOON).status == "Waiting for a second person"
    story.clock.moment += timedelta(days=2)
    story.signed_off(by="C. Okafor")
    row = log_row(story.state, None, NOON)
    assert (row.status, row.date_completed) == ("Done", "24 November 2026")


def test_not_applicable_and_withdrawn_are_said(story: Story) -> None:
    story.triaged("green", None)
    story.decided(False)
    story.withdrawn(an_alert())
    row = log_row(story.state, None, NOON)
    assert row.status == "Not applicable; withdrawn by the publisher"
    assert row.action_due_date == "No time limit in the notice"
    assert row.date_completed == "22 November 2026"


def test_the_summary_is_the_notices_own_words_and_never_cuts_a_word(story: Story) -> None:
    alert = an_alert(description="A line of the publisher.")
    assert log_row(story.state, alert, NOON).summary == "A line of the publisher."
    text = f"{alert.title}\nPharmacy Level\nBackground\nZentiva is recalling " + "one batch of the capsules, " * 30
    long = log_row(story.state, replace(alert, description="", text=text), NOON).summary
    assert long.startswith("Zentiva is recalling one batch")
    assert long.endswith((" batch …", " capsules …", " the …", " of …", " one …"))
    assert len(long) <= 302


def test_a_period_is_of_london_days_both_included() -> None:
    story = Story()
    moments = (
        datetime(2026, 6, 30, 23, 30, tzinfo=UTC),  # 00:30 on 1 July in London
        datetime(2026, 7, 31, 22, 58, tzinfo=UTC),
        datetime(2026, 7, 31, 23, 30, tzinfo=UTC),
    )
    for number, moment in enumerate(moments):
        story.clock.moment = moment - timedelta(minutes=1)
        story.received(an_alert(f"K{number}", reference=None, title=f"Alert {number}"))
    rows = log(reversed(list(story.states.values())), date(2026, 7, 1), date(2026, 7, 31), NOON, lambda _key: None)
    assert [row.title for row in rows] == ["Alert 0", "Alert 1"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("A16", "Newsletter"), ("A17", "Newsletter"), ("A13", "OptimiseRx or ScriptSwitch"),
        ("A21", "Practice audit or search"), ("A05", "Practice audit or search"),
        ("A28", "Practice audit or search"), ("A03", "Other"), ("A99", "Other"),
    ],
)  # fmt: skip
def test_every_action_is_one_of_the_four_proposals(story: Story, code: str, name: str) -> None:
    story.triaged(actions=[an_action(code)])
    assert proposed(story.state.actions) == (name,)


def test_a_limit_at_midnight_is_told_as_the_end_of_the_day_before() -> None:
    story = Story()
    story.received()
    story.triaged(due=datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    assert log_row(story.state, None, NOON).action_due_date == "the end of 24 November 2026"
