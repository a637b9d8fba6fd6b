"""What GOV.UK lists: its Atom feed for what is new, its search API for everything since a day. Reads no notice itself.

Knows the shapes of FORMATS: 50 entries a page, newest first; search takes these parameters and refuses any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import msgspec

from msat.clock import london
from msat.feeds.catalogue import Finder, Source
from msat.feeds.clean import plain_title
from msat.feeds.failures import CHECK_ADDRESS, FetchFailure, say_site
from msat.feeds.fetch import Web
from msat.feeds.model import Validators
from msat.feeds.parse import Feed, FeedEntry, parse_feed

ATOM = f"/{Finder.ALERTS}.atom"
MOST_ATOM_PAGES = 20
SEARCH_COUNT = 500
"""Results to a page of search; the API allows 1,500."""
MOST_SEARCH_PAGES = 40
NEWEST = 40
"""Pages of a first refresh that come before all older ones: what somebody who has just begun is to act on."""

_FORMATS = {Finder.ALERTS: "medical_safety_alert", Finder.DRUG_SAFETY_UPDATE: "drug_safety_update"}
"""What the search API calls the documents of a finder."""

_PATH = re.compile(r"(?:/[A-Za-z0-9_~%-][A-Za-z0-9._~%-]*)+")


@dataclass(frozen=True, slots=True)
class Listed:
    """One notice as a list names it."""

    path: str
    title: str
    at: datetime | None


@dataclass(slots=True)
class Listing:
    """What the lists name: every notice by its path, and what could not be made out."""

    listed: dict[str, Listed] = field(default_factory=dict)
    unclear: list[tuple[str, str]] = field(default_factory=list)
    """(title, address) of entries whose page cannot be told."""
    feed: Validators = field(default_factory=Validators)
    complete: bool = True
    """False when something may be missing although every request was answered."""

    def add(self, link: str, title: str, at: datetime | None) -> str | None:
        """Notes one entry; its path, or None when its address is of no use."""
        path = page_path(link)
        if path is None:
            self.unclear.append((title, link))
        elif path not in self.listed:
            self.listed[path] = Listed(path, title, at)
        return path

    def new(self, known: Mapping[str, str]) -> list[Listed]:
        """What is not known yet, oldest first. Where nothing is known at all, the newest few come before the rest.

        A first refresh that is stopped between leaves no gap: the lists are read whole until they were once.
        """
        late = datetime.max.replace(tzinfo=UTC)
        fresh = (entry for path, entry in self.listed.items() if path not in known)
        ordered = sorted(fresh, key=lambda entry: (entry.at or late, entry.path))
        return ordered if known else [*ordered[-NEWEST:], *ordered[:-NEWEST]]


def page_path(link: str) -> str | None:
    """The path of a page on GOV.UK from its address or its path; None for anything else."""
    try:
        path = urlsplit(link).path
    except ValueError:
        return None
    return path if _PATH.fullmatch(path) and len(path) <= 1_000 else None


def atom_url(source: Source) -> str:
    return f"{source.address}/{source.finder}.atom"


def read_listing(
    source: Source,
    web: Web,
    known: Mapping[str, str],
    validators: Callable[[str], Validators | None],
    since: date | None,
    backfill: bool,
) -> Listing:
    """Everything the lists name that may be new. Raises SourceFailure when a list cannot be read."""
    listing = Listing()
    held = validators(atom_url(source)) if known else None
    # Validators are kept only after a complete read, so none means that an earlier back-fill was never finished.
    whole = since is None and (backfill or held in (None, Validators()))
    is_new = _read_first_page(source, web, held, known, listing)
    if whole or since is not None:
        _read_search(source, web, since, listing)
    elif is_new:
        _read_further_pages(source, web, known, listing)
    return listing


def _read_first_page(
    source: Source, web: Web, held: Validators | None, known: Mapping[str, str], listing: Listing
) -> bool:
    """Reads the feed, unless it is unmodified; tells whether it names anything unknown."""
    answer = web.get(atom_url(source), held, accept="application/atom+xml")
    listing.feed = answer.validators
    if answer.not_modified:
        return False
    feed = parse_feed(answer.body, site_name(source))
    if not feed.entries:
        raise FetchFailure(
            f"{site_name(source)} answered with an empty list of alerts, which it never has.", CHECK_ADDRESS
        )
    return _add_page(feed, known, listing)


def _read_further_pages(source: Source, web: Web, known: Mapping[str, str], listing: Listing) -> None:
    """Reads on while a page names anything unknown.

    Not "until the first known one": a known notice that was republished stands at the top, above unknown ones.
    """
    for number in range(2, MOST_ATOM_PAGES + 1):
        answer = web.get(f"{atom_url(source)}?page={number}", accept="application/atom+xml")
        feed = parse_feed(answer.body, site_name(source))
        if not feed.entries or not _add_page(feed, known, listing):
            return
    listing.complete = False


def _add_page(feed: Feed, known: Mapping[str, str], listing: Listing) -> bool:
    # Broken XML may have swallowed an entry: take what there is, and read everything again next time.
    listing.complete = listing.complete and feed.well_formed
    before = len(listing.listed)
    paths = [listing.add(_link(entry), entry.title, entry.updated or entry.published) for entry in feed.entries]
    # A server that ignores `page` sends the first page again and again; nothing is added then.
    return len(listing.listed) > before and any(path is not None and path not in known for path in paths)


def _link(entry: FeedEntry) -> str:
    """The page's address; without one, the path that ends the entry's id (`tag:www.gov.uk,2005:/path`)."""
    return entry.link or entry.id.partition(":/")[1][1:] + entry.id.partition(":/")[2]


class _Result(msgspec.Struct):
    link: str
    title: str = ""
    public_timestamp: str | None = None


class _Results(msgspec.Struct):
    results: list[_Result]
    total: int


def _read_search(source: Source, web: Web, since: date | None, listing: Listing) -> None:
    seen: set[str] = set()
    start = 0
    for _number in range(MOST_SEARCH_PAGES):
        found = _search_page(source, web, since, start)
        start += len(found.results)  # a server may give fewer at once than it was asked for
        for result in found.results:
            seen.add(result.link)
            at = moment(result.public_timestamp)
            # Not every server heeds the filter.
            if since is None or at is None or london(at).date() >= since:
                listing.add(result.link, plain_title(result.title), at)
        if not found.results or start >= found.total:
            listing.complete = listing.complete and len(seen) >= found.total
            break
    else:
        listing.complete = False
    if not seen and since is None:
        raise FetchFailure(f"The search of {site_name(source)} found no alerts at all.", CHECK_ADDRESS)


def _search_page(source: Source, web: Web, since: date | None, start: int) -> _Results:
    question = {
        "filter_format": _FORMATS[source.finder],
        "order": "-public_timestamp",  # without an order the list looks sorted and is not
        "count": str(SEARCH_COUNT),
        "start": str(start),
        "fields": "title,link,public_timestamp",
    }
    if since is not None:
        # The filter counts days in UTC, people count them in London: ask a day more and leave out what is too early.
        early = since - timedelta(days=1) if since > date.min else since
        question["filter_public_timestamp"] = f"from:{early.isoformat()}"
    url = f"{source.address}/api/search.json?{urlencode(question, safe=',:')}"
    answer = web.get(url, accept="application/json")
    try:
        return msgspec.json.decode(answer.body, type=_Results)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise FetchFailure(
            f"The search of {site_name(source)} answered in a form MSAT does not know.", CHECK_ADDRESS
        ) from fault


def moment(text: str | None) -> datetime | None:
    """A time with its zone, in UTC and whole seconds; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
        return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def site_name(source: Source) -> str:
    """What people call the site of `source`."""
    return say_site(source.address.partition("://")[2])
