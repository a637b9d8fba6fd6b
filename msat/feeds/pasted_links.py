"""Which of the addresses in a pasted text is the notice's own page, and so its identity. Opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

GOVUK = "https://www.gov.uk"
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\|\u00a0]{4,2000}", re.IGNORECASE)
_NOTICE_PAGE = re.compile(r"/(?:drug-device-alerts|drug-safety-update)/(?P<slug>[a-z0-9][a-z0-9.-]{2,249})/?\Z")
_PUBLISHERS = (
    "www.gov.uk",
    "www.cas.mhra.gov.uk",
    "cas.mhra.gov.uk",
    "www.england.nhs.uk",
    "www.nhsbsa.nhs.uk",
    "www.sps.nhs.uk",
    "www.gov.scot",
    "www.gov.wales",
)
_SPELT_OUT = frozenset(("slash", "dot", "percent", "plus", "a", "an", "and", "of", "the", "for", "to", "in", "by"))


def addresses(text: str) -> list[str]:
    """The web addresses in a text, as they stand, without the punctuation behind them; a reader's detour undone."""
    return [_direct(found.group().rstrip(".,;:!?)]}>*_")) for found in _ADDRESS.finditer(text)]


def own_page(title: str, text: str, found: Iterable[str]) -> str:
    """The path on GOV.UK of the notice itself; empty when no address is surely its own.

    A notice can link to other notices. Its own page is the one whose address is made of the words of its title.
    """
    words = _ADDRESS.sub(" ", f"{title} {text[:1_000]}")
    said = set(re.findall(r"[a-z0-9]+", words.lower()))
    paths = {path for address in found if (path := govuk_path(address))}
    own = [path for path in sorted(paths) if _is_made_of(path, said)]
    return own[0] if len(own) == 1 else ""


def govuk_path(address: str) -> str:
    """The path of a notice's page on GOV.UK, or nothing for any other address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or parts.netloc.lower() not in ("www.gov.uk", "gov.uk"):
        return ""
    path = parts.path.rstrip("/")
    return path if _NOTICE_PAGE.fullmatch(path) else ""


def publishers_page(found: Iterable[str]) -> str:
    """The first https address of a publisher of notices; a page, not merely its site."""
    for address in found:
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            continue
        is_page = len(parts.path) > 1 and "@" not in parts.netloc
        if parts.scheme.lower() == "https" and parts.netloc.lower() in _PUBLISHERS and is_page:
            return address.strip()
    return ""


def _is_made_of(path: str, said: set[str]) -> bool:
    words = {word for word in re.findall(r"[a-z0-9]+", path.rsplit("/", 1)[1]) if word not in _SPELT_OUT}
    return len(words) >= 2 and len(words & said) >= 0.7 * len(words)


def _direct(address: str) -> str:
    """The address behind a mail filter's detour (Safe Links, which NHSmail uses)."""
    try:
        parts = urlsplit(address)
        if parts.netloc.lower().endswith(".safelinks.protection.outlook.com"):
            behind = parse_qs(parts.query, max_num_fields=40).get("url", [""])[0]
            return behind if _ADDRESS.fullmatch(behind) else address
    except ValueError:
        return address
    return address
