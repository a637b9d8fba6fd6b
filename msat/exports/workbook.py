"""A neutral workbook to XLSX: text is text whatever it begins with, dates are dates. The same seal, the same bytes.

The one place that imports xlsxwriter. No cell ever becomes a formula or a link. Large sheets are written row by row
through files in a folder of their own that is removed at the end, so that memory does not grow with them.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from msat.clock import london
from msat.errors import Refused
from msat.exports.manifest import as_lines, make_evidence
from msat.exports.plain_text import one_line
from msat.exports.seal import Seal
from msat.exports.workbook_cells import LONGEST_CELL, headers, sheet_names, table_names, written
from msat.exports.workbook_charts import Placed, add_charts
from msat.exports.workbook_digest import DIGESTS, SheetSums, place
from msat.exports.workbook_looks import PAGE_WIDTH, Looks, columns_area, height_of, lines_of, mark_words
from msat.exports.workbook_model import Book, Cell, Chart, Column, Mark, Named, Row, Series, Sheet, Shown, Stream
from msat.exports.workbook_reading import EVIDENCE_SHEET, MOST_BYTES, MOST_SHARED, SHARED_TEXTS
from msat.ids import fingerprint

__all__ = [
    "LONGEST_CELL", "Book", "Cell", "Chart", "Column", "Mark", "Named", "Row", "Series", "Sheet", "Shown", "Stream",
    "write_workbook",
]  # fmt: skip

Progress = Callable[[str, int, int], None]
"""Told (what is being done, rows so far, of how many); may raise Cancelled to stop the work."""
VERIFY_SHEET = "How to verify"
STYLE = "Table Style Light 1"
STEP = 500
"""Rows between two reports of progress."""
MOST_ROWS, MOST_COLUMNS = 1_048_575, 16_384
"""A sheet of a spreadsheet has no more, its header aside."""
A4, A3, A3_TO_A4 = 9, 8, 1.414
EVIDENCE_LINE = 30_000
LEAST_CELL = 20
"""Bytes that the shortest cell takes, unpacked."""
TOO_LARGE = "The workbook would be larger than any that can be checked."
FEWER = "Choose a shorter period, or fewer organisations."
SMALL = 50_000
"""A workbook with a stream of more cells than these is written through files."""


def write_workbook(book: Book, seal: Seal, progress: Progress | None = None, aside: Path | None = None) -> bytes:
    """The sealed XLSX. The rows of large sheets lie in a folder inside `aside` meanwhile (else the system's temporary
    one), which is gone afterwards.

    Raises Refused when a sheet is larger than spreadsheets can hold, the whole larger than a check would read, or the
    disk full; Cancelled when `progress` does. Either way nothing is left behind.
    """
    for sheet in book.sheets:
        _check_size(sheet)
    writing = _Writing(book, seal, progress)
    try:
        with _folder(book, aside) as folder:
            raw = writing.run(folder)
    except (OSError, FileCreateError) as error:
        raise Refused(
            f"The rows of the workbook could not be kept while it was written: {error}.",
            "Free space on that disk, then export again.",
        ) from error
    return _packed(raw, progress or _silent)


def _silent(_what: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""


def _check_size(sheet: Sheet) -> None:
    """Early, for what is certain; the rest is known when the workbook is packed."""
    if sheet.count > MOST_ROWS or len(sheet.columns) > MOST_COLUMNS:
        raise Refused(
            f"The sheet “{sheet.name}” would have {sheet.count:,} rows and {len(sheet.columns):,} columns, more than a "
            "spreadsheet can hold.",
            FEWER,
        )
    if sheet.count * len(sheet.columns) * LEAST_CELL > MOST_BYTES:
        raise Refused(TOO_LARGE, FEWER)


@contextlib.contextmanager
def _folder(book: Book, aside: Path | None) -> Iterator[str | None]:
    """A folder for the rows of large sheets, gone afterwards; None where none is large."""
    cells = sum(sheet.count * len(sheet.columns) for sheet in book.sheets if isinstance(sheet.rows, Stream))
    if cells <= SMALL:
        yield None
        return
    if aside is not None:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="msat-workbook-", dir=aside)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Writing:
    """One workbook being written: sheet after sheet, the fingerprints of their cells taken on the way."""

    def __init__(self, book: Book, seal: Seal, progress: Progress | None) -> None:
        self._book, self._seal = book, seal
        self._progress = progress or _silent
        self._sheets = (*_backup_sheet(seal), *book.sheets, _verify_sheet(book, seal))
        self._names = sheet_names(sheet.name for sheet in self._sheets)
        self._placed = Placed(self._sheets, self._names)
        self._tables = iter(table_names(sheet.table or sheet.name for sheet in self._sheets))
        self._sums: dict[str, SheetSums] = {}
        self._total = sum(sheet.count for sheet in self._sheets)
        self._done = 0

    def run(self, folder: str | None) -> io.BytesIO:
        """The workbook as XlsxWriter packs it, with the evidence about its cells on the last sheet."""
        out = io.BytesIO()
        options: dict[str, Any] = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            **({"in_memory": True} if folder is None else {"constant_memory": True, "tmpdir": folder}),
        }
        file = xlsxwriter.Workbook(out, options)
        try:
            _describe(file, self._book, self._seal)
            looks = Looks(file)
            for sheet, name in zip(self._sheets, self._names, strict=True):
                self._write_sheet(file, sheet, name, looks)
            self._define_names(file)
            _write_evidence(file, as_lines(self._evidence(), EVIDENCE_LINE))
            self._progress("Packing the workbook", self._done, self._total)
            file.close()
        finally:
            # Open on the way out only when the work was stopped: their folder could not be removed on Windows.
            for page in file.worksheets():
                handle = getattr(page, "row_data_fh", None)
                if handle is not None:
                    handle.close()
        return out

    def _write_sheet(self, file: Any, sheet: Sheet, name: str, looks: Looks) -> None:
        page = file.add_worksheet(name)
        titles = headers(column.title for column in sheet.columns)
        _set_up(page, sheet)
        if self._book.mark:
            # “&” begins an order to the printer in such a line.
            page.set_header(f'&C&"Arial,Bold"{self._book.mark.replace("&", " ")}')
        table = next(self._tables)
        if sheet.filtered and sheet.count:
            _make_table(page, sheet, titles, table)
        sums = self._sums[name] = SheetSums()
        # The filter's button takes its place from the title.
        lines = max(
            lines_of(title, max(column.width - 3, 1)) for title, column in zip(titles, sheet.columns, strict=True)
        )
        page.set_row(0, height_of(lines))
        for number, title in enumerate(titles):
            page.write_string(0, number, title, looks.header)
        sums.add_row(1, {place(0, number): f"s:{title}" for number, title in enumerate(titles)})
        row = 0
        for row, cells in enumerate(sheet.every_row(), start=1):
            self._write_row(page, row, cells, sheet, looks, sums)
        if row != sheet.count:
            raise ValueError(f"the sheet {sheet.name} gave {row} rows and not {sheet.count}")
        if not row:
            _write_note(page, sheet.empty, looks, sums)
        mark_words(page, sheet, looks)
        add_charts(file, page, sheet, self._placed)

    def _write_row(self, page: Any, row: int, cells: Row, sheet: Sheet, looks: Looks, sums: SheetSums) -> None:
        found: dict[str, str] = {}
        made_cells = [written(cell) for cell in cells]
        sized = zip(made_cells, sheet.columns, strict=True)
        lines = max(lines_of(made.text, column.width) for made, column in sized)
        if lines > 1:
            page.set_row(row, height_of(lines))
        for number, (made, column) in enumerate(zip(made_cells, sheet.columns, strict=True)):
            look = looks.of(made.look, made.number is not None, bool(column.marks))
            if made.number is not None:
                page.write_number(row, number, made.number, look)
            elif made.text:
                page.write_string(row, number, made.text, look)
            else:
                page.write_blank(row, number, None, look)
                continue
            found[place(row, number)] = made.value
        sums.add_row(row + 1, found)
        self._done += 1
        if self._done % STEP == 0:
            self._progress("Writing the workbook", self._done, self._total)

    def _evidence(self) -> bytes:
        content: dict[str, Any] = {"form": "xlsx", "digests": DIGESTS, "sheets": []}
        extra: dict[str, Any] = {}
        for name, sums in self._sums.items():
            rows = fingerprint("\n".join(sums.rows).encode("ascii"))
            content["sheets"].append({"name": name, "cells": sums.count, "sha256": sums.digest, "rows": rows})
            mark = fingerprint(name.encode())[:8]
            if sums.cells is not None:
                extra[f"sheet_{mark}"] = [list(pair) for pair in sums.cells.items()]
            else:
                extra[f"rows_{mark}"] = sums.rows
        return make_evidence(self._seal, content, extra, with_entries=False)

    def _define_names(self, file: Any) -> None:
        names = table_names(named.name for named in self._book.names)
        for name, named in zip(names, self._book.names, strict=True):
            file.define_name(name, self._placed.cell(named.sheet, named.row, named.column))


def _describe(file: Any, book: Book, seal: Seal) -> None:
    file.set_properties(
        {
            "title": one_line(book.title, 250),
            "subject": one_line(book.subject, 250),
            "author": one_line(seal.organisation.name, 200),
            "company": one_line(seal.organisation.name, 200),
            "keywords": one_line(book.keywords, 250),
            "comments": f"{seal.place()}. {seal.program}.",
            "created": london(seal.cut_off).replace(tzinfo=None),
        }
    )
    file.set_custom_property("MSAT head", f"{seal.head.log} {seal.head.size} {seal.head.id}", "text")
    if seal.number:
        file.set_custom_property("MSAT pack", one_line(seal.number, 200), "text")


def _set_up(page: Any, sheet: Sheet) -> None:
    """Widths, what stays in sight, and how it is printed."""
    page.freeze_panes(1, sheet.frozen)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    width = sum(column.width for column in sheet.columns)
    page.set_paper(A4 if width <= PAGE_WIDTH else A3)
    if width > PAGE_WIDTH * A3_TO_A4:
        page.set_print_scale(65)
    else:
        page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    if sheet.frozen:
        page.repeat_columns(0, sheet.frozen - 1)
    page.set_footer("&LSheet &A&RPage &P of &N")
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    # Batch numbers and codes are texts of digits on purpose.
    page.ignore_errors({"number_stored_as_text": columns_area(max(sheet.count, 1), len(sheet.columns))})


def _make_table(page: Any, sheet: Sheet, titles: tuple[str, ...], name: str) -> None:
    """Makes the sheet a table. It is added at one row's size and given its own: XlsxWriter would note each cell."""
    row_by_row, page.constant_memory = page.constant_memory, False
    options = {"name": name, "style": STYLE, "columns": [{"header": title} for title in titles]}
    done = page.add_table(0, 0, 1, len(titles) - 1, options)
    page.constant_memory = row_by_row
    if done != 0:
        raise ValueError(f"the table {name} was not taken: {done}")
    table = page.tables[-1]
    table["range"] = table["a_range"] = table["autofilter"] = columns_area(sheet.count, len(titles))


def _write_note(page: Any, text: str, looks: Looks, sums: SheetSums) -> None:
    made = written(text)
    if made.text:
        page.write_string(1, 0, made.text, looks.note)
        sums.add_row(2, {place(1, 0): made.value})


def _backup_sheet(seal: Seal) -> tuple[Sheet, ...]:
    """The first sheet of a workbook that was made from a backup: it says so."""
    if seal.shown is None:
        return ()
    columns = (Column("This is from a backup", 110),)
    return (Sheet("From a backup", columns, ((seal.shown.face,),), filtered=False),)


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
            f"The sheet “{EVIDENCE_SHEET}”, hidden, holds a signed list of the cells of the other sheets: each cell of "
            "a sheet of ordinary size, each row of a very large one. Sorting, editing or adding cells changes the "
            "file, and the check names the cells or rows. Work on a copy, and keep this file as it is.",
        ),
    ]
    return Sheet(VERIFY_SHEET, (Column("What", 24), Column("Value", 110)), tuple(rows), filtered=False)


def _write_evidence(file: Any, lines: list[str]) -> None:
    page = file.add_worksheet(EVIDENCE_SHEET)
    page.write_string(0, 0, "Evidence for msatctl verify. Do not change.")
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line)
    page.hide()


def _packed(raw: io.BytesIO, progress: Progress) -> bytes:
    """The same parts in a ZIP that says nothing of the computer it was made on.

    Raises Refused when it unpacks to more than `read_workbook` takes in.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = old.infolist()
        shared = sum(part.file_size for part in parts if part.filename == SHARED_TEXTS)
        if sum(part.file_size for part in parts) > MOST_BYTES or shared > MOST_SHARED:
            raise Refused(TOO_LARGE, FEWER)
        for number, part in enumerate(parts):
            progress("Packing the workbook", number, len(parts))
            item = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            item.compress_type, item.create_system = zipfile.ZIP_DEFLATED, 3
            item.external_attr = 0o600 << 16
            item.file_size = part.file_size
            with old.open(part) as source, new.open(item, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    return out.getvalue()
