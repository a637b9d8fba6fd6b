"""Whose alerts a list shows: asked of the memory fake and of the database alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import stamp
from msat.projections.alert_state import Status
from msat.projections.ports import Query, Views
from msat.projections.worklist import due_words, group, order, row
from msat.store.views import SqlViews
from tests.fakes import NOON, MemoryViews, Story, an_alert, read_document

NAMES = ("Ann", "Ben", "Cy", "")


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, story: Story, tmp_path: Path) -> Iterator[Views]:
    if request.param == "memory":
        yield MemoryViews(story.record, story.files)
        return
    made = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    yield made
    made.close()


def an_assigned(story: Story, key: str, rag: str | None, owner: str, deputy: str = "") -> None:
    story.received(an_alert(key, reference=None))
    story.triaged(rag, NOON + timedelta(days=2))
    if owner:
        story.happens("alert.assigned", {"owner": owner, "deputy": deputy, "note": ""})


def away(story: Story, name: str, first: str, last: str, deputy: str = "") -> None:
    data = {"name": name, "from": first, "until": last, "deputy": deputy, "note": ""}
    story.happens("absence.recorded", data, about=None)


def keys(views: Views, **query: str) -> list[str]:
    found = views.worklist(Query(**query), NOON)  # type: ignore[arg-type]
    assert views.count(Query(**query), NOON) == len(found)  # type: ignore[arg-type]
    newest = views.worklist(Query(newest_first=True, **query), NOON)  # type: ignore[arg-type]
    assert {one.key for one in newest} == {one.key for one in found}
    return sorted(one.key.removeprefix("EL(26)A/") for one in found)


def test_a_list_can_be_asked_for_by_owner_and_by_who_acts(story: Story, views: Views) -> None:
    an_assigned(story, "EL(26)A/1", "amber", "Ann", "Ben")
    an_assigned(story, "EL(26)A/2", "green", "Ben")
    an_assigned(story, "EL(26)A/3", "amber", "")
    an_assigned(story, "EL(26)A/4", "red", "Cy")
    an_assigned(story, "EL(26)A/5", None, "Cy")
    views.catch_up()
    assert keys(views, owner=" ann") == ["1"]
    assert keys(views, owner="Zoe") == []
    assert keys(views, mine="ANN") == ["1", "4", "5"]
    assert keys(views, mine="Zoe") == ["4", "5"]
    assert keys(views, mine="Zoe", owner="Cy") == ["4", "5"]
    assert keys(views, mine="Ann", owner="Ben") == []
    away(story, "ann", "2026-11-22", "2026-11-23")
    views.catch_up()
    assert keys(views, mine="Ann") == ["4", "5"]
    assert keys(views, mine="Ben") == ["1", "2", "4", "5"]
    away(story, "Ben", "2026-11-22", "2026-11-22")
    views.catch_up()
    assert keys(views, mine="Zoe") == ["1", "2", "4", "5"]
    assert keys(views, owner="Ann") == ["1"]


def test_a_red_is_everybodys_until_acknowledged_and_again_for_its_second_person(story: Story, views: Views) -> None:
    an_assigned(story, "EL(26)A/1", "red", "Ann")
    views.catch_up()
    assert keys(views, mine="Zoe") == ["1"]
    story.acknowledged()
    views.catch_up()
    assert keys(views, mine="Zoe") == []
    story.decided(applies=False)
    views.catch_up()
    assert keys(views, mine="Zoe") == ["1"]
    story.decided(applies=False, by="B. Jones")
    views.catch_up()
    assert keys(views, mine="Zoe") == []


def test_a_row_says_whose_it_is_and_until_when_it_is_put_off(story: Story, views: Views) -> None:
    an_assigned(story, "EL(26)A/1", "amber", "Ann", "Ben")
    until = NOON + timedelta(days=9)
    data = {"until": stamp(until), "approver": "Ben", "reason": "x"}
    story.happens("alert.deferred", data, by="Ann")
    views.catch_up()
    (one,) = views.worklist(Query(), NOON)
    assert (one.owner, one.deputy, one.acknowledged, one.deferred_until) == ("Ann", "Ben", False, until)
    assert one == row(story.state, NOON)
    assert group(one, NOON) == "Deferred"
    assert due_words(one, NOON) == "Deferred until Tue 1 Dec, past its limit Tue 24 Nov"
    (later,) = views.worklist(Query(), until)
    assert later.status is Status.OVERDUE
    assert due_words(later, until) == "Overdue 7 days"


def test_both_views_agree_on_whose_everything_is(story: Story, tmp_path: Path) -> None:
    chance = random.Random(11)
    for number in range(30):
        an_assigned(
            story,
            f"EL(26)A/{number:02d}",
            chance.choice(["red", "amber", "green", None]),
            chance.choice(NAMES),
            chance.choice(NAMES),
        )
        for deed in chance.sample([story.acknowledged, story.decided, story.signed_off], chance.randint(0, 2)):
            deed()
        if chance.random() < 0.4:
            until = NOON + timedelta(days=chance.choice([1, 5]))
            story.happens("alert.deferred", {"until": stamp(until), "approver": "x", "reason": "x"})
    for _ in range(6):
        first = chance.randint(20, 24)
        away(story, chance.choice(NAMES[:3]), f"2026-11-{first}", f"2026-11-{first + 2}", chance.choice(NAMES))
    memory = MemoryViews(story.record, story.files)
    memory.catch_up()
    sql = SqlViews(tmp_path / "both.db", story.record, story.files, told=read_document)
    sql.catch_up()
    for day in range(-2, 7):
        now = NOON + timedelta(days=day)
        for name in (*NAMES, "Zoe"):
            deferred = Query(status=Status.DEFERRED)
            for query in (Query(mine=name), Query(owner=name), Query(mine=name, open_only=True), deferred):
                expected = memory.worklist(query, now)
                assert sql.worklist(query, now) == expected
                assert expected == sorted(expected, key=lambda one: order(one, now))
    sql.close()
