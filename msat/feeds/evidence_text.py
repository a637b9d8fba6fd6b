"""Reads an evidence file as text to look for patient identifiers. Run in the child process only; opens nothing.

What cannot be read as text (a picture, a scan, a password, what lies packed within) is named, so that a person looks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from msat.feeds import evidence_kinds as kinds
from msat.feeds.charsets import declared_in, decoded
from msat.feeds.eml import take_apart
from msat.feeds.evidence_office import NotKept, office_kind, read_office
from msat.feeds.evidence_pdf import read_pdf
from msat.feeds.evidence_scan import Found, Piece, first_found, headed

_CELLS = ("td", "th")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "title"})
_LINES = _HEADINGS | {"p", "div", "br", "li", "tr", "td", "th", "pre", "option", "dd", "dt", "blockquote", "section"}
_SHOWN = ("title", "alt", "value", "content", "placeholder", "label", "href")
_MOST_TABLE_ROWS = 200_000
_RTF_HEX = re.compile(r"\\'([0-9a-fA-F]{2})")
_RTF_UNICODE = re.compile(r"\\u(-?\d{1,5})\s?\??")
_RTF_WORD = re.compile(r"\\([a-zA-Z]+)-?\d* ?")
_RTF_ENDS = frozenset({"par", "line", "cell", "row", "tab", "page", "sect"})
_DELIMITERS = ",;\t|"


@dataclass(slots=True)
class Looked:
    """What was made of a file: its kind, the first identifier found, and what could not be read."""

    media_type: str
    found: Found | None = None
    unread: list[str] = field(default_factory=list)

    def take(self, pieces: Iterator[Piece] | Sequence[Piece]) -> None:
        """Looks into pieces, unless something was found already."""
        self.found = self.found or first_found(pieces)

    def take_table(self, rows: Sequence[Sequence[str]], where: str = "") -> None:
        """Looks at what the columns of a table are headed."""
        self.found = self.found or headed(rows, where)


def look(data: bytes) -> dict[str, Any]:
    """What the child says of a file: `media_type` (empty: no kind that is kept, `why` says why), `found`, `unread`."""
    kind = kinds.kind_of(data)
    try:
        if kind == kinds.PACKED:
            kind = office_kind(data)
        looked = Looked(kind)
        _read(looked, data)
    except NotKept as fault:
        return {"media_type": "", "found": None, "unread": [], "why": str(fault)}
    found = looked.found
    said = {"what": found.what, "words": found.words, "where": found.where} if found else None
    return {"media_type": kind, "found": said, "unread": looked.unread, "why": ""}


def _read(looked: Looked, data: bytes) -> None:
    kind = looked.media_type
    if kind == kinds.TEXT:
        _text(looked, decoded(data))
    elif kind == kinds.HTML:
        _page(looked, decoded(data, declared_in(data)), "")
    elif kind == kinds.MAIL:
        _mail(looked, data)
    elif kind == kinds.PDF:
        _pdf(looked, data, "")
    elif kind == kinds.RTF:
        _rtf(looked, data)
    elif kind in kinds.OFFICE:
        for piece, rows in read_office(data, kind, looked.unread):
            looked.take([piece])
            looked.take_table(rows, f"{piece.where}, " if piece.where else "")
    elif kind:
        name = kinds.NAMES[kind]
        looked.unread.append(f"{'an' if name[0] in 'aeio' else 'a'} {name}")


def _text(looked: Looked, text: str, where: str = "") -> None:
    looked.take([Piece(where, text)])
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    if delimiter in first:
        rows: list[list[str]] = []
        try:
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                rows.append(row)
                if len(rows) >= _MOST_TABLE_ROWS:
                    break
        except csv.Error:  # a field too long, a stray NUL: it was looked through as text
            pass
        looked.take_table(rows, f"{where}, " if where else "")


def _page(looked: Looked, text: str, where: str) -> None:
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        looked.unread.append(where or "the page: it is damaged")
        looked.take([Piece(where, text)])
        return
    pieces: list[str] = []
    tables: list[list[str]] = []
    pictures = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces += [" ", element.text or "", "\n", element.tail or ""]
        elif event == "start":
            pictures += _is_picture(element)
            _opened(element, pieces, tables)
        else:
            pieces.append("\n" if element.tag in _LINES else "")
            pieces.append(element.tail or "")
    if pictures:
        looked.unread.append(f"{pictures} picture{'' if pictures == 1 else 's'} inside")
    looked.take([Piece(where or "the page", "".join(pieces), has_lines=False)])
    looked.take_table(tables, f"{where}, " if where else "")


def _opened(element: Any, pieces: list[str], rows: list[list[str]]) -> None:
    """Adds an element's own text and what a reader is shown of its attributes."""
    pieces.append("\n" if element.tag in _LINES else "")
    shown = [value for name in _SHOWN if (value := element.get(name)) and not value.startswith("data:")]
    pieces += [f" {value}\n" for value in shown]
    if element.tag not in ("script", "style"):
        pieces.append(element.text or "")
    if element.tag == "tr":
        rows.append([])
    elif element.tag in _CELLS and rows:
        rows[-1].append(" ".join("".join(element.itertext()).split()))


def _is_picture(element: Any) -> int:
    return int(element.tag == "img" and str(element.get("src", "")).startswith("data:"))


def _mail(looked: Looked, data: bytes) -> None:
    taken = take_apart(data)
    looked.take([Piece("the subject", taken.subject, has_lines=False)])
    for piece in taken.pieces:
        if isinstance(piece.content, bytes):
            _pdf(looked, piece.content, piece.name)
        elif piece.kind == "html":
            _page(looked, piece.content, piece.name)
        else:
            _text(looked, piece.content, piece.name)
    looked.unread += [f"the attachment {name}" for name in taken.unread]


def _pdf(looked: Looked, data: bytes, where: str) -> None:
    pieces, unread = read_pdf(data)
    before = f"{where}, " if where else ""
    looked.take([Piece(f"{before}{piece.where}", piece.text, has_lines=False) for piece in pieces])
    looked.unread += [f"{before}{one}" for one in unread]


def _rtf(looked: Looked, data: bytes) -> None:
    text = data.decode("latin-1")
    if re.search(r"\\(?:pict|object)\b", text):
        looked.unread.append("pictures or objects inside")
        text = re.sub(r"[0-9a-fA-F\s]{64,}", " ", text)
    text = _RTF_HEX.sub(lambda found: bytes.fromhex(found[1]).decode("cp1252", "replace"), text)
    text = _RTF_UNICODE.sub(lambda found: chr(int(found[1]) % 65536), text)
    text = _RTF_WORD.sub(lambda found: "\n" if found[1] in _RTF_ENDS else "", text)
    looked.take([Piece("the text", text.replace("{", "").replace("}", "").replace("\\*", ""), has_lines=False)])
