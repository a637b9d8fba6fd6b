"""Works out which columns of a table hold batch numbers and what belongs to them.

The printed header decides; where header and content contradict each other the content decides only if it is
unambiguous for the whole table, else the table is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msat.alerts.batch_numbers import looks_like_batch, read_cell, without_mark
from msat.alerts.dates import is_date, last_day
from msat.alerts.text import MOST_CELLS, Cell, Row, Table

_NOT_BATCHES = re.compile(
    r"\b(?:incorrect|correct(?:ed)?|wording|braille|section|current text|new text|issue"
    r"|previous|superseded|(?:api|substance|raw material|ingredient) (?:batch|lot)"
    r"|replacement|replaced by|unaffected|not affected|not recalled|new (?:batch|lot))\b"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("expiry", re.compile(r"\bexp(?:iry|iries|ir(?:es|ation)|\b)|\buse (?:by|before)\b|\bbest before\b")),
    (
        "distributed",
        re.compile(
            r"distribut|\b(?:first|date) (?:of )?(?:supplied|supply|released?"
            r"|shipped|sold|sale|dispatch)|\brelease date\b"
        ),
    ),
    (
        "pack",
        re.compile(r"\bpacks?\b|\bpack ?size|\bbatch (?:size|quantity)\b|\bquantity\b|\bunits\b|\bnumber of\b|\bqty\b"),
    ),
    (
        "batch",
        re.compile(
            r"^(?:affected |recalled |product |medicine |device |impacted "
            r"|finished product )*(?:batch|lot|b\.? ?n)(?:es|s)?\b"
            r"(?!.*\b(?:description|status|name|manufactured)\b)"
            r"|^(?:batch|lot)(?:no|nos|number|numbers)\b|\b(?:batch|lot) (?:no"
            r"|nos|numbers?|codes?|id)\b|^(?:number|code)s? of (?:batch"
            r"|lot)"
        ),
    ),
    ("licence", re.compile(r"^pl\b|licen[cs]e|^ma (?:no|number)")),
    ("livery", re.compile(r"\bliver(?:y|ies)\b|\bbrand\b|\bown label\b")),
    ("product", re.compile(r"product|medicine|description|name|strength|presentation|formulation|item|device|model")),
)

_NAMES_BATCHES = re.compile(
    r"\b(?:batch(?:es)?|lots?)\b(?!\s?(?:size|quantit|description|status|release))", re.IGNORECASE
)
_BATCH_AND_EXPIRY = re.compile(r"^(?:batch|lot)\b.{0,30}\b(?:and|with|exp)\b.{0,12}\bexp")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row with every covered column filled in (rowspan, colspan). `same` when one cell covers the whole width."""

    cells: tuple[Cell, ...]
    words: str
    own: int
    """How many of the cells were printed in this row itself."""

    @property
    def is_caption(self) -> bool:
        return self.own == 1 and bool(self.cells) and all(cell is self.cells[0] for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Group:
    """One batch column and the columns that say more about the same row. None where there is no such column."""

    batch: int
    expiry: int | None = None
    pack: int | None = None
    distributed: int | None = None
    product: int | None = None
    livery: int | None = None
    is_range: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is to be read: where its rows begin and which columns belong together, with remarks for people."""

    first: int
    groups: tuple[Group, ...]
    captions: tuple[str, ...] = ()
    unread: str = ""


def grid(table: Table) -> tuple[GridRow, ...]:
    """The rows with spans filled in, bounded whatever the spans claim."""
    rows: list[GridRow] = []
    hanging: dict[int, tuple[Cell, int]] = {}
    filled = 0
    for row in table.rows:
        cells, hanging = _fill(row, hanging)
        filled += len(cells)
        if filled > MOST_CELLS:
            break
        rows.append(GridRow(tuple(cells), row.words, len(row.cells)))
    return tuple(rows)


def _fill(row: Row, hanging: dict[int, tuple[Cell, int]]) -> tuple[list[Cell], dict[int, tuple[Cell, int]]]:
    cells: list[Cell] = []
    left: dict[int, tuple[Cell, int]] = {}
    waiting = list(row.cells)
    while waiting or any(column >= len(cells) for column in hanging):
        column = len(cells)
        if column in hanging:
            cell, rows = hanging[column]
            cells.append(cell)
            if rows > 1:
                left[column] = (cell, rows - 1)
            continue
        cell = waiting.pop(0) if waiting else Cell(())
        for _ in range(cell.columns):
            if cell.rows > 1:
                left[len(cells)] = (cell, cell.rows - 1)
            cells.append(cell)
    return cells, left


def kind(header: str) -> str:
    """What a column headed so holds: batch, expiry, distributed, pack, product, livery, licence, or nothing known."""
    plain = re.sub(r"[^a-z0-9/ ]+", " ", without_mark(header).lower().replace("(s)", "s").replace("&", " and "))
    plain = re.sub(r"(?<=[a-z])\s?/\s?(?=exp)", " and ", plain)
    plain = re.sub(r"\s*/\s*", " ", plain).strip()
    plain = re.sub(r"\s+", " ", plain)
    if len(plain) > 90 or _NOT_BATCHES.search(plain) or re.search("[0-9]", plain):
        return ""
    if _BATCH_AND_EXPIRY.search(plain):
        return "batch"
    return next((name for name, pattern in _KINDS if pattern.search(plain)), "")


def names_batches(rows: Sequence[GridRow]) -> bool:
    """Whether the first rows speak of batches in a cell that heads them, though no column could be told."""
    cells = [cell.text for row in rows[:2] for cell in row.cells if len(cell.text) <= 60]
    return any(_NAMES_BATCHES.search(text) for text in cells) and not any(
        _NOT_BATCHES.search(text.lower()) for text in cells
    )


def header_kinds(row: GridRow) -> tuple[str, ...]:
    """The kinds of a header row, or nothing when the row is no header of batches.

    A row is a header when a cell of it is headed batch and no cell of it is itself a batch number or a date.
    """
    kinds = tuple(kind(cell.text) for cell in row.cells)
    content = [cell.text for cell in row.cells if cell.text and not kind(cell.text)]
    if "batch" not in kinds or any(is_date(text) or _certain(text) for text in content):
        return ()
    if row.is_caption and len(row.cells) > 1:
        return ()
    return kinds


def _certain(text: str) -> bool:
    return looks_like_batch(text) and any(character.isdigit() for character in text)


def upright(rows: tuple[GridRow, ...]) -> tuple[GridRow, ...]:
    """A table whose headers stand in its first column, turned so that they stand in its first row."""
    firsts = [kind(row.cells[0].text) if row.cells else "" for row in rows]
    if "batch" not in firsts or len({k for k in firsts if k}) < 2 or firsts.count("batch") != 1:
        return rows
    if any(header_kinds(row) and len([k for k in header_kinds(row) if k]) > 1 for row in rows):
        return rows
    words = rows[firsts.index("batch")].words
    width = max(len(row.cells) for row in rows)
    blank = Cell(())
    columns = [tuple(row.cells[n] if n < len(row.cells) else blank for row in rows) for n in range(width)]
    return tuple(GridRow(column, words, len(column)) for column in columns if any(cell.text for cell in column))


def layout(rows: Sequence[GridRow], under_batch_heading: bool) -> Layout | None:
    """How to read a table, or None when it is not about batches."""
    captions: list[str] = []
    for index, row in enumerate(rows[:4]):
        kinds = header_kinds(row)
        if kinds:
            body = rows[index + 1 :]
            return _checked(index + 1, kinds, body, row, tuple(captions))
        if row.is_caption and row.cells[0].text:
            captions.append(row.cells[0].text)
        elif any(cell.text for cell in row.cells):
            break
    return _without_header(rows) if under_batch_heading else None


def _checked(
    first: int, kinds: tuple[str, ...], body: Sequence[GridRow], header: GridRow, captions: tuple[str, ...]
) -> Layout:
    """The printed header's layout, mended or refused where the content contradicts it."""
    body = [row for row in body if not header_kinds(row) and not row.is_caption]
    groups = _groups(kinds, header)
    if len(groups) != 1 or not body or _agrees(body, groups[0]):
        return Layout(first, groups, captions)
    group = groups[0]
    true = [n for n in range(len(kinds)) if n != group.batch and _all_batches(body, n)]
    if len(true) == 1 and not any(_reads(row, group.batch) for row in body):
        dates = [n for n in range(len(kinds)) if n != true[0] and _all_dates(body, n)]
        expiry = group.expiry if group.expiry in dates else (group.batch if group.batch in dates else None)
        product = group.batch if expiry != group.batch else group.product
        mended = Group(true[0], expiry, group.pack, group.distributed, product if product != true[0] else None)
        return Layout(first, (mended,), captions)
    if any(_reads(row, group.batch) for row in body):
        return Layout(first, groups, captions)  # some rows read; the others are left out one by one
    shown = body[0].words
    return Layout(first, (), captions, f"The batch table that begins “{shown[:120]}” could not be read.")


def _agrees(body: Sequence[GridRow], group: Group) -> bool:
    return any(_reads(row, group.batch) for row in body)


def _reads(row: GridRow, column: int) -> bool:
    return column < len(row.cells) and not read_cell(row.cells[column].lines).is_unread


def _all_batches(body: Sequence[GridRow], column: int) -> bool:
    cells = [row.cells[column].text for row in body if column < len(row.cells)]
    return len(cells) == len(body) and all(_certain(without_mark(text)) and len(text) > 3 for text in cells)


def _all_dates(body: Sequence[GridRow], column: int) -> bool:
    cells = [row.cells[column].text for row in body if column < len(row.cells)]
    return len(cells) == len(body) and all(last_day(without_mark(text)) for text in cells)


def _groups(kinds: tuple[str, ...], header: GridRow) -> tuple[Group, ...]:
    """One group for each batch column; side by side tables share nothing, a single one takes all."""
    batches = [
        n for n, name in enumerate(kinds) if name == "batch" and (n == 0 or header.cells[n] is not header.cells[n - 1])
    ]
    side_by_side = len(batches) > 1 and kinds.count("expiry") == len(batches)

    def nearest(name: str, start: int, stop: int) -> int | None:
        return next((n for n in range(start, stop) if kinds[n] == name), None)

    made = []
    for position, batch in enumerate(batches):
        following = batches[position + 1] if position + 1 < len(batches) else len(kinds)
        start, stop = (batch, following) if side_by_side else (0, len(kinds))
        made.append(
            Group(
                batch,
                nearest("expiry", start, stop),
                nearest("pack", start, stop),
                nearest("distributed", start, stop),
                nearest("product", 0, len(kinds)),
                nearest("livery", 0, len(kinds)),
                "range" in header.cells[batch].text.lower(),
            )
        )
    return tuple(made)


def _without_header(rows: Sequence[GridRow]) -> Layout | None:
    """A table without header under a heading about batches: read when one column is all numbers, the next all dates."""
    body = [row for row in rows if not row.is_caption]
    if not body or len(body[0].cells) < 2:
        return None
    if not (_all_batches(body, 0) and _all_dates(body, 1)):
        return None
    return Layout(0, (Group(0, 1),))
