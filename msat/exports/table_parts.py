"""Which columns of a table too wide for its page stand side by side, and what stands above each part."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msat.exports.document import Table, words

WIDEST = 900.0
"""Pixels that the columns of one part may take on a screen."""
_LETTER = 6.6
"""Pixels of a letter, about; and of the space around a cell's text."""
_AROUND = 14.0
_LONGEST_WORD = 14


def dealt(columns: Sequence[int], widths: Sequence[float], room: float) -> list[tuple[int, ...]]:
    """`columns` over parts that each hold as many as fit into `room`; every part has at least one."""
    starts, used = [0], 0.0
    for at, column in enumerate(columns):
        if at > starts[-1] and used + widths[column] > room + 0.01:
            starts.append(at)
            used = 0.0
        used += widths[column]
    return [tuple(columns[start:end]) for start, end in pairwise([*starts, len(columns)])]


def part_name(caption: str, number: int, of: int) -> str:
    """What stands above a table or a part of one; empty where nothing does."""
    if of == 1:
        return caption
    return f"{caption}: part {number} of {of}" if caption else f"Part {number} of {of}"


def narrow_parts(block: Table) -> list[tuple[int, ...]]:
    """The columns of each part on a screen, where nothing is measured: letters are counted."""
    count = len(block.header)
    frozen = min(block.frozen, count - 1)
    if frozen < 1:
        return [tuple(range(count))]
    longest = [_longest([block.header[at], *(words(row[at]) for row in block.rows)]) for at in range(count)]
    widths = [min(one, _LONGEST_WORD) * _LETTER + _AROUND for one in longest]
    first = 220.0 * frozen
    if first + sum(widths[frozen:]) <= WIDEST:
        return [tuple(range(count))]
    parts = dealt(range(frozen, count), widths, max(WIDEST - first, 200.0))
    each = -(-(count - frozen) // len(parts))
    even = [tuple(range(start, min(start + each, count))) for start in range(frozen, count, each)]
    return [(*range(frozen), *part) for part in even]


def _longest(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=1)
