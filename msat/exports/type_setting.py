"""Breaks text into lines of drawn fragments, measured in the fonts that will be embedded. Draws nothing.

There is no markup here: text is drawn glyph by glyph, so nothing in it can become a tag, an image or a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from msat import shipped
from msat.exports.document import Runs, is_web_address
from msat.exports.plain_text import clean, drawable

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


@lru_cache(maxsize=20_000)
def width_of(text: str, font: str, size: float) -> float:
    """How wide `text` is when drawn."""
    fonts_ready()
    width: float = pdfmetrics.stringWidth(text, font, size)
    return width


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks."""

    size: float
    leading: float
    font: str = REGULAR
    colour: str = "#212B32"
    link_colour: str = "#005EB8"


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text drawn in one go, `x` from the left of its line."""

    text: str
    x: float
    width: float
    font: str
    size: float
    colour: str
    link: str = ""
    struck: bool = False


Line = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or a blank before breaking."""

    text: str
    width: float
    font: str
    colour: str
    link: str
    struck: bool

    @property
    def is_blank(self) -> bool:
        return self.text.isspace()

    def looks(self) -> tuple[str, str, str, bool]:
        return self.font, self.colour, self.link, self.struck


def para_text(text: str) -> str:
    """The one door through which any text reaches a PDF page: cleaned, and every character drawable."""
    return drawable(clean(text), has_glyph)


def lines_of(runs: Runs, style: Style, width: float) -> list[Line]:
    """`runs` broken into lines no wider than `width`. Every character is kept; at least one line is returned."""
    lines: list[list[_Word]] = [[]]
    used = 0.0
    for word in _words(runs, style, width):
        if word.text == "\n":
            lines.append([])
            used = 0.0
            continue
        if used + word.width > width + 0.01 and lines[-1] and not word.is_blank:
            lines.append([])
            used = 0.0
        lines[-1].append(word)
        used += word.width
    return [_joined(line, style.size) for line in lines]


def longest_word(runs: Runs, style: Style) -> float:
    """The width of the widest word, which a table column should not be narrower than."""
    return max((word.width for word in _words(runs, style, 10_000.0)), default=0.0)


def _words(runs: Runs, style: Style, width: float) -> Iterator[_Word]:
    for run in runs:
        font = SEMIBOLD if run.bold else style.font
        link = run.link if is_web_address(run.link) else ""
        colour = style.link_colour if link else style.colour
        for part in _parts(para_text(run.text)):
            word = _Word(part, width_of(part, font, style.size), font, colour, link, run.struck)
            yield from (word,) if word.width <= width else _cut(word, style.size, width)


def _parts(text: str) -> Iterator[str]:
    """Words and blanks in turn, each line end by itself."""
    start = 0
    for end in range(1, len(text) + 1):
        joins = end < len(text) and _kind(text[end]) == _kind(text[start]) != "end"
        if not joins:
            yield text[start:end].replace("\t", " ")
            start = end


def _kind(char: str) -> str:
    if char == "\n":
        return "end"
    # A no-break space holds its words together, as in "200 mg".
    return "blank" if char in " \t" else "word"


def _cut(word: _Word, size: float, width: float) -> Iterator[_Word]:
    """A word wider than its line, in pieces that fit; cut after a slash or hyphen where there is one."""
    text = word.text
    while text:
        fits = _fitting(text, word.font, size, width)
        yield replace(word, text=text[:fits], width=width_of(text[:fits], word.font, size))
        text = text[fits:]


def _fitting(text: str, font: str, size: float, width: float) -> int:
    """How many characters of `text` to put on one line: at least one."""
    used = 0.0
    for count, char in enumerate(text):
        used += width_of(char, font, size)
        if used > width and count:
            neat = max(text.rfind(mark, 0, count) for mark in "/-") + 1
            return neat if neat > count // 2 else count
    return len(text)


def _joined(line: Sequence[_Word], size: float) -> Line:
    """Neighbours that look the same become one fragment, so that they can be read out and copied as one."""
    out: list[Fragment] = []
    x = 0.0
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or line[end].looks() != line[start].looks():
            first = line[start]
            text = "".join(word.text for word in line[start:end])
            width = sum(word.width for word in line[start:end])
            out.append(Fragment(text, x, width, first.font, size, first.colour, first.link, first.struck))
            x += width
            start = end
    return tuple(out)
