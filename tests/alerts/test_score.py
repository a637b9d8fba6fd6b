"""The score against the 135 shared notices: everything that is expected of each, and the figure in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from msat.alerts.model import Alert, Level
from msat.alerts.read import read
from msat.alerts.reference import normalise
from msat.feeds.model import FeedItem
from msat.ids import SourceId


@dataclass(frozen=True)
class Scored:
    title: str
    expect: dict[str, Any]
    alert: Alert


def item_of(notice: dict[str, Any]) -> FeedItem:
    return FeedItem(
        source=SourceId("govuk-alerts"),
        path=notice["path"],
        url="https://www.gov.uk" + notice["path"],
        title=notice["title"],
        html=notice["body"],
        raw=b"",
        published=datetime.fromisoformat(notice["public_timestamp"]),
        issued=date.fromisoformat(notice["issued_date"]) if notice["issued_date"] else None,
        alert_type=notice["alert_type"],
        specialisms=tuple(notice["medical_specialism"]),
        description=notice["description"],
        content_id=notice["content_id"],
    )


@pytest.fixture(scope="module")
def scored(shared: Path) -> list[Scored]:
    lines = (shared / "govuk" / "notices.jsonl").read_text(encoding="utf-8").splitlines()
    notices = [json.loads(line) for line in lines]
    return [Scored(n["title"], n["expect"], read(item_of(n))) for n in notices]


def wrong(scored: list[Scored], name: str, got: Any, want: Any) -> list[str]:
    bad = [f"{s.title}: {got(s)!r}, expected {want(s)!r}" for s in scored if got(s) != want(s)]
    print(f"{name}: {len(scored) - len(bad)} of {len(scored)} right")
    return bad


def test_every_class_is_right(scored: list[Scored]) -> None:
    assert len(scored) == 135
    assert not wrong(
        scored,
        "class",
        lambda s: int(s.alert.alert_class.value) if s.alert.alert_class else None,
        lambda s: s.expect["class"],
    )


def test_every_reference_is_right(scored: list[Scored]) -> None:
    def expected(s: Scored) -> str | None:
        return normalise(s.expect["reference"]) if s.expect["reference"] else None

    assert not wrong(scored, "reference", lambda s: s.alert.reference.value if s.alert.reference else None, expected)


def test_every_batch_is_there_and_exact(scored: list[Scored]) -> None:
    listed = [s for s in scored if "batches" in s.expect]
    assert not wrong(listed, "batches", lambda s: [b.number for b in s.alert.batches], lambda s: s.expect["batches"])
    total = sum(len(s.alert.batches) for s in listed)
    print(f"batch numbers: {total}")
    assert total == 188


def test_the_statements_about_all_lots(scored: list[Scored]) -> None:
    listed = [s for s in scored if "all_batches" in s.expect]
    assert not wrong(
        listed, "all lots", lambda s: [f.words for f in s.alert.all_batches], lambda s: s.expect["all_batches"]
    )
    assert sum(len(s.alert.all_batches) for s in listed) == 2


def test_every_level_is_the_deepest_named(scored: list[Scored]) -> None:
    listed = [s for s in scored if s.expect.get("level")]
    deepest = {"Pharmacy": Level.PHARMACY, "Pharmacy/Wholesaler": Level.PHARMACY}
    assert len(listed) == 28
    assert not wrong(
        listed,
        "level",
        lambda s: s.alert.level.value if s.alert.level else None,
        lambda s: deepest.get(s.expect["level"], Level.PATIENT),
    )
    assert all(s.expect["level"] in s.alert.level.words for s in listed if s.alert.level)


def test_a_case_number_is_never_the_key(scored: list[Scored]) -> None:
    cases = [s for s in scored if (s.expect["reference"] or "").startswith("MDR")]
    assert len(cases) == 7
    assert all(s.alert.case and s.alert.key == s.alert.path for s in cases)


def test_two_pages_of_one_number_are_one_alert(scored: list[Scored]) -> None:
    keys = [s.alert.key for s in scored]
    assert len(set(keys)) == 134
    assert keys.count("DSI/2023/002") == 2  # type: ignore[arg-type]
