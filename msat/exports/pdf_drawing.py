"""Draws laid-out pages with reportlab, each piece between its marks. Adds no structure, metadata or attachment.

The one place that imports reportlab's canvas. Text is drawn glyph by glyph: there is no markup to inject into.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Sequence
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from msat.exports.pages import Mark, Marked, Op, Page, Pages, Rectangle, Rule, Text
from msat.exports.type_setting import REGULAR, SEMIBOLD, fonts_ready, width_of
from msat.triage.model import Priority

FILL = {Priority.RED: "#D5281B", Priority.AMBER: "#FFB81C", Priority.GREEN: "#007F3B", None: "#FFFFFF"}
EDGE = {Priority.RED: "#D5281B", Priority.AMBER: "#8F5F00", Priority.GREEN: "#007F3B", None: "#4C6272"}
LETTER = {Priority.RED: "#FFFFFF", Priority.AMBER: "#212B32", Priority.GREEN: "#FFFFFF", None: "#4C6272"}
CORNERS = {Priority.RED: 8, Priority.AMBER: 3}
"""Octagon and triangle; Green is a circle and "not rated" a dashed square."""

ARTIFACTS = {
    "Layout": "/Artifact <</Type /Layout>> BDC",
    "Header": "/Artifact <</Type /Pagination /Subtype /Header>> BDC",
    "Footer": "/Artifact <</Type /Pagination /Subtype /Footer>> BDC",
}


def draw(pages: Pages) -> bytes:
    """A PDF of the pages, with marked content but no structure tree yet."""
    fonts_ready()
    # Else reportlab keeps ASCII at its own codes and leaves unused entries behind (reliability.md section 2).
    rl_config.ttfAsciiReadable = 0
    # Streams as bytes, not as letters: a fifth smaller.
    rl_config.useA85 = 0
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(pages.width, pages.height),
        pageCompression=1,
        invariant=1,
        initialFontName=REGULAR,
        pdfVersion=(1, 7),
    )
    for page in pages.pages:
        _draw_page(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_page(canvas: Any, page: Page) -> None:
    for marked in page.marks:
        canvas._code.append(_begin(marked))
        for is_text, ops in itertools.groupby(marked.ops, key=lambda op: isinstance(op, Text)):
            if is_text:
                _draw_texts(canvas, [op for op in ops if isinstance(op, Text)])
            else:
                for op in ops:
                    _draw_shape(canvas, op)
        canvas._code.append("EMC")


def _begin(marked: Marked) -> str:
    if marked.element is None:
        return ARTIFACTS[marked.artifact]
    return f"/{marked.element.kind} <</MCID {marked.number}>> BDC"


def _draw_shape(canvas: Any, op: Op) -> None:
    match op:
        case Rectangle():
            canvas.setFillColor(HexColor(op.fill))
            canvas.rect(op.x, op.y, op.width, op.height, stroke=0, fill=1)
        case Rule():
            canvas.setStrokeColor(HexColor(op.colour))
            canvas.setLineWidth(op.thickness)
            canvas.line(op.x, op.y, op.x + op.width, op.y)
        case Mark():
            _draw_mark(canvas, op)


def _draw_texts(canvas: Any, ops: Sequence[Text]) -> None:
    """Strings in one text object. Naming the font once for many lines makes files small and quick to read."""
    text = canvas.beginText()
    font: tuple[str, float] | None = None
    colour = ""
    for op in ops:
        text.setTextOrigin(op.x, op.y)
        if font != (op.font, op.size):
            font = op.font, op.size
            text.setFont(*font)
        if colour != op.colour:
            colour = op.colour
            text.setFillColor(HexColor(colour))
        text.textOut(op.text)
    canvas.drawText(text)


def _draw_mark(canvas: Any, op: Mark) -> None:
    canvas.setFillColor(HexColor(FILL[op.priority]))
    canvas.setStrokeColor(HexColor(EDGE[op.priority]))
    canvas.setLineWidth(0.9)
    half = op.size / 2
    middle_x, middle_y = op.x + half, op.y + half
    if op.priority is Priority.GREEN:
        canvas.circle(middle_x, middle_y, half * 0.96, stroke=1, fill=1)
    elif op.priority is None:
        canvas.setDash([1.6, 1.2])
        canvas.rect(op.x + 0.6, op.y + 0.6, op.size - 1.2, op.size - 1.2, stroke=1, fill=1)
        canvas.setDash([])
    else:
        _polygon(canvas, middle_x, middle_y, half, CORNERS[op.priority])
    size = op.size * (0.52 if op.priority is Priority.AMBER else 0.62)
    drop = 0.30 if op.priority is Priority.AMBER else 0.22
    x = middle_x - width_of(op.letter, SEMIBOLD, size) / 2
    letter = Text(x, middle_y - op.size * drop, op.letter, SEMIBOLD, size, LETTER[op.priority])
    _draw_texts(canvas, [letter])


def _polygon(canvas: Any, x: float, y: float, half: float, corners: int) -> None:
    """A regular polygon: flat on top for the octagon, pointing up for the triangle."""
    radius = half * (1.16 if corners == 3 else 1.06)
    centre_y = y - half * 0.18 if corners == 3 else y
    turn = math.pi / 2 if corners == 3 else math.pi / 8
    path = canvas.beginPath()
    for corner in range(corners):
        angle = turn + 2 * math.pi * corner / corners
        point = x + radius * math.cos(angle), centre_y + radius * math.sin(angle)
        if corner:
            path.lineTo(*point)
        else:
            path.moveTo(*point)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)
