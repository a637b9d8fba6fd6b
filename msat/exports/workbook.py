"""A neutral workbook to XLSX: text is text whatever it begins with, dates are dates. The same seal, the same bytes.

The one place that imports xlsxwriter. No cell ever becomes a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from msat.clock import london
from msat.exports.document import Rag
from msat.exports.manifest import as_lines, make_evidence
from msat.exports.plain_text import clean, one_line
from msat.exports.seal import Seal
from msat.exports.workbook_reading import EVIDENCE_SHEET, read_workbook, sheet_digest
from msat.ids import fingerprint
from msat.triage.model import Priority

LONGEST_CELL = 32_000
"""A spreadsheet holds 32,767 characters in a cell."""
SHAPES = {Priority.RED: "■", Priority.AMBER: "▲", Priority.GREEN: "●", None: "□"}
FILLS = {
    Priority.RED: {"bg_color": "#FBEAE8", "font_color": "#AA2016", "bold": True},
    Priority.AMBER: {"bg_color": "#FFF1D2", "font_color": "#7A5000", "bold": True},
    Priority.GREEN: {"bg_color": "#E6F2EB", "font_color": "#00662F", "bold": True},
    None: {"font_color": "#4C6272", "bold": True},
}

Cell = str | int | date | datetime | Rag | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and its width in characters."""

    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one header row. `filtered` gives it an autofilter."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    filtered: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as values."""

    title: str
    sheets: tuple[Sheet, ...]


def write_workbook(book: Book, seal: Seal) -> bytes:
    """The sealed XLSX."""
    # Written once to learn what its cells read as, then again with the evidence about them.
    reading = read_workbook(_written(book, seal, ()))
    sheets = reading.sheets.items() if reading else ()
    content = {"form": "xlsx", "sheets": [{"name": n, "sha256": sheet_digest(cells)} for n, cells in sheets]}
    extra = {f"sheet_{fingerprint(n.encode())[:8]}": [list(pair) for pair in cells.items()] for n, cells in sheets}
    evidence = make_evidence(seal, content, extra, with_entries=False)
    return _written(book, seal, as_lines(evidence, 30_000))


def _written(book: Book, seal: Seal, evidence: Sequence[str]) -> bytes:
    out = io.BytesIO()
    made = london(seal.cut_off).replace(tzinfo=None)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as file:
        file.set_properties(
            {
                "title": one_line(book.title, 250),
                "author": one_line(seal.organisation.name, 200),
                "company": one_line(seal.organisation.name, 200),
                "comments": f"{seal.place()}. {seal.program}.",
                "created": made,
            }
        )
        file.set_custom_property("MSAT head", f"{seal.head.log} {seal.head.size} {seal.head.id}", "text")
        formats = _Formats(file)
        for sheet in (*book.sheets, _verify_sheet(book, seal)):
            _write_sheet(file, sheet, formats)
        _write_evidence(file, evidence)
    return out.getvalue()


class _Formats:
    """The few looks of a cell."""

    def __init__(self, file: Any) -> None:
        base = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
        self.text = file.add_format(base)
        self.header = file.add_format({**base, "bold": True, "bg_color": "#E8EDEE", "bottom": 1})
        self.date = file.add_format({**base, "num_format": "d mmmm yyyy", "align": "left"})
        self.moment = file.add_format({**base, "num_format": "d mmmm yyyy hh:mm", "align": "left"})
        self.rag = {priority: file.add_format({**base, **look}) for priority, look in FILLS.items()}


def _write_sheet(file: Any, sheet: Sheet, formats: _Formats) -> None:
    page = file.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&LSheet &A&RPage &P of &N")
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.title, formats.header)
    for row, cells in enumerate(sheet.rows, start=1):
        for number, cell in enumerate(cells):
            _write_cell(page, row, number, cell, formats)
    if sheet.filtered and sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, number: int, cell: Cell, formats: _Formats) -> None:
    match cell:
        case None | "":
            page.write_blank(row, number, None, formats.text)
        case Rag(priority=priority):
            page.write_string(row, number, f"{SHAPES[priority]} {cell.word}", formats.rag[priority])
        case datetime():
            moment = london(cell).replace(tzinfo=None) if cell.tzinfo else cell
            page.write_datetime(row, number, moment, formats.moment)
        case date():
            page.write_datetime(row, number, cell, formats.date)
        case int():
            page.write_number(row, number, cell, formats.text)
        case str():
            page.write_string(row, number, clean(cell, LONGEST_CELL), formats.text)


def _verify_sheet(book: Book, seal: Seal) -> Sheet:
    how, proves = seal.closing()
    organisation = seal.organisation
    rows: list[tuple[Cell, ...]] = [
        ("Title", book.title),
        ("Organisation", f"{organisation.name} ({organisation.ods})"),
        ("As at", seal.cut_off),
        ("Record (log)", seal.head.log),
        ("Entries in the record", seal.head.size),
        ("Head of the record", seal.head.id),
        ("Rules version", ", ".join(seal.rules_versions) or "none"),
        ("Made by", seal.program),
        ("How to check", how),
        ("What it proves", proves.removeprefix("What this proves: ")),
        (
            "How it works",
            f"The sheet “{EVIDENCE_SHEET}”, hidden, holds a signed list of every cell of the other sheets. Sorting, "
            "editing or adding cells changes the file, and the check names the cells.",
        ),
    ]
    return Sheet("How to verify", (Column("What", 24), Column("Value", 110)), tuple(rows), filtered=False)


def _write_evidence(file: Any, lines: Sequence[str]) -> None:
    page = file.add_worksheet(EVIDENCE_SHEET)
    page.write_string(0, 0, "Evidence for msatctl verify. Do not change.")
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line)
    page.hide()
