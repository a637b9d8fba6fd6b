"""A neutral document: what is said, in which order. Knows nothing of PDF, HTML or any other way of writing it.

Text in it is plain text. A writer escapes it for its own form; no value here is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msat.triage.model import Priority


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `link` is an https address, or empty. `struck` text no longer stands."""

    text: str
    bold: bool = False
    link: str = ""
    struck: bool = False


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
    """Starts a new page where the form has pages."""


Block = Heading | Paragraph | RagLine | Table | KeyValues | Callout | Bullets | PageBreak


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


def texts(document: Document) -> Iterator[str]:
    """Every text of the document in reading order, for searches and tests."""
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
        case Table(header=header, rows=rows):
            return [*header, *(words(cell) for row in rows for cell in row)]
        case KeyValues(pairs=pairs):
            return [text for name, value in pairs for text in (name, words(value))]
        case Bullets(items=items):
            return [words(item) for item in items]
        case PageBreak():
            return []
