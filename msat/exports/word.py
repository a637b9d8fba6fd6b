"""A neutral document to Word (.docx), in real styles, so that it takes on the look of its template or of the place it
is pasted into. The one place beside `word_package` that imports python-docx. The same seal gives the same bytes.

No run has a font or colour of its own: priorities are marked by character styles. Links are https or plain text.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Mm, Pt

from msat.exports.chart_png import qr_png, write_png
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Figure,
    Heading,
    Inline,
    KeyValues,
    PageBreak,
    Paragraph,
    QrCode,
    Rag,
    RagLine,
    Run,
    Runs,
    Table,
    is_web_address,
    plain,
    rag_joint,
)
from msat.exports.manifest import as_lines, make_evidence
from msat.exports.markup import SHAPES
from msat.exports.plain_text import clean, one_line
from msat.exports.seal import Seal
from msat.exports.word_package import add_evidence, describe, open_template, packed
from msat.exports.word_reading import content_of, read_word
from msat.triage.model import Priority

HEADINGS = {1: "Title", 2: "heading 1", 3: "heading 2", 4: "heading 3"}
RAGS = {
    Priority.RED: "RAG Red",
    Priority.AMBER: "RAG Amber",
    Priority.GREEN: "RAG Green",
    None: "RAG Not Rated",
}
NOTES = {"info": "Note Info", "warning": "Note Warning", "danger": "Note Danger"}
MOST_COLUMNS = 14
"""Columns of one table where it may be parted; Word itself takes 63."""
CODE_WIDTH = Mm(28)
_UNDATED = datetime(1980, 1, 1)  # noqa: DTZ001 - Word keeps naive UTC


def write_word(document: Document, seal: Seal | None = None, template: bytes | None = None) -> bytes:
    """The document as .docx; with a seal also with its evidence. `template`: an editor's own .docx or .dotx.

    Raises Refused for a template that cannot be used.
    """
    docx = open_template(template)
    document = seal.faced(document) if seal else document
    made = seal.cut_off.astimezone(UTC).replace(tzinfo=None) if seal else _UNDATED
    whose = one_line(seal.organisation.name, 200) if seal else ""
    note = f"{seal.place()}. {seal.program}." if seal else ""
    describe(docx, one_line(document.title), one_line(document.subject), document.language, whose, note, made)
    writer = _Writer(docx, document)
    writer.running(seal.running() if seal else "", document.watermark)
    closing = _closing(seal) if seal else ()
    for block in (*document.blocks, *closing):
        writer.block(block)
    if seal:
        content, extra = content_of(read_word(packed(docx)))
        add_evidence(docx, "\n".join(as_lines(make_evidence(seal, content, extra, with_entries=False))))
    return packed(docx)


def _closing(seal: Seal) -> tuple[Block, ...]:
    lines = (Paragraph(plain(line), small=True) for line in seal.closing(with_entries=False))
    return (Heading(2, "How to check this file"), *lines)


@dataclass(slots=True)
class _Writer:
    """Adds blocks at the end of a document's body."""

    docx: Docx
    document: Document
    breaks: bool = False
    """A new page is to begin before the next block."""
    pictures: int = 0
    _styles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._styles = {str(style.name).casefold(): style.style_id for style in self.docx.styles if style.name}
        if self.document.landscape:
            _turn(self.docx.sections[0], landscape=True)

    # --- blocks --------------------------------------------------------------------------------------------------

    def block(self, block: Block) -> None:
        match block:
            case Heading(level=level, text=text):
                self.paragraph(HEADINGS[level], plain(one_line(text)))
                if level == 1 and self.document.watermark:
                    self.paragraph(NOTES["warning"], (Run(self.document.watermark, bold=True),))
            case Paragraph(runs=runs, small=small):
                self.paragraph("Small Print" if small else "Normal", runs)
            case RagLine(rag=rag, runs=runs):
                self.marked("Normal", rag, (Run(rag_joint(runs)), *runs))
            case Callout(tone=tone, runs=runs):
                self.paragraph(NOTES[tone], runs)
            case Bullets(items=items):
                for item in items:
                    self.paragraph("List Bullet", item)
            case PageBreak(landscape=landscape):
                self.new_page(landscape)
            case _:
                self.large(block)

    def large(self, block: Table | KeyValues | Figure | QrCode) -> None:
        match block:
            case Table():
                self.table(block)
            case KeyValues(pairs=pairs):
                rows = tuple((plain(name), value) for name, value in pairs)
                self.grid((), rows, (1.0, 3.0), "Table Text", row_headers=True)
            case Figure():
                self.figure(block)
            case QrCode(text=text, label=label):
                if drawn := qr_png(text):
                    self.picture(drawn, f"QR code: {label}", CODE_WIDTH)
                self.paragraph("Small Print", (Run(f"{label}: "), Run(text, link=text if is_web_address(text) else "")))

    def table(self, block: Table) -> None:
        if block.caption:
            self.paragraph("Caption", plain(one_line(block.caption)))
        style = "Table Text Small" if block.small else "Table Text"
        for at, columns in enumerate(_parts(len(block.header), block.frozen)):
            if at:
                self.paragraph("Caption", plain("The same rows, further columns"))
            header = tuple(block.header[number] for number in columns)
            rows = tuple(tuple(row[number] for number in columns) for row in block.rows)
            widths = tuple(block.widths[number] for number in columns)
            self.grid(header, rows, widths, style, block.row_headers, one_line(block.caption))

    def figure(self, block: Figure) -> None:
        chart = block.chart  # its title stands in the picture
        self.picture(write_png(chart), chart.alternative, Emu(min(int(self.measure), int(Pt(chart.width * 1.2)))))
        self.paragraph("Normal", plain(chart.sentence))
        if table := block.table():
            self.table(table)

    def picture(self, data: bytes, alternative: str, width: Length) -> None:
        """A PNG with its alternative text."""
        paragraph = self.docx.add_paragraph()
        self._style(paragraph._p, "Figure")
        shape = paragraph.add_run().add_picture(io.BytesIO(data), width=width)
        named = shape._inline.docPr
        self.pictures += 1
        named.set("id", str(self.pictures))
        named.set("name", f"Chart {self.pictures}")
        named.set("descr", one_line(alternative, 2_000))

    # --- paragraphs and runs -------------------------------------------------------------------------------------

    def paragraph(self, style: str, runs: Runs) -> None:
        self._fill(self._new(style), runs)

    def marked(self, style: str, rag: Rag, runs: Runs) -> None:
        paragraph = self._new(style)
        paragraph.append(self._mark(rag))
        self._fill(paragraph, runs)

    def _new(self, style: str) -> Any:
        paragraph = self.docx.add_paragraph()._p
        self._style(paragraph, style)
        if self.breaks:
            paragraph.get_or_add_pPr().append(_made("w:pageBreakBefore"))
            self.breaks = False
        return paragraph

    def _style(self, paragraph: Any, name: str) -> None:
        paragraph.style = self._styles[name.casefold()]

    def _fill(self, paragraph: Any, runs: Runs) -> None:
        for run in runs:
            if not is_web_address(run.link):
                paragraph.append(self._run(run))
                continue
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self.docx.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            link.append(self._run(run, linked=True))
            paragraph.append(link)

    def _run(self, run: Run, linked: bool = False) -> Any:
        made: Any = OxmlElement("w:r")
        style = "Hyperlink" if linked else "Strong" if run.bold else ""
        if style:
            made.style = self._styles[style.casefold()]
        if run.bold and linked:
            made.get_or_add_rPr().append(_made("w:b"))
        if run.struck:
            made.get_or_add_rPr().append(_made("w:strike"))
        made.text = clean(run.text)
        return made

    def _mark(self, rag: Rag) -> Any:
        made: Any = OxmlElement("w:r")
        made.style = self._styles[RAGS[rag.priority].casefold()]
        made.text = f"{SHAPES[rag.priority]} {rag.word}"
        return made

    # --- tables --------------------------------------------------------------------------------------------------

    def grid(
        self,
        header: tuple[str, ...],
        rows: Sequence[Sequence[Inline]],
        widths: Sequence[float],
        style: str,
        row_headers: bool = False,
        caption: str = "",
    ) -> None:
        """A table in the house's style. Its header row repeats on each page; a row is not broken over two."""
        if self.breaks:
            self._new("Small Print")
        table = OxmlElement("w:tbl")
        table.append(self._table_look(bool(header), row_headers, caption))
        twips = _shares(widths, self.measure.twips)
        grid = OxmlElement("w:tblGrid")
        for width in twips:
            grid.append(_made("w:gridCol", ("w:w", str(width))))
        table.append(grid)
        if header:
            table.append(self._row([plain(one_line(name)) for name in header], twips, style, is_header=True))
        for row in rows:
            table.append(self._row(row, twips, style))
        self.docx.element.body._insert_tbl(table)
        self._new("Small Print")  # Word joins two tables with nothing between them

    def _table_look(self, has_header: bool, row_headers: bool, caption: str) -> Any:
        look = OxmlElement("w:tblPr")
        look.append(_made("w:tblStyle", ("w:val", self._styles["safety table"])))
        look.append(_made("w:tblW", ("w:w", str(self.measure.twips)), ("w:type", "dxa")))
        look.append(_made("w:tblLayout", ("w:type", "fixed")))
        flags = {"firstRow": has_header, "lastRow": False, "firstColumn": row_headers, "lastColumn": False}
        value = 0x0020 * has_header + 0x0080 * row_headers + 0x0400 + 0x0200
        pairs = [(f"w:{name}", str(int(flag))) for name, flag in flags.items()]
        look.append(_made("w:tblLook", ("w:val", f"{value:04X}"), *pairs, ("w:noHBand", "1"), ("w:noVBand", "1")))
        if caption:
            look.append(_made("w:tblCaption", ("w:val", caption[:250])))
        return look

    def _row(self, cells: Sequence[Inline], twips: Sequence[int], style: str, is_header: bool = False) -> Any:
        row = OxmlElement("w:tr")
        about = OxmlElement("w:trPr")
        about.append(_made("w:cantSplit"))
        if is_header:
            about.append(_made("w:tblHeader"))
        row.append(about)
        for value, width in zip(cells, twips, strict=True):
            cell = OxmlElement("w:tc")
            look = OxmlElement("w:tcPr")
            look.append(_made("w:tcW", ("w:w", str(width)), ("w:type", "dxa")))
            cell.append(look)
            paragraph = OxmlElement("w:p")
            self._style(paragraph, style)
            if isinstance(value, Rag):
                paragraph.append(self._mark(value))
            else:
                self._fill(paragraph, value)
            cell.append(paragraph)
            row.append(cell)
        return row

    # --- pages ---------------------------------------------------------------------------------------------------

    @property
    def measure(self) -> Length:
        """The width of the text."""
        section = self.docx.sections[-1]
        sizes = (section.page_width, section.left_margin, section.right_margin)
        width, left, right = (size if size is not None else Emu(720_000) for size in sizes)
        return Emu(max(int(width) - int(left) - int(right), 1_800_000))

    def new_page(self, landscape: bool | None) -> None:
        section = self.docx.sections[-1]
        lies = section.orientation == WD_ORIENT.LANDSCAPE
        if landscape is None or landscape == lies:
            self.breaks = True
        else:
            _turn(self.docx.add_section(WD_SECTION.NEW_PAGE), landscape)

    def running(self, footer: str, watermark: str) -> None:
        """Footer and page numbers, unless the template brings its own; a watermark's word at the head."""
        section = self.docx.sections[0]
        if watermark:
            self._fill_first(section.header, "Header", watermark)
        if any(_holds_something(each) for each in (section.footer, section.first_page_footer)):
            return
        if footer:
            self._fill_first(section.footer, "Footer", footer)
        numbers = section.footer.add_paragraph()._p if footer else section.footer.paragraphs[0]._p
        self._style(numbers, "Footer")
        numbers.append(self._run(Run("Page ")))
        for name, joint in (("PAGE", " of "), ("NUMPAGES", "")):
            for part in _field(name):
                numbers.append(part)
            if joint:
                numbers.append(self._run(Run(joint)))

    def _fill_first(self, where: Any, style: str, text: str) -> None:
        first = where.paragraphs[0] if where.paragraphs else None
        paragraph = first._p if first is not None and not first.text else where.add_paragraph()._p
        self._style(paragraph, style)
        paragraph.append(self._run(Run(one_line(text))))


def _holds_something(footer: Any) -> bool:
    if footer.is_linked_to_previous:
        return False
    return any(paragraph.text.strip() for paragraph in footer.paragraphs) or bool(footer.tables)


def _parts(count: int, frozen: int) -> list[list[int]]:
    """The columns of each part of a table: all, or as many as fit, each with the frozen ones before it."""
    if not frozen or count <= MOST_COLUMNS:
        return [list(range(count))]
    step = MOST_COLUMNS - frozen
    return [[*range(frozen), *range(start, min(start + step, count))] for start in range(frozen, count, max(step, 1))]


def _shares(widths: Sequence[float], total: int) -> list[int]:
    """Shares of a line in twips, which add up to it."""
    whole = sum(widths) or 1.0
    found = [int(total * width / whole) for width in widths]
    found[-1] += total - sum(found)
    return found


def _made(tag: str, *attributes: tuple[str, str]) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes:
        made.set(qn(name), value)
    return made


def _field(name: str) -> list[Any]:
    """A field that Word counts by itself: `PAGE`, `NUMPAGES`."""
    parts: list[Callable[[], Any]] = [
        lambda: _made("w:fldChar", ("w:fldCharType", "begin")),
        lambda: _told("w:instrText", f" {name} "),
        lambda: _made("w:fldChar", ("w:fldCharType", "separate")),
        lambda: _told("w:t", "1"),
        lambda: _made("w:fldChar", ("w:fldCharType", "end")),
    ]
    runs = []
    for part in parts:
        run = OxmlElement("w:r")
        run.append(part())
        runs.append(run)
    return runs


def _told(tag: str, text: str) -> Any:
    made = _made(tag, ("xml:space", "preserve"))
    made.text = text
    return made


def _turn(section: Any, landscape: bool) -> None:
    """Lays a section's pages across or upright."""
    wide, high = sorted((int(section.page_width), int(section.page_height)), reverse=landscape)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Emu(wide), Emu(high)
