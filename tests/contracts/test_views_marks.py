"""Lists of chosen alerts, and alerts put aside: asked of the memory fake and of the database alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msat.projections.ports import Query, Views
from msat.store.views import SqlViews
from tests.fakes import NOON, MemoryViews, Story, an_alert, read_document


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Iterator[Views]:
    for number, (rag, hours) in enumerate([("red", -1), ("red", 1), ("amber", -1), (None, -1), ("green", 1)], start=1):
        story.received(an_alert(f"EL(26)A/{number}", reference=None))
        story.triaged(rag, NOON + timedelta(hours=hours))
        story.happens("alert.acknowledged", {"note": ""})
    story.received(an_alert("EL(26)A/6", reference=None))
    story.triaged("amber", NOON + timedelta(hours=1))
    story.happens("applicability.decided", {"applies": False, "reason": "not-held", "note": ""})
    if request.param == "memory":
        yield MemoryViews(story.record, story.files)
        return
    made = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    made.catch_up()
    yield made
    made.close()


EVERY = frozenset(f"EL(26)A/{number}" for number in range(1, 7))


def keys(views: Views, query: Query) -> list[str]:
    found = views.worklist(query, NOON)
    assert views.count(query, NOON) == len(found)
    return sorted(one.key.removeprefix("EL(26)A/") for one in found)


def test_what_is_put_aside_is_hidden_but_for_what_may_be_a_red_and_is_overdue(views: Views) -> None:
    views.catch_up()
    assert keys(views, Query()) == ["1", "2", "3", "4", "5", "6"]
    assert keys(views, Query(hidden=EVERY)) == ["1", "4"]
    assert keys(views, Query(hidden=frozenset({"EL(26)A/5", "unknown"}))) == ["1", "2", "3", "4", "6"]


def test_somebodys_own_list_shows_what_they_chose(views: Views) -> None:
    views.catch_up()
    assert keys(views, Query(only=frozenset({"EL(26)A/5", "EL(26)A/1", "it's \" unknown"}))) == ["1", "5"]
    assert keys(views, Query(only=frozenset())) == []
    many = frozenset(f"no {number}" for number in range(70_000))
    assert keys(views, Query(only=many | {"EL(26)A/2"})) == ["2"]
    assert keys(views, Query(only=EVERY, hidden=EVERY)) == ["1", "4"]


def test_only_what_is_closed(views: Views) -> None:
    views.catch_up()
    assert keys(views, Query(closed_only=True)) == ["6"]
    assert keys(views, Query(closed_only=True, open_only=True)) == []
