"""Texts and questions as terms: what the full-text search stores, what it is asked, what is highlighted. Pure.

A term is a run of letters and digits, folded: no marks, no case, no accents. Any text is a fair question: a term can be
quoted for a database as it stands, so that nothing typed is ever an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from msat.alerts import reference

MOST_TERMS = 60
"""More terms than this in one question are not looked at: nobody types them, and a database has its limits."""

_LONGEST_QUESTION = 2_000
_LONGEST_TEXT = 2_000_000
_LONGEST_TERM = 64
_LONGEST_NUMBER = 40
_MOST_STORED = 60_000

_RUN = re.compile(r"[^\W_]+")

Asked = tuple[tuple[str, ...], ...]
"""A question: it is answered by a text in which, for one of the alternatives, every term begins some term."""


def terms(text: str) -> Iterator[str]:
    """The terms of a text, in order."""
    return (run[:_LONGEST_TERM] for run in _RUN.findall(_plain(text[:_LONGEST_TEXT])))


def joined(texts: Iterable[str], whole: Iterable[str] = ()) -> str:
    """The different terms of some texts, and each of `whole` (batch numbers, references) as one term, in one line."""
    found = {term for text in texts for term in terms(text)}
    found |= {squeezed(one)[:_LONGEST_TERM] for one in whole}
    return " ".join(sorted(found - {""})[:_MOST_STORED])


def asked(search: str) -> Asked | None:
    """What a question asks for; None when it is blank and asks for everything, () when nothing can answer it.

    The words are one alternative. The other is the whole as one number, so that a batch number or a reference is found
    in any spelling; when the whole is a reference, its parts by themselves mean nothing.
    """
    search = search[:_LONGEST_QUESTION]
    if not _stored(search).strip():
        return None
    said = reference.normalise(search)
    squeezed_whole = squeezed(search)
    found: list[tuple[str, ...]] = [] if said else [_words(search)]
    if any(mark.isdigit() for mark in squeezed_whole) and len(squeezed_whole) <= _LONGEST_NUMBER:
        found.append((squeezed_whole,))
    if said:
        found.append((squeezed(said),))
    return tuple(dict.fromkeys(alternative for alternative in found if alternative))


def _words(search: str) -> tuple[str, ...]:
    """The different terms of a question; a reference among them is one term."""
    found: list[str] = []
    at = 0
    for one in reference.find(search):
        found += [*terms(search[at : one.start]), squeezed(one.value)]
        at = one.start + len(one.words)
    found += terms(search[at:])
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def matches(stored: str, search: str) -> bool:
    """Whether a line of `joined` answers the question."""
    wanted = asked(search)
    if wanted is None:
        return True
    have = stored.split(" ")
    return any(all(any(term.startswith(one) for term in have) for one in alternative) for alternative in wanted)


def expression(wanted: Asked) -> str:
    """The question for FTS5: terms are letters and digits, each in quotes, so that none can be an operator."""
    return " OR ".join("(" + " AND ".join(f'"{term}"*' for term in alternative) + ")" for alternative in wanted)


def highlight(text: str, search: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is what the question asked for. The pieces joined are the text."""
    wanted = asked(search)
    prefixes = {term for alternative in wanted or () for term in alternative}
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in _hits(text, prefixes):
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return [(piece, hit) for piece, hit in pieces if piece]


def snippet(text: str, search: str, length: int = 200) -> list[tuple[str, bool]]:
    """A piece of at most about `length` characters around the first hit, in the form of `highlight`, on one line."""
    plain = " ".join(text[:_LONGEST_TEXT].split())
    pieces = highlight(plain, search)
    first = len(pieces[0][0]) if pieces and not pieces[0][1] and len(pieces) > 1 else 0
    start = 0 if len(plain) <= length else _word_start(plain, max(0, first - length // 3))
    end = len(plain) if len(plain) - start <= length else _word_end(plain, start + length)
    cut = [("…", False)] if start else []
    at = 0
    for piece, hit in pieces:
        part = piece[max(0, start - at) : max(0, end - at)]
        at += len(piece)
        if part:
            cut.append((part, hit))
    return [*cut, ("…", False)] if end < len(plain) else cut


def _word_start(text: str, near: int) -> int:
    return text.rfind(" ", 0, near) + 1 if near else 0


def _word_end(text: str, near: int) -> int:
    space = text.rfind(" ", 0, near + 1)
    return space if space > near - _LONGEST_TERM and space > 0 else near


def _hits(text: str, prefixes: set[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand that a prefix asks for; a number in several parts is one hit."""
    if not prefixes:
        return
    runs = [(found.start(), found.end(), squeezed(found.group())) for found in _RUN.finditer(text)]
    longest = max(map(len, prefixes))
    number = 0
    while number < len(runs):
        width = _width(text, runs, number, prefixes, longest)
        if width:
            yield runs[number][0], runs[number + width - 1][1]
        number += width or 1


def _width(text: str, runs: list[tuple[int, int, str]], number: int, prefixes: set[str], longest: int) -> int:
    """How many runs from `number` on together begin with a prefix; 0 when none do."""
    together = ""
    for width in range(1, 9):
        if number + width > len(runs):
            break
        start, _end, term = runs[number + width - 1]
        if width > 1 and start - runs[number + width - 2][1] > 3:
            break
        before, together = len(together), together + term
        if any(together.startswith(one) and len(one) > before for one in prefixes):
            return width
        if len(together) >= longest:
            break
    return 0


def squeezed(text: str) -> str:
    """`text` folded, letters and digits only: `el26a37`."""
    return "".join(_RUN.findall(_plain(text)))


def folded(text: str) -> str:
    """`text` for comparing: compatible forms joined, case aside, nothing that cannot be stored."""
    return unicodedata.normalize("NFKC", _stored(text)).casefold()


def _stored(text: str) -> str:
    """`text` without what cannot be stored."""
    return text.encode("utf-8", "ignore").decode("utf-8").replace("\0", " ")


def _plain(text: str) -> str:
    """`text` folded, and accents taken off."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", _stored(text)).casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))
