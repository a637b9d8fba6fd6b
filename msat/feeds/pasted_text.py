"""Turns plain text (pasted, an e-mail's, a PDF's text layer) into blocks: paragraphs unwrapped, tables found.

A table is taken for one only where tabs, bars, columns under a printed header of batches, or one cell a line under
such a header make it plain. Lines that could as well be something else stay lines: a misread is worse than a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise

from msat.feeds.pasted_blocks import Block, Kind, is_batch_header, labelled, line, table

MOST_LINES = 20_000
"""What the reader of alerts takes; whoever calls refuses more, so that nothing is cut off in silence."""
_WIDEST_TABLE = 12
_WRAPPED_FROM = 55
"""Characters: a line shorter than this was ended by a person, not by a mail program."""
_WIDEST = 160
"""Characters: a text with longer lines was not wrapped at all."""
_RAGGED = 3
"""Characters by which a line may be longer than the longest one that is known to go on."""
_USUAL = 80
"""The widest that mail programs set a text by themselves."""

_QUOTED = re.compile(r"\A(?:>\s?)+")
_BULLET = re.compile(r"\A(?:[•●▪◦‣·*\uf0b7o\u2013-]\s+|\(?[0-9]{1,2}[.)]\s+)(?=\S)")
_BULLET_MARK = re.compile(r"\A[•●▪◦‣·*\uf0b7o\u2013-]\s+")
_RULE = re.compile(r"\A[\s|:+=_*~-]*\Z")
_GAP = re.compile(r"\t+|\s{2,}")
_SENTENCE_ENDS = re.compile(r"[.:;!?…|]\Z")
_UNFINISHED = re.compile(
    r"(?:,|\b(?:the|a|an|of|in|and|or|to|for|with|by|at|from|on|all|this|these|any|be|is|are|not))\Z"
)
_NUMBERED = re.compile(r"[0-9]")
_DATE = re.compile(
    r"(?:[0-9]{1,2}\s?[/. -]\s?)?(?:[0-9]{1,2}|[A-Za-z]{3,9})\s?[/. -]\s?(?:20)?[0-9]{2}\*?"
    r"|20[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?"
)
_A_FACT = re.compile(r"(?:class\s?[1-4]\b|PL\b|PLGB\b|EU/1/|active |SNOMED|GTIN|batch|lot\b|issued\b)", re.IGNORECASE)
_COLUMN_NAME = re.compile(
    r"(?:affected )?(?:batch|lot)(?:/lot|/batch)?(?: no\.?| nos\.?| numbers?)?(?:\(s\))?"
    r"|expiry(?: date)?s?|exp\.?(?: date)?|pack ?size|first distributed|date first distributed"
    r"|date of first distribution"
    r"|product(?: name| description)?|strength|livery|pl(?: number| no\.?)?",
    re.IGNORECASE,
)

_Found = tuple[list[Block], int]
"""The blocks of a table, and how many lines it takes."""


def text_blocks(text: str) -> list[Block]:
    """The blocks of a text."""
    lines = [_plain(line) for line in text.splitlines()]
    width = _width(lines)
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        made, taken = _table_at(lines, at) or _line_at(lines, at, width)
        blocks.extend(made)
        at += taken
    return blocks


def _plain(text: str) -> str:
    return _QUOTED.sub("", text.replace("\u00a0", " ")).rstrip()


def _width(lines: Sequence[str]) -> int:
    """How wide a program set the text, in characters: the longest line that goes on with a small letter; 0 for none."""
    pairs = ((here.strip(), following.strip()) for here, following in pairwise(lines))
    going_on = (len(here) for here, following in pairs if following[:1].islower() and not _looks_tabular(here))
    return max((length for length in going_on if _WRAPPED_FROM <= length <= _WIDEST), default=0)


def _table_at(lines: Sequence[str], at: int) -> _Found | None:
    ways: tuple[Callable[[Sequence[str], int], _Found | None], ...] = (_tabbed, _barred, _spaced, _stacked)
    return next((found for way in ways if (found := way(lines, at))), None)


def _tabbed(lines: Sequence[str], at: int) -> _Found | None:
    return _parted(lines, at, "\t", _tab_cells)


def _barred(lines: Sequence[str], at: int) -> _Found | None:
    return _parted(lines, at, "|", _bar_cells)


def _parted(lines: Sequence[str], at: int, mark: str, cells_of: Callable[[str], list[str]]) -> _Found | None:
    """Lines parted by a mark, empty lines between them allowed. One such line alone is a line, or a label."""
    if mark not in lines[at]:
        return None
    rows: list[list[str]] = []
    end = stop = at
    while end < len(lines) and end - stop <= 1:
        if mark in lines[end]:
            cells = [] if _RULE.match(lines[end]) else cells_of(lines[end])
            if len(cells) == 1:
                break
            rows.append(cells)
            stop = end + 1
        elif lines[end].strip() and not _RULE.match(lines[end]):
            break
        end += 1
    rows = [row for row in rows if any(row)]
    if len(rows) > 1:
        return table(rows), stop - at
    if rows and len(rows[0]) == 2:
        first = table(rows[:1])
        return (first if first[0].kind is Kind.LINE else [line(" ".join(rows[0]))]), 1
    return None


def _tab_cells(text: str) -> list[str]:
    cells = [cell.strip() for cell in text.rstrip("\t ").split("\t")]
    # Indented text is no table: an empty first cell counts only where two more follow.
    return cells[1:] if len(cells) == 2 and not cells[0] else cells


def _bar_cells(text: str) -> list[str]:
    text = text.strip()
    return [cell.strip() for cell in text.removeprefix("|").removesuffix("|").split("|")]


def _spaced(lines: Sequence[str], at: int) -> _Found | None:
    """Columns set with spaces, under a printed header of batches; each row has as many cells as the header."""
    header = _wide_cells(lines[at])
    if len(header) < 2 or not is_batch_header(header):
        return None
    rows, end, stop = [header], at + 1, at + 1
    while end < len(lines) and end - stop <= 1:
        cells = _wide_cells(lines[end])
        if lines[end].strip() and not _RULE.match(lines[end]):
            if len(cells) != len(header) or not _NUMBERED.search(cells[0] + cells[1]):
                break
            rows.append(cells)
            stop = end + 1
        end += 1
    return (table(rows), stop - at) if len(rows) > 1 else None


def _wide_cells(text: str) -> list[str]:
    return _GAP.split(text.strip()) if text.strip() else []


def _stacked(lines: Sequence[str], at: int) -> _Found | None:
    """A table that was pasted one cell a line: the names of its columns, then as many lines a row."""
    if not _COLUMN_NAME.fullmatch(lines[at].strip()):
        return None
    header = list(islice(_texts(lines, at), _WIDEST_TABLE))
    width = next((n for n, (_at, text) in enumerate(header) if not _COLUMN_NAME.fullmatch(text)), len(header))
    if width < 2 or not is_batch_header(text for _at, text in header[:width]):
        return None
    return _stacked_rows(_texts(lines, at), width, at)


def _texts(lines: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers."""
    return ((n, lines[n].strip()) for n in range(at, len(lines)) if lines[n].strip())


def _stacked_rows(texts: Iterator[tuple[int, str]], width: int, at: int) -> _Found | None:
    header = [text for _number, text in islice(texts, width)]
    batch = next(n for n, name in enumerate(header) if re.match("(?:affected )?(?:batch|lot)", name, re.IGNORECASE))
    expiry = next(n for n, name in enumerate(header) if name.lower().startswith("exp"))
    rows, end = [header], at
    while len(numbered := list(islice(texts, width))) == width:
        row = [text for _number, text in numbered]
        if not (_NUMBERED.search(row[batch]) and len(row[batch]) <= 40 and _DATE.fullmatch(row[expiry])):
            break
        rows.append(row)
        end = numbered[-1][0] + 1
    return (table(rows), end - at) if len(rows) > 1 else None


def _line_at(lines: Sequence[str], at: int, width: int) -> _Found:
    """One line, with those that a mail program broke off it."""
    text = lines[at].strip()
    if not text or _RULE.match(text):
        return [], 1
    taken = 1
    kind = Kind.ITEM if _BULLET.match(text) else line(text).kind
    while kind is not Kind.HEADING and _goes_on(lines, at + taken - 1, width):
        text = f"{text} {lines[at + taken].strip()}"
        taken += 1
    if kind is Kind.ITEM:
        return [Block(Kind.ITEM, _BULLET_MARK.sub("", text).strip() or text)], taken
    return [line(" ".join(text.split()))], taken


def _goes_on(lines: Sequence[str], at: int, width: int) -> bool:
    """Whether the next line is the rest of this one: its first word had no room here, and it begins nothing new."""
    if not width or at + 1 >= len(lines):
        return False
    here, following = lines[at].strip(), lines[at + 1].strip()
    if not _WRAPPED_FROM <= len(here) <= _WIDEST or _SENTENCE_ENDS.search(here) or not following:
        return False
    full = len(here) <= max(width + _RAGGED, _USUAL) and width < len(here) + 1 + len(following.split(" ", 1)[0])
    if not (full or following[0].islower() or _UNFINISHED.search(here)):
        return False
    return not (_begins_something(following) or _looks_tabular(here) or _looks_tabular(following))


def _begins_something(text: str) -> bool:
    return bool(
        _BULLET.match(text)
        or _RULE.match(text)
        or line(text).kind is Kind.HEADING
        or labelled(text)
        or re.match(r"[A-Z][A-Za-z /()-]{1,30}:(?:\s|\Z)", text)
        or _A_FACT.match(text)
    )


def _looks_tabular(text: str) -> bool:
    """A row of a table that lost its columns: it begins with a code and holds a date, or its gaps are wide."""
    first, _, rest = text.partition(" ")
    is_row = bool(_NUMBERED.search(first) and len(first) >= 4 and re.match(r"\s*" + _DATE.pattern + r"(?:\s|\Z)", rest))
    return is_row or "\t" in text or "|" in text or bool(re.search(r"\S\s{3,}\S", text))
