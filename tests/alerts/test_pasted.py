"""The facts of pasted texts, each with words that stand in the text: notices that no feed carries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from msat.alerts.model import Alert, Where
from msat.alerts.read import read
from msat.feeds.paste import from_file
from msat.projections.highlights import all_facts
from tests.notices import item

DATA = Path(__file__).resolve().parents[1] / "data" / "pasted"
ALL = sorted(path.name for path in DATA.iterdir())


def alert(name: str) -> Alert:
    return read(from_file(name, (DATA / name).read_bytes()).item)


def facts(name: str) -> dict[str, str]:
    return {key: fact.value for key, fact in alert(name).facts().items()}


@pytest.mark.parametrize("name", ALL)
def test_every_quoted_word_stands_in_title_or_text(name: str) -> None:
    found = alert(name)
    assert found.reference is not None
    for fact in all_facts(found):
        if fact.where in (Where.TITLE, Where.TEXT):
            assert fact.is_in_place, fact
            text = found.title if fact.where is Where.TITLE else found.text
            assert text[fact.start : fact.end] == fact.words


def test_a_shortage_alert_of_the_central_alerting_system() -> None:
    found = alert("natpsa_forwarded.txt")
    said = facts("natpsa_forwarded.txt")
    assert said["reference"] == "NatPSA/2026/021/DHSC"
    assert said["family"] == "national-patient-safety-alert"
    assert said["issuer"] == "DHSC"
    assert said["issued"] == "2026-02-02T09:00:00Z"
    assert [fact.value for fact in found.supersedes] == ["NatPSA/2025/019/DHSC"]
    assert {d.kind: (d.words, d.at.date() if d.at else None) for d in found.deadlines} == {
        "underway": ("Action underway deadline: 04-Feb-2026", date(2026, 2, 4)),
        "complete": ("Actions to be completed by 28th February 2026", date(2026, 2, 28)),
    }
    assert found.update is None, "“has been issued to” is no update"


def test_a_recall_copied_from_its_page() -> None:
    found, said = alert("page_of_recall.txt"), facts("page_of_recall.txt")
    assert (said["reference"], said["class"], said["level"]) == ("EL(26)A/61", "2", "pharmacy")
    assert (said["company"], said["issued"]) == ("Example Pharma Limited", "2026-11-20")
    assert [(b.number, b.expiry, b.pack_size, b.first_distributed, b.product) for b in found.batches] == [
        ("TX1001", "11/2027", "28", "01/06/2026", "Testafil 10 mg tablets"),
        ("TX1002", "31 Mar 2026", "28", "Not yet distributed", "Testafil 10 mg tablets"),
    ]
    assert found.products[0].gtin == "05012345678900"
    assert [d.hours for d in found.deadlines] == [48]
    assert said["patient_advice"].startswith("Patients should keep taking")


@pytest.mark.parametrize("name", ["page_of_recall.html", "table.eml"])
def test_a_recall_saved_or_sent_as_html(name: str) -> None:
    found, said = alert(name), facts(name)
    assert (said["reference"], said["class"], said["level"]) == ("EL(26)A/63", "3", "pharmacy")
    assert [b.number for b in found.batches] == ["TY1001", "TY1002"], "the footnote mark is no part of the number"
    assert [d.hours for d in found.deadlines] == [120]


@pytest.mark.parametrize("name", ["cmo_message.txt", "forwarded.eml"])
def test_a_message_of_the_chief_medical_officer(name: str) -> None:
    found, said = alert(name), facts(name)
    assert (said["reference"], said["family"]) == ("CEM/CMO/2026/001", "urgent-message")
    assert said["issued"] == "2026-11-19T16:30:00Z"
    assert [d.at for d in found.deadlines] == [datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("name", "reference", "family", "issued"),
    [
        ("supply_notice.txt", "MSN/2026/012", "supply-notification", "2026-11-12"),
        ("shortage_protocol.txt", "SSP087", "serious-shortage-protocol", None),
        ("company_letter.txt", "CLMR(26)A/05", "company-led-recall", None),
        ("england_alert.txt", "NatPSA/2026/022/NHSPS", "national-patient-safety-alert", "2026-11-03"),
        ("table_one_cell_a_line.txt", "EL(26)A/62", "medicines-notification", None),
    ],
)
def test_notices_that_come_by_email_alone(name: str, reference: str, family: str, issued: str | None) -> None:
    said = facts(name)
    assert (said["reference"], said["family"], said.get("issued")) == (reference, family, issued)


def test_a_company_letters_batch() -> None:
    batches = alert("company_letter.txt").batches
    assert [(b.number, b.expiry, b.pack_size, b.words) for b in batches] == [
        ("FD26A01", "08/2027", "10 ml", "FD26A01 | 08/2027 | 10 ml")
    ]


@pytest.mark.parametrize(
    "title",
    [
        "CAS Alert - EL(26)A/91 Class 2 Medicines Recall",
        "CAS Alert: NatPSA/2023/008/DHSC - Shortage of Testafil",
        "URGENT: for your attention, Class 2 Medicines Recall, EL(26)A/91",
        "MHRA Safety Alert EL(26)A/91: please read",
    ],
)
def test_words_that_say_what_kind_of_message_it_is_are_no_product(title: str) -> None:
    assert read(item(title, "<p>Pharmacy level recall.</p>")).products == ()


def test_a_product_stays_a_product_beside_such_words() -> None:
    (product,) = read(item("CAS Alert: Testafil 5 mg Tablets, EL(26)A/91", "<p>Pharmacy level recall.</p>")).products
    assert product.name == "Testafil 5 mg Tablets"
