"""The grammar of one cell of a batch column: numbers, ranges, liveries, "all lots".

A batch number is kept exactly as printed, because a patient's box is compared with it. A misread is worse than a gap:
what does not look like a batch number is handed back unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from msat.alerts.dates import is_date, last_day

_FOOTNOTE = re.compile(r"\s*(?:[*†‡§¶#^¹²³⁴-⁹]+|\[[0-9a-z]\])\s*\Z")
_FOOTNOTE_FIRST = re.compile(r"\A[*†‡§¶]+\s*")
_LABEL = re.compile(
    r"\A(?:batch(?:es)?|lots?)(?:\s*/\s*(?:batch|lot))?\s*(?:numbers?|nos?\b\.?|codes?|#)?\s*(?:\(s\))?\s*[:.]?\s+(?=\S)",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\A(?P<number>[^()]+?)\s*\((?P<inside>[^()]{1,60})\)\s*\Z")
_DASHED = re.compile(r"\A(?P<number>\S*[0-9]\S*)\s+[–—-]\s*(?P<inside>[A-Za-z][A-Za-z &'’.-]{2,40})\Z")
_LIVERY = re.compile(r"[^\W\d_][^\d_(),;:]*")
_EXPIRING = re.compile(
    r"\A(?P<number>.{2,40}?)\s*(?:\(|[,;–-]?\s)\s*(?P<label>exp?(?:iry|ires|\.)?(?:\sdate)?[:.]?\s*)?(?P<date>[^()]{4,20})\)?\Z",
    re.I,
)
_NOT_LIVERY = re.compile(
    r"\b(?:expiry|exp|batch|lot|pack|box|tablets?|capsules?|vials?|new|added|part|see|note|only)\b", re.I
)
_RANGE = re.compile(
    r"\A(?:from\s+)?(?P<first>\S+)\s+(?:up\s+)?(?:to|through|thru|until)\s+(?P<last>\S+?)(?:\s+\(?inclusive\)?)?\Z",
    re.I,
)
# "5000377 - 5000846": the ends of a range when both are made alike and the second is the greater.
_RANGE_APART = re.compile(
    r"(?P<letters>[A-Z]{0,5})(?P<first>[0-9]{3,12})\s{1,3}[–—-]\s{1,3}(?P=letters)(?P<last>[0-9]{3,12})"
)
_ALL = re.compile(r"\A(?:all|any|every)\b.{0,80}?\b(?:lots?|batch(?:es)?|stock|packs?)\b|\Aall\Z", re.IGNORECASE)
_APART = re.compile(r"\s*(?:[,;\n]|\s(?:and|&|/|\|)\s)\s*", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./_+-]*[A-Za-z0-9])?")
_UNIT = re.compile(
    r"(?:x|mg|mcg|g|ml|l|iu|units?|tablets?|tabs?|caps?|capsules?|vials?|amp(?:oule)?s?|bottles?|packs?|boxes|box|days?"
    r"|doses?|microgram(?:me)?s?|pens?|sachets?|hours?|%|of|kg|mmol|pfs|each)",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"[0-9.,]+\s?(?:mg|mcg|ml|iu|%|g|kg|tabs?|caps?)(?:/[0-9.]*\s?(?:ml|g|mg))?", re.IGNORECASE)
_WORDS_ONLY = frozenset(
    [
        "NONE",
        "ALL",
        "VARIOUS",
        "TBC",
        "TBA",
        "UNKNOWN",
        "KNOWN",
        "STOCK",
        "NIL",
        "ANY",
        "MULTIPLE",
        "NOT",
        "SEE",
        "VARIED",
        "PENDING",
    ]
)
LONGEST = 40
# Numbers of another kind that can stand in a batch column: a licence, a GTIN, a pattern with wildcards.
_ANOTHER = re.compile(
    r"(?:PL(?:GB|NI|PI)?|THR|MA|EU/1)[\s:/]*[0-9]{1,5}/[0-9]{2,4}(?:/[0-9]{3})?|[0-9]{13,}|.*[0-9A-Z]x{2,}.*"
)
_HYPHENS = str.maketrans("\u2010\u2011", "--")


@dataclass(frozen=True, slots=True)
class Numbered:
    """One batch number, or the first and last of a range, with the livery named beside it."""

    number: str
    through: str = ""
    livery: str = ""
    expiry: str = ""
    """The expiry date, where it shares the cell with the number."""


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a batch cell says: numbers, a statement about all batches, or nothing that could be read."""

    batches: tuple[Numbered, ...] = ()
    all_batches: str = ""

    @property
    def is_unread(self) -> bool:
        return not self.batches and not self.all_batches


def read_cell(lines: tuple[str, ...]) -> CellReading:
    """Reads one cell of a batch column; all of it or nothing."""
    lines = tuple(line.translate(_HYPHENS) for line in lines)
    whole = without_mark(" ".join(lines))
    if _ALL.match(whole):
        return CellReading(all_batches=whole)
    one = _one(whole)
    if one and len(lines) == 1:
        return CellReading((one,))
    pieces = [piece for line in lines for piece in _APART.split(line) if piece.strip()]
    read = [_one(piece) for piece in pieces[:400]]
    if read and all(read):
        return CellReading(tuple(batch for batch in read if batch))
    return CellReading((one,) if one and len(lines) > 1 and _broken(lines) else ())


def _broken(lines: tuple[str, ...]) -> bool:
    """Whether the lines of a cell are one number and its livery on a line of its own."""
    return len(lines) == 2 and looks_like_batch(without_mark(lines[0])) and lines[1].startswith("(")


def without_mark(text: str) -> str:
    """The text without the footnote marks at its ends."""
    text = text.strip()
    while True:
        bare = _FOOTNOTE.sub("", _FOOTNOTE_FIRST.sub("", text)).strip(" ,;:").removesuffix(".")
        if bare == text:
            return text
        text = bare


def _one(text: str) -> Numbered | None:
    text = _LABEL.sub("", without_mark(text))
    found = _RANGE.match(text)
    if found:
        first, last = without_mark(found["first"]), without_mark(found["last"])
        return Numbered(first, last) if looks_like_batch(first) and looks_like_batch(last) else None
    found = _RANGE_APART.fullmatch(text)
    if found and len(found["first"]) == len(found["last"]) and found["first"] < found["last"]:
        return Numbered(found["letters"] + found["first"], found["letters"] + found["last"])
    found = _EXPIRING.match(text)
    if found and (is_date(found["date"]) or (found["label"] and last_day(found["date"]))):
        number = without_mark(found["number"])
        return Numbered(number, expiry=found["date"]) if looks_like_batch(number) else None
    found = _BRACKET.match(text) or _DASHED.match(text)
    if found:
        number, inside = without_mark(found["number"]), found["inside"].strip()
        livery = inside if _LIVERY.fullmatch(inside) and not _NOT_LIVERY.search(inside) else ""
        return Numbered(number, livery=livery) if looks_like_batch(number) else None
    return Numbered(text) if looks_like_batch(text) else None


def looks_like_batch(text: str) -> bool:
    """Whether the text as a whole has the shape of a batch number: never a date, an amount, a sentence or a name."""
    if not 2 <= len(text) <= LONGEST or is_date(text) or _MEASURE.fullmatch(text) or _ANOTHER.fullmatch(text):
        return False
    tokens = text.split(" ")
    if len(tokens) > 3 or not all(_TOKEN.fullmatch(token) for token in tokens):
        return False
    if len(tokens) > 1:
        return _spaced(tokens)
    if not any(character.isdigit() for character in text):
        return text.isupper() and 4 <= len(text) <= 8 and text.isalpha() and text not in _WORDS_ONLY
    return not re.search("[A-Za-z][a-z]{3}", text)


def _spaced(tokens: list[str]) -> bool:
    """A number printed with a space in it (ER 4824): short capitals and digits, at least one of each kind of token.

    Two tokens that could each be a whole number are not read as one.
    """
    if any(_UNIT.fullmatch(token) or _MEASURE.fullmatch(token) for token in tokens):
        return False
    if not all(re.fullmatch("[A-Z0-9/-]{1,10}", token) for token in tokens):
        return False
    alone = [token for token in tokens if len(token) >= 4 and any(c.isdigit() for c in token)]
    return len(alone) <= 1 and any(c.isdigit() for token in tokens for c in token) and len(tokens[0]) <= 4
