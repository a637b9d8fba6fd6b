"""What is written for a cell: text made safe, dates as a spreadsheet counts them, names that programs accept.

Every text stays text. What is returned is both what is written and what is signed, so that the two cannot differ.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from msat.clock import london
from msat.exports.document import Rag
from msat.exports.plain_text import clean, one_line
from msat.exports.workbook_digest import number_value
from msat.exports.workbook_model import Cell, Shown
from msat.triage.model import Priority

LONGEST_CELL = 32_000
"""A spreadsheet holds 32,767 UTF-16 units in a cell."""
_MOST_UNITS = 32_700
LONGEST_HEADER = 255
LONGEST_SHEET_NAME = 31
SHAPES = {Priority.RED: "■", Priority.AMBER: "▲", Priority.GREEN: "●", None: "□"}
DATE, MOMENT = "d mmmm yyyy", "d mmmm yyyy hh:mm"
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zone
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TWO_ESCAPES = re.compile("(_x[0-9A-Fa-f]{4}_)(?=x[0-9A-Fa-f]{4}_)")
_CELL_NAME = re.compile("[A-Za-z]{1,3}[0-9]+|[RrCc]([0-9]*[RrCc]?[0-9]*)?")


@dataclass(frozen=True, slots=True)
class Written:
    """A cell as it is written: a text, a number, or neither. `look` is a number format or a `Rag` mark's tone."""

    text: str = ""
    number: float | None = None
    look: str = ""

    @property
    def value(self) -> str:
        """As it is signed and compared; empty for an empty cell."""
        if self.number is not None:
            return number_value(self.number)
        return f"s:{self.text}" if self.text else ""


EMPTY = Written()


def written(cell: Cell) -> Written:
    """What is written for `cell`. Raises ValueError for a number that is not finite."""
    match cell:
        case str():
            return _short(cell) if len(cell) <= 80 else Written(cell_text(cell))
        case None:
            return EMPTY
        case Rag(priority=priority):
            return Written(f"{SHAPES[priority]} {cell.word}", look=cell.word)
        case datetime():
            moment = london(cell).replace(tzinfo=None) if cell.tzinfo else cell
            return Written(number=_serial(moment), look=MOMENT)
        case date():
            return Written(number=_serial(datetime(cell.year, cell.month, cell.day)), look=DATE)  # noqa: DTZ001
        case Shown(value=value, look=look):
            if not math.isfinite(value):
                raise ValueError("a number of the workbook is not finite")
            return Written(number=value, look=look)
        case int():
            return Written(number=cell)


def _serial(moment: datetime) -> float:
    since = moment - _DAY_ZERO
    return since.days + since.seconds / 86_400


@lru_cache(maxsize=4096)
def _short(text: str) -> Written:
    """The same few words fill most cells of a large sheet."""
    return Written(cell_text(text))


def cell_text(text: str) -> str:
    """`text` as a cell can hold it, in the writer's hands read as nothing but text."""
    text = clean(text, LONGEST_CELL)
    # Signs beyond the first 65,536 count twice, and some letters become several when they are put in normal form.
    if len(text) > _MOST_UNITS // 2 and units(text) > _MOST_UNITS:
        text = f"{cut_units(text, _MOST_UNITS - 30)} … (cut here)"
    # Of two escapes that share a low line XlsxWriter masks the first only, and the second would be read as a character.
    text = _TWO_ESCAPES.sub(r"\1 ", text)
    # XlsxWriter takes a text between these two for markup of its own and would write it as such.
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "
    return text


def units(text: str) -> int:
    """How long a spreadsheet takes a text to be: in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut_units(text: str, most: int) -> str:
    """The beginning of `text` in at most `most` units."""
    used = 0
    for at, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > most:
            return text[:at]
    return text


# --- names -----------------------------------------------------------------------------------------------------


def headers(titles: Iterable[str]) -> tuple[str, ...]:
    """Titles of columns as a table takes them: one line, none empty, none twice, none read as an escape."""
    return _each_once(map(_header, titles), LONGEST_HEADER)


def _header(title: str) -> str:
    found = _ESCAPE.sub("-", one_line(title, 1_000)) or "Column"
    # As in `cell_text`; it may yet be cut so that it ends with the other of the two.
    return f"<r >{found[3:]}" if found.startswith("<r>") else found


def sheet_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names of sheets as a spreadsheet takes them."""
    return _each_once(map(_sheet_name, names), LONGEST_SHEET_NAME)


def _sheet_name(name: str) -> str:
    found = re.sub(r"[\[\]:*?/\\!]", " ", one_line(name, 1_000))
    found = _ESCAPE.sub("-", found).strip("' ") or "Sheet"
    # Kept by spreadsheets for themselves, and the one that holds our evidence.
    return f"{found} sheet" if found.casefold() in ("history", "evidence") else found


def table_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names for tables: letters, digits and low lines, none that reads as a cell."""
    return _each_once(map(_table_name, names), 200, "_{}")


def _table_name(name: str) -> str:
    found = re.sub("[^A-Za-z0-9]+", "_", name).strip("_")
    return found if found[:1].isalpha() and not _CELL_NAME.fullmatch(found) else f"Table_{found}".rstrip("_")


def _each_once(names: Iterable[str], longest: int, again: str = " ({})") -> tuple[str, ...]:
    found: list[str] = []
    seen: set[str] = set()
    for name in names:
        base, number = cut_units(name, longest).rstrip(" '"), 1
        kept = base
        while kept.casefold() in seen:
            number += 1
            mark = again.format(number)
            kept = cut_units(base, longest - len(mark)) + mark
        seen.add(kept.casefold())
        found.append(kept)
    return tuple(found)
