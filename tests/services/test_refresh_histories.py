"""Refreshing through the real service: histories in which feeds go wild, pages taken away, very many known pages."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.clock import FixedClock
from msat.feeds import failures, feedparser_child, parse
from msat.feeds.catalogue import Source
from msat.feeds.govuk_page import SITE
from msat.feeds.plain_feed import RawFeed
from msat.projections.ports import SourceHealth
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.services import rotation
from msat.services.desk import Desk
from msat.services.knowledge import Knowledge
from msat.services.refresh import SourceResult, refresh
from msat.store.version_documents import read as read_version
from tests.fakes import NOON, RIVERSIDE, MemoryViews
from tests.feeds.test_any_feed import ADDRESS, SOURCE, Shelf, rss
from tests.feeds.world import SOURCE as GOVUK
from tests.feeds.world import World

HISTORY_COUNT = int(os.environ.get("MSAT_HISTORIES", "500"))
"""MSAT_HISTORIES=10000 for a long trial."""
DATES = (
    "Wed, 25 Feb 2026 00:00:00 EST", "25 Feb 26 10:00 GMT", "", "nonsense", "Sun, 01 Jan 2999 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT", "2026-11-01T10:00:00Z", "99999999999999999999",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One entry of a generated feed, from few values so that they collide."""

    guid: str
    link: str
    title: str
    text: str
    at: str

    def xml(self) -> str:
        guid = f"<guid>{self.guid}</guid>" if self.guid else ""
        link = f"<link>{self.link}</link>" if self.link else ""
        date = f"<pubDate>{self.at}</pubDate>" if self.at else ""
        words = f"<title>{escape(self.title)}</title><description>{self.text}</description>"
        return f"<item>{guid}{link}{words}{date}</item>"


ENTRIES = st.builds(
    Entry,
    st.sampled_from(["", "g1", "g2", "g3", "https://feeds.example.org/a"]),
    st.sampled_from(["", "/", "/a", "/a#part", "/b?utm_source=x", "/b", "javascript:x", "https://other.example.org/a"]),
    st.sampled_from(["Recall of a medicine", "Recall EL(26)A/61", "Recall EL(26)A/62: of another", "Notice <5 mg"]),
    st.sampled_from(["One text.", "Another text.", "A third one &amp; more."]),
    st.sampled_from(DATES),
)
HISTORIES = st.lists(st.lists(ENTRIES, max_size=5), min_size=1, max_size=5)


def in_this_process(data: bytes, name: str, content_type: str = "") -> RawFeed:
    return parse._from_child(json.dumps(feedparser_child.read(data, content_type)).encode(), name)


def memory_desk(knowledge: Knowledge, source: Source, clock: FixedClock) -> Desk:
    files = MemoryFiles()
    record = MemoryRecord(RIVERSIDE, clock, files)
    views = MemoryViews(record, files, told=read_version)
    return Desk(None, clock, record, files, views, replace(knowledge, sources=(source,)), lambda: None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    from msat import shipped
    from msat.actions.catalogue import load_catalogue
    from msat.triage.rules import load_shipped_rules

    return Knowledge((SOURCE,), load_shipped_rules(), load_catalogue(shipped.text("alerts/actions.toml")))


def said(desk: Desk) -> list[tuple[str, str, str]]:
    """(path, title, text) of every version that was recorded, in order."""
    told = []
    for entry in desk.record.entries():
        if entry.type in ("alert.received", "alert.revised", "alert.source_added"):
            alert = read_version(desk.files.get(str(entry.content["version"])) or b"")[0]
            told.append((str(entry.content["data"]["path"]), alert.title, alert.text))
    return told


@settings(max_examples=HISTORY_COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORIES, dice=st.integers(0, 9))
@pytest.mark.timeout(300 + HISTORY_COUNT)
def test_no_notice_is_ever_lost_or_told_twice(
    history: list[list[Entry]], dice: int, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Thousands of child processes would take minutes; test_suites.py holds child and parent together.
    monkeypatch.setattr(parse, "_read_in_child", in_this_process)
    clock = FixedClock(NOON)
    desk = memory_desk(knowledge, SOURCE, clock)
    published: set[tuple[str, str]] = set()
    for feed in history:
        random.Random(dice).shuffle(feed)
        clock.moment += timedelta(hours=3)
        web = Shelf({ADDRESS: rss(*(entry.xml() for entry in feed))})
        (result,) = refresh(desk, web=web)
        assert result.status == "ok", result.error
        published |= {(entry.title, entry.text.replace("&amp;", "&")) for entry in feed}
        size = desk.record.head().size
        for again in (web, Shelf({ADDRESS: rss(*(entry.xml() for entry in reversed(feed)))})):
            (result,) = refresh(desk, web=again)
            assert (result.new, result.updated, result.failed) == (0, 0, 0)
        assert desk.record.head().size == size  # the same again, in any order, records nothing
    told = said(desk)
    for title, text in published:
        assert any(title == of and text in words for _path, of, words in told), (title, text)
    for path in {path for path, _title, _text in told}:
        versions = [(title, text) for at, title, text in told if at == path]
        assert all(one != other for one, other in pairwise(versions)), path
    distinct = Counter((entry.link, entry.title, entry.text) for feed in history for entry in feed)
    # Never more than one alert for each text at each address: ids and dates alone make nothing new.
    assert len(desk.views.states()) <= len(distinct) * 2


def test_a_feed_never_speaks_over_the_page_itself(knowledge: Knowledge) -> None:
    world = World()
    title = "Class 2 Medicines Recall: Maker Ltd, Testafil, EL(26)A/61"
    path = world.publish("one", title, "<p>Action within 48 hours</p>")
    clock = FixedClock(NOON)
    desk = memory_desk(knowledge, GOVUK, clock)
    desk = replace(desk, knowledge=replace(knowledge, sources=(GOVUK, SOURCE)))
    entry = Entry("g", SITE + path, "Recall of Testafil EL(26)A/61", "Short.", "Sun, 22 Nov 2026 11:00:00 GMT")
    refresh(desk, sources=[GOVUK.id], web=world)
    refresh(desk, sources=[SOURCE.id], web=Shelf({ADDRESS: rss(entry.xml())}))
    (state,) = desk.views.states()
    assert [link.source for link in state.sources] == [GOVUK.id, SOURCE.id]
    assert state.alert_class == 2
    assert sum(entry.type == "alert.triaged" for entry in desk.record.entries()) == 1


# Pages taken away


def refreshed(desk: Desk, world: World, **more: object) -> SourceResult:
    (result,) = refresh(desk, web=world, **more)  # type: ignore[arg-type]
    return result


def entries(desk: Desk, kind: str) -> int:
    return sum(entry.type == kind for entry in desk.record.entries())


def test_a_page_taken_away_is_recorded_once_and_leaves_the_source_well(knowledge: Knowledge) -> None:
    world, desk = World(), memory_desk(knowledge, GOVUK, FixedClock(NOON))
    path, _other = world.publish("one"), world.publish("two")
    refreshed(desk, world)
    page = world.pages.pop(path)
    first, second = refreshed(desk, world), refreshed(desk, world)
    assert (first.status, first.failed, len(first.gone)) == ("ok", 0, 1)
    assert (second.status, second.failed, len(second.gone)) == ("ok", 0, 0)
    assert entries(desk, "alert.page_gone") == 1
    assert desk.views.sources()[GOVUK.id] == SourceHealth(GOVUK.id, NOON, NOON, NOON)
    state = desk.views.alert(path)
    assert state is not None
    assert "No longer published" in state.history[-1].text
    assert not state.withdrawn  # its publisher did not say so
    world.pages[path] = page
    assert refreshed(desk, world).status == "ok"
    world.pages.pop(path)
    assert len(refreshed(desk, world).gone) == 1
    assert entries(desk, "alert.page_gone") == 2


def test_when_everything_is_gone_the_site_is_at_fault(knowledge: Knowledge) -> None:
    world, desk = World(), memory_desk(knowledge, GOVUK, FixedClock(NOON))
    paths = world.publish_many(12)
    refreshed(desk, world)
    kept = dict(world.pages)
    for path in paths[:8]:
        world.pages.pop(path)
    result = refreshed(desk, world)
    assert (result.status, result.failed, result.gone) == ("failed", 8, ())
    assert entries(desk, "alert.page_gone") == 0
    world.pages.update(kept)
    assert refreshed(desk, world).status == "ok"


# A server that wants to be left alone


def test_a_busy_server_is_left_alone_until_its_time_unless_a_person_asks(knowledge: Knowledge) -> None:
    world, clock = World(), FixedClock(NOON)
    world.publish("one")
    desk = memory_desk(knowledge, GOVUK, clock)
    world.breaks(".atom", failures.said("GOV.UK", 503, 7200.0))
    assert "left alone for 2 hours" in refreshed(desk, world, unasked=True).error
    world.mended()
    world.asked.clear()
    clock.moment += timedelta(hours=1)
    assert refresh(desk, web=world, unasked=True) == []
    assert world.asked == []
    assert refreshed(desk, world).new == 1
    clock.moment += timedelta(hours=1, seconds=1)
    assert refreshed(desk, world, unasked=True).status == "ok"


# Very many known pages


@dataclass
class Days:
    """A year of refreshes against a world with more pages than are asked for every time."""

    desk: Desk
    world: World
    clock: FixedClock
    asked: dict[str, int] = field(default_factory=dict)

    def day(self, hours: float = 24, **more: object) -> set[str]:
        """Lets time go by, refreshes, and gives the pages asked for."""
        self.clock.moment += timedelta(hours=hours)
        self.world.asked.clear()
        refreshed(self.desk, self.world, **more)
        return {url.partition("/api/content")[2] for url, _held in self.world.asked if "/api/content" in url}


@pytest.fixture
def days(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Days:
    monkeypatch.setattr(rotation, "FEW", 30)
    world, clock = World(), FixedClock(NOON)
    desk = memory_desk(knowledge, GOVUK, clock)
    for number in range(60):
        path = world.publish(f"old-{number:02}")
        world.pages[path]["public_updated_at"] = "2019-03-01T09:00:00Z"
        world.pages[path]["details"]["metadata"]["issued_date"] = "2019-03-01"
    for number in range(5):
        world.publish(f"new-{number}")
    refreshed(desk, world)
    return Days(desk, world, clock)


def test_old_pages_take_turns_and_each_is_asked_for_within_a_week(days: Days) -> None:
    new = {path for path in days.world.pages if "/new-" in path}
    week = [days.day() for _ in range(7)]
    assert all(new <= asked for asked in week)
    assert set().union(*week) == set(days.world.pages)
    assert all(len(asked) < 30 for asked in week)
    old = [asked - new for asked in week]
    assert sum(map(len, old)) == 60  # none twice
    assert days.day(hours=2) == new  # later the same day


def test_days_without_a_refresh_are_made_up_for(days: Days) -> None:
    three = days.day(hours=72)
    assert {rotation.turn_of(path) for path in three if "/old-" in path} != set(range(7))
    assert days.day(hours=24 * 8) == set(days.world.pages)


def test_a_person_can_ask_for_all_and_a_failed_page_is_asked_for_again(days: Days) -> None:
    assert days.day(hours=1, everything=True) == set(days.world.pages)
    days.world.breaks("new-1", b"no JSON")
    days.day(hours=1)
    days.world.mended()
    assert days.day(hours=1) == set(days.world.pages)


def test_few_pages_are_all_asked_for_every_time(knowledge: Knowledge) -> None:
    world, clock = World(), FixedClock(NOON)
    many = Days(memory_desk(knowledge, GOVUK, clock), world, clock)
    paths = set(world.publish_many(20))
    many.day()
    assert many.day(hours=1) == paths


def test_a_change_to_an_old_page_is_found_within_the_week(days: Days, tmp_path: Path) -> None:
    path = sorted(days.world.pages)[50]
    days.world.edit(path, "<p>Corrected.</p>")
    for _ in range(7):
        days.day()
    state = days.desk.views.alert(path)
    assert state is not None
    assert len(state.versions) == 2
