"""What a workbook offers beside its cells: tables, marks, charts, print set-up, names, properties; and large sheets."""

from __future__ import annotations

import errno
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

from msat.errors import Cancelled, Refused
from msat.exports.checking import Outcome, check_file
from msat.exports.document import Rag
from msat.exports.seal import Seal
from msat.exports.workbook import MOST_ROWS, write_workbook
from msat.exports.workbook_digest import MOST_CELLS
from msat.exports.workbook_looks import TONES, lines_of
from msat.exports.workbook_model import (
    RAG_MARKS,
    STATUS_MARKS,
    STATUS_SIGNS,
    Book,
    Chart,
    Column,
    Named,
    Row,
    Series,
    Sheet,
    Shown,
    Stream,
)
from msat.exports.workbook_reading import read_workbook
from msat.projections.alert_state import Status
from msat.record.memory import MemoryRecord
from msat.triage.model import Priority
from tests.exports.samples import CUT_OFF

COLUMNS = (
    Column("Priority", 12, RAG_MARKS),
    Column("Count", 8),
    Column("Share", 8),
    Column("Status", 20, STATUS_MARKS),
)
ROWS: tuple[Row, ...] = (
    (Rag(Priority.RED), 3, Shown(0.75, "0%"), "Done"),
    (Rag(None), 4, None, "Overdue"),
    (Rag(Priority.GREEN), 0, Shown(1.0, '"over 99%"'), CUT_OFF),
)
LARGE = 5_700


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the trials need not be as large as a country."""
    monkeypatch.setattr("msat.exports.workbook.SMALL", 10_000)


def chart() -> Chart:
    bars = Series("Share", "Share", "Priority", "bars", labels=("3/4", "", "1/1"))
    return Chart("Shares", "Three of four.", "column", (bars, Series("Count", "Count", "Priority")), y_look="0%")


def book(rows: tuple[Row, ...] | Stream = ROWS, **more: object) -> Book:
    sheet = Sheet("Alerts in all", COLUMNS, rows, charts=(chart(),), frozen=1, **more)  # type: ignore[arg-type]
    return Book("Title", (sheet,), "Subject", "a, b", (Named("First_count", "Alerts in all", 0, "Count"),))


def large(count: int = LARGE, changed: int = -1) -> Book:
    def make() -> Iterator[Row]:
        for at in range(count):
            yield ROWS[at % 3] if at != changed else (Rag(Priority.AMBER), 1, None, "Other")

    return book(Stream(count, make))


def test_the_rows_of_large_sheets_lie_where_they_are_told_to_and_are_gone(
    seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, seen = tmp_path / "elsewhere", set[Path]()
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))

    def look(_what: str, _done: int, _total: int) -> None:
        seen.update((tmp_path / "cache").glob("msat-workbook-*"))
        assert list(elsewhere.iterdir()) == []

    with_rows = write_workbook(large(), seal, look, tmp_path / "cache")
    assert len(seen) == 1
    assert list((tmp_path / "cache").iterdir()) == []
    assert with_rows == write_workbook(large(), seal)


@pytest.fixture(scope="module")
def opened(seal: Seal) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(book(), seal)))


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_a_sheet_is_a_table_with_a_name_and_a_filter(opened: openpyxl.Workbook) -> None:
    table = opened["Alerts in all"].tables["Alerts_in_all"]
    assert (table.ref, table.autoFilter.ref) == ("A1:D4", "A1:D4")
    assert [column.name for column in table.tableColumns] == [column.title for column in COLUMNS]
    assert table.tableStyleInfo.showRowStripes


def test_words_are_marked_in_cells_that_a_reader_types_too(opened: openpyxl.Workbook) -> None:
    marked = opened["Alerts in all"].conditional_formatting
    areas = {str(each.sqref): each.rules for each in marked}
    assert set(areas) == {"A2:A504", "D2:D504"}
    words = {rule.formula[0].strip('"') for rule in areas["A2:A504"]}
    assert {"Red", "■ Red", "Amber", "▲ Amber", "Green", "● Green", "Not rated", "□ Not rated"} == words
    assert all(rule.stopIfTrue for rules in areas.values() for rule in rules)
    starts = [rule.text for rule in areas["D2:D504"]]
    assert starts.index("done late") < starts.index("done")
    fills = {rule.dxf.fill.bgColor.rgb for rule in areas["D2:D504"] if rule.text == "overdue"}
    assert fills == {"FF" + TONES["late"][0].removeprefix("#")}


def test_a_marked_cell_has_no_colour_of_its_own(opened: openpyxl.Workbook) -> None:
    """It would stay when a reader types another word."""
    assert opened["Alerts in all"]["A2"].fill.fill_type is None


def test_every_state_has_a_sign_and_a_mark() -> None:
    words = {word for mark in STATUS_MARKS for word in mark.words}
    for state in (*(status.value for status in Status), "not received", "no reply", "not asked"):
        assert {state, f"{STATUS_SIGNS[state]} {state}"} <= words


def test_marks_can_be_read() -> None:
    def light(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for fill, text in TONES.values():
        high, low = sorted((light(fill), light(text)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (fill, text)


def test_numbers_keep_their_formats(opened: openpyxl.Workbook) -> None:
    sheet = opened["Alerts in all"]
    assert (sheet["C2"].value, sheet["C2"].number_format) == (0.75, "0%")
    assert (sheet["C4"].value, sheet["C4"].number_format) == (1, '"over 99%"')
    assert sheet["D4"].is_date
    assert sheet["C3"].value is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(value: float, seal: Seal) -> None:
    with pytest.raises(ValueError, match="not finite"):
        write_workbook(book(((Rag(None), 1, Shown(value, "0"), ""),)), seal)


def test_it_prints_with_its_header_on_each_page(opened: openpyxl.Workbook) -> None:
    sheet = opened["Alerts in all"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "B2"
    assert sheet.data_validations.dataValidation == []


def test_a_sheet_too_wide_for_a_page_is_not_shrunk_until_nobody_can_read_it(seal: Seal) -> None:
    def made(count: int) -> Sheet:
        return Sheet(f"{count}", tuple(Column(f"C{n}", 20) for n in range(count)), (("x",) * count,), frozen=1)

    book = openpyxl.load_workbook(io.BytesIO(write_workbook(Book("T", (made(11), made(15), made(20))), seal)))
    papers = {sheet.title: sheet.page_setup.paperSize for sheet in book.worksheets[:3]}
    assert papers == {"11": 9, "15": 8, "20": 8}, "A4, A3, A3"
    assert book["15"].sheet_properties.pageSetUpPr.fitToPage
    assert not book["20"].sheet_properties.pageSetUpPr.fitToPage
    assert book["20"].page_setup.scale == 65


def test_a_mark_stands_above_every_printed_page(seal: Seal) -> None:
    made = replace(book(), mark="DRAFT &P")
    opened = openpyxl.load_workbook(io.BytesIO(write_workbook(made, seal)))
    assert {sheet.oddHeader.center.text for sheet in opened.worksheets[:2]} == {"DRAFT  P"}


def test_it_names_cells_and_carries_properties(opened: openpyxl.Workbook) -> None:
    assert opened.defined_names["First_count"].attr_text == "'Alerts in all'!$B$2"
    assert (opened.properties.title, opened.properties.subject) == ("Title", "Subject")
    assert (opened.properties.keywords, opened.properties.creator) == ("a, b", "Demo Surgery")


def test_a_chart_reads_its_cells_and_says_itself_in_words(seal: Seal) -> None:
    found = parts(write_workbook(book(), seal))
    drawn = found["xl/charts/chart1.xml"]
    assert "'Alerts in all'!$C$2:$C$4" in drawn
    assert "'Alerts in all'!$A$2:$A$4" in drawn
    cached = re.findall(r"<c:ptCount val=\"3\"/><c:pt idx=\"0\"><c:v>0.75</c:v></c:pt><c:pt idx=\"2\"><c:v>1", drawn)
    assert cached
    assert 'descr="Shares. Three of four."' in found["xl/drawings/drawing1.xml"]
    assert "<a:t>Three of four.</a:t>" in found["xl/drawings/drawing1.xml"]


def test_an_empty_sheet_says_so_in_words(seal: Seal) -> None:
    empty = book((), empty="No alert was received.")
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(empty, seal)))["Alerts in all"]
    assert (sheet["A1"].value, sheet["A2"].value) == ("Priority", "No alert was received.")
    assert not sheet.tables


def test_a_row_is_as_high_as_its_words() -> None:
    assert lines_of("short", 10) == 1
    assert lines_of("one\ntwo\nthree", 50) == 3
    assert lines_of("word " * 20, 20) == 5
    assert lines_of("x" * 100, 10) == 10


# --- large sheets ----------------------------------------------------------------------------------------------


def test_row_by_row_or_at_once_the_cells_are_the_same(seal: Seal) -> None:
    by_row = read_workbook(write_workbook(large(), seal))
    at_once = read_workbook(write_workbook(book(tuple(large().sheets[0].every_row())), seal))
    assert by_row is not None
    assert at_once is not None
    assert by_row.sheets["Alerts in all"].digest == at_once.sheets["Alerts in all"].digest
    assert by_row.sheets["Alerts in all"].count > MOST_CELLS


def test_a_large_sheet_is_a_table_of_its_full_size(seal: Seal) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(large(), seal)))["Alerts in all"]
    assert sheet.tables["Alerts_in_all"].ref == f"A1:D{LARGE + 1}"
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert sheet.cell(LARGE + 1, 4).value == CUT_OFF.replace(tzinfo=None, hour=17)


def test_a_large_workbook_is_the_same_each_time(seal: Seal) -> None:
    assert write_workbook(large(), seal) == write_workbook(large(), seal)


def test_it_says_nothing_of_the_computer_it_was_made_on(seal: Seal) -> None:
    for made in (book(), large()):
        with zipfile.ZipFile(io.BytesIO(write_workbook(made, seal))) as archive:
            marks = {(one.date_time, one.create_system, one.external_attr) for one in archive.infolist()}
        assert marks == {((1980, 1, 1, 0, 0, 0), 3, 0o600 << 16)}


def test_a_change_in_a_large_sheet_names_the_row(seal: Seal, record: MemoryRecord) -> None:
    whole = write_workbook(large(), seal)
    assert check_file(whole, "x.xlsx", record).valid
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<c r="D2000" s=' in part
                part = re.sub(rb'(<c r="B3001"[^>]*><v>)[^<]*', rb"\g<1>999", part)
                part = re.sub(rb'<row r="4000".*?</row>', b"", part)
            new.writestr(name, part)
    check = check_file(out.getvalue(), "x.xlsx", record)
    assert check.outcome is Outcome.CHANGED
    assert {(each.what, each.where) for each in check.problems} == {
        ("This row is not as signed.", "sheet Alerts in all, row 3001"),
        ("This row was taken out.", "sheet Alerts in all, row 4000"),
    }


@pytest.mark.parametrize("part", ["Writing", "Packing"])
def test_a_workbook_that_is_stopped_leaves_nothing(
    part: str, seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    seen: list[list[Path]] = []

    def stop(what: str, done: int, _total: int) -> None:
        seen.append(list(folder.rglob("*")))
        if what.startswith(part) and done >= 1:
            raise Cancelled("It was stopped.", "Start it again.")

    with pytest.raises(Cancelled):
        write_workbook(large(), seal, stop)
    assert any(seen), "the rows of a large sheet were not in the folder that was looked at"
    assert list(folder.iterdir()) == []


def test_progress_counts_up_to_all_rows(seal: Seal) -> None:
    told: list[tuple[int, int]] = []
    write_workbook(large(), seal, lambda what, done, total: told.append((done, total)) if "Writ" in what else None)
    assert [done for done, _total in told] == list(range(500, LARGE + 1, 500))
    assert {total for _done, total in told} == {LARGE + 11}


@pytest.mark.parametrize("count", [LARGE - 1, LARGE + 1])
def test_a_stream_that_gives_another_number_of_rows_is_a_mistake(count: int, seal: Seal) -> None:
    wrong = book(Stream(count, large().sheets[0].every_row))
    with pytest.raises(ValueError, match=f"gave {LARGE} rows"):
        write_workbook(wrong, seal)


def test_what_no_spreadsheet_holds_is_refused(seal: Seal) -> None:
    with pytest.raises(Refused, match="more than a spreadsheet can hold"):
        write_workbook(book(Stream(MOST_ROWS + 1, lambda: ())), seal)


def test_what_no_check_would_read_is_refused(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msat.exports.workbook.MOST_BYTES", 10_000)
    with pytest.raises(Refused, match="larger than any that can be checked"):
        write_workbook(book(), seal)


def test_a_full_disk_is_said_and_leaves_nothing(seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    whole = Worksheet._write_single_row

    def full(page: Worksheet, row: int = 0) -> None:
        if row > 3_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(page, row)

    monkeypatch.setattr(Worksheet, "_write_single_row", full)
    with pytest.raises(Refused, match="No space left on device"):
        write_workbook(large(), seal)
    assert list(folder.iterdir()) == []
