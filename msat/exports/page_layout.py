"""Lays a Document out on A4 pages: lines, tables whose header repeats, callouts. Draws nothing, decides no words.

Nothing is ever clipped: what does not fit goes on to the next page, a table row taller than a page included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msat.exports.document import (
    Bullets,
    Callout,
    Document,
    Figure,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    QrCode,
    RagLine,
    Run,
    Table,
    plain,
    rag_joint,
)
from msat.exports.figure_layout import code_height, figure, figure_height, qr_code
from msat.exports.pages import Bookmark, Pages, Rectangle, Rule, Text
from msat.exports.pen import BORDER, TEXT_2, Pen
from msat.exports.plain_text import one_line
from msat.exports.table_layout import TableLayout, plan_key_values, plan_table
from msat.exports.type_setting import SEMIBOLD, Style, lines_of, para_text, width_of

TONES = {"info": ("#E6EFF8", "#005EB8"), "warning": ("#FFF1D2", "#8F5F00"), "danger": ("#FBEAE8", "#D5281B")}
PALE = "#EEF1F3"
"""Of a watermark: seen, and no hindrance to the text over it."""


SCALES = (1.0, 0.96, 0.92)
"""A dense document is set a little smaller where that keeps it on one side; never so small that it is hard to read."""


def lay_out(document: Document, footer: Sequence[str]) -> Pages:
    """The document's pages; `footer` lines stand on every one with "Page n of N"."""
    first = _laid_out(document, footer, 1.0)
    if not document.dense or len(first.pages) != 2:
        return first
    tries = (_laid_out(document, footer, scale) for scale in SCALES[1:])
    return next((pages for pages in tries if len(pages.pages) == 1), first)


def _laid_out(document: Document, footer: Sequence[str], scale: float) -> Pages:
    builder = _Builder(document, scale)
    for at in range(len(document.blocks)):
        builder.block(at)
    builder.running_lines(document.title, footer)
    if document.watermark.strip():
        builder.watermark(document.watermark)
    return builder.pages


class _Builder(Pen):
    """Puts one block after another, looking ahead only to keep a heading with what it heads."""

    def __init__(self, document: Document, scale: float) -> None:
        super().__init__(document.landscape, document.dense, scale)
        self.blocks = document.blocks
        self.plans: dict[int, list[TableLayout]] = {}
        """The tables planned so far, by the number of their block."""

    # --- blocks ----------------------------------------------------------------------------------------------

    def block(self, at: int) -> None:
        block = self.blocks[at]
        match block:
            case Heading():
                self.heading(block, self.opening(at + 1))
            case Table() | KeyValues():
                for layout in self.plan(at, block):
                    layout.draw()
                    self.y -= self.sheet.gap
                del self.plans[at]
            case PageBreak(landscape=landscape):
                self.page_break(landscape)
            case Figure():
                figure(self, block)
            case QrCode():
                qr_code(self, block)
            case _:
                self.text(block)

    def text(self, block: Paragraph | RagLine | Callout | Bullets) -> None:
        match block:
            case Paragraph():
                self.paragraph(block)
            case RagLine():
                self.rag_line(block)
            case Callout():
                self.callout(block)
            case Bullets():
                self.bullets(block)

    def plan(self, at: int, block: Table | KeyValues) -> list[TableLayout]:
        """The table of block `at`, measured once: for the heading above it, and to be drawn."""
        if at not in self.plans:
            made = [plan_key_values(self, block.pairs)] if isinstance(block, KeyValues) else plan_table(self, block)
            self.plans[at] = made
        return self.plans[at]

    def opening(self, at: int) -> float:
        """The height of the beginning of block `at` that must not be parted from a heading above it."""
        if at >= len(self.blocks):
            return 0.0
        block = self.blocks[at]
        match block:
            case Heading():
                return self.heading_height(block) + self.opening(at + 1)
            case Table() | KeyValues():
                return self.plan(at, block)[0].opening()
            case Figure():
                return figure_height(self, block)
            case QrCode():
                return code_height(self, block)
            case PageBreak():
                return 0.0
            case _:
                return self.opening_text(block, at)

    def opening_text(self, block: Paragraph | RagLine | Callout | Bullets, at: int) -> float:
        """A few lines of text that stand before a table or a figure stay with its beginning too."""
        least = 3 * self.sheet.body.leading
        follows = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        if not isinstance(block, Paragraph | RagLine) or not isinstance(follows, Table | KeyValues | Figure | QrCode):
            return least
        lines = len(lines_of(block.runs, self.sheet.body, self.sheet.measure))
        return lines * self.sheet.body.leading + self.sheet.gap + self.opening(at + 1) if lines <= 3 else least

    def heading_height(self, block: Heading) -> float:
        style = self.sheet.headings[block.level - 1]
        lines = lines_of(plain(block.text), style, self.sheet.measure)
        return min(len(lines), 10) * style.leading + self.sheet.gap * (2.0 if block.level == 2 else 1.2)

    def heading(self, block: Heading, keep: float) -> None:
        """A heading, on the page of at least `keep` points of what it heads."""
        style = self.sheet.headings[block.level - 1]
        lines = lines_of(plain(block.text), style, self.sheet.measure)
        self.space(self.sheet.gap * (1.6 if block.level == 2 else 0.8))
        self.need(min(len(lines), 10) * style.leading + self.sheet.gap * 0.4 + min(keep, 0.8 * self.most_room))
        element = self.pages.root.add(f"H{block.level}")
        self.pages.bookmarks.append(Bookmark(block.text, block.level, len(self.pages.pages) - 1, self.y))
        self.lines(element, lines, self.sheet.left, style)
        self.y -= self.sheet.gap * 0.4

    def paragraph(self, block: Paragraph) -> None:
        style = self.sheet.small if block.small else self.sheet.body
        lines = lines_of(block.runs, style, self.sheet.measure)
        self.need(min(len(lines), 2) * style.leading)
        self.lines(self.pages.root.add("P"), lines, self.sheet.left, style)
        self.y -= self.sheet.gap * (0.4 if block.small else 0.7)

    def rag_line(self, block: RagLine) -> None:
        style = self.sheet.body
        size = style.size * 1.45
        indent = size + 6
        runs = (Run(f"{block.rag.word}{rag_joint(block.runs)}", bold=True), *block.runs)
        lines = lines_of(runs, style, self.sheet.measure - indent)
        self.need(min(len(lines), 2) * style.leading + 4)
        self.mark(block.rag, self.sheet.left, self.y - style.leading / 2 - size / 2, size)
        self.lines(self.pages.root.add("P"), lines, self.sheet.left + indent, style)
        self.y -= self.sheet.gap * 0.8

    def bullets(self, block: Bullets) -> None:
        style = self.sheet.body
        holder = self.pages.root.add("L")
        for item in block.items:
            lines = lines_of(item, style, self.sheet.measure - 12)
            self.need(min(len(lines), 2) * style.leading)
            entry = holder.add("LI")
            self.line(entry.add("Lbl"), lines_of(plain("•"), style, 12)[0], self.sheet.left + 2, style)
            self.lines(entry.add("LBody"), lines, self.sheet.left + 12, style)
        self.y -= self.sheet.gap * 0.7

    def callout(self, block: Callout) -> None:
        fill, edge = TONES[block.tone]
        style = self.sheet.body
        lines = lines_of(block.runs, style, self.sheet.measure - 20)
        element = self.pages.root.add("P")
        while lines:
            self.need(min(len(lines), 2) * style.leading + 10)
            fitting = max(1, int((self.room - 10) // style.leading))
            here, lines = lines[:fitting], lines[fitting:]
            height = len(here) * style.leading + 8
            top = self.y
            self.pages.artifact(Rectangle(self.sheet.left, top - height, self.sheet.measure, height, fill))
            self.pages.artifact(Rectangle(self.sheet.left, top - height, 3, height, edge))
            self.y -= 4
            self.lines(element, here, self.sheet.left + 11, style)
            self.y = top - height
        self.y -= self.sheet.gap

    def page_break(self, landscape: bool | None) -> None:
        lies = self.sheet.width > self.sheet.height
        if landscape is not None and landscape != lies:
            self.turn(landscape)
        elif not self.at_top:
            self.new_page()

    # --- header and footer -----------------------------------------------------------------------------------

    def running_lines(self, title: str, footer: Sequence[str]) -> None:
        """Footer and page number on every page, the title at the head of all but the first."""
        style = Style(6.8, 8.8, colour=TEXT_2)
        count = len(self.pages.pages)
        for page, sheet in enumerate(self.sheets):
            number = lines_of(plain(f"Page {page + 1} of {count}"), style, 200)[0]
            number_width = sum(part.width for part in number)
            width = sheet.measure - number_width - 24
            self.pages.artifact(Rule(sheet.left, sheet.bottom - 10, sheet.measure, BORDER), "Footer", page)
            self.y = sheet.bottom - 13
            self.plain_line(number, sheet.width - sheet.right - number_width, style, "Footer", page)
            for text in footer:
                for line in lines_of(plain(text), style, width):
                    self.plain_line(line, sheet.left, style, "Footer", page)
                    self.y -= style.leading
            if page:
                self.y = sheet.height - 24
                heading = lines_of(plain(title), style, sheet.measure)
                self.plain_line(heading[0], sheet.left, style, "Header", page)

    def watermark(self, word: str) -> None:
        """A large pale word from corner to corner of every page, under its text."""
        for page, sheet in enumerate(self.sheets):
            text = para_text(one_line(word, 60))
            diagonal = math.hypot(sheet.width, sheet.height)
            size = min(150.0, 0.75 * diagonal / max(width_of(text, SEMIBOLD, 1.0), 0.1))
            angle = math.atan2(sheet.height, sheet.width)
            along = width_of(text, SEMIBOLD, size) / 2
            # The middle of the word, a third of its height above its baseline, lies in the middle of the page.
            x = sheet.width / 2 - along * math.cos(angle) + size * 0.35 * math.sin(angle)
            y = sheet.height / 2 - along * math.sin(angle) - size * 0.35 * math.cos(angle)
            self.pages.underlay(Text(x, y, text, SEMIBOLD, size, PALE, math.degrees(angle)), "Watermark", page)
