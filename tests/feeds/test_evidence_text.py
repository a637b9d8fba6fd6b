"""What evidence files are told to be, where patient identifiers are found in them, and what is named as unread."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pypdf
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image
from reportlab.pdfgen import canvas

from msat.errors import Refused
from msat.feeds import documents
from msat.feeds import evidence_kinds as kinds
from msat.feeds.evidence_kinds import ending_of, kind_of
from msat.feeds.evidence_office import LARGEST
from msat.feeds.evidence_scan import Piece, first_found
from msat.feeds.evidence_text import look

NHS = "943 476 5919"
"""The NHS's own example of a valid number."""


def word(*paragraphs: str, table: tuple[tuple[str, ...], ...] = (), picture: bool = False, header: str = "") -> bytes:
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        cells = made.add_table(len(table), len(table[0]))
        for at, row in enumerate(table):
            for column, text in enumerate(row):
                cells.cell(at, column).text = text
    if picture:
        made.add_picture(io.BytesIO(png()))
    if header:
        made.sections[0].header.paragraphs[0].text = header
    return saved(made)


def excel(*rows: tuple[Any, ...], comment: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if comment:
        sheet["A1"].comment = Comment(comment, "A")
    return saved(book)


def saved(made: Any) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(file, "PNG")
    return file.getvalue()


def pdf(*pages: str, picture: bool = False, inline: bool = False) -> bytes:
    file = io.BytesIO()
    made = canvas.Canvas(file)
    for text in pages:
        made.drawString(50, 700, text)
        if picture:
            made.drawImage(image(), 50, 50)
        if inline:
            made.drawInlineImage(Image.new("RGB", (4, 4)), 50, 50)
        made.showPage()
    made.save()
    return file.getvalue()


def image() -> Any:
    from reportlab.lib.utils import ImageReader

    return ImageReader(io.BytesIO(png()))


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("Search run, 12 found.")))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def mail(body: str, subject: str = "Stock", more: str = "") -> bytes:
    head = f"From: a@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nMessage-ID: <1@example.org>\r\n"
    return f"{head}{more or 'Content-Type: text/plain'}\r\n\r\n{body}\r\n".encode()


CLEAN = {
    "text": (b"Stock checked, nil. PL 12345/0001, GTIN 05012345678900.", kinds.TEXT),
    "csv": (b"Practice,Patient count,Done\nA81001,12,yes\n", kinds.TEXT),
    "html": (b"<!DOCTYPE html><html><body><p>Nil in all.</p></body></html>", kinds.HTML),
    "mail": (mail("Nil in all places."), kinds.MAIL),
    "rtf": (rb"{\rtf1\ansi Nil in all places.\par}", kinds.RTF),
    "pdf": (pdf("Search run, 12 found."), kinds.PDF),
    "word": (word("Nil in all places.", table=(("Place", "Found"), ("Hub", "0"))), kinds.DOCX),
    "excel": (excel(("Place", "Found"), ("Hub", 0)), kinds.XLSX),
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_file_is_told_and_read_whole(name: str) -> None:
    data, kind = CLEAN[name]
    assert look(data) == {"media_type": kind, "found": None, "unread": [], "why": ""}


NAMING = {
    "text": (f"Line one\n\ntold {NHS} today".encode(), "an NHS number", "line 3"),
    "text of 16 bits": (f"told {NHS} today".encode("utf-16"), "an NHS number", "line 1"),
    "full-width digits": ("told ９４３ ４７６ ５９１９ today".encode(), "an NHS number", "line 1"),
    "unseen characters": ("told 943\u200b476\u200b5919 today".encode(), "an NHS number", "line 1"),
    "after much text": (b"x y z\n" * 30_000 + NHS.encode(), "an NHS number", "line 30001"),
    "csv": (b"Ref,NHS Number\n1,1\n", "headed “NHS Number”", "row 1"),
    "csv of semicolons": (b"Ref;d.o.b.\n1;1950\n", "headed “d.o.b.”", "row 1"),
    "patient names": (b"Patient name,Drug\nAnn Example,x\n", "headed “Patient name”", "row 1"),
    "html in pieces": (b"<html><body><p>943<b> 476</b> 5919</p></body></html>", "an NHS number", "the page"),
    "html comment": (f"<html><body><!-- {NHS} --><p>x</p></body></html>".encode(), "an NHS number", "the page"),
    "html attribute": (f"<html><body><input value='{NHS}'></body></html>".encode(), "an NHS number", "the page"),
    "html table": (b"<table><tr><th>DOB</th><th>x</th></tr><tr><td>1950</td></tr></table>", "headed “DOB”", "row 1"),
    "mail": (mail(f"told {NHS}"), "an NHS number", "the e-mail"),
    "mail subject": (mail("x", subject=f"Patient {NHS}"), "an NHS number", "the subject"),
    "rtf": (rb"{\rtf1\ansi born on 3 May \b 1950\par}", "a date of birth", "the text"),
    "pdf": (pdf("Nothing here.", f"NHS number {NHS}"), "an NHS number", "page 2"),
    "word": (word("Nil.", "Date of birth:\t3/5/1950"), "a date of birth", "the text"),
    "word header": (word("Nil.", header=f"NHS {NHS}"), "an NHS number", "its part header1"),
    "word table": (word("x", table=(("DOB", "Drug"), ("3 May 1950", "x"))), "headed “DOB”", "the text, row 1"),
    "word field": (word("x", table=(("NHS no.", "12"),)), "headed “NHS no.”", "the text, row 1"),
    "excel number": (excel(("Ref",), (9434765919,)), "an NHS number", "sheet 1, line 2"),
    "excel dates": (excel(("Ref", "Date of Birth"), ("a", datetime.date(1950, 5, 3))), "headed", "sheet 1, row 1"),
    "excel comment": (excel(("Ref",), comment=f"told {NHS}"), "an NHS number", "comment"),
}


@pytest.mark.parametrize("name", NAMING)
def test_what_names_a_patient_is_found_with_its_place(name: str) -> None:
    data, what, where = NAMING[name]
    found = look(data)["found"]
    assert found is not None
    assert what in found["what"]
    assert where in found["where"]
    assert found["words"]


@pytest.mark.parametrize(
    ("data", "unread"),
    [
        (png(), "a picture"),
        (locked(), "locked with a password"),
        (pdf("", picture=True), "no text on page 1"),
        (pdf("Some words on the page.", picture=True), "pictures on page 1"),
        (pdf("Some words on the page.", inline=True), "pictures on page 1"),
        (word("Nil.", picture=True), "1 picture inside"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an older or locked Office file"),
        (b"%PDF-1.7\ngarbage", "damaged"),
        (rb"{\rtf1\ansi x {\pict\pngblip 89504e470d0a1a0a}}", "pictures or objects"),
        (b'<html><body><img src="data:image/png;base64,AAAA">x</body></html>', "1 picture inside"),
        (packed({"word/document.xml": b"<a>nil</a>", "word/embeddings/x.bin": b"\0"}), "1 file packed inside"),
        (packed({"word/document.xml": b"<a>" + b" " * (LARGEST + 9) + b"</a>"}), "80 MB come out of it"),
        (packed({"word/document.xml": b"<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>"}), "damaged"),
        (packed({"xl/workbook.xml": b"<a>torn"}), "damaged"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, unread: str) -> None:
    said = look(data)
    assert said["media_type"]
    assert said["found"] is None
    assert unread in " ".join(said["unread"])


def test_attachments_that_are_not_looked_into_are_named() -> None:
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\nNil.\r\n--x\r\nContent-Type: application/zip\r\n"
        'Content-Disposition: attachment; filename="list.zip"\r\n\r\nPK\r\n--x--'
    )
    said = look(mail(body, more='Content-Type: multipart/mixed; boundary="x"'))
    assert said["unread"] == ["the attachment list.zip"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\0" + b"\0" * 90,
        b"\x7fELF" + b"\0" * 90,
        b"#!/bin/sh\nrm -rf /\n",
        b"@echo off\r\n",
        b"\0\1\2\3" * 50,
        packed({"a.txt": b"x"}),
        packed({"word/document.xml": b"<a/>", "word/vbaProject.bin": b"\0"}),
        b"PK\x03\x04torn",
    ],
)
def test_programs_packed_folders_and_unknown_bytes_are_no_evidence(data: bytes) -> None:
    assert look(data)["media_type"] == ""


def test_the_name_never_says_what_a_file_is() -> None:
    assert kind_of(png()) == "image/png"
    assert ending_of("image/png", "invoice.pdf.exe") == ".png"
    assert ending_of(kinds.TEXT, "list.CSV") == ".csv"
    assert ending_of(kinds.TEXT, "list.exe") == ".txt"
    assert ending_of(kinds.OLD_OFFICE, "x.msg") == ".msg"
    assert ending_of(kinds.OLD_OFFICE, "x.exe") == ".bin"


def test_the_child_says_the_same_as_its_parts() -> None:
    data, kind = CLEAN["word"]
    assert documents.read_document("evidence", data)["media_type"] == kind
    assert documents.read_document("evidence", NAMING["pdf"][0])["found"]["where"] == "page 2"


def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(Refused, match="took too long"):
        documents.read_document("evidence", b"1234567890 " * 2_000_000, seconds=0.3)


@given(st.integers(0, 20_000), st.sampled_from(["x ", "\n", "9 ", "é", "12-"]))
def test_no_number_slips_through_between_two_windows(before: int, filler: str) -> None:
    text = (filler * before)[:before] + f"\nNHS {NHS}\n" + filler * 200
    assert first_found([Piece("", text)]) is not None
