"""How cells of a workbook look: fonts, number formats, and the colours that words take on wherever they stand.

Colour never stands alone: every coloured cell holds a word, and a sign or shape before it.
"""

from __future__ import annotations

from typing import Any

from msat.exports.workbook_digest import column_letters
from msat.exports.workbook_model import Mark, Sheet

BASE = {
    "font_name": "Arial",
    "font_size": 10,
    "valign": "top",
    "text_wrap": True,
    "bottom": 1,
    "bottom_color": "#D8DDE0",
}
TONES = {
    "red": ("#FBEAE8", "#AA2016"),
    "amber": ("#FFF1D2", "#7A5000"),
    "green": ("#E6F2EB", "#00662F"),
    "unrated": ("#FFFFFF", "#4C6272"),
    "late": ("#FCE8D5", "#7A3100"),
    "silent": ("#E8EDEE", "#212B32"),
    "put_off": ("#F3ECF7", "#5B2A78"),
    "open": ("#FFFFFF", "#212B32"),
    "done": ("#E6EFF8", "#003087"),
    "aside": ("#FFFFFF", "#4C6272"),
}
"""Fill and text of each tone. Those of priorities are used for nothing else."""
_BOLD = ("red", "amber", "green", "unrated", "late", "silent")
_BY_WORD = {"Red": "red", "Amber": "amber", "Green": "green", "Not rated": "unrated"}
MORE_ROWS = 500
"""How far below a table its marks reach: rows that a reader adds are marked too."""
LAST_ROW = 1_048_575


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._by_number: dict[str, Any] = {}
        self._by_tone: dict[str, Any] = {}
        self.text = file.add_format(BASE)
        self.whole = file.add_format({**BASE, "align": "right", "indent": 1})
        self.header = file.add_format(
            {**BASE, "bold": True, "bg_color": "#E8EDEE", "bottom": 1, "bottom_color": "#4C6272"}
        )
        self.note = file.add_format({**BASE, "text_wrap": False, "italic": True, "bottom": 0})
        self._rag = {
            word: file.add_format({**BASE, "bg_color": TONES[tone][0], "font_color": TONES[tone][1], "bold": True})
            for word, tone in _BY_WORD.items()
        }

    def of(self, look: str, is_number: bool, is_marked: bool) -> Any:
        """The format for a cell. In a marked column the words themselves bring the colour."""
        if is_number:
            return self._number(look) if look else self.whole
        return self._rag[look] if look and not is_marked else self.text

    def _number(self, look: str) -> Any:
        if look not in self._by_number:
            side = {"align": "left"} if look.startswith("d ") else {"align": "right", "indent": 1}
            self._by_number[look] = self._file.add_format({**BASE, "num_format": look, **side})
        return self._by_number[look]

    def tone(self, name: str) -> Any:
        """The format that a mark gives a cell."""
        if name not in self._by_tone:
            fill, text = TONES[name]
            self._by_tone[name] = self._file.add_format({"bg_color": fill, "font_color": text, "bold": name in _BOLD})
        return self._by_tone[name]


def mark_words(page: Any, sheet: Sheet, looks: Looks) -> None:
    """Gives the sheet its conditional formats, one area for each stretch of columns with the same marks."""
    last = min(sheet.count + MORE_ROWS, LAST_ROW)
    start = 0
    for end in range(1, len(sheet.columns) + 1):
        marks = sheet.columns[start].marks
        if end < len(sheet.columns) and sheet.columns[end].marks == marks:
            continue
        for mark in marks:
            for word in mark.words:
                page.conditional_format(1, start, last, end - 1, _rule(mark, word, looks))
        start = end


def _rule(mark: Mark, word: str, looks: Looks) -> dict[str, Any]:
    look = {"format": looks.tone(mark.tone), "stop_if_true": True}
    if mark.whole:
        return {"type": "cell", "criteria": "==", "value": f'"{word}"', **look}
    return {"type": "text", "criteria": "begins with", "value": word, **look}


LINE, MOST_HEIGHT = 12.75, 400.0
"""Points. A spreadsheet has no row above 409."""


def lines_of(text: str, width: int) -> int:
    """How many lines `text` needs in a column of `width` digits, rather one more than one less."""
    # A column is measured in the digits of the spreadsheet's own font; letters of ours are narrower on the whole.
    width += width * 3 // 20
    if len(text) <= width and "\n" not in text:
        return 1
    lines = 0
    for paragraph in text.split("\n"):
        used, lines = 0, lines + 1
        for word in paragraph.split(" "):
            length = len(word) + (1 if used else 0)
            if used and used + length > width:
                used, lines, length = 0, lines + 1, len(word)
            # A word longer than a line is broken wherever the line ends.
            lines += max(0, (length - 1) // width)
            used += min(length, (length - 1) % width + 1 if length else 0)
    return lines


def height_of(lines: int) -> float:
    """The height of a row of that many lines, in points."""
    return min(lines * LINE + 2.0, MOST_HEIGHT)


PAGE_WIDTH = 230
"""Characters across that can still be read when they are fitted to the width of a page."""


def columns_area(count: int, width: int) -> str:
    """The area of a table with its header: `A1:J52`."""
    return f"A1:{column_letters(width - 1)}{count + 1}"
