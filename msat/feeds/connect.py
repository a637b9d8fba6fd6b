"""Opens the connections of fetch.py, and is used by it alone: the address that was checked is the address connected to.

A name is looked up here, every number it stands for must be fit, and the socket is opened to one of those very numbers,
so that a name which changes its meaning in between gains nothing. Every read and write ends with the request's
deadline.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import httpcore

from msat.feeds import failures
from msat.feeds.addresses import IPAddress, is_loopback, is_public

_QUICK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux only

Lookup = Callable[[str, int], list[str]]
"""The numbers a name stands for."""


class Deadline(threading.local):
    """When the request of this thread must be over. Connections are shared between requests, so it is not theirs."""

    ends: float = float("inf")

    def start(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def limit(self, timeout: float | None) -> float:
        """The time a step may take: its own limit or what is left, whichever is shorter."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole request took too long")
        return left if timeout is None else min(timeout, left)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends


def look_up(host: str, port: int) -> list[str]:
    """The system's own look-up, each number once, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to public addresses, to this computer when asked for by that name, and to the system's proxy."""

    def __init__(self, deadline: Deadline, proxy: tuple[str, int] | None = None, lookup: Lookup = look_up) -> None:
        self._deadline = deadline
        self._proxy = proxy
        self._lookup = lookup
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        fault: Exception | None = None
        for number in self._fit_numbers(host, port, timeout):
            try:
                stream = self._inner.connect_tcp(str(number), port, self._deadline.limit(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                fault = failed
                continue
            return _DeadlineStream(stream, self._deadline)
        raise fault if fault is not None else failures.not_found(failures.say_site(host))

    def _fit_numbers(self, host: str, port: int, timeout: float | None) -> list[IPAddress]:
        numbers = [ip_address(text) for text in self._numbers(host, port, timeout)]
        if (host, port) == self._proxy:
            return numbers  # the one private neighbour allowed: somebody set this computer to use it
        may_be_self = host == "localhost" or _is_loopback_text(host)
        fits = is_loopback if may_be_self else is_public
        if not all(fits(number) for number in numbers):
            raise failures.leads_inside(host)
        return numbers

    def _numbers(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            return self._look_up_in_time(host, port, self._deadline.limit(timeout))

    def _look_up_in_time(self, host: str, port: int, seconds: float) -> list[str]:
        """The system's look-up knows no time limit, so it is left behind on its own thread when it takes too long."""
        answer: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._lookup(host, port))
            except (OSError, UnicodeError) as fault:
                answer.put(fault)

        threading.Thread(target=ask, name="msat-look-up", daemon=True).start()
        try:
            found = answer.get(timeout=seconds)
        except queue.Empty:
            raise httpcore.ConnectTimeout("the name was not looked up in time") from None
        if isinstance(found, Exception):
            raise failures.not_found(failures.say_site(host)) from found
        return found


class _DeadlineStream(httpcore.NetworkStream):
    """A stream whose every step ends with the deadline of the request that uses it."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline
        self._socket = inner.get_extra_info("socket")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if _QUICK is not None and self._socket is not None:
            # A server that sends head and body apart waits for our acknowledgement in between, which Linux holds back
            # for 40 ms unless asked each time: three seconds of nothing in a back-fill of 135 pages.
            with suppress(OSError):  # a socket that is gone says so at the read itself
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)
        return self._inner.read(max_bytes, self._deadline.limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.limit(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.limit(timeout))
        return _DeadlineStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _is_loopback_text(host: str) -> bool:
    try:
        return is_loopback(ip_address(host))
    except ValueError:
        return False
