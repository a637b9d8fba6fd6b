"""The views of the rail: what stands in Recalls and Shortages, and a list of several searches. Asked of every Views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from msat.alerts.model import Fact, Where
from msat.projections.ports import Query, Views
from msat.projections.topics import Topic, topic
from msat.store.views import SqlViews
from tests.fakes import NOON, MemoryViews, Story, an_alert, read_document

NATPSA = "national-patient-safety-alert"


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Views]:
    story = Story()
    for key, family, title in (
        ("EL(26)A/37", "medicines-recall", "Class 2 Medicines Recall: Zentiva, Fingolimod 0.5 mg capsules"),
        ("EL(26)A/39", "medicines-notification", "Class 4 Medicines Defect Notification: meropenem"),
        ("CLMR(26)A/01", "company-led-recall", "Company led recall: eye drops"),
        ("MSN/2026/012", "supply-notification", "Medicine Supply Notification: ironic tablets"),
        ("SSP099", "serious-shortage-protocol", "Serious Shortage Protocol: iron tablets"),
        ("NatPSA/2026/001/DHSC", NATPSA, "National Patient Safety Alert: tablets of one maker"),
        ("NatPSA/2026/002/MHRA", NATPSA, "National Patient Safety Alert: recall of pens"),
        ("NatPSA/2026/003/NHSPS", NATPSA, "National Patient Safety Alert: mixing up of bottles"),
        ("LOCAL-1", "local-notice", "Shortage of a vaccine in our area"),
        ("DSU-1", "drug-safety-update", "Recalled side effects: reminder"),
    ):
        story.received(an_alert(key, title, key, family=Fact(family, family, Where.TITLE), product=title))
        if key == "EL(26)A/39":
            continue
        story.triaged()
    if request.param == "memory":
        made: Views = MemoryViews(story.record, story.files)
        made.catch_up()
        yield made
        return
    sql = SqlViews(tmp_path / "views.db", story.record, story.files, told=read_document)
    sql.catch_up()
    yield sql
    sql.close()


def _keys(views: Views, **asked: object) -> set[str]:
    rows = views.worklist(Query(**asked), NOON)  # type: ignore[arg-type]
    assert views.count(Query(**asked), NOON) == len(rows)  # type: ignore[arg-type]
    return {str(row.key) for row in rows}


def test_recalls_and_shortages_by_kind_and_title(views: Views) -> None:
    assert _keys(views, topic=Topic.RECALL) == {"EL(26)A/37", "CLMR(26)A/01", "NatPSA/2026/002/MHRA"}
    assert _keys(views, topic=Topic.SHORTAGE) == {"MSN/2026/012", "SSP099", "NatPSA/2026/001/DHSC", "LOCAL-1"}
    rows = {str(row.key): row.topic for row in views.worklist(Query(), NOON)}
    assert rows["DSU-1"] == rows["EL(26)A/39"] == rows["NatPSA/2026/003/NHSPS"] == ""


def test_several_searches_at_once_find_what_one_of_them_finds(views: Views) -> None:
    assert _keys(views, any_of=("fingolimod", "meropenem")) == {"EL(26)A/37", "EL(26)A/39"}
    assert _keys(views, any_of=("iron",)) == {"MSN/2026/012", "SSP099"}
    assert _keys(views, any_of=("nothing of it",)) == set()
    assert _keys(views, any_of=()) == set()
    assert len(_keys(views, any_of=("", "x"))) == 10
    assert _keys(views, any_of=('"); DROP TABLE state;--', "fingolimod")) == {"EL(26)A/37"}
    assert _keys(views, any_of=("tablets",), topic=Topic.SHORTAGE, search="iron") == {"MSN/2026/012", "SSP099"}


def test_a_rule_tells_a_class_4_that_stands_in_place_of_a_recall() -> None:
    story = Story()
    story.received(an_alert("EL(26)A/39", family=Fact("medicines-notification", "Class 4", Where.TITLE)))
    state = story.state if story.key == "EL(26)A/39" else story.states[story.key]
    assert topic(state) is None
    assert topic(replace(state, rule="F11")) is Topic.RECALL
    assert topic(replace(state, family=NATPSA, rule="F02")) is Topic.SHORTAGE
    assert topic(replace(state, family=NATPSA, rule="F04", title="A ventilator")) is None
