"""Shapes of other years and other hands: each went wrong once against a stand-in with other notices."""

from __future__ import annotations

import pytest

from msat.alerts.model import Alert
from msat.alerts.read import read
from tests.alerts.test_read import item
from tests.alerts.test_tables import table

_RECALL = "Class 2 Medicines Recall: Example Pharma Ltd, Testafil 10mg tablets, EL(26)A/61"


def recall(html: str, title: str = _RECALL) -> Alert:
    return read(item(title, html, alert_type="medicines-recall-notification"))


def numbers(html: str) -> list[str]:
    return [batch.number for batch in recall(html).batches]


AFFECTED = table(["Batch No.", "Expiry"], ["TX1001", "05/2027"])
SPARED = table(["Batch No.", "Expiry"], ["TX9009", "05/2027"])


@pytest.mark.parametrize(
    "before",
    [
        "<h3>Unaffected batches</h3>",
        "<h3>Batches not affected</h3>",
        "<p>The following batches are not affected:</p>",
        "<p>Following batches remain available:</p>",
        "<p>These batches may continue to be supplied.</p>",
        "<h4>Replacement batches</h4>",
    ],
)
def test_a_table_of_batches_to_leave_alone_is_never_read_as_recalled(before: str) -> None:
    alert = recall(AFFECTED + before + SPARED)
    assert [batch.number for batch in alert.batches] == ["TX1001"]
    assert "leave alone" in " ".join(alert.unread)


@pytest.mark.parametrize(
    "before",
    [
        "<p>Only these batches are recalled; no other batches are affected:</p>",
        "<p>Batches not listed below are not affected.</p>",
        "<h3>Affected Lot Batch Numbers</h3><p>Stock of other manufacturers remains available.</p>",
    ],
)
def test_words_about_the_others_do_not_spare_the_table(before: str) -> None:
    assert numbers(before + AFFECTED) == ["TX1001"]


def test_a_row_that_says_not_affected_is_left_out_and_said() -> None:
    rows = ["TX11", "05/2027", "UK"], ["TX22", "05/2027", "Ireland (not affected)"]
    alert = recall(table(["Batch No.", "Expiry", "Market"], *rows))
    assert [batch.number for batch in alert.batches] == ["TX11"]
    assert alert.unread


def test_a_batch_called_not_affected_in_its_own_cell_is_left_out() -> None:
    assert numbers(table(["Batch No."], ["TX1001"], ["TX1002 (not affected)"])) == ["TX1001"]


@pytest.mark.parametrize(
    "head", ["Replacement batch number", "New batch number", "Unaffected batch numbers", "API batch no"]
)
def test_a_column_of_other_batches_is_no_batch_column(head: str) -> None:
    assert numbers(table(["Batch number", "Expiry", head], ["TX1001", "05/2027", "TX2001"])) == ["TX1001"]


@pytest.mark.parametrize("cell", ["PL 12345/0001", "05012345678900", "AB1xx", "TX1001 onwards"])
def test_what_is_no_batch_number_is_left_out_and_said(cell: str) -> None:
    alert = recall(table(["Batch No.", "Expiry"], ["TX1001", "05/2027"], [cell, "05/2027"]))
    assert [batch.number for batch in alert.batches] == ["TX1001"]
    assert alert.unread


def test_a_hyphen_that_does_not_break_is_a_hyphen_and_a_full_stop_ends_a_cell() -> None:
    assert numbers(table(["Batch No."], ["TX\u20111001"], ["TX1002."])) == ["TX-1001", "TX1002"]


def test_each_number_of_a_cell_gets_its_own_expiry() -> None:
    html = table(["Batch", "Expiry"], ["TX1001<br>TX1002", "01/2027<br>02/2027"], ["TX1, TX2", "03/2027; 04/2027"])
    alert = recall(html.replace("TX1, TX2", "TX1003, TX1004"))
    assert [(batch.number, batch.expiry) for batch in alert.batches] == [
        ("TX1001", "01/2027"),
        ("TX1002", "02/2027"),
        ("TX1003", "03/2027"),
        ("TX1004", "04/2027"),
    ]


@pytest.mark.parametrize("head", ["Batch Number & Expiry", "Batch / Expiry", "Lot and expiry date"])
def test_one_column_for_number_and_expiry(head: str) -> None:
    [batch] = recall(table([head, "Pack"], ["TX1001 (Exp 05/2027)", "28"])).batches
    assert (batch.number, batch.expiry) == ("TX1001", "05/2027")


def test_a_range_with_spaces_round_its_hyphen() -> None:
    [batch] = recall(table(["Batch number range", "Expiry"], ["5000377 - 5000846", "05/2027"])).batches
    assert (batch.number, batch.through) == ("5000377", "5000846")


def test_a_table_of_batches_that_cannot_be_told_is_said() -> None:
    alert = recall(table(["UK batch", "Irish batch"], ["S1001", "IE1001"]))
    assert not alert.batches
    assert "could not be read" in " ".join(alert.unread)


@pytest.mark.parametrize(
    ("html", "want"),
    [
        ("<h3>Affected Lot Batch Numbers</h3><p>TX1001, TX1002, TX1003</p>", ["TX1001", "TX1002", "TX1003"]),
        (
            "<h3>Affected batches</h3><ul><li>TX1001 – expiry 05/2027</li><li>TX1002 – expiry 06/2027</li></ul>",
            ["TX1001", "TX1002"],
        ),
        ("<p>The batch numbers affected are TX1-A01, TX1-A02 and TX1-A03.</p>", ["TX1-A01", "TX1-A02", "TX1-A03"]),
        ("<p>We recall one batch, number 5B1234 with an expiry date of 03/2027.</p>", ["5B1234"]),
        ("<p>The affected lots are as follows: TX1001 and TX1002.</p>", ["TX1001", "TX1002"]),
    ],
)
def test_batches_in_words(html: str, want: list[str]) -> None:
    assert numbers(html) == want


@pytest.mark.parametrize(
    ("sentence", "want"),
    [
        ("Batch TX1001 is recalled. Batch TX2002 is now available.", ["TX1001"]),
        ("Stock with batch number TX2002 can be used as normal.", []),
        ("Batch TX1001 replaces batch TX0001.", []),
        ("The number stands beside the word LOT (example: LOT TX1001).", []),
        ("See www.example.com/lot12345 for pictures.", []),
        ("Batches TX1001 (exp 05/2027), TX1002 (Almus) and TX1003.", ["TX1001", "TX1002", "TX1003"]),
    ],
)
def test_sentences_about_other_stock_name_no_recalled_batch(sentence: str, want: list[str]) -> None:
    assert numbers(f"<h2>Background</h2><p>{sentence}</p>") == want


@pytest.mark.parametrize(
    "sentence",
    [
        "Batches TX1001 and later are recalled.",
        "Batch TX1001 and any batch with a lower number is recalled.",
        "Batch numbers beginning with 24 are recalled.",
        "Batches from TX1001 to TX1009 are recalled.",
        "Batch TX1001 was not tested and is recalled.",
    ],
)
def test_words_that_take_in_more_than_they_name_are_said(sentence: str) -> None:
    assert recall(f"<h2>Background</h2><p>{sentence}</p>").unread


def test_each_number_in_a_bracketed_list_keeps_its_own_expiry() -> None:
    found = recall("<p>Batch numbers TX1001 (exp 05/2027), TX1002 (exp 06/2027)</p>").batches
    assert [(batch.number, str(batch.expires)) for batch in found] == [
        ("TX1001", "2027-05-31"),
        ("TX1002", "2027-06-30"),
    ]


@pytest.mark.parametrize(
    ("line", "want"),
    [
        ("Recall level: Patient", "patient"),
        ("Level of recall - pharmacy & patient", "patient"),
        ("Level of recall: pharmacy and wholesaler", "pharmacy"),
        ("Patient or carer level", "patient"),
        ("Pharmacy level: patients have nothing to do.", "pharmacy"),
        ("Pharmacy level - patients.", "pharmacy"),
        ("Level: patients need not return packs. Pharmacy level recall.", "pharmacy"),
    ],
)
def test_a_level_named_the_other_way_round(line: str, want: str) -> None:
    level = recall(f"<p>Class 2 Medicines Recall</p><p>{line}</p>").level
    assert level is not None
    assert level.value == want


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("by 5pm on 12 May 2023", "2023-05-12T16:00:00+00:00"),
        ("no later than 17:00 on Friday 12 May 2023", "2023-05-12T16:00:00+00:00"),
        ("by midday on Fri 12 May 2023", "2023-05-12T11:00:00+00:00"),
        ("by close of play 12 May 2023", "2023-05-12T22:59:59+00:00"),
    ],
)
def test_the_hour_before_a_date_belongs_to_the_deadline(words: str, want: str) -> None:
    alert = read(item("Shortage (NatPSA/2024/003/DHSC)", f"<h2>Actions</h2><p>Actions to be completed {words}</p>"))
    [deadline] = alert.deadlines
    assert deadline.at is not None
    assert deadline.at.isoformat() == want


@pytest.mark.parametrize("words", ["by the end of March 2025", "by 12 May"])
def test_a_deadline_that_cannot_be_read_is_said(words: str) -> None:
    alert = read(item("Shortage (NatPSA/2024/003/DHSC)", f"<h2>Actions</h2><p>Actions to be completed {words}</p>"))
    assert not alert.deadlines
    assert "could not be read as a date" in " ".join(alert.unread)


def test_a_section_of_numbers_is_read_whole_or_not_at_all_and_a_licence_is_no_batch() -> None:
    assert numbers("<h3>Batch numbers</h3><p>PL 12345/0001</p>") == []
    assert numbers("<h3>Batch numbers</h3><p>TX1001</p><p>SNOMED code 42108211000001104 of TX</p>") == []


def test_numbers_that_could_not_be_read_are_never_passed_over_in_silence() -> None:
    alert = recall("<p>The recall is limited to the batch which carries, on the end of the carton, TX1001.</p>")
    assert not alert.batches
    assert "no batch number could be read" in " ".join(alert.unread)
    assert not recall("<p>Please quarantine the batch.</p>").unread


@pytest.mark.parametrize(
    ("title", "want"),
    [
        ("Class 2 Medicines Recall: Testafil 10mg tablets EL26A61", "EL(26)A/61"),
        ("Class 2 Medicines Recall: Testafil 10mg tablets (EL 26 A/61)", "EL(26)A/61"),
        ("Class 2 Medicines Recall: Testafil 10mg tablets, batch EL26A61", None),
        ("Class 2 Medicines Recall: EL26A61 of Testafil 10mg tablets", None),
    ],
)
def test_a_reference_without_its_marks_counts_only_at_the_end_of_a_title(title: str, want: str | None) -> None:
    alert = recall("", title)
    assert (alert.reference.value if alert.reference else None) == want


def test_a_recall_that_was_a_class_4_notice_is_a_recall() -> None:
    title = "Class 2 Medicines Recall: Testafil (was Class 4 Medicines Defect Notification), EL(26)A/61"
    assert recall("", title).family.value == "medicines-recall"


def test_a_level_after_the_class_in_a_sentence() -> None:
    level = recall("<h2>Background</h2><p>Class 2: patient, pharmacy and wholesaler level.</p>").level
    assert level is not None
    assert level.value == "patient"


def test_an_alert_of_nhs_england_has_no_class_of_the_mhra() -> None:
    alert = read(item("Old alert (NHS/PSA/D/2014/005)", "", alert_type="national-patient-safety"))
    assert alert.alert_class is None
    assert alert.issuer is not None
    assert alert.issuer.value == "NHS England"
