"""PDFs: archival, tagged, the same each time, nothing lost, nothing injected."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace

import page
import pikepdf
import pypdf
import pytest

from msat.exports.certificate import certificate
from msat.exports.document import (
    Bullets,
    Callout,
    Document,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Rag,
    RagLine,
    Run,
    Table,
    plain,
)
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import read_pdf
from msat.exports.seal import Seal
from msat.record.memory import MemoryRecord
from msat.triage.model import Priority
from tests.exports.hostile import PAYLOADS
from tests.exports.samples import CUT_OFF, SURGERY, URL, notice, signed, state

PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


def document(*texts: str, rows: int = 3, dense: bool = False, landscape: bool = False) -> Document:
    """One of every block, holding these texts."""
    cells = [plain(text) for text in texts] or [plain("text")]
    table = tuple((plain(f"row {n}"), cells[n % len(cells)], Rag(list(Priority)[n % 3])) for n in range(rows))
    blocks = [
        Heading(1, "Title"),
        *(RagLine(Rag(priority), plain("by noon.")) for priority in (*Priority, None)),
        Heading(2, "Section"),
        *(Paragraph(cell) for cell in cells),
        Callout("warning", cells[0]),
        KeyValues((("Name", cells[0]), ("Priority", Rag(Priority.RED)))),
        Bullets(tuple(cells[:3])),
        Heading(3, "Part"),
        Table(("Row", "Text", "Priority"), table, (1, 6, 1)),
        PageBreak(),
        Paragraph((Run("struck ", struck=True), Run("bold ", bold=True), Run(URL, link=URL)), small=True),
    ]
    return Document("Title", tuple(blocks), dense=dense, landscape=landscape)


def failures(data: bytes) -> list[str]:
    return [
        f"{profile.value}: {failure.rule_id} {failure.message}"
        for profile in PROFILES
        for failure in page.validate_pdf_bytes(data, profile=profile).failures
    ]


def text_of(data: bytes) -> str:
    """All text as another program reads it, blanks aside."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    return re.sub(r"\s+", "", "".join(each.extract_text() for each in reader.pages))


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("landscape", [False, True])
def test_every_block_passes_pdf_a_3a_and_pdf_ua_1(seal: Seal, dense: bool, landscape: bool) -> None:
    assert failures(write_pdf(document("some text", rows=70, dense=dense, landscape=landscape), seal)) == []


def test_the_validator_would_notice_what_is_missing(certificate_pdf: bytes) -> None:
    """A positive control: without tags, output intent or language the same validator objects."""
    for key in ("/StructTreeRoot", "/OutputIntents", "/Metadata"):
        with pikepdf.open(io.BytesIO(certificate_pdf)) as pdf:
            del pdf.Root[key]
            out = io.BytesIO()
            pdf.save(out)
        assert failures(out.getvalue()), key


def test_a_certificate_passes_and_qpdf_finds_no_error(certificate_pdf: bytes, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert failures(certificate_pdf) == []
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed; the validator above has passed")
    file = tmp_path / "file.pdf"
    file.write_bytes(certificate_pdf)
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_seal_gives_the_same_bytes(record: MemoryRecord, seal: Seal, certificate_pdf: bytes) -> None:
    again = write_pdf(certificate(signed(record), notice(), SURGERY, CUT_OFF), seal)
    assert again == certificate_pdf


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_text_builds_adds_nothing_and_stays_readable(seal: Seal, payload: str) -> None:
    data = write_pdf(document(payload), seal)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        addresses = {str(note.A.URI) for each in pdf.pages for note in each.get("/Annots", [])}
        assert addresses == {URL}
        assert not any("/XObject" in each.get("/Resources", {}) for each in pdf.pages)
    text = text_of(data)
    assert all(word in text for word in re.findall(r"[A-Za-z]{3,}", payload[:2000]))


def test_hostile_text_together_still_conforms(seal: Seal) -> None:
    assert failures(write_pdf(document(*PAYLOADS), seal)) == []


def test_only_the_shipped_font_is_used_and_embedded(certificate_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(certificate_pdf)) as pdf:
        for each in pdf.pages:
            for font in each.Resources.Font.values():
                assert "Inter" in str(font.BaseFont)
                assert "/FontFile2" in font.FontDescriptor


def test_structure_is_what_a_screen_reader_needs(certificate_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(certificate_pdf)) as pdf:
        kinds: list[str] = []
        waiting = [pdf.Root.StructTreeRoot.K[0]]
        scopes = set()
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, pikepdf.Dictionary) and "/S" in node:
                kinds.append(str(node.S))
                if str(node.S) == "/TH":
                    scopes.add(str(node.A.Scope))
                kids = node.get("/K", [])
                waiting += list(kids) if isinstance(kids, list | pikepdf.Array) else [kids]
        assert pdf.Root.Lang == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.docinfo.Title == "Record of action: EL(26)A/37"
    assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/Link"} <= set(kinds)
    assert scopes == {"/Column", "/Row"}


def test_bookmarks_name_the_sections(certificate_pdf: bytes) -> None:
    outline = pypdf.PdfReader(io.BytesIO(certificate_pdf)).outline
    assert outline[0].title == "Record of action: EL(26)A/37"
    assert [each.title for each in outline[1]][:2] == ["Priority and why", "Decided"]


def test_every_page_says_which_of_how_many_and_how_to_check(seal: Seal) -> None:
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(document(rows=90), seal)))
    count = len(reader.pages)
    assert count > 2
    for number, each in enumerate(reader.pages, start=1):
        text = each.extract_text()
        assert f"Page {number} of {count}" in text
        assert "msatctl verify" in text
        assert seal.place() in text


def test_a_long_table_repeats_its_header_and_loses_no_row(seal: Seal) -> None:
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(document(rows=120), seal)))
    texts = [each.extract_text() for each in reader.pages]
    whole = "\n".join(texts)
    assert all(f"row {number}\n" in whole or f"row {number} " in whole for number in range(120))
    with_rows = [text for text in texts if re.search(r"\brow \d", text)]
    assert len(with_rows) > 1
    assert all("Row" in text and "Text" in text for text in with_rows)


def test_nothing_is_drawn_outside_the_page(seal: Seal) -> None:
    """Every start of text lies on the page, even of a row taller than a page and a word wider than it."""
    data = write_pdf(document("y" * 9_000, "many words " * 1_500, dense=True), seal)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for each in pdf.pages:
            box = [float(value) for value in each.MediaBox]
            for instruction in pikepdf.parse_content_stream(each):
                if str(instruction.operator) == "Tm":
                    x, y = (float(value) for value in instruction.operands[4:6])
                    assert box[0] <= x <= box[2]
                    assert box[1] <= y <= box[3]
    assert text_of(data).count("y") >= 9_000


def test_a_typical_alert_stays_on_one_side_and_an_untypical_one_goes_on(record: MemoryRecord, seal: Seal) -> None:
    usual = write_pdf(certificate(signed(record), notice(), SURGERY, CUT_OFF), seal)
    assert len(read_pdf(usual).pages) == 1
    long_name = " ".join(f"Product{number} 500 mg tablets," for number in range(150))
    many = write_pdf(certificate(replace(state(record), title=long_name), notice(400), SURGERY, CUT_OFF), seal)
    assert len(read_pdf(many).pages) > 1
    text = text_of(many)
    assert all(f"4L{1372 + number:05}H" in text for number in range(400))
    assert all(f"Product{number}500mg" in text for number in range(150))
    assert failures(many) == []


def test_no_stream_ends_so_that_its_length_could_be_misread(seal: Seal) -> None:
    """One packed stream in 128 would end in CR or LF by chance; sixty files hold some seven hundred streams."""
    for number in range(60):
        data = write_pdf(Document("t", (Heading(1, f"Number {number}"),)), seal)
        assert not re.search(rb"[\r\n]\nendstream", data), number


def test_the_attached_record_holds_the_entries_shown(certificate_pdf: bytes, seal: Seal) -> None:
    with pikepdf.open(io.BytesIO(certificate_pdf)) as pdf:
        spec = pdf.Root.AF[0]
        attached = json.loads(spec.EF.F.read_bytes())
        assert spec.AFRelationship == "/Source"
        assert spec.EF.F.Subtype == "/application/json"
    assert [entry["body"] for entry in attached["entries"]] == [entry.body for entry in seal.entries]
    assert json.loads(attached["manifest"])["head"] == seal.head.id
