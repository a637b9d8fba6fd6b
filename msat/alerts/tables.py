"""Reads the batches out of a notice's tables, each with the row it stands in.

A misread is worse than a gap: a row or table that cannot be read with certainty is left out, and a sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msat.alerts.batch_numbers import CellReading, Numbered, read_cell, without_mark
from msat.alerts.columns import GridRow, Group, Layout, grid, header_kinds, kind, layout, names_batches, upright
from msat.alerts.dates import is_date, last_day
from msat.alerts.model import Batch, Fact, Where
from msat.alerts.text import Document, Line, Table

_BATCH_HEADING = re.compile(r"\b(?:batch|lot)", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:affected|recalled|batch|lot|the )|\b(?:details?|information"
    r"|background|holder|advice|lot batch numbers?|numbers?)\s*:?$",
    re.IGNORECASE,
)
_MOST_NOTES = 20
# Words that take batches out of a recall: on a row always, before a table where they introduce or head it.
_SPARED = re.compile(
    r"\b(?:unaffected|not (?:being |been |currently )?(?:affected|recalled|impacted|included|subject to)"
    r"|(?:is|are) no longer (?:affected|recalled)|remain(?:s|ing)? (?:available|on the market|in use|suitable)"
    r"|replacement (?:batch|lot|stock)\w*|(?:can|may) (?:still|continue to) be (?:used|supplied|dispensed))\b",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(r"\A\W{0,3}(?:the )?(?:following|these|below)\b|:\s*\Z", re.IGNORECASE)
_THE_OTHERS = re.compile(
    r"\b(?:no|any|all|the)?\s?other(?:s| batches| lots)?\b|\bnot (?:listed|shown)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Batches:
    """What the tables gave: batches, statements about all of them, and what could not be read."""

    found: list[Batch] = field(default_factory=list)
    all_of_them: list[Fact] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def could_not(self, sentence: str) -> None:
        if len(self.unread) < _MOST_NOTES and sentence not in self.unread:
            self.unread.append(sentence)


def read_tables(document: Document, products: Sequence[tuple[int, str]] = ()) -> Batches:
    """Every batch in every table. `products` are product names with the line each is named on."""
    read = Batches()
    for table in document.tables:
        spared = _spared(document.lines, table.after)
        if spared:
            if any(header_kinds(row) for row in upright(grid(table))):
                read.could_not(f"The table under “{spared[:120]}” speaks of batches to leave alone: check it by eye.")
            continue
        _read_table(table, _heading(document.lines, table.after), _product(document.lines, table.after, products), read)
    return read


def _spared(lines: Sequence[Line], after: int) -> str:
    """The words directly before a table that say its batches are not those to be recalled."""
    for line in reversed(lines[max(0, after - 2) : after]):
        if line.in_table:
            break
        introduces = line.heading or _INTRODUCES.search(line.text)
        if introduces and _SPARED.search(line.text) and not _THE_OTHERS.search(line.text):
            return line.text
        if line.heading or _INTRODUCES.search(line.text):
            break
    return ""


def _heading(lines: Sequence[Line], after: int) -> str:
    """The last words before the table that could head it."""
    for line in reversed(lines[max(0, after - 4) : after]):
        if line.heading or _BATCH_HEADING.search(line.text):
            return line.text
    return ""


def _product(lines: Sequence[Line], after: int, products: Sequence[tuple[int, str]]) -> str:
    """The product a table is about: the nearest heading that names one, else the nearest named before it."""
    named = [(number, name) for number, name in products if number < after]
    last = named[-1] if named else (-1, "")
    for number in range(after - 1, max(last[0], after - 6), -1):
        line = lines[number]
        if line.heading and not _GENERIC.search(line.text) and kind(line.text) != "batch":
            return line.text.rstrip(" :")
    return last[1]


def _read_table(table: Table, heading: str, product: str, read: Batches) -> None:
    rows = upright(grid(table))
    found = layout(rows, bool(_BATCH_HEADING.search(heading)))
    if found is None:
        if names_batches(rows):
            shown = next(row.words for row in rows if row.words)
            read.could_not(f"The table that begins “{shown[:120]}” speaks of batches and could not be read.")
        return
    if found.unread:
        read.could_not(found.unread)
        return
    caption = next((text for text in reversed(found.captions) if not _GENERIC.search(text)), "")
    _read_rows(rows, found, caption or product, read)


def _read_rows(rows: Sequence[GridRow], found: Layout, product: str, read: Batches) -> None:
    for row in rows[found.first :]:
        if header_kinds(row) or not any(cell.text for cell in row.cells):
            continue
        if row.is_caption and len(row.cells) > 1:
            product = _caption(row, product, read)
            continue
        for group in found.groups:
            _read_row(row, group, product, read, alone=len(found.groups) == 1)


def _caption(row: GridRow, product: str, read: Batches) -> str:
    """A cell across the whole table names the product of the rows below, or speaks about all batches."""
    text = row.cells[0].text
    reading = read_cell((text,))
    if reading.all_batches:
        read.all_of_them.append(Fact(reading.all_batches, row.words, Where.TEXT))
        return product
    return text if len(text) <= 160 and not _GENERIC.search(text) else product


def _read_row(row: GridRow, group: Group, product: str, read: Batches, *, alone: bool) -> None:
    if group.batch >= len(row.cells) or not row.cells[group.batch].text:
        if alone and row.cells[0].text:
            read.could_not(f"The row “{row.words[:120]}” names no batch number.")
        return
    if _SPARED.search(row.words):
        read.could_not(f"The row “{row.words[:120]}” names a batch to leave alone: check it by eye.")
        return
    reading = read_cell(row.cells[group.batch].lines)
    if group.is_range:
        reading = _hyphened(reading)
    expiry = _text(row, group.expiry)
    if reading.all_batches:
        words = _literal(row.cells[group.batch].text, row.words)
        read.all_of_them.append(Fact(reading.all_batches, words, Where.TEXT))
        return
    if reading.is_unread or (not _sure(reading) and last_day(expiry) is None):
        read.could_not(f"“{row.cells[group.batch].text[:120]}” could not be read as a batch number.")
        return
    expiries = _expiries(row, group, len(reading.batches))
    for numbered, date in zip(reading.batches, expiries, strict=True):
        read.found.append(_batch(numbered, row, group, product, date))


def _expiries(row: GridRow, group: Group, batches: int) -> list[str]:
    """The expiry of each number in a cell: one for all of them, or one each where as many dates are printed."""
    whole = without_mark(_text(row, group.expiry))
    if batches > 1 and last_day(whole) is None and group.expiry is not None and group.expiry < len(row.cells):
        dates = [d.strip() for line in row.cells[group.expiry].lines for d in re.split("[,;]", line) if d.strip()]
        if len(dates) == batches and all(last_day(date) for date in dates):
            return dates
    return [whole] * batches


def _literal(text: str, words: str) -> str:
    return text if text in words else words


def _sure(reading: CellReading) -> bool:
    """Whether every number is long enough to be one by itself; "28" could be a pack size in a shifted row."""
    return all(len(numbered.number) > 2 for numbered in reading.batches)


def _hyphened(reading: CellReading) -> CellReading:
    """Under a header that speaks of a range, two numbers of one length joined by a hyphen are its ends."""
    ends = [re.fullmatch(r"([A-Z]{0,4}[0-9]{3,})\s?[–-]\s?([A-Z]{0,4}[0-9]{3,})", b.number) for b in reading.batches]
    made = tuple(
        replace(batch, number=end[1], through=end[2]) if end and len(end[1]) == len(end[2]) else batch
        for batch, end in zip(reading.batches, ends, strict=True)
    )
    return replace(reading, batches=made)


def _text(row: GridRow, column: int | None) -> str:
    return row.cells[column].text if column is not None and column < len(row.cells) else ""


def _batch(numbered: Numbered, row: GridRow, group: Group, product: str, expiry: str) -> Batch:
    expiry = expiry or numbered.expiry
    named = _text(row, group.product)
    return Batch(
        number=numbered.number,
        words=row.words,
        expiry=expiry,
        expires=last_day(expiry),
        pack_size=_text(row, group.pack),
        first_distributed=_text(row, group.distributed),
        product=named if named and not is_date(named) else product,
        livery=numbered.livery or _text(row, group.livery),
        through=numbered.through,
    )
