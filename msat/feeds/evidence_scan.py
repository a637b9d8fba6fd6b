"""Looks for patient identifiers in the text of an evidence file, however long it is, and says where they stand.

Run in the child process. Knows two signs: an identifier in the text itself (`patient_identifiers`), and a column or a
field of a table that is headed as one, which a list of patients has even where a date stands there as a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msat import patient_identifiers

_WINDOW = 8_000
_CONTEXT = 300
# What any identifier has: ten digits near to each other, or a word about birth.
_WORTH = re.compile(r"\d(?:[^\d\n]{0,3}\d){9}|\bbirth|\bborn\b|\bd\.?\s?o\.?\s?b\b", re.IGNORECASE)
_HEADED = re.compile(
    r"(?:patient'?s? )?(?:date of birth|birth ?date|d\.? ?o\.? ?b\.?|(?:nhs|chi) (?:no|num|number))\.?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:patients?'?s? (?:full )?names?|names? of (?:the )?patients?)", re.IGNORECASE)
_NOTHING = frozenset({"", "-", "–", "nil", "none", "n/a", "na", "0"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a file, and where it stands: "page 2", "sheet 1". Its lines are counted where `has_lines`."""

    where: str
    text: str
    has_lines: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier: what it is, its words, and where in the file."""

    what: str
    words: str
    where: str


def first_found(pieces: Iterable[Piece]) -> Found | None:
    """The first identifier in some pieces, or None."""
    for piece in pieces:
        text = plain(piece.text)
        for start, window, first, last in _windows(text):
            for one in patient_identifiers.find_all(window):
                at = start + one.start
                if first <= at < last:
                    return Found(one.what, one.words, _place(piece, text, at))
    return None


def plain(text: str) -> str:
    """Text with full-width digits and the like made plain, and without the characters that nobody sees."""
    if text.isascii():
        return text
    normal = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normal if unicodedata.category(c) != "Cf")


def headed(rows: Sequence[Sequence[str]], where: str) -> Found | None:
    """A column, or a field beside its label, that is headed as an identifier and filled in."""
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            heading = " ".join(plain(cell).replace("_", " ").split()).rstrip(":* ")
            is_name = _NAMED.fullmatch(heading) is not None
            if not is_name and _HEADED.fullmatch(heading) is None:
                continue
            below = (other[column] for other in rows[at + 1 :] if column < len(other))
            beside = row[column + 1 : column + 2]
            if any(_is_filled(value, is_name) for value in (*below, *([] if is_name else beside))):
                return Found(f"a column or field headed “{heading}”", heading, f"{where}row {at + 1}".strip())
    return None


def _is_filled(value: str, is_name: bool) -> bool:
    value = plain(value).strip()
    if value.casefold() in _NOTHING:
        return False
    return any(map(str.isalpha, value)) if is_name else any(map(str.isdigit, value))


def _place(piece: Piece, text: str, at: int) -> str:
    if not piece.has_lines:
        return piece.where
    line = f"line {text.count(chr(10), 0, at) + 1}"
    return f"{piece.where}, {line}" if piece.where else line


def _windows(text: str) -> Iterator[tuple[int, str, int, int]]:
    """Overlapping windows worth a look: where the window begins, its text, and from where to where it is its own.

    An identifier is told by what stands before and behind it; scanning a long text whole would take the square of it.
    """
    start = 0
    while start < len(text):
        end = min(start + _WINDOW, len(text))
        begin = max(0, start - _CONTEXT)
        window = text[begin : end + _CONTEXT]
        if _WORTH.search(window):
            yield begin, window, start, end
        start = end
