"""What a tagged PDF says to somebody who hears it: its texts and tables in reading order, headers and footers apart.

Read from the structure tree, so that it is what a screen reader gives. Trusts nothing in the file; a tree that goes
round or is deeper than any of ours ends in a sentence.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from msat.exports.manifest import BadEvidence
from msat.exports.pdf_pieces import texts_by_mark
from msat.exports.pdf_reading import MOST_NODES

DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A text that stands by itself: heading, paragraph, item of a list, caption."""

    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure, by the words it is described with."""

    alternative: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its caption, and its rows from the header on."""

    caption: str
    rows: tuple[tuple[str, ...], ...]


Piece = Said | Shown | Grid


def read_tagged(data: bytes) -> tuple[Piece, ...]:
    """The pieces of a PDF in reading order. Raises BadEvidence when it has no such tree."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            reader = _Reader(pdf)
            return tuple(reader.pieces())
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        raise BadEvidence("Its structure tree cannot be read.", "Ask for the file again.") from error


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._root = pdf.Root.StructTreeRoot
        self._pages = {page.obj.objgen: page.obj for page in pdf.pages}
        self._texts: dict[tuple[int, int], dict[int, str]] = {}
        self._nodes = 0

    def pieces(self) -> Iterator[Piece]:
        for kid in _kids(self._root):
            yield from self._inside(kid, 0)

    def _inside(self, node: Any, depth: int) -> Iterator[Piece]:
        """The pieces of a node that only holds others together."""
        self._count(depth)
        kind = _kind(node)
        if kind in ("Document", "Sect", "Part", "Div", "L", "LI", "TOC", "TOCI"):
            for kid in _kids(node):
                yield from self._inside(kid, depth + 1)
        elif kind == "Table":
            yield self._grid(node, depth + 1)
        elif kind == "Figure":
            yield Shown(str(node.get("/Alt", "")))
            for kid in _kids(node):
                if _kind(kid) == "Caption":
                    yield Said(self._text(kid, depth + 1))
        elif kind != "Lbl":
            yield Said(self._text(node, depth + 1))

    def _grid(self, table: Any, depth: int) -> Grid:
        caption, rows = "", []
        for kid in _kids(table):
            kind = _kind(kid)
            if kind == "Caption":
                caption = self._text(kid, depth)
            elif kind == "TR":
                rows.append(self._row(kid, depth))
            else:
                rows += [self._row(row, depth) for row in _kids(kid) if _kind(row) == "TR"]
        return Grid(caption, tuple(rows))

    def _row(self, row: Any, depth: int) -> tuple[str, ...]:
        return tuple(self._text(cell, depth) for cell in _kids(row))

    def _text(self, node: Any, depth: int, page: Any = None) -> str:
        """Everything drawn under a node, in order."""
        self._count(depth)
        if not isinstance(node, pikepdf.Dictionary):
            return self._marked(page, int(node))
        page = node.get("/Pg", page)
        if _kind(node) == "MCR":
            return self._marked(page, int(node.MCID))
        return "".join(self._text(kid, depth + 1, page) for kid in _kids(node) if _kind(kid) != "OBJR")

    def _marked(self, page: Any, number: int) -> str:
        key = page.objgen
        if key not in self._texts:
            self._texts[key] = texts_by_mark(self._pages[key])
        return self._texts[key].get(number, "")

    def _count(self, depth: int) -> None:
        self._nodes += 1
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise BadEvidence("Its structure tree is larger than any MSAT makes.", "Check that it is the right file.")


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K") if isinstance(node, pikepdf.Dictionary) else None
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _kind(node: Any) -> str:
    """The structure type; `MCR` and `OBJR` for references; empty for a bare number."""
    if not isinstance(node, pikepdf.Dictionary):
        return ""
    return str(node.get("/S", node.get("/Type", ""))).lstrip("/")
