"""The version document: canonical, deterministic, and closed to foreign bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from msat.alerts.read import read
from msat.alerts.versions import decode, encode
from msat.errors import RecordProblem
from msat.feeds.model import ChangeNote, FeedItem, Withdrawal
from msat.ids import SourceId

ITEM = FeedItem(
    SourceId("govuk-alerts"),
    "/drug-device-alerts/x",
    "https://www.gov.uk/x",
    "Class 2 Medicines Recall: Acme Ltd, Thing, EL(24)A/52",
    "<p>Action Within 48 Hours - Patient Level</p><p>Actions to be completed by 12 May 2026.</p>"
    "<table><tr><td>Batch</td><td>Expiry</td></tr><tr><td>A1234</td><td>05/2027</td></tr></table>",
    b"raw",
    published=datetime(2026, 5, 1, 13, 21, 27, tzinfo=UTC),
    issued=date(2026, 5, 1),
    alert_type="medicines-recall-notification",
    specialisms=("pharmacy",),
    content_id="c-1",
    withdrawn=Withdrawal("Wrong.", datetime(2026, 5, 2, tzinfo=UTC)),
    changes=(ChangeNote("Batch added.", datetime(2026, 5, 2, tzinfo=UTC)),),
)


def test_an_alert_comes_back_as_it_went_in() -> None:
    alert = read(ITEM)
    assert alert.batches
    assert alert.deadlines
    assert decode(encode(ITEM, alert)) == alert


def test_the_bytes_are_deterministic_and_hold_nothing_raw() -> None:
    assert encode(ITEM, read(ITEM)) == encode(replace(ITEM, raw=b"other"), read(ITEM))
    assert encode(ITEM, read(ITEM)).startswith(b'{"alert":{')


def test_half_surrogates_do_not_stop_it() -> None:
    item = replace(ITEM, title="Recall \ud800 x", html="<p>\udc00</p>", description="\ud801")
    assert decode(encode(item, read(item))).title.startswith("Recall")


GOOD = encode(ITEM, read(ITEM))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b"\xff",
        GOOD + b" ",
        GOOD[:-1],
        GOOD.replace(b"msat-version-v1", b"msat-version-v9"),
        b'{"a":1,"a":1}',
        b"[" * 100_000,
        b'{"format":NaN}',
        b'{"format":"msat-version-v1"}',
        b'{"alert":{},"format":"msat-version-v1"}',
        GOOD.replace(b'"specialisms":["pharmacy"]', b'"specialisms":[1]'),
    ],
)
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(RecordProblem):
        decode(data)
