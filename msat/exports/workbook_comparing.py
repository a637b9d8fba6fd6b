"""Compares the cells of a workbook with what its signed manifest says, and names each cell or row that differs."""

from __future__ import annotations

from typing import Any

from msat.exports.comparing import Difference, capped, difference, shown
from msat.exports.workbook_digest import DIGESTS, Cells, SheetSums
from msat.exports.workbook_reading import WorkbookReading, sheet_digest
from msat.ids import fingerprint

_DAMAGED = "This sheet was changed, and the record of its cells in the file is damaged."


def compare_workbook(workbook: WorkbookReading, content: dict[str, Any], extra: Any) -> list[Difference]:
    """Sheets and their cells."""
    found: list[Difference] = []
    if content["form"] != "xlsx":
        found.append(("The manifest is of another form of file.", "manifest"))
    way = content.get("digests", "")
    if way not in ("", DIGESTS):
        return [("This workbook is signed in a way that this program does not know: a newer MSAT can check it.", "")]
    signed = {str(sheet["name"]): sheet for sheet in content["sheets"]}
    recorded = extra if isinstance(extra, dict) else {}
    for name, sheet in signed.items():
        now = workbook.sheets.get(name)
        if now is None:
            found.append((f"The sheet {shown(name)} is missing.", "the file"))
        elif _digest(now, way) != sheet["sha256"]:
            found += _sheet_differences(name, now, recorded, sheet, way)
    found += [(f"The sheet {shown(name)} was added.", "the file") for name in workbook.sheets if name not in signed]
    return capped(found)


def _digest(sums: SheetSums, way: str) -> str:
    """Of a sheet as it stands. Files of the first form name no way; a sheet that large was never made in it."""
    if way == DIGESTS:
        return sums.digest
    return sheet_digest(sums.cells) if sums.cells is not None else ""


def _sheet_differences(
    name: str, now: SheetSums, recorded: dict[str, Any], signed: dict[str, Any], way: str
) -> list[Difference]:
    mark = fingerprint(name.encode())[:8]
    if f"rows_{mark}" in recorded:
        return _row_differences(name, now, recorded[f"rows_{mark}"], signed)
    pairs = recorded.get(f"sheet_{mark}")
    was = {str(cell): str(value) for cell, value in pairs} if isinstance(pairs, list) else {}
    if _digest_of(was, way) != signed["sha256"] or now.cells is None:
        return [(_DAMAGED if now.cells is not None else "Very many cells were added.", f"sheet {name}")]
    return _cell_differences(name, now.cells, was)


def _digest_of(cells: Cells, way: str) -> str:
    """Of cells as they were recorded, which stand in the order that they were signed in."""
    if way != DIGESTS:
        return sheet_digest(cells)
    sums = SheetSums()
    rows: dict[int, Cells] = {}
    for place, value in cells.items():
        rows.setdefault(int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), {})[place] = value
    for number in sorted(rows):
        sums.add_row(number, rows[number])
    return sums.digest


def _cell_differences(name: str, now: Cells, was: Cells) -> list[Difference]:
    cells = [*was, *(cell for cell in now if cell not in was)]
    return [
        (difference(_value(was.get(cell, "")), _value(now.get(cell, ""))), f"sheet {name}, cell {cell}")
        for cell in cells
        if was.get(cell, "") != now.get(cell, "")
    ]


def _value(text: str) -> str:
    """A cell's value without the letter that tells its kind."""
    kind, _, value = text.partition(":")
    return f"={value}" if kind == "f" else value


def _row_differences(name: str, now: SheetSums, rows: Any, signed: dict[str, Any]) -> list[Difference]:
    """Of a very large sheet only fingerprints of rows were kept, so what a row said before cannot be shown."""
    was = [str(row) for row in rows] if isinstance(rows, list) else []
    if fingerprint("\n".join(was).encode("utf-8", "surrogatepass")) != signed["rows"]:
        return [(_DAMAGED, f"sheet {name}")]
    old, new = (dict(row.split(":", 1) for row in kept) for kept in (was, now.rows))
    found = [
        ("This row is not as signed." if row in new else "This row was taken out.", f"sheet {name}, row {row}")
        for row, digest in old.items()
        if new.get(row) != digest
    ]
    found += [("This row was added.", f"sheet {name}, row {row}") for row in new if row not in old]
    return found or [("This sheet is not as signed.", f"sheet {name}")]
