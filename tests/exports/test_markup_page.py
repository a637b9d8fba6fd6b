"""HTML pages with charts, codes and wide tables: valid as a tree, nothing fetched, every cell under its head."""

from __future__ import annotations

import re

import pytest
from lxml import html

from msat.exports.document import Document, Figure, Heading, PageBreak, Paragraph, QrCode, Table, plain
from msat.exports.markup import write_markup
from msat.exports.qr import QUIET, qr_modules
from msat.exports.qr_svg import dark_runs, qr_svg
from msat.exports.seal import Seal
from msat.exports.table_parts import dealt, narrow_parts, part_name
from tests.exports.hostile import PAYLOADS
from tests.exports.test_charts import CHARTS

ALERTS = tuple(f"EL(26)A/{number}" for number in range(1, 31))


def matrix(practices: int = 4, extra: str = "") -> Table:
    rows = tuple(
        (plain(f"Practice {at}{extra}"), *(plain(f"{at}x{number}") for number in range(30))) for at in range(practices)
    )
    return Table(("Practice", *ALERTS), rows, (4, *(1,) * 30), "Matrix", frozen=1, row_headers=True, turned=True)


def page(*blocks: object, watermark: str = "") -> Document:
    return Document("Pack", (Heading(1, "Pack"), *blocks), watermark=watermark)  # type: ignore[arg-type]


def tree(document: Document, seal: Seal | None = None) -> html.HtmlElement:
    return html.document_fromstring(write_markup(document, "html", seal))


def test_a_chart_is_drawn_described_and_told_in_numbers() -> None:
    chart = CHARTS["control"]
    root = tree(page(Figure(chart), Figure(CHARTS["funnel"], numbers=False)))
    figures = root.findall(".//figure")
    assert len(figures) == 2
    assert [one.find("svg").get("role") for one in figures] == ["img", "img"]
    assert figures[0].find("svg/desc").text == chart.alternative
    assert figures[0].findtext("figcaption") == chart.sentence
    (table,) = root.findall(".//table")
    assert table.findtext("caption") == "The numbers of “Days to finish a Red”"
    assert len(table.findall("tbody/tr")) == len(chart.rows)
    ids = re.findall(r'\bid="([^"]+)"', write_markup(page(Figure(chart), Figure(chart)), "html", None))
    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("form", ["markdown", "text"])
def test_other_forms_say_a_chart_in_words_and_numbers(form: str) -> None:
    text = write_markup(page(Figure(CHARTS["control"])), form, None)
    flat = re.sub(r"\s+", " ", text.replace("\\", ""))
    assert "Days to finish a Red." in flat
    assert CHARTS["control"].sentence in flat
    assert "outside a limit" in flat


def test_a_code_is_drawn_with_its_words() -> None:
    root = tree(page(QrCode("Y00000-P0003 head", "Pack number")))
    assert root.find(".//figure/svg").get("role") == "img"
    assert root.find(".//figure/svg/desc").text == "QR code. It holds: Y00000-P0003 head"
    assert "".join(root.find(".//figcaption").itertext()) == "Pack numberY00000-P0003 head"
    assert tree(page(QrCode("x" * 700, "Too long"))).find(".//figure/svg") is None


def test_the_path_of_a_code_covers_its_dark_squares() -> None:
    rows = qr_modules("Y00000-P0003")
    assert rows is not None
    squares = set()
    for x, y, count in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", qr_svg("Y00000-P0003", "l")):
        squares |= {(int(y) - QUIET, int(x) - QUIET + at) for at in range(int(count))}
    assert squares == {(y, x) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert dark_runs((True, False, True, True)) == [(0, 1), (2, 2)]


def test_a_wide_table_comes_in_parts_that_each_say_whose_row_it_is() -> None:
    root = tree(page(matrix()))
    tables = root.findall(".//table")
    assert len(tables) > 2
    assert [one.findtext("caption") for one in tables] == [
        f"Matrix: part {number} of {len(tables)}" for number in range(1, len(tables) + 1)
    ]
    seen: list[str] = []
    for table in tables:
        heads = [th.text for th in table.findall("thead/tr/th")]
        assert heads[0] == "Practice"
        assert {th.get("scope") for th in table.findall("thead/tr/th")} == {"col"}
        seen += heads[1:]
        for at, row in enumerate(table.findall("tbody/tr")):
            assert (row[0].tag, row[0].get("scope"), row[0].text) == ("th", "row", f"Practice {at}")
            # Each cell is the one of its practice and of the alert above it.
            assert [td.text for td in row[1:]] == [f"{at}x{ALERTS.index(head)}" for head in heads[1:]]
            assert [td.get("data-head") for td in row[1:]] == heads[1:]
    assert seen == list(ALERTS)
    assert all(region.get("aria-label") and region.get("tabindex") == "0" for region in root.findall(".//main/div"))


def test_a_short_document_stays_an_e_mail_and_a_page_has_one_style_sheet() -> None:
    short = write_markup(page(Paragraph(plain("x"))), "html", None)
    assert "<style" not in short
    assert "class=" not in short
    long = write_markup(page(Figure(CHARTS["funnel"])), "html", None)
    assert long.count("<style>") == 1
    assert not re.search(r"<(?:script|link|iframe|object|img)\b|url\(|@import|\bsrc=|javascript:", long)
    used = {name for names in re.findall(r'class="([^"]+)"', long) for name in names.split()}
    assert all(f".{name}" in long.partition("</style>")[0] for name in used - {"td"})


def test_turned_sections_are_closed_and_nothing_else_breaks() -> None:
    text = write_markup(
        page(PageBreak(True), matrix(), PageBreak(), PageBreak(False), Paragraph(plain("after"))), "html", None
    )
    root = html.document_fromstring(text)
    lying = root.findall(".//main/div[@class='lying']")
    assert len(lying) == 1
    assert lying[0].findall(".//table")
    assert not lying[0].findall(".//p")
    assert text.count("<div") == text.count("</div>")
    left_open = write_markup(page(PageBreak(True), Paragraph(plain("x"))), "html", None)
    assert left_open.count("<div") == left_open.count("</div>") == 1


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_a_watermark_is_said_first_where_there_are_no_pages(form: str) -> None:
    text = write_markup(page(Paragraph(plain("words")), watermark="Draft"), form, None)
    shown = "".join(html.document_fromstring(text).itertext()) if form == "html" else text
    assert shown.index("Draft") < shown.index("words")
    assert "Draft" not in write_markup(page(Paragraph(plain("words"))), form, None)


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_captions_stand_above_their_tables(form: str) -> None:
    table = Table(("A", "B"), ((plain("one"), plain("two")),), (1, 1), "What it shows")
    text = write_markup(page(table), form, None)
    assert 0 < text.index("What it shows") < text.index("one")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_text_stays_text(seal: Seal, payload: str) -> None:
    table = Table(
        (payload or "head", "B"), ((plain(payload), plain("x")),), (1, 1), payload, frozen=1, row_headers=True
    )
    document = page(
        Figure(CHARTS["control"]), QrCode(payload, payload), table, matrix(1, payload[:40]), watermark=payload
    )
    root = tree(document, seal)
    assert {one.tag for one in root.iter() if isinstance(one.tag, str)} <= _TAGS
    assert not [one for one in root.iter() if any(str(name).startswith("on") for name in one.attrib)]
    assert root.findall(".//a") == []
    assert len(root.findall(".//style")) == 1


_TAGS = {"html", "head", "meta", "title", "style", "body", "main", "div", "h1", "h2", "p", "strong", "br", "hr"}
_TAGS |= {"figure", "figcaption", "svg", "desc", "rect", "polyline", "polygon", "circle", "text", "path"}
_TAGS |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}


def test_a_batch_number_is_not_cut_and_a_very_long_word_is() -> None:
    table = Table(("A", "B"), ((plain("4L00001H"), plain("y" * 400)),), (1, 1))
    cells = tree(page(Figure(CHARTS["funnel"], numbers=False), table)).findall(".//td")
    assert [cell.get("class") for cell in cells] == ["td", "td long"]


def test_columns_are_dealt_out_as_full_as_parts_can_be() -> None:
    assert dealt(range(1, 6), [9, 3, 3, 3, 3, 3], 6) == [(1, 2), (3, 4), (5,)]
    assert dealt([0, 1], [100, 1], 6) == [(0,), (1,)]
    assert narrow_parts(Table(("A", "B"), (), (1, 1), frozen=1)) == [(0, 1)]
    assert narrow_parts(Table(("A", "B"), (), (1, 1), frozen=5)) == [(0, 1)]
    assert part_name("", 1, 1) == ""
    assert part_name("", 2, 3) == "Part 2 of 3"
