"""What every kind of source gives back, and what it is asked with. Plain values; opens nothing.

A reader is a function from a source, the web and a `Question` to an iterator of pages: those that were read, those that
are as they were, those that could not be read or have gone, and at the end a `FeedRead`. It raises SourceFailure when
the source itself cannot be read, so that a failing source never looks like one with nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from msat.feeds.catalogue import Source
from msat.feeds.fetch import Web
from msat.feeds.model import FeedItem, Validators
from msat.ids import Sha256, fingerprint

AHEAD_AT_MOST = timedelta(hours=24)
"""A time further in the future than this is a mistake of the publisher: the time of receipt stands in for it."""
EARLIEST = 1990
"""No notice of any of the sources is older; "1970-01-01" and year 1 are ways of writing nothing."""

GONE = Validators(body=fingerprint(b"The page is no longer published at its address."))
"""Kept for the address of a page that was taken away and has been told of, so that it is told of once."""

Progress = Callable[[str, int, int], None]
"""Told (what is being done, done so far, of how many); may raise Cancelled."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """A notice that is new, or was fetched anew because it is not the same as before.

    `validators` are None where the page has no answer of its own to ask for again (an entry of a feed).
    """

    item: FeedItem
    url: str
    validators: Validators | None


@dataclass(frozen=True, slots=True)
class PageUnchanged:
    """A known notice that is as it was."""

    path: str
    url: str


@dataclass(frozen=True, slots=True)
class PageFailed:
    """A notice that could not be read, and why, in one sentence. What is recorded of it stays."""

    path: str
    title: str
    url: str
    error: str


@dataclass(frozen=True, slots=True)
class PageGone:
    """A known notice that its publisher has taken away. What is recorded of it stays; `why` is one sentence."""

    path: str
    title: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class FeedRead:
    """Comes last. `validators` are the list's, empty unless `complete`.

    Keep them only when everything before was recorded: with them the server would answer "not modified" next time,
    and a page that failed today would not be seen again. Without them the next refresh reads the lists in full.
    """

    url: str
    validators: Validators
    complete: bool = True


Page = PageRead | PageUnchanged | PageFailed | PageGone | FeedRead


def _nothing_kept(_url: str) -> Validators | None:
    return None


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a source is asked with: what is known of it here, and how far back to look.

    `known` gives the fingerprint of what was last said at each path. `validators` gives what was kept for an address,
    and is called on the caller's thread. `rest` are the known paths that may be left out this time.
    """

    known: Mapping[str, Sha256] = field(default_factory=dict)
    validators: Callable[[str], Validators | None] = _nothing_kept
    since: date | None = None
    backfill: bool = False
    progress: Progress = _silent
    now: datetime | None = None
    rest: frozenset[str] = frozenset()


Reader = Callable[[Source, Web, Question], Iterator[Page]]


def likely(at: datetime | None, now: datetime | None) -> datetime | None:
    """The time as published; None when no notice can have been published then, so that receipt stands in for it."""
    if at is None or at.year < EARLIEST or (now is not None and at > now + AHEAD_AT_MOST):
        return None
    return at
