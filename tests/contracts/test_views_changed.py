"""When a notice last changed in a way that matters, as a line of the list tells it. Asked of every Views."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msat.projections.ports import Query, Row, Views
from msat.projections.worklist import updated
from msat.store.views import SqlViews
from tests.fakes import NOON, MemoryViews, Story, an_alert, read_document


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Iterator[Views]:
    if request.param == "memory":
        yield MemoryViews(story.record, story.files)
        return
    sql = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    yield sql
    sql.close()


def _row(views: Views) -> Row:
    views.catch_up()
    return views.worklist(Query(), NOON)[0]


def test_only_a_change_that_matters_is_told(story: Story, views: Views) -> None:
    story.received(an_alert())
    story.triaged()
    assert _row(views).changed is None
    story.revised(an_alert(batches=("4L01372H",)), 2, ["A comma was moved."])
    assert _row(views).changed is None
    changed = story.revised(an_alert(batches=("4L01372H", "4L2")), 3, ["Batch 4L2 was added."], material=True)
    assert _row(views).changed == changed.time
    story.revised(an_alert(batches=("4L01372H", "4L2"), title="Another title"), 4, ["The title has changed."])
    assert updated(_row(views)) == changed.time < NOON + timedelta(days=1)


def test_of_a_withdrawn_notice_no_change_is_to_be_looked_at(story: Story, views: Views) -> None:
    story.received(an_alert())
    story.triaged()
    story.revised(an_alert(batches=("4L2",)), 2, ["Batch 4L2 was added."], material=True)
    story.withdrawn(an_alert(batches=("4L2",)), number=3)
    row = _row(views)
    assert row.changed is not None
    assert updated(row) is None
