"""The pen: where the next line goes on which page, and how text and marks are put there with their tags.

Moves to a new page by itself; knows nothing of tables or blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from msat.exports.document import Rag
from msat.exports.pages import Anchor, Element, Mark, Pages, Rule, Text
from msat.exports.type_setting import REGULAR, SEMIBOLD, Line, Style

A4 = (595.2756, 841.8898)
TEXT = "#212B32"
TEXT_2 = "#4C6272"
SECTION = "#003087"
BORDER = "#D8DDE0"
SUNKEN = "#E8EDEE"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sizes of one kind of page."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    body: Style
    small: Style
    cell: Style
    cell_small: Style
    headings: tuple[Style, Style, Style]
    gap: float
    pad: float
    """Above and below the text of a table cell."""

    @property
    def measure(self) -> float:
        return self.width - self.left - self.right


@cache
def sheet_for(landscape: bool, dense: bool, scale: float = 1.0) -> Sheet:
    """Roomy pages, or dense ones (times `scale`) for a record that should stay on one side."""
    width, height = (A4[1], A4[0]) if landscape else A4

    def style(size: float, leading: float, font: str = REGULAR, colour: str = TEXT) -> Style:
        return Style(size * scale, leading * scale, font, colour)

    return Sheet(
        width=width,
        height=height,
        left=30 if landscape else 40,
        right=30 if landscape else 40,
        top=32 if dense else 40,
        bottom=46,
        body=style(8.4, 11.0) if dense else style(9.6, 13.4),
        small=style(7.4, 9.4, colour=TEXT_2),
        cell=style(8.0, 10.3) if dense else style(8.4, 11.0),
        cell_small=style(7.4, 9.2),
        headings=(
            style(15, 18.5, SEMIBOLD) if dense else style(18, 22, SEMIBOLD),
            style(10.3, 13, SEMIBOLD, SECTION) if dense else style(12.5, 16, SEMIBOLD, SECTION),
            style(8.8, 11.6, SEMIBOLD) if dense else style(10, 14, SEMIBOLD),
        ),
        gap=3.6 * scale if dense else 7.0,
        pad=1.7 * scale if dense else 2.6,
    )


class Pen:
    """Where the next line goes."""

    def __init__(self, landscape: bool, dense: bool, scale: float = 1.0) -> None:
        self.dense, self.scale = dense, scale
        self.sheet = sheet_for(landscape, dense, scale)
        self.sheets: list[Sheet] = []
        """The sheet of each page so far."""
        self.pages = Pages()
        self.y = 0.0
        self.new_page()

    # --- where things go -------------------------------------------------------------------------------------

    def new_page(self) -> None:
        self.pages.new_page(self.sheet.width, self.sheet.height)
        self.sheets.append(self.sheet)
        self.y = self.top_of_text

    @property
    def top_of_text(self) -> float:
        """Where text begins: lower on all pages but the first, for the title that runs above it."""
        return self.sheet.height - self.sheet.top - (0 if len(self.pages.pages) == 1 else 10)

    def turn(self, landscape: bool) -> None:
        """A new page that lies so, and those after it; an empty one is turned itself."""
        self.sheet = sheet_for(landscape, self.dense, self.scale)
        if self.at_top:
            self.pages.pages.pop()
            self.sheets.pop()
        self.new_page()

    @property
    def room(self) -> float:
        return self.y - self.sheet.bottom

    @property
    def most_room(self) -> float:
        """The height of text on a page that is not the first."""
        return self.sheet.height - self.sheet.top - 10 - self.sheet.bottom

    @property
    def at_top(self) -> bool:
        return not self.pages.pages[-1].marks

    def need(self, height: float) -> None:
        """Moves on when `height` no longer fits here, unless the page is still empty."""
        if self.room < height and not self.at_top:
            self.new_page()

    def space(self, height: float) -> None:
        if not self.at_top:
            self.y -= height

    # --- lines -----------------------------------------------------------------------------------------------

    def line(self, element: Element, line: Line, x: float, style: Style) -> None:
        """Draws one line with its top at the pen; the pen stays."""
        base = self.y - style.leading + (style.leading - style.size) / 2 + style.size * 0.21
        for part in line:
            holder = element.add("Link", link=part.link) if part.link else element
            at = x + part.x
            self.pages.tagged(holder, Text(at, base, part.text, part.font, part.size, part.colour))
            if part.link:
                bottom, height = base - part.size * 0.25, part.size * 1.2
                anchor = Anchor(len(self.pages.pages) - 1, at, bottom, part.width, height, holder)
                self.pages.anchors.append(anchor)
                self.pages.artifact(Rule(at, base - 1.2, part.width, part.colour, 0.5))
            if part.struck:
                self.pages.artifact(Rule(at, base + part.size * 0.27, part.width, part.colour, 0.7))

    def lines(self, element: Element, lines: Sequence[Line], x: float, style: Style) -> None:
        """Lines one under another, over as many pages as they need."""
        for line in lines:
            self.need(style.leading)
            self.line(element, line, x, style)
            self.y -= style.leading

    def plain_line(self, line: Line, x: float, style: Style, kind: str = "Layout", page: int | None = None) -> None:
        base = self.y - style.leading + (style.leading - style.size) / 2 + style.size * 0.21
        for part in line:
            op = Text(x + part.x, base, part.text, part.font, part.size, part.colour)
            self.pages.artifact(op, kind, page)

    def mark(self, rag: Rag, x: float, y: float, size: float) -> None:
        self.pages.artifact(Mark(x, y, size, rag.priority, rag.letter))
