"""A file checked: genuine, changed (and where), not from here, or without evidence. Every change is named."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import openpyxl
import pikepdf
import pytest

from msat.clock import FixedClock
from msat.exports.certificate import certificate
from msat.exports.checking import FileCheck, Outcome, check_file
from msat.exports.manifest import MOST_EVIDENCE, signed_text
from msat.exports.markup import write_markup
from msat.exports.newsletter import Item, make_item
from msat.exports.newsletter_issue import IssueText, write_issue
from msat.exports.newsletter_templates import shipped_templates
from msat.exports.pdf import write_pdf
from msat.exports.period_log import period_workbook
from msat.exports.seal import Seal, gather
from msat.exports.workbook import write_workbook
from msat.ids import fingerprint
from msat.projections.log import log
from msat.record.codec import encode, parse
from msat.record.entries import Actor, Draft
from msat.record.memory import MemoryRecord
from tests.exports.samples import CUT_OFF, ISSUED, KEY, SURGERY, notice, record_with_alert, signed

FORMS = ("html", "markdown", "text")


def whats(check: FileCheck) -> str:
    return " | ".join(f"{problem.where}: {problem.what}" for problem in check.problems)


@pytest.fixture(scope="module")
def workbook(record: MemoryRecord, seal: Seal) -> bytes:
    rows = log([signed(record)], date(2026, 8, 1), date(2026, 8, 31), CUT_OFF, lambda _key: notice())
    return write_workbook(period_workbook(rows, SURGERY, date(2026, 8, 1), date(2026, 8, 31), CUT_OFF), seal)


def news(record: MemoryRecord, seal: Seal, form: str) -> str:
    made = make_item(Item(signed(record), notice()), SURGERY, CUT_OFF)
    issue = IssueText("Medicines safety", SURGERY, CUT_OFF, (made,))
    return write_issue(issue, form, seal, shipped_templates()).decode()


# --- genuine ---------------------------------------------------------------------------------------------------


def test_a_file_as_made_is_verified_against_its_record(record: MemoryRecord, certificate_pdf: bytes) -> None:
    check = check_file(certificate_pdf, "record.pdf", record)
    assert check.valid
    assert check.outcome is Outcome.VERIFIED
    assert check.entries == 11
    assert any("is the head it was made from" in line for line in check.checked)
    assert any("This record holds 11 entries" in line for line in check.checked)


def test_later_entries_do_not_matter_and_the_issue_is_recognised(certificate_pdf: bytes) -> None:
    record = record_with_alert()
    state = signed(record)
    seal = gather(record, [state], "certificate", {"alert": KEY}, CUT_OFF)
    data = write_pdf(certificate(state, notice(), SURGERY, CUT_OFF), seal)
    issued = Draft("export.issued", Actor("Demo GP", "GP"), {"sha256": fingerprint(data)}, meaning="Issued it.")
    entry = record.append([issued])[0]
    check = check_file(data, "record.pdf", record)
    assert check.valid
    assert f"byte for byte, the file that entry {entry.seq} says was issued" in " ".join(check.checked)
    again = gather(record, [state], "certificate", {"alert": KEY}, CUT_OFF, seal.head)
    assert write_pdf(certificate(state, notice(), SURGERY, CUT_OFF), again) == data


def test_without_a_record_it_says_what_was_not_checked(certificate_pdf: bytes) -> None:
    check = check_file(certificate_pdf, "record.pdf")
    assert check.valid
    assert any("Not checked, as no record is at hand" in line for line in check.checked)


@pytest.mark.parametrize("form", FORMS)
def test_texts_and_workbooks_are_verified_too(record: MemoryRecord, seal: Seal, workbook: bytes, form: str) -> None:
    assert check_file(news(record, seal, form).encode(), f"news.{form}", record).valid
    assert check_file(workbook, "log.xlsx", record).valid


@pytest.mark.parametrize("form", FORMS)
def test_mail_may_change_line_ends_and_blanks_at_them(record: MemoryRecord, seal: Seal, form: str) -> None:
    text = news(record, seal, form)
    mailed = "\ufeff" + text.replace("\n", "  \r\n")
    assert check_file(mailed.encode(), "news", record).valid


def test_a_workbook_saved_again_by_another_program_is_still_verified(record: MemoryRecord, workbook: bytes) -> None:
    assert check_file(resaved(workbook), "log.xlsx", record).valid


# --- not from here, no evidence --------------------------------------------------------------------------------


def test_another_installations_file_is_not_taken_for_ours(certificate_pdf: bytes) -> None:
    """Even when that installation gave itself the same name and code."""
    check = check_file(certificate_pdf, "record.pdf", record_with_alert())
    assert check.outcome is Outcome.NOT_FROM_HERE
    assert not check.valid
    assert check.problems[0].what.startswith("Not from here: the file is genuine")


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe\x00", b"<html></html>", b"PK\x05\x06" + bytes(18), "msat".encode("utf-16")]
)
def test_a_file_without_evidence_says_so_in_a_sentence(data: bytes, record: MemoryRecord) -> None:
    check = check_file(data, "file", record)
    assert check.outcome is Outcome.NO_EVIDENCE
    assert check.problems[0].what == "This file carries no MSAT manifest, so nothing about it can be checked."


def test_other_programs_pdfs_and_workbooks_carry_no_evidence() -> None:
    pdf, book = io.BytesIO(), io.BytesIO()
    blank = pikepdf.new()
    blank.add_blank_page()
    blank.save(pdf)
    openpyxl.Workbook().save(book)
    for data in (pdf.getvalue(), book.getvalue()):
        assert check_file(data, "file").outcome is Outcome.NO_EVIDENCE


# --- changed: PDF ----------------------------------------------------------------------------------------------


def edited(data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


def shorten(pdf: pikepdf.Pdf) -> None:
    """Takes the first place's result off the page."""
    each = pdf.pages[0]
    content = each.Contents.read_bytes()
    shown = [found for found in re.finditer(rb"\((?:[^()\\]|\\.)*\) Tj", content)]
    start, end = shown[60].span()
    each.Contents = pdf.make_stream(content[:start] + b"() Tj" + content[end:])


def overlay(pdf: pikepdf.Pdf) -> None:
    """Draws a white rectangle over part of a page: no text changes."""
    each = pdf.pages[0]
    each.Contents = pdf.make_stream(each.Contents.read_bytes() + b"\n1 1 1 rg 50 300 400 50 re f")


def swap_glyphs(pdf: pikepdf.Pdf) -> None:
    """Changes what the codes of a font stand for."""
    font = next(iter(pdf.pages[0].Resources.Font.values()))
    font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<004E>", b"<004F>").replace(b"<0065>", b"<0066>"))


def retitle(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo.Title = pikepdf.String("Another title")


def open_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def relink(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots[0].A.URI = pikepdf.String("https://evil.example/")


def add_page(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page()


def retag(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.K[0].K[0].S = pikepdf.Name.P


def turn(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0].obj["/Rotate"]
    pdf.Root.Pages.Rotate = 180


CHANGES = {
    shorten: r"page 1: “.*” (was taken out|stands where)",
    overlay: r"page 1: The text is as signed, but how the page draws it",
    swap_glyphs: r"page 1: ",
    retitle: r"Something beside the pages was changed",
    open_action: r"Something beside the pages was changed",
    relink: r"page 1: The text is as signed, but how",
    add_page: r"It has 2 pages; 1 were signed",
    retag: r"Something beside the pages was changed",
    turn: r"page 1: The text is as signed, but how",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_changed_pdf_is_told_and_the_change_named(record: MemoryRecord, certificate_pdf: bytes, change) -> None:  # type: ignore[no-untyped-def]
    check = check_file(edited(certificate_pdf, change), "record.pdf", record)
    assert check.outcome is Outcome.CHANGED
    assert re.search(CHANGES[change], whats(check)), whats(check)


def test_a_pdf_saved_again_by_another_program_is_not_the_one_that_was_sealed(
    record: MemoryRecord, certificate_pdf: bytes
) -> None:
    """Its pages are as signed, and that is told; but no byte of a file that was sealed may be another."""
    check = check_file(edited(certificate_pdf, lambda pdf: None), "record.pdf", record)
    assert check.outcome is Outcome.CHANGED
    assert "or another program saved the file again" in whats(check)


@pytest.mark.parametrize("what", [b"Demo Surgery", b"certificate", b"size", b"2026-08-22T16", b"ntry of type"])
def test_changed_evidence_is_told(record: MemoryRecord, certificate_pdf: bytes, what: bytes) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.Root.AF[0].EF.F
        data = stream.read_bytes()
        stream.write(data.replace(what, what[:-1] + bytes([what[-1] ^ 1])))

    data = edited(certificate_pdf, change)
    assert data != edited(certificate_pdf, lambda pdf: None)
    assert not check_file(data, "record.pdf", record).valid


def test_evidence_of_another_file_does_not_fit(record: MemoryRecord, seal: Seal, certificate_pdf: bytes) -> None:
    other = write_pdf(certificate(signed(record), notice(9), SURGERY, CUT_OFF + timedelta(days=1)), seal)
    with pikepdf.open(io.BytesIO(other)) as pdf:
        evidence = pdf.Root.AF[0].EF.F.read_bytes()
    mixed = edited(certificate_pdf, lambda pdf: pdf.Root.AF[0].EF.F.write(evidence))
    assert check_file(mixed, "record.pdf", record).outcome is Outcome.CHANGED


def test_flipped_bytes_never_verify_with_other_content(record: MemoryRecord, certificate_pdf: bytes) -> None:
    """Whatever a flip does, the check ends in words; if it verifies, the pages are as they were."""
    step = max(1, len(certificate_pdf) // 150)
    for place in range(0, len(certificate_pdf), step):
        broken = bytearray(certificate_pdf)
        broken[place] ^= 0x10
        check = check_file(bytes(broken), "record.pdf", record)
        assert check.problems or check.valid
        assert all(problem.what for problem in check.problems)


def test_a_record_that_was_cut_back_is_noticed(certificate_pdf: bytes) -> None:
    long = record_with_alert()
    seal = gather(long, [signed(long)], "certificate", {"alert": KEY}, CUT_OFF)
    data = write_pdf(certificate(signed(long), notice(), SURGERY, CUT_OFF), seal)
    del long._entries[8:]
    check = check_file(data, "record.pdf", long)
    assert "it now has 8. Its end is missing." in whats(check)
    assert "Entry 9 of the file is not in this record." in whats(check)


@pytest.mark.parametrize("form", FORMS)
def test_a_text_names_its_entries_by_number_and_one_fingerprint(form: str) -> None:
    record = record_with_alert()
    seal = gather(record, [signed(record)], "newsletter", {"alert": KEY}, CUT_OFF)
    text = news(record, seal, form)
    check = check_file(text.encode(), "news", record)
    assert "This record holds 11 entries that it names." in " ".join(check.checked)
    record._entries[5] = record._entries[4]
    assert "Entries 2 to 12 of this record are not those" in whats(check_file(text.encode(), "news", record))


# --- changed: workbook and texts -------------------------------------------------------------------------------


def resaved(data: bytes, change=lambda book: None) -> bytes:  # type: ignore[no-untyped-def]
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def set_cell(book: openpyxl.Workbook) -> None:
    book["Log"]["H2"] = "Done, honestly"


def set_formula(book: openpyxl.Workbook) -> None:
    book["Log"]["D2"] = "=1+1"


def set_date(book: openpyxl.Workbook) -> None:
    book["Log"]["J2"] = date(2026, 8, 19)


def add_row(book: openpyxl.Workbook) -> None:
    book["Log"]["B3"] = "One more alert"


def add_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("Extra")["A1"] = "x"


def drop_sheet(book: openpyxl.Workbook) -> None:
    del book["In numbers"]


CELLS = {
    set_cell: "sheet Log, cell H2: “Done, honestly” stands where “Done” was signed.",
    set_formula: "sheet Log, cell D2: “=1+1” stands where",
    set_date: "sheet Log, cell J2: ",
    add_row: "sheet Log, cell B3: “One more alert” was added.",
    add_sheet: "The sheet “Extra” was added.",
    drop_sheet: "The sheet “In numbers” is missing.",
}


@pytest.mark.parametrize("change", CELLS, ids=lambda change: change.__name__)
def test_a_changed_workbook_names_the_cell(record: MemoryRecord, workbook: bytes, change) -> None:  # type: ignore[no-untyped-def]
    check = check_file(resaved(workbook, change), "log.xlsx", record)
    assert check.outcome is Outcome.CHANGED
    assert CELLS[change] in whats(check)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_workbook_with_two_parts_of_one_name_is_refused(record: MemoryRecord, workbook: bytes) -> None:
    """A spreadsheet might show the first of them and a check read the last."""
    out = io.BytesIO(workbook)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", archive.read("xl/worksheets/sheet1.xml"))
    assert "two parts of the same name" in whats(check_file(out.getvalue(), "log.xlsx", record))


def test_a_workbook_that_gives_a_cell_twice_is_refused(record: MemoryRecord, workbook: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b'<c r="B2"', b'<c r="B2" t="str"><v>Other</v></c><c r="B2"', 1)
            new.writestr(name, part)
    assert "gives the cell B2 twice" in whats(check_file(out.getvalue(), "log.xlsx", record))


def test_a_workbook_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/sharedStrings.xml", b" " * (65 * 1024 * 1024))
    check = check_file(out.getvalue(), "bomb.xlsx")
    assert "larger than any MSAT makes" in whats(check)


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_line_is_named(record: MemoryRecord, seal: Seal, form: str) -> None:
    text = news(record, seal, form)
    changed = text.replace("4L01372H", "4L01372X", 1)
    assert changed != text
    check = check_file(changed.encode(), "news", record)
    assert check.outcome is Outcome.CHANGED
    assert re.search(r"line \d+: Line \d+ is not as signed: “.*4L01372X", whats(check))


@pytest.mark.parametrize("form", FORMS)
def test_a_line_taken_out_or_added_is_told(record: MemoryRecord, seal: Seal, form: str) -> None:
    lines = news(record, seal, form).split("\n")
    place = next(number for number, line in enumerate(lines) if "Tell patients" in line)
    gone = "\n".join(lines[:place] + lines[place + 1 :])
    assert "taken out here" in whats(check_file(gone.encode(), "news", record))
    more = "\n".join([*lines[:place], "Keep taking it.", *lines[place:]])
    assert "was added: “Keep taking it.”" in whats(check_file(more.encode(), "news", record))
    after = "\n".join([*lines, "One more thing."])
    assert "was added after the end" in whats(check_file(after.encode(), "news", record))


@pytest.mark.parametrize("form", FORMS)
def test_a_broken_block_of_evidence_is_told(record: MemoryRecord, seal: Seal, form: str) -> None:
    text = news(record, seal, form)
    letters = re.search(r"evidence-v1(?: -----)?\n([A-Za-z0-9+/=\n]+)", text)
    assert letters
    cut = text.replace(letters[1], letters[1][:200] + "\n")
    twice = text + text
    for broken in (cut, twice):
        assert check_file(broken.encode(), "news", record).outcome is Outcome.CHANGED


def test_a_seal_of_another_key_is_refused(record: MemoryRecord, certificate_pdf: bytes) -> None:
    """The manifest says one log, the signature is of another: the key is taken from that log's own first entry."""
    other = record_with_alert(FixedClock(ISSUED))

    def forge(pdf: pikepdf.Pdf) -> None:
        stream = pdf.Root.AF[0].EF.F
        found = parse(stream.read_bytes(), MOST_EVIDENCE)
        manifest = found["manifest"].encode()
        told = parse(manifest, MOST_EVIDENCE)
        found["note"] = other.sign(signed_text(manifest, told["log"], told["size"], told["head"]))
        stream.write(encode(found, MOST_EVIDENCE))

    data = edited(certificate_pdf, forge)
    check = check_file(data, "record.pdf", record)
    assert "The signature does not fit" in whats(check)


def test_an_unsealed_text_carries_no_evidence(record: MemoryRecord) -> None:
    document = certificate(signed(record), notice(), SURGERY, CUT_OFF)
    for form in FORMS:
        text = write_markup(document, form, None)
        assert check_file(text.encode(), "text").outcome is Outcome.NO_EVIDENCE
