"""The version document: what one source said at one time and what was read in it, as canonical bytes.

The same words read by the same program give the same bytes, so the SHA-256 of them names the version. Nothing of when
it was fetched goes in; the bytes received are kept beside it by the service.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from msat import canonical
from msat.alerts.model import Alert, Fact, Where
from msat.alerts.read import read
from msat.clock import stamp
from msat.errors import RecordProblem
from msat.feeds.model import ChangeNote, FeedItem, Withdrawal

FORMAT = "msat-version-v1"
LARGEST = 64_000_000
_NEXT = "Run the check of the record, and restore the file from a backup if it says that it is damaged."


def encode(item: FeedItem, alert: Alert) -> bytes:
    """The version document of an item and the alert read from it: canonical JSON (RFC 8785)."""
    document = {
        "format": FORMAT,
        "source": item.source,
        "path": item.path,
        "url": item.url,
        "published": stamp(item.published) if item.published else None,
        "content_id": item.content_id,
        "content": item.content(),
        "withdrawn_at": stamp(item.withdrawn.at) if item.withdrawn and item.withdrawn.at else None,
        "changes": [{"note": change.note, "at": stamp(change.at) if change.at else None} for change in item.changes],
        "alert": msgspec.to_builtins(alert),
    }
    return canonical.dumps(_fit(document))


def decode(data: bytes) -> Alert:
    """The alert of a version document. Raises RecordProblem on anything that `encode` did not write."""
    try:
        if len(data) > LARGEST:
            raise ValueError("longer than any version document")
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError("another format")
        if canonical.dumps(document) != data:
            raise ValueError("not canonical")
        return msgspec.convert(document["alert"], Alert)
    except (ValueError, KeyError, RecursionError, msgspec.ValidationError) as problem:
        raise RecordProblem(f"A stored notice could not be read as version document ({problem}).", _NEXT) from problem


def read_anew(alert: Alert) -> Alert:
    """What the reader of today finds in the words of an alert that an older one read.

    Two versions are compared so, for what the program has learnt since is no change of the publisher's.
    """
    withdrawn = Withdrawal(alert.withdrawn.words, None) if alert.withdrawn else None
    item = FeedItem(
        source=alert.source,
        path=alert.path,
        url=alert.url,
        title=alert.title,
        html=alert.html,
        raw=b"",
        published=alert.published,
        issued=_publishers_day(alert.issued),
        alert_type=alert.alert_type,
        specialisms=alert.specialisms,
        description=alert.description,
        withdrawn=withdrawn,
        changes=tuple(ChangeNote(note, None) for note in alert.changes),
        nation=alert.nation,
    )
    return replace(read(item), key=alert.key)


def _publishers_day(issued: Fact | None) -> date | None:
    """The publisher's own date of issue, as far as the alert still tells it."""
    if issued is None or issued.where is not Where.PUBLISHER:
        return None
    try:
        return date.fromisoformat(issued.value[:10])
    except ValueError:
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys all differ; JSON readers would silently take the last of two."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _fit(value: Any) -> Any:
    """Plain values that canonical JSON can hold: half surrogates, which no text has, become U+FFFD."""
    if isinstance(value, dict):
        return {key: _fit(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(inner) for inner in value]
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
