"""Word documents: real styles, a template's look, the same bytes again, checked and every change named."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from msat.errors import Refused
from msat.exports.certificate import certificate
from msat.exports.chart_funnel import funnel_chart
from msat.exports.checking import FileCheck, Outcome, check_file
from msat.exports.document import (
    Bullets,
    Callout,
    Document,
    Figure,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    QrCode,
    Rag,
    RagLine,
    Run,
    Table,
    plain,
)
from msat.exports.plain_text import one_line
from msat.exports.seal import Seal
from msat.exports.word import write_word
from msat.exports.word_package import house_template
from msat.exports.word_reading import read_word
from msat.projections.funnel import Counted, funnel
from msat.record.memory import MemoryRecord
from msat.triage.model import Priority
from tests.exports.hostile import PAYLOADS
from tests.exports.samples import CUT_OFF, SURGERY, notice, signed

RAGS = [*map(Rag, Priority), Rag(None)]
EVERYTHING = Document(
    "Everything",
    (
        Heading(1, "Everything"),
        Paragraph((Run("Bold", bold=True), Run(" and "), Run("struck", struck=True))),
        Heading(2, "Section"),
        Heading(3, "Part"),
        *(RagLine(rag, plain("what to do.")) for rag in RAGS),
        *(Callout(tone, plain(f"A note: {tone}.")) for tone in ("info", "warning", "danger")),
        Bullets((plain("one"), plain("two"))),
        KeyValues((("Name", plain("Value")), ("Priority", Rag(Priority.RED)))),
        Table(("A", "B"), ((plain("1"), Rag(None)), (plain("2"), plain("b"))), (1, 2), caption="Two columns"),
        PageBreak(landscape=True),
        Table(tuple("ABCDEFGHIJKLMNOPQRST"), (tuple(plain(each) for each in "abcdefghijklmnopqrst"),), (1,) * 20,
              frozen=1, small=True),
        PageBreak(landscape=False),
        Paragraph((Run("The page", link="https://www.gov.uk/x?a=1&b=2"), Run("no link", link="javascript:alert(1)"))),
    ),
    subject="All blocks",
    watermark="Draft",
)  # fmt: skip


def opened(data: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(data))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, name: str, *pairs: tuple[bytes, bytes]) -> bytes:
    files = parts(data)
    for before, after in pairs:
        assert before in files[name]
        files[name] = files[name].replace(before, after, 1)
    return repacked(files)


@pytest.fixture(scope="module")
def word(record: MemoryRecord, seal: Seal) -> bytes:
    return write_word(certificate(signed(record), notice(), SURGERY, CUT_OFF), seal)


# --- what it holds ---------------------------------------------------------------------------------------------


def test_every_block_has_a_style_of_its_own() -> None:
    document = opened(write_word(EVERYTHING))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.text}
    assert styles["Everything"] == "Title"
    assert styles["Section"] == "Heading 1"
    assert styles["Part"] == "Heading 2"
    assert styles["one"] == "List Bullet"
    assert styles["A note: danger."] == "Note Danger"
    assert styles["Two columns"] == "Caption"
    assert styles["▲ Amber: what to do."] == "Normal"
    marks = {run.text: run.style.name for paragraph in document.paragraphs for run in paragraph.runs}
    assert (marks["■ Red"], marks["□ Not rated"], marks["Bold"]) == ("RAG Red", "RAG Not Rated", "Strong")


def test_no_run_has_a_font_colour_or_size_of_its_own() -> None:
    body = parts(write_word(EVERYTHING))["word/document.xml"]
    for direct in (b"<w:rFonts", b"<w:color", b"<w:sz ", b"<w:sz/", b"<w:highlight", b"<w:shd"):
        assert direct not in body


def test_text_takes_on_the_fonts_and_colours_of_the_recipients_theme() -> None:
    styles = parts(house_template())["word/styles.xml"].decode()
    assert "asciiTheme=" in styles
    assert not re.search(r"<w:rFonts[^>]*w:ascii=", styles)
    assert 'w:themeColor="text2"' in styles
    assert 'w:themeColor="hyperlink"' in styles


def test_header_rows_repeat_rows_stay_whole_and_tables_are_named() -> None:
    document = opened(write_word(EVERYTHING))
    pairs, two, first, second = document.tables
    assert two.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert pairs.rows[0]._tr.trPr.find(qn("w:tblHeader")) is None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in two.rows)
    assert two.style.name == "Safety Table"
    assert two._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Two columns"
    assert [cell.text for cell in first.rows[1].cells] == list("abcdefghijklmn")
    assert [cell.text for cell in second.rows[1].cells] == list("aopqrst")
    assert [section.orientation for section in document.sections] == [0, 1, 0]


def test_charts_and_codes_are_pictures_with_words_and_numbers() -> None:
    counts = [Counted(f"Y0000{n}", f"Practice {n}", number, 100) for n, number in enumerate((90, 90, 90, 62))]
    chart = funnel_chart(funnel(counts), "Finished on time", "finished on time")
    data = write_word(Document("T", (Heading(1, "T"), Figure(chart), QrCode("https://www.gov.uk/x", "Pack 3"))))
    body = etree.fromstring(parts(data)["word/document.xml"])
    told = [node.get("descr") for node in body.iter(qn("wp:docPr"))]
    assert told == [one_line(chart.alternative, 2_000), "QR code: Pack 3"]
    assert [node.get("id") for node in body.iter(qn("wp:docPr"))] == ["1", "2"]
    document = opened(data)
    assert chart.sentence in [paragraph.text for paragraph in document.paragraphs]
    assert len(document.tables[0].rows) == 1 + len(chart.rows)
    assert sum(name.endswith(".png") for name in parts(data)) == 2
    assert write_word(Document("T", (Figure(chart),))) == write_word(Document("T", (Figure(chart),)))


def test_a_changed_picture_is_told(seal: Seal, record: MemoryRecord) -> None:
    data = write_word(Document("T", (Heading(1, "T"), QrCode("https://www.gov.uk/x", "Pack 3"))), seal)
    files = parts(data)
    assert check_file(data, "x.docx", record).valid
    name = next(name for name in files if name.endswith(".png"))
    other = write_word(Document("T", (QrCode("https://evil.example", "Pack 3"),)))
    files[name] = parts(other)[name]
    assert "The pictures are not those that were signed" in whats(check_file(repacked(files), "x.docx", record))


def test_links_are_https_or_plain_text() -> None:
    data = write_word(EVERYTHING)
    relations = parts(data)["word/_rels/document.xml.rels"].decode()
    assert re.findall(r'Target="([^"]*)" TargetMode="External"', relations) == ["https://www.gov.uk/x?a=1&amp;b=2"]
    assert "javascript:" not in relations
    assert "no link" in "".join(paragraph.text for paragraph in opened(data).paragraphs)


def test_language_title_and_times_are_told(word: bytes) -> None:
    core = opened(word).core_properties
    assert core.title == "Record of action: EL(26)A/37"
    assert core.author == "Demo Surgery"
    assert f"{core.created:%Y-%m-%d %H:%M}" == f"{core.modified:%Y-%m-%d %H:%M}" == "2026-08-22 16:00"
    assert b'<w:lang w:val="en-GB"' in parts(word)["word/styles.xml"]


def test_a_watermark_stands_at_the_head_of_text_and_pages() -> None:
    document = opened(write_word(EVERYTHING))
    assert document.paragraphs[1].text == "Draft"
    assert document.sections[0].header.paragraphs[0].text == "Draft"


def test_the_same_seal_gives_the_same_bytes(record: MemoryRecord, seal: Seal, word: bytes) -> None:
    assert write_word(certificate(signed(record), notice(), SURGERY, CUT_OFF), seal) == word
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_text(seal: Seal, record: MemoryRecord, payload: str) -> None:
    blocks = (
        Heading(1, payload),
        Paragraph((Run(payload, bold=True), Run(payload, link=payload))),
        RagLine(Rag(Priority.RED), plain(payload)),
        Table((payload, "B"), ((plain(payload), plain(payload)),), (1, 1), caption=payload),
        KeyValues(((payload, plain(payload)),)),
    )
    data = write_word(Document(payload, blocks, subject=payload), seal)
    for name, part in parts(data).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
    names = {node.tag for node in etree.fromstring(parts(data)["word/document.xml"]).iter()}
    assert not {qn("w:object"), qn("w:altChunk"), qn("w:pict")} & names
    assert b"TargetMode" not in parts(data)["word/_rels/document.xml.rels"]
    assert check_file(data, "news.docx", record).valid


# --- templates -------------------------------------------------------------------------------------------------


def own_template(change: Callable[[docx.document.Document], None] = lambda _document: None) -> bytes:
    """A template as people make them: python-docx's own, with a letterhead."""
    document = docx.Document()
    document.styles["Heading 1"].font.name = "Georgia"
    document.sections[0].header.paragraphs[0].text = "House letterhead"
    document.sections[0].footer.paragraphs[0].text = "House footer"
    document.add_paragraph("Text of the template")
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_templates_styles_header_and_footer_are_kept_and_its_text_is_not(seal: Seal, record: MemoryRecord) -> None:
    data = write_word(EVERYTHING, seal, own_template())
    document = opened(data)
    assert document.styles["Heading 1"].font.name == "Georgia"
    assert document.sections[0].footer.paragraphs[0].text == "House footer"
    assert [each.text for each in document.sections[0].header.paragraphs] == ["House letterhead", "Draft"]
    assert "Text of the template" not in [paragraph.text for paragraph in document.paragraphs]
    assert document.styles["RAG Red"].style_id == "RagRed"
    assert document.styles["Safety Table"].base_style.name == "Normal Table"
    assert check_file(data, "news.docx", record).valid


def test_a_template_without_bullets_gets_them() -> None:
    def drop(document: docx.document.Document) -> None:
        for name in ("List Bullet", "Title", "Strong"):
            document.styles[name].delete()

    document = opened(write_word(EVERYTHING, None, own_template(drop)))
    bullet = next(each for each in document.paragraphs if each.text == "one")
    number = bullet.style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val"))
    numbering = document.part.numbering_part.element
    assert number in [each.get(qn("w:numId")) for each in numbering.findall(qn("w:num"))]
    tags = [etree.QName(each).localname for each in numbering]
    assert tags.index("num") > max(n for n, tag in enumerate(tags) if tag == "abstractNum")


def test_a_dotx_is_taken_as_a_template(seal: Seal) -> None:
    files = parts(own_template())
    types = files["[Content_Types].xml"]
    files["[Content_Types].xml"] = types.replace(b"document.main+xml", b"template.main+xml")
    assert opened(write_word(EVERYTHING, seal, repacked(files))).styles["Heading 1"].font.name == "Georgia"


def with_remote(data: bytes) -> bytes:
    remote = (
        b'<Relationship Id="rIdX" TargetMode="External" Target="https://evil.example/t.dotm" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
    )
    return changed(data, "word/_rels/document.xml.rels", (b"</Relationships>", remote))


def with_macros(data: bytes) -> bytes:
    return repacked({**parts(data), "word/vbaProject.bin": b"x"})


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (with_remote, "from another place"),
        (with_macros, "macros or embedded objects"),
        (lambda _data: b"hello", "no .docx or .dotx"),
        (lambda data: data[:2000], "no .docx or .dotx"),
        (lambda _data: repacked({"[Content_Types].xml": b"<Types/>"}), "another kind"),
    ],
)
def test_a_template_that_cannot_be_trusted_is_refused(spoilt: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        write_word(EVERYTHING, None, spoilt(own_template()))


# --- checking --------------------------------------------------------------------------------------------------


def whats(check: FileCheck) -> str:
    return " | ".join(f"{problem.where}: {problem.what}" for problem in check.problems)


def test_a_document_as_made_is_verified(word: bytes, record: MemoryRecord) -> None:
    check = check_file(word, "record.docx", record)
    assert check.outcome is Outcome.VERIFIED
    assert any("of a Word file" in line or "Of a Word file" in line for line in check.checked)


def test_a_document_saved_again_by_another_program_is_still_verified(word: bytes, record: MemoryRecord) -> None:
    out = io.BytesIO()
    opened(word).save(out)
    assert out.getvalue() != word
    assert check_file(out.getvalue(), "record.docx", record).outcome is Outcome.VERIFIED


def test_the_same_footer_written_again_for_each_section_counts_once(seal: Seal, record: MemoryRecord) -> None:
    document = opened(write_word(EVERYTHING, seal))
    first, second = (document.sections[number].footer for number in (0, 1))
    second.is_linked_to_previous = False
    for paragraph in list(second.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    for paragraph in first.paragraphs:
        second._element.append(copy.deepcopy(paragraph._p))
    out = io.BytesIO()
    document.save(out)
    assert sum("footer" in name for name in parts(out.getvalue())) == 2
    assert check_file(out.getvalue(), "x.docx", record).valid
    second.paragraphs[0].text = "Another footer"
    document.save(out := io.BytesIO())
    assert "“Another footer” was added" in whats(check_file(out.getvalue(), "x.docx", record))


BODY = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
MATHS = (
    b'<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>Stop</m:t></m:r>'
    b"</m:oMath><w:sectPr"
)
CHANGES: dict[str, tuple[str, tuple[bytes, bytes], str]] = {
    "a word": (BODY, (b"2 found", b"3 found"), "paragraph .*“3 found” stands where “2 found”"),
    "a link": (RELATIONS, (b"https://www.gov.uk", b"https://evil.example"), "evil.example.* stands where"),
    "hidden": (BODY, (b"<w:r>", b"<w:r><w:rPr><w:vanish/></w:rPr>"), "hidden text, which MSAT never writes"),
    "added": (BODY, (b"<w:sectPr", b"<w:p><w:r><w:t>More.</w:t></w:r></w:p><w:sectPr"), "“More.” was added"),
    "list mark": ("word/numbering.xml", ("•".encode(), "Do not: •".encode()), "list mark: Do not: •.* was added"),
    "formula": (BODY, (b"<w:sectPr", MATHS), "a drawing or formula, whose text is not looked at"),
    "footer": ("word/footer1.xml", (b"Demo Surgery", b"Evil Surgery"), "Evil Surgery"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_and_named(word: bytes, record: MemoryRecord, name: str) -> None:
    part, pair, said = CHANGES[name]
    check = check_file(changed(word, part, pair), "record.docx", record)
    assert check.outcome is Outcome.CHANGED
    assert re.search(said, whats(check)), whats(check)


def test_evidence_taken_out_put_in_twice_or_broken_is_told(word: bytes, record: MemoryRecord) -> None:
    files = parts(word)
    without = {**files, "customXml/item1.xml": b"<other/>"}
    assert check_file(repacked(without), "x.docx", record).outcome is Outcome.NO_EVIDENCE
    broken = {**files, "customXml/item1.xml": files["customXml/item1.xml"].replace(b"A", b"B", 3)}
    assert check_file(repacked(broken), "x.docx", record).outcome is Outcome.CHANGED
    assert check_file(word[: len(word) // 2], "x.docx", record).outcome is Outcome.CHANGED
    other = write_word(replace(EVERYTHING, watermark=""))
    assert check_file(other, "x.docx", record).outcome is Outcome.NO_EVIDENCE


def test_reading_leaves_out_what_word_counts_by_itself(word: bytes) -> None:
    reading = read_word(word)
    assert reading is not None
    assert "Page {PAGE} of {NUMPAGES}" in reading.lines
    again = read_word(changed(word, "word/footer1.xml", (b">1<", b">7<")))
    assert again is not None
    assert again.lines == reading.lines
