"""A mistake of the program while it reads: contained in the notice or the source where it happened, and said."""

from __future__ import annotations

import logging

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.feeds.model import FeedItem
from msat.services import intake
from msat.services import refresh as module
from msat.services.desk import Desk
from msat.services.knowledge import Knowledge
from tests.fakes import NOON
from tests.feeds.world import SOURCE, World
from tests.services.test_refresh_histories import memory_desk, refreshed


@pytest.fixture
def small(desk: Desk) -> Desk:
    """The real rules over a memory record that reads one source."""
    knowledge: Knowledge = desk.knowledge
    return memory_desk(knowledge, SOURCE, FixedClock(NOON))


def breaks_on(monkeypatch: pytest.MonkeyPatch, word: str, fault: Exception) -> None:
    real = intake.read

    def read(item: FeedItem) -> object:
        if word in item.title:
            raise fault
        return real(item)

    monkeypatch.setattr(intake, "read", read)


def test_one_notice_that_breaks_us_hides_no_other(
    small: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, desk = World(), small
    world.publish_many(5)
    breaks_on(monkeypatch, "notice-0002", ValueError("Invalid IPv6 URL"))
    with caplog.at_level(logging.CRITICAL, "msat.refresh"):
        result = refreshed(desk, world)
    assert (result.status, result.new, result.failed) == ("failed", 4, 1)
    assert "MSAT made a mistake while reading it (ValueError). Look at the source itself" in result.error
    assert len(desk.views.states()) == 4
    monkeypatch.undo()
    assert refreshed(desk, world).new == 1  # tried again, and read


def test_a_source_that_breaks_us_fails_in_words(
    small: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, desk = World(), small
    monkeypatch.setattr(module, "read_source", lambda *_: (_ for _ in ()).throw(KeyError("entries")))
    with caplog.at_level(logging.CRITICAL, "msat.refresh"):
        result = refreshed(desk, world)
    assert result.status == "failed"
    assert "(KeyError)" in result.error
    health = desk.views.sources()[SOURCE.id]
    assert (health.failures, health.last_reached) == (1, None)


def test_a_record_that_cannot_be_written_stops_the_refresh(small: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    world, desk = World(), small
    world.publish_many(2)

    def fails(*_: object) -> None:
        raise RecordProblem("The disk is full.", "Free space.")

    monkeypatch.setattr(desk.record, "append", fails)
    with pytest.raises(RecordProblem):
        refreshed(desk, world)
