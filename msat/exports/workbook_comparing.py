"""Compares the cells of a workbook with what its signed manifest says, and names each cell that differs."""

from __future__ import annotations

from typing import Any

from msat.exports.comparing import Difference, capped, difference, shown
from msat.exports.workbook_reading import WorkbookReading, sheet_digest
from msat.ids import fingerprint


def compare_workbook(workbook: WorkbookReading, content: dict[str, Any], extra: Any) -> list[Difference]:
    """Sheets and their cells."""
    found: list[Difference] = []
    if content["form"] != "xlsx":
        found.append(("The manifest is of another form of file.", "manifest"))
    signed = {sheet["name"]: sheet["sha256"] for sheet in content["sheets"]}
    recorded = extra if isinstance(extra, dict) else {}
    names = [str(sheet["name"]) for sheet in content["sheets"]]
    for name in names:
        if name not in workbook.sheets:
            found.append((f"The sheet {shown(name)} is missing.", "the file"))
        elif sheet_digest(workbook.sheets[name]) != signed[name]:
            found += _sheet_differences(name, workbook.sheets[name], recorded, signed[name])
    found += [(f"The sheet {shown(name)} was added.", "the file") for name in workbook.sheets if name not in signed]
    return capped(found)


def _sheet_differences(name: str, now: dict[str, str], recorded: dict[str, Any], digest: str) -> list[Difference]:
    pairs = recorded.get(f"sheet_{fingerprint(name.encode())[:8]}")
    was = {str(cell): str(value) for cell, value in pairs} if isinstance(pairs, list) else {}
    if sheet_digest(was) != digest:
        return [("This sheet was changed, and the record of its cells in the file is damaged.", f"sheet {name}")]
    cells = [*was, *(cell for cell in now if cell not in was)]
    return [
        (_cell_difference(was.get(cell, ""), now.get(cell, "")), f"sheet {name}, cell {cell}")
        for cell in cells
        if was.get(cell, "") != now.get(cell, "")
    ]


def _cell_difference(before: str, after: str) -> str:
    return difference(_value(before), _value(after))


def _value(text: str) -> str:
    """A cell's value without the letter that tells its kind."""
    kind, _, value = text.partition(":")
    return f"={value}" if kind == "f" else value
