"""Sources of the organisation's own: added, tried, shared, removed; and when a source is called stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from msat.errors import Refused
from msat.feeds import failures
from msat.feeds.catalogue import Kind, Source, find_source
from msat.places import Places
from msat.projections.ports import SourceHealth
from msat.projections.source_health import stale, warnings
from msat.services import sources
from msat.services.sources import NewSource
from msat.services.try_source import MOST, try_source
from tests.feeds.test_any_feed import ADDRESS, FDA, REPORT, SOURCE, Shelf, fda, item, rss
from tests.feeds.world import SOURCE as GOVUK
from tests.feeds.world import World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEW = NewSource("formulary", "Our “formulary”", ADDRESS, carries="News")


def ids(places: Places) -> list[str]:
    return [source.id for source in sources.load(places)]


def test_a_source_is_added_set_switched_off_and_removed(profile: Places) -> None:
    before = sources.own_text(profile)
    assert before is None
    assert sources.add(profile, NEW).startswith("Our “formulary” was added and is on.")
    found = sources.find(profile, "formulary")
    assert (found.address, found.kind, found.enabled, found.verified) == (ADDRESS, Kind.FEED, True, False)
    sources.set_address(profile, "formulary", "https://feeds.example.org/other?x=1")
    sources.set_enabled(profile, "formulary", False)
    found = sources.find(profile, "formulary")
    assert (found.address, found.enabled) == ("https://feeds.example.org/other?x=1", False)
    sources.set_enabled(profile, "who", True)
    assert "stays recorded" in sources.remove(profile, "formulary")
    assert "formulary" not in ids(profile)
    assert sources.find(profile, "who").enabled


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (replace(NEW, id="who"), "already"),
        (replace(NEW, id="A B"), "cannot be the id"),
        (replace(NEW, id=""), "cannot be the id"),
        (replace(NEW, name=" "), "needs a name"),
        (replace(NEW, expected_silence_hours=0), "silence"),
        (replace(NEW, address="https://www.who.int/rss-feeds/news-english.xml"), "address already. It is off"),
        (replace(NEW, kind="ftp"), "kind"),
        (replace(NEW, address="http://feeds.example.org/x"), "not protected"),
        (replace(NEW, address="https://192.168.0.7/x"), "private network"),
        (replace(NEW, address="file:///etc/passwd"), "https://"),
        (replace(NEW, kind="govuk"), "names a page"),
    ],
)
def test_a_mistake_adds_nothing(profile: Places, new: NewSource, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        sources.add(profile, new)
    assert sources.own_text(profile) is None
    assert "toml" not in str(refused.value), "people gave no file"


def test_a_source_that_can_carry_a_red_is_watched_as_one(profile: Places) -> None:
    sources.add(profile, replace(NEW, red_capable=True, expected_silence_hours=48))
    found = sources.find(profile, "formulary")
    assert (found.red_capable, found.expected_silence_hours) == (True, 48)


def test_a_file_that_is_wrong_is_named_with_its_place(profile: Places, tmp_path: Path) -> None:
    shared = tmp_path / "shared sources.toml"
    shared.write_text('[[source]]\nid = "a"\nname = "A"\nkind = "feed"\naddress = "ftp://a"\n', encoding="utf-8")
    with pytest.raises(Refused, match=r"shared sources\.toml"):
        sources.take_shared(profile, shared)
    profile.make()
    (profile.config / "sources.toml").write_text("nonsense", encoding="utf-8")
    with pytest.raises(Refused, match="The file of your own sources") as refused:
        sources.load(profile)
    assert str(profile.config / "sources.toml") in str(refused.value)


def test_what_is_shipped_cannot_be_removed_and_the_unknown_is_not_known(profile: Places) -> None:
    with pytest.raises(Refused, match="shipped"):
        sources.remove(profile, "govuk-alerts")
    with pytest.raises(Refused, match="no source"):
        sources.remove(profile, "formulary")


def test_sources_are_shared_as_a_file_and_come_in_switched_off(profile: Places, tmp_path: Path) -> None:
    file = tmp_path / "shared.toml"
    with pytest.raises(Refused, match="no sources of its own"):
        sources.share(profile, file)
    sources.add(profile, NEW)
    sources.add(profile, replace(NEW, id="second", address="https://b.example.org/x"))
    assert "2 sources were written" in sources.share(profile, file)
    other = Places(**{name: getattr(profile, name) for name in profile.__slots__} | {"config": tmp_path / "other"})
    assert "2 sources were added, switched off: formulary, second" in sources.take_shared(other, file)
    first = sources.find(profile, "formulary")
    assert sources.find(other, "formulary") == replace(first, enabled=False)
    assert "here already" in sources.take_shared(other, file)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        '[[source]]\nid = "a"\nname = "A"\nkind = "feed"\naddress = "https://10.0.0.1/x"\n',
        '[[source]]\nid = "who"\nname = "A"\nkind = "feed"\naddress = "https://evil.example.org/x"\n',
        "\x00\x01",
    ],
)
def test_a_shared_file_that_is_wrong_changes_nothing(profile: Places, tmp_path: Path, text: str) -> None:
    file = tmp_path / "shared.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        sources.take_shared(profile, file)
    with pytest.raises(Refused):
        sources.take_shared(profile, tmp_path / "none.toml")
    assert sources.own_text(profile) is None


# Trying a source


def test_a_trial_shows_each_entry_with_its_facts() -> None:
    body = rss(item(title="Class 2 Medicines Recall: Maker Ltd, Testafil, EL(26)A/61"), item("", "", "", ""))
    tried = try_source(SOURCE, NOW, Shelf({ADDRESS: body}))
    (alert,) = tried.alerts
    assert alert.facts()["reference"].value == "EL(26)A/61"
    assert (tried.unread, tried.more, tried.error) == ((), False, "")


def test_a_trial_stops_early_and_a_failure_is_said() -> None:
    body = rss(*(item(str(n), f"/{n}", f"T{n}") for n in range(MOST + 5)))
    tried = try_source(SOURCE, NOW, Shelf({ADDRESS: body}))
    assert (len(tried.alerts), tried.more) == (MOST, True)
    tried = try_source(SOURCE, NOW, Shelf({ADDRESS: failures.no_connection("feeds.example.org")}))
    assert tried.error.startswith("No connection to feeds.example.org")


def test_a_trial_of_govuk_asks_for_few_pages() -> None:
    world = World()
    world.publish_many(60)
    tried = try_source(GOVUK, datetime(2026, 8, 10, tzinfo=UTC), world)
    assert len(tried.alerts) == MOST
    assert sum("/api/content/" in url for url, _held in world.asked) < MOST + 20


def test_a_report_from_abroad_is_no_uk_recall() -> None:
    (alert,) = try_source(FDA, NOW, Shelf({FDA.address: fda(REPORT)})).alerts
    assert alert.nation == "us"
    assert (alert.family.value, alert.alert_class, alert.reference, alert.issuer) == ("unknown", None, None, None)


# Health

RED = replace(SOURCE, name="Red one", red_capable=True)


def health(reached: float | None = 0, new: float | None = 0, error: str = "") -> SourceHealth:
    """Times in hours before now."""

    def at(hours: float | None) -> datetime | None:
        return None if hours is None else NOW - timedelta(hours=hours)

    return SourceHealth(SOURCE.id, NOW, at(reached), at(new), int(bool(error)), error)


@pytest.mark.parametrize(
    ("source", "known", "words"),
    [
        (RED, health(), ""),
        (RED, health(23.9), ""),
        (RED, health(24), "Red one was last reached 24 hours ago: new alerts may be missing."),
        (RED, health(24 * 5, error="No answer."), "last reached 5 days ago"),
        (RED, health(None, None), "Red one was never reached"),
        (SOURCE, health(30), ""),
        (SOURCE, health(24 * 7), "7 days ago"),
        (SOURCE, health(0, 335), ""),
        (SOURCE, health(0, 337), "had nothing new for 14 days; 14 days are to be expected"),
        (SOURCE, health(0, None), ""),
        (replace(RED, enabled=False), health(None, None), ""),
    ],
)
def test_when_a_source_is_stale(source: Source, known: SourceHealth, words: str) -> None:
    said = stale(source, known, NOW)
    assert words in said
    assert bool(words) == bool(said)


def test_only_what_can_carry_a_red_is_warned_of() -> None:
    known = [(RED, health(50)), (SOURCE, health(500)), (replace(RED, enabled=False), health(50))]
    assert warnings(known, NOW) == ("Red one was last reached 2 days ago: new alerts may be missing.",)


def test_the_red_capable_sources_that_ship_are_uk_ones(profile: Places) -> None:
    red = [source.id for source in sources.load(profile) if source.red_capable]
    assert red == ["govuk-alerts", "nhse-psa"]
    assert find_source(sources.load(profile), "govuk-dsu").finder == "drug-safety-update"
