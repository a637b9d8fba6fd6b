"""Notices and the facts they must give, side by side (tests/data/notices), and single readings that went wrong once."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from msat.alerts.model import Alert, Where
from msat.alerts.read import read
from msat.clock import stamp
from msat.feeds.model import FeedItem, Withdrawal
from msat.ids import SourceId

NOTICES = sorted((Path(__file__).parents[1] / "data" / "notices").glob("*.toml"))


def item(title: str, html: str = "", **more: Any) -> FeedItem:
    path = more.pop("path", "/drug-device-alerts/x")
    return FeedItem(SourceId("govuk-alerts"), path, f"https://www.gov.uk{path}", title, html, b"", **more)


def said(alert: Alert) -> dict[str, Any]:
    """The alert's facts in the short form of the notice files; empty ones left out."""
    facts: dict[str, Any] = {name: fact.value for name, fact in alert.facts().items()}
    for long in ("professional_advice", "problem"):
        facts.pop(long, None)
    facts["key"] = alert.key
    facts["deadlines"] = [
        f"{d.kind} {stamp(d.at)}" if d.at else f"{d.kind} {d.hours} hours" if d.hours else d.kind
        for d in alert.deadlines
    ]
    facts["products"] = [product.name for product in alert.products]
    facts["licences"] = [product.licence for product in alert.products if product.licence]
    facts["batches"] = [f"{b.number} {b.expires or ''}" for b in alert.batches]
    facts["all_batches"] = [fact.value for fact in alert.all_batches]
    facts["supersedes"] = [fact.value for fact in alert.supersedes]
    facts["others"] = [fact.value for fact in alert.other_references]
    facts["unread"] = len(alert.unread)
    return {name: value for name, value in facts.items() if value}


def test_there_are_notices() -> None:
    assert len(NOTICES) == 17


@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_a_notice_gives_exactly_its_facts(path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    want = dict(case["expect"])
    alert = read(
        item(
            case["title"],
            case["html"],
            path=f"/drug-device-alerts/{path.stem}",
            alert_type=case.get("alert_type"),
            issued=case.get("issued"),
        )
    )
    want.setdefault("issuer", "MHRA")
    if not want["key"].startswith("/"):
        want.setdefault("reference", want["key"])
    assert said(alert) == want


@pytest.mark.parametrize(
    ("title", "family", "grade"),
    [
        ("UPDATE: Class 2 Medicines Recall: Acme Ltd, Thing 5mg tablets, EL(25)A/03", "medicines-recall", "2"),
        ("Class 2 medicines recall: Thing", "medicines-recall", "2"),
        ("Class 3 FMD Medicines Recall, Parallel Distributed Medicines", "falsified-medicine", "3"),
        ("Drug Alert Class 4: Acme Ltd, Thing", "medicines-notification", "4"),
        ("Class 4 Medicines Notification: Acme Ltd, Thing, EL (24)A/10", "medicines-notification", "4"),
        ("Thing 5mg Caplets - Pharmacy level recall", "medicines-recall", None),
        ("Recall of Thing 4mg", "medicines-recall", None),
        ("Thing 60mg Tablets in the wrong carton (CDLA (16)A/08)", "company-led-recall", None),
        ("Alert Search Field Safety Notices: 24 to 28 April 2023", "field-safety-notices", None),
        ("Letters and medicine recalls sent to healthcare professionals in April 2023", "drug-safety-update", None),
        ("Medicine Supply Notification: Thing, MSN/2024/012", "supply-notification", None),
        ("Stop the other thing (CEM/CMO/2024/001)", "urgent-message", None),
        ("Medical device alert: pumps", "medical-device-alert", None),
        ("Nothing that anybody knows", "unknown", None),
    ],
)
def test_the_family_and_class_of_a_title(title: str, family: str, grade: str | None) -> None:
    alert = read(item(title, alert_type="medicines-recall-notification"))
    assert alert.family.value == family
    assert (alert.alert_class.value if alert.alert_class else None) == grade


@pytest.mark.parametrize(
    ("title", "company", "product"),
    [
        (
            "Class 2 Medicines Recall: Acme Laboratories Ltd, Thing 5mg, EL(24)A/50",
            "Acme Laboratories Ltd",
            "Thing 5mg",
        ),
        ("Class 3 Medicines Recall: Acme Europe Ltd Thing 50 mcg, EL(24)A/46", "Acme Europe Ltd", "Thing 50 mcg"),
        (
            "Class 2 Medicines Recall: Thing 5mg, injection, Acme Limited, EL(25)A/27",
            "Acme Limited",
            "Thing 5mg, injection",
        ),
        ("Class 2 Medicines Recall, Acme GmbH (T/A Acme LLP) Thing, EL (20) A/61", "Acme GmbH (T/A Acme LLP)", "Thing"),
        ("Class 2 Medicines Recall: Own syrup manufactured by Bell, Sons & Co.", "Bell, Sons & Co.", "Own syrup"),
        (
            "Class 2 Medicines Recall: Thing 5mg tablets, Unsure Name, EL(25)A/17",
            None,
            "Thing 5mg tablets, Unsure Name",
        ),
        (
            "Class 2 Medicines Recall: Acme plc, Thing 5mg tablets (Batch 85641), EL (20)A/27",
            "Acme plc",
            "Thing 5mg tablets",
        ),
    ],
)
def test_a_title_is_divided_only_where_it_is_certain(title: str, company: str | None, product: str) -> None:
    alert = read(item(title, alert_type="medicines-recall-notification"))
    assert (alert.company.value if alert.company else None) == company
    assert [p.name for p in alert.products] == [product]


def test_a_batch_in_the_title_is_read_with_its_words() -> None:
    (batch,) = read(item("Class 2 Medicines Recall: Acme plc, Thing 5mg tablets (Batch 85641), EL (20)A/27")).batches
    assert (batch.number, batch.words, batch.product) == ("85641", "Batch 85641", "Thing 5mg tablets")


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("Batch numbers: 1234, 5678 and A9999 are affected.", ["1234", "5678", "A9999"]),
        ("Batch 240537, expiry 05/2026 has been added.", ["240537"]),
        ("Batch 123456 is not affected.", []),
        ("Replacement stock carries batch 123456.", []),
        ("The batch release was delayed until 2024 (PL 33616/0014).", []),
    ],
)
def test_batches_in_sentences(sentence: str, numbers: list[str]) -> None:
    alert = read(item("Class 2 Medicines Recall: Acme plc, Thing", f"<p>{sentence}</p>"))
    assert [batch.number for batch in alert.batches] == numbers
    assert all(batch.words in alert.text for batch in alert.batches)


@pytest.mark.parametrize(
    "sentence",
    [
        "All batches listed below are recalled.",
        "No other batches are recalled.",
        "Not all batches are recalled.",
        "Recall all affected batches.",
    ],
)
def test_some_batches_are_not_all_batches(sentence: str) -> None:
    assert read(item("Class 2 Medicines Recall: Acme plc, Thing", f"<p>{sentence}</p>")).all_batches == ()


def test_a_page_of_plain_text_is_read_too() -> None:
    text = (
        "MEDICINES NOTIFICATION\nCLASS 4 MEDICINES DEFECT INFORMATION, EL(26)A/38\nCaution In Use\n"
        "Issued 17 September 2026\nDistribute to Pharmacy/Wholesaler Level\nMARKETING AUTHORISATION HOLDER (MAH)\n"
        "Acme Ltd\nMEDICINE DETAILS\nThing 5 mg Oral Suspension\nPL 00156/0322\nAFFECTED LOT BATCH NUMBERS\n"
        "Batch No. Expiry Date Pack Size First Distributed\n0162858 05/2028 1 18/08/2026\n"
        "0163605 07/2028 1 Not yet distributed\nPage 1 of 3 DMRC Ref: 40754020 EL(26)A/38"
    )
    alert = read(item("Thing 5 mg Oral Suspension", text))
    assert (alert.key, alert.family.value) == ("EL(26)A/38", "medicines-notification")
    assert [(b.number, b.expiry, b.pack_size, b.first_distributed, b.product) for b in alert.batches] == [
        ("0162858", "05/2028", "1", "18/08/2026", "Thing 5 mg Oral Suspension"),
        ("0163605", "07/2028", "1", "Not yet distributed", "Thing 5 mg Oral Suspension"),
    ]


def test_a_cas_page_gives_its_deadlines_and_time() -> None:
    html = (
        "<p>Reference: NatPSA/2021/001/MHRA</p><p>Originally issued on 02-Feb-2021 09:00:15</p>"
        "<table><tr><td>Action underway deadline</td><td>05-Feb-2021</td></tr>"
        "<tr><td>Action complete deadline</td><td>09-Feb-2021</td></tr></table>"
    )
    alert = read(item("Supply of a thing", html, path="/cas/1"))
    assert alert.issued is not None
    assert alert.issued.value == "2021-02-02T09:00:00Z"
    assert [(d.kind, d.at and d.at.date()) for d in alert.deadlines] == [
        ("underway", date(2021, 2, 5)),
        ("complete", date(2021, 2, 9)),
    ]


def test_working_days_are_not_turned_into_hours() -> None:
    alert = read(item("Class 3 Medicines Recall: Thing", "<p>Action within 5 working days</p>"))
    assert [(d.kind, d.hours, d.working_days, d.at) for d in alert.deadlines] == [("within", None, 5, None)]
    assert not alert.unread


def test_a_date_that_disagrees_is_said() -> None:
    alert = read(item("Class 3 Medicines Recall: Thing", "<p>Issued 3 May 2024</p>", issued=date(2024, 6, 9)))
    assert alert.issued is not None
    assert alert.issued.value == "2024-06-09"
    assert "3 May 2024" in alert.unread[0]


def test_a_withdrawal_is_the_publishers_word() -> None:
    alert = read(item("Class 3 Medicines Recall: Thing", withdrawn=Withdrawal("<p>It was wrong.</p>", None)))
    assert alert.withdrawn is not None
    assert (alert.withdrawn.value, alert.withdrawn.where) == ("It was wrong.", Where.PUBLISHER)


def test_a_denied_level_is_no_level() -> None:
    assert (
        read(item("Class 3 Medicines Recall: Thing", "<p>Recall: this is not a patient level recall.</p>")).level
        is None
    )


def test_the_deepest_level_of_several_counts() -> None:
    alert = read(
        item(
            "Class 2 Medicines Recall: Thing", "<p>Action Within 48 Hours - Patient, Pharmacy and Wholesaler Level</p>"
        )
    )
    assert alert.level is not None
    assert (alert.level.value, alert.level.words) == ("patient", "Patient, Pharmacy and Wholesaler Level")


def test_what_the_feed_could_not_keep_is_said() -> None:
    """A body that was too large to keep whole must never look fully read."""
    from dataclasses import replace

    from tests.notices import recall

    said = "The page is longer than can be kept: open the source."
    assert said in read(replace(recall(), not_read=said)).unread


def test_a_batch_that_is_struck_out_is_not_called_affected() -> None:
    """A publisher may strike a number out instead of removing it: it is left out, and a person is asked to look."""
    from dataclasses import replace

    from tests.notices import recall

    notice = recall()
    struck = read(replace(notice, html=notice.html.replace("<td>TX1001</td>", "<td><del>TX1001</del></td>")))
    assert [batch.number for batch in struck.batches] == ["TX1002"]
    assert any("struck out" in sentence for sentence in struck.unread)
    assert not any("struck out" in sentence for sentence in read(notice).unread)
