"""The pack as a workbook: the pack's own counts, every part of it on a sheet, and words where there is nothing."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from msat.exports.checking import check_file
from msat.exports.pack_workbook import matrix_sheet, pack_book, state_words
from msat.exports.pack_workbook_figures import funnel_sheet, percent
from msat.exports.seal import Seal, gather
from msat.exports.workbook import write_workbook
from msat.exports.workbook_model import Shown, Stream
from msat.projections.funnel import funnel
from msat.projections.kpi_model import Share, to_json
from msat.projections.pack_model import Cell
from msat.record.memory import MemoryRecord
from tests.exports.pack_samples import CUT, counts, empty_pack, matrix, pack
from tests.exports.samples import signed

ROOT = Path(__file__).resolve().parents[2]
SHEETS = (
    "Summary", "Exceptions", "KPIs", "Definitions", "Red alerts", "Affected products", "Log", "Matrix", "Practices",
    "On time by month", "Time to close (SPC)", "Funnel", "Funnel limits", "Outliers", "Coverage", "Gaps",
    "Not relevant", "Rules", "Late entries", "Logs", "How to verify", "Evidence",
)  # fmt: skip


@pytest.fixture(scope="module")
def pack_seal(record: MemoryRecord) -> Seal:
    return gather(record, [signed(record)], "pack", {"number": "Y00000-P0003"}, CUT)


@pytest.fixture(scope="module")
def data(pack_seal: Seal) -> bytes:
    return write_workbook(pack_book(pack()), pack_seal)


@pytest.fixture(scope="module")
def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(book: openpyxl.Workbook, name: str) -> list[dict[str, Any]]:
    """A sheet's rows under its headings."""
    rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_every_part_of_the_pack_has_its_sheet(book: openpyxl.Workbook) -> None:
    assert tuple(book.sheetnames) == SHEETS
    names = {name for sheet in book for name in sheet.tables}
    assert {"Indicators", "Alert_log", "Matrix", "Practices", "Months", "Funnel", "Exceptions"} <= names


def test_it_is_verified(data: bytes, record: MemoryRecord) -> None:
    assert check_file(data, "pack.xlsx", record).valid


def test_the_same_pack_gives_the_same_bytes(data: bytes, pack_seal: Seal) -> None:
    assert write_workbook(pack_book(pack()), pack_seal) == data


def test_indicators_are_those_of_the_json_number_by_number(book: openpyxl.Workbook) -> None:
    wanted: list[tuple[str, str, str, dict[str, int | None]]] = []
    for one in to_json(pack().kpis):
        wanted.append((one["code"], "Indicator", one["words"], one["value"]))
        wanted += [(one["code"], "Part", part["words"], part["value"]) for part in one["parts"]]
        wanted += [(one["code"], "Left out", str(left["count"]), {"count": left["count"]}) for left in one["left_out"]]
    found = []
    for row in table(book, "KPIs"):
        share = row["Per cent"]
        numbers = {
            "count": row["Count"],
            "numerator": row["Numerator"],
            "denominator": row["Denominator"],
            "percent": None if share is None else round(share * 100),
            "median_s": row["Median, seconds"],
            "ninetieth_s": row["90th centile, seconds"],
        }
        found.append((row["Code"], row["Line"], row["As reported"], numbers))
    assert len(found) == len(wanted) > 15
    for (code, line, words, numbers), expected in zip(found, wanted, strict=True):
        assert (code, line, words) == expected[:3]
        assert {name: number for name, number in numbers.items() if number is not None} == {
            name: number for name, number in expected[3].items() if number is not None
        }


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Share(38, 51), Shown(0.75, "0%")),
        (Share(1, 8), Shown(0.13, "0%")),
        (Share(399, 400), Shown(1.0, '"over 99%"')),
        (Share(1, 400), Shown(0.0, '"under 1%"')),
        (Share(0, 5), Shown(0.0, "0%")),
        (Share(5, 5), Shown(1.0, "0%")),
        (Share(0, 0), None),
    ],
)
def test_a_per_cent_shows_what_its_words_say(share: Share, shown: Shown | None) -> None:
    assert percent(share) == shown


def test_the_readers_own_formulas_can_use_names(book: openpyxl.Workbook) -> None:
    names = {name: str(one.attr_text) for name, one in book.defined_names.items()}
    assert {"Pack_number", "Period_from", "Period_to", "Cut_off", "K3_numerator", "K8_median_s", "K1_count"} <= set(
        names
    )
    held = {}
    for name, where in names.items():
        sheet, cell = where.replace("$", "").replace("'", "").split("!")
        held[name] = book[sheet][cell].value
    assert (held["Pack_number"], held["K3_numerator"], held["K3_denominator"]) == ("Y00000-P0003", 38, 51)
    assert (held["K1_count"], held["K8_median_s"]) == (51, 10_800)


def test_definitions_name_numerator_denominator_who_is_left_out_and_basis(book: openpyxl.Workbook) -> None:
    rows = table(book, "Definitions")
    assert [row["Code"] for row in rows] == [f"K{n}" for n in range(1, 11)]
    assert all(row["Numerator"] and row["Denominator"] and row["Never counted"] for row in rows)
    assert {row["Basis"] for row in rows} == {"published", "proposal"}


def test_exceptions_say_when_nothing_was_found(book: openpyxl.Workbook) -> None:
    rows = table(book, "Exceptions")
    assert [row["What"] for row in rows if row["Group"] == "Harm found"] == ["No harm was reported."]
    assert any(str(row["What"]).startswith("12 more of this kind") for row in rows)
    assert rows[0]["Priority"] == "■ Red"


def test_every_reason_and_deed_of_a_red_alert_has_a_line(book: openpyxl.Workbook) -> None:
    rows = table(book, "Red alerts")
    for one in pack().reds:
        mine = [row for row in rows if row["Reference"] == one.reference]
        assert [row["What"] for row in mine if row["Part"] == "Why Red"] == list(one.why)
        done = [(row["What"], row["Value"], row["Note"] or "") for row in mine if row["Part"] == "Done here"]
        assert done == [(fact.what, fact.value, fact.note) for fact in one.done]
    affected = table(book, "Affected products")
    assert [row["Batch"] for row in affected] == [line[1] for line in pack().reds[0].affected]


def test_the_matrix_holds_each_state_as_sign_and_word(book: openpyxl.Workbook) -> None:
    rows, made = table(book, "Matrix"), pack().matrix
    assert [row["ODS code"] for row in rows] == [row.ods for row in made.rows]
    assert rows[0]["EL(26)A/00 · Red"] == state_words(made.rows[0].cells[0])
    assert all(value for row in rows for value in row.values())
    assert book["Matrix"].print_title_cols == "$A:$B"
    assert book["Matrix"].freeze_panes == "C2"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Cell("done"), "✓ done"),
        (Cell("done", is_late=True), "✓ done late"),
        (Cell("overdue", is_late=True), "! overdue"),
        (Cell("not applicable", is_late=True), "– not applicable, late"),
        (Cell("no reply"), "? no reply"),
        (Cell("not received"), "∅ not received"),
        (Cell("something new"), "something new"),
    ],
)
def test_a_state_is_a_sign_and_a_word(cell: Cell, said: str) -> None:
    assert state_words(cell) == said


def test_practices_count_their_own_row_of_the_matrix(book: openpyxl.Workbook) -> None:
    made = pack()
    for row, held in zip(table(book, "Practices"), made.matrix.rows, strict=True):
        words = [cell.word for cell in held.cells]
        assert row["Overdue"] == words.count("overdue")
        assert row["No reply"] == words.count("no reply")
        assert row["Not received"] == words.count("not received")
        assert row["Alerts asked"] == len(words) - words.count("not asked")
        states = [row[title] for title in list(row)[3:16]]
        assert sum(states) == len(words)
        assert row["Past the deadline"] == sum(cell.is_late for cell in held.cells)
    third = table(book, "Practices")[3]
    assert (third["Done by deadline"], third["Deadline passed"]) == (9, 40)
    assert third["In the funnel"] == "below the 99.8% limit"
    seventh = table(book, "Practices")[7]
    assert (seventh["Per cent"], seventh["In the funnel"]) == (None, "none to count")


def test_a_month_without_anything_to_count_is_empty_and_not_nought(book: openpyxl.Workbook) -> None:
    row = table(book, "On time by month")[4]
    assert (row["Done by deadline"], row["Per cent"], row["As reported"]) == (None, None, "none to count")


def test_charts_read_cells_that_hold_their_numbers(data: bytes, book: openpyxl.Workbook) -> None:
    """Every reference of every chart leads to a column of the sheet, and what the file remembers of it is that."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
        drawings = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/drawing")]
    assert len(charts) == 3
    seen = 0
    for chart in charts:
        for where, kept in re.findall(r"<c:f>([^<]*)</c:f><c:(?:num|str)Cache>(.*?)</c:(?:num|str)Cache>", chart):
            sheet, area = re.fullmatch(r"'?(.*?)'?!(.*)", where).groups()  # type: ignore[union-attr]
            cells = [row[0].value for row in book[sheet][area.replace("$", "")]]
            points = dict(re.findall(r'<c:pt idx="(\d+)"><c:v>([^<]*)</c:v>', kept))
            for at, value in enumerate(cells):
                if value is None:
                    assert str(at) not in points
                elif isinstance(value, str):
                    assert points[str(at)] == value
                else:
                    assert float(points[str(at)]) == pytest.approx(value)
            seen += 1
    assert seen >= 20
    words = "".join(drawings)
    for sentence in (pack().to_close.sentence, pack().funnel.sentence):
        assert sentence in words
    assert words.count('descr="') == 6


def test_the_funnel_names_those_far_outside_and_ranks_nobody(data: bytes, book: openpyxl.Workbook) -> None:
    codes = [row["ODS code"] for row in table(book, "Funnel")]
    assert codes[:-1] == sorted(codes[:-1])
    assert table(book, "Funnel")[-1]["Lies"] == "not in the chart"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    chart = next(one for one in charts if "by organisation" in one)
    assert re.findall(r"<a:t>(Demo Surgery \d+)</a:t>", chart) == ["Demo Surgery 3"]


def test_a_very_large_funnel_draws_only_those_outside_and_says_so() -> None:
    made = funnel_sheet(funnel(counts(1_200), "done"))
    chart = made.charts[0]
    assert [series.title for series in chart.series if series.look == "markers"] == ["Outside 99.8%"]
    assert "Only those outside the limits are drawn" in chart.words
    assert sum(row[7] is not None for row in made.every_row()) > 1_000, "the table has them all"


def test_limits_of_the_funnel_enclose_the_average(book: openpyxl.Workbook) -> None:
    for row in table(book, "Funnel limits"):
        levels = [row[title] for title in ("99.8% lower", "95% lower", "All together", "95% upper", "99.8% upper")]
        assert levels == sorted(levels)


def test_the_log_is_the_familiar_one(book: openpyxl.Workbook) -> None:
    first = book["Log"]
    assert [cell.value for cell in first[1]][:3] == ["Priority", "Title", "Source and date"]
    assert len(table(book, "Log")) == 100
    assert first["I2"].is_date


def test_logs_carry_whole_heads(book: openpyxl.Workbook) -> None:
    rows = table(book, "Logs")
    assert [(row["Log"], row["Head"], row["Entries"]) for row in rows] == [
        (one.log, one.head, one.size) for one in pack().logs
    ]
    assert rows[1]["Nothing taken in after this, because"] == "fork"


def test_a_pack_in_which_nothing_happened_says_so_on_every_sheet(pack_seal: Seal, record: MemoryRecord) -> None:
    data = write_workbook(pack_book(empty_pack()), pack_seal)
    assert check_file(data, "pack.xlsx", record).valid
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert tuple(book.sheetnames) == SHEETS
    for sheet in book.worksheets[:-1]:
        if sheet.title in ("Summary", "Definitions", "How to verify"):
            assert sheet.max_row > 5
            continue
        assert sheet.max_row == 2, sheet.title
        said = str(sheet["A2"].value)
        assert said.endswith("."), sheet.title
        assert len(said) >= 16
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "chart" in name]


def test_a_draft_says_so_first_and_above_every_page(pack_seal: Seal) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(pack_book(pack(), draft=True), pack_seal)))
    first = table(book, "Summary")[0]
    assert (first["Value"], str(first["Note"])[:16]) == ("none: a draft", "This is a draft.")
    assert str(book.properties.title).startswith("DRAFT: ")
    assert "Y00000-P0003" not in str(book.properties.keywords)
    assert {sheet.oddHeader.center.text for sheet in book.worksheets[:-1]} == {"DRAFT"}


def test_too_few_to_judge_draws_points_and_no_limits(pack_seal: Seal) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(pack_book(pack(4, 3)), pack_seal)))
    assert {row["Lies"] for row in table(book, "Funnel")} == {"not judged"}
    assert str(book["Funnel limits"]["A2"].value).startswith("There are too few organisations")
    assert {row["In the funnel"] for row in table(book, "Practices")} == {"not judged"}


def test_a_country_is_written_row_by_row(pack_seal: Seal, record: MemoryRecord) -> None:
    sheet = matrix_sheet(matrix(1_300, 40))
    assert isinstance(sheet.rows, Stream)
    assert sheet.count == 1_300
    made = replace(pack_book(pack(12, 3)), sheets=(sheet,), names=())
    assert check_file(write_workbook(made, pack_seal), "pack.xlsx", record).valid


PEAK = """
import resource, sys
from msat.exports.checking import check_file
from msat.exports.pack_workbook import pack_book
from msat.exports.seal import gather
from msat.exports.workbook import write_workbook
from tests.exports.pack_samples import CUT, pack
from tests.exports.samples import record_with_alert, signed
record = record_with_alert()
data = write_workbook(pack_book(pack(6300, int(sys.argv[1]))), gather(record, [signed(record)], "pack", {}, CUT))
assert check_file(data, "pack.xlsx", record).valid
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, len(data) // 1024)
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no peak of memory by these means")
@pytest.mark.parametrize("alerts", [100, 400])
def test_a_whole_country_stays_within_memory(alerts: int) -> None:
    """6,300 practices: written, checked, and below 600 MB; four times the alerts cost hardly more."""
    found = subprocess.run(
        [sys.executable, "-c", PEAK, str(alerts)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    peak_mb, size_kb = map(int, found.stdout.split())
    assert peak_mb < 600
    assert size_kb > 1_000
