"""The floor beside a pack: strings in their places, fonts and colours, drawn straight on a reportlab canvas.

Imports nothing of the program. Run by `pack_pages` in a process of its own: python canvas_floor.py STRINGS.json.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"


def drawn_straight(pages: list[tuple[tuple[float, float], list[tuple[float, float, str, str, float, str]]]]) -> bytes:
    """Pages of strings as (x, y, text, font, size, colour): no breaking of lines, no rules or marks, no tags."""
    for name in ("Inter-Regular", "Inter-SemiBold"):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1, initialFontName="Inter-Regular")
    for size, strings in pages:
        canvas.setPageSize(tuple(size))
        font, colour = ("", 0.0), ""
        for x, y, text, name, points, ink in strings:
            if font != (name, points):
                font = name, points
                canvas.setFont(*font)
            if colour != ink:
                colour = ink
                canvas.setFillColor(HexColor(colour))
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


if __name__ == "__main__":
    drawn_straight(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
