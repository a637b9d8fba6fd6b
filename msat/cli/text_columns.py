"""A table for the console: columns side by side, what is long on several lines, nothing cut."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from msat.projections.column_widths import column_widths

WIDTH = 110
"""Characters of a line without its indent."""
GAP = "  "


def text_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """The lines of a table; columns are as wide as their words while there is room, then share what is left."""
    table = [list(heads), *[[" ".join(cell.split()) for cell in row] for row in rows]]
    natural = [max(len(row[at]) for row in table) for at in range(len(heads))]
    least = [max(len(word) for row in table for word in (row[at].split() or [""])) for at in range(len(heads))]
    widths = column_widths(natural, least, WIDTH - len(GAP) * (len(heads) - 1))
    lines = [line for row in table[:1] for line in _line(row, widths)]
    lines += [GAP.join("-" * width for width in widths)]
    lines += [line for row in table[1:] for line in _line(row, widths)]
    return [f"{indent}{line}".rstrip() for line in lines]


def _line(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One row on as many lines as its longest cell needs; a number is broken only where it is longer than a line."""
    parts = [
        textwrap.wrap(cell, max(width, 1), break_on_hyphens=False) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for at in range(max(len(part) for part in parts)):
        shown = [part[at] if at < len(part) else "" for part in parts]
        yield GAP.join(text.ljust(width) for text, width in zip(shown, widths, strict=True))
