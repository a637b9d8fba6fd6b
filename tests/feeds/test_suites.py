"""Whole suites of other people's feeds: nothing crashes, hangs, reaches out or lets markup through, and what entries
say agrees with what the suites expect, but for the differences listed here with their reasons.

The suites lie beside the checkout. Feeds go through feedparser in this process, for two thousand children would take
minutes; a sample goes through the real child, and all of them do under `-m slow`.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest

from msat.errors import SourceFailure
from msat.feeds import feedparser_child, parse, plain_feed
from msat.feeds.any_feed import items_of
from msat.feeds.catalogue import Kind, Source
from msat.feeds.pages import Question
from msat.feeds.parse import Feed, parse_feed
from msat.ids import SourceId
from tests.feeds.expectations import disagreements, of_file

SITE = "http://127.0.0.1:8097/"
"""Where the feedparser suite supposes that its files come from."""
SOURCE = Source(
    SourceId("suite"), "Suite", "Nobody", "feeds", Kind.FEED, SITE + "feed", 60, 336, "", "uk", False, False, True
)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

_LOST = "Broken XML may have swallowed an entry: it is used, and the feed is read in full again next time."
_PLAIN = "A feed that was read without loss is not called broken for what its server said of its type or encoding."
_IDS = "An id is a name and no address: it is kept as written, so that it stays the same wherever the feed lies."
_COMMENT = "An unclosed comment in a title is text; it is shown as text and does nothing."
_OTHER_TYPE = "A title that does not say it is HTML loses tags HTML knows; everything else in it is a word."
DIFFERENCES = {
    "encoding/bozo_bogus_encoding.xml": _PLAIN,
    "encoding/bozo_http_i18n.xml": _PLAIN,
    "encoding/bozo_http_text_plain.xml": _PLAIN,
    "encoding/bozo_http_text_plain_charset.xml": _PLAIN,
    "encoding/http_text_xml_charset_2.xml": _LOST,
    "wellformed/atom/entry_title_base64_2.xml": _OTHER_TYPE,
    "wellformed/atom/feed_title_base64_2.xml": _OTHER_TYPE,
    "wellformed/atom10/entry_title_base64_2.xml": _OTHER_TYPE,
    "wellformed/atom10/feed_title_base64_2.xml": _OTHER_TYPE,
    "wellformed/base/http_entry_id_base_content_location.xml": _IDS,
    "wellformed/base/http_entry_id_base_docuri.xml": _IDS,
    "wellformed/base/http_feed_id_base_content_location.xml": _IDS,
    "wellformed/base/http_feed_id_base_docuri.xml": _IDS,
    "wellformed/sanitize/xml_malicious_comment.xml": _COMMENT,
    "wellformed/sanitize/xml_unclosed_comment.xml": _COMMENT,
}
"""Files of which something is read otherwise than the suite expects. Besides, titles are words without markup
and without characters that turn the direction of reading: `expectations` allows for that."""

REFUSED = {
    "stops before its end": (
        17,
        "The closing tag of the file is itself cut short: notices may be missing, so it is a failure and said.",
    ),
    "web page instead of data": (1, "It opens as an HTML page does; sign-in pages do too."),
    "something that is not a feed": (16, "CDF, a format of 1997 that is neither RSS nor Atom, and one empty document."),
    "declares entities of its own": (2, "No real feed needs entities of its own, and entity bombs are made of them."),
}
"""What is refused as a source failure, how often, and why."""

ALLOWED = re.compile(
    r"a|abbr|address|article|b|blockquote|br|caption|cite|code|dd|del|details|div|dl|dt|em|figcaption|figure|h[1-6]|hr|i"
    r"|ins|li|ol|p|pre|q|s|section|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|u|ul"
)
KNOWN_MARKUP = re.compile(r"</?(?:script|iframe|img|object|embed|svg|style|a|b|i|p|div|span)\b[^<>]*>", re.IGNORECASE)


class _Check(HTMLParser):
    """Collects what a cleaned text may not hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not ALLOWED.fullmatch(tag):
            self.bad.append(tag)
        for name, value in attrs:
            if name not in ("href", "title", "colspan", "rowspan", "scope", "start", "id", "rel"):
                self.bad.append(f"{tag} {name}")
            if name == "href" and not re.match(r"https?://[^/]|mailto:[^/]", value or "", re.IGNORECASE):
                self.bad.append(f"{name}={value}")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        self.bad.append(f"comment {data[:20]}")


def unclean(html: str) -> list[str]:
    check = _Check()
    check.feed(html)
    check.close()
    return check.bad


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedparser without a process of its own."""

    def read(data: bytes, name: str, content_type: str = "") -> plain_feed.RawFeed:
        answer = json.dumps(feedparser_child.read(data, content_type))
        return parse._from_child(answer.encode(), name)

    monkeypatch.setattr(parse, "_read_in_child", read)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt to open a connection or look up a name, to this computer too, is kept and refused."""
    tried: list[object] = []

    def refuse(*args: object, **_more: object) -> None:
        tried.append(args)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


def suite_files(shared: Path) -> list[tuple[str, bytes]]:
    root = shared / "corpus/feeds/feedparser-tests/tests"
    return [(str(file.relative_to(root)), file.read_bytes()) for file in sorted(root.rglob("*")) if file.is_file()]


def read_file(name: str, data: bytes) -> tuple[Feed, str]:
    """The feed and what its suite expects of it. Raises SourceFailure."""
    suite = of_file(data)
    headers = suite.headers if suite else {}
    address = urljoin(SITE + name, headers.get("content-location", ""))
    return parse_feed(data, "Suite", address, headers.get("content-type", "")), suite.expression if suite else ""


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.usefixtures("in_process")
def test_the_feedparser_suite(shared: Path, no_network: list[object]) -> None:
    checked, slowest = 0, 0.0
    refused: Counter[str] = Counter()
    differs: dict[str, list[str]] = {}
    for name, data in suite_files(shared):
        began = time.monotonic()
        try:
            feed, expression = read_file(name, data)
        except SourceFailure as failure:
            reason = next((words for words in REFUSED if words in failure.explanation), failure.explanation)
            refused[reason] += 1
            continue
        finally:
            slowest = max(slowest, time.monotonic() - began)
        count, wrong = disagreements(expression, feed)
        checked += count
        if wrong:
            differs[name] = wrong
        for item in items_of(SOURCE, feed.entries, data, Question(now=NOW))[0]:
            assert unclean(item.html) == [], name
            assert not KNOWN_MARKUP.search(item.title) or "markup" in name, f"{name}: {item.title}"
            assert item.url.startswith(("http://", "https://")), f"{name}: {item.url}"
    assert {name: wrong for name, wrong in differs.items() if name not in DIFFERENCES} == {}
    assert set(DIFFERENCES) - set(differs) == set()
    assert dict(refused) == {words: count for words, (count, _why) in REFUSED.items()}
    assert checked > 2_000
    assert slowest < 2
    assert no_network == []


def _through_child(shared: Path, every: int) -> None:
    read_it: Callable[[bytes, str], plain_feed.RawFeed] = parse._read_in_child
    for name, data in suite_files(shared)[::every]:
        try:
            plain_feed.read(data)
        except plain_feed.NotPlain:
            pass
        except ValueError:
            continue
        try:
            by_child = read_it(data, "Suite")
        except SourceFailure:
            assert not feedparser_child.read(data, "")["version"], name
            continue
        answer = json.dumps(feedparser_child.read(data, "")).encode()
        assert parse._finished(by_child) == parse._finished(parse._from_child(answer, "Suite")), name


def test_a_sample_through_the_child_process(shared: Path) -> None:
    _through_child(shared, 101)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_whole_suite_through_the_child_process(shared: Path) -> None:
    _through_child(shared, 1)


def test_the_reader_samples(shared: Path, no_network: list[object]) -> None:
    folder = shared / "corpus/feeds/lemon24-reader"

    def read(name: str) -> Feed:
        return parse_feed((folder / name).read_bytes(), "Sample", f"https://example.com/feeds/{name}")

    for name in ("10.json", "unknown.json"):
        assert read(name).entries == (), name
    for name in ("empty.atom", "empty.rss"):  # one entry that says nothing at all
        items, unread = items_of(SOURCE, read(name).entries, b"", Question(now=NOW))
        assert (items, unread) == ([], []), name
    with pytest.raises(SourceFailure, match="web page instead of data"):
        read("sqlite_releases.html")
    assert read("relative.atom").entries[0].link == "https://example.com/feeds/entries/entry.html"
    assert read("relative.rss").entries[0].link == "https://example.com/feeds/blog/post/1"
    for name in ("relative.atom", "relative.rss", "full.atom", "full.rss", "full.json", "invalid.json"):
        items, _unread = items_of(SOURCE, read(name).entries, b"", Question(now=NOW))
        for item in items:
            assert unclean(item.html) == [], name
            assert "evil" not in re.sub(r"&lt;script&gt;evil&lt;/script&gt;", "", item.html), name
    second, first = read("full.json").entries
    assert (second.id, second.title, second.link) == ("2", "Title", "https://example.org/second-item")
    assert second.published == datetime(2020, 1, 2, 21, 0, tzinfo=UTC)
    assert second.updated == datetime(2020, 1, 4, 0, 0, tzinfo=UTC)
    assert (first.id, first.link) == ("1", "https://example.org/initial-post")
    assert [entry.id for entry in read("invalid.json").entries][:3] == ["2", "3.1415", "author name"]
    assert no_network == []


def test_links_inside_a_text_start_from_where_the_feed_lies(shared: Path) -> None:
    data = (shared / "corpus/feeds/lemon24-reader/relative.atom").read_bytes()
    source = replace(SOURCE, address="https://example.com/f/a")
    feed = parse_feed(data.replace(b"<content", b"<x").replace(b"</content>", b"</x>"), "S", source.address)
    (item,), unread = items_of(source, feed.entries, data, Question(now=NOW))
    assert unread == []  # the text stands in for the title that is missing
    assert (item.title, item.url) == ("one two three", "https://example.com/f/entries/entry.html")
    assert 'href="https://example.com/f/target"' in item.html


@pytest.mark.slow
def test_xml_attacks_and_storms_stay_within_limits(shared: Path) -> None:
    for file in sorted((shared / "corpus/feeds/xml-attacks").rglob("*.x*")):
        began = time.monotonic()
        with pytest.raises(SourceFailure):
            parse_feed(file.read_bytes(), "Attack")
        assert time.monotonic() - began < 10, file.name
