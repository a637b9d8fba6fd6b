"""What differs between two versions, and whether it re-opens completed records (E01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from msat.alerts.compare import Difference, compare, is_material
from msat.alerts.model import Alert
from msat.alerts.read import read
from msat.feeds.model import FeedItem, Withdrawal
from msat.ids import SourceId

ROW = "<tr><td>240536</td><td>04/2026</td><td>56</td><td>Not yet distributed</td></tr>"
BODY = (
    "<p>Class 2 Medicines Recall: Action Within 48 Hours - Pharmacy Level"
    "</p><h2>Marketing Authorisation Holder</h2><p>Acme Ltd</p>"
    "<h2>Medicine Details</h2><p>Labetalol 200 mg tablets</p><p>PL: 12345/0001</p>"
    "<table><tr><th>Batch No.</th><th>Expiry Date</th><th>Pack Size</th><th>First Distributed</th></tr>"
    + ROW
    + "</table>"
    "<p>Actions to be completed by 12 May 2026.</p>"
    "<h2>Advice for patients</h2><p>Patients should keep taking their tablets."
    "</p><h2>Enquiries</h2><p>Telephone 020 3080 6000.</p>"
)
ITEM = FeedItem(
    SourceId("govuk-alerts"),
    "/drug-device-alerts/x",
    "https://www.gov.uk/x",
    "Class 2 Medicines Recall: Acme Ltd, Labetalol 200 mg tablets, EL(24)A/52",
    BODY,
    b"",
    issued=date(2026, 5, 1),
    alert_type="medicines-recall-notification",
)


def changed(old: str, new: str) -> tuple[Difference, ...]:
    assert old in BODY
    return compare(read(ITEM), read(replace(ITEM, html=BODY.replace(old, new))))


def material(differences: tuple[Difference, ...]) -> list[str]:
    return [difference.text for difference in differences if difference.material]


def test_the_same_notice_has_no_difference() -> None:
    assert compare(read(ITEM), read(ITEM)) == ()


@pytest.mark.parametrize(
    ("old", "new", "want"),
    [
        (
            ROW,
            ROW + "<tr><td>240537</td><td>05/2026</td><td>56</td><td></td></tr>",
            "Batch 240537 added, expiry 05/2026.",
        ),
        (ROW, "<tr><td>240537</td><td>05/2026</td><td>56</td><td></td></tr>", "Batch 240536 removed, expiry 04/2026."),
        ("04/2026", "06/2026", "Batch 240536: expiry changed from 04/2026 to 06/2026."),
        ("Pharmacy Level", "Patient, Pharmacy and Wholesaler Level", "Level changed from pharmacy to patient."),
        (
            "12 May 2026",
            "10 May 2026",
            "Actions complete by: brought forward from 12 May 2026 23:59 to 10 May 2026 23:59.",
        ),
        ("Within 48 Hours", "Within 24 Hours", "Time limit: brought forward from 48 hours to 24 hours."),
        (
            "keep taking",
            "stop taking",
            "Advice for patients changed from “Patients should keep taking their tablets.” "
            "to “Patients should stop taking their tablets.”.",
        ),
        ("Labetalol 200 mg tablets</p>", "Labetalol 100 mg tablets</p>", "Product added: Labetalol 100 mg tablets."),
        (ROW, "<tr><td>All batches</td><td></td><td></td><td></td></tr>", "Now says: “All batches”."),
    ],
)
def test_a_material_difference_is_said(old: str, new: str, want: str) -> None:
    found = changed(old, new)
    assert is_material(found)
    assert want in material(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("020 3080 6000", "020 3080 7000"),
        ("04/2026", "30 Apr 2026"),
        ("Not yet distributed", "not yet distributed"),
        ("Not yet distributed", "01/05/2026"),
        ("12 May 2026", "14 May 2026"),
        ("should keep taking their tablets", "should keep taking their tablets "),
        ("Enquiries", "Questions"),
    ],
)
def test_any_other_difference_is_a_note(old: str, new: str) -> None:
    assert material(changed(old, new)) == []


def test_a_new_telephone_number_is_shown_as_wording() -> None:
    (difference,) = changed("020 3080 6000", "020 3080 7000")
    assert (difference.field, difference.material) == ("text", False)
    assert "7000" in difference.text


def test_class_and_withdrawal_are_material() -> None:
    old: Alert = read(ITEM)
    graver = read(replace(ITEM, title=ITEM.title.replace("Class 2", "Class 1")))
    assert "Class changed from 2 to 1." in material(compare(old, graver))
    gone = read(replace(ITEM, withdrawn=Withdrawal("Issued in error.", None)))
    assert material(compare(old, gone)) == ["Withdrawn by the publisher: Issued in error."]


def test_the_same_number_for_two_products_is_two_batches() -> None:
    two = BODY.replace("Batch No.</th>", "Batch No.</th><th>Product</th>").replace(
        "240536</td>", "240536</td><td>One</td>"
    )
    more = two.replace("</table>", "<tr><td>240536</td><td>Two</td><td>04/2026</td><td>56</td><td></td></tr></table>")
    found = compare(read(replace(ITEM, html=two)), read(replace(ITEM, html=more)))
    assert material(found) == ["Batch 240536 added, expiry 04/2026."]
