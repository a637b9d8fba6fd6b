"""Compares the paragraphs and pictures of a Word document with what its signed manifest says, and names differences."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from msat.exports.comparing import Difference, capped, difference
from msat.exports.word_reading import WordReading, lines_digest

WORD_LIMIT = (
    "Of a Word file the text, the addresses of its links and its pictures are signed; fonts, colours, sizes, "
    "where things stand on the page, and the properties of the file are not."
)


def compare_word(word: WordReading, content: dict[str, Any], extra: Any) -> list[Difference]:
    """Paragraphs, pictures, and what MSAT never writes."""
    found: list[Difference] = []
    if content["form"] != "docx":
        found.append(("The manifest is of another form of file.", "manifest"))
    found += [(f"It holds {what}, which MSAT never writes.", "the file") for what in word.foreign]
    if lines_digest(word.lines) != content["sha256"]:
        was = extra if isinstance(extra, list) and all(isinstance(line, str) for line in extra) else []
        if lines_digest(was) == content["sha256"]:
            found += _line_differences(was, word.lines)
        else:
            found.append(("The text was changed, and the record of it in the file is damaged.", "the text"))
    if list(word.pictures) != list(content["pictures"]):
        found.append(("The pictures are not those that were signed.", "the pictures"))
    return capped(found)


def _line_differences(was: Sequence[str], now: Sequence[str]) -> list[Difference]:
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    found: list[Difference] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = max(b - a, d - c)
        for step in range(pairs):
            before = was[a + step] if a + step < b else ""
            after = now[c + step] if c + step < d else ""
            found.append((difference(before, after), f"paragraph {min(c + step, d) + 1}"))
    return found
