"""Lists and their items: each item with its own lines, and nothing told apart that cannot be."""

from __future__ import annotations

import pytest

from msat.alerts.model import Alert
from msat.alerts.read import read
from tests.alerts.test_read import item

WEEK = "Field Safety Notices: 4 to 8 March 2024"


def listed(html: str, title: str = WEEK, kind: str = "field-safety-notices") -> Alert:
    return read(item(title, html, alert_type=kind))


def test_a_week_of_field_safety_notices() -> None:
    alert = listed(
        "<p>List of notices from 4 to 8 March 2024.</p>"
        "<h2>Acme: Suture balloon &amp; trocar</h2><p>05 March 2024</p><p>MD: Access port, single-use</p>"
        "<p>Model: OMS-T10SB</p><p>MHRA reference: <a href='https://mhra-gov.filecamp.com/s/d/abc'>28050499</a></p>"
        "<h2>Beta: Gamma Ltd: Chatbot</h2><p>13 February 2019<br>Diagnostic software<br>"
        "MHRA reference: <a href='/fsn/2'>2018/005/016/291/021</a></p><h2>Contact</h2><p>Write to us.</p>"
    )
    first, second = alert.items
    assert (first.company, first.device, first.model) == ("Acme", "Suture balloon & trocar", "OMS-T10SB")
    assert (first.date, first.category, first.reference) == ("2024-03-05", "MD: Access port, single-use", "28050499")
    assert first.url == "https://mhra-gov.filecamp.com/s/d/abc"
    assert (second.company, second.device) == ("Beta", "Gamma Ltd: Chatbot")
    assert (second.reference, second.url) == ("2018/005/016/291/021", "https://www.gov.uk/fsn/2")
    assert alert.unread == ()
    assert alert.batches == ()
    assert all(one.words in alert.text for one in alert.items)
    assert all(fact.words in one.words for one in alert.items for fact in one.references)


def test_a_pasted_week_without_headings() -> None:
    alert = listed(
        "Field safety notices\nAcme: Balloon\n05 March 2024\nMD: Access port\nMHRA reference: 28050499\n"
        "Beta: Chatbot\n13 February 2019\nMHRA reference: 2018/005/016/291/021"
    )
    assert [(one.title, one.reference) for one in alert.items] == [
        ("Acme: Balloon", "28050499"),
        ("Beta: Chatbot", "2018/005/016/291/021"),
    ]


@pytest.mark.parametrize(
    ("html", "numbers", "remark"),
    [
        ("<p>A number by itself. MHRA reference: 28050499</p>", [], "could not be told apart"),
        ("<h2>Acme: Port</h2><p>5 March 2024</p><p>MHRA reference: see below</p>", [""], "no number that could be"),
        ("<h2>Acme: Port</h2><p>5 March 2024</p><p>MHRA reference: 2805</p>", [""], "no number that could be read"),
        (
            "<h2>Acme: Port</h2><p>05 March 2024</p><p>MHRA references: 28050499 and 28050500</p>",
            ["28050499"],
            "",
        ),
    ],
)
def test_what_cannot_be_told_is_said(html: str, numbers: list[str], remark: str) -> None:
    alert = listed(html)
    assert [one.reference for one in alert.items] == numbers
    assert remark in " ".join(alert.unread)
    assert bool(alert.unread) == bool(remark)


def test_a_page_of_letters_and_recalls() -> None:
    alert = listed(
        "<h2>Letters</h2><ul><li><a href='/l1.pdf'>Testafil (testafilum): new warning</a>, sent 3 April 2023</li></ul>"
        "<h2>Medicine recalls and notifications</h2>"
        "<p><a href='/a'>Class 3 Medicines Recall: Acme Ltd, Otherol, EL (23)A/34</a>. Issued 5 April 2023.</p>"
        "<h3>Company led medicines recall: Beta Ltd, Thirdol PL 12345/0001</h3><p>Issued 7 April 2023. Batches.</p>"
        "<h3>Class 2 Medicines Recall: Acme Ltd, Fourthol</h3><p>EL (23)A/35, issued 9 April 2023</p>",
        "Letters and medicine recalls sent to healthcare professionals in April 2023",
        "",
    )
    assert alert.family.value == "drug-safety-update"
    assert [(one.reference, one.date, one.url.removeprefix("https://www.gov.uk")) for one in alert.items] == [
        ("", "2023-04-03", "/l1.pdf"),
        ("EL(23)A/34", "2023-04-05", "/a"),
        ("", "2023-04-07", ""),
        ("EL(23)A/35", "2023-04-09", ""),
    ]
    assert alert.items[3].title.endswith("Fourthol")
    assert alert.reference is None


def test_a_roundup_leaves_out_no_number() -> None:
    alert = listed(
        "<h2>Recalls</h2><p>Class 2 Medicines Recall: Something, EL(25)A/47</p>"
        "<p>EL(25)A/48, EL(25)A/49 and EL(25)A/51, all to patient level</p>",
        "MHRA Safety Roundup: November 2025",
        "mhra-safety-round-up",
    )
    assert [fact.value for one in alert.items for fact in one.references] == [
        "EL(25)A/47", "EL(25)A/48", "EL(25)A/49", "EL(25)A/51"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "https://[bad", ""]
)
def test_a_link_that_leads_to_no_page_is_no_address(address: str) -> None:
    alert = listed(
        f"<h2>Acme: Port</h2><p>05 March 2024</p><p>MHRA reference: <a href='{address}'>28050499</a></p>"
    )
    assert [one.url for one in alert.items] == [""]


def test_a_letter_without_link_and_number_is_told() -> None:
    alert = listed(
        "<h2>Letters</h2><p>In April 2023 the following letters were sent to healthcare professionals:</p>"
        "<ul><li>Testafil (testafilum): new warning on the liver</li></ul>"
        "<h2>Medicine recalls and notifications</h2>"
        "<p><a href='/a'>Class 3 Medicines Recall: Acme Ltd, Otherol, EL (23)A/34</a>. Issued 5 April 2023.</p>",
        "Letters and medicine recalls sent to healthcare professionals in April 2023",
        "",
    )
    assert [one.reference for one in alert.items] == ["EL(23)A/34"]
    assert alert.unread == (
        "A line under “Letters” gives no link and no number, and is not listed: “Testafil (testafilum): new warning on "
        "the liver”.",
    )
