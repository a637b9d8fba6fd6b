"""Parsing: plain feeds are read exactly as feedparser reads them; hostile and broken ones end in words."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from msat.errors import SourceFailure
from msat.feeds import parse, plain_feed
from msat.feeds.parse import Feed, FeedEntry, child_command, parse_feed

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-GB" xmlns="http://www.w3.org/2005/Atom">
<id>tag:www.gov.uk,2005:/drug-device-alerts</id>
<link rel="self" type="application/atom+xml" href="https://www.gov.uk/drug-device-alerts.atom"/>
<title>Alerts</title><updated>2026-08-20T14:21:27+01:00</updated><author><name>HM Government</name></author>
%s</feed>
"""
ENTRY = """<entry><id>tag:www.gov.uk,2005:/a</id><updated>2026-08-20T14:21:27+01:00</updated>
<link rel="alternate" type="text/html" href="https://www.gov.uk/a"/>
<title> Class 2: 5 &lt; 6 &amp; more  twice </title>
<summary type="html">&lt;p&gt;One &amp;amp; two&lt;/p&gt;</summary></entry>
"""
RSS = """<rss version="2.0"><channel><title>Alerts</title><link>https://a.example.org</link>
<description>d</description>%s</channel></rss>"""
ITEM = """<item><guid>g1</guid><title>One</title><link>https://a.example.org/1</link>
<description><![CDATA[<b>Bold</b> words]]></description><pubDate>Wed, 25 Feb 2026 10:00:00 +0000</pubDate></item>"""
ENDED = "<entry><id>tag:www.gov.uk,2005:/x/feed-ended</id><title>This feed has ended</title></entry>"


def by_feedparser(data: bytes) -> Feed:
    return parse._finished(parse._read_in_child(data, "The source"))


def refused(data: bytes) -> str:
    """The words with which `data` is refused, and within the time allowed."""
    began = time.monotonic()
    with pytest.raises(SourceFailure) as caught:
        parse_feed(data, "GOV.UK")
    assert time.monotonic() - began < 12
    assert "GOV.UK" in caught.value.explanation
    assert caught.value.explanation.endswith(".")
    assert caught.value.next_step.startswith("Alerts already here are safe.")
    return caught.value.explanation


def test_govuk_shape() -> None:
    feed = parse_feed((ATOM % ENTRY).encode())
    moment = datetime(2026, 8, 20, 13, 21, 27, tzinfo=UTC)
    entry = FeedEntry(
        "tag:www.gov.uk,2005:/a", "https://www.gov.uk/a", "Class 2: 5 < 6 & more  twice", "One & two", moment, None
    )
    assert feed == Feed("Alerts", "tag:www.gov.uk,2005:/drug-device-alerts", (entry,))


@pytest.mark.parametrize(
    "data",
    [
        ATOM % ENTRY,
        ATOM % (ENTRY * 3),
        ATOM % "",
        RSS % ITEM,
        RSS % (ITEM + ITEM.replace("g1", "g2").replace("+0000", "GMT")),
        ATOM % ENTRY.replace("<title>", '<title type="html">').replace("5 &lt; 6", "&lt;b&gt;x&lt;/b&gt;"),
    ],
)
def test_plain_reading_agrees_with_feedparser(data: str) -> None:
    raw = data.encode()
    assert plain_feed.read(raw).well_formed
    assert parse_feed(raw) == by_feedparser(raw)


@pytest.mark.parametrize(
    "data",
    [
        ATOM % ENTRY.replace("<title>", '<title type="xhtml">'),
        ATOM % ENTRY.replace("<title>", '<x:y xmlns:x="urn:x">z</x:y><title>'),
        ATOM % ENTRY.replace("<entry>", '<entry xml:base="https://b.example.org/">'),
        ATOM % ENTRY.replace("2026-08-20T14:21:27+01:00", "20 August 2026"),
        ATOM % ENTRY.replace("</entry>", "<title>Second</title></entry>"),
        RSS % ITEM.replace("+0000", "EST"),
        RSS % ITEM.replace("One", "A &amp;lt; B"),
        RSS.replace("2.0", "0.91") % ITEM,
        (ATOM % ENTRY).replace("<feed", "<!DOCTYPE feed><feed"),
    ],
)
def test_unusual_feed_goes_to_feedparser(data: str) -> None:
    with pytest.raises(plain_feed.NotPlain):
        plain_feed.read(data.encode())
    feed = parse_feed(data.encode())
    assert len(feed.entries) == 1
    assert feed.well_formed


def test_broken_xml_is_read_as_well_as_possible_and_says_so() -> None:
    feed = parse_feed((ATOM % ENTRY.replace("&amp; more", "& more")).encode())
    assert not feed.well_formed
    assert [entry.link for entry in feed.entries] == ["https://www.gov.uk/a"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "utf-32", "big5"])
def test_encodings(encoding: str) -> None:
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = (ATOM % ENTRY).replace("UTF-8", name)
    assert len(parse_feed(text.encode(encoding)).entries) == 1


def test_titles_and_dates_that_are_tricks() -> None:
    entry = ENTRY.replace("twice", "&lt;script&gt;alert(1)&lt;/script&gt; &#x202E;x &lt;5 mg").replace(
        "2026-08-20T14:21:27+01:00", "99999999999999999999"
    )
    (found,) = parse_feed((ATOM % entry).encode()).entries
    assert "<script" not in found.title
    assert "\u202e" not in found.title
    assert found.title.endswith("<5 mg")
    assert found.updated is None or found.updated.year >= 2026


LAUGHS = "<!DOCTYPE f [<!ENTITY a 'aaaa'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(8)
)
HOSTILE = {
    "billion laughs": LAUGHS + "]>" + ATOM[39:] % "<title>&i;</title>",
    "five levels": LAUGHS + "]>" + ATOM[39:] % "<title>&e;</title>",
    "quadratic": "<!DOCTYPE f [<!ENTITY a '"
    + "a" * 50_000
    + "'>]>"
    + ATOM[39:] % ("<title>" + "&a;" * 999 + "</title>"),
    "file": "<!DOCTYPE f [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + ATOM[39:] % "<title>&a;</title>",
    "parameter": "<!DOCTYPE f [<!ENTITY % a SYSTEM 'http://127.0.0.1:9/x'> %a;]>" + ATOM[39:] % "",
    "depth": ATOM % ("<a>" * 1000 + "</a>" * 1000),
    "attributes": ATOM % ("<entry " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>"),
    "elements": ATOM % ("<entry/>" * 1_000_001),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused(name: str) -> None:
    assert "was refused, because" in refused(HOSTILE[name].encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing at all"),
        (b" \n\x00", "nothing at all"),
        (b"\xff\xfe", "nothing at all"),
        (b"x" * 10_000_001, "larger than"),
        (b"<html><body>Sign in</body></html>", "sign-in page"),
        (b"<?xml version='1.0'?><!-- x --><!DOCTYPE html><html/>", "sign-in page"),
        ("<html>".encode("utf-16"), "sign-in page"),
        (b'{"a": 1}', "not a feed"),
        (b"<opml version='2.0'></opml>", "not a feed"),
        (bytes(range(256)) * 64, "not a feed"),
        ((ATOM % ENTRY).encode()[:400], "stops before its end"),
        ((ATOM % (ENTRY * 9)).encode()[:-9], "stops before its end"),
        ((ATOM % ENTRY).encode("utf-16")[:700], "stops before its end"),
        (b"<rss", "stops before its end"),
        ((ATOM % ENDED).encode(), "feed has ended"),
    ],
)
def test_what_is_not_a_whole_feed_is_a_failure(data: bytes, words: str) -> None:
    assert words in refused(data)


@pytest.mark.parametrize(
    "inside",
    [
        "&lt;!--" * 100_000,
        "<![CDATA[" + "<!--" * 100_000 + "]]>",
        "<![CDATA[" + "<p>word <b>bold</b> <a href='x'>y</a></p>" * 100_000 + "]]>",
        "<![CDATA[" + "<div>" * 100_000 + "]]>",
        "<![CDATA[" + "<" * 1_000_000 + "]]>",
        "<![CDATA[" + "<script>" * 50_000 + "]]>",
    ],
)
def test_storms_in_a_description_cost_little(inside: str) -> None:
    began = time.monotonic()
    feed = parse_feed((RSS % ITEM.replace("<![CDATA[<b>Bold</b> words]]>", inside)).encode())
    assert len(feed.entries) == 1
    assert time.monotonic() - began < 5


def test_child_that_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "child_command", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])
    began = time.monotonic()
    with pytest.raises(SourceFailure, match="took too long"):
        parse._read_in_child(b"x", "GOV.UK", seconds=0.5)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("code", "words"), [("raise SystemExit(3)", "too much time or memory"), ("print('x')", "broke off")]
)
def test_child_that_fails_is_a_failure_in_words(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    monkeypatch.setattr(parse, "child_command", lambda: [sys.executable, "-c", code])
    with pytest.raises(SourceFailure, match=words):
        parse._read_in_child(b"x", "GOV.UK")


def test_child_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parse, "child_command", lambda: [str(tmp_path / "none")])
    with pytest.raises(SourceFailure, match="could not be started"):
        parse._read_in_child(b"x", "GOV.UK")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit; the clock is the only one there")
def test_child_limits_its_own_memory() -> None:
    code = "from msat.feeds import feedparser_child as c; c.limit_self(); bytearray(2_000_000_000)"
    command = [*child_command()[:-2], "-c", code]
    env = {"PYTHONPATH": str(Path(parse.__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, check=False, env=env)
    assert b"MemoryError" in done.stderr


def test_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command() == [sys.executable, parse.CHILD_FLAG]


def test_plain_feed_needs_no_feedparser() -> None:
    code = (
        "import sys; from msat.feeds.parse import parse_feed; parse_feed(sys.stdin.buffer.read());"
        "print([m for m in ('feedparser', 'nh3', 'httpcore', 'sgmllib') if m in sys.modules])"
    )
    root = Path(parse.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], input=(ATOM % ENTRY).encode(), capture_output=True, cwd=root, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_an_encoding_whose_name_is_rubbish_stops_nobody() -> None:
    data = (ATOM % ENTRY).encode().replace(b'encoding="UTF-8"', b'encoding="UTF-\xf68"')
    assert [entry.title for entry in parse_feed(data).entries] == ["Class 2: 5 < 6 & more  twice"]


def test_attack_files(shared: Path) -> None:
    for file in sorted((shared / "corpus/feeds/xml-attacks").rglob("*.x*")):
        with pytest.raises(SourceFailure):
            parse_feed(file.read_bytes())


def test_real_feeds(shared: Path) -> None:
    for file in sorted((shared / "corpus/govuk/atom").glob("*.xml")):
        data = file.read_bytes()
        feed = parse_feed(data)
        assert feed == by_feedparser(data)
        assert feed.entries
        assert all(entry.updated and entry.link.startswith("https://www.gov.uk/") for entry in feed.entries)


def test_plain_reading_agrees_with_feedparser_over_its_own_corpus(shared: Path) -> None:
    """Read in this process, for two thousand child processes would take minutes."""
    import io
    import json
    import warnings

    import feedparser

    from msat.feeds import feedparser_child

    plain = 0
    for file in sorted((shared / "corpus/feeds").rglob("*.*")):
        data = file.read_bytes()
        try:
            raw = plain_feed.read(data)
        except ValueError:
            continue
        plain += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
        answer = json.dumps(feedparser_child.answer_of(found)).encode()
        assert parse._finished(raw) == parse._finished(parse._from_child(answer, "x")), file.name
    assert plain > 100
