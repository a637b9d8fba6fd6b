"""Sources that are one feed, and openFDA: what becomes of each entry, and of ids, links and dates that go wild."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from msat.errors import SourceFailure
from msat.feeds import failures
from msat.feeds.any_feed import MOST_ENTRIES, path_of_link
from msat.feeds.catalogue import Kind, Source
from msat.feeds.fetch import Answer
from msat.feeds.model import FeedItem, Validators
from msat.feeds.pages import FeedRead, Page, PageFailed, PageRead, Question, likely
from msat.feeds.reading import READERS, read_source
from msat.ids import Sha256, SourceId, fingerprint

ADDRESS = "https://feeds.example.org/news/all.xml"
SOURCE = Source(
    SourceId("local"), "Local", "Somebody", "news", Kind.FEED, ADDRESS, 60, 336, "", "uk", False, False, True
)
FDA = replace(SOURCE, id=SourceId("openfda"), kind=Kind.OPENFDA, address="https://api.fda.gov/drug/enforcement.json")
FDA = replace(FDA, nation="us")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Shelf:
    """A web that answers each address with bytes or a failure; every other address is an error of the test."""

    answers: dict[str, bytes | SourceFailure] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
        self.asked.append(url)
        answer = next((found for part, found in self.answers.items() if part in url), None)
        if isinstance(answer, SourceFailure):
            raise answer
        assert answer is not None, f"{url} was not to be asked for"
        digest = fingerprint(answer)
        same = validators is not None and validators.body == digest
        return Answer(200, answer, url, "application/xml", Validators(None, None, digest), not_modified=same)


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


def item(guid: str = "g", link: str = "/a", title: str = "A title", text: str = "Words.", at: str = "") -> str:
    day = f"<pubDate>{at}</pubDate>" if at else ""
    return (
        f"<item><guid>{guid}</guid><link>{link}</link><title>{title}</title>"
        f"<description>{text}</description>{day}</item>"
    )


@dataclass
class Reader:
    """What a refresh keeps of one feed between two readings."""

    source: Source = SOURCE
    known: dict[str, Sha256] = field(default_factory=dict)
    kept: dict[str, Validators] = field(default_factory=dict)

    def read(self, body: bytes, since: date | None = None) -> list[Page]:
        shelf = Shelf({self.source.address: body})
        question = Question(self.known, self.kept.get, since=since, now=NOW)
        pages = list(read_source(self.source, shelf, question))
        for page in pages:
            if isinstance(page, FeedRead):
                self.kept[page.url] = page.validators
        return pages

    def changes(self, body: bytes) -> list[str]:
        """The paths of what is new or changed, which are then known."""
        found = [one for one in items(self.read(body)) if self.known.get(one.path) != one.content_sha256()]
        self.known.update({one.path: one.content_sha256() for one in found})
        return [one.path for one in found]


def items(pages: list[Page]) -> list[FeedItem]:
    return [page.item for page in pages if isinstance(page, PageRead)]


def only(body: bytes, source: Source = SOURCE) -> FeedItem:
    (found,) = items(Reader(source).read(body))
    return found


def test_every_kind_has_its_reader() -> None:
    assert set(READERS) == set(Kind)


def test_an_entry_is_a_notice_with_whole_links_clean_words_and_the_bytes_received() -> None:
    body = rss(item(title="Use &lt;b&gt;now&lt;/b&gt;", text="&lt;a href='x.html'&gt;x&lt;/a&gt;&lt;img src='y'&gt;"))
    found = only(body)
    assert (found.title, found.url) == ("Use now", "https://feeds.example.org/a")
    assert found.html == '<a href="https://feeds.example.org/news/x.html" rel="noopener noreferrer">x</a>'
    assert found.raw == body
    assert (found.source, found.path, found.nation) == ("local", "feeds.example.org/a", "uk")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("javascript:alert(1)", ADDRESS),
        ("file:///etc/passwd", ADDRESS),
        ("data:text/html,x", ADDRESS),
        ("mailto:a@example.org", ADDRESS),
        ("", ADDRESS),
        ("//other.example.org/b", "https://other.example.org/b"),
        ("b", "https://feeds.example.org/news/b"),
    ],
)
def test_only_web_addresses_are_links(link: str, url: str) -> None:
    assert only(rss(item(link=link))).url == url


def test_identity_is_the_link_and_a_changed_guid_floods_nobody() -> None:
    reader = Reader()
    assert reader.changes(rss(*(item(f"g{n}", f"/{n}", f"T{n}") for n in range(30)))) != []
    assert reader.changes(rss(*(item(f"other-{n}", f"/{n}", f"T{n}") for n in range(30)))) == []


def test_one_guid_under_two_links_is_two_notices() -> None:
    assert len(items(Reader().read(rss(item("g", "/a"), item("g", "/b"))))) == 2


def test_absence_from_the_feed_means_nothing() -> None:
    reader = Reader()
    reader.changes(rss(item("g1", "/a"), item("g2", "/b")))
    pages = reader.read(rss(item("g3", "/c")))
    assert [type(page) for page in pages] == [PageRead, FeedRead]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example.org/x?utm_source=rss&id=3", "http://A.example.org/x/?id=3"),
        ("https://a.example.org/x;jsessionid=12?sid=9", "https://a.example.org/x"),
    ],
)
def test_what_changes_from_day_to_day_is_no_part_of_an_identity(one: str, other: str) -> None:
    assert path_of_link(one) == path_of_link(other)


def test_a_page_of_govuk_has_the_path_it_has_there() -> None:
    link = "https://www.gov.uk/drug-device-alerts/one"
    assert path_of_link(link) == "/drug-device-alerts/one"
    assert path_of_link(link + "#part") != path_of_link(link)


def test_entries_that_share_an_address_stay_apart_and_come_in_once() -> None:
    reader = Reader()
    feed = [item("g1", "/", "One"), item("g2", "/", "Two"), item("g2", "/", "Three"), item("", "/", "Four")]
    assert len(set(reader.changes(rss(*feed)))) == 4
    assert reader.changes(rss(*feed)) == []
    assert reader.changes(rss(*reversed(feed))) == []
    assert reader.changes(rss(feed[1])) == []
    assert len(reader.changes(rss(*feed, item("g5", "/", "Five")))) == 1


def test_one_that_was_alone_keeps_its_path_when_another_comes_to_its_address() -> None:
    reader = Reader()
    assert reader.changes(rss(item("g1", "/", "One"))) == ["feeds.example.org"]
    (new,) = reader.changes(rss(item("g1", "/", "One"), item("g2", "/", "Two")))
    assert new.startswith("feeds.example.org ~ ")


@pytest.mark.parametrize(
    ("at", "published"),
    [
        ("Wed, 25 Feb 2026 00:00:00 EST", datetime(2026, 2, 25, 5, 0, tzinfo=UTC)),
        ("Wed, 25 Feb 26 10:00:00 GMT", datetime(2026, 2, 25, 10, 0, tzinfo=UTC)),
        ("25 Feb 2026 10:00 BST", None),
        ("2026-02-25T10:00:00+01:00", datetime(2026, 2, 25, 9, 0, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("Sun, 01 Jan 2999 00:00:00 GMT", None),
        ("Tue, 24 Nov 2026 00:00:00 GMT", None),
        ("Mon, 23 Nov 2026 00:00:00 GMT", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_dates_as_publishers_write_them(at: str, published: datetime | None) -> None:
    body = rss(item(at=at))
    found = only(body)
    assert found.published == published or (at.endswith("BST") and found.published is not None)
    assert at.encode() in found.raw  # as it was written


def test_a_time_a_little_ahead_is_a_clock_and_one_far_ahead_a_mistake() -> None:
    assert likely(NOW.replace(hour=23), NOW) is not None
    assert likely(NOW.replace(day=24), NOW) is None
    assert likely(None, NOW) is None


def test_an_entry_without_title_is_called_by_its_first_words_or_by_its_link() -> None:
    body = rss(item(title="", text="First line. " * 30), item("g2", "/b", "", ""), item("", "", "", ""))
    found = items(Reader().read(body))
    assert [one.title for one in found if one.title.startswith("https")] == ["https://feeds.example.org/b"]
    assert len(found) == 2  # the third says nothing at all
    assert found[1].title.startswith("First line. First line.")
    assert len(found[1].title) <= 150


def test_too_many_entries_are_cut_and_said() -> None:
    body = rss(*(f"<item><link>/{n}</link><title>T{n}</title></item>" for n in range(MOST_ENTRIES + 7)))
    pages = Reader().read(body)
    assert len(items(pages)) == MOST_ENTRIES
    (failed,) = [page for page in pages if isinstance(page, PageFailed)]
    assert "7 of them were left out" in failed.error
    assert pages[-1] == FeedRead(ADDRESS, Validators(), complete=False)


def test_a_hundred_thousand_entries_are_read_cut_and_said() -> None:
    body = rss(*(f"<item><link>/{n}</link><title>Notice {n}</title></item>" for n in range(100_000)))
    pages = Reader().read(body)
    assert [one.title for one in items(pages)][-1] == "Notice 0"
    assert len(items(pages)) == MOST_ENTRIES
    (failed,) = [page for page in pages if isinstance(page, PageFailed)]
    assert "The feed holds 100,000 entries; the last 80,000 of them were left out." in failed.error


def test_an_unchanged_feed_is_not_read_again_and_since_leaves_out_the_old() -> None:
    reader = Reader()
    body = rss(item("1", "/a", at="Wed, 25 Feb 2026 10:00:00 GMT"), item("2", "/b", at="Thu, 05 Nov 2026 10:00:00 GMT"))
    reader.changes(body)
    assert [type(page) for page in reader.read(body)] == [FeedRead]
    reader.kept.clear()
    assert [one.path for one in items(reader.read(body, since=date(2026, 6, 1)))] == ["feeds.example.org/b"]


def test_a_json_feed_is_a_feed() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "T",
            "items": [{"id": 7, "title": "A", "content_html": "<p onclick=x()>B</p><script>c</script>", "url": "/x"}],
        }
    ).encode()
    found = only(body)
    assert (found.title, found.url, found.html) == ("A", "https://feeds.example.org/x", "<p>B</p>")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{}",
        b'{"version": 3, "items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": 3}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"[" * 100_000 + b"]}",
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"{}," * 300_000 + b"{}]}",
    ],
)
def test_json_that_is_no_feed_is_a_failure(body: bytes) -> None:
    with pytest.raises(SourceFailure):
        Reader().read(body)


# openFDA

REPORT = {
    "status": "Ongoing",
    "classification": "Class I",
    "recalling_firm": "Example Labs Inc.",
    "recall_number": "D-0001-2026",
    "product_description": "Exampline <b>Tablets</b>, 10 mg",
    "reason_for_recall": "Subpotent Drug",
    "recall_initiation_date": "20260806",
    "report_date": "20260902",
    "code_info": "Lot 1234",
    "openfda": {},
}


def fda(*reports: object, total: int | None = None) -> bytes:
    return json.dumps({"meta": {"results": {"total": total or len(reports)}}, "results": reports}).encode()


def test_an_openfda_report_is_a_notice_of_another_nation() -> None:
    found = only(fda(REPORT), FDA)
    assert (found.path, found.nation) == ("openfda/D-0001-2026", "us")
    assert found.title == "D-0001-2026: Example Labs Inc., Exampline Tablets, 10 mg"
    assert "Class I (a class of the FDA, not of the MHRA)" in found.html
    assert (found.issued, found.published) == (date(2026, 9, 2), datetime(2026, 9, 2, tzinfo=UTC))
    assert json.loads(found.raw) == REPORT
    assert found.url.endswith('search=recall_number:%22D-0001-2026%22')


def test_an_odd_report_is_told_of_and_hides_no_other() -> None:
    odd: list[object] = [{}, 7, {**REPORT, "recall_number": 5}, {**REPORT, "report_date": "20269999"}]
    pages = Reader(FDA).read(fda(*odd))
    assert len(items(pages)) == 1
    assert items(pages)[0].issued == date(2026, 8, 6)
    assert len([page for page in pages if isinstance(page, PageFailed)]) == 3


def test_openfda_says_no_match_with_404_and_anything_else_is_a_failure() -> None:
    shelf = Shelf({"api.fda.gov": failures.said("api.fda.gov", 404, None)})
    assert [type(p) for p in read_source(FDA, shelf, Question(since=date(2026, 11, 1), now=NOW))] == [FeedRead]
    assert "search=report_date:[20261101+TO+20991231]" in shelf.asked[0]
    with pytest.raises(SourceFailure):
        list(read_source(FDA, shelf, Question(now=NOW)))
    with pytest.raises(SourceFailure, match="does not know"):
        Reader(FDA).read(b"<html>")


def test_openfda_goes_on_while_a_page_holds_something_new() -> None:
    shelf = Shelf({"skip=0": fda(REPORT, total=300), "skip=100": fda({**REPORT, "recall_number": "D-2"}, total=300),
                   "skip=200": fda(total=300)})  # fmt: skip
    pages = list(read_source(FDA, shelf, Question(known={"openfda/D-9": Sha256("0")}, now=NOW)))
    assert [one.path for one in items(pages)] == ["openfda/D-2", "openfda/D-0001-2026"]
    shelf.asked.clear()
    list(read_source(FDA, shelf, Question(known={"openfda/D-0001-2026": Sha256("0")}, now=NOW)))
    assert len(shelf.asked) == 1


def test_the_real_reports(shared: Path) -> None:
    for file in sorted((shared / "corpus/fda/openfda").glob("*.json")):
        data = json.loads(file.read_bytes())
        reports = data.get("results", [data])
        found = items(Reader(FDA).read(fda(*reports)))
        assert len(found) == len(reports)
        assert all("not of the MHRA" in one.html and one.published for one in found)
