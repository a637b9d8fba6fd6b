"""When the lists cannot be read on, whoever has just recorded something is told that it is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.errors import MsatError, RecordProblem
from msat.store import views as module
from msat.store.views import SqlViews
from msat.store.views_database import ViewsUnusable
from tests.fakes import Story, an_alert, read_document


@pytest.fixture
def story() -> Story:
    story = Story()
    story.received(an_alert("EL(26)A/37", reference="EL(26)A/37"))
    story.triaged()
    return story


@pytest.fixture
def views(story: Story, tmp_path: Path) -> Iterator[SqlViews]:
    made = SqlViews(tmp_path / "cache" / "views.db", story.record, story.files, told=read_document)
    yield made
    made.close()


def fail(*_anything: object) -> None:
    raise ViewsUnusable("The views could not be read or written: disk I/O error.", "Check the disk.")


def test_at_the_start_only_the_lists_are_spoken_of(views: SqlViews, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_on", fail)
    with pytest.raises(MsatError) as caught:
        views.catch_up()
    assert str(caught.value) == "The views could not be read or written: disk I/O error. Check the disk."


def test_after_a_deed_it_is_said_to_be_recorded(
    views: SqlViews, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    views.catch_up()
    story.is_done()
    size = story.record.head().size
    monkeypatch.setattr(module, "read_on", fail)
    with pytest.raises(MsatError) as caught:
        views.catch_up()
    assert caught.value.explanation.startswith(f"Recorded (the record goes to entry {size}), but the lists were not")
    assert "disk I/O error" in caught.value.explanation
    assert caught.value.next_step.startswith("It need not be done again.")
    with pytest.raises(MsatError, match="Recorded"):
        views.find("EL(26)A/37")
    monkeypatch.undo()
    found = views.find("EL(26)A/37")
    assert found is not None
    assert found == story.states[found.key]
    assert views.difference_from_rebuild() == ()


def test_when_nothing_can_be_read_neither_is_said(
    views: SqlViews, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    views.catch_up()
    story.is_done()

    def gone(_record: object) -> None:
        raise RecordProblem("The record cannot be used: the disk failed.", "Check the disk.")

    monkeypatch.setattr(module, "read_on", fail)
    monkeypatch.setattr(type(story.record), "head", gone)
    with pytest.raises(MsatError, match="It is not known whether this was recorded"):
        views.catch_up()
