"""Reads the rows of one sheet, or the list of shared texts, piece by piece: memory does not grow with the part.

No tree is built, so that a part made of a hundred million empty elements fills nothing. A part with a document type is
refused: spreadsheets write none, and entities are made in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from msat.exports.manifest import BadEvidence
from msat.exports.workbook_digest import Cells, number_value

ASK = "Do not trust this file."
LONGEST_TEXT = 2_000_000
"""Characters in one cell or shared text, as written: more than any spreadsheet shows."""
MOST_TEXTS = 5_000_000
MOST_ROWS = 1_048_576
MOST_DEPTH = 64
CHUNK = 1 << 18
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile("[A-Z]{1,3}([1-9][0-9]{0,6})")


def shared_texts(part: IO[bytes]) -> list[str]:
    """The texts that cells name by number. Raises BadEvidence, ExpatError."""
    reader = _Texts()
    for _chunk in _fed(reader, part):
        pass
    return reader.found


def rows_of(part: IO[bytes], shared: list[str]) -> Iterator[tuple[int, Cells]]:
    """Every row that has a cell with a value, in order.

    Raises BadEvidence where rows or cells stand twice, out of order or outside a row, and ExpatError.
    """
    reader = _Rows(shared)
    for _chunk in _fed(reader, part):
        yield from reader.ready
        reader.ready.clear()


def _fed(reader: _Reader, part: IO[bytes]) -> Iterator[None]:
    """Feeds the part to the reader, chunk by chunk."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _refuse
    while chunk := part.read(CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def _refuse(*_declaration: object) -> None:
    raise BadEvidence("The workbook holds a document type, which no spreadsheet writes.", ASK)


class _Reader:
    """Follows where it stands in a part. Only elements in the places that spreadsheets read them from count."""

    text_places: frozenset[str] = frozenset()
    """Where the characters of a text stand, from the root: `sst/si/t`."""

    def __init__(self) -> None:
        self._places: list[str] = [""]
        self._texts: dict[str, list[str]] = {}
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Those of other vocabularies keep the vocabulary in their name, and so match nothing."""
        own = name.removeprefix(_MAIN) if name.startswith(_MAIN) else f"?{name}"
        place = f"{self._places[-1]}/{own}" if len(self._places) > 1 else own
        self._places.append(place)
        if len(self._places) > MOST_DEPTH:
            raise BadEvidence("The workbook holds elements within elements without end.", ASK)
        self.begin(place, own, attributes)

    def end(self, _name: str) -> None:
        """An element ends."""
        self.finish(self._places.pop())

    def data(self, text: str) -> None:
        """Characters of an element."""
        place = self._places[-1]
        if place not in self.text_places:
            return
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise BadEvidence("The workbook holds a text longer than any spreadsheet shows.", ASK)
        self._texts.setdefault(place[-1], []).append(text)

    def clear(self) -> None:
        """Forgets the texts read so far."""
        self._texts, self._length = {}, 0

    def held(self, kind: str) -> str | None:
        """The characters in elements `t`, `v` or `f`; None where there is no such element."""
        return "".join(self._texts[kind]) if kind in self._texts else None

    def text(self) -> str:
        """The shown text: escapes of single characters are put back."""
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), self.held("t") or "")

    def begin(self, place: str, own: str, attributes: dict[str, str]) -> None:
        """An element begins at a place."""
        raise NotImplementedError

    def finish(self, place: str) -> None:
        """An element has ended."""
        raise NotImplementedError


class _Texts(_Reader):
    """The shared texts."""

    text_places = frozenset({"sst/si/t", "sst/si/r/t"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def begin(self, place: str, own: str, _attributes: dict[str, str]) -> None:
        if own == "si" and place != "sst/si":
            raise BadEvidence("The workbook holds a text in a place that only some programs read.", ASK)

    def finish(self, place: str) -> None:
        if place != "sst/si":
            return
        self.found.append(self.text())
        self.clear()
        if len(self.found) > MOST_TEXTS:
            raise BadEvidence("The workbook holds more texts than any MSAT makes.", "Check that it is the right file.")


_DATA = "worksheet/sheetData"
_ROW, _CELL = f"{_DATA}/row", f"{_DATA}/row/c"
_ALLOWED = frozenset({
    *(_DATA, _ROW, f"{_ROW}/extLst", _CELL, f"{_CELL}/v", f"{_CELL}/f", f"{_CELL}/is", f"{_CELL}/extLst"),
    *(f"{_CELL}/is/t", f"{_CELL}/is/r", f"{_CELL}/is/r/t", f"{_CELL}/is/r/rPr", f"{_CELL}/is/rPh"),
    f"{_CELL}/is/phoneticPr",
})  # fmt: skip
_FREE = (f"{_ROW}/extLst/", f"{_CELL}/extLst/", f"{_CELL}/is/r/rPr/", f"{_CELL}/is/rPh/")
"""What lies below these is never shown as a cell's value."""


class _Rows(_Reader):
    """The rows of a sheet."""

    text_places = frozenset({f"{_CELL}/v", f"{_CELL}/f", f"{_CELL}/is/t", f"{_CELL}/is/r/t"})

    def __init__(self, shared: list[str]) -> None:
        super().__init__()
        self.ready: list[tuple[int, Cells]] = []
        self._shared = shared
        self._has_data = False
        self._named = ""
        """The number that the row itself gives; empty where it gives none."""
        self._number = 0
        self._last = 0
        self._count = 0
        self._cells: Cells = {}
        self._seen: set[str] = set()
        self._place = self._kind = ""

    def begin(self, place: str, own: str, attributes: dict[str, str]) -> None:
        if place == _CELL:
            self._begin_cell(attributes)
        elif place == _ROW:
            self._begin_row(attributes)
        elif place == f"{_CELL}/f":
            self._texts.setdefault("f", [])
        elif place == _DATA:
            if self._has_data:
                raise BadEvidence("The workbook holds two bodies of one sheet.", ASK)
            self._has_data = True
        else:
            _check_place(place, own)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ROWS:
            raise BadEvidence("The workbook holds more rows than any spreadsheet.", ASK)
        self._named, self._number = attributes.get("r", ""), 0
        self._cells, self._seen = {}, set()

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.clear()
        self._place, self._kind = attributes.get("r", ""), attributes.get("t", "n")
        right = _PLACE.fullmatch(self._place)
        if right is None:
            raise BadEvidence("The workbook holds a cell without a place.", ASK)
        if self._place in self._seen:
            raise BadEvidence(f"The workbook gives the cell {self._place} twice.", ASK)
        self._seen.add(self._place)
        number = int(right[1])
        if self._number not in (0, number) or self._named not in ("", str(number)):
            raise BadEvidence("The workbook holds a row whose cells name another row.", ASK)
        self._number = number

    def finish(self, place: str) -> None:
        if place == _CELL:
            value = self._value()
            if value:
                self._cells[self._place] = value
        elif place == _ROW and self._number:
            if self._number <= self._last:
                raise BadEvidence(f"The workbook gives row {self._number} twice or out of order.", ASK)
            self._last = self._number
            if self._cells:
                self.ready.append((self._number, self._cells))

    def _value(self) -> str:
        """The cell's value with its kind before it; empty where it has none. A formula is shown as such."""
        formula, value = self.held("f"), self.held("v")
        if formula is not None:
            return f"f:{formula}"
        if self._kind == "inlineStr":
            text = self.text()
            return f"s:{text}" if text else ""
        if not value:
            return ""
        if self._kind == "s":
            text = self._shared[_index(value)]
            return f"s:{text}" if text else ""
        return number_value(float(value)) if self._kind == "n" else f"{self._kind[:1]}:{value}"


def _check_place(place: str, own: str) -> None:
    """Refuses what a spreadsheet might show as a cell, or might not, so that it cannot be said what is shown."""
    if place.startswith(f"{_DATA}/"):
        if place not in _ALLOWED and not place.startswith(_FREE):
            raise BadEvidence("The workbook holds something among its cells that is no cell.", ASK)
    elif own in ("sheetData", "row", "c"):
        raise BadEvidence("The workbook holds cells in a place that only some programs read.", ASK)


def _index(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise BadEvidence("The workbook names a text that it does not hold.", ASK)
    return int(text)
