"""Draws laid-out pages with reportlab, each piece between its marks. Adds no structure, metadata or attachment.

Text is written glyph by glyph: there is no markup to inject into.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from msat.exports.chart_pdf import draw_chart
from msat.exports.pages import Drawing, Mark, Modules, Op, Page, Pages, Rectangle, Rule, Text
from msat.exports.qr_svg import dark_runs
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
    "Watermark": "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC",
}


def draw(pages: Pages) -> bytes:
    """A PDF of the pages, with marked content but no structure tree yet."""
    fonts_ready()
    # Else reportlab keeps ASCII at its own codes and leaves unused entries behind (reliability.md section 2).
    rl_config.ttfAsciiReadable = 0
    # Streams as bytes, not as letters: a fifth smaller.
    rl_config.useA85 = 0
    out = io.BytesIO()
    # The streams are packed once, when the finished file is saved.
    canvas = Canvas(out, pageCompression=0, invariant=1, initialFontName=REGULAR, pdfVersion=(1, 7))
    codes = {name: _Codes(name, canvas) for name in (REGULAR, SEMIBOLD)}
    for page in pages.pages:
        canvas.setPageSize((page.width, page.height))
        canvas._code += _Content(canvas, codes).page(page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Codes(dict[int, str]):
    """How a font's characters stand in a string of the page: the code of each, escaped, given out at its first use.

    Codes are those of the font's first subset. A character beyond it stands as OTHER, for reportlab to place.
    """

    OTHER = "\0"

    def __init__(self, font: str, canvas: Any) -> None:
        super().__init__()
        self.font: Any = pdfmetrics.getFont(font)
        self.document = canvas._doc
        self.names: dict[int, str] = {}

    def __missing__(self, char: int) -> str:
        ((subset, code),) = self.split(chr(char))
        shown = self[char] = _escaped(code) if subset == 0 else self.OTHER
        return shown

    def split(self, text: str) -> list[tuple[int, bytes]]:
        """`text` as strings in the subsets that hold them."""
        found: list[tuple[int, bytes]] = self.font.splitString(text, self.document)
        return found

    def name(self, subset: int) -> str:
        """What the page calls the subset."""
        if subset not in self.names:
            self.names[subset] = str(self.font.getSubsetInternalName(subset, self.document))
        return self.names[subset]


_ESCAPES = [f"\\{code:03o}" if code < 32 or code > 126 else chr(code) for code in range(256)]
for _char in "()\\":
    _ESCAPES[ord(_char)] = f"\\{_char}"


def _escaped(codes: bytes) -> str:
    return "".join([_ESCAPES[code] for code in codes])


class _Content:
    """The operators of one page. Says a colour, a font or a width only where it changes: small files, quickly read."""

    def __init__(self, canvas: Any, codes: dict[str, _Codes]) -> None:
        self.canvas, self.codes = canvas, codes
        self.out: list[str] = []
        self.font: tuple[str, float] | None = None
        self.fill = self.edge = ""
        self.width = -1.0

    def page(self, page: Page) -> list[str]:
        in_text = False
        for marked in page.marks:
            element = marked.element
            begins = ARTIFACTS[marked.artifact] if element is None else f"/{element.kind} <</MCID {marked.number}>> BDC"
            only_text = all([op.__class__ is Text for op in marked.ops])
            # Many marks stand in one text object; one that also draws shapes stands in none.
            if in_text is not only_text:
                self.out.append("BT" if only_text else "ET")
                in_text = only_text
            self.out.append(begins)
            self.texts(marked.ops) if only_text else self.mixed(marked.ops)
            self.out.append("EMC")
        if in_text:
            self.out.append("ET")
        return self.out

    def texts(self, ops: Sequence[Op]) -> None:
        for op in ops:
            if isinstance(op, Text):
                self.text(op)

    def mixed(self, ops: Sequence[Op]) -> None:
        """Texts and shapes in turn, each run of texts in a text object of its own."""
        for is_text, run in itertools.groupby(ops, key=lambda op: isinstance(op, Text)):
            if is_text:
                self.out.append("BT")
                self.texts(list(run))
                self.out.append("ET")
            else:
                for op in run:
                    if not isinstance(op, Text):
                        self.shape(op)

    # --- state -----------------------------------------------------------------------------------------------

    def filled(self, colour: str) -> None:
        if self.fill != colour:
            self.fill = colour
            self.out.append(f"{_rgb(colour)} rg")

    def edged(self, colour: str, width: float) -> None:
        if self.edge != colour:
            self.edge = colour
            self.out.append(f"{_rgb(colour)} RG")
        if self.width != width:
            self.width = width
            self.out.append(f"{width:g} w")

    # --- text ------------------------------------------------------------------------------------------------

    def text(self, op: Text) -> None:
        self.filled(op.colour)
        turn = "1 0 0 1" if not op.turn else _turned(op.turn)
        self.out.append(f"{turn} {op.x:.2f} {op.y:.2f} Tm")
        codes = self.codes[op.font]
        shown = op.text.translate(codes)
        if codes.OTHER not in shown:
            self.show(op, codes.name(0), shown)
            return
        for subset, text in codes.split(op.text):
            self.show(op, codes.name(subset), _escaped(text))

    def show(self, op: Text, font: str, shown: str) -> None:
        if self.font != (font, op.size):
            self.font = font, op.size
            self.out.append(f"{font} {op.size:g} Tf")
        self.out.append(f"({shown}) Tj")

    # --- shapes ----------------------------------------------------------------------------------------------

    def shape(self, op: Rectangle | Rule | Mark | Drawing | Modules) -> None:
        match op:
            case Rectangle():
                self.filled(op.fill)
                self.out.append(f"{op.x:.2f} {op.y:.2f} {op.width:.2f} {op.height:.2f} re f")
            case Rule():
                self.edged(op.colour, op.thickness)
                self.out.append(f"{op.x:.2f} {op.y:.2f} m {op.x + op.width:.2f} {op.y:.2f} l S")
            case Modules():
                self.modules(op)
            case Mark():
                self.by_canvas(lambda canvas: _draw_mark(canvas, op))
            case Drawing():
                self.by_canvas(lambda canvas: draw_chart(canvas, op.chart, op.x, op.y, scale=op.scale))

    def modules(self, op: Modules) -> None:
        """All squares as one path, runs of them in one piece."""
        self.filled("#000000")
        top = op.y + op.module * len(op.rows)
        for number, row in enumerate(op.rows, start=1):
            for at, count in dark_runs(row):
                x, y = op.x + at * op.module, top - number * op.module
                self.out.append(f"{x:.3f} {y:.3f} {count * op.module:.3f} {op.module:.3f} re")
        self.out.append("f")

    def by_canvas(self, drawing: Callable[[Any], None]) -> None:
        """What reportlab draws better, with the state of the page as it was before."""
        kept, self.canvas._code = self.canvas._code, self.out
        self.canvas.saveState()
        drawing(self.canvas)
        self.canvas.restoreState()
        self.canvas._code = kept


@cache
def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


def _turned(degrees: float) -> str:
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f}"


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
    canvas.setFillColor(HexColor(LETTER[op.priority]))
    canvas.setFont(SEMIBOLD, size)
    canvas.drawString(middle_x - width_of(op.letter, SEMIBOLD, size) / 2, middle_y - op.size * drop, op.letter)


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
