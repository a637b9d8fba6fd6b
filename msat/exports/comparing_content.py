"""Holds the pages of a PDF to the content attached to it: text by text, cell by cell, in reading order.

Whoever made the file signed both; this shows that the two say the same, so that a machine may read one for the other.
Blanks do not count, for lines are broken at them, and neither do characters that no font of ours can draw.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msat.exports.manifest import BadEvidence
from msat.exports.plain_text import drawable, one_line
from msat.exports.tagged_text import Grid, Piece, Said, Shown
from msat.exports.type_setting import has_glyph

Difference = tuple[str, str]
"""What differs, and where."""


def content_differences(blocks: Sequence[Mapping[str, Any]], pieces: Sequence[Piece]) -> list[Difference]:
    """Where the pages say something else than the content. Only the first difference is told: what comes after it
    would be told shifted."""
    try:
        return list(_differences(blocks, pieces))[:1]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadEvidence("The attached content is not of the right form.", "Ask for the file again.") from error


def _differences(blocks: Sequence[Mapping[str, Any]], pieces: Sequence[Piece]) -> Iterator[Difference]:
    at = 0
    spoken = [piece for piece in pieces if not isinstance(piece, Said) or piece.text.strip()]
    for number, block in enumerate(blocks, start=1):
        took, said = _matched(block, spoken[at:])
        if said:
            yield said, f"block {number} of the attached content"
            return
        at += took
    if at < len(spoken):
        yield f"The pages go on with {_quoted(spoken[at])}, which the attached content does not have.", "the last page"


def _matched(block: Mapping[str, Any], pieces: Sequence[Piece]) -> tuple[int, str]:
    """How many pieces say the block, and what is wrong; empty when they do."""
    if "text" in block:
        return _text(block["text"], pieces)
    if "figure" in block:
        return _figure(block["figure"], pieces)
    if "code" in block:
        return _code(block, pieces)
    return _table(block["table"], pieces)


def _text(text: str, pieces: Sequence[Piece]) -> tuple[int, str]:
    wanted = _bare(text)
    if not wanted:
        return 0, ""
    found = pieces[0] if pieces else None
    if isinstance(found, Said) and _packed(found.text) == wanted:
        return 1, ""
    return 0, f"The content says {_quote(text)}; the pages say {_quoted(found)}."


def _figure(words: str, pieces: Sequence[Piece]) -> tuple[int, str]:
    found = pieces[0] if pieces else None
    if isinstance(found, Shown) and _packed(found.alternative) == _packed(words):
        return 1, ""
    return 0, f"The content describes a figure with {_quote(words)}; the pages have {_quoted(found)}."


def _code(block: Mapping[str, Any], pieces: Sequence[Piece]) -> tuple[int, str]:
    """The code itself is there only where its text is not too long for one."""
    took = 0
    if pieces and isinstance(pieces[0], Shown):
        if _packed(block["code"]) not in _packed(pieces[0].alternative):
            return 0, f"The code is described as {_quoted(pieces[0])}; the content has {_quote(block['code'])}."
        took = 1
    more, said = _text(f"{one_line(block['label'])} {block['code']}", pieces[took:])
    return took + more, said


def _table(table: Mapping[str, Any], pieces: Sequence[Piece]) -> tuple[int, str]:
    """A table, put together again from its parts where it was too wide for a page."""
    rows = [[_bare(cell) for cell in row] for row in table["rows"]]
    frozen, named = int(table["frozen"]), _bare(table["caption"])
    if not rows:
        return 0, ""
    joined: list[list[str]] = []
    width = max(map(len, rows))
    for took, piece in enumerate(pieces, start=1):
        if not isinstance(piece, Grid):
            return 0, f"The pages say {_quoted(piece)} where the content goes on with a table."
        if not _packed(piece.caption).startswith(named):
            return 0, f"The table is headed {_quote(piece.caption)}; the content has {_quote(table['caption'])}."
        part = [[_packed(cell) for cell in row] for row in piece.rows]
        wrong = _unlike(part, joined, frozen)
        if wrong:
            return 0, wrong
        joined = [[*was, *row[frozen:]] for was, row in zip(joined, part, strict=True)] if joined else part
        if max(map(len, joined), default=0) >= width:
            return took, _cells(rows, joined)
    return 0, "A table of the content is not on the pages, or not all of it."


def _unlike(part: list[list[str]], joined: list[list[str]], frozen: int) -> str:
    """What keeps a part from standing beside those before it."""
    if not joined:
        return ""
    if not frozen:
        return "A table that is not to be parted is narrower on the pages than in the content."
    if [row[:frozen] for row in part] != [row[:frozen] for row in joined]:
        return "The parts of a table on the pages do not begin with the same columns."
    return ""


def _cells(wanted: list[list[str]], found: list[list[str]]) -> str:
    if len(wanted) != len(found):
        return f"A table has {len(found)} rows on the pages and {len(wanted)} in the content."
    for number, (row, there) in enumerate(zip(wanted, found, strict=True)):
        for column, cell in enumerate(row):
            other = there[column] if column < len(there) else ""
            if cell != other:
                where = f"Row {number}, column {column + 1} of a table"
                return f"{where} says {_quote(other)} on the pages and {_quote(cell)} in the content."
        if len(there) > len(row):
            return f"Row {number} of a table has more columns on the pages than in the content."
    return ""


# --- texts -------------------------------------------------------------------------------------------------------


def _bare(text: str) -> str:
    """A text as pages can have it, without blanks."""
    return _packed(drawable(text, has_glyph))


def _packed(text: str) -> str:
    """Without blanks; characters put together of two are one, wherever a line was broken."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def _quote(text: str) -> str:
    text = one_line(text)
    return f"“{text[:160]}{'…' if len(text) > 160 else ''}”"


def _quoted(piece: Piece | None) -> str:
    match piece:
        case None:
            return "nothing more"
        case Said(text=text):
            return _quote(text)
        case Shown(alternative=text):
            return f"a figure, {_quote(text)}"
        case Grid(rows=rows):
            return f"a table that begins with {_quote(' '.join(rows[0]) if rows else '')}"
