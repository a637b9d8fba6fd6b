"""Differences in what only some kinds of notice have, and the golden corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from msat.alerts.compare import compare, is_material
from msat.alerts.read import read
from tests.alerts.test_families import ARTICLE, CAS, OLD_DEVICE
from tests.alerts.test_read import item
from tests.notices import recall

SSP = "<p>Start date: 29 April 2022</p><p>End date: 29 July 2022</p>"


@pytest.mark.parametrize(
    ("old", "new", "said", "material"),
    [
        ("GP Practices\n", "GP Practices\nGP - Locum\n", "Now addressed to GP - Locum.", True),
        ("Community Pharmacy\n", "", "No longer addressed to Community Pharmacy.", False),
        ("4 February 2021,", "3 February 2021,", "brought forward", True),
        ("5 February 2021.", "12 February 2021.", "put back", False),
    ],
)
def test_a_cas_message_sent_again(old: str, new: str, said: str, material: bool) -> None:
    assert old in CAS
    before, after = (read(item("Recall", text, path="/pasted/1")) for text in (CAS, CAS.replace(old, new)))
    (found,) = [one for one in compare(before, after) if said in one.text]
    assert (found.material, bool(found.why)) == (material, True)


def test_a_date_put_back_comes_with_the_words_it_rests_on() -> None:
    after = CAS.replace("completed by 5 February", "completed by 12 February")
    (found,) = compare(read(item("Recall", CAS, path="/p")), read(item("Recall", after, path="/p")))[:1]
    assert "from 5 February 2021" in found.text
    assert "to 12 February 2021" in found.text
    assert "actions to be completed by 12 February 2021" in found.why


@pytest.mark.parametrize(
    ("old", "new", "field", "material"),
    [
        ("29 July 2022", "29 October 2022", "ends", False),
        ("29 July 2022", "29 June 2022", "ends", True),
        ("29 April 2022", "20 April 2022", "starts", True),
    ],
)
def test_a_protocol_is_extended_or_shortened(old: str, new: str, field: str, material: bool) -> None:
    title = "Serious Shortage Protocol SSP015: Testafil patches"
    before, after = (read(item(title, html, path="/p")) for html in (SSP, SSP.replace(old, new)))
    assert [(one.field, one.material) for one in compare(before, after) if one.field != "text"] == [(field, material)]


def test_devices_and_the_advice_of_an_article() -> None:
    more = OLD_DEVICE.replace("</table>", "<tr><td>Acme</td><td>V6390</td></tr></table>")
    before, after = (read(item("Mats (MDA/2015/026)", html, alert_type="devices")) for html in (OLD_DEVICE, more))
    assert [one.text for one in compare(before, after) if one.material] == ["Device added: Acme | V6390."]
    other = ARTICLE.replace("test their ketones", "never test their ketones")
    before, after = (read(item("Testafil", html, path="/drug-safety-update/t")) for html in (ARTICLE, other))
    assert [one.field for one in compare(before, after) if one.material] == ["call_to_action"]


def test_a_successor_named_later_is_material() -> None:
    html = "<p>Alert reference: NatPSA/2023/008/DHSC</p>"
    before = read(item("Shortage", html, path="/p"))
    after = read(item("Shortage", html + "<p>This alert has been superseded by NatPSA/2024/001/DHSC.</p>", path="/p"))
    (found,) = [one for one in compare(before, after) if one.field == "superseded_by"]
    assert (found.text, found.material) == ("Now says that it is superseded by NatPSA/2024/001/DHSC.", True)


def test_cyanocobalamin_and_labetalol_corrected() -> None:
    """The golden corrections: a batch added on 24 October 2024, and on 31 October 2024."""
    for reference, class_, first, added in (
        ("EL(24)A/46", 3, ("240001", "01/2026"), ("240002", "02/2026")),
        ("EL(24)A/52", 2, ("240536", "04/2026"), ("240537", "05/2026")),
    ):
        path = f"/drug-device-alerts/{reference}"
        before = read(recall(reference, class_, batches=(first,), path=path, issued=date(2024, 10, 3)))
        after = read(recall(reference, class_, batches=(first, added), path=path, issued=date(2024, 10, 3)))
        found = compare(before, after)
        assert is_material(found)
        assert [one.text for one in found if one.material] == [f"Batch {added[0]} added, expiry {added[1]}."]


def test_a_row_put_right_names_both_readings() -> None:
    before = read(recall(batches=(("TX1001", "11/2027"),)))
    after = read(recall(batches=(("TX1001", "12/2027"),)))
    (found,) = [one for one in compare(before, after) if one.material]
    assert found.text == "Batch TX1001: expiry changed from 11/2027 to 12/2027."


def test_a_telephone_number_is_only_a_note() -> None:
    given = item("Class 3 Medicines Recall: Acme Ltd, Testafil, EL(24)A/46", "<p>Telephone 020 1.</p>")
    found = compare(read(given), read(replace(given, html="<p>Telephone 020 2.</p>")))
    assert not is_material(found)
    assert [one.field for one in found] == ["text"]
