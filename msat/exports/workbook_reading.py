"""Reads the cells of a workbook, ours or one saved again by another program, for checking. Computes no formula.

Trusts nothing: sizes are limited before unpacking, unknown parts are left aside. A sheet is read row by row and never
held whole (`workbook_rows`), so that a very large one can be checked too.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError

from lxml import etree

from msat.exports.manifest import MOST_EVIDENCE, BadEvidence, from_lines
from msat.exports.workbook_digest import Cells, SheetSums
from msat.exports.workbook_rows import ASK, rows_of, shared_texts
from msat.ids import fingerprint

EVIDENCE_SHEET = "Evidence"
SHARED_TEXTS = "xl/sharedStrings.xml"
MOST_BYTES = 512 * 1024 * 1024
MOST_TIGHTLY = 200
MOST_SHARED = 64 * 1024 * 1024
"""For the list of texts, which is held whole; very large sheets hold their own."""
MOST_SMALL_PART = 2 * 1024 * 1024
"""For the parts that are held whole: the list of sheets and where they lie."""
KEPT_CELLS = 200_000
"""Sheets up to this size are compared cell by cell."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, etree.LxmlError, ExpatError, LookupError, ValueError, ArithmeticError, OSError),
    *(EOFError, NotImplementedError, RuntimeError),
)
"""What broken or unusual archives, XML and numbers raise; RuntimeError is for an archive with a password."""


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
            # Two parts of one name, and a spreadsheet could show the one that is not checked. Case does not count.
            if len({name.casefold() for name in archive.namelist()}) != len(archive.namelist()):
                raise BadEvidence("The workbook holds two parts of the same name.", ASK)
            if any(map(_is_bomb, archive.infolist())) or sum(i.file_size for i in archive.infolist()) > MOST_BYTES:
                raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
            return _read(archive)
    except _DAMAGE as error:
        raise BadEvidence("The file is damaged and cannot be read as a workbook.", "Ask for the file again.") from error


def sheet_digest(cells: Cells) -> str:
    """The fingerprint of a sheet's cells as files of the first form are signed: whatever order they were stored in."""
    lines = (f"{cell}\t{cells[cell]}\n" for cell in sorted(cells))
    return fingerprint("".join(lines).encode("utf-8", "surrogatepass"))


def _is_bomb(item: zipfile.ZipInfo) -> bool:
    """Cells with places of their own never pack as tightly as the same few bytes over and over."""
    return item.file_size > 1_000_000 and item.file_size > MOST_TIGHTLY * max(item.compress_size, 1)


def _read(archive: zipfile.ZipFile) -> WorkbookReading:
    _check_start(archive)
    related = _related(archive, "xl/_rels/workbook.xml.rels")
    shared = _shared_texts(archive, related)
    sheets: dict[str, SheetSums] = {}
    evidence: bytes | None = None
    seen: set[str] = set()
    for name, part in _places(archive, related):
        if name.casefold() in seen:
            raise BadEvidence("The workbook holds two sheets of the same name.", ASK)
        seen.add(name.casefold())
        with archive.open(part) as data:
            if name == EVIDENCE_SHEET:
                evidence = _evidence(rows_of(data, shared))
                continue
            sums = sheets[name] = SheetSums(KEPT_CELLS)
            for number, cells in rows_of(data, shared):
                sums.add_row(number, cells)
    return WorkbookReading(sheets, evidence)


def _related(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """What a part leads to: kind and target by id."""
    found: dict[str, tuple[str, str]] = {}
    for each in _xml(archive, name):
        own = str(each.get("Id"))
        if own in found:
            raise BadEvidence("The workbook leads to two parts under one name.", ASK)
        found[own] = (str(each.get("Type")).rpartition("/")[2], str(each.get("Target")))
    return found


def _check_start(archive: zipfile.ZipFile) -> None:
    """The workbook that spreadsheets open is the one that is read here."""
    starts = [target for kind, target in _related(archive, "_rels/.rels").values() if kind == "officeDocument"]
    if [_under(target, "") for target in starts] != ["xl/workbook.xml"]:
        raise BadEvidence("The workbook begins in another place than any MSAT makes.", ASK)


def _under(target: str, folder: str) -> str:
    return target.lstrip("/") if target.startswith("/") else folder + target


def _places(archive: zipfile.ZipFile, related: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the part that holds it, in order."""
    root = _xml(archive, "xl/workbook.xml")
    listed = root.findall(f"{_MAIN}sheets/{_MAIN}sheet")
    if len(listed) != sum(1 for _ in root.iter(f"{_MAIN}sheet")):
        raise BadEvidence("The workbook names a sheet in a place that only some programs read.", ASK)
    for sheet in listed:
        yield str(sheet.get("name")), _under(related[str(sheet.get(_RELATION))][1], "xl/")


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with archive.open(name) as part:
        data = part.read(MOST_SMALL_PART + 1)
    if len(data) > MOST_SMALL_PART:
        raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
    return etree.fromstring(data, parser)


def _shared_texts(archive: zipfile.ZipFile, related: dict[str, tuple[str, str]]) -> list[str]:
    parts = [_under(target, "xl/") for kind, target in related.values() if kind == "sharedStrings"]
    if not parts:
        return []
    if len(parts) > 1:
        raise BadEvidence("The workbook holds two lists of texts.", ASK)
    if archive.getinfo(parts[0]).file_size > MOST_SHARED:
        raise BadEvidence("The workbook is larger than any MSAT makes.", "Check that it is the right file.")
    with archive.open(parts[0]) as part:
        return shared_texts(part)


def _evidence(rows: Iterator[tuple[int, Cells]]) -> bytes | None:
    lines = [cells[f"A{number}"].removeprefix("s:") for number, cells in rows if number > 1 and f"A{number}" in cells]
    if sum(map(len, lines)) > 2 * MOST_EVIDENCE:
        raise BadEvidence("The evidence inside is larger than any MSAT makes.", ASK)
    text = "".join(lines)
    return from_lines(text) if text else None
