"""Reads the text and tables of Office and OpenDocument files, within limits. Run in the child process only.

A zip of XML, read by expat; a document type is refused, so no entity is expanded. The zip's own word on sizes is not
believed: what comes out is counted, all parts together. Nothing packed inside is opened: it is named.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.parsers import expat

from msat.feeds import evidence_kinds as kinds
from msat.feeds.evidence_scan import Piece

LARGEST = 80_000_000
"""Bytes of everything unpacked."""
MOST_PARTS = 4_000
_CHUNK = 1 << 16
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, KeyError, ValueError)
_ENDS_LINE = frozenset({"p", "h", "br", "cr", "tc", "table-cell", "si", "row", "tr", "table-row", "comment"})
_ROWS = frozenset({"tr", "table-row", "row"})
_CELLS = frozenset({"tc", "table-cell", "covered-table-cell", "c"})
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_MOST_COLUMNS = 500

Rows = Sequence[Sequence[str]]


class NotKept(ValueError):
    """A file of a kind that is not kept as evidence; the message says why, as the end of a sentence."""


class _TooMuch(ValueError):
    """More comes out of the parts than is read."""


def office_kind(data: bytes) -> str:
    """The media type of a packed file by what lies inside. Raises NotKept for a plain zip and for one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if len(names) > MOST_PARTS:
                raise NotKept(f"it is a packed folder with {len(names)} files in it")
            if any(name.casefold().endswith("vbaproject.bin") for name in names):
                raise NotKept("it holds macros, which are programs")
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    named = stream.read(200).decode("ascii", "replace").strip()
                return named if named in kinds.OFFICE else _none()
    except _BROKEN as fault:
        if isinstance(fault, NotKept):
            raise
        raise NotKept("it is damaged") from fault
    known = {"word/document.xml": kinds.DOCX, "xl/workbook.xml": kinds.XLSX, "ppt/presentation.xml": kinds.PPTX}
    return next((kind for part, kind in known.items() if part in names), None) or _none()


def _none() -> str:
    raise NotKept("it is a packed folder: attach the files in it one by one")


def read_office(data: bytes, kind: str, unread: list[str]) -> Iterator[tuple[Piece, Rows]]:
    """Each part's text and tables. What cannot be read is added to `unread`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            packed = _Packed(archive)
            _name_unread(archive.namelist(), unread)
            shared = packed.shared_texts() if kind == kinds.XLSX else []
            for part in _texts(archive.namelist()):
                yield _read_part(packed, part, shared)
    except _TooMuch:
        unread.append(f"more than {LARGEST // 1_000_000} MB come out of it, and the rest was not read")
    except _BROKEN as fault:
        why = "it is locked with a password" if isinstance(fault, RuntimeError) else "a part of it is damaged"
        unread.append(why)
    except expat.ExpatError:
        unread.append("a part of it is damaged")


def _texts(names: Sequence[str]) -> list[str]:
    """The parts that can hold a person's words; links, styles and themes cannot."""
    dull = ("/_rels/", "_rels/", "/theme/", "styles.xml", "[Content_Types].xml", "settings.xml", "fontTable.xml")
    wanted = [name for name in names if name.endswith(".xml") and not any(one in name for one in dull)]
    return [name for name in wanted if name != "xl/sharedStrings.xml"]


def _name_unread(names: Sequence[str], unread: list[str]) -> None:
    pictures = sum("/media/" in name or name.startswith(("media/", "Pictures/")) for name in names if name[-1] != "/")
    packed = sum("/embeddings/" in name or name.startswith("Object ") for name in names if name[-1] != "/")
    unread += [f"{pictures} picture{'' if pictures == 1 else 's'} inside"] if pictures else []
    unread += [f"{packed} file{'' if packed == 1 else 's'} packed inside"] if packed else []


def _read_part(packed: _Packed, part: str, shared: Sequence[str]) -> tuple[Piece, Rows]:
    sheet = _SHEET.fullmatch(part)
    reading = _Reading(shared, is_sheet=sheet is not None)
    packed.parse(part, reading)
    if sheet is not None:
        text = "\n".join("\t".join(row) for row in reading.rows)
        return Piece(f"sheet {sheet[1]}", text), reading.rows
    return Piece(_called(part), "".join(reading.pieces), has_lines=False), reading.rows


def _called(part: str) -> str:
    """Where a part stands, for people."""
    stem = part.rpartition("/")[2].removesuffix(".xml")
    slide = re.fullmatch(r"slide(\d+)", stem)
    if slide:
        return f"slide {slide[1]}"
    said = {"document": "the text", "content": "the text", "core": "its properties", "app": "its properties"}
    return said.get(stem, f"its part {stem}")


class _Packed:
    """The parts of a packed file, each through expat, all of them together within `LARGEST`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = LARGEST

    def parse(self, part: str, reading: _Reading) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = lambda tag, given: reading.start(tag.rpartition(":")[2], given)
        parser.EndElementHandler = lambda tag: reading.end(tag.rpartition(":")[2])
        parser.CharacterDataHandler = reading.data
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise _TooMuch
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def shared_texts(self) -> list[str]:
        """The texts that the cells of a workbook share."""
        if "xl/sharedStrings.xml" not in self._archive.namelist():
            return []
        reading = _Shared()
        self.parse("xl/sharedStrings.xml", reading)
        return reading.texts


def _refuse(*_declared: object) -> None:
    raise ValueError("a document type")


class _Reading:
    """Gathers the words of a part, a line a paragraph, and the rows of its tables."""

    def __init__(self, shared: Sequence[str] = (), is_sheet: bool = False) -> None:
        self.pieces: list[str] = []
        self.rows: list[list[str]] = []
        self._shared, self._is_sheet = shared, is_sheet
        self._cell: list[str] = []
        self._column, self._kind = 0, ""
        self._is_value = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag in _ROWS:
            self.rows.append([])
            self._column = -1
        elif tag in _CELLS:
            self._cell = []
            self._column = _column(given.get("r", ""), self._column)
            self._kind = given.get("t", "")
        elif tag == "tab":
            self.data("\t")
        self._is_value = tag in ("v", "t") if self._is_sheet else True

    def end(self, tag: str) -> None:
        if tag in _CELLS and self.rows:
            self._end_cell()
        if tag in _ENDS_LINE:
            self.pieces.append("\n")
        if self._is_sheet:
            self._is_value = False

    def data(self, words: str) -> None:
        if self._is_value:
            self.pieces.append(words)
            self._cell.append(words)

    def _end_cell(self) -> None:
        text = "".join(self._cell).strip()
        if self._is_sheet:
            text = self._value(text)
        row = self.rows[-1]
        if self._is_sheet and self._column < _MOST_COLUMNS:
            row.extend("" for _ in range(self._column - len(row)))
        row.append(text)

    def _value(self, text: str) -> str:
        if self._kind == "s" and text.isdigit() and int(text) < len(self._shared):
            return self._shared[int(text)]
        return str(int(float(text))) if _SCIENTIFIC.fullmatch(text) else text.removesuffix(".0")


class _Shared(_Reading):
    """Gathers the shared texts of a workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._text: list[str] = []
        self._aids = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        self._text = [] if tag == "si" else self._text
        self._aids += tag == "rPh"

    def end(self, tag: str) -> None:
        self._aids -= tag == "rPh"
        if tag == "si":
            self.texts.append("".join(self._text))

    def data(self, words: str) -> None:
        if not self._aids:
            self._text.append(words)


def _column(reference: str, before: int) -> int:
    """`AB12` is column 27; a cell without its reference stands right after the one before."""
    letters = _LETTERS.match(reference)
    if letters is None:
        return before + 1
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number - 1
