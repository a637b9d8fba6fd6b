"""Charts and codes as PNG: the right size, every mark in its colour, no text interpreted, the same each time."""

from __future__ import annotations

import io
import itertools
import math
from dataclasses import replace

import pytest
from PIL import Image

from msat.exports.chart_png import FINER, MOST_PIXELS, dashes, qr_png, write_png
from msat.exports.charts import Chart, Label, Line, Marker, Polygon, colours
from msat.exports.qr import QUIET, qr_modules
from tests.exports.hostile import PAYLOADS
from tests.exports.test_charts import CHARTS, every_chart


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def drawn(*shapes: Line | Polygon | Marker | Label) -> Image.Image:
    """A chart of 92 by 92 points that holds these shapes, one pixel a point, four points of margin around it."""
    chart = Chart("t", "s.", 92, 92, shapes, (), ())
    return opened(write_png(chart, pixels=1.0)).convert("RGB")


def rgb(token: str) -> tuple[int, ...]:
    colour = colours("light")[token]
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@every_chart
def test_every_chart_has_its_size_and_resolution(chart: Chart) -> None:
    image = opened(write_png(chart))
    assert image.format == "PNG"
    assert image.size == (round((chart.width + 8) * 2), round((chart.height + 8) * 2))
    assert image.info["dpi"] == pytest.approx((144, 144), abs=0.1)


def test_the_same_chart_gives_the_same_bytes_and_schemes_differ() -> None:
    chart = CHARTS["control"]
    assert write_png(chart) == write_png(chart)
    dark = opened(write_png(chart, "dark")).convert("RGB")
    assert "#{:02X}{:02X}{:02X}".format(*dark.getpixel((0, 0))) == colours("dark")["paper"]


def test_shapes_stand_where_they_belong_and_in_their_colours() -> None:
    image = drawn(
        Polygon(((0, 0), (20, 0), (20, 20), (0, 20)), "bar"),
        Marker(80, 80, "circle", "concern", 16),
        Line(((0, 50), (92, 50)), "axis", 4),
        Marker(80, 10, "up", "improve", 16),
    )
    assert image.getpixel((14, 86)) == rgb("bar")  # ten points from the left, ten from the foot, inside the margin
    assert image.getpixel((84, 16)) == rgb("concern")
    assert image.getpixel((50, 46)) == pytest.approx(rgb("axis"), abs=8)  # a thin one, softened by the scaling
    assert image.getpixel((84, 88)) == rgb("improve")
    assert image.getpixel((40, 20)) == rgb("paper")


def test_texts_keep_to_their_anchor() -> None:
    middle, start, end = (
        drawn(Label(46, 40, "Words", "text", 14, anchor=anchor)).convert("L").point(lambda dark: 255 * (dark < 128))
        for anchor in ("middle", "start", "end")
    )
    left, _, right, _ = start.getbbox() or (0, 0, 0, 0)
    assert 49 <= left < right
    left, _, right, _ = end.getbbox() or (0, 0, 0, 0)
    assert left < right <= 52
    left, _, right, _ = middle.getbbox() or (0, 0, 0, 0)
    assert abs((left + right) / 2 - 50) <= 2


def test_dashes_have_their_lengths_round_corners() -> None:
    made = list(dashes(((0, 0), (10, 0), (10, 10)), (4, 3)))
    lengths = [sum(math.dist(*pair) for pair in itertools.pairwise(part)) for part in made]
    assert lengths == pytest.approx([4, 4, 4])
    assert made[1] == ((7, 0), (10, 0), (10, pytest.approx(1)))


def test_too_many_pixels_are_refused() -> None:
    chart = CHARTS["control"]
    with pytest.raises(ValueError, match="is not made"):
        write_png(chart, pixels=MOST_PIXELS / chart.width)
    with pytest.raises(ValueError, match="is not made"):
        write_png(chart, pixels=0)
    assert FINER >= 4


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_names_are_drawn(payload: str) -> None:
    chart = replace(CHARTS["control"], title=payload, shapes=(Label(5, 5, payload[:300]),))
    assert opened(write_png(chart, pixels=1.0)).size == (508, 248)


def test_a_code_holds_its_squares_and_a_quiet_edge() -> None:
    rows = qr_modules("Y00000-P0003")
    assert rows is not None
    image = opened(qr_png("Y00000-P0003", 3) or b"").convert("L")
    across = len(rows) + 2 * QUIET
    assert image.size == (across * 3, across * 3)
    for number, row in enumerate(rows):
        seen = [image.getpixel(((at + QUIET) * 3 + 1, (number + QUIET) * 3 + 1)) == 0 for at in range(len(row))]
        assert seen == list(row)
    assert image.crop((0, 0, across * 3, QUIET * 3)).getextrema() == (255, 255)


def test_no_code_is_made_of_nothing_or_of_too_much() -> None:
    assert qr_png("") is None
    assert qr_png("x" * 601) is None
    assert qr_png("x" * 600) is not None
