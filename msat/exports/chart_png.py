"""Charts and QR codes as PNG, for Word, newsletters and the clipboard, drawn four times as large and scaled down.

The one place that imports Pillow. The same chart gives the same bytes with the same version of Pillow, not with
another: a file that must be the same everywhere carries vector shapes instead.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from msat import shipped
from msat.exports.charts import Chart, Label, Line, Marker, Point, Polygon, colours, corners
from msat.exports.plain_text import one_line
from msat.exports.qr import QUIET, qr_modules
from msat.exports.type_setting import REGULAR, SEMIBOLD, para_text

FINER = 4
"""How many times larger than it will be a chart is drawn before it is scaled down: smooth edges."""
_MARGIN = 4.0
MOST_PIXELS = 4_000
"""A chart is made no wider and no higher than this."""


def write_png(chart: Chart, scheme: str = "light", pixels: float = 2.0) -> bytes:
    """The chart in `light` or `dark` colours, `pixels` for each of its points. Raises ValueError when that is too many.

    2 pixels a point are sharp on paper of a Word page and on a screen; its resolution is written into the file.
    """
    width, height = chart.width + 2 * _MARGIN, chart.height + 2 * _MARGIN
    if not 0 < max(width, height) * pixels <= MOST_PIXELS:
        raise ValueError(f"a picture of {width * pixels:.0f} by {height * pixels:.0f} pixels is not made")
    size = round(width * pixels), round(height * pixels)
    palette = colours(scheme)
    large = Image.new("RGB", (size[0] * FINER, size[1] * FINER), palette["paper"])
    _Drawing(ImageDraw.Draw(large), palette, pixels * FINER, height).shapes(chart)
    return _png(large.resize(size, Image.Resampling.LANCZOS), pixels)


def qr_png(text: str, module: int = 6) -> bytes | None:
    """The QR code of `text` in black on white, `module` pixels a square; None for a text too long for a code."""
    rows = qr_modules(text)
    if not rows:
        return None
    across = len(rows) + 2 * QUIET
    small = Image.new("L", (across, across), 255)
    for number, row in enumerate(rows):
        for at, dark in enumerate(row):
            if dark:
                small.putpixel((at + QUIET, number + QUIET), 0)
    return _png(small.resize((across * module, across * module), Image.Resampling.NEAREST), module / 2.0)


def _png(image: Image.Image, pixels: float) -> bytes:
    """The file, with how many of its pixels make an inch."""
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(72 * pixels, 72 * pixels), optimize=True)
    return out.getvalue()


@cache
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(shipped.path(f"resources/fonts/{name}.ttf")), size)


class _Drawing:
    """Shapes on a large canvas. Pillow counts from the top."""

    def __init__(self, draw: ImageDraw.ImageDraw, palette: Mapping[str, str], scale: float, height: float) -> None:
        self.draw, self.palette, self.scale, self.height = draw, palette, scale, height

    def at(self, point: Point) -> Point:
        x, y = point
        return (x + _MARGIN) * self.scale, (self.height - _MARGIN - y) * self.scale

    def thick(self, width: float) -> int:
        return max(1, round(width * self.scale))

    def shapes(self, chart: Chart) -> None:
        for shape in chart.shapes:
            match shape:
                case Line():
                    self.line(shape)
                case Polygon():
                    edge = self.palette[shape.edge] if shape.edge else ""
                    self.area(shape.points, self.palette[shape.fill], edge, shape.width)
                case Marker():
                    self.marker(shape)
                case Label():
                    self.label(shape)

    def line(self, line: Line) -> None:
        colour, width = self.palette[line.colour], self.thick(line.width)
        for part in dashes(line.points, line.dash) if line.dash else [line.points]:
            self.draw.line([self.at(point) for point in part], colour, width, joint="curve")

    def area(self, points: Sequence[Point], fill: str, edge: str, width: float) -> None:
        placed = [self.at(point) for point in points]
        self.draw.polygon(placed, fill)
        if edge:
            self.draw.line([*placed, placed[0], placed[1]], edge, self.thick(width), joint="curve")

    def marker(self, marker: Marker) -> None:
        outline = corners(marker)
        fill, paper = self.palette[marker.colour], self.palette["paper"]
        if outline:
            self.area(outline, fill, paper, 0.6)
            return
        (x, y), half = self.at((marker.x, marker.y)), marker.size / 2 * self.scale
        self.draw.ellipse((x - half, y - half, x + half, y + half), fill, paper, self.thick(0.6))

    def label(self, label: Label) -> None:
        font = _font(SEMIBOLD if label.bold else REGULAR, label.size * self.scale)
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[label.anchor]
        text = para_text(one_line(label.text))
        self.draw.text(self.at((label.x, label.y)), text, self.palette[label.colour], font, anchor)


def dashes(points: Sequence[Point], pattern: Sequence[float]) -> Iterator[tuple[Point, ...]]:
    """A line through `points` as its drawn dashes; `pattern` is the lengths of dash and gap in turn."""
    left, at = pattern[0], 0
    dash: list[Point] = [points[0]]
    for (x, y), end in pairwise(points):
        length = math.dist((x, y), end)
        done = 0.0
        while length - done > left:
            done += left
            share = done / length
            spot = x + (end[0] - x) * share, y + (end[1] - y) * share
            if at % 2 == 0:
                yield (*dash, spot)
            dash = [spot]
            at += 1
            left = pattern[at % len(pattern)]
        left -= length - done
        dash.append(end)
    if at % 2 == 0 and len(dash) > 1:
        yield tuple(dash)
