"""Reads the cells of an Excel workbook (.xlsx) as texts, sheet by sheet. Computes no formula, follows no link.

Standard library only: a zip of XML, read by expat within limits. A document type is refused, so no entity is expanded.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from xml.parsers import expat

from msat.errors import Refused

LARGEST = 150_000_000
"""Bytes of everything unpacked. The list of all networks and their practices has 5 million."""

_MOST_PARTS = 500
_MOST_COLUMNS = 200
_CHUNK = 1 << 16
_LETTERS = re.compile(r"[A-Z]{1,3}")

Row = tuple[int, tuple[str, ...]]
"""The row's number in the sheet, from 1, and its cells; a gap is an empty text."""


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are a zip that says it is a workbook."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def read_sheets(data: bytes, name: str) -> Iterator[tuple[str, list[Row]]]:
    """(sheet's name, rows) of every sheet, in the workbook's order. Raises Refused for a broken or outsize workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            packed = _Packed(archive, name)
            shared = _shared_texts(packed)
            for title, part in _sheets(packed):
                yield title, _rows(packed, part, shared)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, KeyError) as error:
        # RuntimeError: a part under a password. NotImplementedError: a way of packing that no office program uses.
        raise _broken(name, error) from error
    except (ValueError, IndexError) as error:  # a number that is none, a text that is not held
        raise _broken(name, error) from error


def _broken(name: str, error: Exception) -> Refused:
    return Refused(f"“{name}” is not a whole workbook: {error}.", "Download it again.")


class _Packed:
    """The parts of a workbook, each through expat, all of them together within `LARGEST`."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._left = LARGEST
        self.parts = frozenset(archive.namelist())
        if len(self.parts) > _MOST_PARTS:
            raise Refused(f"“{name}” holds more parts than a list does.", "Check the file.")

    def parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        data: Callable[[str], None] | None = None,
    ) -> None:
        """One part. Element names come without their prefix."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = lambda tag, given: start(tag.rpartition(":")[2], given)
        if end is not None:
            parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
        if data is not None:
            parser.CharacterDataHandler = data
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _broken(self._name, error) from error

    def _refuse(self, *_declared: object) -> None:
        raise Refused(f"“{self._name}” declares a document type, which no workbook does.", "Check the file.")

    def _chunks(self, part: str) -> Iterator[bytes]:
        """A part in pieces. A zip's own word on sizes is not believed: what comes out is counted."""
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise Refused(f"“{self._name}” unpacks to more than a list can hold.", "Check the file.")
                yield chunk


def _sheets(packed: _Packed) -> list[tuple[str, str]]:
    targets: dict[str, str] = {}
    found: list[tuple[str, str]] = []

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            own = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            found.append((given.get("name", ""), own))

    packed.parse("xl/_rels/workbook.xml.rels", relation)
    packed.parse("xl/workbook.xml", sheet)
    parts = [(title, _part_name(targets.get(own, ""))) for title, own in found]
    return [(title, part) for title, part in parts if part in packed.parts]


def _part_name(target: str) -> str:
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


class _Texts:
    """Gathers the words inside `t` and `v`, without the reading aids (`rPh`) of other scripts."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._inside = 0
        self._aids = 0

    def start(self, tag: str) -> None:
        if tag in ("t", "v"):
            self._inside += 1
        elif tag == "rPh":
            self._aids += 1

    def end(self, tag: str) -> None:
        if tag in ("t", "v"):
            self._inside -= 1
        elif tag == "rPh":
            self._aids -= 1

    def data(self, words: str) -> None:
        if self._inside and not self._aids:
            self.pieces.append(words)


def _shared_texts(packed: _Packed) -> list[str]:
    if "xl/sharedStrings.xml" not in packed.parts:
        return []
    texts: list[str] = []
    reading = _Texts()

    def start(tag: str, _given: dict[str, str]) -> None:
        reading.start(tag)
        if tag == "si":
            reading.pieces.clear()

    def end(tag: str) -> None:
        reading.end(tag)
        if tag == "si":
            texts.append("".join(reading.pieces))

    packed.parse("xl/sharedStrings.xml", start, end, reading.data)
    return texts


class _Sheet:
    """Gathers the rows of one sheet."""

    def __init__(self, shared: Sequence[str]) -> None:
        self.rows: list[Row] = []
        self.reading = _Texts()
        self._shared = shared
        self._cells: list[str] = []
        self._row, self._column, self._kind = 0, -1, "n"

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.reading.start(tag)
        if tag == "c":
            self.reading.pieces.clear()
            self._column = _column(given.get("r", ""), self._column)
            self._kind = given.get("t", "n")
        elif tag == "row":
            self._row, self._column = int(given.get("r") or self._row + 1), -1
            self._cells = []

    def end(self, tag: str) -> None:
        self.reading.end(tag)
        if tag == "c" and self._column < _MOST_COLUMNS:
            text = "".join(self.reading.pieces)
            self._cells.extend("" for _ in range(self._column + 1 - len(self._cells)))
            self._cells[self._column] = self._shared[int(text)] if self._kind == "s" and text else text
        elif tag == "row":
            self.rows.append((self._row, tuple(self._cells)))


def _rows(packed: _Packed, part: str, shared: Sequence[str]) -> list[Row]:
    sheet = _Sheet(shared)
    packed.parse(part, sheet.start, sheet.end, sheet.reading.data)
    return sheet.rows


def _column(reference: str, before: int) -> int:
    """`AB12` is column 27; a cell without its reference stands right after the one before."""
    letters = _LETTERS.match(reference)
    if letters is None:
        return before + 1
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number - 1
