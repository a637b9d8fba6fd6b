"""Reads JSON Feed (jsonfeed.org, versions 1 and 1.1): lenient about every field, bounded in size. Opens nothing.

A field of the wrong type is as good as absent: one odd item must not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec

from msat.feeds.plain_feed import Hostile, NotAFeed, RawEntry, RawFeed

MOST_OBJECTS = 200_000
_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/", re.IGNORECASE)


class _Feed(msgspec.Struct):
    version: Any = None
    title: Any = None
    feed_url: Any = None
    items: list[msgspec.Raw] = []


def is_json(data: bytes) -> bool:
    """Whether these bytes begin as a JSON object does; no XML does."""
    return data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read(data: bytes) -> RawFeed:
    """The feed in `data`. Raises Hostile or NotAFeed."""
    if data.count(b"{") > MOST_OBJECTS:
        raise Hostile(f"it holds more than {MOST_OBJECTS:,} objects")
    try:
        feed = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Feed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise NotAFeed(str(fault)) from None
    if not isinstance(feed.version, str) or not _VERSION.match(feed.version):
        raise NotAFeed("another kind of JSON")
    entries = (_entry(item) for item in feed.items)
    return RawFeed(_text(feed.title), _text(feed.feed_url), tuple(entry for entry in entries if entry is not None))


def _entry(raw: msgspec.Raw) -> RawEntry | None:
    """The entry; None for what holds nothing to tell of."""
    try:
        item = msgspec.json.decode(raw, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(item, Mapping):
        return None
    html, words = _text(item.get("content_html")), _text(item.get("content_text"))
    html = html or (f"<p>{escape(words, quote=False)}</p>" if words else "")
    entry = RawEntry(
        id=_identifier(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_text(item.get("title")),
        summary=escape(_text(item.get("summary")) or ("" if html else words), quote=False) or html,
        updated=_moment(item.get("date_modified")),
        published=_moment(item.get("date_published")),
        html=html or escape(_text(item.get("summary")), quote=False),
    )
    return entry if entry.id or entry.link or entry.title or entry.html else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _identifier(value: Any) -> str:
    """A number is a permitted way of writing an id: the standard asks readers to take it as text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _moment(value: Any) -> datetime | None:
    """A time with its zone; without one it is taken as UTC, as feeds in XML are."""
    try:
        found = datetime.fromisoformat(_text(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
