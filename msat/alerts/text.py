"""Turns a notice's HTML into the stored text: lines that every quoted word is a literal part of, and its tables.

Deterministic, bounded and afraid of nothing: broken, nested or hostile HTML gives less text, never a crash. Knows
nothing of what the words mean.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

from lxml import etree

LONGEST_HTML = 2_000_000
"""Characters. The longest real notice is under 100,000; what lies beyond is not read, and `complete` says so."""

WIDEST_SPAN = 60
MOST_CELLS = 20_000
MOST_LINES = 20_000
MOST_LINKS = 5_000
LONGEST_ADDRESS = 2_000

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "select",
        "textarea",
        # Struck out by the publisher: it no longer holds, and a batch in it must not be called affected.
        "del",
        "s",
        "strike",
    ]
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"<[a-zA-Z/!]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text. `heading` is 1 to 6, or 0; `in_table` says that it is a table row."""

    text: str
    heading: int = 0
    in_table: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its own lines without footnote superscripts, and how many columns and rows it covers."""

    lines: tuple[str, ...]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """One table row; `words` is the line it makes in the text."""

    cells: tuple[Cell, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the number of lines that stand before it."""

    rows: tuple[Row, ...]
    after: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its words, the address as written, and the number of the line it stands in."""

    text: str
    address: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A notice's text, tables and links. `complete` is False when something of it could not be read at all."""

    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    complete: bool = True
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def plain_text(html: str) -> str:
    """The stored text of a notice: blocks on lines, a table row on one line with cells joined by " | "."""
    return document(html).text


def tidy(text: str) -> str:
    """One line of text: NFC, no control or invisible characters, white space collapsed."""
    if text.isascii() and not _CONTROL.search(text):
        return " ".join(text.split())
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())


def document(html: str) -> Document:
    """Reads HTML, or plain text where there is no tag in it."""
    complete = len(html) <= LONGEST_HTML
    html = _CONTROL.sub("", html[:LONGEST_HTML])
    if not _TAG.search(html):
        return _plain(html, complete)
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None  # nothing but comments or fragments of markup
    if root is None:
        return Document((), (), complete)
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    builder = _Builder()
    builder.walk(root)
    whole = complete and builder.complete and not too_deep
    return Document(tuple(builder.lines), tuple(builder.tables), whole, tuple(builder.links))


def _plain(text: str, complete: bool) -> Document:
    """Plain text, as pasted or taken out of a PDF: its own lines. Entities are decoded as in HTML."""
    if "&" in text:
        text = re.sub("&(?:[a-zA-Z]{2,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});", _entity, text)
    lines = tuple(Line(tidy(line)) for line in text.splitlines() if tidy(line))
    return Document(lines[:MOST_LINES], (), complete and len(lines) <= MOST_LINES)


def _entity(found: re.Match[str]) -> str:
    return unescape(found.group())


class _Builder:
    """Collects lines and tables while the tree is walked without recursion."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self.links: list[Link] = []
        self.complete = True
        self._parts: list[str] = []
        self._heading = 0
        self._unseen = 0
        self._raised = 0
        self._verbatim = 0
        self._cells_seen = 0
        self._rows: list[Row] | None = None
        self._after = 0
        self._row: list[tuple[Cell, str]] | None = None
        self._cell: _OpenCell | None = None
        self._layout: list[bool] = []

    def walk(self, root: etree._Element) -> None:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if len(self.lines) >= MOST_LINES:
                self.complete = False
                return
            tag = element.tag.lower() if isinstance(element.tag, str) else ""
            if event == "start":
                self._start(tag, element)
            else:
                self._end(tag, element)
        self._break()

    def _start(self, tag: str, element: etree._Element) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if self._unseen:
            return
        if tag in _BLOCKS or tag == "br":
            self._break()
        self._heading = _HEADINGS.get(tag, self._heading)
        self._raised += tag == "sup"
        self._verbatim += tag == "pre"
        if tag == "table":
            self._open_table(element)
        elif self._rows is not None and tag == "tr":
            self._close_row()
            self._row = []
        elif self._row is not None and tag in ("td", "th"):
            self._close_cell()
            self._open_cell(element)
        elif tag == "a" and len(self.links) < MOST_LINKS:
            self._link(element)
        self._say(element.text)

    def _link(self, element: etree._Element) -> None:
        address = (element.get("href") or "").strip()
        if address and len(address) <= LONGEST_ADDRESS:
            self.links.append(Link(_beginning(element), address, len(self.lines)))

    def _end(self, tag: str, element: etree._Element) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        elif not self._unseen:
            self._finish(tag)
        if not self._unseen:
            self._say(element.tail)

    def _finish(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
        if tag in _HEADINGS:
            self._heading = 0
        self._raised -= tag == "sup"
        self._verbatim -= tag == "pre"
        if tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag == "table":
            self._close_table()

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self._verbatim and "\n" in text:
            for piece in text.split("\n"):
                self._add(piece)
                self._break()
            return
        self._add(text)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        if self._cell is not None and not self._raised:
            self._cell.parts.append(text)

    def _break(self) -> None:
        text = tidy("".join(self._parts)) if self._parts else ""
        self._parts.clear()
        if self._cell is not None:
            self._cell.break_line(text)
        elif self._row is None and text:
            self.lines.append(Line(text, self._heading))
        elif text and self._row is not None:
            self._row.append((Cell((text,)), text))  # words in a row outside any cell

    def _open_table(self, element: etree._Element) -> None:
        # A table that holds tables is layout: only the inner ones are read as tables.
        layout = self._rows is not None or next(element.iterdescendants("table"), None) is not None
        self._layout.append(layout)
        if not layout:
            self._rows = []
            self._after = len(self.lines)

    def _open_cell(self, element: etree._Element) -> None:
        self._cells_seen += 1
        if self._cells_seen > MOST_CELLS:
            self.complete = False
            return
        self._cell = _OpenCell(_span(element.get("colspan")), _span(element.get("rowspan")))

    def _close_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._break()
            self._row.append((self._cell.cell(), " ".join(self._cell.shown)))
        self._cell = None

    def _close_row(self) -> None:
        self._close_cell()
        if self._row is None or self._rows is None:
            return
        self._break()
        words = " | ".join(shown for _cell, shown in self._row)
        self._rows.append(Row(tuple(cell for cell, _shown in self._row), words))
        self._row = None
        if words.strip(" |"):
            self.lines.append(Line(words, 0, True))

    def _close_table(self) -> None:
        if not self._layout or self._layout.pop():
            return
        self._close_row()
        if self._rows:
            self.tables.append(Table(tuple(self._rows), self._after))
        self._rows = None


def _beginning(element: etree._Element) -> str:
    """How the words of an element begin; never more of a hostile tree than is needed."""
    words = ""
    for part in element.itertext():
        words += str(part[:LONGEST_ADDRESS])
        if len(words) > LONGEST_ADDRESS:
            break
    return tidy(words)


class _OpenCell:
    """A cell being read: what is shown, and the same without superscripts."""

    def __init__(self, columns: int, rows: int) -> None:
        self.parts: list[str] = []
        self.values: list[str] = []
        self.shown: list[str] = []
        self._spans = (columns, rows)

    def break_line(self, text: str) -> None:
        value = tidy("".join(self.parts))
        self.parts.clear()
        if text:
            self.shown.append(text)
        if value:
            self.values.append(value)

    def cell(self) -> Cell:
        return Cell(tuple(self.values), *self._spans)


def _span(text: str | None) -> int:
    """A colspan or rowspan, within reason: 1 where it makes no sense."""
    if not text or not re.fullmatch("[0-9]{1,4}", text.strip()):
        return 1
    return min(max(int(text), 1), WIDEST_SPAN)
