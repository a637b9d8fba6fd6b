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
    "<p> </p> <table> </table> <tr> </tr> <td> </td> <th> <td\u00a0rowspan=3> <h2> </h2> <br> <sup> </sup> &amp; &#x0; <div> <li> \u200b \u0301 \n "
    "Class\u00a02\u00a0Medicines\u00a0Recall: EL(24)A/36 NatPSA/2024/001/DHSC MDR\u00a094-06/18 supersedes replaces Batch Expiry Lot\u00a0No. A12345 "
    "05/2027 31/12/2027 From to 5000001 5000009 All\u00a0batches are recalled Patient\u00a0level Pharmacy/Wholesaler\u00a0Level Action\u00a0within "
    "48\u00a0hours Action\u00a0Now complete\u00a0by 12\u00a0May\u00a02024 12:34 Issued UPDATE: Acme\u00a0Ltd, PL\u00a012345/0001 Advice\u00a0for\u00a0patients "
    "Patients\u00a0should Medicine\u00a0Details Marketing\u00a0Authorisation\u00a0Holder Active\u00a0ingredient: GTIN:\u00a05014124144224 . , ; ( ) | * ™ é".split(
        " "
    )
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
