"""Whatever comes in, reading never raises, and every quoted word stands where the fact says it does."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.alerts.compare import compare
from msat.alerts.model import Alert, Where
from msat.alerts.read import read
from msat.alerts.versions import decode, encode
from msat.feeds.model import FeedItem
from msat.ids import SourceId

PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<td\xa0rowspan=3>",
        "<h2>",
        "</h2>",
        "<br>",
        "<sup>",
        "</sup>",
        "&amp;",
        "&#x0;",
        "<div>",
        "<li>",
        "\u200b",
        "́",
        "\n",
        "Class\xa02\xa0Medicines\xa0Recall:",
        "EL(24)A/36",
        "NatPSA/2024/001/DHSC",
        "MDR\xa094-06/18",
        "supersedes",
        "replaces",
        "Batch",
        "Expiry",
        "Lot\xa0No.",
        "A12345",
        "05/2027",
        "31/12/2027",
        "From",
        "to",
        "5000001",
        "5000009",
        "All\xa0batches",
        "are",
        "recalled",
        "Patient\xa0level",
        "Pharmacy/Wholesaler\xa0Level",
        "Action\xa0within",
        "48\xa0hours",
        "Action\xa0Now",
        "complete\xa0by",
        "12\xa0May\xa02024",
        "12:34",
        "Issued",
        "UPDATE:",
        "Acme\xa0Ltd,",
        "PL\xa012345/0001",
        "Advice\xa0for\xa0patients",
        "Patients\xa0should",
        "Medicine\xa0Details",
        "Marketing\xa0Authorisation\xa0Holder",
        "Active\xa0ingredient:",
        "GTIN:\xa05014124144224",
        ".",
        ",",
        ";",
        "(",
        ")",
        "|",
        "*",
        "™",
        "é",
    ]
)
WORDS = st.lists(PIECES | st.text(max_size=6), max_size=60).map(lambda pieces: " ".join(pieces).replace("\u00a0", " "))
TYPES = st.sampled_from(
    [
        None,
        "medicines-recall-notification",
        "national-patient-safety",
        "device-safety-information",
        "odd",
        "mhra-safety-round-up",
    ]
)


def quoted(alert: Alert) -> Iterator[tuple[str, Where]]:
    """Every piece of words in the alert with the place it claims."""
    for fact in alert.facts().values():
        yield fact.words, fact.where
    for group in (alert.other_references, alert.all_batches, alert.supersedes, alert.deadlines, alert.products):
        for fact in group:
            yield fact.words, fact.where


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, WORDS, TYPES)
def test_reading_never_raises_and_words_are_literal(title: str, html: str, alert_type: str | None) -> None:
    item = FeedItem(SourceId("s"), "/drug-device-alerts/x", "https://x", title, html, b"", alert_type=alert_type)
    alert = read(item)
    places = {Where.TITLE: alert.title, Where.TEXT: alert.text, Where.DESCRIPTION: alert.description}
    for words, where in quoted(alert):
        assert where is Where.PUBLISHER or words in places[where]
    for batch in alert.batches:
        assert batch.words in alert.text or batch.words in alert.title
    assert decode(encode(item, alert)) == alert
    assert compare(alert, alert) == ()
    assert alert == read(item)
