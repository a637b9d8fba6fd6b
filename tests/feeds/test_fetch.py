"""Fetching against a scripted server: what is sent, what is followed, what is refused, and how long it may take."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from msat import __version__
from msat.errors import SourceFailure
from msat.feeds.addresses import Address
from msat.feeds.failures import FetchFailure, say_wait
from msat.feeds.fetch import HttpWeb, Limits, is_web_page
from msat.feeds.model import Validators
from msat.ids import fingerprint
from tests.feeds.server import Server, reply, serving

SHORT = Limits(connect_s=0.5, read_s=0.5, total_s=1.0)
FEED = b"<feed/>"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def web(waits: list[float]) -> Iterator[HttpWeb]:
    made = HttpWeb(SHORT, sleep=waits.append, jitter=lambda: 0.5)
    yield made
    made.close()


def failing(web: HttpWeb, url: str, accept: str = "application/json") -> FetchFailure:
    """The failure of asking for `url`, which must be in words."""
    with pytest.raises(SourceFailure) as caught:
        web.get(url, accept=accept)
    failure = caught.value
    assert isinstance(failure, FetchFailure)
    assert failure.explanation.endswith(".")
    assert "Alerts already here are safe." in failure.next_step or "proxy" in failure.next_step
    return failure


def test_answer_and_what_was_sent(server: Server, web: HttpWeb) -> None:
    url = server.answers(
        "/x?a[]=1", reply(200, FEED, ETag='W/"1"', Last_Modified="then", Content_Type="application/xml")
    )
    answer = web.get(url, accept="application/atom+xml")
    assert (answer.status, answer.body, answer.not_modified) == (200, FEED, False)
    assert (answer.url, answer.content_type) == (url, "application/xml")
    assert answer.validators == Validators('W/"1"', "then", fingerprint(FEED))
    sent = server.seen[0].headers
    assert sent["user-agent"] == f"MSAT/{__version__}"
    assert sent["accept"] == "application/atom+xml"
    assert sent["accept-encoding"] == "gzip, deflate"
    assert "if-none-match" not in sent


def test_not_modified_keeps_the_validators(server: Server, web: HttpWeb) -> None:
    held = Validators('"1"', "then", fingerprint(FEED))
    answer = web.get(server.answers("/x", reply(304)), held)
    assert answer.not_modified
    assert answer.validators == held
    assert server.seen[0].headers["if-none-match"] == '"1"'
    assert server.seen[0].headers["if-modified-since"] == "then"


def test_same_bytes_from_a_server_that_ignores_validators_are_not_modified(server: Server, web: HttpWeb) -> None:
    url = server.answers("/x", reply(200, FEED, ETag='"2"'))
    assert web.get(url, Validators('"1"', None, fingerprint(FEED))).not_modified


def test_changed_bytes_under_an_unchanged_tag_are_a_change(server: Server, web: HttpWeb) -> None:
    url = server.answers("/x", reply(200, b"new", ETag='"1"'))
    assert not web.get(url, Validators('"1"', None, fingerprint(FEED))).not_modified


def test_not_modified_without_being_asked_is_a_failure(server: Server, web: HttpWeb) -> None:
    failing(web, server.answers("/x", reply(304)))


def test_one_connection_serves_many_requests(server: Server, web: HttpWeb) -> None:
    url = server.answers("/x", reply(200, FEED))
    held = Validators('"1"')
    for _ in range(5):
        web.get(url)
    server.answers("/x", reply(304))
    for _ in range(5):
        web.get(url, held)
    assert len(server.seen) == 10
    assert server.connections == 1


def test_at_most_two_requests_at_once(server: Server) -> None:
    together, lock, asking, most = threading.Barrier(2, timeout=5), threading.Lock(), 0, 0

    def slow(peer: socket.socket) -> None:
        nonlocal asking, most
        with lock:
            asking += 1
            most = max(most, asking)
        together.wait()
        time.sleep(0.05)
        with lock:  # before the answer goes out: once it has, the next request may begin at any time
            asking -= 1
        peer.sendall(reply(200, FEED, Connection="close"))

    url, web = server.answers("/x", slow), HttpWeb()
    with ThreadPoolExecutor(6) as pool:
        assert all(answer.body == FEED for answer in pool.map(lambda _n: web.get(url), range(6)))
    web.close()
    assert most == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "user name"),
        (403, "refused"),
        (404, "nothing at the address"),
        (410, "gone for good"),
        (422, "did not accept"),
        (429, "busy"),
        (500, "fault of its own"),
        (503, "fault of its own"),
        (511, "sign-in"),
        (204, "cannot use"),
        (206, "cannot use"),
    ],
)
def test_every_other_answer_is_a_failure_in_words(server: Server, web: HttpWeb, status: int, words: str) -> None:
    failure = failing(web, server.answers("/x", reply(status, b"<html>")))
    assert words in failure.explanation
    assert failure.status == status
    assert "error" not in str(failure).lower()


def test_passing_fault_is_tried_once_more_after_a_moment(server: Server, web: HttpWeb, waits: list[float]) -> None:
    assert web.get(server.answers("/x", reply(500), reply(200, FEED))).body == FEED
    assert waits == [0.75]
    failing(web, server.answers("/y", reply(502)))
    assert len(waits) == 2
    assert len(server.seen) == 4


def test_reset_is_tried_once_more(server: Server, web: HttpWeb, waits: list[float]) -> None:
    def reset(peer: socket.socket) -> None:
        peer.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        )
        peer.close()

    assert web.get(server.answers("/x", reset, reply(200, FEED))).body == FEED
    assert "broke off" in failing(web, server.answers("/y", reset)).explanation
    assert len(waits) == 2


def test_short_wait_asked_for_is_kept_once(server: Server, web: HttpWeb, waits: list[float]) -> None:
    assert web.get(server.answers("/x", reply(429, Retry_After="2"), reply(200, FEED))).body == FEED
    assert waits == [2.0]
    failure = failing(web, server.answers("/y", reply(503, Retry_After="3")))
    assert waits == [2.0, 3.0]
    assert "3 seconds" in failure.next_step


def test_long_wait_asked_for_is_told(server: Server, web: HttpWeb, waits: list[float]) -> None:
    failure = failing(web, server.answers("/x", reply(429, Retry_After="600")))
    assert waits == []
    assert failure.retry_after_s == 600
    assert "Try again after 10 minutes." in failure.next_step
    dated = reply(503, Retry_After="Sun, 22 Nov 2026 13:00:00 GMT", Date="Sun, 22 Nov 2026 12:00:00 GMT")
    assert failing(web, server.answers("/y", dated)).retry_after_s == 3600
    assert failing(web, server.answers("/z", reply(429, Retry_After="9" * 30))).retry_after_s == 24 * 3600
    assert failing(web, server.answers("/n", reply(429, Retry_After="soon"))).retry_after_s is None


def test_redirects_are_followed_and_counted(server: Server, web: HttpWeb) -> None:
    for step in range(6):
        server.answers(f"/{step}", reply(302, Location=f"/{step + 1}"))
    server.answers("/6", reply(200, FEED))
    assert web.get(server.base + "/1").url == server.base + "/6"
    assert "more than 5 times" in failing(web, server.base + "/0").explanation


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/hostname",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://100.64.0.1/",
        "http://www.gov.uk/",
        "https://www.gov.uk:22/",
        "https://user@www.gov.uk/",
        "ftp://www.gov.uk/",
        "",
    ],
)
def test_redirect_to_a_forbidden_place_is_refused(server: Server, web: HttpWeb, to: str) -> None:
    failure = failing(web, server.answers("/x", reply(302, Location=to)))
    assert "was not followed" in failure.explanation or "circle" in failure.explanation
    assert len(server.seen) == 1


def test_redirect_in_a_circle(server: Server, web: HttpWeb) -> None:
    server.answers("/a", reply(302, Location="/b"))
    server.answers("/b", reply(302, Location="/a"))
    assert "circle" in failing(web, server.base + "/a").explanation


def test_silence_ends_after_the_read_limit(server: Server, web: HttpWeb) -> None:
    url = server.answers("/x", lambda _peer: time.sleep(3))
    began = time.monotonic()
    failure = failing(web, url)
    assert time.monotonic() - began < 1.0
    assert "did not answer for 1 second." in failure.explanation
    assert failure.is_site_wide


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 X\r\nX-", b"HTTP/1.1 200 X\r\nContent-Length: 999\r\n\r\n"])
def test_drip_ends_at_the_deadline(server: Server, web: HttpWeb, start: bytes) -> None:
    def drip(peer: socket.socket) -> None:
        peer.sendall(start)
        for _ in range(100):
            peer.sendall(b"a" if start else b"\r\n"[:1] or b"")
            time.sleep(0.05)

    url = server.answers("/x", drip)
    began = time.monotonic()
    failure = failing(web, url)
    assert time.monotonic() - began < 2.0
    assert "within 1 second" in failure.explanation or "not a web answer" in failure.explanation


def test_cut_short(server: Server, web: HttpWeb) -> None:
    def cut(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 999\r\n\r\nshort")

    assert "stopped before its end" in failing(web, server.answers("/x", cut)).explanation


@pytest.mark.parametrize(
    "answer", [b"\x00\x01\x02\r\n\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 X\r\n" + b"A: b\r\n" * 50_000]
)
def test_not_a_web_answer(server: Server, web: HttpWeb, answer: bytes) -> None:
    failure = failing(web, server.answers("/x", lambda peer: peer.sendall(answer)))
    assert "not a web answer" in failure.explanation or "broke off" in failure.explanation


def test_packed_answers_are_unpacked(server: Server, web: HttpWeb) -> None:
    text = bytes(range(256)) * 4000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text),
        "x-gzip": gzip.compress(text[:10]) + gzip.compress(text[10:]),
        "deflate": zlib.compress(text),
        "identity": text,
    }
    for kind, body in packed.items():
        assert web.get(server.answers("/" + kind, reply(200, body, Content_Encoding=kind))).body == text
    body = raw.compress(text) + raw.flush()
    assert web.get(server.answers("/raw", reply(200, body, Content_Encoding="deflate"))).body == text
    zeros = b"\x00" * 9_000_000
    assert web.get(server.answers("/z", reply(200, gzip.compress(zeros), Content_Encoding="gzip"))).body == zeros


@pytest.mark.parametrize(
    ("body", "packing", "words"),
    [
        (gzip.compress(b" " * 50_000_000), "gzip", "unpacks to more"),
        (zlib.compress(b" " * 50_000_000), "deflate", "unpacks to more"),
        (gzip.compress(b"x" * 9000)[:-9], "gzip", "stopped before its end"),
        (b"not gzip at all", "gzip", "stopped before its end"),
        (b"x", "br", "packed its answer"),
        (b"x", "gzip, gzip", "packed its answer"),
        (b"x" * 5_000_001, "", "larger than the 5 MB"),
    ],
    # Named, for a packed body holds the time of its making, and two workers must collect the same tests.
    ids=["gzip bomb", "deflate bomb", "cut short", "not packed", "unknown packing", "packed twice", "too large"],
)
def test_body_that_is_refused(server: Server, web: HttpWeb, body: bytes, packing: str, words: str) -> None:
    url = server.answers("/x", reply(200, body, **({"Content_Encoding": packing} if packing else {})))
    assert words in failing(web, url).explanation


def test_endless_body_is_stopped_at_the_limit(server: Server, web: HttpWeb) -> None:
    def endless(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n")
        while True:
            peer.sendall(b"x" * 100_000)

    assert "larger than" in failing(web, server.answers("/x", endless)).explanation


def test_sign_in_page_is_told_apart_from_data(server: Server, web: HttpWeb) -> None:
    page = reply(200, b"<html><body>Sign in</body></html>", Content_Type="text/html")
    assert "sign-in page" in failing(web, server.answers("/x", page)).explanation
    assert web.get(server.base + "/x", accept="text/html").body.startswith(b"<html>")
    assert not is_web_page(b'{"a": 1}', "text/html")
    assert not is_web_page(b"<?xml version='1.0'?><feed/>", "text/html; charset=utf-8")
    assert is_web_page(b"\xef\xbb\xbf\n<!DOCTYPE HTML><p>", "application/json")


def test_nobody_listens(web: HttpWeb, waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    failure = failing(web, f"http://127.0.0.1:{port}/x")
    assert "No connection" in failure.explanation
    assert len(waits) == 1


@pytest.mark.parametrize("url", ["ftp://www.gov.uk/", "http://www.gov.uk/", "https://10.0.0.1/", "https://0x7f.1/", ""])
def test_forbidden_address_is_never_asked(web: HttpWeb, url: str) -> None:
    failing(web, url)


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["8.8.8.8", "192.168.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a00:1"],
        ["169.254.169.254"],
    ],
)
def test_name_that_leads_inside_is_not_connected_to(server: Server, numbers: list[str]) -> None:
    """Every number must be fit, whichever comes first; and the test's own socket rule would fail on any attempt."""
    web = HttpWeb(SHORT, lookup=lambda _host, _port: numbers, proxies=lambda _address: None, tls=_no_trust)
    assert "private network" in failing(web, "https://alerts.example.org/x").explanation
    assert server.connections == 0


def test_name_is_looked_up_once_and_that_number_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, int]] = []

    def connect(self: object, host: str, port: int, timeout: float | None = None, **_more: object) -> None:
        import httpcore

        tried.append((host, port))
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", connect)
    answers = iter([["8.8.8.8", "8.8.4.4"], ["127.0.0.1"]])
    web = HttpWeb(
        SHORT, sleep=lambda _s: None, lookup=lambda _h, _p: next(answers), proxies=lambda _a: None, tls=_no_trust
    )
    failing(web, "https://alerts.example.org/x")
    assert tried == [("8.8.8.8", 443), ("8.8.4.4", 443)]  # the second look-up, to inside, was refused


def test_unknown_name_and_slow_look_up() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    def slow(_host: str, _port: int) -> list[str]:
        time.sleep(2)
        return ["8.8.8.8"]

    web = HttpWeb(SHORT, lookup=unknown, proxies=lambda _a: None, tls=_no_trust)
    assert "could not be found" in failing(web, "https://alerts.example.org/x").explanation
    web = HttpWeb(SHORT, lookup=slow, proxies=lambda _a: None, tls=_no_trust)
    assert "did not answer" in failing(web, "https://alerts.example.org/x").explanation


def test_proxy_is_the_one_private_neighbour(server: Server) -> None:
    """An https address goes through the system's proxy by CONNECT; the proxy may sit on a private number."""
    web = HttpWeb(SHORT, sleep=lambda _s: None, proxies=lambda _a: server.base, tls=_no_trust)
    server.answers("www.gov.uk:443", reply(407))
    assert "proxy asked for a user name" in failing(web, "https://www.gov.uk/x").explanation
    server.answers("www.gov.uk:443", reply(503))
    assert "proxy did not let" in failing(web, "https://www.gov.uk/x").explanation
    assert {seen.path for seen in server.seen} == {"www.gov.uk:443"}
    web = HttpWeb(SHORT, proxies=lambda _a: "socks5://127.0.0.1:1080", tls=_no_trust)
    assert "proxy that MSAT cannot use" in failing(web, "https://www.gov.uk/x").explanation


def test_system_proxy_is_asked_for_but_never_for_this_computer(
    server: Server, web: HttpWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", f"http://me:word@{server.base.removeprefix('http://')}")
    monkeypatch.delenv("no_proxy", raising=False)
    assert web.get(server.answers("/x", reply(200, FEED))).body == FEED
    through = HttpWeb(SHORT, sleep=lambda _s: None, tls=_no_trust)
    server.answers("www.gov.uk:443", reply(407))
    failing(through, "https://www.gov.uk/x")
    assert server.seen[-1].headers["proxy-authorization"].startswith("Basic ")


def test_untrusted_certificate_is_refused(tmp_path: Path) -> None:
    own, trusted = _certificate(tmp_path)
    with serving(own) as server:
        server.answers("/x", reply(200, FEED))
        web = HttpWeb(SHORT, tls=lambda: trusted)
        assert web.get(server.base + "/x").body == FEED
        web.close()
        failure = failing(HttpWeb(SHORT), server.base + "/x")
        assert "certificate" in failure.explanation


def test_redirect_to_an_unprotected_address_is_refused(tmp_path: Path) -> None:
    own, trusted = _certificate(tmp_path)
    with serving(own) as server, serving() as plain:
        server.answers("/x", reply(302, Location=plain.base + "/x"))
        web = HttpWeb(SHORT, tls=lambda: trusted)
        assert "unprotected" in failing(web, server.base + "/x").explanation
        web.close()
        assert plain.seen == []


def test_importing_the_door_does_not_open_the_libraries_behind_it() -> None:
    heavy = ("httpcore", "truststore", "feedparser", "urllib.request", "nh3", "sqlalchemy")
    code = f"import sys, msat.feeds.fetch, msat.feeds.govuk; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (2, "2 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (150, "3 minutes"),
        (3600, "1 hour"),
        (86400, "24 hours"),
    ],
)
def test_lengths_of_time_in_words(seconds: float, words: str) -> None:
    assert say_wait(seconds) == words


def _no_trust() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate made now for 127.0.0.1, and a client's context that trusts it."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(long_ago)
        .not_valid_after(long_ago + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(file)
    trusted = ssl.create_default_context(cadata=made.public_bytes(pem).decode("ascii"))
    return own, trusted


def test_lookups_give_an_address_type() -> None:
    """The proxy look-up is handed a checked address, so it never sees raw text."""
    seen: list[Address] = []
    web = HttpWeb(
        SHORT, proxies=lambda address: seen.append(address), lookup=lambda _h, _p: ["10.0.0.1"], tls=_no_trust
    )
    failing(web, "https://alerts.example.org/x")
    assert seen[0].host == "alerts.example.org"


def test_a_public_host_is_asked_at_a_measured_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", _nobody_there)
    limits = Limits(per_second=4)
    web = HttpWeb(
        limits, sleep=waited.append, lookup=lambda _h, _p: ["8.8.8.8"], proxies=lambda _a: None, tls=_no_trust
    )
    for _ in range(3):
        failing(web, "https://alerts.example.org/x")
    # Two tries each, and the sleeps are not slept here, so the sixth turn lies five quarters of a second ahead.
    assert 1.0 < max(waited) <= 1.25


def _nobody_there(*_what: object, **_more: object) -> None:
    import httpcore

    raise httpcore.ConnectError("nobody there")
