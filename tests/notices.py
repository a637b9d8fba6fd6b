"""Makes notices for tests: the shape of GOV.UK's, our own prose. One function a kind of thing that changes."""

from __future__ import annotations

import json
from datetime import date, datetime

from msat.clock import LONDON
from msat.feeds.model import FeedItem, Withdrawal
from msat.ids import SourceId

SOURCE = SourceId("govuk-alerts")


def table(*rows: tuple[str, str]) -> str:
    """A batch table: (number, expiry) a row."""
    cells = "".join(f"<tr><td>{n}</td><td>{e}</td><td>28</td><td>1 June 2026</td></tr>" for n, e in rows)
    head = "<tr><th>Batch No.</th><th>Expiry Date</th><th>Pack Size</th><th>First Distributed</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{cells}</tbody></table>"


def recall(
    reference: str = "EL(26)A/61",
    class_: int = 2,
    level: str = "Pharmacy/Wholesaler",
    product: str = "Testafil 10 mg tablets",
    batches: tuple[tuple[str, str], ...] = (("TX1001", "11/2027"), ("TX1002", "12/2027")),
    issued: date = date(2026, 11, 21),
    hour: int = 9,
    patient_advice: str = "",
    path: str | None = None,
    title: str | None = None,
    withdrawn: str = "",
) -> FeedItem:
    """A medicines recall (class 4: a notification)."""
    kind = "Medicines Defect Notification" if class_ == 4 else "Medicines Recall"
    within = {2: "Action Within 48 Hours", 3: "Action Within 5 Days", 4: "Caution In Use"}.get(class_, "Action Now")
    title = title or f"Class {class_} {kind}: Example Pharma Limited, {product}, {reference}"
    advice = f"<h2>Advice for patients</h2><p>{patient_advice}</p>" if patient_advice else ""
    html = (
        f"<p>Class {class_} {kind}: {within} - {level} Level</p>"
        "<h2>Marketing Authorisation Holder</h2><p>Example Pharma Limited</p>"
        f"<h2>Medicine Details</h2><p>{product}</p><h3>Affected Lot Batch Numbers</h3>{table(*batches)}"
        f"{advice}<h2>Advice for Healthcare Professionals</h2><p>Hold the listed batches back and return them.</p>"
    )
    return item(title, html, path=path, issued=issued, hour=hour, withdrawn=withdrawn)


def item(
    title: str,
    html: str,
    path: str | None = None,
    issued: date = date(2026, 11, 21),
    hour: int = 9,
    alert_type: str = "medicines-recall-notification",
    withdrawn: str = "",
) -> FeedItem:
    """Any notice."""
    slug = "".join(c if c.isalnum() else "-" for c in title.lower())
    path = path or f"/drug-device-alerts/{slug}"
    return FeedItem(
        source=SOURCE,
        path=path,
        url=f"https://www.gov.uk{path}",
        title=title,
        html=html,
        raw=json.dumps({"title": title, "body": html, "withdrawn": withdrawn}).encode(),
        published=datetime(issued.year, issued.month, issued.day, hour, tzinfo=LONDON),
        issued=issued,
        alert_type=alert_type,
        withdrawn=Withdrawal(withdrawn, None) if withdrawn else None,
    )
