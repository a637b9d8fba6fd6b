"""A small GOV.UK of our own making, with verbs: publish, edit, withdraw, take away, break. Answers as `Web` does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msat.errors import SourceFailure
from msat.feeds import failures
from msat.feeds.catalogue import Kind, Source
from msat.feeds.fetch import Answer
from msat.feeds.model import Validators
from msat.ids import SourceId, fingerprint

BASE = "https://www.gov.uk"
SOURCE = Source(
    SourceId("govuk-alerts"),
    "GOV.UK alerts",
    "MHRA",
    "alerts",
    Kind.GOVUK,
    BASE,
    15,
    336,
    "OGL",
    "uk",
    True,
    False,
    True,
)
START = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """Implements `Web`. Keeps every request in `asked` as (address, whether validators were sent)."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, bool]] = field(default_factory=list)
    faults: dict[str, SourceFailure | bytes] = field(default_factory=dict)
    page_size: int = 50
    ignores_filter: bool = False

    def publish(self, slug: str, title: str = "", body: str = "<p>Text.</p>", **more: Any) -> str:
        """A new notice, an hour later than the one before; its path."""
        path = f"/drug-device-alerts/{slug}"
        at = (START + timedelta(hours=len(self.pages))).isoformat()
        self.pages[path] = {
            "content_id": f"id-{slug}",
            "base_path": path,
            "title": title or f"Title of {slug}",
            "description": "",
            "public_updated_at": at,
            "schema_name": "specialist_document",
            "document_type": "medical_safety_alert",
            "withdrawn_notice": {},
            "details": {
                "body": body,
                "metadata": {"alert_type": "medicines-recall-notification", "issued_date": "2026-08-01"},
                "change_history": [{"note": "First published.", "public_timestamp": at}],
            },
        } | more
        return path

    def publish_many(self, count: int) -> list[str]:
        return [self.publish(f"notice-{number:04}") for number in range(count)]

    def edit(self, path: str, body: str) -> None:
        """A minor edit: no list shows it."""
        self.pages[path]["details"]["body"] = body

    def republish(self, path: str) -> None:
        """Moves the notice to the top of every list."""
        self.pages[path]["public_updated_at"] = (START + timedelta(days=300)).isoformat()

    def withdraw(self, path: str, explanation: str) -> None:
        self.pages[path]["withdrawn_notice"] = {"explanation": explanation, "withdrawn_at": "2026-09-01T10:00:00Z"}

    def breaks(self, part: str, fault: SourceFailure | bytes) -> None:
        """Every address holding `part` fails so, or answers these bytes."""
        self.faults[part] = fault

    def mended(self) -> None:
        self.faults.clear()

    def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
        self.asked.append((url, validators is not None))
        fault = next((fault for part, fault in self.faults.items() if part in url), None)
        if isinstance(fault, SourceFailure):
            raise fault
        parts = urlsplit(url)
        body = fault if fault is not None else self._body(parts.path, parse_qs(parts.query))
        etag = f'"{fingerprint(body)[:16]}"'
        new = Validators(etag, None, fingerprint(body))
        if validators and validators.etag == etag:
            return Answer(304, b"", url, "", new, not_modified=True)
        return Answer(200, body, url, "application/json", new)

    def _body(self, path: str, query: Mapping[str, list[str]]) -> bytes:
        if path == "/drug-device-alerts.atom":
            return self._atom(int(query.get("page", ["1"])[0])).encode()
        if path == "/api/search.json":
            return self._search(query)
        page = self.pages.get(path.removeprefix("/api/content"))
        if page is None:
            raise failures.said("GOV.UK", 404, None)
        return json.dumps(page).encode()

    def _newest(self) -> list[dict[str, Any]]:
        return sorted(self.pages.values(), key=lambda page: str(page["public_updated_at"]), reverse=True)

    def _atom(self, number: int) -> str:
        rows = self._newest()[(number - 1) * self.page_size : number * self.page_size]
        entries = "".join(
            f"<entry><id>tag:www.gov.uk,2005:{row['base_path']}</id><updated>{row['public_updated_at']}</updated>"
            f'<link rel="alternate" type="text/html" href="{BASE}{row["base_path"]}"/>'
            f"<title>{escape(row['title'])}</title></entry>"
            for row in rows
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>Alerts</title>{entries}</feed>'

    def _search(self, query: Mapping[str, list[str]]) -> bytes:
        rows = self._newest()
        since = query.get("filter_public_timestamp", [""])[0].removeprefix("from:")
        if since and not self.ignores_filter:
            rows = [row for row in rows if str(row["public_updated_at"]) >= since]
        start, count = int(query["start"][0]), int(query["count"][0])
        results = [
            {"link": row["base_path"], "title": row["title"], "public_timestamp": row["public_updated_at"]}
            for row in rows[start : start + count]
        ]
        return json.dumps({"results": results, "total": len(rows)}).encode()
