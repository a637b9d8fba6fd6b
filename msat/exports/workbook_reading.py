"""Reads the cells of a workbook, ours or one saved again by another program, for checking. Computes no formula.

Trusts nothing: sizes are limited before unpacking, XML entities are not resolved, unknown parts are left aside.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree

from msat.exports.manifest import BadEvidence, from_lines
from msat.ids import fingerprint

EVIDENCE_SHEET = "Evidence"
MOST_BYTES = 64 * 1024 * 1024
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Cells = dict[str, str]
"""A1 reference to value, which begins with its kind: `s:` text, `n:` number, `f:` formula, `b:`, `e:`."""


@dataclass(frozen=True, slots=True)
class WorkbookReading:
    """The sheets that people read, in order, and the evidence (None when there is none)."""

    sheets: dict[str, Cells]
    evidence: bytes | None


def read_workbook(data: bytes) -> WorkbookReading | None:
    """The workbook's cells; None for a ZIP that is no workbook. Raises BadEvidence for a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return None
            # Two parts of one name, and a spreadsheet could show the one that is not checked.
            if len(set(archive.namelist())) != len(archive.namelist()):
                raise BadEvidence("The workbook holds two parts of the same name.", "Do not trust this file.")
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
                raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
            sheets = _sheets(archive)
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, IndexError, OSError, EOFError) as error:
        raise BadEvidence("The file is damaged and cannot be read as a workbook.", "Ask for the file again.") from error
    hidden = sheets.pop(EVIDENCE_SHEET, None)
    return WorkbookReading(sheets, _evidence(hidden))


def sheet_digest(cells: Cells) -> str:
    """The fingerprint of a sheet's cells, whatever order they were stored in."""
    lines = (f"{cell}\t{cells[cell]}\n" for cell in sorted(cells))
    return fingerprint("".join(lines).encode("utf-8", "surrogatepass"))


def number_value(value: float) -> str:
    """A number as cells are compared: as exact as a spreadsheet keeps times, no more."""
    rounded = round(value, 8)
    return f"n:{int(rounded)}" if rounded == int(rounded) else f"n:{rounded!r}"


def _evidence(cells: Cells | None) -> bytes | None:
    if cells is None:
        return None
    lines = {int(cell[1:]): value for cell, value in cells.items() if re.fullmatch(r"A[0-9]+", cell)}
    text = "".join(lines[row].removeprefix("s:") for row in sorted(lines) if row > 1)
    return from_lines(text) if text else None


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with archive.open(name) as part:
        data = part.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
    return etree.fromstring(data, parser)


def _sheets(archive: zipfile.ZipFile) -> dict[str, Cells]:
    relations = {
        each.get("Id"): each.get("Target") for each in _xml(archive, "xl/_rels/workbook.xml.rels") if each.get("Target")
    }
    shared = _shared_texts(archive)
    found: dict[str, Cells] = {}
    for sheet in _xml(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = str(relations[sheet.get(_RELATION)])
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if str(sheet.get("name")) in found:
            raise BadEvidence("The workbook holds two sheets of the same name.", "Do not trust this file.")
        found[str(sheet.get("name"))] = _cells(_xml(archive, path), shared)
    return found


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in _xml(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text(item: Any) -> str:
    """The text of a string item; phonetic hints are not part of it."""
    parts = (part.text or "" for part in item.iter(f"{_MAIN}t") if part.getparent().tag != f"{_MAIN}rPh")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(parts))


def _cells(sheet: Any, shared: list[str]) -> Cells:
    found: Cells = {}
    for cell in sheet.iter(f"{_MAIN}c"):
        value, place = _value(cell, shared), str(cell.get("r"))
        if place in found:
            raise BadEvidence(f"The workbook gives the cell {place} twice.", "Do not trust this file.")
        if value:
            found[place] = value
    return found


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
        return f"s:{shared[int(value.text)]}"
    return number_value(float(value.text)) if kind == "n" else f"{kind[0]}:{value.text}"
