"""Puts charts and QR codes on a page, each a Figure with its words for somebody who does not see it.

A chart's numbers follow it as a table. What is drawn is vector shapes; nothing is a picture.
"""

from __future__ import annotations

from msat.exports.document import Figure, QrCode, Run, plain
from msat.exports.pages import Drawing, Modules, Rectangle
from msat.exports.pen import Pen
from msat.exports.plain_text import one_line
from msat.exports.qr import QUIET, code_text, qr_modules
from msat.exports.table_layout import plan_table
from msat.exports.type_setting import Line, lines_of

LARGEST = 1.15
"""A chart is not drawn larger than this: its type would look like a heading."""
MODULE = 2.0
"""Points a side of a code's squares, 0.7 mm: fine enough for a page, coarse enough for a telephone."""
WIDEST_CODE = 190.0
LONGEST_ALTERNATIVE = 2_000


def figure(pen: Pen, block: Figure) -> None:
    """The chart, its sentence and its numbers. The chart stays with its sentence on one page."""
    chart, scale = block.chart, _scale(pen, block)
    width, height = chart.width * scale, chart.height * scale
    sentence = _sentence(pen, block)
    pen.need(min(figure_height(pen, block), pen.most_room))
    pen.y -= 4
    left, bottom = pen.sheet.left, pen.y - height
    element = pen.pages.root.add("Figure")
    element.alternative = one_line(chart.alternative, LONGEST_ALTERNATIVE)
    element.box = (left - 4, bottom - 4, left + width + 4, bottom + height + 4)
    pen.pages.tagged(element, Drawing(left, bottom, scale, chart))
    pen.y = bottom - 6
    pen.lines(element.add("Caption"), sentence, left, pen.sheet.small)
    pen.y -= pen.sheet.gap
    table = block.table()
    if table is not None:
        for layout in plan_table(pen, table):
            layout.draw()
            pen.y -= pen.sheet.gap


def figure_height(pen: Pen, block: Figure) -> float:
    """How much room the chart and its sentence take."""
    lines = min(len(_sentence(pen, block)), 4)
    return block.chart.height * _scale(pen, block) + lines * pen.sheet.small.leading + 10


def _scale(pen: Pen, block: Figure) -> float:
    """As wide as the line, within reason; never higher than a page has room for."""
    chart = block.chart
    return min(LARGEST, pen.sheet.measure / chart.width, 0.8 * pen.most_room / chart.height)


def _sentence(pen: Pen, block: Figure) -> list[Line]:
    return lines_of(plain(block.chart.sentence), pen.sheet.small, pen.sheet.measure)


def qr_code(pen: Pen, block: QrCode) -> None:
    """The code with its label and its text beside it; the words alone where the text is too long for a code."""
    rows = qr_modules(block.text)
    size, module = _code_size(block)
    pen.need(min(code_height(pen, block), pen.most_room))
    top, left = pen.y, pen.sheet.left
    indent = 0.0
    if rows:
        element = pen.pages.root.add("Figure")
        element.alternative = f"QR code. {_label(block)} It holds: {code_text(block.text)}"
        element.box = (left, top - size, left + size, top)
        # White under the code: it stays readable where a watermark lies below.
        pen.pages.tagged(element, Rectangle(left, top - size, size, size, "#FFFFFF"))
        edge = QUIET * module
        pen.pages.tagged(element, Modules(left + edge, top - size + edge, module, rows))
        indent = size + 8
        pen.y -= edge
    page = len(pen.pages.pages)
    words = pen.pages.root.add("P")
    for line in _words(pen, block):
        pen.need(pen.sheet.small.leading)
        pen.line(words, line, left + indent, pen.sheet.small)
        pen.y -= pen.sheet.small.leading
    if rows and len(pen.pages.pages) == page:
        pen.y = min(pen.y, top - size)
    pen.y -= pen.sheet.gap


def code_height(pen: Pen, block: QrCode) -> float:
    """How much room the code and the words beside it take."""
    size, module = _code_size(block)
    return max(size, QUIET * module + len(_words(pen, block)) * pen.sheet.small.leading)


def _code_size(block: QrCode) -> tuple[float, float]:
    """The side of the code with its quiet edge, and of one square; nothing where there is no code."""
    rows = qr_modules(block.text)
    if not rows:
        return 0.0, 0.0
    across = len(rows) + 2 * QUIET
    module = min(MODULE, WIDEST_CODE / across)
    return across * module, module


def _label(block: QrCode) -> str:
    label = one_line(block.label)
    return label if label.endswith((".", "!", "?")) or not label else f"{label}."


def _words(pen: Pen, block: QrCode) -> list[Line]:
    size, _ = _code_size(block)
    runs = (Run(one_line(block.label), bold=True), Run("\n"), Run(block.text))
    return lines_of(runs, pen.sheet.small, pen.sheet.measure - (size + 8 if size else 0))
