"""Changes to the rules in a period, as the entries that decided tell them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msat.projections.pack_rules import rule_changes
from tests.fakes import Story

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def decided(story: Story, when: datetime, version: str) -> None:
    story.clock.moment = when
    story.happens("alert.triaged", {"rag": "red", "rules_version": version}, by="MSAT", role="program")


def adopted(story: Story, when: datetime, changes: int) -> None:
    story.clock.moment = when
    data = {"name": "Ours", "version": "2026.3+L1", "changes": changes, "changed": 2, "of": 9, "reason": "Local need."}
    story.happens("rules.adopted", data, about=None)


def told(story: Story) -> list[tuple[str, str, str]]:
    entries = [one for one in story.record.entries() if one.type in ("alert.triaged", "rules.adopted")]
    return [(one.what, one.value, one.note) for one in rule_changes(entries, FIRST, LAST)]


def test_nothing_decided_in_the_period_says_what_was_in_force() -> None:
    story = Story()
    assert told(story) == []
    decided(story, datetime(2026, 1, 5, tzinfo=UTC), "2026.1")
    assert told(story) == [("Rules 2026.1 were in force when the period began", "1 March 2026", "")]


def test_a_new_version_is_told_with_the_day_it_first_decided() -> None:
    story = Story()
    decided(story, datetime(2026, 2, 5, tzinfo=UTC), "2026.1")
    decided(story, datetime(2026, 3, 5, tzinfo=UTC), "2026.1")
    decided(story, datetime(2026, 3, 20, tzinfo=UTC), "2026.3")
    decided(story, datetime(2026, 4, 20, tzinfo=UTC), "2026.4")
    assert told(story) == [
        ("Rules 2026.1 were in force when the period began", "1 March 2026", ""),
        ("Rules 2026.3 decided for the first time", "20 March 2026", "Before: rules 2026.1."),
        ("Decisions by rules 2026.1", "1", ""),
        ("Decisions by rules 2026.3", "1", ""),
    ]


def test_local_rules_are_told_with_reason_and_effect() -> None:
    story = Story()
    adopted(story, datetime(2026, 2, 1, tzinfo=UTC), 3)
    adopted(story, datetime(2026, 3, 9, tzinfo=UTC), 3)
    adopted(story, datetime(2026, 3, 10, tzinfo=UTC), 0)
    found = told(story)
    assert [one[0] for one in found] == [
        "Local rules “Ours” adopted as rules 2026.3+L1",
        "Local rules withdrawn; rules 2026.3+L1",
    ]
    assert found[0][2] == "A. Patel: Local need. It changed 2 of 9 decisions of the time before."
