"""Laid-out pages: nothing lost, nothing on top of anything else or outside the page, nothing left alone."""

from __future__ import annotations

import io
import itertools
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.exports.document import (
    Block,
    Callout,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    QrCode,
    Rag,
    Table,
    plain,
)
from msat.exports.page_layout import lay_out
from msat.exports.pages import Drawing, Element, Marked, Modules, Pages, Rectangle, Text
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import read_pdf
from msat.exports.qr import qr_modules
from msat.exports.seal import Seal
from msat.exports.table_columns import yielded
from msat.exports.type_setting import para_slowly, para_text, width_of
from msat.triage.model import Priority
from tests.exports.hostile import PAYLOADS
from tests.exports.test_charts import CHARTS
from tests.exports.test_pdf import failures

FOOT = ("Demo Surgery", "To check")
LONG = "Co-codamol 30 mg/500 mg effervescent tablets, sugar free (Accord Healthcare Limited), hospital livery"


def laid(*blocks: Block, landscape: bool = False, watermark: str = "") -> Pages:
    return lay_out(Document("Pack", (Heading(1, "Pack"), *blocks), landscape=landscape, watermark=watermark), FOOT)


def matrix(alerts: int = 60, practices: int = 50) -> Table:
    words = ("done", "not asked", "late", "open")
    heads = [f"EL(26)A/{number:02}" if number % 5 else f"NatPSA/2026/{number:03}/MHRA" for number in range(alerts)]
    rows = tuple(
        (plain(f"The Surgery, Number {at} (Y{at:05})"), *(plain(words[(at + n) % 4]) for n in range(alerts)))
        for at in range(practices)
    )
    header = ("Practice", *heads)
    return Table(header, rows, (4, *(1,) * alerts), "Matrix", True, frozen=1, row_headers=True, turned=True)


def batches(count: int = 40) -> Table:
    rows = tuple(
        (plain(LONG if at % 7 == 0 else "Fingolimod 0.5 mg capsules"), plain(f"4L{at:05}H"), plain("11/2027"))
        for at in range(count)
    )
    return Table(("Product", "Batch", "Expiry"), rows, (3, 1, 1), "Affected", row_headers=True)


def log(rows: int = 6) -> Table:
    """Rows of a log: a few long fields beside short ones."""
    body = tuple(
        (Rag(list(Priority)[at % 3]), plain(f"row {at} " + "words " * 60), plain("short")) for at in range(rows)
    )
    return Table(("Priority", "Action taken", "Status"), body, (1, 4, 1), small=True)


def everything() -> Document:
    hostile = Table(("What", "Text"), tuple((plain(str(n)), plain(p)) for n, p in enumerate(PAYLOADS)), (1, 9))
    blocks = (
        Heading(1, "Pack"),
        Callout("warning", plain("Two have not replied.")),
        *(Figure(CHARTS[name]) for name in ("control", "funnel", "on time of none")),
        Heading(2, "Affected"),
        batches(),
        PageBreak(True),
        Heading(2, "Matrix"),
        matrix(),
        log(),
        PageBreak(False),
        QrCode("Y00000-P0003 8F3A 22C1", "Pack and head"),
        hostile,
    )
    return Document("Pack", blocks, watermark="Draft")


# --- helpers -------------------------------------------------------------------------------------------------------


def marked_texts(pages: Pages, page: int, decoration: bool = False) -> Iterator[Text]:
    for mark in pages.pages[page].marks:
        if mark.element is not None or (decoration and mark.artifact != "Watermark"):
            yield from (op for op in mark.ops if isinstance(op, Text) and op.text.strip())


def found(element: Element, kind: str) -> list[Element]:
    own = [element] if element.kind == kind else []
    return own + [one for child in element.children if isinstance(child, Element) for one in found(child, kind)]


def said(element: Element) -> str:
    """The text of an element, lines joined as they are read."""
    parts = []
    for child in element.children:
        if isinstance(child, Element):
            parts.append(said(child))
        else:
            parts += [op.text for op in child.ops if isinstance(op, Text)]
    return "".join(parts)


def pages_of(element: Element) -> set[int]:
    own = {child.page for child in element.children if isinstance(child, Marked)}
    return own.union(*(pages_of(child) for child in element.children if isinstance(child, Element)))


def box(text: Text) -> tuple[float, float, float, float]:
    width = width_of(text.text.rstrip(), text.font, text.size)
    if text.turn:
        return text.x - 0.7 * text.size, text.y, text.x, text.y + width
    return text.x, text.y, text.x + width, text.y + 0.7 * text.size


def assert_clean(pages: Pages) -> None:
    """No two texts on one another, none outside the paper."""
    for number, page in enumerate(pages.pages):
        boxes = [(box(text), text.text) for text in marked_texts(pages, number, decoration=True)]
        rows: dict[int, list[tuple[tuple[float, float, float, float], str]]] = defaultdict(list)
        for one, text in boxes:
            assert one[0] >= 0, text
            assert one[1] >= 0, text
            assert one[2] <= page.width, text
            assert one[3] <= page.height, text
            for row in range(int(one[1] // 20), int(one[3] // 20) + 1):
                rows[row].append((one, text))
        for row in rows.values():
            for ((a, b, c, d), one_text), ((e, f, g, h), other) in itertools.combinations(row, 2):
                assert not (a + 0.1 < g and e + 0.1 < c and b + 0.1 < h and f + 0.1 < d), (number, one_text, other)


# --- conformance ---------------------------------------------------------------------------------------------------


def test_everything_at_once_conforms_and_is_the_same_each_time(seal: Seal, tmp_path: Path) -> None:
    data = write_pdf(everything(), seal)
    assert failures(data) == []
    assert data == write_pdf(everything(), seal)
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed; the validator above has passed")
    file = tmp_path / "file.pdf"
    file.write_bytes(data)
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_text_of_everything_can_be_read_back(seal: Seal) -> None:
    pages = read_pdf(write_pdf(everything(), seal)).pages
    pieces = [piece for page in pages for piece in page.pieces]
    whole = "".join(pieces).replace(" ", "")
    for words in ("Daystofinish", "4L00039H", "NatPSA/2026/", "Y00049", "Draft", "Y00000-P0003", "row5words"):
        assert words in whole


# --- figures -------------------------------------------------------------------------------------------------------


def test_a_chart_is_a_figure_with_alternative_text_box_and_caption(seal: Seal) -> None:
    chart = CHARTS["control"]
    with pikepdf.open(io.BytesIO(write_pdf(Document("t", (Heading(1, "t"), Figure(chart))), seal))) as pdf:
        (node,) = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert str(node.Alt) == chart.alternative
        left, bottom, right, top = (float(value) for value in node.A.BBox)
        assert 0 < left < right < 596
        assert (right - left - 8) / (top - bottom - 8) == pytest.approx(chart.width / chart.height, rel=0.01)
        assert [str(one.S) for one in node.K if isinstance(one, pikepdf.Dictionary) and "/S" in one] == ["/Caption"]


def test_a_chart_stays_with_its_heading_and_sentence() -> None:
    for lines in range(20, 60, 3):
        filler = [Paragraph(plain("line"))] * lines
        pages = laid(*filler, Heading(2, "Chart"), Figure(CHARTS["control"], numbers=False))
        (figure,) = found(pages.root, "Figure")
        assert pages_of(figure) == {pages.bookmarks[-1].page}


def test_a_chart_is_never_wider_than_the_line_nor_much_larger_than_made() -> None:
    for landscape in (False, True):
        pages = laid(Figure(CHARTS["funnel"]), landscape=landscape)
        (drawing,) = [op for page in pages.pages for mark in page.marks for op in mark.ops if isinstance(op, Drawing)]
        assert drawing.x + drawing.scale * drawing.chart.width <= pages.pages[0].width - 25
        assert 0.9 < drawing.scale <= 1.15


def test_a_code_is_drawn_square_by_square_with_white_around_it() -> None:
    pages = laid(QrCode("Y00000-P0003", "Pack number"))
    ops = [op for mark in pages.pages[0].marks for op in mark.ops]
    (code,) = [op for op in ops if isinstance(op, Modules)]
    assert code.rows == qr_modules("Y00000-P0003")
    (white,) = [op for op in ops if isinstance(op, Rectangle) and op.fill == "#FFFFFF"]
    assert code.x - white.x >= 4 * code.module
    assert white.width == pytest.approx((len(code.rows) + 8) * code.module)
    (figure,) = found(pages.root, "Figure")
    assert figure.alternative == "QR code. Pack number. It holds: Y00000-P0003"
    assert "Pack number" in said(pages.root)


def test_a_text_too_long_for_a_code_stands_as_words() -> None:
    pages = laid(QrCode("x " * 400, "Too long"))
    assert found(pages.root, "Figure") == []
    assert said(pages.root).count("x") == 400
    assert_clean(pages)


# --- wide tables ---------------------------------------------------------------------------------------------------


def test_a_matrix_comes_in_parts_and_every_cell_stands_under_its_alert() -> None:
    table = matrix()
    pages = laid(PageBreak(True), Heading(2, "Matrix"), table)
    assert_clean(pages)
    tables = found(pages.root, "Table")
    assert 3 < len(tables) < 8
    seen: list[str] = []
    for number, part in enumerate(tables, start=1):
        assert said(found(part, "Caption")[0]) == f"Matrix: part {number} of {len(tables)}"
        heads = [said(th) for th in found(part, "TH") if th.scope == "Column"]
        assert heads[0] == "Practice"
        at = [table.header.index(head) for head in heads]
        rows = found(found(part, "TBody")[0], "TR")
        assert len(rows) == 50
        for row, whole in zip(rows, table.rows, strict=True):
            name, *cells = [one for one in row.children if isinstance(one, Element)]
            assert (name.kind, name.scope) == ("TH", "Row")
            assert [said(one) for one in (name, *cells)] == [whole[column][0].text for column in at]  # type: ignore[index,union-attr]
        seen += heads[1:]
    assert seen == list(table.header[1:])


def test_header_rows_of_a_matrix_are_repeated_as_decoration() -> None:
    pages = laid(PageBreak(True), matrix(practices=120))
    assert len(pages.pages) > 10
    for number in range(1, len(pages.pages)):
        texts = [text for text in marked_texts(pages, number, decoration=True)]
        assert any(text.text == "Practice" for text in texts)
        assert sum(bool(text.turn) for text in texts) >= 5


def test_a_table_that_may_not_be_parted_is_squeezed_and_one_that_fits_is_whole() -> None:
    assert len(found(laid(matrix(alerts=4)).root, "Table")) == 1
    squeezed = matrix(alerts=30, practices=2)
    unparted = Table(squeezed.header, squeezed.rows, squeezed.widths, frozen=0)
    pages = laid(unparted)
    assert len(found(pages.root, "Table")) == 1
    assert_clean(pages)


def test_heads_lie_where_that_is_narrow_enough() -> None:
    short = Table(
        ("Practice", *"ABCDEF"), ((plain("x"), *[plain("a longish word")] * 6),) * 2, (1,) * 7, frozen=1, turned=True
    )
    assert not [text for text in marked_texts(laid(short), 0) if text.turn]


# --- rows and headings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [batches(12), log(5), matrix(8, 12)], ids=["batches", "log", "matrix"])
def test_no_heading_and_no_row_is_left_alone(table: Table) -> None:
    for lines in range(0, 60, 2):
        pages = laid(*[Paragraph(plain("line"))] * lines, Heading(2, "Section"), Heading(3, "Part"), table)
        rows = found(found(pages.root, "TBody")[0], "TR")
        heads = [mark.page for mark in pages.bookmarks[1:]]
        first, second = pages_of(rows[0]), pages_of(rows[1])
        assert set(heads) == {min(first)}, lines
        assert min(second) == min(first) or len(first) > 1, lines
        last, before = pages_of(rows[-1]), pages_of(rows[-2])
        assert last & before or len(last) > 1, lines


def test_a_row_that_goes_on_says_whose_it_is() -> None:
    table = Table(("Alert", "Done"), ((plain("EL(26)A/1 of Monday"), plain("words " * 2_000)),), (1, 3))
    pages = laid(table)
    assert len(pages.pages) > 1
    for number in range(1, len(pages.pages)):
        decoration = [text.text for text in marked_texts(pages, number, decoration=True)]
        assert "EL(26)A/1 of Monday" in " ".join(" ".join(decoration).split())
        assert "(continued)" in decoration
        assert not any("EL(26)" in text.text for text in marked_texts(pages, number))
    assert_clean(pages)


def test_columns_with_room_to_spare_yield_it() -> None:
    assert yielded([100, 100], [50, 90]) == [100, 100]
    assert yielded([100, 100], [50, 130]) == pytest.approx([70, 130])
    assert yielded([100, 100, 100], [40, 1_000, 10_000]) == pytest.approx([40, 113.9, 146.1], abs=0.1)
    assert sum(yielded([80, 60, 160], [200, 50, 90])) == pytest.approx(300)


def test_a_table_to_be_kept_together_is_not_broken() -> None:
    rows = tuple((plain(f"row {at}"), plain("x")) for at in range(12))
    for lines in range(0, 60, 3):
        kept = Table(("A", "B"), rows, (1, 1), keep=True)
        pages = laid(*[Paragraph(plain("line"))] * lines, kept)
        assert len(pages_of(found(pages.root, "Table")[0])) == 1
    higher = Table(("A", "B"), rows * 20, (1, 1), keep=True)
    assert len(pages_of(found(laid(higher).root, "Table")[0])) > 1


def test_a_header_higher_than_a_page_goes_on_and_is_not_repeated() -> None:
    table = Table(("word " * 3_000, "B"), ((plain("one"), plain("two")),) * 3, (1, 1))
    pages = laid(table)
    assert_clean(pages)
    assert said(pages.root).count("word") == 3_000
    assert len(found(pages.root, "TD")) == 6


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z", "S"]), max_size=40)
cells = st.one_of(words, st.integers(1, 4_000).map(lambda n: "y" * n), st.integers(1, 600).map(lambda n: "ab " * n))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.tuples(cells, words, words, words), min_size=1, max_size=6),
    header=st.tuples(words, words, words, words),
    widths=st.tuples(*[st.floats(0.2, 5)] * 4),
    frozen=st.integers(0, 3),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)
def test_any_table_is_laid_out_whole_and_clean(
    rows: list[tuple[str, ...]],
    header: tuple[str, ...],
    widths: tuple[float, ...],
    frozen: int,
    flags: tuple[bool, bool, bool, bool],
) -> None:
    small, row_headers, turned, landscape = flags
    body = tuple(tuple(plain(cell) for cell in row) for row in rows)
    table = Table(header, body, widths, "Any", small, frozen, row_headers, turned=turned)
    pages = laid(Heading(2, "Before"), table, Paragraph(plain("after")), landscape=landscape)
    assert_clean(pages)
    text = "".join(said(pages.root).split())
    for cell in (cell for row in rows for cell in row):
        for word in para_text(cell).split():
            assert word in text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_the_quick_way_of_cleaning_a_text_gives_what_the_slow_one_gives(text: str) -> None:
    assert para_text(text) == para_slowly(text)


# --- pages ---------------------------------------------------------------------------------------------------------


def test_pages_lie_and_stand_in_one_document(seal: Seal) -> None:
    blocks = (Heading(1, "t"), PageBreak(True), Paragraph(plain("lies")), PageBreak(), Paragraph(plain("lies too")))
    document = Document("t", (*blocks, PageBreak(False), PageBreak(False), Paragraph(plain("stands"))))
    with pikepdf.open(io.BytesIO(write_pdf(document, seal))) as pdf:
        sizes = [tuple(round(float(value)) for value in page.MediaBox[2:]) for page in pdf.pages]
    assert sizes == [(595, 842), (842, 595), (842, 595), (595, 842)]


def test_an_empty_first_page_is_turned_rather_than_left_empty() -> None:
    pages = lay_out(Document("t", (PageBreak(True), Paragraph(plain("x")))), FOOT)
    assert [(round(page.width), round(page.height)) for page in pages.pages] == [(842, 595)]


def test_a_watermark_lies_under_every_page_and_is_decoration() -> None:
    pages = laid(*[Paragraph(plain("words " * 80))] * 20, watermark="Draft \u202e<b>")
    assert len(pages.pages) > 1
    for page in pages.pages:
        first = page.marks[0]
        assert (first.element, first.artifact) == (None, "Watermark")
        (text,) = first.ops
        assert isinstance(text, Text)
        assert text.text == "Draft <b>"
        assert 0 < text.x < page.width
        assert 0 < text.y < page.height
    assert not any(mark.artifact == "Watermark" for page in laid().pages for mark in page.marks)
