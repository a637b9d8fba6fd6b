"""Reads a source that is one feed (RSS, RDF, Atom, JSON Feed): each entry is a notice, and that is all there is of it.

An entry is known by its link, so that a changed GUID floods nobody and one GUID under two links is two notices. What
is not in the feed any more means nothing. Which notices are about the same event is decided by msat.alerts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from msat.clock import london
from msat.feeds.catalogue import Source
from msat.feeds.clean import plain_words, readable_html, safe_link
from msat.feeds.failures import say_site
from msat.feeds.fetch import Web
from msat.feeds.model import FeedItem, Validators
from msat.feeds.pages import FeedRead, Page, PageFailed, PageRead, Question, likely
from msat.feeds.parse import FeedEntry, parse_feed
from msat.feeds.same_address import Claim, settle
from msat.ids import fingerprint

ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml, */*"
MOST_ENTRIES = 20_000
"""More than any real feed holds; a first reading of so many takes a minute or two. Whatever is recorded stays for ever,
so a feed may not bring any number of notices at once: the rest is named as left out."""

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|phpsessid|jsessionid|sessionid|sid", re.IGNORECASE)


def read_feed(source: Source, web: Web, question: Question) -> Iterator[Page]:
    """Every entry of the feed as a page, the last one in the feed first: publishers put the newest on top."""
    question.progress(source.name, 0, 0)
    held = question.validators(source.address) if question.known else None
    answer = web.get(source.address, held, accept=ACCEPT)
    if answer.not_modified:
        yield FeedRead(source.address, answer.validators)
        return
    name = say_site(urlsplit(source.address).netloc)
    feed = parse_feed(answer.body, name, source.address, answer.content_type)
    items, unread = items_of(source, feed.entries, answer.body, question)
    yield from unread
    for done, item in enumerate(items, start=1):
        yield PageRead(item, item.url, None)
        question.progress(source.name, done, len(items))
    complete = not unread and feed.well_formed and question.since is None
    yield FeedRead(source.address, answer.validators if complete else Validators(), complete)


def items_of(
    source: Source, entries: tuple[FeedEntry, ...], raw: bytes, question: Question
) -> tuple[list[FeedItem], list[PageFailed]]:
    """The entries as notices, the oldest first, each at a path of its own; and what could not be taken."""
    unread: list[PageFailed] = []
    if len(entries) > MOST_ENTRIES:
        left = len(entries) - MOST_ENTRIES
        why = f"The feed holds {len(entries):,} entries; the last {left:,} of them were left out."
        unread.append(PageFailed("", f"{left:,} entries", source.address, why))
    claims: list[Claim] = []
    for entry in reversed(entries[:MOST_ENTRIES]):
        item = item_of(source, entry, raw, question)
        if item is not None and _is_wanted(item, question):
            claims.append(Claim(item, entry.id))
    return settle(claims, question.known), unread


def _is_wanted(item: FeedItem, question: Question) -> bool:
    """Whether it is from the days asked about; one without a date may be."""
    return question.since is None or item.published is None or london(item.published).date() >= question.since


def item_of(source: Source, entry: FeedEntry, raw: bytes, question: Question) -> FeedItem | None:
    """The notice that an entry is; None for one with neither title nor text nor link, which says nothing at all."""
    link = safe_link(entry.link) or ""
    link = link if link.lower().startswith(("http://", "https://")) else ""
    html, not_read = readable_html(entry.html, base=entry.base or source.address)
    title = entry.title or first_words(entry.summary) or first_words(plain_words(html)) or link
    if not title:
        return None
    published = likely(entry.published, question.now) or likely(entry.updated, question.now)
    return FeedItem(
        source=source.id,
        path=path_of(source, entry, link),
        url=link or source.address,
        title=title,
        html=html,
        raw=raw,
        published=published,
        description=entry.summary[:2_000] if plain_words(entry.html) != entry.summary else "",
        nation=source.nation,
        not_read=not_read,
    )


def first_words(text: str) -> str:
    """What stands in for a missing title: the beginning of the text."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 150 else line[:149].rsplit(" ", 1)[0] + "…"


def path_of(source: Source, entry: FeedEntry, link: str) -> str:
    """What the entry is known by: its link without what changes from day to day; else its id; else its title.

    A page of GOV.UK has the path that it has there, so that it is the same notice whoever tells of it.
    """
    if link:
        return path_of_link(link)
    said = entry.id or f"{entry.title}\n{entry.published.date() if entry.published else ''}"
    return f"{source.id}/{fingerprint(said.encode('utf-8', 'replace'))[:32]}"


def path_of_link(link: str) -> str:
    """The page that a link leads to: host, path and query, without scheme, trackers and the fragment's sign."""
    parts = urlsplit(link)
    host = (parts.hostname or "").lower()
    if host == "www.gov.uk" and not parts.query and not parts.fragment:
        return parts.path.rstrip("/") or "/"
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(key)])
    path = re.sub(r";jsessionid=[^/?#]*", "", parts.path, flags=re.IGNORECASE).rstrip("/")
    whole = f"{host}{path}" + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return whole if len(whole) <= 900 else f"{whole[:800]}…{fingerprint(whole.encode('utf-8', 'replace'))[:32]}"


