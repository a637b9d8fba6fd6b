"""Turns one answer of the GOV.UK content API into a FeedItem. Pure; a wrong shape is a `NotANotice` in words.

Strict about what an alert cannot be without (title, body), lenient about the rest: an alert with a date nobody can read
must still arrive, without that date.
"""

from __future__ import annotations

from datetime import date

import msgspec

from msat.feeds.clean import plain_title, plain_words, readable_html
from msat.feeds.govuk_listing import moment
from msat.feeds.model import ChangeNote, FeedItem, Withdrawal
from msat.ids import SourceId

SITE = "https://www.gov.uk"
"""Where people find the pages, even when a stand-in answered."""


class NotANotice(ValueError):
    """The answer is not a notice; the message is one sentence for people. `is_gone`: there is none there any more."""

    def __init__(self, why: str, is_gone: bool = False) -> None:
        super().__init__(why)
        self.is_gone = is_gone


class _Kind(msgspec.Struct):
    schema_name: str = ""
    document_type: str = ""


class _Metadata(msgspec.Struct):
    """Of alerts and of Drug Safety Update articles, which have no alert type and no issue date."""

    alert_type: str | list[str] | None = None
    issued_date: str | None = None
    medical_specialism: list[str] | None = None
    therapeutic_area: list[str] | None = None
    first_published_at: str | None = None


class _Body(msgspec.Struct):
    content: str
    content_type: str = ""


class _Change(msgspec.Struct):
    note: str | None = None
    public_timestamp: str | None = None


class _Details(msgspec.Struct):
    body: str | list[_Body]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    change_history: list[_Change] | None = None


class _Withdrawn(msgspec.Struct):
    """`{}` on a live page."""

    explanation: str | None = None
    withdrawn_at: str | None = None


class _Page(msgspec.Struct):
    title: str
    details: _Details
    base_path: str | None = None
    description: str | None = None
    content_id: str | None = None
    public_updated_at: str | None = None
    first_published_at: str | None = None
    withdrawn_notice: _Withdrawn | None = None


def read_page(source: SourceId, path: str, raw: bytes, nation: str = "") -> FeedItem:
    """The notice in `raw`. Raises NotANotice."""
    page = _decoded(path, raw)
    html, not_read = readable_html(_html(page.details.body), SITE)
    title = plain_title(page.title)
    if not title:
        raise NotANotice("The page has no title.")
    metadata = page.details.metadata
    return FeedItem(
        source=source,
        path=path,
        url=SITE + path,
        title=title,
        html=html,
        raw=raw,
        published=moment(page.public_updated_at) or moment(page.first_published_at),
        issued=_day(metadata.issued_date) or _day(metadata.first_published_at),
        alert_type=_one(metadata.alert_type),
        specialisms=tuple(metadata.medical_specialism or metadata.therapeutic_area or ()),
        description=plain_words(page.description or ""),
        content_id=page.content_id,
        withdrawn=_withdrawal(page.withdrawn_notice),
        changes=tuple(
            ChangeNote(plain_words(change.note or ""), moment(change.public_timestamp))
            for change in page.details.change_history or ()
        ),
        nation=nation,
        not_read=not_read,
    )


def _decoded(path: str, raw: bytes) -> _Page:
    try:
        kind = msgspec.json.decode(raw, type=_Kind)
        if kind.schema_name == "redirect" or kind.document_type == "redirect":
            raise NotANotice("GOV.UK has moved this page to another address.", is_gone=True)
        if kind.schema_name == "gone" or kind.document_type == "gone":
            raise NotANotice("GOV.UK has taken this page away.", is_gone=True)
        page = msgspec.json.decode(raw, type=_Page)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise NotANotice("GOV.UK answered in a form MSAT does not know.") from fault
    except RecursionError as fault:
        raise NotANotice("GOV.UK answered in a form MSAT does not know.") from fault
    if page.base_path is not None and page.base_path != path:
        raise NotANotice("GOV.UK answered with another page than the one asked for.")
    return page


def _html(body: str | list[_Body]) -> str:
    if isinstance(body, str):
        return body
    for part in body:
        if part.content_type == "text/html":
            return part.content
    raise NotANotice("The page has no text.")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _one(value: str | list[str] | None) -> str | None:
    return value or None if not isinstance(value, list) else next(iter(value), None)


def _withdrawal(notice: _Withdrawn | None) -> Withdrawal | None:
    if notice is None or (notice.explanation is None and notice.withdrawn_at is None):
        return None
    return Withdrawal(plain_words(notice.explanation or ""), moment(notice.withdrawn_at))
