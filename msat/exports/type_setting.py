"""Breaks text into lines of drawn fragments, measured in the fonts that will be embedded. Draws nothing.

There is no markup here: text is drawn glyph by glyph, so nothing in it can become a tag, an image or a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from msat import shipped
from msat.exports.document import TONES, Runs, is_web_address
from msat.exports.plain_text import LONGEST_TEXT, clean, drawable

REGULAR, SEMIBOLD = "Inter-Regular", "Inter-SemiBold"


@cache
def fonts_ready() -> bool:
    """Registers the shipped fonts with reportlab, once."""
    for name in (REGULAR, SEMIBOLD):
        pdfmetrics.registerFont(TTFont(name, str(shipped.path(f"resources/fonts/{name}.ttf"))))
    return True


@cache
def _glyphs() -> frozenset[int]:
    fonts_ready()
    each = [frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in (REGULAR, SEMIBOLD)]
    return each[0] & each[1]


def has_glyph(char: str) -> bool:
    """Whether both cuts can draw this character."""
    return ord(char) in _glyphs()


class _Widths(dict[str, float]):
    """How wide each text is in one font at one size, worked out when first asked for."""

    MOST = 50_000

    def __init__(self, font: str, size: float) -> None:
        super().__init__()
        fonts_ready()
        face: Any = pdfmetrics.getFont(font).face
        self.glyphs: dict[int, float] = face.charWidths
        self.other: float = face.defaultWidth
        self.unit = size / 1000

    def __missing__(self, text: str) -> float:
        if len(self) >= self.MOST:
            self.clear()
        glyphs, other = self.glyphs, self.other
        width = self[text] = self.unit * sum([glyphs.get(ord(char), other) for char in text])
        return width


@cache
def _widths(font: str, size: float) -> _Widths:
    return _Widths(font, size)


def width_of(text: str, font: str, size: float) -> float:
    """How wide `text` is when drawn."""
    return _widths(font, size)[text]


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks."""

    size: float
    leading: float
    font: str = REGULAR
    colour: str = "#212B32"
    link_colour: str = "#005EB8"


class Fragment(NamedTuple):
    """Text drawn in one go, `x` from the left of its line. A plain tuple: a long table holds very many."""

    text: str
    x: float
    width: float
    font: str
    size: float
    colour: str
    link: str = ""
    struck: bool = False


Line = tuple[Fragment, ...]


class Look(NamedTuple):
    """What neighbouring words must share to be drawn in one go."""

    font: str
    colour: str
    link: str
    struck: bool


class Word(NamedTuple):
    """A word, a blank or a line end before breaking."""

    text: str
    width: float
    look: Look


@cache
def _always_drawable() -> re.Pattern[str]:
    """Texts of characters that both cuts can draw and that stay as they are whatever stands beside them."""
    kept = [
        char
        for char in map(chr, sorted(_glyphs()))
        if unicodedata.category(char)[0] in "LNPSZ" and not unicodedata.combining(char) and para_slowly(char) == char
    ]
    return re.compile(f"[\n{re.escape(''.join(kept))}]*")


def para_slowly(text: str) -> str:
    """`para_text` for any text: cleaned, and every character drawable."""
    return drawable(clean(text), has_glyph)


def para_text(text: str) -> str:
    """The one door through which any text reaches a PDF page: cleaned, and every character drawable."""
    if len(text) <= LONGEST_TEXT and _always_drawable().fullmatch(text):
        return text
    return para_slowly(text)


def words_of(runs: Runs, style: Style) -> list[Word]:
    """`runs` as words, blanks and line ends, each measured. A no-break space holds its words together, as in 200 mg."""
    found: list[Word] = []
    for run in runs:
        font = SEMIBOLD if run.bold else style.font
        link = run.link if is_web_address(run.link) else ""
        look = Look(font, style.link_colour if link else TONES.get(run.tone, style.colour), link, run.struck)
        widths = _widths(font, style.size)
        text = para_text(run.text).replace("\t", " ")
        found += [Word(part, widths[part], look) for part in _PARTS.findall(text)]
    return found


_PARTS = re.compile(r"\n| +|[^ \n]+")


def lines_of(runs: Runs, style: Style, width: float) -> list[Line]:
    """`runs` broken into lines no wider than `width`. Every character is kept; at least one line is returned."""
    return broken(words_of(runs, style), style.size, width)


def broken(words: Sequence[Word], size: float, width: float) -> list[Line]:
    """Measured words as lines no wider than `width`; a word wider than a line is cut."""
    limit = width + 0.01
    look = words[0].look if words else None
    if len(words) == 1 and words[0].width <= limit and words[0].text != "\n":
        return [_alike(words, words[0].width, size)]
    if all([word.look is look and word.width <= limit and word.text != "\n" for word in words]):
        return _filled(words, size, limit)
    lines: list[Line] = []
    line: list[Word] = []
    used = 0.0
    for whole in words:
        if whole.text == "\n":
            lines.append(_joined(line, size))
            line, used = [], 0.0
            continue
        for word in (whole,) if whole.width <= limit else _cut(whole, size, width):
            if line and used + word.width > limit and word.text[0] != " ":
                lines.append(_joined(line, size))
                line, used = [], 0.0
            line.append(word)
            used += word.width
    lines.append(_joined(line, size))
    return lines


def _filled(words: Sequence[Word], size: float, limit: float) -> list[Line]:
    """`broken` for the usual case: words that look alike and fit into a line each."""
    lines: list[Line] = []
    start, used = 0, 0.0
    for at, (text, width, _look) in enumerate(words):
        if used + width > limit and at > start and text[0] != " ":
            lines.append(_alike(words[start:at], used, size))
            start, used = at, 0.0
        used += width
    lines.append(_alike(words[start:], used, size))
    return lines


def _alike(words: Sequence[Word], width: float, size: float) -> Line:
    """A line of words that look alike: one fragment."""
    if not words:
        return ()
    look = words[0].look
    text = "".join([word.text for word in words]) if len(words) > 1 else words[0].text
    return (Fragment(text, 0.0, width, look.font, size, look.colour, look.link, look.struck),)


def longest_word(runs: Runs, style: Style) -> float:
    """The width of the widest word, which a table column should not be narrower than."""
    return widest(words_of(runs, style))


def widest(words: Sequence[Word]) -> float:
    """The width of the widest of these words."""
    return max([word.width for word in words], default=0.0)


def _cut(word: Word, size: float, width: float) -> Iterator[Word]:
    """A word wider than its line, in pieces that fit; cut after a slash or hyphen where there is one."""
    widths = _widths(word.look.font, size)
    start, text = 0, word.text
    while start < len(text):
        end = _fitting(text, start, widths, width)
        yield Word(text[start:end], widths[text[start:end]], word.look)
        start = end


def _fitting(text: str, start: int, widths: _Widths, width: float) -> int:
    """Where the line ends that begins at `start`: at least one character on."""
    used = 0.0
    for at in range(start, len(text)):
        used += widths.glyphs.get(ord(text[at]), widths.other) * widths.unit
        if used > width and at > start:
            neat = max(text.rfind(mark, start, at) for mark in "/-") + 1
            return neat if neat - start > (at - start) // 2 else at
    return len(text)


def _joined(line: Sequence[Word], size: float) -> Line:
    """Neighbours that look the same become one fragment, so that they can be read out and copied as one."""
    out: list[Fragment] = []
    x, start, count = 0.0, 0, len(line)
    while start < count:
        look = line[start].look
        end = start + 1
        while end < count and (line[end].look is look or line[end].look == look):
            end += 1
        width = sum([word.width for word in line[start:end]])
        text = "".join([word.text for word in line[start:end]])
        out.append(Fragment(text, x, width, look.font, size, look.colour, look.link, look.struck))
        x += width
        start = end
    return tuple(out)
