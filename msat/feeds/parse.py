"""Turns the bytes of any feed into entries; the only user of feedparser, and that in a child process.

Every feed is first walked with expat, which refuses what real feeds do not hold (entity declarations, absurd depth,
attributes, numbers). A plain, well-formed feed is read on that same walk. Everything else goes to feedparser in a child
that can be killed, for hostile input keeps feedparser busy for minutes. A sign-in page, a cut-off feed or a feed that
"has ended" is a SourceFailure: it must never look like a feed with nothing new.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from msat.errors import SourceFailure
from msat.feeds import json_feed, plain_feed
from msat.feeds.clean import plain_title, plain_words
from msat.feeds.failures import CHECK_ADDRESS, SAFE, TRY_AGAIN, FetchFailure, web_page_instead

MOST_BYTES = 10_000_000
CHILD_SECONDS = 10
"""Wall clock; the child also limits its own processor time and memory where the system can."""
CHILD_FLAG = "--msat-read-feed"
"""What a frozen program is started with to be the child, having no `python -m`."""

_CLOSED = re.compile(
    rb"</\s*(?:[\w.-]+:)?(?:feed|rss|rdf)\s*>(?:\s|<!--.*?-->|<\?.*?\?>)*\Z", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry as the feed has it. Title and summary are plain words; times are UTC, None when missing or nonsense."""

    id: str
    link: str
    title: str
    summary: str = ""
    updated: datetime | None = None
    published: datetime | None = None
    html: str = field(default="", compare=False)
    """The entry's fullest text as the feed has it: not cleaned, never to be shown as it is."""
    base: str = field(default="", compare=False)
    """Where the links in `html` start from."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed. `well_formed` is False when it was broken XML and was read as well as possible."""

    title: str
    id: str
    entries: tuple[FeedEntry, ...]
    well_formed: bool = True


def parse_feed(data: bytes, name: str = "The source", address: str = "", content_type: str = "") -> Feed:
    """The feed in `data`. Raises SourceFailure, which calls the source by `name`, for anything that is not a feed.

    Links are made whole from `address`, where the feed came from. `content_type` may name the letters' encoding.
    """
    if json_feed.is_json(data):
        raw = _read_json(data, name)
    else:
        _check_whole(data, name)
        raw = _read_xml(data, name, content_type)
    feed = _finished(raw, address)
    if _has_ended(feed):
        raise FetchFailure(
            f"{name} says that this feed has ended.",
            f"{SAFE} Look for the new address on the publisher's site, and set it for this source.",
        )
    return feed


def _read_json(data: bytes, name: str) -> plain_feed.RawFeed:
    if len(data) > MOST_BYTES:
        raise _too_large(name)
    try:
        return json_feed.read(data)
    except plain_feed.Hostile as fault:
        raise FetchFailure(f"The feed of {name} was refused, because {fault}.", CHECK_ADDRESS) from None
    except plain_feed.NotAFeed:
        raise FetchFailure(f"{name} answered with something that is not a feed.", CHECK_ADDRESS) from None


def _read_xml(data: bytes, name: str, content_type: str) -> plain_feed.RawFeed:
    try:
        raw = plain_feed.read(data)
        if not says_otherwise(data, content_type):
            return raw
        return _read_in_child(data, name, content_type=content_type)
    except plain_feed.Hostile as fault:
        raise FetchFailure(f"The feed of {name} was refused, because {fault}.", CHECK_ADDRESS) from None
    except plain_feed.NotAFeed:
        raise FetchFailure(f"{name} answered with something that is not a feed.", CHECK_ADDRESS) from None
    except plain_feed.NotPlain as odd:
        raw = _read_in_child(data, name, content_type=content_type)
        return raw if odd.is_well_formed is None else replace(raw, well_formed=odd.is_well_formed)


def says_otherwise(data: bytes, content_type: str) -> bool:
    """Whether the server names another encoding of the letters than the feed itself; the server's word counts first."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    if found is None or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return False
    own = re.match(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)", data[:200])
    declared = own.group(1).decode("ascii", "replace") if own else "utf-8"
    try:
        return codecs.lookup(found.group(1)).name != codecs.lookup(declared).name
    except LookupError:
        return False  # a name nobody knows says nothing


def _check_whole(data: bytes, name: str) -> None:
    """Refuses what can be told from the outside: nothing, too much, a web page, a feed without its end."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FetchFailure(f"{name} answered with nothing at all.", TRY_AGAIN)
    if len(data) > MOST_BYTES:
        raise _too_large(name)
    # Feeds in two or four bytes a character: the zeros between the letters are in the way of looking.
    start, end = data[:4096].replace(b"\x00", b"").lower(), data[-8192:].replace(b"\x00", b"")
    if re.match(rb"[^<]{0,4}(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html)\b", start, re.DOTALL):
        raise web_page_instead(name)
    if re.search(rb"<(?:[\w.-]+:)?(?:feed|rss|rdf)\b", start) and not _CLOSED.search(end):
        raise FetchFailure(f"The feed of {name} stops before its end.", TRY_AGAIN)


def _has_ended(feed: Feed) -> bool:
    """GOV.UK answers for a retired finder with one entry that says so (finder-frontend, show_redirect.atom.builder)."""
    if len(feed.entries) != 1:
        return False
    entry = feed.entries[0]
    return entry.id.endswith("/feed-ended") or entry.title.casefold() == "this feed has ended"


def _too_large(name: str) -> SourceFailure:
    return FetchFailure(
        f"The feed of {name} is larger than the {MOST_BYTES // 1_000_000} MB that MSAT takes.", CHECK_ADDRESS
    )


def _finished(raw: plain_feed.RawFeed, address: str = "") -> Feed:
    """The raw feed with its titles and summaries as plain words and its links whole."""
    entries = tuple(
        FeedEntry(
            entry.id.strip(),
            whole_link(address, entry.link.strip()),
            plain_title(entry.title, entry.title_is_html),
            plain_words(entry.summary),
            entry.updated,
            entry.published,
            entry.html,
            whole_link(address, entry.base),
        )
        for entry in raw.entries
    )
    return Feed(plain_title(raw.title, raw.title_is_html), raw.id.strip(), entries, raw.well_formed)


def whole_link(base: str, link: str) -> str:
    """The link, started from `base` where it is not whole; as it stands where that cannot be told."""
    try:
        return urljoin(base, link) if base and link else link
    except ValueError:
        return link


def child_command() -> list[str]:
    """How the reading child is started; a frozen program starts itself with a flag its entry points look for."""
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_FLAG]
    # -P: a file called feedparser.py in the current folder must not be taken for the library.
    return [sys.executable, "-P", "-X", "utf8", "-m", "msat.feeds.feedparser_child"]


def _read_in_child(
    data: bytes, name: str, seconds: float = CHILD_SECONDS, content_type: str = ""
) -> plain_feed.RawFeed:
    """feedparser's reading of `data`, made by a process that is killed when it takes too long."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    try:
        done = subprocess.run(
            child_command(),
            input=_one_line(content_type) + b"\n" + data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(name, "reading it took too long") from None
    except OSError as fault:
        raise _unreadable(name, "the part of MSAT that reads such feeds could not be started") from fault
    if done.returncode != 0:
        raise _unreadable(name, "reading it took too much time or memory")
    return _from_child(done.stdout, name)


def _one_line(content_type: str) -> bytes:
    return "".join(char for char in content_type if char.isprintable()).encode("latin-1", "ignore")


def _from_child(answer: bytes, name: str) -> plain_feed.RawFeed:
    try:
        said = json.loads(answer)
    except ValueError as fault:
        raise _unreadable(name, "reading it broke off") from fault
    if not said["version"]:
        raise FetchFailure(f"{name} answered with something that is not a feed.", CHECK_ADDRESS)
    entries = tuple(
        plain_feed.RawEntry(
            entry["id"],
            entry["link"],
            entry["title"],
            entry["title_is_html"],
            entry["summary"],
            _moment(entry["updated"]),
            _moment(entry["published"]),
            entry["html"],
            entry["base"],
        )
        for entry in said["entries"]
    )
    return plain_feed.RawFeed(said["title"], said["id"], entries, not said["bozo"], said["title_is_html"])


def _moment(parts: list[int] | None) -> datetime | None:
    """A time from feedparser's six numbers in UTC; None where they name no day."""
    if parts is None:
        return None
    try:
        return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], min(parts[5], 59), tzinfo=UTC)
    except ValueError:
        return None


def _unreadable(name: str, why: str) -> SourceFailure:
    return FetchFailure(f"The feed of {name} could not be read: {why}.", CHECK_ADDRESS)
