"""A neutral workbook: sheets of cells, what marks words in colour, charts that read their numbers from a sheet.

Plain values; knows nothing of XLSX. No cell is ever a formula or a link, whatever its text begins with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from msat.exports.document import Rag


@dataclass(frozen=True, slots=True)
class Shown:
    """A finite number with the number format it is shown in, as spreadsheets write one: `0%`, `0.0`."""

    value: float
    look: str


Cell = str | int | date | datetime | Rag | Shown | None
"""An aware time is shown in London's; a Rag as shape and word."""
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows made one after the other, for a sheet too large to hold. `make` starts anew each time and gives `count`."""

    count: int
    make: Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Cells that say one of these words take on a look, those that a reader types as well.

    `whole`: the cell is the word and nothing else; otherwise it begins with it. Case does not count.
    """

    words: tuple[str, ...]
    tone: str
    """A key of `workbook_looks.TONES`."""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width in characters, and the marks of its words."""

    title: str
    width: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One line, bar or cloud of a chart. Columns are named by their titles; empty cells are left out of the chart."""

    title: str
    values: str
    over: str
    """The column along the x axis."""
    look: str = "line"
    """`line`, `dashes`, `dots` (a thin dashed line), `bars` or `markers`."""
    colour: str = "line"
    """A token of resources/themes/charts.toml."""
    marker: str = ""
    """`circle`, `triangle`, `diamond` or `square`; empty for none."""
    size: int = 6
    labels: tuple[str, ...] = ()
    """A short text beside each point, empty for none; no text at all for no labels."""
    sheet: str = ""
    """The sheet it reads; empty for the one that the chart stands on."""
    in_key: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart right of a sheet's table. `words` say what it shows: its alternative text."""

    title: str
    words: str
    kind: str
    """`column`, `line` or `scatter`."""
    series: tuple[Series, ...]
    x_title: str = ""
    y_title: str = ""
    y_look: str = "0"
    y_range: tuple[float, float] | None = None
    x_from: float | None = None
    height: int = 400
    """In pixels."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one header row. `filtered` makes it a table: banded, with a filter and a name of its own."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] | Stream
    filtered: bool = True
    table: str = ""
    """The table's name for formulas of the reader's own; made from the sheet's name when empty."""
    frozen: int = 0
    """How many columns stay in sight and are printed again on each page."""
    empty: str = "There is nothing to show."
    """What stands under the header when there is no row."""
    charts: tuple[Chart, ...] = ()

    @property
    def count(self) -> int:
        """How many rows it has under its header."""
        return self.rows.count if isinstance(self.rows, Stream) else len(self.rows)

    def every_row(self) -> Iterable[Row]:
        """Its rows, from the first."""
        return self.rows.make() if isinstance(self.rows, Stream) else self.rows


@dataclass(frozen=True, slots=True)
class Named:
    """A name for one cell: sheet, row under the header from 0, column's title. For the reader's own formulas."""

    name: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as values. `keywords` and `subject` are for the file's properties."""

    title: str
    sheets: tuple[Sheet, ...]
    subject: str = ""
    keywords: str = ""
    names: tuple[Named, ...] = field(default=())
    mark: str = ""
    """A few words that stand above every printed page, as “Draft”; letters, digits and blanks."""


RAG_MARKS = (
    Mark(("Red", "■ Red"), "red", whole=True),
    Mark(("Amber", "▲ Amber"), "amber", whole=True),
    Mark(("Green", "● Green"), "green", whole=True),
    Mark(("Not rated", "□ Not rated"), "unrated", whole=True),
)
"""Priorities: word, shape and colour together."""

STATUS_SIGNS = {
    "overdue": "!",
    "not acknowledged": "○",
    "in hand": "◔",
    "waiting for a second person": "◑",
    "deferred": "»",
    "re-check due": "↻",
    "done": "✓",
    "done late": "✓",
    "not applicable": "–",
    "superseded": "→",
    "historic, review": "◷",
    "not received": "∅",
    "no reply": "?",
    "not asked": "·",
}
"""A sign for each state, so that it does not hang on its colour."""

_TONES = {
    "late": ("overdue", "done late"),
    "silent": ("no reply",),
    "put_off": ("deferred", "re-check due", "historic, review"),
    "open": ("not acknowledged", "in hand", "waiting for a second person"),
    "done": ("done",),
    "aside": ("not applicable", "superseded", "not received", "not asked"),
}
STATUS_MARKS = tuple(
    Mark(tuple(form for word in words for form in (word, f"{STATUS_SIGNS[word]} {word}")), tone)
    for tone, words in _TONES.items()
)
"""States of work. The first that fits counts: "done late" before "done". Never the colours of priority."""
