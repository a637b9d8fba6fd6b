"""26 addresses that no source may lead to, each asked for directly, by a redirect, and by a name that turns to it
between two look-ups. Nothing is ever connected to. Besides: what a server may do to a refresh, within its limits.
"""

from __future__ import annotations

import gzip
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from msat.errors import SourceFailure
from msat.feeds.addresses import UnfitAddress, parse_address, redirected
from msat.feeds.connect import CheckedBackend, Deadline
from msat.feeds.fetch import HttpWeb, Limits
from msat.feeds.model import Validators
from msat.feeds.pages import FeedRead, PageRead, Question
from msat.feeds.reading import read_source
from msat.ids import fingerprint
from tests.feeds.server import Server, reply, serving
from tests.feeds.test_any_feed import SOURCE, item, rss

# fmt: off
NUMBERS = (
    "0.0.0.0",  # noqa: S104 - held against the rules, not listened on
    "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2001::1", "2002:a00:1::",
    "fd00::1", "fe80::1",
)
# fmt: on
NAME = "alerts.example.org"


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every connection that would have been opened."""
    found: list[tuple[str, int]] = []

    def connect(self: object, host: str, port: int, *_more: Any, **_named: Any) -> None:
        found.append((host, port))
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", connect)
    return found


def url_of(number: str) -> str:
    return f"https://[{number}]/feed" if ":" in number else f"https://{number}/feed"


def web_with(*lookups: list[str]) -> HttpWeb:
    answers = iter(lookups)
    return HttpWeb(
        Limits(1, 1, 1),
        sleep=lambda _s: None,
        lookup=lambda _host, _port: next(answers),
        proxies=lambda _address: None,
        tls=lambda: ssl.create_default_context(),
    )


def test_there_are_26() -> None:
    assert len(NUMBERS) == len(set(NUMBERS)) == 26


@pytest.mark.parametrize("number", NUMBERS)
def test_directly(number: str, connected: list[tuple[str, int]]) -> None:
    if ip_address(number) in (ip_address("127.0.0.1"), ip_address("127.255.255.254"), ip_address("::1")):
        # A person may name this computer itself, for a trial; a name that stands for it is another matter.
        with pytest.raises(SourceFailure, match="private network"):
            web_with([number]).get(f"https://{NAME}/feed")
    else:
        with pytest.raises(SourceFailure, match="private network"):
            web_with([number]).get(url_of(number))
    assert connected == []


@pytest.mark.parametrize("number", NUMBERS)
def test_by_a_redirect(number: str, connected: list[tuple[str, int]]) -> None:
    with pytest.raises(UnfitAddress):
        redirected(parse_address(f"https://{NAME}/feed"), url_of(number), loopback_allowed=False)
    assert connected == []


@pytest.mark.parametrize("number", NUMBERS)
def test_by_a_name_that_turns_to_it(number: str, connected: list[tuple[str, int]]) -> None:
    """The first look-up is fit, the second is not: the second request goes nowhere, the first to what was checked."""
    web = web_with(["8.8.8.8"], [number])
    with pytest.raises(SourceFailure):  # the first try connects to the fit number, fails, and is made once more
        web.get(f"https://{NAME}/feed")
    assert connected == [("8.8.8.8", 443)]


@pytest.mark.parametrize("number", NUMBERS)
def test_one_unfit_number_among_fit_ones_is_enough(number: str, connected: list[tuple[str, int]]) -> None:
    backend = CheckedBackend(Deadline(), lookup=lambda _host, _port: ["8.8.8.8", number])
    with pytest.raises(SourceFailure, match="private network"):
        backend.connect_tcp(NAME, 443, 1)
    assert connected == []


# What a server may do to a source that is one feed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def pages_of(server: Server, *replies: Any, held: Validators | None = None) -> tuple[list[object], float]:
    source = replace(SOURCE, address=server.answers("/feed.xml", *replies))
    web = HttpWeb(Limits(connect_s=1, read_s=1, total_s=3), sleep=lambda _s: None)
    known = {"x": fingerprint(b"x")} if held else {}
    began = time.monotonic()
    try:
        return list(read_source(source, web, Question(known, lambda _url: held, now=NOW))), time.monotonic() - began
    except SourceFailure as failure:
        return [str(failure)], time.monotonic() - began
    finally:
        web.close()


def test_not_modified_keeps_everything(server: Server) -> None:
    (page,), _took = pages_of(server, reply(304, ETag='"a"'), held=Validators('"a"', None, None))
    assert isinstance(page, FeedRead)
    assert page.validators.etag == '"a"'
    assert server.seen[0].headers["if-none-match"] == '"a"'


@pytest.mark.parametrize(
    ("status", "more", "words"),
    [
        (410, {}, "has gone for good"),
        (404, {}, "nothing at the address"),
        (429, {"Retry_After": "7200"}, "left alone for 2 hours"),
        (503, {"Retry_After": "999999999"}, "left alone for 24 hours"),
        (503, {"Retry_After": "Sun, 22 Nov 2026 13:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, "1 hour"),
        (500, {}, "fault of its own"),
    ],
)
def test_a_refusal_is_a_failure_in_words(server: Server, status: int, more: dict[str, str], words: str) -> None:
    (said,), _took = pages_of(server, reply(status, **more))
    assert words in str(said)


def test_a_drip_ends_at_the_limit(server: Server) -> None:
    def drip(peer: Any) -> None:
        peer.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 9999\r\n\r\n<rss>")
        for _ in range(100):
            peer.sendall(b" ")
            time.sleep(0.1)

    (said,), took = pages_of(server, drip)
    assert "within 3 seconds" in str(said)
    assert 2 < took < 4


def test_a_bomb_in_a_feed_is_refused_at_once(server: Server) -> None:
    packed = gzip.compress(b"<rss>" + b" " * 100_000_000, 9)
    (said,), took = pages_of(server, reply(200, packed, Content_Encoding="gzip"))
    assert "unpacks to more than the 10 MB" in str(said)
    assert took < 1


def test_a_feed_is_read_over_the_wire_in_the_encoding_the_server_names(server: Server) -> None:
    body = rss(item(title="Café")).decode().encode("iso-8859-1")
    (page, _end), _took = pages_of(server, reply(200, body, Content_Type="application/rss+xml; charset=iso-8859-1"))
    assert isinstance(page, PageRead)
    assert page.item.title == "Café"
