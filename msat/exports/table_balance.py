"""Moves width between the columns of a table so that its rows stand lower. Starts from the widths that were wished.

Estimates: a cell of some width takes so many lines as its unbroken text is times that width. Draws nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

MOST_ROWS = 150
"""A longer table is judged by so many of its rows, evenly taken."""
_STEPS = (0.05, 0.025, 0.0125)
"""Shares of the line that are moved at a time: first coarse, then fine."""
_MOST_MOVES = 30
LEAST = 0.05
"""Lines that a move must save to be made."""


class Extent(NamedTuple):
    """A cell's text: its width unbroken, and how many lines it has in any case."""

    full: float
    lines: int = 1


def balanced(
    widths: Sequence[float], needs: Sequence[float], rows: Sequence[Sequence[Extent]], inset: float
) -> list[float]:
    """Widths of the same sum, none pressed below its need, for which the rows are about as low as can be."""
    if len(rows) > MOST_ROWS:
        rows = rows[:: math.ceil(len(rows) / MOST_ROWS)]
    table = _Table(list(widths), needs, rows, inset)
    if max(table.highest, default=0) < 3:
        return list(widths)
    for step in _STEPS:
        for _ in range(_MOST_MOVES):
            if not table.move(step * sum(widths)):
                break
    return table.widths


class _Table:
    """The widths as they are now, and the lines of each cell that follow from them, by column."""

    def __init__(
        self, widths: list[float], needs: Sequence[float], rows: Sequence[Sequence[Extent]], inset: float
    ) -> None:
        self.widths, self.needs, self.inset = widths, needs, inset
        self.columns = [[row[at] for row in rows] for at in range(len(widths))]
        self.lines = [self.lines_at(at, width) for at, width in enumerate(widths)]
        self.highest: list[float] = []
        self.second: list[float] = []
        self.rank()

    def lines_at(self, at: int, width: float) -> list[float]:
        """About how many lines each cell of a column of this width has; a tenth is lost at the ends of lines.

        Not rounded: a little more room helps a long text a little, even where it does not save a line yet.
        """
        room = max(1.0, 0.9 * (width - 2 * self.inset))
        return [
            cell.lines if cell.full <= room / 0.9 else max(cell.lines, cell.full / room + 0.5)
            for cell in self.columns[at]
        ]

    def rank(self) -> None:
        """The two highest cells of each row."""
        ranked = [sorted(row)[-2:] for row in zip(*self.lines, strict=True)]
        self.highest = [row[-1] for row in ranked]
        self.second = [row[0] if len(row) > 1 else 0 for row in ranked]

    def move(self, step: float) -> bool:
        """Moves `step` points from the column that misses them least to the one that needs them most, if that helps."""
        best: tuple[float, int, int] | None = None
        losses = self.losses(step)
        for at in range(len(self.widths)):
            gain = self.gain(at, step)
            for other, loss in losses:
                if other != at and gain > loss + LEAST and (best is None or gain - loss > best[0]):
                    best = gain - loss, at, other
        if best is None:
            return False
        _, at, other = best
        self.widths[at] += step
        self.widths[other] -= step
        for changed in (at, other):
            self.lines[changed] = self.lines_at(changed, self.widths[changed])
        self.rank()
        return True

    def gain(self, at: int, step: float) -> float:
        """How many lines all rows together lose when this column is wider."""
        own = self.lines[at]
        if not any(one == high > second for one, high, second in zip(own, self.highest, self.second, strict=True)):
            return 0.0
        wider = self.lines_at(at, self.widths[at] + step)
        return sum(
            high - max(new, second)
            for one, new, high, second in zip(own, wider, self.highest, self.second, strict=True)
            if one == high
        )

    def losses(self, step: float) -> list[tuple[int, float]]:
        """Columns that may be narrower, and how many lines all rows together get by it."""
        found = []
        for at, width in enumerate(self.widths):
            if width - step >= self.needs[at]:
                narrower = self.lines_at(at, width - step)
                found.append((at, sum(max(0, new - high) for new, high in zip(narrower, self.highest, strict=True))))
        return found
