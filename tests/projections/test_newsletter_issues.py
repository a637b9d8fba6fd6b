"""Issues of a newsletter that were sent: read from entries, corrected, struck out, and told once an audience."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from msat.clock import stamp
from msat.projections.general import General, gathered
from msat.projections.kpi_model import Communication
from msat.projections.newsletter_issues import SENT, communications, issues
from msat.record.entries import Entry
from tests.fakes import NOON, Story

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def told(story: Story) -> tuple[General, ...]:
    found: tuple[General, ...] = ()
    for entry in story.entries:
        found = tuple(gathered(found, entry))
    return found


def sent(story: Story, issue: str, *alerts: str, audiences: tuple[str, ...] = ("prescribers",), **more: Any) -> Entry:
    data = {"issue": issue, "audiences": list(audiences), "alerts": list(alerts), "sent": stamp(MONDAY), **more}
    return story.happens(SENT, data, about=None)


def test_each_alert_is_told_to_each_audience_once_when_it_was_first() -> None:
    story = Story()
    sent(story, "12", "EL(26)A/37", "EL(26)A/38", sent=stamp(MONDAY + timedelta(days=7)))
    sent(story, "11", "EL(26)A/37", audiences=("prescribers", "care homes"))
    found = issues(told(story))
    assert [one.issue for one in found] == ["11", "12"]
    assert communications(found) == (
        Communication("EL(26)A/37", "care homes", MONDAY),
        Communication("EL(26)A/37", "prescribers", MONDAY),
        Communication("EL(26)A/38", "prescribers", MONDAY + timedelta(days=7)),
    )


def test_one_entered_in_error_was_not_sent_and_a_corrected_one_reads_as_corrected() -> None:
    story = Story()
    first, second = sent(story, "11", "EL(26)A/37"), sent(story, "12", "EL(26)A/38")
    story.corrected(first, {"entered_in_error": True}, about=None)
    story.corrected(second, {"alerts": ["EL(26)A/39"]}, about=None)
    (issue,) = issues(told(story))
    assert (issue.issue, issue.alerts) == ("12", ("EL(26)A/39",))
    assert issue.deed.by == "A. Patel"


def test_without_a_day_it_was_sent_when_it_was_done() -> None:
    story = Story()
    sent(story, "11", "EL(26)A/37", sent="soon")
    assert issues(told(story))[0].sent == NOON + timedelta(minutes=1)
