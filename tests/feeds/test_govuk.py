"""Reading GOV.UK: what is asked for, in which order, and that a failure is told and never hides a notice."""

from __future__ import annotations

import gzip
import json
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from msat.errors import Cancelled, SourceFailure
from msat.feeds import failures
from msat.feeds.fetch import Answer, HttpWeb
from msat.feeds.govuk import read_govuk
from msat.feeds.govuk_listing import ATOM, NEWEST
from msat.feeds.govuk_page import NotANotice, read_page
from msat.feeds.model import ChangeNote, Validators, Withdrawal
from msat.feeds.pages import GONE, FeedRead, Page, PageFailed, PageGone, PageRead, PageUnchanged, Progress
from tests.feeds.server import reply, serving
from tests.feeds.world import BASE, SOURCE, START, World


@dataclass
class Reader:
    """What a refresh keeps between two runs: the paths it knows and the validators it was given."""

    world: World
    known: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Validators] = field(default_factory=dict)

    def refresh(
        self, since: date | None = None, backfill: bool = False, progress: Progress | None = None
    ) -> list[Page]:
        self.world.asked.clear()
        pages: list[Page] = []
        for page in read_govuk(SOURCE, self.world, dict(self.known), self.kept.get, since, backfill, progress):
            pages.append(page)
            if isinstance(page, PageRead):
                self.known[page.item.path] = "1"
                self.kept[page.url] = page.validators
            elif isinstance(page, FeedRead):
                self.kept[page.url] = page.validators
        return pages


def read(pages: list[Page]) -> list[str]:
    return [page.item.path for page in pages if isinstance(page, PageRead)]


def failed(pages: list[Page]) -> list[PageFailed]:
    return [page for page in pages if isinstance(page, PageFailed)]


def last(pages: list[Page]) -> FeedRead:
    assert isinstance(pages[-1], FeedRead)
    return pages[-1]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def reader(world: World) -> Reader:
    return Reader(world)


def test_first_refresh_reads_everything_the_newest_few_before_the_rest(world: World, reader: Reader) -> None:
    paths = world.publish_many(135)
    pages = reader.refresh(backfill=True)
    assert read(pages) == paths[-NEWEST:] + paths[:-NEWEST], "each part with the oldest first"
    assert last(pages).complete
    assert last(pages).validators.etag
    assert len([url for url, _held in world.asked if "search.json" in url]) == 1


def test_second_refresh_adds_nothing_and_asks_conditionally(world: World, reader: Reader) -> None:
    world.publish_many(60)
    reader.refresh(backfill=True)
    pages = reader.refresh()
    assert [type(page) for page in pages] == [PageUnchanged] * 60 + [FeedRead]
    assert all(held for _url, held in world.asked)
    assert len(world.asked) == 61


def test_new_notice_comes_from_the_feed_alone(world: World, reader: Reader) -> None:
    world.publish_many(60)
    reader.refresh(backfill=True)
    path = world.publish("new")
    assert read(reader.refresh()) == [path]
    assert not any("search.json" in url for url, _held in world.asked)


def test_after_a_long_pause_it_pages_on_past_a_republished_one(world: World, reader: Reader) -> None:
    old = world.publish_many(5)
    reader.refresh(backfill=True)
    new = [world.publish(f"late-{number:03}") for number in range(120)]
    world.republish(old[0])
    assert read(reader.refresh()) == [*new, old[0]]


def test_feed_that_goes_on_for_ever_is_left_and_not_called_complete(world: World, reader: Reader) -> None:
    world.publish("known")
    reader.refresh(backfill=True)
    world.page_size = 2
    for number in range(60):
        world.publish(f"late-{number:03}")
    pages = reader.refresh()
    assert len(read(pages)) == 40
    assert not last(pages).complete
    assert len(read(reader.refresh())) == 20  # made up for through the search


def test_server_that_ignores_the_page_number_is_not_asked_for_ever(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish("known")
    reader.refresh(backfill=True)
    world.publish("new")
    first = World._atom
    monkeypatch.setattr(World, "_atom", lambda self, _number: first(self, 1))
    assert len(read(reader.refresh())) == 1
    assert sum("page=" in url for url, _held in world.asked) == 1


def test_replaced_notice_is_read_again_although_no_list_moved(world: World, reader: Reader) -> None:
    path = world.publish_many(3)[1]
    reader.refresh(backfill=True)
    world.edit(path, "<p>Batch 4L01372H added.</p>")
    assert read(reader.refresh()) == [path]
    assert read(reader.refresh()) == []


def test_withdrawn_notice_is_read_again_with_its_explanation(world: World, reader: Reader) -> None:
    path = world.publish("a")
    reader.refresh(backfill=True)
    world.withdraw(path, "<div><p>Replaced by a later notice.</p></div>")
    (page, _feed) = reader.refresh()
    assert isinstance(page, PageRead)
    assert page.item.withdrawn == Withdrawal("Replaced by a later notice.", datetime(2026, 9, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize("ignores", [False, True])
def test_since_reaches_back_to_the_day(world: World, reader: Reader, ignores: bool) -> None:
    world.publish_many(200)
    world.ignores_filter = ignores
    world.page_size = 10
    pages = reader.refresh(since=(START + timedelta(days=5)).date())
    # Midnight in London is eleven in the evening before, in UTC: the 111th hour after the first notice.
    oldest = min(world.pages[path]["public_updated_at"] for path in read(pages))
    assert oldest == "2026-08-05T23:00:00+00:00"
    assert len(read(pages)) == 200 - 110


def test_page_that_fails_leaves_the_rest_and_is_read_next_time(world: World, reader: Reader) -> None:
    paths = world.publish_many(10)
    world.breaks("notice-0004", failures.no_answer("GOV.UK", 10))
    pages = reader.refresh(backfill=True)
    assert read(pages) == paths[:4] + paths[5:]
    (failure,) = failed(pages)
    assert (failure.path, failure.error) == (paths[4], "GOV.UK did not answer for 10 seconds.")
    assert failure.title == "Title of notice-0004"
    assert not last(pages).complete
    assert last(pages).validators == Validators()
    world.mended()
    assert read(reader.refresh()) == [paths[4]]


def test_page_off_the_feed_that_failed_in_a_back_fill_is_not_lost(world: World, reader: Reader) -> None:
    paths = world.publish_many(80)
    world.breaks("notice-0004", failures.cut_short("GOV.UK"))
    reader.refresh(backfill=True)
    world.mended()
    assert read(reader.refresh()) == [paths[4]]


def test_site_that_stops_answering_is_not_asked_page_by_page(world: World, reader: Reader) -> None:
    world.publish_many(50)
    world.breaks("/api/content", failures.no_answer("GOV.UK", 10))
    pages = reader.refresh(backfill=True)
    assert len(failed(pages)) == 50
    assert "had stopped answering" in failed(pages)[-1].error
    assert sum("/api/content" in url for url, _held in world.asked) <= 4


@pytest.mark.parametrize("where", [".atom", "search.json"])
def test_list_that_fails_is_a_source_failure(world: World, reader: Reader, where: str) -> None:
    world.publish_many(3)
    world.breaks(where, failures.too_slow("GOV.UK", 30))
    with pytest.raises(SourceFailure, match=r"GOV\.UK did not finish"):
        reader.refresh(backfill=True)


@pytest.mark.parametrize(
    ("where", "answer", "words"),
    [
        (".atom", b"<html>", "sign-in page"),
        (".atom", b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title></feed>', "empty list"),
        ("search.json", b'{"results": [], "total": 0}', "no alerts at all"),
        ("search.json", b'{"results": {}}', "does not know"),
        ("search.json", b"\xff", "does not know"),
    ],
)
def test_list_of_the_wrong_shape_is_a_source_failure(
    world: World, reader: Reader, where: str, answer: bytes, words: str
) -> None:
    world.publish_many(3)
    world.breaks(where, answer)
    with pytest.raises(SourceFailure, match=words):
        reader.refresh(backfill=True)


def test_search_that_gives_fewer_than_it_counts_is_not_complete(world: World, reader: Reader) -> None:
    path = world.publish("a")
    result = {"link": path, "title": "A", "public_timestamp": None}
    world.breaks("search.json", json.dumps({"results": [result], "total": 2}).encode())
    pages = reader.refresh(backfill=True)
    assert read(pages) == [path]
    assert not last(pages).complete


def test_search_that_gives_fewer_at_once_is_paged_by_what_it_gives(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = world.publish_many(25)
    whole = World._search
    monkeypatch.setattr(World, "_search", lambda self, query: whole(self, {**query, "count": ["10"]}))
    pages = reader.refresh(backfill=True)
    assert read(pages) == paths
    assert last(pages).complete


def test_search_is_paged(world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msat.feeds.govuk_listing.SEARCH_COUNT", 20)
    paths = world.publish_many(70)
    pages = reader.refresh(backfill=True)
    assert sorted(read(pages)) == sorted(paths)
    assert last(pages).complete
    assert sum("search.json" in url for url, _held in world.asked) == 4


@pytest.mark.parametrize(
    "link", ["https://evil.example//x", "/a/../b", "javascript:x", "https://www.gov.uk", "/a b", "http://[", ""]
)
def test_entry_without_a_usable_address_is_told_of(world: World, reader: Reader, link: str) -> None:
    path = world.publish("a")
    results = [{"link": path, "title": "A"}, {"link": link, "title": "Odd"}]
    world.breaks("search.json", json.dumps({"results": results, "total": 2}).encode())
    pages = reader.refresh(backfill=True)
    assert read(pages) == [path]
    assert [(page.title, page.url) for page in failed(pages)] == [("Odd", link)]
    assert not last(pages).complete


def test_broken_feed_is_used_but_read_again_in_full(world: World, reader: Reader) -> None:
    path = world.publish("a")
    reader.refresh(backfill=True)
    new = world.publish("b", title="Beta & gamma")
    world.breaks(".atom", world._atom(1).replace("&amp;", "&").encode())
    pages = reader.refresh()
    assert read(pages) == [new]
    assert not last(pages).complete
    assert path in reader.known


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "does not know"),
        (b"[]", "does not know"),
        (b"{}", "does not know"),
        (b"\xff\xfe", "does not know"),
        (b"[" * 100_000, "does not know"),
        (b'{"schema_name": "redirect"}', "moved this page"),
        (b'{"document_type": "gone"}', "taken this page away"),
        (b'{"title": 7, "details": {"body": ""}}', "does not know"),
        (b'{"title": " ", "details": {"body": ""}}', "no title"),
        (b'{"title": "A", "details": {}}', "does not know"),
        (b'{"title": "A", "details": {"body": []}}', "no text"),
        (b'{"title": "A", "base_path": "/other", "details": {"body": ""}}', "another page"),
    ],
)
def test_page_of_the_wrong_shape_is_told_and_what_is_known_stays(
    world: World, reader: Reader, answer: bytes, words: str
) -> None:
    path = world.publish("a")
    reader.refresh(backfill=True)
    world.breaks("/api/content", answer)
    (told,) = [page for page in reader.refresh() if isinstance(page, PageFailed | PageGone)]
    said = told.why if isinstance(told, PageGone) else told.error
    assert words in said
    assert isinstance(told, PageGone) == ("this page" in words)
    assert told.path == path
    assert said.endswith("What is recorded of it here stays.")
    with pytest.raises(NotANotice):
        read_page(SOURCE.id, path, answer)


def test_page_taken_away_is_told_and_never_forgotten(world: World, reader: Reader) -> None:
    path = world.publish("a")
    world.publish("b")
    reader.refresh(backfill=True)
    world.pages.pop(path)
    pages = reader.refresh()
    (gone,) = [page for page in pages if isinstance(page, PageGone)]
    assert "has taken this page away" in gone.why
    assert gone.why.endswith("What is recorded of it here stays.")
    assert not failed(pages)
    assert path in reader.known


def test_page_taken_away_is_told_of_once_and_again_when_it_came_back(world: World, reader: Reader) -> None:
    path = world.publish("a")
    world.publish("b")
    reader.refresh(backfill=True)
    page = world.pages.pop(path)

    def gone() -> list[str]:
        pages = reader.refresh()
        reader.kept.update({one.url: GONE for one in pages if isinstance(one, PageGone)})
        assert last(pages).complete
        return [one.path for one in pages if isinstance(one, PageGone)]

    assert gone() == [path]
    assert gone() == []
    world.pages[path] = page
    assert read(reader.refresh()) == [path]
    world.pages.pop(path)
    assert gone() == [path]


def test_known_pages_may_rest_unless_a_list_names_them(world: World, reader: Reader) -> None:
    world.page_size = 2
    paths = world.publish_many(5)
    reader.refresh(backfill=True)
    kept = reader.kept.get
    world.asked.clear()
    list(read_govuk(SOURCE, world, reader.known, kept, rest=frozenset(paths)))
    assert [url for url, _ in world.asked if "/api/content" in url] == []  # the list is as it was
    world.republish(paths[0])
    world.asked.clear()
    list(read_govuk(SOURCE, world, reader.known, kept, rest=frozenset(paths)))
    assert [url.rpartition("/")[2] for url, _ in world.asked if "/api/content" in url] == ["notice-0000", "notice-0004"]


def test_progress_counts_and_can_stop(world: World, reader: Reader) -> None:
    world.publish_many(30)
    told: list[tuple[str, int, int]] = []

    def watch(what: str, done: int, total: int) -> None:
        told.append((what, done, total))
        if done == 5:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        reader.refresh(backfill=True, progress=watch)
    assert told[0] == ("GOV.UK alerts", 0, 0)
    assert told[-1] == ("GOV.UK alerts", 5, 30)
    assert len(reader.known) == 4
    assert len(read(reader.refresh())) == 26


def test_slow_page_can_be_stopped_while_it_is_waited_for(world: World) -> None:
    world.publish("a")
    released = threading.Event()

    class Silent(World):
        def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
            if "/api/content" in url:
                released.wait(5)
            return super().get(url, validators, accept)

    def watch(_what: str, done: int, total: int) -> None:
        if (done, total) == (0, 1):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        Reader(Silent(pages=world.pages)).refresh(backfill=True, progress=watch)
    assert not released.is_set()
    released.set()


def test_a_whole_page_becomes_an_item() -> None:
    raw = json.dumps(
        {
            "content_id": "c1",
            "base_path": "/drug-device-alerts/a",
            "title": "Class 2 Medicines Recall: A\u202e ",
            "description": "One <b>line</b> &amp; more",
            "public_updated_at": "2026-08-20T14:21:27+01:00",
            "schema_name": "specialist_document",
            "document_type": "medical_safety_alert",
            "withdrawn_notice": {},
            "details": {
                "body": '<p onclick="x">Text <a href="/x">here</a><img src="y"></p>',
                "metadata": {
                    "alert_type": "a-new-type",
                    "issued_date": "2026-08-19",
                    "medical_specialism": ["general-practice"],
                    "bulk_published": False,
                },
                "change_history": [{"note": "First published.", "public_timestamp": "2026-08-20T14:21:27+01:00"}],
            },
        }
    ).encode()
    item = read_page(SOURCE.id, "/drug-device-alerts/a", raw)
    moment = datetime(2026, 8, 20, 13, 21, 27, tzinfo=UTC)
    assert item.raw == raw
    assert item.url == "https://www.gov.uk/drug-device-alerts/a"
    assert item.title == "Class 2 Medicines Recall: A"
    assert item.html == '<p>Text <a href="https://www.gov.uk/x" rel="noopener noreferrer">here</a></p>'
    assert (item.published, item.issued, item.alert_type) == (moment, date(2026, 8, 19), "a-new-type")
    assert (item.specialisms, item.description, item.content_id) == (("general-practice",), "One line & more", "c1")
    assert item.withdrawn is None
    assert item.changes == (ChangeNote("First published.", moment),)
    assert item.not_read == ""


def test_drug_safety_update_article_has_another_shape() -> None:
    page: dict[str, Any] = {
        "title": "SGLT2 inhibitors",
        "document_type": "drug_safety_update",
        "public_updated_at": "2015-07-08T14:08:17+00:00",
        "details": {
            "body": [
                {"content_type": "text/govspeak", "content": "x"},
                {"content_type": "text/html", "content": "<p>y</p>"},
            ],
            "metadata": {"therapeutic_area": ["diabetes"], "first_published_at": "2015-06-26"},
        },
    }
    item = read_page(SOURCE.id, "/drug-safety-update/a", json.dumps(page).encode())
    assert (item.issued, item.alert_type, item.specialisms) == (date(2015, 6, 26), None, ("diabetes",))
    assert item.html == "<p>y</p>"


@pytest.mark.parametrize("value", ["", "soon", "31/12/2026", None])
def test_date_nobody_can_read_does_not_keep_a_notice_out(value: str | None) -> None:
    page = {
        "title": "A",
        "public_updated_at": value,
        "withdrawn_notice": None,
        "details": {"body": "x", "metadata": {"issued_date": value}, "change_history": [{"public_timestamp": value}]},
    }
    item = read_page(SOURCE.id, "/a", json.dumps(page).encode())
    assert (item.published, item.issued, item.changes) == (None, None, (ChangeNote("", None),))


def test_body_that_is_too_much_arrives_and_says_so() -> None:
    page = {"title": "A", "details": {"body": "<div>" * 90 + "4L01372H"}}
    item = read_page(SOURCE.id, "/a", json.dumps(page).encode())
    assert "could not be read whole" in item.not_read
    assert "4L01372H" in item.html


def test_real_content_items(shared: Any) -> None:
    for file in sorted((shared / "corpus/govuk/content-items").glob("drug-*.json")):
        raw = file.read_bytes()
        item = read_page(SOURCE.id, json.loads(raw)["base_path"], raw)
        assert item.title
        assert item.html
        assert item.published
        assert item.changes
        assert item.not_read == ""


def test_order_does_not_depend_on_which_answer_comes_first(world: World) -> None:
    paths = world.publish_many(12)

    class Slow(World):
        def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
            if "notice-0000" in url:
                time.sleep(0.1)
            return super().get(url, validators, accept)

    assert read(Reader(Slow(pages=world.pages)).refresh(backfill=True)) == paths


def test_over_real_sockets(world: World) -> None:
    """The whole way once: HttpWeb, gzip, conditional requests, a source whose address is this computer."""
    world.publish_many(3)
    with serving() as server:
        source = replace(SOURCE, address=server.base)
        search = world.get(f"{BASE}/api/search.json?start=0&count=500").body
        packed = gzip.compress(world.get(f"{BASE}{ATOM}").body)
        server.answers(ATOM, reply(200, packed, Content_Encoding="gzip", ETag='"a"'), reply(304))
        for path in world.pages:
            body = world.get(f"{BASE}/api/content{path}").body
            server.answers(f"/api/content{path}", reply(200, body, ETag='"b"'), reply(304))
        query = "filter_format=medical_safety_alert&order=-public_timestamp&count=500&start=0"
        server.answers(f"/api/search.json?{query}&fields=title,link,public_timestamp", reply(200, search))
        web, known, kept = HttpWeb(), dict[str, str](), dict[str, Validators]()
        for page in read_govuk(source, web, {}, kept.get, backfill=True):
            if isinstance(page, PageRead):
                known[page.item.path] = "1"
                assert page.item.url == f"https://www.gov.uk{page.item.path}"
            assert isinstance(page, PageRead | FeedRead)
            kept[page.url] = page.validators
        again = list(read_govuk(source, web, known, kept.get))
        web.close()
        assert [type(page) for page in again] == [PageUnchanged] * 3 + [FeedRead]
        assert all("if-none-match" in seen.headers for seen in server.seen[-4:])
        assert server.connections <= 2
