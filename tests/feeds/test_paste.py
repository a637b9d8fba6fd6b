"""What people paste and drop becomes a notice like any other: found, laid out, bounded, and nothing kept beside it."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.errors import Refused
from msat.feeds import documents, pasted_links
from msat.feeds.charsets import declared_in, decoded
from msat.feeds.eml import looks_like_mail, take_apart
from msat.feeds.model import FeedItem
from msat.feeds.paste import LARGEST_FILE, TYPED, Pasted, from_file, from_text, typed_item, with_typed

DATA = Path(__file__).resolve().parents[1] / "data" / "pasted"


def pasted(name: str) -> Pasted:
    return from_file(name, (DATA / name).read_bytes())


def refusal(work: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        work()
    assert caught.value.explanation.endswith((".", "”."))
    assert caught.value.next_step
    return caught.value


# --- text ------------------------------------------------------------------------------------------------------------


def test_a_cas_message_keeps_its_own_words_and_not_the_forwarders() -> None:
    found = pasted("natpsa_forwarded.txt")
    assert found.item.source == TYPED
    assert found.item.title == "Shortage of Testafil 10 mg tablets"
    assert found.item.published == datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
    for gone in ("reception", "0113", "noreply", "originated from outside", "confidential"):
        assert gone not in found.item.html
        assert gone.encode() not in found.item.raw
    assert found.remarks == ("Left out: 22 words of the text around it. If that is a notice too, add it by itself.",)


def test_the_recipients_of_a_cas_message_are_one_line() -> None:
    html = pasted("natpsa_forwarded.txt").item.html
    assert "<p>This alert has been issued to: GP Practices; Dispensing GP Practices; Community Pharmacy;" in html


def test_lines_that_a_mail_program_broke_are_whole_again() -> None:
    html = pasted("natpsa_forwarded.txt").item.html
    assert "until the end of April. The makers of the alternatives can support the additional demand that" in html
    assert "<li>1. Identify all patients who are prescribed Testafil tablets and review each of them.</li>" in html


def test_a_pdfs_uneven_lines_are_whole_again() -> None:
    """Letters differ in width, so that a line ends before a word that would have had room by its count of letters."""
    text = (
        "Example Pharma AG has told the agency that errors have been found in the\n"
        "Patient Information Leaflet in some of the batches of Testafil 10 mg powder and solvent\n"
        "for infusion. It gives a wrong strength.\n"
    )
    html = from_text("Class 4 Medicines Defect Notification: Testafil, EL(26)A/62\n\n" + text).item.html
    assert "have been found in the Patient Information Leaflet in some of the batches of Testafil 10 mg powder" in html
    assert "and solvent for infusion. It gives a wrong strength.</p>" in html


@pytest.mark.parametrize(
    "text",
    [
        "Batch No.\nExpiry Date\n" * 9_000,
        "\tword\n" * 19_000,
        ">" * 1_900_000,
        "a" + " " * 1_900_000 + "b",
        "On Monday somebody wrote:\nx\n" * 9_000,
        "EL(26)A/61 " * 170_000,
        ("word " * 14 + "\n") * 19_000,
    ],
)
def test_absurd_texts_are_read_or_refused_in_seconds(text: str) -> None:
    began = time.monotonic()
    item_or_none("a.txt", text.encode())
    assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    "page",
    [
        "<table>" * 200 + "x",
        "<table><tr><td>a<td>b</table>" * 8_000,
        "<p style='display:none'>" * 29_000,
        "<div>" * 30_000 + "x",
        "<p " + "a=b " * 400_000 + ">x</p>",
        "&amp;" * 390_000,
        "<!--" * 29_000,
    ],
)
def test_absurd_pages_are_read_or_refused_in_seconds(page: str) -> None:
    began = time.monotonic()
    item_or_none("a.html", page.encode())
    assert time.monotonic() - began < 8


def test_a_text_of_too_many_lines_is_refused_and_not_cut() -> None:
    assert "lines" in refusal(lambda: from_text("word\n" * 20_001)).explanation


def test_lines_that_people_ended_are_not_joined() -> None:
    html = pasted("page_of_recall.txt").item.html
    assert "<p>Class 2 Medicines Recall: Example Pharma Limited, Testafil 10 mg tablets, EL(26)A/61</p>" in html
    assert "<p>PL 99999/0001</p>" in html


def test_the_frame_of_a_page_is_left_out_and_its_labels_are_read() -> None:
    item = pasted("page_of_recall.txt").item
    assert item.title == "Class 2 Medicines Recall: Example Pharma Limited, Testafil 10 mg tablets, EL(26)A/61"
    assert item.alert_type == "medicines-recall-notification"
    assert "<p>Issued: 20 November 2026</p>" in item.html
    for frame in ("Skip to main", "Menu", "useful", "Report a problem"):
        assert frame not in item.html


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("page_of_recall.txt", ("TX1001", "TX1002")),
        ("table_one_cell_a_line.txt", ("TZ1001", "TZ1002")),
        ("spaced_table.txt", ("TY1001", "TY1002")),
        ("company_letter.txt", ("FD26A01",)),
    ],
)
def test_a_table_of_text_becomes_a_table(name: str, numbers: tuple[str, ...]) -> None:
    html = pasted(name).item.html
    assert html.count("<table>") == 1
    assert html.index("<th>Batch") < html.index("<th>Expiry Date</th>")
    for number in numbers:
        assert f"<tr><td>{number}</td>" in html


@pytest.mark.parametrize(
    "text",
    [
        "Batch numbers and expiry dates are printed on the box.\nTX1001 and more\n",
        "Batch No.   Expiry Date   Pack Size\nTX1001 11/2027 28\n",  # no column can be told in the row
        "Batch No.\nExpiry Date\nTX1001\nis the only one\n",
        "\tindented words\n\tand more of them\n",
        "a | b\nsome words\n",
    ],
)
def test_what_is_not_plainly_a_table_stays_lines(text: str) -> None:
    assert "<table>" not in from_text("Class 2 Medicines Recall: X, EL(26)A/61\n" + text).item.html


def test_words_below_the_foot_are_told_of() -> None:
    text = "Class 2 Medicines Recall: Testafil, EL(26)A/61\n\nOne\n\nTwo\n\nThree\n\nIs this page useful?\n\n"
    assert from_text(text + "Report a problem with this page\n").remarks == ()
    found = from_text(text + "Batch TX1001 too. " * 20)
    assert found.remarks == ("Left out: 64 words below the notice, from “Is this page useful?” on.",)


def test_a_word_that_heads_pages_is_kept_further_down() -> None:
    text = "Menu\nClass 2 Medicines Recall: Testafil, EL(26)A/61\n" + "A line.\n" * 20 + "Home\nNo\n"
    html = from_text(text).item.html
    assert "Menu" not in html
    assert "<p>Home</p>\n<p>No</p>" in html


def test_the_title_is_never_only_the_kind_of_notice() -> None:
    title = pasted("england_alert.txt").item.title
    assert title == "National Patient Safety Alert: Risk of giving the wrong made-up infusion from a look-alike box"
    assert pasted("supply_notice.txt").item.title.endswith("MSN/2026/012: Fictimol 200mg/5ml oral suspension")
    assert pasted("shortage_protocol.txt").item.title == "Serious Shortage Protocol SSP 087 Fictimol 50 mg capsules"


def test_the_same_text_is_the_same_notice_however_it_came() -> None:
    text = (DATA / "cmo_message.txt").read_text(encoding="utf-8")
    plain, quoted = from_text(text), from_text("\r\n".join("> " + line for line in text.splitlines()))
    assert plain.item.path == quoted.item.path == pasted("forwarded.eml").item.path
    assert plain.item.path.startswith("/typed/")
    assert len(plain.item.path) == len("/typed/") + 16
    assert from_text(text + "\nOne more sentence.").item.path != plain.item.path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_file_is_read_in_its_own_encoding(encoding: str) -> None:
    data = "Class 2 Medicines Recall: Example – “Testafil” 10 µg, EL(26)A/61".encode(encoding)
    assert "Example – “Testafil” 10 µg" in from_file("a.txt", data).item.html


def test_nothing_that_runs_or_loads_or_turns_survives() -> None:
    text = 'EL(26)A/61 <script>alert(1)</script> <img src="x" onerror="y"> \u202eabc \x00\x07 &amp; javascript:alert(1)'
    html = from_text(text).item.html
    assert "<script" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_saved_page_joins_the_page_it_is() -> None:
    item = pasted("page_of_recall.html").item
    assert item.path.endswith("-el-26-a-slash-63")
    assert item.url == "https://www.gov.uk" + item.path
    assert item.title == "Class 3 Medicines Recall: Example Pharma Limited, Testafil 20 mg tablets, EL(26)A/63"
    assert item.alert_type == "medicines-recall-notification"
    for gone in ("alert(1)", "Home", "Crown copyright", "color:red", "onclick"):
        assert gone not in item.html
        assert gone.encode() not in item.raw
    assert "<td>TY1001<sup>1</sup></td>" in item.html


def test_the_source_of_a_page_or_an_email_can_be_pasted() -> None:
    page = (DATA / "page_of_recall.html").read_text(encoding="utf-8")
    assert from_text(page).item.html == pasted("page_of_recall.html").item.html
    source = (DATA / "table.eml").read_text(encoding="utf-8")
    assert from_text(source).item.html == pasted("table.eml").item.html


def test_an_email_with_a_table_is_read_from_its_html() -> None:
    found = pasted("table.eml")
    assert found.item.title.startswith("Class 3 Medicines Recall: Example Pharma Limited")
    assert found.item.published == datetime(2026, 11, 18, 10, 12, tzinfo=UTC)
    assert found.item.html.count("<table>") == 1, "the table that lays out the e-mail is opened up"
    assert "<p>Class 3 Medicines Recall: Action Within 5 Days – Pharmacy Level</p>" in found.item.html
    assert "because you buy from us" not in found.item.html
    assert found.remarks == ("The attachment “who bought it.xlsx” was not read.",)
    assert b"not opened" not in found.item.raw


def test_a_forwarded_email_is_read_and_not_the_words_around_it() -> None:
    found = pasted("forwarded.eml")
    assert "<p>Reference: CEM/CMO/2026/001</p>" in found.item.html
    assert "by noon" not in found.item.html
    assert any("Left out: 10 words of the e-mail" in remark for remark in found.remarks)


def mail(*, text: str = "See the attached.", attached: tuple[str, str, bytes] | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["MIME-Version"] = "For you", "a@example.invalid", "1.0"
    message.set_content(text)
    if attached:
        name, kind, data = attached
        message.add_attachment(data, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
    return message.as_bytes()


def pdf_of(*lines: str, table: list[list[str]] | None = None) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    style = getSampleStyleSheet()["Normal"]
    made = {"\f": PageBreak, "TABLE": lambda: Table(table)}
    parts = [made[line]() if line in made else Paragraph(line, style) for line in lines]
    into = io.BytesIO()
    SimpleDocTemplate(into).build(parts)
    return into.getvalue()


RECALL = (
    "MEDICINES NOTIFICATION",
    "MEDICINES RECALL",
    "CLASS 2 MEDICINES RECALL, EL(26)A/64",
    "Action within 48 hours",
    "Issued 20 August 2026",
    "Distribute to Pharmacy/Wholesaler Level",
    "MARKETING AUTHORISATION HOLDER (MAH)",
    "Example Pharma Limited",
    "MEDICINE DETAILS",
    "Testafil 40 mg tablets",
    "PL: 99999/0003",
    "AFFECTED LOT BATCH NUMBERS",
    "TABLE",
    "Background",
    "The film on the tablets can come off in the blister, which changes how fast the medicine is taken up and lets some"
    " of it go to waste before it can act.",
    "\f",
    "Page 2 of 2 DMRC Ref: 39754868 EL(26)A/64",
    "Advice for Healthcare Professionals",
    "Return the stock.",
)
ROWS = [
    ["Batch No.", "Expiry Date", "Pack Size", "First Distributed"],
    ["TW1001", "31/10/2027", "28", "20/06/2025"],
    ["TW1002", "30/11/2027", "28", "Not yet distributed"],
]


def test_a_pdf_is_read_with_its_table() -> None:
    data = pdf_of(*RECALL, table=ROWS)
    item = from_file("recall.pdf", data).item
    assert item.raw == data
    assert item.title == "CLASS 2 MEDICINES RECALL, EL(26)A/64: Testafil 40 mg tablets"
    assert "<tr><td>TW1001</td><td>31/10/2027</td><td>28</td><td>20/06/2025</td></tr>" in item.html
    assert "<h2>AFFECTED LOT BATCH NUMBERS</h2>" in item.html
    assert "taken up and lets some of it go to waste before it can act.</p>" in item.html
    assert "Page 2 of 2" not in item.html


def test_a_pdf_attached_to_an_email_is_the_notice() -> None:
    found = from_file("x.eml", mail(attached=("recall.pdf", "application/pdf", pdf_of(*RECALL, table=ROWS))))
    assert found.item.title.startswith("CLASS 2 MEDICINES RECALL, EL(26)A/64")
    assert "<td>TW1002</td>" in found.item.html
    assert any("of the e-mail" in remark for remark in found.remarks)


def test_a_picture_of_a_notice_is_refused_and_says_so() -> None:
    from reportlab.pdfgen import canvas

    into = io.BytesIO()
    page = canvas.Canvas(into)
    page.rect(10, 10, 400, 600, fill=1)
    page.save()
    said = refusal(lambda: from_file("scan.pdf", into.getvalue()))
    assert "as when it is a scan" in said.explanation
    assert "type what it says" in said.next_step


def test_a_locked_and_a_long_and_a_damaged_pdf_are_refused() -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    for _ in range(61):
        writer.add_blank_page(72, 72)
    long = io.BytesIO()
    writer.write(long)
    assert "61 pages" in refusal(lambda: from_file("long.pdf", long.getvalue())).explanation
    locked = io.BytesIO()
    one = pypdf.PdfWriter()
    one.add_blank_page(72, 72)
    one.encrypt("secret", algorithm="RC4-128")
    one.write(locked)
    assert "password" in refusal(lambda: from_file("locked.pdf", locked.getvalue())).explanation
    assert "damaged" in refusal(lambda: from_file("x.pdf", b"%PDF-1.7\nno more")).explanation


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "Outlook"),
        ("a.docx", b"PK\x03\x04rest", "Word"),
        ("a.png", b"\x89PNG\r\n", "picture"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \n", "empty"),
        ("a.bin", bytes(range(256)) * 3, "no text"),
        ("a.eml", b"\r\n\r\n\r\n" + b"x" * (LARGEST_FILE + 1), "larger"),
        ("a.txt", b"word " * 500_000, "longer"),
        ("a.html", b"<p>" * 70_000, "tags"),
        ("a.html", b"<html><body><img src=x></body></html>", "no words"),
        ("a.eml", b"Subject: x\r\nMIME-Version: 1.0\r\n\r\n\r\n", "no text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name: str, data: bytes, said: str) -> None:
    assert said in refusal(lambda: from_file(name, data)).explanation


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "child_command", lambda _kind: [sys.executable, "-c", "while True: pass"])
    with pytest.raises(Refused, match="took too long"):
        documents.read_document("pdf", b"%PDF-", seconds=0.5)


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "print('no json')"])
def test_a_reader_that_breaks_is_a_refusal(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(documents, "child_command", lambda _kind: [sys.executable, "-c", code])
    with pytest.raises(Refused, match="could not be read"):
        documents.read_document("eml", b"")


def test_a_page_of_the_alerting_system_and_an_email_of_outlook_are_opened_up() -> None:
    page = (
        "<html><body><div><p>FYI, NHS number 943 476 5919</p><div><p><b>From:</b> CAS &lt;a@example.invalid&gt;<br>"
        "<b>Sent:</b> 19 November 2026 16:31<br><b>To:</b> us<br><b>Subject:</b> An alert</p></div>"
        "<table><tr><td>Reference</td><td>CEM/CMO/2026/001</td></tr><tr><td>Title</td><td>Stop the vaccine</td></tr>"
        "<tr><td>Issue date</td><td>Originally issued on 19-Nov-2026 16:30:00</td></tr></table>"
        "<p>Please stop it.</p></div></body></html>"
    )
    item = from_file("alert.html", page.encode()).item
    assert item.title == "Stop the vaccine"
    assert "<p>Reference: CEM/CMO/2026/001</p>" in item.html
    assert "<table" not in item.html
    assert "943" not in item.html
    assert item.published == datetime(2026, 11, 19, 16, 30, tzinfo=UTC)


_MIME = b"Subject: x\r\nMIME-Version: 1.0\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"MIME-Version: 1.0\r\nSubject: " + b"=?utf-8?q?=41?= " * 60_000 + b"\r\n\r\nbody\r\n",
        _MIME + b"To: " + b"(" * 200_000 + b"\r\n\r\nbody words here\r\n",
        _MIME + b'Content-Type: text/plain; name="' + b'(\\"' * 100_000 + b"\r\n\r\nbody words here\r\n",
        _MIME + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 2_000 + b"\r\nbody",
        _MIME + bytes(range(256)) * 500,
    ],
)
def test_hostile_emails_end_in_an_item_or_a_sentence(data: bytes) -> None:
    item = item_or_none("a.eml", data)
    assert item is None or item.title


# --- e-mails with odd insides ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "body", "words"),
    [
        ("text/plain; charset=iso-8859-1", b"Testafil \x96 10 \xb5g", "Testafil – 10 µg"),
        ("text/plain; charset=nonsense-9", "Testafil – 10 µg".encode(), "Testafil – 10 µg"),
        ("text/plain; charset=us-ascii", "Testafil – 10 µg".encode(), "Testafil – 10 µg"),
        ("text/plain; charset=zip", b"Testafil", "Testafil"),
        ("text/plain", b"Testafil \x96", "Testafil –"),
        ("text/plain; charset=utf-16", "Testafil – 10 µg".encode("utf-16"), "Testafil – 10 µg"),
    ],
)
def test_charsets_that_lie_are_seen_through(header: str, body: bytes, words: str) -> None:
    data = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: " + header.encode() + b"\r\n\r\n" + body
    taken = take_apart(data)
    assert words in taken.pieces[0].content


def test_a_page_declares_its_own_charset() -> None:
    page = '<html><meta charset="windows-1252"><p>Testafil – 10 µg</p></html>'.encode("cp1252")
    assert "– 10 µg" in decoded(page, declared_in(page))


def test_emails_within_emails_without_end_are_bounded() -> None:
    data = mail(text="the innermost")
    for _ in range(30):
        data = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" + data
    taken = take_apart(data)
    assert not taken.pieces
    assert taken.unread


def test_more_parts_than_can_be_listed_are_bounded() -> None:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n"
    data = b'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * 5_000
    taken = take_apart(data + b"--b--\r\n")
    assert "more than can be listed" in taken.unread


def test_a_text_that_begins_like_an_email_is_text() -> None:
    assert not looks_like_mail(b"From: CAS\nSubject: An alert\n\nwords")
    assert looks_like_mail(mail())


def item_or_none(name: str, data: bytes) -> FeedItem | None:
    """The item, or None where the file was refused with something to do."""
    try:
        return from_file(name, data).item
    except Refused as refused:
        if not (refused.explanation and refused.next_step):
            raise
        return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600), st.sampled_from(["a.html", "a.txt", "a"]))
def test_hostile_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    if b"%PDF-" in data or looks_like_mail(data):
        return
    item = item_or_none(name, data)
    assert item is None or (item.title and "<script" not in item.html.lower())


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=800))
def test_any_text_is_read_or_refused_and_reads_the_same_twice(text: str) -> None:
    try:
        item = from_text(text).item
    except Refused:
        return
    assert from_text(text).item == item
    assert item.title == " ".join(item.title.split())


@pytest.mark.parametrize("cut", [40, 200, 700, 1500])
def test_emails_and_pdfs_cut_short_are_read_or_refused(cut: int) -> None:
    for name, data in (("a.eml", (DATA / "table.eml").read_bytes()), ("a.pdf", pdf_of(*RECALL, table=ROWS))):
        item = item_or_none(name, data[:cut])
        assert item is None or item.title


# --- addresses -------------------------------------------------------------------------------------------------------

SLUG = "class-2-medicines-recall-example-pharma-limited-testafil-10-mg-tablets-el-26-a-slash-61"
TITLE = "Class 2 Medicines Recall: Example Pharma Limited, Testafil 10 mg tablets, EL(26)A/61"


def test_a_govuk_address_that_is_made_of_the_title_is_the_page() -> None:
    item = from_text(f"{TITLE}\nRead it at https://www.gov.uk/drug-device-alerts/{SLUG}.").item
    assert item.path == f"/drug-device-alerts/{SLUG}"
    assert item.url == f"https://www.gov.uk/drug-device-alerts/{SLUG}"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.gov.uk/drug-device-alerts/class-4-medicines-defect-notification-another-maker-el-25-a-slash-09",
        f"https://www.gov.uk.example.invalid/drug-device-alerts/{SLUG}",
        f"https://example.invalid/drug-device-alerts/{SLUG}",
        f"https://www.gov.uk@example.invalid/drug-device-alerts/{SLUG}",
        "https://www.gov.uk/drug-device-alerts",
        f"https://www.gov.uk/drug-device-alerts/{SLUG}/../../x",
    ],
)
def test_any_other_address_is_not(address: str) -> None:
    assert from_text(f"{TITLE}\nSee {address}").item.path.startswith("/typed/")


def test_two_addresses_that_could_be_the_page_are_none() -> None:
    both = f"https://www.gov.uk/drug-device-alerts/{SLUG} https://www.gov.uk/drug-device-alerts/{SLUG}-2"
    assert from_text(f"{TITLE}\n{both}").item.path.startswith("/typed/")


def test_the_detour_of_a_mail_filter_is_undone() -> None:
    behind = f"https%3A%2F%2Fwww.gov.uk%2Fdrug-device-alerts%2F{SLUG}"
    address = f"https://eur01.safelinks.protection.outlook.com/?url={behind}&data=05%7C01"
    assert from_text(f"{TITLE}\n<{address}>").item.path == f"/drug-device-alerts/{SLUG}"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.cas.mhra.gov.uk/ViewandAcknowledgment/ViewAlert.aspx?AlertID=103999", True),
        ("http://www.cas.mhra.gov.uk/ViewandAcknowledgment/ViewAlert.aspx?AlertID=103999", False),
        ("https://tracker.example.invalid/click?id=1", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_a_publishers_secure_address_is_kept_as_the_link(address: str, kept: bool) -> None:
    assert from_text(f"{TITLE}\n{address}").item.url == (address if kept else "")


@given(st.text(max_size=200))
def test_any_text_may_be_asked_for_addresses(text: str) -> None:
    for address in pasted_links.addresses(f"https://{text} http://[{text} {text}"):
        assert pasted_links.govuk_path(address)[:1] in ("", "/")
        assert pasted_links.publishers_page([address]) in ("", address)


# --- typing ----------------------------------------------------------------------------------------------------------


def test_a_form_makes_the_same_as_a_paste() -> None:
    made = typed_item("Local notice", "Check the emergency trolley.", "EL(26)A/70", date(2026, 11, 20)).item
    assert (made.title, made.issued, made.source) == ("Local notice", date(2026, 11, 20), TYPED)
    assert made.html == "<p>Reference: EL(26)A/70</p>\n<p>Check the emergency trolley.</p>"


def test_a_title_alone_is_enough() -> None:
    item = typed_item("Class 2 Medicines Recall: Example Pharma Limited, Testafil, EL(26)A/61", "").item
    assert item.title.endswith("EL(26)A/61")
    assert item.path.startswith("/typed/")
    assert item.path != typed_item("Another", "").item.path


def test_what_is_typed_goes_before_what_is_read() -> None:
    found = with_typed(pasted("cmo_message.txt"), title="A better title", issued=date(2026, 11, 18))
    assert found.item.title == "A better title"
    assert found.item.issued == date(2026, 11, 18)
    assert "CEM/CMO/2026/001" in found.item.html


def test_a_form_refuses_nonsense() -> None:
    refusal(lambda: typed_item(" ", ""))
    today = date(2026, 11, 22)
    assert "future" in refusal(lambda: typed_item("A", "", issued=date(2026, 11, 23), today=today)).explanation
    for url in ("http://example.invalid/x", "javascript:alert(1)", "file:///etc/passwd", "words"):
        refusal(lambda url=url: typed_item("A", "", url=url))


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("FW: CAS Alert - EL(26)A/91 Class 2 Medicines Recall", "own"),
        ("EL (26) A/91", "own"),
        ("CAS Alert - EL(26)A/92 Class 2 Medicines Recall", "subject"),
        ("Class 2 Medicines Recall: Example Pharma Limited, Testafil 5 mg and 10 mg Tablets, EL(26)A/91", "subject"),
    ],
)
def test_an_email_goes_by_the_notices_own_title_where_its_subject_says_less(subject: str, title: str) -> None:
    own = "Class 2 Medicines Recall: Example Pharma Limited, Testafil 5 mg Tablets, EL(26)A/91"
    body = f"Please see below, thanks.\r\n\r\n{own}\r\nDate of issue: 20 November 2026\r\n"
    data = f"From: a@example.invalid\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\r\n{body}".encode()
    made = from_file("a.eml", data).item
    assert made.title == (own if title == "own" else subject)
