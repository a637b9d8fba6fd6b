"""What comes from outside the United Kingdom is never read as an MHRA notice: "Class II" of the FDA is another thing.

Kept: title, text, dates, products and the source's own words. Left out: family, class, level, number, deadlines.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from msat.alerts.model import Alert, Fact, Family, Where
from msat.feeds.model import FeedItem
from msat.ids import AlertKey

HOME = frozenset(
    {"", "uk", "gb", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland", "ni"}
)
_HOSTS = {
    "fda.gov": "us",
    "nih.gov": "us",
    "cdc.gov": "us",
    "europa.eu": "eu",
    "who.int": "world",
    "hpra.ie": "ireland",
    "tga.gov.au": "australia",
    "medsafe.govt.nz": "new zealand",
    "canada.ca": "canada",
    "hc-sc.gc.ca": "canada",
    "swissmedic.ch": "switzerland",
    "bfarm.de": "germany",
}
_SAYS_SO = re.compile(
    r"\b(?:u\.?s\.? food and drug administration|fda (?:announces|enforcement report|medwatch"
    r"|safety communication|alerts?)|recalling firm\b|european medicines agency\b.{0,40}\brecommend"
    r"|world health organi[sz]ation\b.{0,30}\bmedical product alert)",
    re.IGNORECASE,
)
_ENOUGH = 3_000


def nation_abroad(item: FeedItem) -> str:
    """The foreign nation that a notice comes from, or nothing: by its source, else by its address."""
    nation = item.nation.strip().casefold()
    if nation not in HOME:
        return nation
    return "" if nation else _by_address(item.url)


def _by_address(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""
    return next((nation for end, nation in _HOSTS.items() if host == end or host.endswith("." + end)), "")


def speaks_of_abroad(alert: Alert) -> str:
    """The words by which a notice of unknown origin shows that a foreign regulator wrote it, or nothing."""
    if alert.reference is not None or alert.path.lstrip("/").startswith(("drug-device-alerts", "drug-safety-update")):
        return ""
    found = _SAYS_SO.search(alert.title) or _SAYS_SO.search(alert.text[:_ENOUGH])
    return found.group() if found else ""


def as_abroad(alert: Alert, nation: str, words: str = "") -> Alert:
    """The alert with nothing in it that only a notice of the MHRA, the NHS or a UK department can say."""
    where = Where.TEXT if words and words in alert.text else Where.PUBLISHER
    mentioned = (*((alert.reference,) if alert.reference else ()), *alert.other_references)
    return replace(
        alert,
        key=AlertKey(alert.path),
        family=Fact(Family.UNKNOWN.value, words or nation, where),
        reference=None,
        other_references=tuple(dict.fromkeys(mentioned)),
        case=None,
        alert_class=None,
        level=None,
        issuer=None,
        deadlines=(),
        supersedes=(),
        superseded_by=(),
        tier=None,
        nation=nation,
        unread=(
            *alert.unread,
            "This comes from outside the United Kingdom: its class and time limits are not those of the MHRA.",
        ),
    )
