"""A chart as plain shapes: lines, polygons, markers and texts in points, with its words. Draws nothing itself.

Renderers (`chart_svg`, `chart_pdf`) turn the shapes into a form; colours are token names until then. The origin is the
lower left. Every chart has a sentence that says what it shows, alternative text, and its numbers as a table.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Sequence
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
    at_room: Callable[[float], Chart] | None = field(default=None, compare=False, repr=False)
    """The same chart laid out for a screen with room for so many points in width; None: it has this one form."""

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
TYPE = 7.5
"""The size of a chart's texts. On a screen none is smaller; on paper the counts over bars are."""
NARROWEST = 220.0
"""No chart is laid out in less: its axes would have no room left between their texts."""
_LEAST_HIGH = 0.7
"""A narrow chart is lower, but never less than this share of the usual height."""
_NO_SIDE = 12.0
"""What is left at the right on a screen where no line has a text there."""
_ROW, _APART = 11.0, 8.0
"""From one line of the head to the next, and between two entries of a key."""


def text_width(text: str, size: float) -> float:
    """About how wide a text is at most, in points."""
    return len(text) * size * _CHAR


def folded(text: str, width: float, size: float = TYPE) -> list[str]:
    """`text` in as many lines as it needs; a word is never cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


Sign = Marker | Line | None
"""What stands before a text of the key; None: nothing, the text is a remark."""


def _entry_width(entry: tuple[Sign, str]) -> float:
    sign, text = entry
    return text_width(text, TYPE) + (12 if isinstance(sign, Marker) else 20 if sign else 0)


@dataclass(slots=True)
class Frame:
    """The space of a chart with its scales; shapes are added to it.

    With a `room` (points) it is laid out for a screen: no wider than that, its head in as many lines as it needs. The
    head then grows upwards at `finish`; without one it has the fixed form of the printed chart.
    """

    title: str
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    width: float = WIDTH
    height: float = HEIGHT
    shapes: list[Shape] = field(default_factory=list)
    room: float | None = None
    has_side: bool = True
    """Whether lines have texts at the right."""
    lift: float = 0.0
    """How much higher the head of a screen's chart stands, over texts above the plot."""
    _y_name: str = ""
    _entries: list[tuple[Sign, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.room is not None:
            self.width = min(self.width, max(NARROWEST, self.room))
            self.height = round(self.height * max(_LEAST_HIGH, self.width / WIDTH), 2)

    def x(self, value: float) -> float:
        """Where `value` lies from the left."""
        return self._at(value, self.x_low, self.x_high, _LEFT, self.right)

    def y(self, value: float) -> float:
        """Where `value` lies from the foot."""
        return self._at(value, self.y_low, self.y_high, _BOTTOM, self.height - _TOP)

    @staticmethod
    def _at(value: float, low: float, high: float, start: float, end: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(start + share * (end - start), 2)

    @property
    def right(self) -> float:
        return self.width - (_RIGHT if self.has_side or self.room is None else _NO_SIDE)

    @property
    def along(self) -> float:
        """How much room the texts under the axis share."""
        return self.right if self.room is None else self.right - _LEFT

    def begin(self, y_ticks: Sequence[float], y_text: Sequence[str], y_name: str, x_name: str) -> None:
        """Title, grid, axes and their names."""
        self._y_name = y_name
        if self.room is None:
            self.shapes.append(Label(0, self.height - 11, self.title, "text", 9.5, bold=True))
            self.shapes.append(Label(0, self.height - 27, y_name))
        for value, text in zip(y_ticks, y_text, strict=True):
            at = self.y(value)
            self.shapes.append(Line(((_LEFT, at), (self.right, at)), "grid", 0.6))
            self.shapes.append(Label(_LEFT - 5, at - 2.6, text, anchor="end"))
        self.shapes.append(Line(((_LEFT, _BOTTOM), (self.right, _BOTTOM)), "axis", 0.8))
        middle = (_LEFT + self.right) / 2
        if self.room is not None:
            half = text_width(x_name, TYPE) / 2
            middle = max(half, min(middle, self.width - half))
        self.shapes.append(Label(middle, 3, x_name, anchor="middle"))

    def x_label(self, at: float, text: str) -> None:
        """A text under the axis at the place `at` (points)."""
        self.shapes.append(Line(((at, _BOTTOM), (at, _BOTTOM - 3)), "axis", 0.8))
        self.shapes.append(Label(at, _BOTTOM - 12, text, anchor="middle"))

    def side_labels(self, labels: Sequence[tuple[float, str, str]]) -> None:
        """Texts at the right of the lines that end there, (value, text, colour), moved apart where they are close."""
        low = -math.inf
        placed = []
        for value, text, colour in sorted(labels):
            low = max(self.y(value) - 2.6, low + 8.5)
            placed.append((low, text, colour))
        high = self.height - _TOP + 5 if self.room is not None else math.inf  # above it the head begins
        for number in reversed(range(len(placed))):
            at, text, colour = placed[number]
            placed[number] = min(at, high), text, colour
            high = placed[number][0] - 8.5
        self.shapes += [Label(self.right + 4, at, text, colour) for at, text, colour in placed]

    def key(self, entries: Sequence[tuple[Marker | Line, str]]) -> None:
        """What the markers and lines mean, in one row beside the name of the axis, from the right."""
        if self.room is not None:
            self._entries = list(entries)
            return
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

    def remark(self, text: str) -> None:
        """A remark in the place of the key."""
        if self.room is not None:
            self._entries = [(None, text)]
        else:
            self.shapes.append(Label(self.width, self.height - 27, text, anchor="end"))

    def finish(self) -> None:
        """On a screen: title, name of the axis and key above the plot, each in as many lines as it needs."""
        if self.room is None:
            return
        base = self.height - 27 + self.lift
        names = folded(self._y_name, self.width)
        wide = sum(map(_entry_width, self._entries)) + _APART * max(0, len(self._entries) - 1)
        if self._entries and len(names) == 1 and text_width(names[0], TYPE) + 2 * _APART + wide <= self.width:
            self._key_row(self._entries, self.width - wide, base)
        else:
            for line in reversed(self._key_rows()):
                self._key_row(line, 0, base)
                base += _ROW
        for text in reversed(names):
            self.shapes.append(Label(0, base, text))
            base += _ROW
        base += 5
        for text in reversed(folded(self.title, self.width, 9.5)):
            self.shapes.append(Label(0, base, text, "text", 9.5, bold=True))
            base += _ROW + 1
        self.height = round(base - 1, 2)

    def _key_rows(self) -> list[list[tuple[Sign, str]]]:
        rows: list[list[tuple[Sign, str]]] = []
        left = 0.0
        for entry in self._entries:
            wide = _entry_width(entry)
            if rows and left + wide <= self.width:
                rows[-1].append(entry)
            else:
                rows.append([entry])
                left = 0.0
            left += wide + _APART
        return rows

    def _key_row(self, entries: Sequence[tuple[Sign, str]], left: float, base: float) -> None:
        for sign, text in entries:
            end = left + _entry_width((sign, text))
            if isinstance(sign, Marker):
                self.shapes.append(Marker(left + 4, base + 2.6, sign.shape, sign.colour, sign.size))
            elif sign is not None:
                ends = ((left, base + 2.6), (left + 15, base + 2.6))
                self.shapes.append(Line(ends, sign.colour, sign.width, sign.dash))
            self.shapes.append(Label(round(end - text_width(text, TYPE), 2), base, text))
            left = end + _APART


def ticks(low: float, high: float, most: int = 5, whole: bool = False) -> list[float]:
    """Round values from at or below `low` to at or above `high`, in about `most` steps of 1, 2 or 5 times 10ⁿ.

    `whole`: what is counted comes whole, as days and alerts do, and no step is smaller than 1.
    """
    span = high - low
    if not span > 0:
        span = abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * one for one in (1, 2, 5, 10, 20) if span <= power * one * most * 1.000001)
    if whole:
        step = max(step, 1.0)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [round(number * step, 10) for number in range(first, last + 1)]


def every_nth(labels: Sequence[str], room: float, size: float = 7.5) -> int:
    """Every how manieth label fits side by side into `room` points."""
    widest = max((text_width(label, size) for label in labels), default=0.0) + 8
    fitting = max(1, int(room // widest)) if widest else 1
    return max(1, math.ceil(len(labels) / fitting))


def nothing_to_show(title: str, kind: str, sentence: str, header: tuple[str, ...], room: float | None = None) -> Chart:
    """A chart of no values: the sentence in an empty frame, so that a page never has a hole."""
    if room is None:
        shapes: tuple[Shape, ...] = (
            Label(0, HEIGHT - 11, title, "text", 9.5, bold=True),
            Polygon(((0, 8), (WIDTH, 8), (WIDTH, HEIGHT - 22), (0, HEIGHT - 22)), "paper", "grid"),
            Label(WIDTH / 2, HEIGHT / 2, sentence, "text", 9, "middle"),
        )
        return Chart(
            title, sentence, WIDTH, HEIGHT, shapes, header, (), kind,
            at_room=lambda room: nothing_to_show(title, kind, sentence, header, room),
        )  # fmt: skip
    frame = Frame(title, 0, 1, 0, 1, room=room)
    top, lines = frame.height - 32, folded(sentence, frame.width - 16, 9)
    frame.shapes.append(Polygon(((0, 8), (frame.width, 8), (frame.width, top), (0, top)), "paper", "grid"))
    at = (8 + top) / 2 + 6 * (len(lines) - 1) - 3
    for line in lines:
        frame.shapes.append(Label(frame.width / 2, at, line, "text", 9, "middle"))
        at -= 12
    frame.finish()
    return Chart(title, sentence, frame.width, frame.height, tuple(frame.shapes), header, (), kind)
