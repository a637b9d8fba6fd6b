"""A chart as SVG, with title and description for those who hear it. Text is escaped; nothing is fetched or scripted."""

from __future__ import annotations

import html
from collections.abc import Mapping

from msat.exports.charts import Chart, Label, Line, Marker, Point, Polygon, Shape, colours, corners
from msat.exports.plain_text import one_line

FONTS = "Inter, Arial, sans-serif"
_MARGIN = 4.0
"""Around the drawing, so that the half of a thick line at the edge is not cut."""


def write_svg(chart: Chart, scheme: str = "light", identity: str = "chart") -> str:
    """The chart as an SVG document in `light` or `dark` colours.

    `identity` begins the ids of its title and description: give each chart of one page its own. Raises ValueError on
    one that is not letters, digits and hyphens, beginning with a letter.
    """
    if not (identity[:1].isalpha() and identity.isascii() and identity.replace("-", "").isalnum()):
        raise ValueError(f"“{identity}” cannot be an id: use letters, digits and hyphens")
    palette = colours(scheme)
    width, height = chart.width + 2 * _MARGIN, chart.height + 2 * _MARGIN
    names = f"{identity}-title {identity}-description"
    drawn = [_drawn(shape, palette, chart.height) for shape in chart.shapes]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_n(-_MARGIN)} {_n(-_MARGIN)} {_n(width)} {_n(height)}" '
            f'width="{_n(width)}pt" height="{_n(height)}pt" role="img" aria-labelledby="{names}" '
            f'font-family="{html.escape(FONTS)}">',
            f'<title id="{identity}-title">{_text(chart.title)}</title>',
            f'<desc id="{identity}-description">{_text(chart.alternative)}</desc>',
            f'<rect x="{_n(-_MARGIN)}" y="{_n(-_MARGIN)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="{palette["paper"]}"/>',
            *drawn,
            "</svg>\n",
        )
    )


def _drawn(shape: Shape, palette: Mapping[str, str], height: float) -> str:
    match shape:
        case Line():
            dash = f' stroke-dasharray="{" ".join(map(_n, shape.dash))}"' if shape.dash else ""
            points = _points(shape.points, height)
            stroke = f'stroke="{palette[shape.colour]}" stroke-width="{_n(shape.width)}"{dash}'
            return f'<polyline points="{points}" fill="none" {stroke}/>'
        case Polygon():
            edge = f' stroke="{palette[shape.edge]}" stroke-width="{_n(shape.width)}"' if shape.edge else ""
            return f'<polygon points="{_points(shape.points, height)}" fill="{palette[shape.fill]}"{edge}/>'
        case Marker():
            return _marker(shape, palette, height)
        case Label():
            bold = ' font-weight="600"' if shape.bold else ""
            return (
                f'<text x="{_n(shape.x)}" y="{_n(height - shape.y)}" font-size="{_n(shape.size)}" '
                f'text-anchor="{shape.anchor}" fill="{palette[shape.colour]}"{bold}>{_text(shape.text)}</text>'
            )


def _marker(marker: Marker, palette: Mapping[str, str], height: float) -> str:
    """Filled, with a thin edge in the colour of the paper, so that points on one another stay apart."""
    looks = f'fill="{palette[marker.colour]}" stroke="{palette["paper"]}" stroke-width="0.6"'
    outline = corners(marker)
    if outline:
        return f'<polygon points="{_points(outline, height)}" {looks}/>'
    return f'<circle cx="{_n(marker.x)}" cy="{_n(height - marker.y)}" r="{_n(marker.size / 2)}" {looks}/>'


def _points(points: tuple[Point, ...], height: float) -> str:
    """SVG counts from the top."""
    return " ".join(f"{_n(x)},{_n(height - y)}" for x, y in points)


def _n(value: float) -> str:
    """A number the same everywhere: at most two decimals, no exponent."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _text(text: str) -> str:
    return html.escape(one_line(text), quote=False)
