"""Reads the drug enforcement reports of openFDA: one JSON answer, a report a recall. Decides nothing about them.

The FDA's classes are not the MHRA's: they are shown in words with the FDA's name, and never as a UK class. A report is
known by its recall number; `nation` keeps it from being read as a British notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

import msgspec

from msat.feeds.catalogue import Source
from msat.feeds.clean import drop_unseen, plain_title
from msat.feeds.failures import CHECK_ADDRESS, FetchFailure
from msat.feeds.fetch import Web
from msat.feeds.model import FeedItem, Validators
from msat.feeds.pages import FeedRead, Page, PageFailed, PageRead, Question, likely

PAGE = 100
MOST_PAGES = 10
"""A thousand reports since a day; openFDA has tens of thousands, back to 2004. A first reading takes one page."""

SHOWN_AT = "https://api.fda.gov/drug/enforcement.json?search=recall_number:"

_LINES = (
    ("Recalling firm", "recalling_firm"),
    ("Product", "product_description"),
    ("Reason for recall", "reason_for_recall"),
    ("Lots", "code_info"),
    ("More lots", "more_code_info"),
    ("Quantity", "product_quantity"),
    ("Distribution", "distribution_pattern"),
    ("Status", "status"),
    ("Started", "recall_initiation_date"),
    ("Reported", "report_date"),
)


class _Totals(msgspec.Struct):
    total: int = 0


class _Meta(msgspec.Struct):
    results: _Totals = msgspec.field(default_factory=_Totals)


class _Answer(msgspec.Struct):
    results: list[msgspec.Raw]
    meta: _Meta = msgspec.field(default_factory=_Meta)


def read_reports(source: Source, web: Web, question: Question) -> Iterator[Page]:
    """The newest reports, the oldest of them first; further back while a page holds new ones, or to a day."""
    question.progress(source.name, 0, 0)
    pages: list[Page] = []
    complete, done = True, 0
    for number in range(MOST_PAGES):
        try:
            answer = web.get(_url(source, question, number * PAGE), accept="application/json")
        except FetchFailure as failure:
            if failure.status == 404 and (number or question.since):
                break  # openFDA says "no matches found" so
            raise
        found = _decoded(answer.body)
        batch = [_page(source, raw, answer.body, question) for raw in found.results]
        pages.extend(batch)
        done += len(batch)
        question.progress(source.name, 0, 0)
        is_new = any(isinstance(page, PageRead) and page.item.path not in question.known for page in batch)
        goes_on = question.since is not None or (is_new and question.known)
        if not batch or done >= found.meta.results.total or not goes_on:
            break
    else:
        complete = False
    for count, page in enumerate(reversed(pages), start=1):
        complete = complete and not isinstance(page, PageFailed)
        yield page
        question.progress(source.name, count, len(pages))
    yield FeedRead(source.address, Validators(), complete)


def _url(source: Source, question: Question, skip: int) -> str:
    asked = {"sort": "report_date:desc", "limit": str(PAGE), "skip": str(skip)}
    if question.since is not None:
        asked["search"] = f"report_date:[{question.since:%Y%m%d} TO 20991231]"
    mark = "&" if "?" in source.address else "?"
    return f"{source.address}{mark}{urlencode(asked, safe=':[]')}"


def _decoded(body: bytes) -> _Answer:
    try:
        return msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise FetchFailure("openFDA answered in a form MSAT does not know.", CHECK_ADDRESS) from fault


def _page(source: Source, raw: msgspec.Raw, body: bytes, question: Question) -> PageRead | PageFailed:
    try:
        report = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        report = None
    item = read_report(source, report, bytes(raw), question) if isinstance(report, dict) else None
    if item is None:
        return PageFailed("", "A report", source.address, "The report has no number or names no product.")
    return PageRead(item, item.url, None)


def read_report(source: Source, report: dict[str, Any], raw: bytes, question: Question) -> FeedItem | None:
    """One report as a notice; None without a number or a product. `raw` is the report as received."""
    number, product = _text(report, "recall_number"), plain_title(_text(report, "product_description"))
    if not number or not product or len(number) > 100:
        return None
    rating = _text(report, "classification")
    firm = _text(report, "recalling_firm") or "unknown firm"
    said = rating or "not yet classified"
    rows = [("Rated by the FDA", f"{said} (a class of the FDA, not of the MHRA)")]
    rows += [(label, _value(report, key)) for label, key in _LINES]
    html = "".join(f"<h3>{label}</h3><p>{escape(words, quote=False)}</p>" for label, words in rows if words)
    issued = _day(_text(report, "report_date")) or _day(_text(report, "recall_initiation_date"))
    at = datetime(issued.year, issued.month, issued.day, tzinfo=UTC) if issued else None
    return FeedItem(
        source=source.id,
        path=f"{source.id}/{number}",
        url=SHOWN_AT + urlencode({"": f'"{number}"'})[1:],
        title=f"{number}: {firm}, {_short(product)}",
        html=html,
        raw=raw,
        published=likely(at, question.now),
        issued=issued,
        description=plain_title(_text(report, "reason_for_recall"))[:2_000],
        nation=source.nation,
    )


def _text(report: dict[str, Any], key: str) -> str:
    value = report.get(key)
    return drop_unseen(value).strip() if isinstance(value, str) else ""


def _short(product: str) -> str:
    return product if len(product) <= 160 else product[:159].rsplit(" ", 1)[0] + "…"


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date() if len(text) == 8 else None
    except ValueError:
        return None


def _value(report: dict[str, Any], key: str) -> str:
    """A field as people read it; a date no calendar holds stays as it stands."""
    text = _text(report, key)
    found = _day(text) if key.endswith("_date") else None
    return f"{found.day} {found:%B %Y}" if found else text
