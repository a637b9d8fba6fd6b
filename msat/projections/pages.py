"""Which page of which source tells of which alert, and in which version: what a refresh compares with. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from msat.ids import AlertKey
from msat.projections.fold import key_of
from msat.projections.values import data_of, text
from msat.record.entries import Entry

TELLING = frozenset({"alert.received", "alert.source_added", "alert.revised", "alert.withdrawn"})
"""The types of entry that come with a version of a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """The newest recorded version of one page."""

    source: str
    path: str
    key: AlertKey
    version: str
    withdrawn: bool
    content: str = ""
    """The fingerprint of what the page said (`FeedItem.content`), where the entry tells it."""


def page_of(entry: Entry) -> Page | None:
    """The page as `entry` leaves it, or None when the entry tells of none."""
    if entry.type not in TELLING:
        return None
    key, data = key_of(entry), data_of(entry)
    source, path = text(data, "source"), text(data, "path")
    if key is None or not source or not path:
        return None
    version, withdrawn = text(entry.content, "version"), entry.type == "alert.withdrawn"
    return Page(source, path, key, version, withdrawn, text(data, "content"))
