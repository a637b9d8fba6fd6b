"""The one door to the network: every request MSAT makes is made here, and every failure leaves here in words.

https only (http to this computer, for trials), public addresses only, redirects checked one by one, deadlines, sizes
before and after unpacking, "not modified", `Retry-After`, two requests at once to a host. What may be connected to is
decided in addresses.py and enforced in connect.py; httpcore, TLS and proxies are imported at the first request.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from msat import __version__
from msat.feeds import failures
from msat.feeds.addresses import Address, UnfitAddress, parse_address, redirected
from msat.feeds.failures import FetchFailure, say_site
from msat.feeds.model import Validators
from msat.feeds.network import Network, Proxies, proxy_door
from msat.ids import fingerprint

if TYPE_CHECKING:
    import httpcore

    from msat.feeds.connect import Deadline, Lookup

LONGEST_RETRY_AFTER_S = 24 * 3600
"""A server that asks for more is asked again after a day: a safety source is never dropped."""

_REDIRECTS = (301, 302, 303, 307, 308)
_DATA_BEGINS = (b"<?xml", b"<feed", b"<rss", b"<rdf", b"{", b"[")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how much and how often. Tests shorten them; people do not see them."""

    connect_s: float = 10
    read_s: float = 10
    total_s: float = 30
    wire_bytes: int = 5_000_000
    body_bytes: int = 10_000_000
    redirects: int = 5
    wait_s: float = 5
    """A server that asks for no more than this is waited for, once."""
    at_once: int = 2
    per_second: float = 8
    """To one host on the internet: GOV.UK is said to allow ten, and a first back-fill asks for a thousand pages."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is empty when `not_modified`, except where a server sent the same bytes again."""

    status: int
    body: bytes
    url: str
    """Where the answer finally came from."""
    content_type: str
    validators: Validators
    not_modified: bool = False


class Web(Protocol):
    """Fetches addresses."""

    def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
        """The answer at `url`; "not modified" when nothing changed since `validators`. Raises SourceFailure."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """One hop's answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpWeb:
    """The real network. Safe to use from several threads; close it, or let it go, to close its connections."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        lookup: Lookup | None = None,
        proxies: Proxies | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        network: Network | None = None,
    ) -> None:
        way = network or Network()
        self.limits = limits or limits_of(way)
        self._sleep, self._jitter = sleep, jitter
        self._lookup, self._proxies, self._tls = lookup, proxies or way.proxy_for, tls or way.trust
        self._lock = threading.Lock()
        self._pools: dict[tuple[str | None, str], httpcore.ConnectionPool] = {}
        self._slots: dict[str, threading.BoundedSemaphore] = {}
        self._next_start: dict[str, float] = {}
        self._deadline: Deadline | None = None
        # Bound to the dictionary, not to self, so that a web nobody holds any more closes its connections.
        self._closer = weakref.finalize(self, _close_all, self._pools)

    def close(self) -> None:
        """Closes every connection."""
        self._closer()

    def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
        """The answer at `url`. One more try after a passing fault; every other failure is a SourceFailure in words."""
        try:
            return self._follow(url, validators, accept)
        except FetchFailure as failure:
            wait = self._wait_before_retry(failure)
            if wait is None:
                raise
        self._sleep(wait)
        return self._follow(url, validators, accept)

    def knock(self, url: str) -> int:
        """What is answered at `url`, as a status, whatever it is: whether somebody is reached at all. Asks once and
        follows no redirect. Raises SourceFailure when nobody answers, or only something that stands in between."""
        try:
            address = parse_address(url)
        except UnfitAddress as fault:
            raise FetchFailure(str(fault), failures.CHECK_ADDRESS) from None
        self._clock().start(self.limits.total_s)
        reply = self._ask(address, _question(None, "*/*"))
        if reply.status in (407, 511):
            raise failures.said(say_site(_named(address)), reply.status, None)
        return reply.status

    def way_to(self, url: str) -> str:
        """The proxy that `url` is asked for through, without any name or password; empty for none."""
        proxy = self._proxies(parse_address(url))
        return proxy_door(proxy).url if proxy else ""

    def _wait_before_retry(self, failure: FetchFailure) -> float | None:
        """Seconds until the one further try; None when there is to be none."""
        if failure.retry_after_s is not None:
            return failure.retry_after_s if failure.retry_after_s <= self.limits.wait_s else None
        # Half a second to a second: everybody's second try must not arrive in the same instant.
        return 0.5 + self._jitter() / 2 if failure.is_worth_retrying else None

    def _follow(self, url: str, validators: Validators | None, accept: str) -> Answer:
        """Asks, and follows redirects one checked step at a time, all within one deadline."""
        try:
            address = parse_address(url)
        except UnfitAddress as fault:
            raise FetchFailure(str(fault), failures.CHECK_ADDRESS) from None
        # Only somebody who gave this computer as the source's own address can be led to this computer.
        loopback_allowed = address.is_loopback
        site, seen = say_site(_named(address)), {address.url}
        self._clock().start(self.limits.total_s)
        headers = _question(validators, accept)
        for _hop in range(self.limits.redirects + 1):
            reply = self._ask(address, headers)
            if reply.status not in _REDIRECTS:
                return _answer(reply, address, validators, accept)
            try:
                address = redirected(address, reply.headers.get("location", ""), loopback_allowed)
            except UnfitAddress as fault:
                raise failures.refused_redirect(site, str(fault)) from None
            if address.url in seen:
                raise failures.going_round(site)
            seen.add(address.url)
        raise failures.too_many_hops(site, self.limits.redirects)

    def _ask(self, address: Address, headers: list[tuple[bytes, bytes]]) -> _Reply:
        """One request to one checked address."""
        import httpcore

        site, limits = say_site(_named(address)), self.limits
        times = {"connect": limits.connect_s, "read": limits.read_s, "write": limits.read_s, "pool": limits.total_s}
        self._keep_pace(address)
        try:
            with (
                self._slot(address),
                self._pool(address).stream(
                    "GET", address.url, headers=headers, extensions={"timeout": times}
                ) as response,
            ):
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return _Reply(response.status, found, self._body(response, found, site))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProxyError) as fault:
            raise self._in_words(fault, site) from fault
        except httpcore.RemoteProtocolError as fault:
            raise _protocol_fault(fault, site) from fault
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as fault:
            raise failures.not_understood(site) from fault

    def _body(self, response: httpcore.Response, headers: Mapping[str, str], site: str) -> bytes:
        from msat.feeds.decode import read_body

        if response.status == 304:
            for _piece in response.iter_stream():
                pass  # there is none, but reading to the end frees the connection for the next question
        if response.status != 200:
            return b""
        length, limits = headers.get("content-length", ""), self.limits
        if length.isascii() and length.isdigit() and int(length) > limits.wire_bytes:
            raise failures.too_large(site, limits.wire_bytes)
        packing = headers.get("content-encoding", "")
        return read_body(response.iter_stream(), packing, site, limits.wire_bytes, limits.body_bytes)

    def _in_words(self, fault: Exception, site: str) -> FetchFailure:
        import httpcore

        if isinstance(fault, httpcore.TimeoutException):
            if self._clock().is_over:
                return failures.too_slow(site, self.limits.total_s)
            connecting = isinstance(fault, (httpcore.ConnectTimeout, httpcore.PoolTimeout))
            return failures.no_answer(site, self.limits.connect_s if connecting else self.limits.read_s)
        if isinstance(fault, httpcore.ProxyError):
            return _proxy_fault(fault)
        if isinstance(fault, httpcore.ConnectError):
            is_tls = isinstance(fault.__context__, ssl.SSLError) or isinstance(fault.__cause__, ssl.SSLError)
            return failures.not_trusted(site) if is_tls else failures.no_connection(site)
        return failures.broken_off(site)

    def _clock(self) -> Deadline:
        from msat.feeds.connect import Deadline

        with self._lock:
            if self._deadline is None:
                self._deadline = Deadline()
            return self._deadline

    def _keep_pace(self, address: Address) -> None:
        """Waits for this request's turn, so that a host is asked no more than `per_second`."""
        if address.is_loopback:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_start.get(address.origin, now))
            self._next_start[address.origin] = turn + 1 / self.limits.per_second
        if turn > now:
            self._sleep(turn - now)

    def _slot(self, address: Address) -> threading.BoundedSemaphore:
        with self._lock:
            return self._slots.setdefault(address.origin, threading.BoundedSemaphore(self.limits.at_once))

    def _pool(self, address: Address) -> httpcore.ConnectionPool:
        proxy, deadline = self._proxies(address), self._clock()
        with self._lock:
            pool = self._pools.get((proxy, address.scheme))
            if pool is None:
                pool = self._pools[proxy, address.scheme] = self._new_pool(proxy, address.scheme, deadline)
            return pool

    def _new_pool(self, proxy: str | None, scheme: str, deadline: Deadline) -> httpcore.ConnectionPool:
        import httpcore

        from msat.feeds.connect import CheckedBackend, look_up

        # Importing and filling the trust store takes a while, and a trial over http never needs it.
        context = self._tls() if scheme == "https" else None
        lookup = self._lookup or look_up
        if proxy is None:
            backend = CheckedBackend(deadline, lookup=lookup)
            return httpcore.ConnectionPool(context, network_backend=backend, keepalive_expiry=30)
        door = proxy_door(proxy)
        backend = CheckedBackend(deadline, proxy=(door.host, door.port), lookup=lookup)
        to_proxy = self._tls() if door.url.startswith("https:") else None
        return httpcore.HTTPProxy(
            door.url, door.auth, None, context, to_proxy, network_backend=backend, keepalive_expiry=30
        )


def limits_of(network: Network) -> Limits:
    """The limits that go with the time that people set: a third of it to connect, and between two pieces."""
    step = max(5.0, network.seconds / 3)
    return Limits(connect_s=step, read_s=step, total_s=float(max(network.seconds, 5)))


def _close_all(pools: dict[tuple[str | None, str], httpcore.ConnectionPool]) -> None:
    for pool in pools.values():
        pool.close()
    pools.clear()


def _named(address: Address) -> str:
    """The host, with the port where it is an odd one."""
    return address.origin.partition("://")[2]


def _question(validators: Validators | None, accept: str) -> list[tuple[bytes, bytes]]:
    """The headers of a request, the same for every hop."""
    wanted = {"User-Agent": f"MSAT/{__version__}", "Accept": accept or "*/*", "Accept-Encoding": "gzip, deflate"}
    if validators and validators.etag:
        wanted["If-None-Match"] = validators.etag
    if validators and validators.last_modified:
        wanted["If-Modified-Since"] = validators.last_modified
    return [(name.encode("ascii"), value.encode("latin-1", "ignore")) for name, value in wanted.items()]


def _answer(reply: _Reply, address: Address, validators: Validators | None, accept: str) -> Answer:
    """The last hop's reply as an answer; whatever is neither data nor "not modified" is a failure."""
    site, content_type = say_site(_named(address)), reply.headers.get("content-type", "")
    if reply.status == 304 and validators is not None:
        kept = Validators(
            reply.headers.get("etag") or validators.etag,
            reply.headers.get("last-modified") or validators.last_modified,
            validators.body,
        )
        return Answer(304, b"", address.url, content_type, kept, not_modified=True)
    if reply.status != 200:
        raise failures.said(site, reply.status, _retry_after(reply.headers))
    if accept and "html" not in accept and is_web_page(reply.body, content_type):
        raise failures.web_page_instead(site)
    # An unchanged ETag with a changed body is a change; an unchanged body with any ETag is none.
    digest = fingerprint(reply.body)
    new = Validators(reply.headers.get("etag"), reply.headers.get("last-modified"), digest)
    same = validators is not None and validators.body == digest
    return Answer(200, reply.body, address.url, content_type, new, not_modified=same)


def is_web_page(body: bytes, content_type: str = "") -> bool:
    """Whether these bytes are a page for people where data was asked for."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return True
    return content_type.partition(";")[0].strip().lower() == "text/html" and not start.startswith(_DATA_BEGINS)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to be left alone for, at most a day."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), LONGEST_RETRY_AFTER_S))
    from email.utils import parsedate_to_datetime

    try:
        # Counted from the server's own clock, so that a wrong clock here does no harm.
        wait = (parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(wait, 0.0), float(LONGEST_RETRY_AFTER_S))


def _protocol_fault(fault: Exception, site: str) -> FetchFailure:
    # h11 tells these apart in words only; the texts are held by tests.
    text = str(fault)
    if "without sending complete message body" in text:
        return failures.cut_short(site)
    if "disconnected without sending a response" in text:
        return failures.broken_off(site)
    return failures.not_understood(site)


def _proxy_fault(fault: Exception) -> FetchFailure:
    status = str(fault)[:3]
    if status == "407":
        return failures.said("", 407, None)
    return FetchFailure("The network's proxy did not let MSAT through.", is_site_wide=True)
