"""A shipped source is called verified only where a real document of its publisher is read here, from bytes to facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from msat import shipped
from msat.alerts.read import read
from msat.feeds.catalogue import find_source, load_sources
from msat.feeds.govuk_page import read_page
from msat.feeds.parse import parse_feed
from tests.feeds.test_any_feed import Reader, items

SOURCES = load_sources(shipped.text("alerts/sources.toml"))


def the_alerts_of_govuk(shared: Path) -> None:
    """Two feeds as they were sent, and the content item of one alert with its deadlines."""
    feeds = sorted((shared / "corpus/govuk/atom").glob("*.xml"))
    assert len(feeds) == 2
    for file in feeds:
        feed = parse_feed(file.read_bytes())
        assert feed.entries
        assert all(entry.title and entry.link.startswith("https://www.gov.uk/") for entry in feed.entries)
    alert = page_of("govuk-alerts", shared / "corpus/govuk/content-items/drug-device-alerts.json")
    assert alert.family.value == "medical-device-alert"
    assert alert.issued is not None
    assert alert.issued.value == "2015-07-06"
    assert [deadline.words for deadline in alert.deadlines] == [
        "Actions underway: 20 July 2015",
        "actions complete: 3 August 2015",
    ]
    assert alert.unread == ()


def an_article_of_drug_safety_update(shared: Path) -> None:
    alert = page_of("govuk-dsu", shared / "corpus/govuk/content-items/drug-safety-update.json")
    facts = alert.facts()
    assert alert.family.value == "drug-safety-update"
    assert facts["citation"].value == "volume 8, issue 11, June 2015: 1"
    assert facts["call_to_action"].words in alert.text
    assert alert.unread == ()


def the_reports_of_openfda(shared: Path) -> None:
    """A whole reply of the interface with its frame."""
    body = (shared / "corpus/fda/openfda/drug_enforcement.sample.json").read_bytes()
    reports = json.loads(body)["results"]
    found = items(Reader(find_source(SOURCES, "openfda")).read(body))
    assert {item.path for item in found} == {f"openfda/{report['recall_number']}" for report in reports}
    for item in found:
        alert = read(item)
        report = next(one for one in reports if one["recall_number"] in item.path)
        assert report["recalling_firm"] in alert.text
        assert f"{report['classification']} (a class of the FDA, not of the MHRA)" in alert.text


PROOFS: dict[str, Callable[[Path], None]] = {
    "govuk-alerts": the_alerts_of_govuk,
    "govuk-dsu": an_article_of_drug_safety_update,
    "openfda": the_reports_of_openfda,
}


def page_of(source_id: str, file: Path):
    raw = file.read_bytes()
    return read(read_page(find_source(SOURCES, source_id).id, json.loads(raw)["base_path"], raw))


def test_only_what_is_proven_here_is_called_verified() -> None:
    assert {source.id for source in SOURCES if source.verified} == set(PROOFS)


def test_a_real_document_of_each_verified_source_is_read(shared: Path) -> None:
    for prove in PROOFS.values():
        prove(shared)
