"""What only some kinds of notice say: one short notice of our own for each, with the words that each fact rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from msat.alerts.model import Alert, Where
from msat.alerts.read import read
from msat.clock import stamp
from tests.alerts.test_read import item

CAS = """Central Alerting System
Versions: 2
Originator: Medicines and Healthcare products Regulatory Agency
Issue date: Originally issued on 02-Feb-2021 09:00:15. This version was issued on 03-Feb-2021 11:30:00
Reference: NatPSA/2021/001/MHRA
This alert has been issued to:
GP Practices
Dispensing GP Practices
Primary Care Networks
Community Pharmacy
Action category: For action
Broadcast content: Some testafil pens give no dose.
Actions to be underway by 4 February 2021, actions to be completed by 5 February 2021."""

OLD_DEVICE = (
    "<h2>Action</h2><p>Find the warming mats and put them aside.</p><h4>Action by</h4><p>All staff who use them</p>"
    "<p>Loan stores</p><h4>Deadlines for actions</h4>"
    "<p>Actions underway: 20 July 2015, actions complete: 3 August 2015</p><h2>Device details</h2><p>Mats</p>"
    "<table><tr><th>Label</th><th>Part</th></tr><tr><td>Acme</td><td>20421</td></tr></table>"
    "<h2>Manufacturer contacts</h2><p>Acme Devices</p><p>Telephone: 01234 567890</p>"
)

ARTICLE = (
    "<div class='call-to-action'><p>For updated information, see <a href='/x'>the newer article</a>.</p></div>"
    "<div class='call-to-action'><p>When treating people who take testafil:</p><ul><li>test their ketones</li>"
    "<li>stop it if they have symptoms</li></ul></div><h2>Reports</h2><p>Reports came in.</p>"
    "<p>Article citation: Drug Safety Update Volume 8 issue 11 June 2015 1.</p>"
)


def values(facts: tuple[Any, ...]) -> list[str]:
    return [fact.value for fact in facts]


def limits(alert: Alert) -> list[str]:
    return [f"{d.kind} {stamp(d.at)}" if d.at else f"{d.kind} {d.hours}" for d in alert.deadlines]


def test_a_cas_message() -> None:
    alert = read(item("Recall of testafil pens", CAS, path="/pasted/cas"))
    assert alert.key == "NatPSA/2021/001/MHRA"
    assert values(alert.audience) == [
        "GP Practices", "Dispensing GP Practices", "Primary Care Networks", "Community Pharmacy"
    ]  # fmt: skip
    assert alert.issued is not None
    assert alert.issued.value == "2021-02-02T09:00:00Z"
    assert limits(alert) == ["underway 2021-02-04T23:59:59Z", "complete 2021-02-05T23:59:59Z"]


def test_an_old_device_alert() -> None:
    alert = read(item("Warming mats - risk of burns (MDA/2015/026)", OLD_DEVICE, alert_type="devices"))
    assert alert.family.value == "medical-device-alert"
    assert alert.key == "MDA/2015/026"
    assert values(alert.audience) == ["All staff who use them", "Loan stores"]
    assert values(alert.devices) == ["Mats", "Acme | 20421"]
    assert alert.company is not None
    assert alert.company.value == "Acme Devices"
    assert limits(alert) == ["underway 2015-07-20T22:59:59Z", "complete 2015-08-03T22:59:59Z"]
    assert alert.alert_class is None


def test_a_drug_safety_update_article() -> None:
    alert = read(item("Testafil: risk of ketoacidosis", ARTICLE, path="/drug-safety-update/testafil"))
    assert alert.call_to_action is not None
    assert alert.call_to_action.words == (
        "When treating people who take testafil:\ntest their ketones\nstop it if they have symptoms"
    )
    assert alert.citation is not None
    assert alert.citation.value == "volume 8, issue 11, June 2015: 1"
    assert alert.items == ()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Drug Safety Update volume 12, issue 9: April 2019: 3.", "volume 12, issue 9, April 2019: 3"),
        ("MHRA Safety Update volume 18, issue 3: October 2024: 4", "volume 18, issue 3, October 2024: 4"),
        ("Article date: October 2009, Drug Safety Update vol 3 issue 3", "volume 3, issue 3"),
        ("It was in the Drug Safety Update of June.", ""),
    ],
)
def test_citations(line: str, value: str) -> None:
    alert = read(item("Thing", f"<p>First.</p><h2>More</h2><p>{line}</p>", path="/drug-safety-update/thing"))
    assert (alert.citation.value if alert.citation else "") == value


@pytest.mark.parametrize(
    ("title", "body", "tier", "starts", "ends"),
    [
        ("Medicine Supply Notification: Testafil 5mg, MSN/2024/012", "<p>Tier 2 - medium impact</p>", "2", "", ""),
        (
            "Medicine Supply Notification: Testafil 5mg, MSN/2024/013",
            "<p>Moved from Tier 2 to Tier 3.</p>", "", "", "",
        ),
        (
            "Serious Shortage Protocol SSP015: Testafil patches",
            "<p>Start date: 29 April 2022</p><p>End date: 29 July 2022</p>", "", "2022-04-29", "2022-07-29",
        ),
        (
            "Serious Shortage Protocol SSP016: Testafil gel",
            "<p>Start date: 29 April 2022</p><p>End date: 29 July 2022, extended until 28 October 2022</p>",
            "", "2022-04-29", "2022-10-28",
        ),
        (
            "Serious Shortage Protocol SSP060 for Testafil",
            "<p>This protocol is valid from Friday 24 May 2024 to 22 November 2024.</p>",
            "", "2024-05-24", "2024-11-22",
        ),
        (
            "Medicine Supply Notification: Testafil 5mg, MSN/2024/014",
            "<p>Reviewed on 3 May 2024. Out of stock until late July 2024.</p>", "", "", "",
        ),
    ],
)  # fmt: skip
def test_supply_notices(title: str, body: str, tier: str, starts: str, ends: str) -> None:
    alert = read(item(title, body, path="/pasted/supply"))
    assert alert.family.value == ("serious-shortage-protocol" if "Protocol" in title else "supply-notification")
    found = [fact.value if fact else "" for fact in (alert.tier, alert.starts, alert.ends)]
    assert found == [tier, starts, ends]
    assert ("more than one tier" in " ".join(alert.unread)) == ("Moved" in body)


def test_a_message_of_the_chief_medical_officer() -> None:
    html = "<p>Distribution: All GPs; community pharmacies; NHS trusts</p><p>Actions to be completed by 3 May 2024</p>"
    alert = read(item("Testavir for people at risk (CEM/CMO/2024/001)", html, path="/pasted/cmo"))
    assert (alert.key, alert.family.value) == ("CEM/CMO/2024/001", "urgent-message")
    assert values(alert.audience) == ["All GPs", "community pharmacies", "NHS trusts"]
    assert limits(alert) == ["complete 2024-05-03T22:59:59Z"]


def test_a_drug_alert_of_2014() -> None:
    html = (
        "<p>Drug Alert Class 2: Action within 48 hours</p><p>Patient, pharmacy and wholesaler level recall</p>"
        "<h2>MDR Number</h2><p>MDR 031-02/14</p><h2>Company name</h2><p>Acme Limited</p>"
        "<h2>Product description</h2><p>Testafil 5mg tablets, PL 12345/0001</p>"
        "<table><tr><th>Batch number</th><th>Expiry date</th></tr><tr><td>AB1234</td><td>Sept 2015</td></tr></table>"
        "<h2>Brief description of the issue</h2><p>Some packs hold another strength.</p>"
        "<h2>Advice for healthcare professionals</h2><p>Return the batch.</p>"
    )
    alert = read(item("Drug Alert: Testafil 5mg tablets", html, alert_type="drugs", issued=date(2014, 3, 4)))
    assert (alert.family.value, alert.alert_class and alert.alert_class.value) == ("medicines-recall", "2")
    assert (alert.level and alert.level.value, alert.case and alert.case.value) == ("patient", "MDR 031-02/14")
    assert alert.key == alert.path
    assert alert.company is not None
    assert alert.company.value == "Acme Limited"
    assert alert.problem is not None
    assert alert.problem.value == "Some packs hold another strength."
    assert [(b.number, b.expires) for b in alert.batches] == [("AB1234", date(2015, 9, 30))]


@pytest.mark.parametrize(
    ("more", "html"),
    [
        ({"nation": "us"}, "<p>Class II recall. Action within 48 hours. Recall to patient level.</p>"),
        ({"nation": "eu"}, "<p>Class 2 medicines recall EL(24)A/09, batch AB1234</p>"),
        ({"url": "https://www.fda.gov/x"}, "<p>Class I recall of tablets</p>"),
        ({"url": "https://www.ema.europa.eu/x"}, "<p>National Patient Safety Alert</p>"),
        ({"url": ""}, "<p>U.S. Food and Drug Administration</p><p>Class 2 recall, nationwide</p>"),
    ],
)
def test_what_comes_from_abroad_is_no_mhra_notice(more: dict[str, Any], html: str) -> None:
    given = replace(item("Acme recalls testafil", html, path="/abroad/1"), **({"url": ""} | more))
    alert = read(given)
    assert (alert.family.value, alert.alert_class, alert.level, alert.reference) == ("unknown", None, None, None)
    assert (alert.key, alert.deadlines) == ("/abroad/1", ())
    assert alert.nation
    assert any("outside the United Kingdom" in sentence for sentence in alert.unread)


@pytest.mark.parametrize("nation", ["uk", "UK", "england", "scotland", ""])
def test_what_comes_from_home_is_read(nation: str) -> None:
    alert = read(item("Class 2 Medicines Recall: Acme Ltd, Testafil, EL(24)A/09", nation=nation))
    assert (alert.alert_class and alert.alert_class.value, alert.nation) == ("2", "")


def test_a_class_in_roman_numerals_is_left_out_and_said() -> None:
    alert = read(item("Class II Recall: Testafil tablets", path="/pasted/1", alert_type=None))
    assert alert.alert_class is None
    assert any("Class II" in sentence for sentence in alert.unread)


@pytest.mark.parametrize(
    ("said", "at", "before"),
    [
        ("The deadline for completion has been extended from 12 May 2023 to 19 May 2023.", 19, 12),
        ("Actions to be completed by 12 May 2023. The deadline has been extended to 19 May 2023.", 19, 12),
        ("The action complete deadline was extended on 3 May 2023 from 12 May 2023 until 19 May 2023.", 19, 12),
        ("Actions to be completed by 12 May 2023.", 12, None),
    ],
)
def test_an_extended_deadline_keeps_the_old_date(said: str, at: int, before: int | None) -> None:
    (limit,) = read(item("Testafil (NatPSA/2023/004/MHRA)", f"<p>{said}</p>")).deadlines
    assert limit.at is not None
    assert (limit.kind, limit.at.day) == ("complete", at)
    assert (limit.extended_from.day if limit.extended_from else None) == before
    assert limit.words in said


def test_the_date_of_another_alert_is_not_its_own() -> None:
    html = (
        "<p>Alert reference: NatPSA/2023/008/DHSC</p>"
        "<p>This alert has been superseded by NatPSA/2024/001/DHSC, issued on 3 January 2024.</p>"
        "<p>NatPSA/2020/001/MHRA was superseded by NatPSA/2021/002/MHRA.</p>"
    )
    alert = read(item("Shortage of testaglutide", html, path="/pasted/2"))
    assert alert.key == "NatPSA/2023/008/DHSC"
    assert alert.issued is None
    assert [(fact.value, fact.where) for fact in alert.superseded_by] == [("NatPSA/2024/001/DHSC", Where.TEXT)]
    assert alert.supersedes == ()


def test_every_fact_rests_on_words_of_the_text() -> None:
    for title, html, more in (
        ("Recall of testafil pens", CAS, {"path": "/pasted/cas"}),
        ("Warming mats", OLD_DEVICE, {"alert_type": "devices"}),
        ("Testafil", ARTICLE, {"path": "/drug-safety-update/testafil"}),
    ):
        alert = read(item(title, html, **more))
        facts = [*alert.facts().values(), *alert.audience, *alert.devices, *alert.superseded_by]
        assert facts
        for fact in facts:
            held = {Where.TITLE: alert.title, Where.TEXT: alert.text}.get(fact.where)
            assert held is None or fact.words in held
