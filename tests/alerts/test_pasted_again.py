"""A notice that is copied, mailed, saved or printed says the same as the notice that was fetched."""

from __future__ import annotations

import io
import json
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from msat.alerts.model import Alert, Where
from msat.alerts.read import read
from msat.alerts.text import Document, document
from msat.clock import say_date
from msat.feeds.model import FeedItem
from msat.feeds.paste import from_file, from_text
from tests.alerts.test_score import item_of
from tests.notices import item

LABELS = {
    "national-patient-safety": "National patient safety alert",
    "medicines-recall-notification": "Medicines recall/notification",
    "device-safety-information": "Device safety information",
    "field-safety-notices": "Field safety notice",
    "mhra-safety-round-up": "MHRA Safety Roundup",
}
ALL = sorted((Path(__file__).parents[1] / "data" / "notices").glob("*.toml"))
NOTICES = [path for path in ALL if tomllib.loads(path.read_text(encoding="utf-8")).get("alert_type") in LABELS]
WITH_TABLE = [path for path in NOTICES if "<table" in path.read_text(encoding="utf-8")]


def head(notice: FeedItem) -> str:
    """What GOV.UK shows above a notice."""
    lines = ["GOV.UK", notice.title, "From:", "MHRA"]
    if notice.alert_type in LABELS:
        lines += ["Alert type:", LABELS[notice.alert_type]]
    if notice.issued:
        lines += ["Issued:", say_date(notice.issued)]
    return "\n".join([*lines, ""])


def text_of(notice: FeedItem) -> Document:
    """The notice's text. A raised footnote mark is dropped: in plain text nobody can tell it from the number."""
    return document(re.sub(r"<sup>.*?</sup>", "", notice.html))


def copied(notice: FeedItem) -> FeedItem:
    """Copied from a browser: a line to a block, cells parted by tabs."""
    lines = [
        line.text.replace(" | ", "\t") if line.in_table else f"\n{line.text}" for line in text_of(notice).lines
    ]
    return from_text(head(notice) + "\n".join(lines)).item


def mailed(notice: FeedItem) -> FeedItem:
    """Forwarded in plain text, its lines broken at 76."""
    lines = [
        line.text.replace(" | ", "\t") if line.in_table else "\n" + "\n".join(textwrap.wrap(line.text, 76))
        for line in text_of(notice).lines
    ]
    above = f"For you.\n\nFrom: Somebody\nSent: Monday\nTo: us\nSubject: FW: {notice.title}\n\n"
    return from_text(above + head(notice) + "\n".join(lines)).item


def saved(notice: FeedItem) -> FeedItem:
    """Saved from a browser as a web page."""
    label = f"<dt>Alert type:</dt><dd>{LABELS[notice.alert_type]}</dd>" if notice.alert_type in LABELS else ""
    issued = f"<dt>Issued:</dt><dd>{say_date(notice.issued)}</dd>" if notice.issued else ""
    page = (
        f"<!DOCTYPE html><html><head><title>x</title></head><body><nav>Menu</nav><main><h1>{escape(notice.title)}</h1>"
        f"<dl>{label}{issued}</dl>{notice.html}</main><footer>Crown copyright</footer></body></html>"
    )
    return from_file("page.html", page.encode()).item


def facts(alert: Alert) -> dict[str, Any]:
    """What must be the same. Products are not compared: a page of text has no headings of its own."""
    said = alert.facts()
    if said["family"].where is Where.PUBLISHER:  # rests on the publisher's own data, which no text shows
        del said["family"]
    return {
        "title": " ".join(alert.title.split()),
        "values": {n: said[n].value for n in ("reference", "family", "class", "level", "patient_advice") if n in said},
        "issued": said["issued"].value[:10] if "issued" in said else "",
        "batches": [(b.number, b.through, b.expiry, b.pack_size, b.first_distributed) for b in alert.batches],
        "all batches": [fact.value for fact in alert.all_batches],
        "deadlines": [(d.kind, d.at, d.hours) for d in alert.deadlines],
        "supersedes": [fact.value for fact in alert.supersedes],
    }


def test_there_are_notices() -> None:
    assert len(NOTICES) >= 8
    assert WITH_TABLE


def own(path: Path) -> FeedItem:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    return item(
        case["title"], case["html"], **{key: case[key] for key in ("issued", "alert_type", "path") if key in case}
    )


@pytest.mark.parametrize("way", [copied, mailed, saved])
@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_our_own_notices_say_the_same(path: Path, way: Callable[[FeedItem], FeedItem]) -> None:
    notice = own(path)
    assert facts(read(way(notice))) == facts(read(notice))


@pytest.mark.parametrize("way", [copied, mailed, saved])
def test_the_shared_notices_say_the_same(shared: Path, way: Callable[[FeedItem], FeedItem]) -> None:
    lines = (shared / "govuk" / "notices.jsonl").read_text(encoding="utf-8").splitlines()
    notices = [item_of(json.loads(line)) for line in lines]
    wrong = [n.title for n in notices if n.alert_type in LABELS and facts(read(way(n))) != facts(read(n))]
    print(f"{way.__name__}: {len(notices) - len(wrong)} of {len(notices)} the same")
    assert wrong == []


def printed(notice: FeedItem) -> FeedItem:
    """Printed to PDF, the table drawn as a table."""
    style = getSampleStyleSheet()["Normal"]
    into = io.BytesIO()
    read_ = document(notice.html)
    parts = [Paragraph(escape(notice.title), style), *_flowables(read_, style)]
    SimpleDocTemplate(into, invariant=1).build(parts)
    return from_file("notice.pdf", into.getvalue()).item


def _flowables(notice: Document, style: Any) -> Iterator[Any]:
    tables = {table.after: table for table in notice.tables}
    for number, line in enumerate(notice.lines):
        if number in tables:
            yield Table([[cell.text for cell in row.cells] for row in tables[number].rows])
        if not line.in_table:
            yield Spacer(1, 6)
            yield Paragraph(escape(line.text), style)


@pytest.mark.parametrize("path", WITH_TABLE, ids=lambda path: path.stem)
def test_a_printed_batch_table_says_the_same(path: Path) -> None:
    """A PDF has no cells, so that rows can be missed; none may be read that is not there."""
    notice = own(path)
    want, got = facts(read(notice))["batches"], facts(read(printed(notice)))["batches"]
    assert {(row[0], row[2]) for row in got} <= {(row[0], row[2]) for row in want}
