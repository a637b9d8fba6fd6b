"""Tries what can be reached: each site that a source which is on is read from, once. Reads no notice, keeps nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from msat.errors import SourceFailure
from msat.feeds.failures import say_site
from msat.feeds.fetch import HttpWeb
from msat.services.desk import Desk
from msat.services.open_web import open_web

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Reached:
    """One site: whether it answered, and what happened, in words."""

    site: str
    ok: bool
    words: str
    sources: tuple[str, ...] = ()
    """The names of the sources that are read from it."""
    through: str = ""
    """The proxy it was asked for through, without any name or password; empty for none."""


def reach(desk: Desk, web: HttpWeb | None = None) -> list[Reached]:
    """Asks every site once, several at a time. Never raises for one that does not answer: its line says so.

    Raises Refused while MSAT works offline.
    """
    door = web or open_web(desk.places)
    sites: dict[str, list[str]] = {}
    for source in desk.knowledge.sources:
        if source.enabled and source.address:
            parts = urlsplit(source.address)
            sites.setdefault(f"{parts.scheme}://{parts.netloc}/", []).append(source.name)
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda one: _knock(door, one[0], tuple(one[1])), sites.items()))
    finally:
        door.close()


def _knock(door: HttpWeb, url: str, sources: tuple[str, ...]) -> Reached:
    host = urlsplit(url).netloc.rpartition("@")[2]
    through, site = "", say_site(host)
    try:
        through = door.way_to(url)
        status = door.knock(url)
    except SourceFailure as failure:
        return Reached(host, False, str(failure), sources, through)
    way = f" through the proxy {through}" if through else ""
    if status >= 500:
        return Reached(host, True, f"{site} was reached{way}, and has a fault of its own just now.", sources, through)
    return Reached(host, True, f"{site} was reached{way}.", sources, through)
