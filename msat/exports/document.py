"""A neutral document: what is said, in which order. Knows nothing of PDF, HTML or any other way of writing it.

Text in it is plain text. A writer escapes it for its own form; no value here is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msat.exports.charts import Chart, Label
from msat.triage.model import Priority

TONES = {"good": "#00662F", "warning": "#7A5000", "danger": "#AA2016", "muted": "#4C6272"}
"""The colours that a stretch of text may have on paper, by what they mean; the words must say it without them."""

SHAPES = {Priority.RED: "■", Priority.AMBER: "▲", Priority.GREEN: "●", None: "□"}
"""A priority's shape as a character, for forms in which it is not drawn."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `link` is an https address, or empty. `struck` text no longer stands."""

    text: str
    bold: bool = False
    link: str = ""
    struck: bool = False
    tone: str = ""
    """A key of TONES, or empty for the ordinary colour."""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Rag:
    """A priority as a mark: word, shape and colour together. None is "not rated", never Green."""

    priority: Priority | None

    @property
    def word(self) -> str:
        return self.priority.value.capitalize() if self.priority else "Not rated"

    @property
    def letter(self) -> str:
        return self.word[0] if self.priority else "?"


Inline = Runs | Rag
"""What a paragraph or a table cell holds."""


def plain(text: str) -> Runs:
    """One run of ordinary text."""
    return (Run(text),)


def is_web_address(url: str) -> bool:
    """Whether an address may be made a link: https, a host, no blanks or control characters."""
    rest = url.removeprefix("https://")
    clean = all("!" <= char <= "~" and char not in '<>"\\^`{|}' for char in rest)
    return rest != url and clean and rest[:1].isalnum() and "@" not in rest.partition("/")[0]


def words(value: Inline) -> str:
    """The text of a cell or paragraph, without its style."""
    return value.word if isinstance(value, Rag) else "".join(run.text for run in value)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's own title, 2 a section, 3 a part of one."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `small` is for reference lines and limits of what is claimed."""

    runs: Runs
    small: bool = False


@dataclass(frozen=True, slots=True)
class RagLine:
    """A priority mark with a sentence beside it."""

    rag: Rag
    runs: Runs


def rag_joint(runs: Runs) -> str:
    """What stands between a mark's word and the words beside it."""
    return ". " if runs and runs[0].bold else ": "


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row, which repeats on each page. `widths` are shares of the line."""

    header: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    widths: tuple[float, ...]
    caption: str = ""
    small: bool = False
    frozen: int = 0
    """So many first columns are repeated where the table is too wide for a page and goes on beside itself in parts.
    0: it is never parted, its columns are made as narrow as they must."""
    row_headers: bool = False
    """The first column names what its row is about."""
    keep: bool = False
    """Not broken over pages where it fits on one."""
    turned: bool = False
    """The heads of all columns but the frozen ones may be written upwards, where that makes them narrower."""


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Names and their values, one line each."""

    pairs: tuple[tuple[str, Inline], ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """A sentence set apart. `tone`: `info`, `warning` or `danger`; the text must say it without the colour."""

    tone: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list whose order does not matter."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Starts a new page where the form has pages. `landscape` says how it and those after it lie; None: as before."""

    landscape: bool | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the sentence that says what it shows. `numbers`: its table follows it on the page.

    Leave the numbers out only where the document shows them elsewhere; the alternative text speaks of them.
    """

    chart: Chart
    numbers: bool = True

    def table(self) -> Table | None:
        """Its numbers, to be written after it; None where they are left out or there are none."""
        chart = self.chart
        if not (self.numbers and chart.rows):
            return None
        rows = tuple(tuple(plain(value) for value in row) for row in chart.rows)
        widths = tuple(
            max(len(row[at]) for row in (chart.header, *chart.rows)) + 2.0 for at in range(len(chart.header))
        )
        return Table(
            chart.header,
            rows,
            tuple(min(width, 40.0) for width in widths),
            f"The numbers of “{chart.title}”",
            small=True,
            row_headers=True,
        )


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code of `text` with `label` beside it, which says for a person what the code holds."""

    text: str
    label: str


Block = Heading | Paragraph | RagLine | Table | KeyValues | Callout | Bullets | PageBreak | Figure | QrCode


@dataclass(frozen=True, slots=True)
class Document:
    """A titled sequence of blocks, its first being the level 1 heading."""

    title: str
    blocks: tuple[Block, ...]
    subject: str = ""
    language: str = "en-GB"
    landscape: bool = False
    dense: bool = field(default=False)
    """Set for pages that should fit on one side where they can."""
    watermark: str = ""
    """A word across every page, as “Draft”; forms without pages say it at their head."""


def texts(document: Document) -> Iterator[str]:
    """Every text of the document in reading order, for searches and tests."""
    if document.watermark:
        yield document.watermark
    for block in document.blocks:
        yield from _block_texts(block)


def _block_texts(block: Block) -> Sequence[str]:
    match block:
        case Heading(text=text):
            return [text]
        case Paragraph(runs=runs) | Callout(runs=runs):
            return [words(runs)]
        case RagLine(rag=rag, runs=runs):
            return [rag.word, words(runs)]
        case Table(caption=caption, header=header, rows=rows):
            named = [caption] if caption else []
            return [*named, *header, *(words(cell) for row in rows for cell in row)]
        case KeyValues(pairs=pairs):
            return [text for name, value in pairs for text in (name, words(value))]
        case Bullets(items=items):
            return [words(item) for item in items]
        case Figure(chart=chart):
            return _figure_texts(block, chart)
        case QrCode(text=text, label=label):
            return [label, text]
        case PageBreak():
            return []


def _figure_texts(block: Figure, chart: Chart) -> Sequence[str]:
    drawn = [shape.text for shape in chart.shapes if isinstance(shape, Label)]
    table = block.table()
    return [chart.title, *drawn, chart.sentence, *(_block_texts(table) if table else ())]
