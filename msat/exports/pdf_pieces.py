"""What a page of a PDF says: each stretch of text in drawing order, with the mark that it stands between.

Any page is read as the operators that it is; a page of the plain form that `pdf_drawing` writes is read line by line,
which gives the same and takes a third of the time. Trusts nothing: each line is matched by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import pikepdf

Stretch = tuple[int | None, str]
"""The number of the innermost mark that a text stands between, None where there is none; and the text."""

_SHOWS = {"Tj", "TJ", "'", '"'}
_BEGINS = {"BDC", "BMC"}
_ENDS = {"Tm", "Td", "TD", "T*", "ET", "BDC", "BMC", "EMC"}
"""After these the text goes on elsewhere, or as something else."""
_READ = " ".join(sorted({"Tf", *_SHOWS, *_BEGINS, *_ENDS}))


def texts_by_mark(page: Any) -> dict[int, str]:
    """What the page draws between each pair of numbered marks; what stands between none is decoration."""
    found: dict[int, list[str]] = {}
    for mark, piece in stretches(page):
        if mark is not None:
            found.setdefault(mark, []).append(piece)
    return {mark: "".join(pieces) for mark, pieces in found.items()}


def stretches(page: Any, content: bytes | None = None) -> Iterable[Stretch]:
    """Each stretch of text in drawing order. `content`: what the page's one stream holds, where that is at hand."""
    resources = page.get("/Resources")
    fonts = (resources.get("/Font") if resources is not None else None) or pikepdf.Dictionary()
    plain = _by_lines(content, fonts) if content is not None else None
    return plain if plain is not None else by_operators(page, fonts)


def by_operators(page: Any, fonts: Any) -> Iterator[Stretch]:
    """The stretches of any page."""
    codes = _AS_THEY_ARE
    piece = ""
    marks: list[int | None] = []
    maps: dict[str, Sequence[str]] = {}
    for instruction in pikepdf.parse_content_stream(page, _READ):
        name = str(instruction.operator)
        if name in _ENDS and piece:
            yield marks[-1] if marks else None, _composed(piece)
            piece = ""
        if name == "Tf":
            key = str(instruction.operands[0])
            if key not in maps:
                maps[key] = _code_map(fonts.get(key))
            codes = maps[key]
        elif name in _SHOWS:
            piece += "".join([_decoded(operand, codes) for operand in instruction.operands])
        elif name in _BEGINS:
            marks.append(_mark(list(instruction.operands)) if name == "BDC" else None)
        elif name == "EMC" and marks:
            marks.pop()


def _composed(piece: str) -> str:
    if piece.isascii() and "\0" not in piece:
        return piece
    return unicodedata.normalize("NFC", piece).replace("\0", "\u25a1")


def _mark(operands: list[Any]) -> int | None:
    properties = operands[-1]
    number = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
    return int(number) if number is not None else None


def _decoded(operand: Any, codes: Sequence[str]) -> str:
    if isinstance(operand, pikepdf.String):
        return "".join([codes[code] for code in bytes(operand)])
    if isinstance(operand, pikepdf.Array):
        return "".join(_decoded(each, codes) for each in operand)
    return ""


_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{2})>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


_AS_THEY_ARE: Sequence[str] = tuple(map(chr, range(256)))


def _code_map(font: Any) -> Sequence[str]:
    """What each of the 256 one-byte codes of a font stands for."""
    if font is None or "/ToUnicode" not in font:
        return _AS_THEY_ARE
    return _characters(font.ToUnicode.read_bytes())


@lru_cache(maxsize=8)
def _characters(unicode_map: bytes) -> Sequence[str]:
    """The characters of a font's map: read once for all pages."""
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(unicode_map):
        if kind == b"char":
            found.update({int(code, 16): _utf16(text) for code, text in _CHAR.findall(body)})
            continue
        for first, last, start, each in _RANGE.findall(body):
            targets = [_utf16(text) for text in _HEX.findall(each)] if each else []
            for offset in range(int(last, 16) - int(first, 16) + 1):
                if start:
                    found[int(first, 16) + offset] = chr((int(start, 16) + offset) % 0x110000)
                elif offset < len(targets):
                    found[int(first, 16) + offset] = targets[offset]
    return tuple(found.get(code, chr(code)) for code in range(256))


def _utf16(text: bytes) -> str:
    padded = text if len(text) % 4 == 0 else text.rjust(len(text) + 4 - len(text) % 4, b"0")
    return bytes.fromhex(padded.decode("ascii")).decode("utf-16-be", "replace")


# --- plain pages -----------------------------------------------------------------------------------------------

_TEXT = rb"\(((?:[^()\\\r]|\\[()\\]|\\[0-7]{3})*+)\) Tj"
_SHOWN = re.compile(_TEXT)
_BEGUN = re.compile(rb"/\w+ <<(?:/MCID ([0-9]{1,9})|/Type /\w+(?: /Subtype /\w+)?)>> BDC")
_FONT = re.compile(rb"(/F[0-9]+\+[0-9]+) [0-9.]+ Tf")
_PLACED = re.compile(rb"[-0-9. ]+ Tm")
_LABEL = re.compile(
    rb"BT (?:[-0-9. ]+ Tm )+(?:[0-9. ]+ rg )?(/F[0-9]+\+[0-9]+) [0-9.]+ Tf [0-9.]+ TL " + _TEXT + rb"(?: T\*)? ET"
)
"""What reportlab draws by itself: in a chart, or in the mark of a priority."""
_SHAPE = re.compile(rb"[-0-9. *\[\]remlchnqQwSfBgGRd]*+")
"""Numbers and the operators of shapes and colours; none of text, of images, or with a name or a string."""
_ESCAPE = re.compile(rb"\\([0-7]{3}|[()\\])")
_ENDINGS = {b"Tm", b"ET", b"DC", b"MC"}


class _Lines:
    """Reads a page that has one operator of text or mark a line, in the forms that this program writes."""

    def __init__(self, fonts: Any) -> None:
        self.fonts = fonts
        self.found: list[Stretch] = []
        self.marks: list[int | None] = []
        self.maps: dict[bytes, Sequence[str]] = {}
        self.codes = _AS_THEY_ARE
        self.piece = ""

    def read(self, content: bytes) -> bool:
        """Whether the page is of that form, and what it says in `found`."""
        for line in content.split(b"\n"):
            if (shown := _SHOWN.fullmatch(line)) is not None:
                self.piece += self.text(shown[1])
                continue
            if self.piece and line[-2:] in _ENDINGS:
                self.end()
            if line == b"EMC":
                del self.marks[-1:]
            elif (begun := _BEGUN.fullmatch(line)) is not None:
                self.marks.append(int(begun[1]) if begun[1] else None)
            elif (label := _LABEL.fullmatch(line)) is not None:
                self.font(label[1])
                self.piece = self.text(label[2])
                self.end()
            elif (font := _FONT.fullmatch(line)) is not None:
                self.font(font[1])
            elif line not in (b"BT", b"ET") and not _PLACED.fullmatch(line) and not _SHAPE.fullmatch(line):
                return False
        return True

    def font(self, name: bytes) -> None:
        if name not in self.maps:
            self.maps[name] = _code_map(self.fonts.get(name.decode("ascii")))
        self.codes = self.maps[name]

    def text(self, shown: bytes) -> str:
        whole = shown if b"\\" not in shown else _ESCAPE.sub(_unescaped, shown)
        return whole.decode("latin-1").translate(self.codes)

    def end(self) -> None:
        if self.piece:
            self.found.append((self.marks[-1] if self.marks else None, _composed(self.piece)))
            self.piece = ""


def _by_lines(content: bytes, fonts: Any) -> list[Stretch] | None:
    """The stretches of a page of the plain form; None for any other page, which has to be read as operators."""
    lines = _Lines(fonts)
    return lines.found if lines.read(content) else None


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    return what if len(what) == 1 else bytes([int(what, 8) & 255])
