"""Tables on pages: columns wide enough for their longest word, headers that repeat, rows split between lines.

Nothing is clipped: a row taller than a page goes on over as many pages as it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msat.exports.document import Inline, Rag, Run, Table
from msat.exports.pages import Element, Rectangle, Rule
from msat.exports.pen import BORDER, SUNKEN, Pen
from msat.exports.type_setting import Line, Style, lines_of, longest_word

INSET = 4.0
"""Between the edge of a cell and its text."""


@dataclass(slots=True)
class Cell:
    """A table cell, its text broken into lines."""

    lines: list[Line]
    rag: Rag | None = None


def make_cell(value: Inline, style: Style, width: float) -> Cell:
    """A cell whose text is broken to `width`; a priority keeps room for its mark."""
    if isinstance(value, Rag):
        return Cell(lines_of((Run(value.word, bold=True),), style, width - style.size * 1.3 - 3), value)
    return Cell(lines_of(value, style, width))


@dataclass(slots=True)
class TableLayout:
    """One table being drawn."""

    pen: Pen
    widths: Sequence[float]
    style: Style
    header: Sequence[Cell] = ()
    pad: float = 2.6
    inset: float = INSET
    row_headers: bool = False

    @property
    def width(self) -> float:
        return sum(self.widths)

    def height(self, cells: Sequence[Cell]) -> float:
        return max(len(cell.lines) for cell in cells) * self.style.leading + 2 * self.pad

    def first_header(self, holder: Element) -> None:
        """The header row as structure: its cells head their columns."""
        row = holder.add("TR")
        self._background()
        self._part([row.add("TH", scope="Column") for _ in self.header], self.header, 0, None)

    def _repeated_header(self) -> None:
        """The header row as decoration, on every later page."""
        self._background()
        top, x = self.pen.y, self.pen.sheet.left
        for cell, width in zip(self.header, self.widths, strict=True):
            self.pen.y = top - self.pad
            for line in cell.lines:
                self.pen.plain_line(line, x + self.inset, self.style)
                self.pen.y -= self.style.leading
            x += width
        self.pen.y = top - self.height(self.header)

    def _background(self) -> None:
        height = self.height(self.header)
        left = self.pen.sheet.left
        self.pen.pages.artifact(Rectangle(left, self.pen.y - height, self.width, height, SUNKEN))

    def row(self, holder: Element, cells: Sequence[Cell]) -> None:
        """One row. It moves whole to the next page where that wastes little, else it is split between lines."""
        row = holder.add("TR")
        heads = [self.row_headers and number == 0 for number in range(len(cells))]
        elements = [row.add("TH", scope="Row") if head else row.add("TD") for head in heads]
        done, total = 0, max(len(cell.lines) for cell in cells)
        while done < total:
            self._make_room(total - done)
            fitting = max(1, min(total - done, int((self.pen.room - 2 * self.pad) // self.style.leading)))
            self._part(elements, cells, done, done + fitting)
            done += fitting
            if self.header:
                self.pen.pages.artifact(Rule(self.pen.sheet.left, self.pen.y, self.width, BORDER))

    def _make_room(self, lines: int) -> None:
        height = lines * self.style.leading + 2 * self.pad
        sheet = self.pen.sheet
        too_little = self.pen.room < min(lines, 3) * self.style.leading + 2 * self.pad
        small = height < 0.35 * (sheet.height - sheet.top - sheet.bottom)
        if self.pen.room < height and (too_little or small) and not self.pen.at_top:
            self.pen.new_page()
            if self.header:
                self._repeated_header()

    def _part(self, elements: Sequence[Element], cells: Sequence[Cell], start: int, end: int | None) -> None:
        """Lines `start` to `end` of every cell of a row, side by side."""
        top, x = self.pen.y, self.pen.sheet.left
        tallest = 0
        for element, cell, width in zip(elements, cells, self.widths, strict=True):
            self.pen.y = top - self.pad
            indent = self.inset
            if cell.rag:
                size = self.style.size * 1.3
                if start == 0:
                    self.pen.mark(cell.rag, x + indent, self.pen.y - self.style.leading / 2 - size / 2, size)
                indent += size + 3
            part = cell.lines[start:end]
            for line in part:
                self.pen.line(element, line, x + indent, self.style)
                self.pen.y -= self.style.leading
            tallest = max(tallest, len(part))
            x += width
        self.pen.y = top - tallest * self.style.leading - 2 * self.pad


def draw_table(pen: Pen, block: Table) -> None:
    """A table with a header row."""
    style = pen.sheet.cell_small if block.small else pen.sheet.cell
    widths = column_widths(block, style, pen.sheet.measure)
    inner = [width - 2 * INSET for width in widths]
    header = [make_cell((Run(name, bold=True),), style, width) for name, width in zip(block.header, inner, strict=True)]
    layout = TableLayout(pen, widths, style, header, pad=pen.sheet.pad)
    rows = [[make_cell(value, style, width) for value, width in zip(row, inner, strict=True)] for row in block.rows]
    first_height = min(layout.height(rows[0]), 60.0) if rows else 0.0
    pen.need(layout.height(header) + first_height)
    table = pen.pages.root.add("Table")
    layout.first_header(table.add("THead"))
    if rows:
        body = table.add("TBody")
        for cells in rows:
            layout.row(body, cells)


def draw_key_values(pen: Pen, pairs: Sequence[tuple[str, Inline]]) -> None:
    """Two columns, as a table whose first cells head their rows."""
    style = pen.sheet.body
    names = [(Run(name, bold=True),) for name, _ in pairs]
    widest = max(sum(part.width for part in lines_of(name, style, 10_000)[0]) for name in names)
    name_width = min(widest + 12, pen.sheet.measure * 0.3)
    widths = [name_width, pen.sheet.measure - name_width]
    layout = TableLayout(pen, widths, style, pad=1.0, inset=0.0, row_headers=True)
    body = pen.pages.root.add("Table").add("TBody")
    for name, (_, value) in zip(names, pairs, strict=True):
        layout.row(body, [make_cell(name, style, name_width - 10), make_cell(value, style, widths[1])])


def column_widths(block: Table, style: Style, measure: float) -> list[float]:
    """The wished shares, widened where a column's longest word needs it and the others can spare it."""
    total = sum(block.widths)
    widths = [measure * share / total for share in block.widths]
    # A long address or code may be cut over lines rather than take the room of the other columns.
    needs = [min(_needed(block, column, style), 1.5 * width) for column, width in enumerate(widths)]
    if sum(needs) > measure:
        return widths
    for _ in widths:
        short = [column for column, width in enumerate(widths) if width < needs[column]]
        spare = [column for column in range(len(widths)) if column not in short]
        left = measure - sum(needs[column] for column in short)
        share = sum(widths[column] for column in spare)
        if not short or not share:
            break
        widths = [needs[column] if column in short else width * left / share for column, width in enumerate(widths)]
    return widths


def _needed(block: Table, column: int, style: Style) -> float:
    head = longest_word((Run(block.header[column], bold=True),), style)
    body = max((_cell_need(row[column], style) for row in block.rows), default=0.0)
    return max(head, body) + 9


def _cell_need(value: Inline, style: Style) -> float:
    if isinstance(value, Rag):
        return longest_word((Run(value.word, bold=True),), style) + style.size * 1.3 + 3
    return longest_word(value, style)
