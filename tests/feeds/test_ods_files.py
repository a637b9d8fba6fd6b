"""Reading epraccur and ePCN: what they say, what is odd in them, and everything that is not them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.errors import Refused
from msat.feeds import ods_files, xlsx_rows
from msat.feeds.ods_files import read_ods
from msat.feeds.ods_values import Dates
from tests.feeds.ods import NETWORK_HEADS, NETWORKS, PARTNER_HEADS, PARTNERS, epcn, epraccur, row


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def rezipped(data: bytes, part: str, change) -> bytes:
    """The workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            inner = old.read(name)
            new.writestr(name, change(inner) if name == part else inner)
    return out.getvalue()


def refused(data: bytes, name: str = "x.csv") -> str:
    with pytest.raises(Refused) as caught:
        read_ods(data, name)
    assert caught.value.next_step
    return str(caught.value)


def test_a_row_becomes_a_practice_with_iso_dates() -> None:
    found = read_ods(epraccur(row("A81002", "  THE  SURGERY ", closed="20221130", status="C", left="20221130")), "x")
    one = found.practices[0]
    assert (one.code, one.name, one.kind, one.status) == ("A81002", "THE SURGERY", "gp-practice", "closed")
    assert (one.opened, one.closed, one.joined, one.left) == ("1974-04-01", "2022-11-30", "2020-04-01", "2022-11-30")
    assert (one.address, one.postcode) == ("THE HEALTH CENTRE, 1 HIGH STREET, SAMPLETOWN", "TS1 1AA")
    assert (one.commissioner, one.provider) == ("16C", "")
    assert (found.odd, found.newest, found.rows) == ((), "2022-11-30", 1)


def test_the_commissioner_is_the_parent_and_else_the_current_one() -> None:
    both, only = row("A81001", "A"), row("A81002", "B")
    both[23] = "RXA"
    only[14], only[23] = "", "C01"
    first, second = read_ods(epraccur(both, only), "x").practices
    assert (first.commissioner, first.provider) == ("16C", "RXA")
    assert (second.commissioner, second.provider) == ("C01", "")


@pytest.mark.parametrize(
    ("change", "words", "taken"),
    [
        ({0: ""}, "is missing", False),
        ({0: "a81001"}, "has not the form", False),
        ({0: "A81000"}, "a second time", False),
        ({1: ""}, "has no name", False),
        ({0: "X1234"}, "not of the usual form", True),
        ({12: "X"}, "status “X” is not known", True),
        ({12: "C"}, "closed, and no day is given", True),
        ({11: "20230101"}, "said to be open, yet closes", True),
        ({10: "1974-13-01"}, "is not a date", True),
        ({10: ""}, "No day of opening", True),
        ({10: "20240101", 11: "20230101", 12: "C"}, "before it begins", True),
        ({25: "77"}, "prescribing setting “77”", True),
        ({14: "0.00E+00"}, "“0.00E+00” has not the form", True),
        ({14: "", 23: ""}, "no commissioner", True),
    ],
)
def test_an_odd_row_is_named_and_used_where_it_can_be(change: dict[int, str], words: str, taken: bool) -> None:
    good = [row(f"A81{number:03}", "A SURGERY") for number in range(20)]
    bad = row("A89999", "THE ODD ONE")
    for column, value in change.items():
        bad[column] = value
    found = read_ods(epraccur(*good, bad), "x")
    assert [(one.taken, one.place) for one in found.odd] == [(taken, "line 21")]
    assert words in found.odd[0].words
    assert len(found.practices) == 20 + taken


def test_a_row_of_too_few_columns_is_named() -> None:
    found = read_ods(epraccur(row("A81001", "A"), row("A81002", "B"), ["A81003", "C"]), "x")
    assert [(one.place, one.taken, one.words) for one in found.odd] == [
        ("line 3", False, "The row has 2 columns, not 27; it is left out.")
    ]


def test_headings_blank_lines_a_byte_order_mark_and_old_code_pages_do_no_harm() -> None:
    heads = ["Organisation Code", "Name", "National Grouping", "High Level Health Geography"] + ["More"] * 23
    data = b"\xef\xbb\xbf" + epraccur(heads, row("A81001", "THE SURGERY")) + b"\r\n\r\n"
    assert [one.code for one in read_ods(data, "x").practices] == ["A81001"]
    old = epraccur(row("A81001", "MEDDYGFA TŶ GWYN".replace("Ŷ", "Y") + " É")).decode().encode("cp1252")
    assert read_ods(old, "x").practices[0].name.endswith("É")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\0\0\0\n", "is empty"),
        (b"<!doctype html><html>sign in</html>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel"),
        (b'[{"code": "A81001"}]', "JSON"),
        (b"A81001,THE\0SURGERY\n", "not a text file"),
        (b"A81001,THE SURGERY,16C\n", "rows of 3 columns"),
        (b'"A81001","THE SURGERY\n' * 3, "cannot be read as a csv file"),
        (b'"A81001","THE SURGERY\n', "breaks off in line 1"),
        (b"PK\x03\x04 broken", "cannot be unpacked"),
        (zipped(readme_dot_txt=b"x"), "holds no list"),
        (zipped(a_dot_csv=b"x", b_dot_csv=b"y"), "holds 2 lists"),
        (epraccur(*(row(code, "NHS CCG") for code in ("00C", "00D", "00F"))), "lists other organisations"),
        (epraccur(row("A81001", "A", status="")), "whether the practice is open"),
    ],
)
def test_what_is_not_such_a_list_is_refused_in_words(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_a_file_that_breaks_off_is_refused() -> None:
    whole = epraccur(*(row(f"A81{number:03}", "A SURGERY") for number in range(30)))
    assert "breaks off in line 30" in refused(whole[:-70])
    for cut in range(5, 120):
        assert "breaks off in line" in refused(whole[:-cut])


def test_outsize_files_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ods_files, "LARGEST", 1000)
    assert "larger than any such list" in refused(b"x" * 1001)
    assert "unpacks to more" in refused(zipped(epraccur_dot_csv=b"A" * 100_000))


def test_a_zip_of_either_list_is_read() -> None:
    assert read_ods(zipped(sub__epraccur_dot_csv=epraccur(row("A81001", "A")), other_dot_csv=b"x"), "z").rows == 1
    assert read_ods(zipped(ePCN_dot_xlsx=epcn()), "z").kind == "epcn"


def test_networks_and_memberships() -> None:
    found = read_ods(epcn(), "ePCN.xlsx")
    assert (found.kind, found.rows, len(found.networks), found.odd) == ("epcn", 5, 2, ())
    assert [(one.code, one.name, one.commissioner, one.opened, one.closed) for one in found.networks] == [
        ("U00001", "FIRST PCN", "16C", "2019-07-01", ""),
        ("U00002", "SECOND PCN", "36L", "2019-07-01", ""),
    ]
    assert [(one.practice, one.network, one.joined, one.left) for one in found.memberships] == [
        ("A81001", "U00001", "2019-07-01", ""),
        ("A81003", "U00001", "2019-07-01", "2021-03-31"),
        ("A81003", "U00002", "2021-04-01", ""),
    ]
    assert found.memberships[0].commissioner_name == "NHS SAMPLESHIRE ICB - 16C"


def test_the_headings_of_older_editions() -> None:
    heads = [head.replace("Sub ICB Loc", "CCG").replace("Sub ICB Location", "CCG") for head in PARTNER_HEADS]
    first = [head.replace("Current Sub ICB Loc Code", "Current CCG Code") for head in NETWORK_HEADS]
    assert len(read_ods(epcn(network_heads=first, partner_heads=heads), "x").memberships) == 3


def test_odd_rows_of_the_workbook_are_named() -> None:
    networks = [*NETWORKS, NETWORKS[0], ("", "NO CODE", "16C", "", "20190701", "", "")]
    partners = [
        *PARTNERS,
        ("", "NOBODY", "16C", "", "U00001", "20190701", None),
        ("A81009", "LOST", "16C", "", "U99999", "soon", None),
    ]
    found = read_ods(epcn(networks, partners), "x")
    assert [(one.place, one.taken) for one in found.odd] == [
        ("PCNDetails row 4", False),
        ("PCNDetails row 5", False),
        ("PCN Core Partner Details row 5", False),
        ("PCN Core Partner Details row 6", True),
        ("practices and networks", True),
    ]


def test_another_workbook_is_refused() -> None:
    assert "not the list of primary care networks" in refused(epcn(network_heads=["Code"] * 7))
    assert "not the list of primary care networks" in refused(epcn(networks=(), partners=()))


def test_a_workbook_that_another_program_saved_is_read_the_same() -> None:
    book = openpyxl.load_workbook(io.BytesIO(epcn()))
    out = io.BytesIO()
    book.save(out)
    assert read_ods(out.getvalue(), "x") == read_ods(epcn(), "x")


def test_a_hostile_workbook_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
    assert "document type" in refused(rezipped(epcn(), "xl/sharedStrings.xml", lambda _old: bomb))
    assert "not a whole workbook" in refused(rezipped(epcn(), "xl/worksheets/sheet1.xml", lambda old: old[:-30]))
    far = rezipped(epcn(), "xl/worksheets/sheet1.xml", lambda old: old.replace(b"<v>0</v>", b"<v>99999</v>"))
    assert "not a whole workbook" in refused(far)
    no_number = rezipped(epcn(), "xl/worksheets/sheet1.xml", lambda old: old.replace(b'r="2"', b'r="two"'))
    assert "not a whole workbook" in refused(no_number)


def test_a_workbook_that_unpacks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "LARGEST", 2000)
    assert "unpacks to more" in refused(epcn())


def test_wide_rows_cost_no_memory() -> None:
    wide = rezipped(epcn(), "xl/worksheets/sheet1.xml", lambda old: old.replace(b'r="G2"', b'r="ZZZ2"'))
    assert len(read_ods(wide, "x").networks) == 2


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20230109", "2023-01-09"),
        ("44935", "2023-01-09"),
        ("44935.0", "2023-01-09"),
        ("9/1/2023", "2023-01-09"),
        ("2023-01-09", "2023-01-09"),
        ("2023-01-09T00:00:00", "2023-01-09"),
        ("", ""),
        ("20230230", None),
        ("tomorrow", None),
        ("99999", "2173-10-13"),
    ],
)
def test_dates_are_read_in_every_form_that_a_spreadsheet_leaves(text: str, day: str | None) -> None:
    assert Dates().one(text) == day


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_end_in_anything_but_a_list_or_a_refusal(data: bytes) -> None:
    for whole in (data, epraccur(row("A81001", "A")) + data, b"PK\x03\x04" + data):
        try:
            found = read_ods(whole, "x")
        except Refused:
            continue
        assert found.rows >= 1


@settings(deadline=None)
@given(st.integers(0, 6000), st.integers(0, 255))
def test_a_workbook_with_one_byte_changed_is_read_or_refused(at: int, value: int) -> None:
    data = bytearray(WORKBOOK)
    data[at % len(data)] = value
    try:
        found = read_ods(bytes(data), "x")
    except Refused:
        return
    assert found.kind == "epcn"


WORKBOOK = epcn()


def test_the_real_lists_whole(shared: Path) -> None:
    folder = shared / "corpus" / "nhs-ods"
    practices = read_ods((folder / "epraccur.2023-01.full.csv").read_bytes(), "epraccur.csv")
    assert (practices.rows, len(practices.practices), len(practices.odd)) == (15_536, 15_536, 0)
    assert sum(1 for one in practices.practices if one.kind == "gp-practice") == 8_640
    assert sum(1 for one in practices.practices if one.status == "closed") == 3_359
    assert practices.newest == "2022-12-05"
    networks = read_ods((folder / "ePCN.2023-01.xlsx").read_bytes(), "ePCN.xlsx")
    assert (len(networks.networks), len(networks.memberships), len(networks.odd)) == (1_329, 7_455, 0)
    assert sum(1 for one in networks.memberships if one.left) == 1_064


@pytest.mark.parametrize("name", ["eccg.csv", "eauth.csv", "ccgs.csv", "stps.csv", "orgs.json", "practices.csv"])
def test_other_real_lists_are_refused(shared: Path, name: str) -> None:
    assert refused((shared / "corpus" / "nhs-ods" / "samples" / name).read_bytes(), name)


@pytest.mark.parametrize("name", ["epraccur.e2e.csv", "epraccur1.csv", "epraccur_sample.csv"])
def test_real_samples_are_read(shared: Path, name: str) -> None:
    found = read_ods((shared / "corpus" / "nhs-ods" / "samples" / name).read_bytes(), name)
    assert len(found.practices) == found.rows > 0
