"""What every Views promises about searches that come back: on which day they do, and in which order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import stamp
from msat.projections import worklist
from msat.projections.alert_state import Status
from msat.projections.ports import Query, Views
from msat.store.views import SqlViews
from tests.fakes import NOON, MemoryViews, Story, an_action, an_alert, read_document

SEARCHED = (
    an_action("A01", "acknowledge"),
    an_action("A02", "applies"),
    an_action("A06", "count"),
    an_action("A25", "sign-off"),
)


@pytest.fixture
def story() -> Story:
    """Forty alerts: some open, some done, some looked at again, some opened again by it."""
    made, chance = Story(), random.Random(7)
    for number in range(40):
        made.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}"))
        due = NOON + timedelta(days=chance.randrange(-3, 200))
        made.triaged(chance.choice(["red", "amber", "green"]), due, SEARCHED)
        made.acknowledged()
        made.decided()
        made.happens("action.answered", {"action": "A06", "answer": "yes", "count": 5, "note": ""})
        if chance.random() < 0.8:
            made.signed_off()
        if chance.random() < 0.8:
            made.signed_off(by="C. Okafor")
        if chance.random() < 0.4:
            found = chance.randrange(3, 8)
            data = {"months": 3, "due": stamp(made.clock.moment), "before": {"found": 5}, "found": found}
            made.happens("recheck.done", data)
            if found > 5:
                made.happens("alert.reopened", {"reason": "More.", "cause": "recheck"})
        if chance.random() < 0.1:
            made.happens("alert.superseded", {"by": "EL(26)A/99", "reference": "EL(26)A/99", "words": "replaces"})
    return made


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Iterator[Views]:
    if request.param == "memory":
        yield MemoryViews(story.record, story.files)
        return
    made = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    yield made
    made.close()


@pytest.mark.parametrize("days", [0, 91, 92, 93, 150, 364, 365, 366, 800])
@pytest.mark.parametrize("open_only", [False, True])
def test_the_worklist_is_that_of_the_states(story: Story, views: Views, days: int, open_only: bool) -> None:
    views.catch_up()
    now = NOON + timedelta(days=days)
    rows = [worklist.row(state, now) for state in story.states.values()]
    rows = [row for row in rows if row.is_open or not open_only]
    rows.sort(key=lambda row: worklist.order(row, now))
    assert views.worklist(Query(open_only=open_only), now) == rows
    due = [row.key for row in rows if row.status is Status.RECHECK]
    assert [row.key for row in views.worklist(Query(status=Status.RECHECK), now)] == due
    assert views.count(Query(status=Status.RECHECK, open_only=open_only), now) == len(due)
    if days >= 366:
        assert due
    assert views.difference_from_rebuild() == ()


def test_a_rebuild_and_a_reading_entry_by_entry_come_to_the_same(story: Story, tmp_path: Path) -> None:
    views = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    views.rebuild()
    stepwise = {state.key: state for state in views.states()}
    views.close()
    assert stepwise == story.states
