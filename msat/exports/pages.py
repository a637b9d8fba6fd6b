"""Pages as plain values: marked text and drawn shapes with their places, and the tree that says what they are.

`page_layout` fills them, `pdf` draws them and `pdf_tags` writes the tree. Origin is the lower left, in points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from msat.exports.charts import Chart
from msat.triage.model import Priority


@dataclass(slots=True, eq=False)
class Element:
    """A node of the structure tree: what a piece of the page is for somebody who hears it. `kind`: H1, P, TD ..."""

    kind: str
    children: list[Element | Marked] = field(default_factory=list)
    scope: str = ""
    """`Column` or `Row` for a TH."""
    link: str = ""
    """The address, for a Link."""
    alternative: str = ""
    """What is said of a Figure to somebody who does not see it."""
    box: tuple[float, float, float, float] | None = None
    """Where a Figure lies: left, bottom, right, top."""

    def add(self, kind: str, scope: str = "", link: str = "") -> Element:
        child = Element(kind, scope=scope, link=link)
        self.children.append(child)
        return child


class Text(NamedTuple):
    """One string drawn at a baseline. `turn`: degrees against the clock. A plain tuple: a pack holds very many."""

    x: float
    y: float
    text: str
    font: str
    size: float
    colour: str
    turn: float = 0.0


class Rectangle(NamedTuple):
    """A filled area."""

    x: float
    y: float
    width: float
    height: float
    fill: str


class Rule(NamedTuple):
    """A horizontal line; also what strikes text out."""

    x: float
    y: float
    width: float
    colour: str
    thickness: float = 0.6


@dataclass(frozen=True, slots=True)
class Mark:
    """The shape and letter of a priority, `size` points high, from its lower left corner."""

    x: float
    y: float
    size: float
    priority: Priority | None
    letter: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart from its lower left corner, `scale` times its size."""

    x: float
    y: float
    scale: float
    chart: Chart


@dataclass(frozen=True, slots=True)
class Modules:
    """The dark squares of a QR code, each `module` points wide: rows from the top; (x, y) is the lower left corner."""

    x: float
    y: float
    module: float
    rows: tuple[tuple[bool, ...], ...]


Op = Text | Rectangle | Rule | Mark | Drawing | Modules


@dataclass(slots=True, eq=False)
class Marked:
    """Operations between one begin and end mark. `element` None is an artifact: decoration, header, footer."""

    page: int
    number: int
    """The mark's number on its page (MCID); -1 for artifacts."""
    element: Element | None
    artifact: str = ""
    """`Layout`, `Header`, `Footer` or `Watermark`."""
    ops: list[Op] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that a link covers."""

    page: int
    x: float
    y: float
    width: float
    height: float
    element: Element


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline."""

    title: str
    level: int
    page: int
    y: float


@dataclass(slots=True)
class Page:
    """One page's size and its marks in drawing order."""

    width: float
    height: float
    marks: list[Marked] = field(default_factory=list)
    next_number: int = 0


@dataclass(slots=True)
class Pages:
    """A whole document, laid out."""

    pages: list[Page] = field(default_factory=list)
    root: Element = field(default_factory=lambda: Element("Document"))
    anchors: list[Anchor] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)

    def new_page(self, width: float, height: float) -> None:
        self.pages.append(Page(width, height))

    def tagged(self, element: Element, op: Op) -> None:
        """Adds to what `element` holds on the current page, in the mark before where nothing came between."""
        page = self.pages[-1]
        last = page.marks[-1] if page.marks else None
        if last is None or last.element is not element or element.children[-1:] != [last]:
            last = Marked(len(self.pages) - 1, page.next_number, element)
            page.next_number += 1
            page.marks.append(last)
            element.children.append(last)
        last.ops.append(op)

    def artifact(self, op: Op, kind: str = "Layout", page: int | None = None) -> None:
        """Adds decoration to a page (the current one when None)."""
        index = len(self.pages) - 1 if page is None else page
        marks = self.pages[index].marks
        if not marks or marks[-1].element is not None or marks[-1].artifact != kind:
            marks.append(Marked(index, -1, None, kind))
        marks[-1].ops.append(op)

    def underlay(self, op: Op, kind: str, page: int) -> None:
        """Puts decoration under everything that a page holds."""
        self.pages[page].marks.insert(0, Marked(page, -1, None, kind, [op]))
