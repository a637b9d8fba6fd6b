"""What every Views promises about alerts that a meeting took up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.projections.ports import Views
from msat.store.views import SqlViews
from tests.fakes import MemoryViews, Story, an_alert, read_document

MET = {"meeting": "Safety committee", "on": "2026-11-03", "minute": "", "outcome": "Noted."}


@pytest.fixture
def story() -> Story:
    made = Story()
    for number in (3, 1, 2, 4):
        made.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}"))
        made.triaged("amber")
        if number != 4:
            entry = made.happens("alert.discussed", MET)
        if number == 2:
            made.corrected(entry, {"entered_in_error": True})
    return made


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Iterator[Views]:
    if request.param == "memory":
        yield MemoryViews(story.record, story.files)
        return
    made = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    yield made
    made.close()


def test_those_that_a_meeting_took_up_the_oldest_received_first(views: Views, story: Story) -> None:
    views.catch_up()
    assert [state.key for state in views.discussed()] == ["EL(26)A/3", "EL(26)A/1"]
    story.key = views.discussed()[0].key
    first = views.discussed()[0].discussed[0]
    story.corrected(
        next(one for one in story.record.entries() if one.id == first.deed.entry), {"entered_in_error": True}
    )
    views.catch_up()
    assert [state.key for state in views.discussed()] == ["EL(26)A/1"]
    views.rebuild()
    assert [state.key for state in views.discussed()] == ["EL(26)A/1"]
