"""Fault row 20: whatever a text holds, a workbook shows it as text: no formula, no link, no markup, no error."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import openpyxl
import pytest
from lxml import etree

from msat.exports.checking import check_file
from msat.exports.pack_workbook import pack_book
from msat.exports.seal import Seal
from msat.exports.workbook import write_workbook
from msat.exports.workbook_cells import cell_text, headers, sheet_names, table_names, units, written
from msat.exports.workbook_model import RAG_MARKS, Book, Column, Sheet, Stream
from msat.exports.workbook_reading import read_workbook
from msat.record.memory import MemoryRecord
from tests.exports.hostile import PAYLOADS
from tests.exports.pack_samples import pack

FRAGMENTS = (
    *(payload for payload in PAYLOADS if len(payload) < 200),
    *("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|"),
    *("'", '"', ";", "!", "&", "<", ">"),
    *("=cmd|' /C calc'!A0", "=DDE(\"x\";\"y\";\"z\")", '=IMPORTXML("http://evil.example")', "Sheet1!A1", "=Log!$A$1"),
    *("<r><t>rich</t></r>", "<r><rPr><b/></rPr></broken></r>", "</t></is></c>", "_x000D_", "_x005F_x0041_", "_x0000_"),
    *("http://evil.example", "mailto:a@evil.example", "file:///etc/passwd", "internal:Log!A1", "external:c:\\x.xlsx"),
    *("\u0958\ufb2c", "\U0001d15e", "\U0001f48a" * 9, "\u202e", "\ufffe", "\uffff", "\ud800", "\x00", "\x1f", "\x7f"),
    *("Evidence", "History", "CON", "Log", "R1C1", "A1", "[x]", "a/b\\c:*?", "\u05e9\u05dc\u05d5\u05dd", " ", "", "x"),
)  # fmt: skip
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
FORBIDDEN = ("f", "hyperlink", "hyperlinks", "ddeLink", "oleLink", "externalReference", "hlinkClick")


def text(chance: random.Random) -> str:
    made = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randint(1, 5)))
    return made * (chance.choice((1, 1, 1, 1, 40)))


def hostile_book(chance: random.Random, texts: list[str], is_stream: bool) -> Book:
    """The texts everywhere that a text of the data can come to stand."""
    columns = tuple(Column(text(chance)[:400], 20, RAG_MARKS if n == 1 else ()) for n in range(4))
    rows = tuple((one, one[::-1], texts[at - 1], None) for at, one in enumerate(texts))
    filling = (("x", "y", "z", "w"),) * 15_000 if is_stream else ()
    body = Stream(len(rows) + len(filling), lambda: (*rows, *filling)) if is_stream else rows
    sheets = (
        Sheet(text(chance), columns, body, table=text(chance)),
        Sheet(text(chance), columns, (), empty=text(chance)),
        Sheet(text(chance), columns, rows[:2], filtered=False),
    )
    return Book(text(chance), sheets, text(chance), text(chance))


def assert_harmless(data: bytes) -> None:
    """No part of the file computes, loads or leads anywhere; every part is well formed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            root = etree.fromstring(archive.read(name))
            tags = {etree.QName(element).localname for element in root.iter() if isinstance(element.tag, str)}
            # In a chart it is where a series is read from, which the test of a pack looks at.
            allowed = {"f"} if name.startswith("xl/charts/") else set()
            assert not tags & set(FORBIDDEN) - allowed, (name, tags)
            if name.endswith(".rels"):
                assert all(each.get("TargetMode") != "External" for each in root), name
            if name == "[Content_Types].xml":
                assert b"macro" not in archive.read(name)


def assert_tables_fit(book: openpyxl.Workbook) -> None:
    """A table whose headings differ from its cells is what makes a spreadsheet offer to repair a file."""
    for sheet in book:
        for table in sheet.tables.values():
            first = sheet[table.ref][0]
            cells = [cell.value for cell in first]
            assert [column.name for column in table.tableColumns] == cells
            assert len({str(cell).casefold() for cell in cells}) == len(cells)
            assert all(cell and units(cell) <= 255 for cell in cells)


def trial(seed: int, seal: Seal, record: MemoryRecord, is_stream: bool = False) -> int:
    chance = random.Random(seed)
    texts = [text(chance) for _ in range(50)]
    data = write_workbook(hostile_book(chance, texts, is_stream), seal)
    assert_harmless(data)
    assert check_file(data, "x.xlsx", record).valid
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(units(name) <= 31 for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames) == 5
    assert_tables_fit(book)
    sheet, reading = book.worksheets[0], read_workbook(data)
    assert reading is not None
    read = reading.sheets[sheet.title].cells or {}
    for row, one in enumerate(texts, start=2):
        cell = sheet.cell(row, 1)
        assert read.get(f"A{row}", "") == written(one).value
        # openpyxl takes "x005F_" out of every text, and leaves escapes as they are in sheets written row by row.
        if "_x" not in one:
            assert (cell.value or "") == cell_text(one), repr(one[:200])
        assert cell.data_type == ("s" if cell.value is not None else "n")
        assert cell.hyperlink is None
    return len(texts)


def test_a_thousand_hostile_texts_stay_texts(seal: Seal, record: MemoryRecord) -> None:
    assert sum(trial(seed, seal, record) for seed in range(20)) == 1_000


def test_they_stay_texts_in_a_sheet_written_row_by_row(seal: Seal, record: MemoryRecord) -> None:
    assert trial(77, seal, record, is_stream=True) == 50


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_hostile_texts_stay_texts(seal: Seal, record: MemoryRecord) -> None:
    assert sum(trial(seed, seal, record, is_stream=seed % 20 == 0) for seed in range(1_000, 1_200)) == 10_000


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: repr(payload[:20]))
def test_what_is_signed_is_what_is_read(payload: str, seal: Seal) -> None:
    data = write_workbook(Book("T", (Sheet("S", (Column("A", 9), Column("B", 9)), ((payload, "end"),)),)), seal)
    reading = read_workbook(data)
    assert reading is not None
    assert (reading.sheets["S"].cells or {}).get("A2", "") == written(payload).value


@pytest.mark.parametrize(
    "long", ["x" * 10_000, "\U0001f48a" * 30_000, "\u0958" * 30_000, "\ufb2c" * 40_000, "\U0001d15e" * 20_000],
    ids=["ten thousand", "two units each", "two letters each", "three letters each", "six units each"],
)  # fmt: skip
def test_a_text_is_never_longer_than_a_cell(long: str, seal: Seal, record: MemoryRecord) -> None:
    data = write_workbook(Book("T", (Sheet("S", (Column("A", 9),), ((long,),)),)), seal)
    assert units(openpyxl.load_workbook(io.BytesIO(data))["S"]["A2"].value) <= 32_767
    assert check_file(data, "x.xlsx", record).valid


def test_markup_between_the_writers_own_brackets_stays_text(seal: Seal) -> None:
    """XlsxWriter writes a text between these brackets as it is: it would be rich text, or break the file."""
    text = "<r><t>Not <b>text</b></t></r>"
    data = write_workbook(Book("T", (Sheet("S", (Column("A", 9),), ((text,),)),)), seal)
    assert openpyxl.load_workbook(io.BytesIO(data))["S"]["A2"].value.rstrip() == text


def test_names_are_made_fit() -> None:
    assert headers(["A", "a", "", "x_x0041_", "two\nlines"]) == ("A", "a (2)", "Column", "x-x0041_", "two lines")
    assert sheet_names(["a/b", "A B", "History", "'x'", "y" * 40]) == ("a b", "A B (2)", "History sheet", "x", "y" * 31)
    assert table_names(["In numbers", "K1", "R1C1", "", "Log", "log"]) == (
        "In_numbers",
        "Table_K1",
        "Table_R1C1",
        "Table",
        "Log",
        "log_2",
    )


def spoiled(value: Any, chance: random.Random) -> Any:
    """The same values with another text in place of every text."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text(chance)
    if isinstance(value, tuple):
        return tuple(spoiled(each, chance) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        own = {each.name: spoiled(getattr(value, each.name), chance) for each in fields(value) if each.init}
        return replace(value, **own)
    return value


@pytest.mark.parametrize("seed", range(4))
def test_a_pack_full_of_hostile_texts_is_harmless(seed: int, seal: Seal, record: MemoryRecord) -> None:
    """In its tables, in charts and their labels, in names for cells and in what the file says of itself."""
    made = spoiled(pack(20, 6), random.Random(seed))
    data = write_workbook(pack_book(made), seal)
    assert_harmless(data)
    assert check_file(data, "x.xlsx", record).valid
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert_tables_fit(book)
    # References of charts lead to sheets of this workbook and nowhere else.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = b"".join(archive.read(name) for name in archive.namelist() if "charts/chart" in name).decode()
    for where in re.findall("<c:f>([^<]*)</c:f>", charts):
        assert re.fullmatch(r"('[A-Za-z ()]+'|[A-Za-z]+)!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+", where), where
    for one in book.defined_names.values():
        assert re.fullmatch(r"'(Summary|KPIs)'!\$[A-Z]\$\d+", str(one.attr_text)), one.attr_text
