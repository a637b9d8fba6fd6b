"""Reads the lists of the Organisation Data Service: epraccur (practices; csv, or a zip of it) and ePCN (networks).

A file that is something else is refused in words. A row that is not as it should be is named, used where it can be, and
never dropped in silence. Reads bytes; knows no record and no choice of practices.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence

from msat.errors import Refused
from msat.feeds.ods_model import PRACTICES, SETTINGS, STATUSES, UNKNOWN_SETTING, Odd, OdsFile, OdsPractice
from msat.feeds.ods_networks import read_networks
from msat.feeds.ods_values import Dates, code_words
from msat.feeds.xlsx_rows import is_workbook

LARGEST = 60_000_000
"""Bytes of a list, packed or not. The whole of England has 3.4 million."""

COLUMNS = 27
"""epraccur has 27 columns and no headings. Source: the ODS specification of its csv files."""

_PRACTICE_CODE = re.compile(r"[A-Z]\d{5}|[A-Z]{3}\d{3}")
"""A81001 in England, W91001 in Wales; ALD200, GUE010 and JER010 in the islands."""

_MOST_PARTS = 100
_ENOUGH = 0.9
"""The share of rows that must look like practices before a file is believed to be epraccur."""

_NEXT = "Choose epraccur.csv or ePCN.xlsx (or the zip of either) as the Organisation Data Service publishes it."
_FIELD_LIMIT = 10_000


def read_ods(data: bytes, name: str) -> OdsFile:
    """The list in `data`. `name` is what the file is called, for messages. Raises Refused when it is no such list."""
    if not data.strip(b"\0 \r\n\t"):
        raise Refused(f"“{name}” is empty.", "Download it again.")
    if len(data) > LARGEST:
        raise Refused(f"“{name}” is larger than any such list.", _NEXT)
    if is_workbook(data):
        return read_networks(data, name)
    if data.startswith(b"PK\x03\x04"):
        inner, own = _unpacked(data, name)
        return read_networks(own, inner) if is_workbook(own) else read_practices(own, inner)
    return read_practices(data, name)


def _unpacked(data: bytes, name: str) -> tuple[str, bytes]:
    """The one list in a zip: its name and its bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [part for part in packed.infolist() if part.filename.lower().endswith((".csv", ".xlsx"))]
            if len(packed.infolist()) > _MOST_PARTS:
                raise Refused(f"“{name}” holds more files than the zip of a list does.", _NEXT)
            lists = [part for part in parts if re.match(r"(epraccur|epcn)", _base(part.filename), re.IGNORECASE)]
            chosen = lists or parts
            if len(chosen) != 1:
                what = f"{len(chosen)} lists" if chosen else "no list"
                raise Refused(f"The zip “{name}” holds {what}.", "Unpack it, and choose one list at a time.")
            with packed.open(chosen[0]) as stream:
                found = stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Refused(f"The zip “{name}” cannot be unpacked: {error}.", "Download it again.") from error
    if len(found) > LARGEST:
        raise Refused(f"The zip “{name}” unpacks to more than any such list.", _NEXT)
    return _base(chosen[0].filename), found


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def read_practices(data: bytes, name: str) -> OdsFile:
    """epraccur. Raises Refused for anything else, and for a file that breaks off."""
    text = _decoded(data, name)
    rows = _parsed(text, name)
    if rows and rows[0][1] and not _PRACTICE_CODE.fullmatch(rows[0][1][0]) and _is_heading(rows[0][1]):
        rows = rows[1:]
    _believe(rows, name, text.endswith(("\n", "\r")))
    reading = _Practices()
    for line, cells in rows:
        reading.take(line, cells)
    return OdsFile(
        PRACTICES, len(rows), tuple(reading.found.values()), (), (), tuple(reading.odd), reading.dates.newest
    )


_OTHER_FORMS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "a workbook of an old Excel (.xls)"),
    (b"%PDF", "a PDF"),
    (b"<", "a web page or XML, not a list"),
    (b"{", "JSON, not a list of rows"),
    (b"[", "JSON, not a list of rows"),
)


def _decoded(data: bytes, name: str) -> str:
    for start, what in _OTHER_FORMS:
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise Refused(f"“{name}” is {what}.", _NEXT)
    if b"\0" in data:
        raise Refused(f"“{name}” is not a text file.", _NEXT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # saved again by a spreadsheet on Windows


def _parsed(text: str, name: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row that is not blank. Only the size of a field is limited, for this reading alone."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for cells in reader:
            if any(cells):
                rows.append((reader.line_num, cells))
                if max(map(len, cells)) > _FIELD_LIMIT:
                    raise Refused(f"“{name}” has a field that does not end in line {reader.line_num}.", _NEXT)
    except csv.Error as error:
        if "end of data" in str(error):
            raise _broken_off(name, reader.line_num) from error
        broken = f"“{name}” cannot be read as a csv file: line {reader.line_num}, {error}."
        raise Refused(broken, "Download it again.") from error
    return rows


def _broken_off(name: str, line: int) -> Refused:
    return Refused(f"“{name}” breaks off in line {line}.", "Download it again: it has not come whole.")


def _is_heading(cells: Sequence[str]) -> bool:
    return len(cells) == COLUMNS and not any(character.isdigit() for character in "".join(cells[:4]))


def _believe(rows: Sequence[tuple[int, Sequence[str]]], name: str, ends_whole: bool) -> None:
    """Refuses a file that is not epraccur, or not all of it, before a row of it is used."""
    if not rows:
        raise Refused(f"“{name}” holds no row.", _NEXT)
    most = _commonest(len(cells) for _line, cells in rows)
    if most != COLUMNS:
        raise Refused(f"“{name}” has rows of {most} columns; the list of practices (epraccur) has {COLUMNS}.", _NEXT)
    whole = [cells for _line, cells in rows if len(cells) == COLUMNS]
    line, last = rows[-1]
    if len(last) != COLUMNS and not ends_whole:
        raise _broken_off(name, line)
    if _share(whole, lambda cells: bool(_PRACTICE_CODE.fullmatch(cells[0].strip()))) < _ENOUGH:
        raise Refused(
            f"“{name}” lists other organisations than practices: its first code is “{whole[0][0][:20]}”.", _NEXT
        )
    if _share(whole, lambda cells: cells[12].strip() in STATUSES) < _ENOUGH:
        raise Refused(f"“{name}” says of too few rows whether the practice is open (column 13: A, C, D or P).", _NEXT)


def _commonest(counts: Iterator[int]) -> int:
    tally: dict[int, int] = {}
    for count in counts:
        tally[count] = tally.get(count, 0) + 1
    return max(tally, key=lambda count: tally[count])


def _share(rows: Sequence[Sequence[str]], fits: Callable[[Sequence[str]], bool]) -> float:
    return sum(1 for cells in rows if fits(cells)) / len(rows)


class _Practices:
    """Turns rows into practices, and names what is wrong with them."""

    def __init__(self) -> None:
        self.found: dict[str, OdsPractice] = {}
        self.odd: list[Odd] = []
        self.dates = Dates()

    def take(self, line: int, cells: Sequence[str]) -> None:
        cells = [" ".join(cell.split()) for cell in cells]
        code = cells[0]
        if words := self._unusable(cells):
            self.odd.append(Odd(f"line {line}", code[:20], words, False))
            return
        (opened, closed), bad = self.dates.read(cells[10], cells[11])
        (joined, left), worse = self.dates.read(cells[15], cells[16])
        status = STATUSES.get(cells[12], "status not known")
        bad += worse + _doubts(cells, closed)
        self.odd += [Odd(f"line {line}", code, words, True) for words in bad]
        commissioner = cells[14] or cells[23]
        self.found[code] = OdsPractice(
            code=code,
            name=cells[1],
            kind=SETTINGS.get(cells[25], UNKNOWN_SETTING)[0],
            address=", ".join(part for part in cells[4:9] if part),
            postcode=cells[9],
            region=cells[2],
            icb=cells[3],
            commissioner=commissioner,
            provider=cells[23] if cells[23] != commissioner else "",
            opened=opened,
            closed=closed,
            status=status,
            joined=joined,
            left=left,
        )

    def _unusable(self, cells: Sequence[str]) -> str:
        if len(cells) != COLUMNS:
            return f"The row has {len(cells)} columns, not {COLUMNS}; it is left out."
        if words := code_words(cells[0]):
            return f"The code “{cells[0][:20]}” {words}; the row is left out."
        if cells[0] in self.found:
            return f"{cells[0]} is here a second time; the first row is used."
        return "" if cells[1] else f"{cells[0]} has no name; the row is left out."


def _doubts(cells: Sequence[str], closed: str) -> list[str]:
    """What is strange about a row that is used all the same."""
    said = []
    if not _PRACTICE_CODE.fullmatch(cells[0]):
        said.append(f"The code “{cells[0]}” is not of the usual form, a letter and five digits.")
    if cells[12] not in STATUSES:
        said.append(f"The status “{cells[12]}” is not known; it is not counted as open.")
    if cells[12] == "C" and not closed:
        said.append("It is closed, and no day is given.")
    if cells[12] == "A" and closed:
        said.append(f"It is said to be open, yet closes on {closed}.")
    if not cells[10]:
        said.append("No day of opening is given.")
    if cells[25] not in SETTINGS:
        said.append(f"The prescribing setting “{cells[25]}” is not known.")
    for column, what in ((14, "commissioner"), (23, "current commissioner")):
        if cells[column] and code_words(cells[column]):
            said.append(f"The {what} “{cells[column]}” has not the form of an organisation's code.")
    if not cells[14] and not cells[23]:
        said.append("It has no commissioner.")
    return said
