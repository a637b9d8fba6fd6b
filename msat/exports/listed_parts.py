"""A page of the window as a document: what it is about, then its tables, each with what is said when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.clock import say_moment
from msat.exports.document import Block, Callout, Document, Heading, Paragraph, Table, plain

MOST_ROWS = 2_000
"""Rows of one table on paper: who prints more wants the file that they came from."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its table, or a sentence. `widths` are shares of the line, one for each column."""

    heading: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()
    said: str = ""
    """What stands below the heading, and alone where there is no row."""


def parts_document(
    title: str, about: str, parts: Sequence[Part], now: datetime, whose: str, landscape: bool = False
) -> Document:
    """The parts under their headings. `whose` names the organisation, `now` is the moment that is shown."""
    blocks: list[Block] = [Heading(1, title), Paragraph(plain(f"{whose}, as at {say_moment(now)}."))]
    blocks += [Paragraph(plain(about))] if about else []
    for part in parts:
        blocks += [Heading(2, part.heading), *_inside(part)]
    return Document(title, tuple(blocks), subject=f"{title}. {whose}, as at {say_moment(now)}.", landscape=landscape)


def _inside(part: Part) -> list[Block]:
    blocks: list[Block] = [Paragraph(plain(part.said))] if part.said else []
    shown = part.rows[:MOST_ROWS]
    if len(shown) < len(part.rows):
        blocks.append(Callout("info", plain(f"The first {len(shown):,} of {len(part.rows):,} lines are listed.")))
    if shown:
        rows = tuple(tuple(plain(cell) for cell in row) for row in shown)
        blocks.append(Table(part.columns, rows, part.widths, small=True, row_headers=True))
    return blocks
