"""Draws a chart with reportlab in the program's own fonts, and makes a page of one chart. Adds no tags.

For a chart inside a tagged document the caller puts `draw_chart` between the marks of a Figure element and gives that
element `chart.alternative` as its alternative text.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from msat.exports.charts import Chart, Label, Line, Marker, Point, Polygon, colours, corners
from msat.exports.plain_text import one_line
from msat.exports.type_setting import REGULAR, SEMIBOLD, fonts_ready, para_text, width_of

_MARGIN = 20.0


def draw_chart(canvas: Any, chart: Chart, x: float, y: float, scheme: str = "light", scale: float = 1.0) -> None:
    """Draws `chart` on a reportlab canvas, its lower left corner at (x, y), `scale` times its size."""
    fonts_ready()
    palette = colours(scheme)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(scale, scale)
    for shape in chart.shapes:
        match shape:
            case Line():
                _line(canvas, shape, palette)
            case Polygon():
                edge = palette[shape.edge] if shape.edge else ""
                _area(canvas, shape.points, palette[shape.fill], edge, shape.width)
            case Marker():
                _marker(canvas, shape, palette)
            case Label():
                _label(canvas, shape, palette)
    canvas.restoreState()


def chart_page(chart: Chart, scheme: str = "light") -> bytes:
    """A PDF of one page that holds the chart and nothing else, not tagged: the same chart, the same bytes."""
    fonts_ready()
    rl_config.ttfAsciiReadable = 0  # as pdf_drawing sets it, so that fonts are embedded the same
    out = io.BytesIO()
    size = chart.width + 2 * _MARGIN, chart.height + 2 * _MARGIN
    canvas = Canvas(out, pagesize=size, pageCompression=1, invariant=1, initialFontName=REGULAR, pdfVersion=(1, 7))
    canvas.setTitle(one_line(chart.title, 200))
    canvas.setFillColor(HexColor(colours(scheme)["paper"]))
    canvas.rect(0, 0, *size, stroke=0, fill=1)
    draw_chart(canvas, chart, _MARGIN, _MARGIN, scheme)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _line(canvas: Any, line: Line, palette: Mapping[str, str]) -> None:
    canvas.setStrokeColor(HexColor(palette[line.colour]))
    canvas.setLineWidth(line.width)
    canvas.setDash(list(line.dash))
    canvas.drawPath(_path(canvas, line.points), stroke=1, fill=0)
    canvas.setDash([])


def _area(canvas: Any, points: tuple[Point, ...], fill: str, edge: str, width: float) -> None:
    canvas.setFillColor(HexColor(fill))
    if edge:
        canvas.setStrokeColor(HexColor(edge))
        canvas.setLineWidth(width)
    path = _path(canvas, points)
    path.close()
    canvas.drawPath(path, stroke=int(bool(edge)), fill=1)


def _marker(canvas: Any, marker: Marker, palette: Mapping[str, str]) -> None:
    outline = corners(marker)
    if outline:
        _area(canvas, outline, palette[marker.colour], palette["paper"], 0.6)
        return
    canvas.setFillColor(HexColor(palette[marker.colour]))
    canvas.setStrokeColor(HexColor(palette["paper"]))
    canvas.setLineWidth(0.6)
    canvas.circle(marker.x, marker.y, marker.size / 2, stroke=1, fill=1)


def _path(canvas: Any, points: tuple[Point, ...]) -> Any:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    return path


def _label(canvas: Any, label: Label, palette: Mapping[str, str]) -> None:
    """One string, glyph by glyph: there is no markup in it."""
    text = para_text(one_line(label.text))
    font = SEMIBOLD if label.bold else REGULAR
    width = width_of(text, font, label.size)
    x = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    drawn = canvas.beginText()
    drawn.setTextOrigin(x, label.y)
    drawn.setFont(font, label.size)
    drawn.setFillColor(HexColor(palette[label.colour]))
    drawn.textOut(text)
    canvas.drawText(drawn)
