"""A chart as plain shapes: lines, polygons, markers and texts in points, with its words. Draws nothing itself.

Renderers (`chart_svg`, `chart_pdf`) turn the shapes into a form; colours are token names until then. The origin is the
lower left. Every chart has a sentence that says what it shows, alternative text, and its numbers as a table.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType

from msat import shipped

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through two or more points. `dash` lengths in points; empty is solid."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed area. `edge` is empty where it has no outline."""

    points: tuple[Point, ...]
    fill: str
    edge: str = ""
    width: float = 1.0


SHAPES = ("circle", "up", "down", "square", "diamond")


@dataclass(frozen=True, slots=True)
class Marker:
    """A point of the data, `size` points across. Its shape says what its colour says."""

    x: float
    y: float
    shape: str
    colour: str
    size: float = 6.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text with its baseline at `y`. `anchor`: `start`, `middle` or `end` of the text stands at `x`."""

    x: float
    y: float
    text: str
    colour: str = "text_2"
    size: float = 7.5
    anchor: str = "start"
    bold: bool = False


Shape = Line | Polygon | Marker | Label


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a chart that stands for one row of its table: what it is about can be looked at alone."""

    x: float
    y: float
    row: int
    words: str
    """What it says, as a sentence."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with everything that is said of it."""

    title: str
    sentence: str
    """What it shows, in words: stands beside or under it."""
    width: float
    height: float
    shapes: tuple[Shape, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Its numbers as a table."""
    kind: str = "Chart"
    """“Control chart”, “Funnel plot”: how the alternative text begins."""
    spots: tuple[Spot, ...] = ()
    """Where its rows are drawn, in the order in which they are read. Empty where nothing can be looked at alone."""

    @property
    def alternative(self) -> str:
        """For somebody who does not see it: what it is, what it shows, and that its numbers are in a table."""
        return f"{self.kind}: {self.title}. {self.sentence} The numbers are in the table that goes with it."

    def untitled(self) -> Chart:
        """The same without its title, for a place that says it already; the room of the title goes with it."""
        titles = [one for one in self.shapes if isinstance(one, Label) and one.bold and one.text == self.title][:1]
        shapes = tuple(one for one in self.shapes if one not in titles)
        return replace(self, height=self.height - (_TITLE if titles else 0), shapes=shapes)


@cache
def colours(scheme: str = "light") -> MappingProxyType[str, str]:
    """The colour of each token in `light`, `dark`, or either with `_contrast`. Raises KeyError on another scheme."""
    return MappingProxyType(dict(tomllib.loads(shipped.text("resources/themes/charts.toml"))[scheme]))


def corners(marker: Marker) -> tuple[Point, ...]:
    """The corners of a marker that has some; none for a circle."""
    half = marker.size / 2
    x, y = marker.x, marker.y
    tall = half * 1.15
    return {
        "up": ((x - tall, y - half), (x + tall, y - half), (x, y + tall)),
        "down": ((x - tall, y + half), (x + tall, y + half), (x, y - tall)),
        "square": ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)),
        "diamond": ((x - tall, y), (x, y - tall), (x + tall, y), (x, y + tall)),
        "circle": (),
    }[marker.shape]


# --- the frame that charts share -------------------------------------------------------------------------------

WIDTH, HEIGHT = 500.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 62.0, 44.0, 34.0
_TITLE = 16.0
"""The room of a title at the top."""
_CHAR = 0.62
"""A generous width of one character, in sizes of the type: nothing is measured here, and nothing may collide."""


def text_width(text: str, size: float) -> float:
    """About how wide a text is at most, in points."""
    return len(text) * size * _CHAR


@dataclass(slots=True)
class Frame:
    """The space of a chart with its scales; shapes are added to it."""

    title: str
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    width: float = WIDTH
    height: float = HEIGHT
    shapes: list[Shape] = field(default_factory=list)

    def x(self, value: float) -> float:
        """Where `value` lies from the left."""
        return self._at(value, self.x_low, self.x_high, _LEFT, self.width - _RIGHT)

    def y(self, value: float) -> float:
        """Where `value` lies from the foot."""
        return self._at(value, self.y_low, self.y_high, _BOTTOM, self.height - _TOP)

    @staticmethod
    def _at(value: float, low: float, high: float, start: float, end: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(start + share * (end - start), 2)

    @property
    def right(self) -> float:
        return self.width - _RIGHT

    def begin(self, y_ticks: Sequence[float], y_text: Sequence[str], y_name: str, x_name: str) -> None:
        """Title, grid, axes and their names."""
        self.shapes.append(Label(0, self.height - 11, self.title, "text", 9.5, bold=True))
        self.shapes.append(Label(0, self.height - 27, y_name))
        for value, text in zip(y_ticks, y_text, strict=True):
            at = self.y(value)
            self.shapes.append(Line(((_LEFT, at), (self.right, at)), "grid", 0.6))
            self.shapes.append(Label(_LEFT - 5, at - 2.6, text, anchor="end"))
        self.shapes.append(Line(((_LEFT, _BOTTOM), (self.right, _BOTTOM)), "axis", 0.8))
        self.shapes.append(Label((_LEFT + self.right) / 2, 3, x_name, anchor="middle"))

    def x_label(self, at: float, text: str) -> None:
        """A text under the axis at the place `at` (points)."""
        self.shapes.append(Line(((at, _BOTTOM), (at, _BOTTOM - 3)), "axis", 0.8))
        self.shapes.append(Label(at, _BOTTOM - 12, text, anchor="middle"))

    def side_labels(self, labels: Sequence[tuple[float, str, str]]) -> None:
        """Texts at the right of the lines that end there, (value, text, colour), moved apart where they are close."""
        low = -math.inf
        for value, text, colour in sorted(labels):
            low = max(self.y(value) - 2.6, low + 8.5)
            self.shapes.append(Label(self.right + 4, low, text, colour))

    def key(self, entries: Sequence[tuple[Marker | Line, str]]) -> None:
        """What the markers and lines mean, in one row beside the name of the axis, from the right."""
        at = self.width
        base = self.height - 27
        for shape, text in reversed(entries):
            at -= text_width(text, 7.5)
            self.shapes.append(Label(at, base, text))
            at -= 12
            if isinstance(shape, Marker):
                self.shapes.append(Marker(at + 4, base + 2.6, shape.shape, shape.colour, shape.size))
            else:
                ends = ((at - 6, base + 2.6), (at + 9, base + 2.6))
                self.shapes.append(Line(ends, shape.colour, shape.width, shape.dash))
                at -= 6
            at -= 6


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`, in about `most` steps of 1, 2 or 5 times 10ⁿ."""
    span = high - low
    if not span > 0:
        span = abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * one for one in (1, 2, 5, 10, 20) if span <= power * one * most * 1.000001)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [round(number * step, 10) for number in range(first, last + 1)]


def every_nth(labels: Sequence[str], room: float, size: float = 7.5) -> int:
    """Every how manieth label fits side by side into `room` points."""
    widest = max((text_width(label, size) for label in labels), default=0.0) + 8
    fitting = max(1, int(room // widest)) if widest else 1
    return max(1, math.ceil(len(labels) / fitting))


def nothing_to_show(title: str, kind: str, sentence: str, header: tuple[str, ...]) -> Chart:
    """A chart of no values: the sentence in an empty frame, so that a page never has a hole."""
    shapes = (
        Label(0, HEIGHT - 11, title, "text", 9.5, bold=True),
        Polygon(((0, 8), (WIDTH, 8), (WIDTH, HEIGHT - 22), (0, HEIGHT - 22)), "paper", "grid"),
        Label(WIDTH / 2, HEIGHT / 2, sentence, "text", 9, "middle"),
    )
    return Chart(title, sentence, WIDTH, HEIGHT, shapes, header, (), kind)
