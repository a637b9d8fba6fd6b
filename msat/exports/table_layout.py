"""Tables on pages: headers that repeat, rows split between lines, wide ones in parts beside one another.

Nothing is clipped: a row taller than a page goes on over as many pages as it needs. Each part is a table of its own
with its own heads, so that a reader who hears it is never far from what a cell belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msat.exports.document import Inline, Rag, Run, Table, plain
from msat.exports.pages import Element, Rectangle, Rule, Text
from msat.exports.pen import BORDER, SUNKEN, TEXT_2, Pen
from msat.exports.table_columns import (
    INSET,
    Columns,
    Part,
    Worded,
    columns_of,
    head_lines,
    mark_room,
    worded,
)
from msat.exports.table_parts import part_name
from msat.exports.type_setting import Line, Style, broken, lines_of

SMALL_ROW = 0.35
"""A row lower than this share of a page moves whole to the next one; a taller one is split between its lines."""
TALLEST_HEADER = 0.3
"""A header higher than this share of a page is not repeated: it would leave no room for rows."""


@dataclass(slots=True)
class Cell:
    """A table cell, its text broken into lines. `turned`: they are written upwards."""

    lines: list[Line]
    rag: Rag | None = None
    turned: bool = False


def make_cell(words: Worded, style: Style, width: float) -> Cell:
    """A cell whose text is broken to `width`; a priority keeps room for its mark."""
    if words.rag:
        width -= mark_room(style)
    return Cell(broken(words.words, style.size, width), words.rag)


@dataclass(slots=True)
class TableLayout:
    """One table, or one part of a wide one, ready to be drawn."""

    pen: Pen
    widths: Sequence[float]
    style: Style
    rows: Sequence[Sequence[Cell]]
    header: Sequence[Cell] = ()
    caption: Sequence[Line] = ()
    pad: float = 2.6
    inset: float = INSET
    row_heads: int = 0
    """So many first cells of a row say what it is about."""
    keep: bool = False
    of_several: bool = False
    """Whether it is a part of a wide table: such a part does not begin near the foot of a page."""
    heights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heights = [self.height(cells) for cells in self.rows]

    @property
    def width(self) -> float:
        return sum(self.widths)

    def height(self, cells: Sequence[Cell]) -> float:
        leading = self.style.leading
        tallest = max([line_height(cell, leading) for cell in cells], default=0.0)
        return tallest + 2 * self.pad

    @property
    def caption_height(self) -> float:
        return len(self.caption) * self.style.leading + 3 if self.caption else 0.0

    @property
    def repeats(self) -> bool:
        return bool(self.header) and self.height(self.header) <= TALLEST_HEADER * self.pen.most_room

    def opening(self) -> float:
        """The height of what must stand together at its head: caption, header and two rows."""
        header = self.height(self.header) if self.repeats else 3 * self.style.leading
        whole = self.caption_height + header + sum(self.heights)
        if self.keep and whole <= self.pen.most_room:
            return whole
        if self.of_several and self.repeats:
            return min(whole, 0.4 * self.pen.most_room)
        first = self.wanted(0) if self.rows else 0.0
        return min(self.caption_height, 0.3 * self.pen.most_room) + (header if self.header else 0.0) + first

    def wanted(self, at: int) -> float:
        """The room that row `at` should find: all of it where it is small, else a few of its lines.

        The first row stands with the second and the last but one with the last, so that no row is alone on a page.
        """
        height = self.heights[at]
        pairs = at + 1 < len(self.heights) and at in (0, len(self.heights) - 2)
        together = height + (self.heights[at + 1] if pairs else 0.0)
        for wish in (together, height):
            if wish <= SMALL_ROW * self.pen.most_room:
                return wish
        return min(height, 3 * self.style.leading + 2 * self.pad)

    # --- drawing -----------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """The table from where the pen stands, over as many pages as it needs."""
        if not self.rows and not self.header:
            return
        self.pen.need(self.opening())
        table = self.pen.pages.root.add("Table")
        if self.caption:
            self.pen.lines(table.add("Caption"), self.caption, self.pen.sheet.left, self.style)
            self.pen.y -= 3
        if self.header:
            # A table whose rows are none has its header as body: a head without a body is no table to a reader.
            self._first_header(table.add("THead" if self.rows else "TBody"))
        if self.rows:
            body = table.add("TBody")
            for at in range(len(self.rows)):
                self._row(body, at)

    def _first_header(self, holder: Element) -> None:
        """The header row as structure: its cells head their columns."""
        row = holder.add("TR")
        elements = [row.add("TH", scope="Column") for _ in self.header]
        if self.repeats:
            self._background()
            self._part(elements, self.header, 0, None)
        else:
            self._split(elements, self.header)

    def _repeated_header(self) -> None:
        """The header row as decoration, on every later page."""
        self._background()
        self._part([None] * len(self.header), self.header, 0, None)

    def _background(self) -> None:
        height = self.height(self.header)
        left = self.pen.sheet.left
        self.pen.pages.artifact(Rectangle(left, self.pen.y - height, self.width, height, SUNKEN))

    def _row(self, holder: Element, at: int) -> None:
        """One row. It moves to the next page where that wastes little, else it is split between lines."""
        cells = self.rows[at]
        if self.pen.room < self.wanted(at) and not self.pen.at_top:
            self._next_page()
        row = holder.add("TR")
        heads = self.row_heads
        elements = [row.add("TH", scope="Row") if number < heads else row.add("TD") for number in range(len(cells))]
        self._split(elements, cells)

    def _next_page(self) -> None:
        self.pen.new_page()
        if self.repeats:
            self._repeated_header()

    def _split(self, elements: Sequence[Element | None], cells: Sequence[Cell]) -> None:
        """The lines of a row, on this page and as many more as they need."""
        done, total = 0, max(len(cell.lines) for cell in cells)
        while done < total:
            left = total - done
            if self._fitting() < min(left, 3) and not self.pen.at_top:
                self._next_page()
            fitting = max(1, min(left, self._fitting()))
            if done and elements[0] is not None:
                self._continued(cells, done, fitting)
            self._part(elements, cells, done, done + fitting)
            done += fitting
            if self.header:
                self.pen.pages.artifact(Rule(self.pen.sheet.left, self.pen.y, self.width, BORDER))

    def _continued(self, cells: Sequence[Cell], start: int, room: int) -> None:
        """Whose row goes on here, as decoration where the row's first words stood, if that cell holds no more."""
        x = self.pen.sheet.left + self.inset
        for cell, width in zip(cells, self.widths, strict=True):
            if not cell.rag and cell.lines[0]:
                if len(cell.lines) <= start:
                    again = [
                        *cell.lines[: min(2, room - 1)],
                        *lines_of(plain("(continued)"), self.style, width - 2 * self.inset),
                    ]
                    top = self.pen.y
                    self.pen.y -= self.pad
                    for line in again[:room]:
                        muted = tuple(part._replace(colour=TEXT_2, struck=False) for part in line)
                        self.pen.plain_line(muted, x, self.style)
                        self.pen.y -= self.style.leading
                    self.pen.y = top
                return
            x += width

    def _fitting(self) -> int:
        """How many lines still fit on this page."""
        return int((self.pen.room - 2 * self.pad + 0.01) // self.style.leading)

    def _part(self, elements: Sequence[Element | None], cells: Sequence[Cell], start: int, end: int | None) -> None:
        """Lines `start` to `end` of every cell of a row, side by side; decoration where the element is None."""
        pen, style = self.pen, self.style
        top, x = pen.y, pen.sheet.left
        tallest = max(line_height(cell, style.leading, start, end) for cell in cells)
        for element, cell, width in zip(elements, cells, self.widths, strict=True):
            if cell.turned:
                self._turned(element, cell, x + self.inset, top - tallest - self.pad)
                x += width
                continue
            # Beside heads that are written upwards one that lies stands at their foot.
            pen.y = top - self.pad
            if cells is self.header and self._has_turned:
                pen.y -= tallest - line_height(cell, style.leading, start, end)
            indent = self.inset
            if cell.rag:
                size = style.size * 1.3
                if start == 0:
                    pen.mark(cell.rag, x + indent, pen.y - style.leading / 2 - size / 2, size)
                indent += mark_room(style)
            for line in cell.lines[start:end]:
                if element is None:
                    pen.plain_line(line, x + indent, style)
                else:
                    pen.line(element, line, x + indent, style)
                pen.y -= style.leading
            x += width
        pen.y = top - tallest - 2 * self.pad

    @property
    def _has_turned(self) -> bool:
        return any(cell.turned for cell in self.header)

    def _turned(self, element: Element | None, cell: Cell, left: float, foot: float) -> None:
        """Lines written upwards from `foot`, the first at `left`."""
        leading = self.style.leading
        x = left + self.style.size * 0.79
        for line in cell.lines:
            for part in line:
                op = Text(x, foot + part.x, part.text, part.font, part.size, part.colour, 90.0)
                if element is None:
                    self.pen.pages.artifact(op)
                else:
                    self.pen.pages.tagged(element, op)
            x += leading


def line_height(cell: Cell, leading: float, start: int = 0, end: int | None = None) -> float:
    """How high a cell's text stands, without the space around it."""
    if cell.turned:
        return max([part.x + part.width for line in cell.lines for part in line], default=0.0)
    return len(cell.lines[start:end]) * leading


def plan_table(pen: Pen, block: Table) -> list[TableLayout]:
    """A table measured and broken for the page it will stand on: one layout, or one for each part of a wide one."""
    style = pen.sheet.cell_small if block.small else pen.sheet.cell
    heads = [worded((Run(name, bold=True),), style) for name in block.header]
    rows = [[worded(value, style) for value in row] for row in block.rows]
    columns = columns_of(block, heads, rows, style, pen.sheet.measure)
    of = len(columns.parts)
    made = []
    for number, part in enumerate(columns.parts, start=1):
        name = part_name(block.caption, number, of)
        layout = TableLayout(
            pen,
            part.widths,
            style,
            _broken_rows(rows, part, style),
            _heads(heads, columns, part, style),
            lines_of((Run(name, bold=True),), style, pen.sheet.measure) if name else (),
            pad=pen.sheet.pad,
            row_heads=max(1, block.frozen) if block.row_headers else 0,
            keep=block.keep,
            of_several=of > 1,
        )
        made.append(layout)
    return made


def _broken_rows(rows: Sequence[Sequence[Worded]], part: Part, style: Style) -> list[list[Cell]]:
    inner = [(at, width - 2 * INSET) for at, width in zip(part.columns, part.widths, strict=True)]
    return [[make_cell(row[at], style, width) for at, width in inner] for row in rows]


def _heads(heads: Sequence[Worded], columns: Columns, part: Part, style: Style) -> list[Cell]:
    return [
        Cell(head_lines(heads[at], style), turned=True)
        if at in columns.turned
        else make_cell(heads[at], style, width - 2 * INSET)
        for at, width in zip(part.columns, part.widths, strict=True)
    ]


def plan_key_values(pen: Pen, pairs: Sequence[tuple[str, Inline]]) -> TableLayout:
    """Two columns, as a table whose first cells head their rows."""
    style = pen.sheet.body
    names = [worded((Run(name, bold=True),), style) for name, _ in pairs]
    longest = max((name.on_one_line(style) for name in names), default=0.0)
    name_width = min(longest + 12, pen.sheet.measure * 0.3)
    widths = [name_width, pen.sheet.measure - name_width]
    rows = [
        [make_cell(name, style, name_width - 10), make_cell(worded(value, style), style, widths[1])]
        for name, (_, value) in zip(names, pairs, strict=True)
    ]
    return TableLayout(pen, widths, style, rows, pad=1.0, inset=0.0, row_heads=1)
