"""Workbooks: text stays text, dates are dates, nothing runs, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from msat.exports.checking import check_file
from msat.exports.document import Rag
from msat.exports.plain_text import clean
from msat.exports.seal import Seal
from msat.exports.workbook import LONGEST_CELL, Book, Column, Sheet, write_workbook
from msat.exports.workbook_reading import read_workbook
from msat.record.memory import MemoryRecord
from msat.triage.model import Priority
from tests.exports.hostile import PAYLOADS
from tests.exports.samples import CUT_OFF


def book(*rows: tuple[object, ...]) -> Book:
    return Book("Title", (Sheet("Log", (Column("A", 10), Column("B", 20)), rows),))  # type: ignore[arg-type]


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


@pytest.fixture(scope="module")
def hostile(seal: Seal) -> bytes:
    return write_workbook(book(*((payload, "x") for payload in PAYLOADS)), seal)


def test_no_cell_is_a_formula_or_a_link(hostile: bytes) -> None:
    for name, text in parts(hostile).items():
        assert "<f>" not in text, name
        assert "<f " not in text, name
        assert "<hyperlink" not in text, name
        assert "relationships/hyperlink" not in text, name


def test_every_text_comes_back_as_it_was_cleaned(hostile: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(hostile))["Log"]
    for row, payload in enumerate(PAYLOADS, start=2):
        cell = sheet.cell(row, 1)
        assert (cell.value or "") == clean(payload, LONGEST_CELL)
        assert cell.data_type in ("s", "n") if not payload else cell.data_type == "s"


def test_hostile_cells_are_verified_like_any_other(hostile: bytes, record: MemoryRecord) -> None:
    assert check_file(hostile, "x.xlsx", record).valid


def test_our_reader_and_another_agree(hostile: bytes) -> None:
    reading = read_workbook(hostile)
    assert reading is not None
    sheet = openpyxl.load_workbook(io.BytesIO(hostile))["Log"]
    theirs = {cell.coordinate: f"s:{cell.value}" for row in sheet for cell in row if cell.value is not None}
    assert reading.sheets["Log"].cells == theirs


def test_dates_are_dates_and_priorities_words_with_shapes(seal: Seal) -> None:
    rows = ((date(2023, 5, 9), CUT_OFF), (Rag(Priority.RED), Rag(None)), (7, None))
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(book(*rows), seal)))["Log"]
    assert sheet["A2"].value == datetime(2023, 5, 9)  # noqa: DTZ001 - a spreadsheet knows no time zone
    assert sheet["B2"].value == datetime(2026, 8, 22, 17, 0)  # noqa: DTZ001 - London, as people read it
    assert sheet["A2"].is_date
    assert (sheet["A3"].value, sheet["B3"].value) == ("■ Red", "□ Not rated")
    assert sheet["A4"].value == 7


def test_it_can_be_worked_with(seal: Seal) -> None:
    file = openpyxl.load_workbook(io.BytesIO(write_workbook(book(("a", "b")), seal)))
    assert file.sheetnames == ["Log", "How to verify", "Evidence"]
    assert file["Evidence"].sheet_state == "hidden"
    assert file["Log"].freeze_panes == "A2"
    table = file["Log"].tables["Log"]
    assert (table.ref, table.autoFilter.ref) == ("A1:B2", "A1:B2")
    assert table.tableStyleInfo.showRowStripes
    values = {row[0].value: row[1].value for row in file["How to verify"].iter_rows(min_row=2)}
    assert values["Head of the record"] == seal.head.id
    assert file.properties.created == datetime(2026, 8, 22, 17, 0)  # noqa: DTZ001 - as stored


def test_the_same_seal_gives_the_same_bytes(seal: Seal) -> None:
    assert write_workbook(book(("a", 1)), seal) == write_workbook(book(("a", 1)), seal)


def test_nothing_in_it_comes_from_the_clock(seal: Seal) -> None:
    stamps = set(re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "".join(parts(write_workbook(book(), seal)).values())))
    assert stamps == {"2026-08-22T17:00:00Z"}
