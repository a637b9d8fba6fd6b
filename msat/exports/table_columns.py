"""How wide the columns of a table are, and which stand on which part of one too wide for a page. Draws nothing.

A column is never narrower than its longest word where the others can spare the room; a table that may not be parted
is squeezed into the line, and its words are cut.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from msat.exports.document import Inline, Rag, Run, Table
from msat.exports.table_balance import Extent, balanced
from msat.exports.table_parts import dealt
from msat.exports.type_setting import Line, Style, Word, broken, widest, words_of

INSET = 4.0
"""Between the edge of a cell and its text."""
TALLEST_HEAD = 66.0
"""How high a head that is written upwards may stand before it is broken into lines."""
MOST_HEAD_LINES = 4
SHORT = 46.0
"""Words of a parted table that take no more than this together, as “not asked”, are kept on one line."""
READABLE = 70.0
"""A column of words gives no room to others when it would be narrower than this: some fifteen letters."""
WIDEST_FROZEN = 0.28
"""The share of the line that the columns repeated on every part may take."""


class Worded(NamedTuple):
    """A cell's text as measured words, before it is known how wide its column will be."""

    words: Sequence[Word]
    rag: Rag | None = None

    @property
    def ends(self) -> int:
        """How many line ends it holds."""
        return sum([word.text == "\n" for word in self.words])

    def widest(self, style: Style) -> float:
        """The width of its longest word, its mark included."""
        return widest(self.words) + (mark_room(style) if self.rag else 0.0)

    def on_one_line(self, style: Style) -> float:
        """How wide it is unbroken."""
        return sum(word.width for word in self.words) + (mark_room(style) if self.rag else 0.0)


def mark_room(style: Style) -> float:
    """What a priority's mark takes of the width of its cell."""
    return style.size * 1.3 + 3


def worded(value: Inline, style: Style) -> Worded:
    """A cell's text, measured; a short one, as stands in a thousand cells of a matrix, only once."""
    if isinstance(value, Rag) or sum([len(run.text) for run in value]) <= SHORT_TEXT:
        return _worded_once(value, style)
    return Worded(words_of(value, style))


SHORT_TEXT = 24


@lru_cache(maxsize=2_000)
def _worded_once(value: Inline, style: Style) -> Worded:
    if isinstance(value, Rag):
        return Worded(tuple(words_of((Run(value.word, bold=True),), style)), value)
    return Worded(tuple(words_of(value, style)))


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that stand side by side: their numbers in the table and their widths."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The parts of a table in order, and which of its heads are written upwards."""

    parts: tuple[Part, ...]
    turned: frozenset[int] = frozenset()


def columns_of(
    block: Table, heads: Sequence[Worded], rows: Sequence[Sequence[Worded]], style: Style, measure: float
) -> Columns:
    """One part with the wished shares; several where the table may be parted and its words need more than a line."""
    count = len(heads)
    bodies = [max((row[at].widest(style) for row in rows), default=0.0) + 2 * INSET + 1 for at in range(count)]
    needs = [max(bodies[at], heads[at].widest(style) + 2 * INSET + 1) for at in range(count)]
    frozen = min(block.frozen, count - 1)
    if frozen < 1 or sum(needs) <= measure:
        return Columns((Part(tuple(range(count)), tuple(_settled(block, heads, rows, needs, style, measure))),))
    bodies = [max(bodies[at], max((_short(row[at], style) for row in rows), default=0.0)) for at in range(count)]
    needs = [max(bodies[at], needs[at]) for at in range(count)]
    firsts = [
        _frozen(at, [heads[at], *(row[at] for row in rows)], needs[at], style, measure / frozen) for at in range(frozen)
    ]
    turned: frozenset[int] = frozenset()
    if block.turned:
        upright = [max(bodies[at], _turned_width(heads[at], style)) for at in range(count)]
        if sum(upright[frozen:]) < 0.85 * sum(needs[frozen:]):
            needs, turned = upright, frozenset(range(frozen, count))
    return Columns(tuple(_parts(firsts, needs, measure)), turned)


def _settled(
    block: Table,
    heads: Sequence[Worded],
    rows: Sequence[Sequence[Worded]],
    needs: Sequence[float],
    style: Style,
    measure: float,
) -> list[float]:
    """The widths of a table that stands in one piece: as wished, then yielded, then balanced."""
    extents = [[Extent(cell.on_one_line(style), 1 + cell.ends) for cell in row] for row in (heads, *rows)]
    fulls = [max(row[at].full for row in extents) + 2 * INSET + 1 for at in range(len(heads))]
    widths = yielded(_shared(block.widths, needs, measure), fulls)
    least = [max(need, min(full, READABLE)) for need, full in zip(needs, fulls, strict=True)]
    return balanced(widths, least, extents, INSET)


def _short(cell: Worded, style: Style) -> float:
    width = cell.on_one_line(style) + 2 * INSET + 1
    return width if width <= SHORT else 0.0


def head_lines(head: Worded, style: Style) -> list[Line]:
    """A head that is written upwards, broken where it would stand too high."""
    return broken(head.words, style.size, TALLEST_HEAD)


def _turned_width(head: Worded, style: Style) -> float:
    lines = len(head_lines(head, style))
    # A head of many lines is wider upright than lying: then none is turned.
    return lines * style.leading + 5 if lines <= MOST_HEAD_LINES else math.inf


def _frozen(at: int, cells: Sequence[Worded], need: float, style: Style, measure: float) -> float:
    """Wide enough for its longest cell on one line, up to its share; beyond that its text is broken."""
    one_line = max(cell.on_one_line(style) for cell in cells) + 2 * INSET + 1
    return min(max(one_line, need), WIDEST_FROZEN * measure)


def _parts(firsts: list[float], needs: Sequence[float], measure: float) -> list[Part]:
    """The columns dealt out evenly over as few parts as hold them; what room is left is shared by all alike."""
    frozen = len(firsts)
    room = measure - sum(firsts)
    widths = [min(need, room) for need in needs]
    fewest = dealt(range(frozen, len(needs)), widths, room)
    each = math.ceil((len(needs) - frozen) / len(fewest))
    even = [tuple(range(start, min(start + each, len(needs)))) for start in range(frozen, len(needs), each)]
    fits = all(sum(widths[at] for at in part) <= room + 0.01 for part in even)
    chosen = even if fits else fewest
    spare = min((room - sum(widths[at] for at in part)) / len(part) for part in chosen)
    return [Part((*range(frozen), *part), (*firsts, *(widths[at] + max(0.0, spare) for at in part))) for part in chosen]


def _shared(shares: Sequence[float], needs: Sequence[float], measure: float) -> list[float]:
    """The wished shares, widened where a column's longest word needs it and the others can spare it."""
    total = sum(shares)
    widths = [measure * share / total for share in shares]
    # A long address or code may be cut over lines rather than take the room of the other columns.
    wanted = [min(need, 1.5 * width) for need, width in zip(needs, widths, strict=True)]
    if sum(wanted) > measure:
        return widths
    for _ in widths:
        short = [at for at, width in enumerate(widths) if width < wanted[at]]
        spare = [at for at in range(len(widths)) if at not in short]
        left = measure - sum(wanted[at] for at in short)
        share = sum(widths[at] for at in spare)
        if not short or not share:
            break
        widths = [wanted[at] if at in short else width * left / share for at, width in enumerate(widths)]
    return widths


def yielded(widths: Sequence[float], fulls: Sequence[float]) -> list[float]:
    """`widths` after columns that have more than they need on one line have given it to those whose text is broken.

    `fulls` are the widths of the longest cells unbroken. Where nothing is broken all stay as they were wished.
    """
    wanted = [max(0.0, full - width) for full, width in zip(fulls, widths, strict=True)]
    spare = [max(0.0, width - full) for full, width in zip(fulls, widths, strict=True)]
    given = min(sum(spare), sum(wanted))
    if given < 1.0:
        return list(widths)
    # By the roots of what they want: a column of very long texts does not take everything.
    pull = [math.sqrt(want) for want in wanted]
    taken = given / sum(spare)
    got = [min(want, given * each / sum(pull)) for want, each in zip(wanted, pull, strict=True)]
    left = given - sum(got)
    lacking = [want - have for want, have in zip(wanted, got, strict=True)]
    more = left / sum(lacking) if sum(lacking) > 0 else 0.0
    return [
        width - taken * spared + have + more * lack
        for width, spared, have, lack in zip(widths, spare, got, lacking, strict=True)
    ]
