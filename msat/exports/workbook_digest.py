"""Fingerprints of a sheet's cells, row by row: what the writer signs and what the reader compares. Holds few cells.

A row's fingerprint covers its number and every cell that has a value; a sheet's covers those of its rows in order.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

Cells = dict[str, str]
"""A1 reference to value, which begins with its kind: `s:` text, `n:` number, `f:` formula, `b:`, `e:`."""

DIGESTS = "rows-v1"
MOST_CELLS = 20_000
"""Up to here the cells themselves are kept as evidence, so that a check can say what each held."""
MOST_CHARACTERS = 4_000_000
_SHORT = 12


class SheetSums:
    """What is known of one sheet. Rows are added in ascending order."""

    def __init__(self, most_cells: int = MOST_CELLS) -> None:
        self.cells: Cells | None = {}
        """Every cell, or None where there are too many."""
        self.count = 0
        self.rows: list[str] = []
        """`12:0123456789ab` for each row that has a cell: enough to name a row; the whole digest is what proves."""
        self._most_cells = most_cells
        self._characters = 0
        self._whole = hashlib.sha256()

    def add_row(self, number: int, cells: Cells) -> None:
        """Adds row `number` (from 1) with its cells in any order; those without a value must not be among them."""
        if not cells:
            return
        text = json.dumps([number, sorted(cells.items())], ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode("ascii"))
        self._whole.update(digest.digest())
        self.rows.append(f"{number}:{digest.hexdigest()[:_SHORT]}")
        self.count += len(cells)
        self._keep(cells)

    def _keep(self, cells: Cells) -> None:
        if self.cells is None:
            return
        self.cells.update(cells)
        self._characters += sum(map(len, cells.values()))
        if self.count > self._most_cells or self._characters > MOST_CHARACTERS:
            self.cells = None

    @property
    def digest(self) -> str:
        """The fingerprint of every cell of the sheet."""
        return self._whole.hexdigest()


@cache
def column_letters(number: int) -> str:
    """The letters of a column, from 0: `A`, `Z`, `AA`."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place(row: int, column: int) -> str:
    """The A1 reference of a cell, both counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def number_value(value: float) -> str:
    """A number as cells are compared: as exact as a spreadsheet keeps times, no more."""
    rounded = round(value, 8)
    return f"n:{int(rounded)}" if rounded == int(rounded) else f"n:{rounded!r}"
