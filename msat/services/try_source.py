"""Tries a source: reads its newest notices and shows what would be taken from each. Records and keeps nothing."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from msat.alerts.model import Alert
from msat.alerts.read import read
from msat.errors import SourceFailure
from msat.feeds.catalogue import Kind, Source
from msat.feeds.fetch import Web
from msat.feeds.pages import FeedRead, PageFailed, PageRead, Question
from msat.feeds.reading import read_source

MOST = 20
BACK = timedelta(days=60)
"""How far back GOV.UK is looked at: each of its notices is a page of its own to be asked for."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial brought. `error` says why the source could not be read; `unread` what in it could not be."""

    source: Source
    alerts: tuple[Alert, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    """(title, why)"""
    more: bool = False
    """Whether there was more than is shown."""
    error: str = ""


def try_source(source: Source, now: datetime, web: Web, most: int = MOST) -> Tried:
    """Reads up to `most` notices of a source, on or off. Never raises for a source that fails."""
    since = (now - BACK).date() if source.kind is Kind.GOVUK else None
    pages = read_source(source, web, Question(since=since, now=now))
    alerts: list[Alert] = []
    unread: list[tuple[str, str]] = []
    try:
        # One page more than wanted tells whether there is more; the rest is never asked for.
        for page in itertools.islice(pages, most + 1):
            if isinstance(page, PageRead):
                alerts.append(read(page.item))
            elif isinstance(page, PageFailed):
                unread.append((page.title, page.error))
            elif isinstance(page, FeedRead):
                return Tried(source, tuple(alerts), tuple(unread))
    except SourceFailure as failure:
        return Tried(source, tuple(alerts), tuple(unread), error=str(failure))
    return Tried(source, tuple(alerts[:most]), tuple(unread), more=True)
