"""Fingerprints of cells: they fix every cell, and files made before rows had theirs stay checkable."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.exports.checking import Outcome, check_file
from msat.exports.manifest import BadEvidence, as_lines, make_evidence
from msat.exports.seal import Seal
from msat.exports.workbook import write_workbook
from msat.exports.workbook_comparing import compare_workbook
from msat.exports.workbook_digest import MOST_CELLS, SheetSums, column_letters, number_value, place
from msat.exports.workbook_model import Book, Column, Sheet
from msat.exports.workbook_reading import EVIDENCE_SHEET, WorkbookReading, read_workbook, sheet_digest
from msat.ids import fingerprint
from msat.record.memory import MemoryRecord

Cells = dict[str, str]
ROWS = st.dictionaries(st.integers(1, 6), st.dictionaries(st.sampled_from("ABCD"), st.text(min_size=1), max_size=3))


def sums(rows: dict[int, dict[str, str]]) -> SheetSums:
    made = SheetSums()
    for number in sorted(rows):
        made.add_row(number, {f"{letter}{number}": f"s:{text}" for letter, text in rows[number].items()})
    return made


def cells_of(rows: dict[int, dict[str, str]]) -> Cells:
    return {f"{letter}{number}": f"s:{text}" for number, row in rows.items() for letter, text in row.items()}


@settings(max_examples=200, deadline=None)
@given(ROWS, ROWS)
def test_two_sheets_have_one_fingerprint_only_when_every_cell_is_the_same(
    one: dict[int, dict[str, str]], other: dict[int, dict[str, str]]
) -> None:
    assert (sums(one).digest == sums(other).digest) == (cells_of(one) == cells_of(other))


def test_a_cell_cannot_swallow_its_neighbour() -> None:
    """Joined by line ends, “x” beside “y” would read as one cell that holds both with a line end between them."""
    apart, joined = {1: {"A": "x", "B": "y"}}, {1: {"A": "x\nB1\ts:y"}}
    assert sheet_digest(cells_of(apart)) == sheet_digest(cells_of(joined)), "the weakness of the first form"
    assert sums(apart).digest != sums(joined).digest


def test_few_cells_are_kept_and_many_are_not() -> None:
    made = SheetSums(most_cells=10)
    for number in range(1, 11):
        made.add_row(number, {f"A{number}": "n:1"})
    assert made.cells == {f"A{number}": "n:1" for number in range(1, 11)}
    made.add_row(11, {"A11": "n:1"})
    assert made.cells is None
    assert (made.count, len(made.rows)) == (11, 11)


def test_long_texts_are_not_kept_either() -> None:
    made = SheetSums()
    for number in range(1, 200):
        made.add_row(number, {f"A{number}": "s:" + "x" * 30_000})
    assert made.count < MOST_CELLS
    assert made.cells is None


def test_places_are_named_as_in_a_spreadsheet() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 51, 701, 702, 16_383)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]
    assert place(4, 2) == "C5"


@pytest.mark.parametrize(("value", "said"), [(3.0, "n:3"), (0.75, "n:0.75"), (1 / 3, "n:0.33333333"), (-0.0, "n:0")])
def test_numbers_are_compared_as_exactly_as_times_are_kept(value: float, said: str) -> None:
    assert number_value(value) == said


# --- files of the first form, and damaged ones -----------------------------------------------------------------


def small(seal: Seal) -> bytes:
    rows = (("one", 41), ("two", 2))
    return write_workbook(Book("T", (Sheet("S", (Column("A", 9), Column("B", 9)), rows),)), seal)


def rewritten(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            part = old.read(each)
            if each == name:
                assert change(part) != part
                part = change(part)
            new.writestr(each, part)
    return out.getvalue()


def first_form(data: bytes, seal: Seal) -> bytes:
    """The same workbook with evidence as it was written before rows had fingerprints."""
    reading = read_workbook(data)
    assert reading is not None
    sheets = [(name, one.cells or {}) for name, one in reading.sheets.items()]
    content = {"form": "xlsx", "sheets": [{"name": n, "sha256": sheet_digest(cells)} for n, cells in sheets]}
    extra = {f"sheet_{fingerprint(n.encode())[:8]}": [list(pair) for pair in cells.items()] for n, cells in sheets}
    line = "".join(as_lines(make_evidence(seal, content, extra, with_entries=False), 30_000)).encode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = archive.read("xl/sharedStrings.xml")
    now = max(re.findall(rb"<t>([A-Za-z0-9+/=]{200,})</t>", texts), key=len)
    return rewritten(data, "xl/sharedStrings.xml", lambda part: part.replace(now, line))


def test_a_file_of_the_first_form_is_still_checked(seal: Seal, record: MemoryRecord) -> None:
    old = first_form(small(seal), seal)
    assert check_file(old, "x.xlsx", record).valid
    changed = rewritten(old, "xl/sharedStrings.xml", lambda part: part.replace(b"<t>two</t>", b"<t>three</t>"))
    check = check_file(changed, "x.xlsx", record)
    assert [(each.what, each.where) for each in check.problems] == [
        ("“three” stands where “two” was signed.", "sheet S, cell A3")
    ]


def test_a_way_of_signing_that_is_not_known_is_said() -> None:
    found = compare_workbook(WorkbookReading({}, None), {"form": "xlsx", "digests": "rows-v9", "sheets": []}, None)
    assert "a newer MSAT can check it" in found[0][0]


ROW_TWO = re.compile(rb'<row r="2".*?</row>')
DAMAGES = {
    "out of order": (lambda part: re.sub(rb'(<row r="2".*?</row>)(<row r="3".*?</row>)', rb"\2\1", part), "order"),
    "a row twice": (lambda part: ROW_TWO.sub(lambda found: found[0] * 2, part, 1), "row 2 twice"),
    "a cell of another row": (lambda part: part.replace(b'<c r="B2"', b'<c r="B9"'), "another row"),
    "a cell without a place": (lambda part: part.replace(b'<c r="B2"', b"<c"), "without a place"),
}


SHEET, RELATIONS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
TRICKS = {
    "another workbook is opened": ("_rels/.rels", b"xl/workbook.xml", b"xl/other.xml", "begins in another place"),
    "another list of texts is shown": (RELATIONS, b'"sharedStrings.xml"', b'"theme/theme1.xml"', None),
    "two lists of texts": (
        RELATIONS,
        b"</Relationships>",
        b'<Relationship Id="rX" Type="x/sharedStrings" Target="other.xml"/></Relationships>',
        "two lists of texts",
    ),
    "one id for two parts": (
        RELATIONS,
        b"</Relationships>",
        b'<Relationship Id="rId1" Type="x/worksheet" Target="other.xml"/></Relationships>',
        "two parts under one name",
    ),
    "a value that nobody shows": (SHEET, b"<v>41</v>", b'<v xmlns="">41</v>', "no cell"),
    "a row among others by choice": (
        SHEET,
        b"</sheetData>",
        b'<mc:Choice xmlns:mc="x"><row r="9"><c r="A9"><v>9</v></c></row></mc:Choice></sheetData>',
        "no cell",
    ),
    "rows beside the others": (SHEET, b"</sheetData>", b"</sheetData><sheetData/>", "two bodies"),
    "rows in another place": (SHEET, b"</worksheet>", b"<x><row r='9'/></x></worksheet>", "only some programs read"),
    "a document type": (SHEET, b"<worksheet ", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet ', "document type"),
    "a number beyond numbers": (SHEET, b"<v>41</v>", b"<v>1e999</v>", "damaged"),
    "a text before the first": (SHEET, b't="s"><v>0</v>', b't="s"><v>-1</v>', "does not hold"),
    "elements without end": (SHEET, b"</sheetData>", b"<row r='9'><extLst>" + b"<x>" * 99, "without end"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_programs_could_show_differently_is_refused(trick: str, seal: Seal, record: MemoryRecord) -> None:
    """A file in which the check reads one thing and a spreadsheet shows another must not count as unchanged."""
    part, before, after, said = TRICKS[trick]
    changed = rewritten(small(seal), part, lambda text: text.replace(before, after, 1))
    check = check_file(changed, "x.xlsx", record)
    assert check.outcome is Outcome.CHANGED or (said is None and check.outcome is Outcome.NO_EVIDENCE)
    if said:
        assert said in check.problems[0].what


def test_parts_whose_names_differ_in_case_are_refused(seal: Seal, record: MemoryRecord) -> None:
    out = io.BytesIO(small(seal))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/Workbook.xml", archive.read("xl/workbook.xml"))
    assert "two parts of the same name" in check_file(out.getvalue(), "x.xlsx", record).problems[0].what


def test_a_part_packed_too_tightly_is_refused_before_it_is_unpacked(seal: Seal) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr(SHEET, b"<c/>" * 2_000_000)
    with pytest.raises(BadEvidence, match="larger than any MSAT makes"):
        read_workbook(out.getvalue())


def test_hints_on_reading_are_no_part_of_a_text(seal: Seal, record: MemoryRecord) -> None:
    """As another program stores a text in pieces, with the sound of a word beside it."""
    rich = b"<si><r><rPr><b/></rPr><t>o</t></r><r><t>ne</t></r><rPh sb='0' eb='1'><t>wun</t></rPh></si>"
    changed = rewritten(small(seal), "xl/sharedStrings.xml", lambda part: part.replace(b"<si><t>one</t></si>", rich))
    assert check_file(changed, "x.xlsx", record).valid


@pytest.mark.parametrize("damage", DAMAGES)
def test_cells_that_could_be_shown_in_two_ways_are_refused(damage: str, seal: Seal, record: MemoryRecord) -> None:
    change, said = DAMAGES[damage]
    changed = rewritten(small(seal), "xl/worksheets/sheet1.xml", change)
    with pytest.raises(BadEvidence) as refused:
        read_workbook(changed)
    assert said in refused.value.explanation
    assert check_file(changed, "x.xlsx", record).outcome is Outcome.CHANGED


def test_a_row_that_names_no_number_is_read_by_its_cells(seal: Seal, record: MemoryRecord) -> None:
    changed = rewritten(small(seal), "xl/worksheets/sheet1.xml", lambda part: re.sub(rb'<row r="\d+"', b"<row", part))
    assert check_file(changed, "x.xlsx", record).valid


READ_PARTS = (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", RELATIONS, "_rels/.rels")


def shown(data: bytes) -> dict[str, object] | None:
    """What another library shows of the file; None where it cannot open it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data))
        sheets = [sheet for sheet in book.worksheets if sheet.title != EVIDENCE_SHEET]
        cells = {(sheet.title, cell.coordinate): cell.value for sheet in sheets for row in sheet for cell in row}
    except Exception:
        return None
    return {f"{name}!{place}": value for (name, place), value in cells.items() if value is not None}


def altered(data: bytes, chance: random.Random) -> bytes:
    """One part with a few bytes set, taken out, doubled or moved."""
    part = chance.choice(READ_PARTS)

    def change(text: bytes) -> bytes:
        made = bytearray(text)
        for _ in range(chance.randint(1, 3)):
            at, size = chance.randrange(len(made)), chance.choice((1, 1, 1, 8, 40))
            piece = bytes(made[at : at + size])
            match chance.randrange(4):
                case 0:
                    made[at] = chance.choice(b'<>"=/AZaz0189 ')
                case 1:
                    del made[at : at + size]
                case 2:
                    made[at:at] = piece
                case _:
                    del made[at : at + size]
                    to = chance.randrange(len(made))
                    made[to:to] = piece
        return bytes(made) if bytes(made) != text else text + b" "

    return rewritten(data, part, change)


def trials(count: int, seed: int, seal: Seal) -> tuple[int, int]:
    """How many altered files there were, and how many of them counted as unchanged. None of these shows other cells."""
    whole = small(seal)
    before, accepted = shown(whole), 0
    for trial in range(count):
        made = altered(whole, random.Random(seed + trial))
        if check_file(made, "x.xlsx").outcome is Outcome.VERIFIED:
            accepted += 1
            now = shown(made)
            assert now is None or now == before, seed + trial
    return count, accepted


def test_altered_files_that_count_as_unchanged_show_the_same_cells(seal: Seal) -> None:
    count, accepted = trials(300, 0, seal)
    assert accepted < count / 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_thousands_of_altered_files_show_the_same_cells_or_are_told(seal: Seal) -> None:
    count, accepted = trials(10_000, 1_000, seal)
    assert accepted < count / 2
