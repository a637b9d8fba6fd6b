"""Reads the cells of a workbook, ours or one saved again by another program, for checking. Computes no formula.

Trusts nothing: sizes are limited before unpacking, XML entities are not resolved, unknown parts are left aside. A sheet
is read row by row and never held whole, so that a very large one can be checked too.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from msat.exports.manifest import MOST_EVIDENCE, BadEvidence, from_lines
from msat.exports.workbook_digest import Cells, SheetSums, number_value
from msat.ids import fingerprint

EVIDENCE_SHEET = "Evidence"
SHARED_TEXTS = "xl/sharedStrings.xml"
MOST_BYTES = 256 * 1024 * 1024
MOST_SHARED = 64 * 1024 * 1024
"""For the list of texts, which is held whole; very large sheets hold their own."""
MOST_SMALL_PART = 16 * 1024 * 1024
"""For the parts that are held whole: the list of sheets and where they lie."""
KEPT_CELLS = 200_000
"""Sheets up to this size are compared cell by cell."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile("[A-Z]{1,3}([1-9][0-9]{0,6})")
_ASK = "Do not trust this file."


@dataclass(frozen=True, slots=True)
class WorkbookReading:
    """The sheets that people read, in order, and the evidence (None when there is none)."""

    sheets: dict[str, SheetSums]
    evidence: bytes | None


def read_workbook(data: bytes) -> WorkbookReading | None:
    """The workbook's cells; None for a ZIP that is no workbook. Raises BadEvidence for a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return None
            # Two parts of one name, and a spreadsheet could show the one that is not checked.
            if len(set(archive.namelist())) != len(archive.namelist()):
                raise BadEvidence("The workbook holds two parts of the same name.", _ASK)
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
                raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
            return _read(archive)
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, IndexError, OSError, EOFError) as error:
        raise BadEvidence("The file is damaged and cannot be read as a workbook.", "Ask for the file again.") from error


def sheet_digest(cells: Cells) -> str:
    """The fingerprint of a sheet's cells as files of the first form are signed: whatever order they were stored in."""
    lines = (f"{cell}\t{cells[cell]}\n" for cell in sorted(cells))
    return fingerprint("".join(lines).encode("utf-8", "surrogatepass"))


def _read(archive: zipfile.ZipFile) -> WorkbookReading:
    shared = _shared_texts(archive)
    sheets: dict[str, SheetSums] = {}
    evidence: bytes | None = None
    seen: set[str] = set()
    for name, part in _places(archive):
        if name in seen:
            raise BadEvidence("The workbook holds two sheets of the same name.", _ASK)
        seen.add(name)
        if name == EVIDENCE_SHEET:
            evidence = _evidence(_rows(archive, part, shared))
            continue
        sums = sheets[name] = SheetSums(KEPT_CELLS)
        for number, cells in _rows(archive, part, shared):
            sums.add_row(number, cells)
    return WorkbookReading(sheets, evidence)


def _evidence(rows: Iterator[tuple[int, Cells]]) -> bytes | None:
    lines = [cells[f"A{number}"].removeprefix("s:") for number, cells in rows if number > 1 and f"A{number}" in cells]
    if sum(map(len, lines)) > 2 * MOST_EVIDENCE:
        raise BadEvidence("The evidence inside is larger than any MSAT makes.", _ASK)
    text = "".join(lines)
    return from_lines(text) if text else None


def _places(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the part that holds it, in order."""
    relations = {
        each.get("Id"): each.get("Target") for each in _xml(archive, "xl/_rels/workbook.xml.rels") if each.get("Target")
    }
    for sheet in _xml(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = str(relations[sheet.get(_RELATION)])
        yield str(sheet.get("name")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with archive.open(name) as part:
        data = part.read(MOST_SMALL_PART + 1)
    if len(data) > MOST_SMALL_PART:
        raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
    return etree.fromstring(data, parser)


def _each(archive: zipfile.ZipFile, name: str, tag: str) -> Iterator[Any]:
    """Every element `tag` of a part, each let go of once it is dealt with."""
    with archive.open(name) as part:
        found = etree.iterparse(
            part, events=("end",), tag=f"{_MAIN}{tag}", resolve_entities=False, no_network=True, huge_tree=False
        )
        for _event, element in found:
            yield element
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if SHARED_TEXTS not in archive.namelist():
        return []
    if archive.getinfo(SHARED_TEXTS).file_size > MOST_SHARED:
        raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
    return [_text(item) for item in _each(archive, SHARED_TEXTS, "si")]


def _text(item: Any) -> str:
    """The text of a string item; phonetic hints are not part of it."""
    parts = (part.text or "" for part in item.iter(f"{_MAIN}t") if part.getparent().tag != f"{_MAIN}rPh")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(parts))


def _rows(archive: zipfile.ZipFile, part: str, shared: list[str]) -> Iterator[tuple[int, Cells]]:
    """Every row with a cell, in order. Raises BadEvidence where rows or cells are not in it, or stand twice."""
    last = 0
    for row in _each(archive, part, "row"):
        number, cells = _cells(row, shared)
        if number is None:
            continue
        if number <= last:
            raise BadEvidence(f"The workbook gives row {number} twice or out of order.", _ASK)
        last = number
        if cells:
            yield number, cells


def _cells(row: Any, shared: list[str]) -> tuple[int | None, Cells]:
    """The row's number, None where it has no cell, and those of its cells that have a value."""
    found: Cells = {}
    seen: set[str] = set()
    numbers: set[int] = set()
    for cell in row.iter(f"{_MAIN}c"):
        place = str(cell.get("r"))
        right = _PLACE.fullmatch(place)
        if right is None:
            raise BadEvidence("The workbook holds a cell without a place.", _ASK)
        if place in seen:
            raise BadEvidence(f"The workbook gives the cell {place} twice.", _ASK)
        seen.add(place)
        numbers.add(int(right[1]))
        value = _value(cell, shared)
        if value:
            found[place] = value
    if len(numbers) > 1 or (numbers and row.get("r") not in (None, str(min(numbers)))):
        raise BadEvidence("The workbook holds a row whose cells name another row.", _ASK)
    return (numbers.pop() if numbers else None), found


def _value(cell: Any, shared: list[str]) -> str:
    formula = cell.find(f"{_MAIN}f")
    if formula is not None:
        return f"f:{formula.text or ''}"
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        text = _text(cell)
        return f"s:{text}" if text else ""
    value = cell.find(f"{_MAIN}v")
    if value is None or value.text is None:
        return ""
    if kind == "s":
        text = shared[int(value.text)]
        return f"s:{text}" if text else ""
    return number_value(float(value.text)) if kind == "n" else f"{kind[0]}:{value.text}"
