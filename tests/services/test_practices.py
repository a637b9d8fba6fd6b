"""Importing the lists of practices and networks, and choosing one's own area of them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from msat.errors import Refused
from msat.projections.practices import Area
from msat.services.choose_area import Choice, changed, choose_area, read_codes
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.import_practices import import_practices
from msat.services.practices import find_area, find_practice, list_imports, list_practices, open_directory
from tests.feeds.ods import epcn, epraccur, row
from tests.services.conftest import PHARMACIST


@pytest.fixture
def lists(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with a small list of practices and one of networks."""
    keep(desk, tmp_path / "epraccur.csv", epraccur(*OURS))
    keep(desk, tmp_path / "ePCN.xlsx", epcn())
    return desk


OURS = (
    row("A81001", "THE FIRST SURGERY", commissioner="16C"),
    row("A81002", "THE SECOND SURGERY", commissioner="16C", closed="20221130", status="C", left="20221130"),
    row("A81003", "THE THIRD SURGERY", commissioner="36L"),
    row("Y01063", "OUT OF HOURS", commissioner="16C", setting="2"),
)


def keep(desk: Desk, path: Path, data: bytes, **options: bool):
    path.write_bytes(data)
    return import_practices(desk, path, PHARMACIST, **options)


def codes(desk: Desk) -> list[str]:
    return sorted(one.code for one in list_practices(desk))


def test_a_list_is_kept_and_recorded_with_its_counts(desk: Desk, tmp_path: Path) -> None:
    data = epraccur(*OURS)
    done = keep(desk, tmp_path / "epraccur.csv", data)
    entry = done.changes.entries[0]
    assert entry.type == "practices.imported"
    assert entry.about is None
    said = entry.data
    assert (said["kind"], said["name"], said["rows"], said["open"], said["closed"]) == (
        "epraccur",
        "epraccur.csv",
        4,
        3,
        1,
    )
    assert said["as_at"] == "2022-11-30"
    assert desk.files.get(said["file"]) == data
    assert "3 open, 1 closed" in done.words
    assert list_imports(desk)["epraccur"].rows == 4


def test_the_same_file_is_recorded_once(desk: Desk, tmp_path: Path) -> None:
    keep(desk, tmp_path / "one.csv", epraccur(*OURS))
    again = keep(desk, tmp_path / "two.csv", epraccur(*OURS))
    assert again.changes.entries == ()
    assert "Nothing changed" in again.words
    assert desk.record.head().size == 2


def test_a_bad_file_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    before = desk.record.head().size, sorted(desk.places.files.rglob("*"))
    for data in (b"", b"A81001,too,few\n", b"<html>", b"PK\x03\x04broken", b"%PDF-1.4"):
        with pytest.raises(Refused):
            keep(desk, tmp_path / "x.csv", data)
    with pytest.raises(Refused, match="There is no file"):
        import_practices(desk, tmp_path / "absent.csv", PHARMACIST)
    assert (desk.record.head().size, sorted(desk.places.files.rglob("*"))) == before


def test_nothing_can_be_chosen_before_a_list_is_here(desk: Desk) -> None:
    with pytest.raises(Refused, match="No list of practices"):
        choose_area(desk, Choice(commissioners=("16C",)), PHARMACIST)
    with pytest.raises(Refused, match="No list of practices"):
        list_practices(desk)


def test_an_area_is_commissioners_and_kinds_with_single_ones_added_and_left_out(lists: Desk) -> None:
    choose_area(lists, Choice(commissioners=("16c",)), PHARMACIST)
    assert codes(lists) == ["A81001", "A81002"]
    done = choose_area(lists, Choice(add=("a81003",), leave_out=("A81002",)), PHARMACIST)
    assert codes(lists) == ["A81001", "A81003"]
    assert "2 open practices" in done.words
    choose_area(lists, Choice(forget=("A81002",), kinds=("gp-practice", "out-of-hours")), PHARMACIST)
    assert codes(lists) == ["A81001", "A81002", "A81003", "Y01063"]
    assert find_area(lists).added == ("A81003",)


def test_an_area_can_be_a_network(lists: Desk) -> None:
    choose_area(lists, Choice(networks=("U00001",)), PHARMACIST)
    only = list_practices(lists)
    assert [(one.code, one.pcn, one.pcn_name) for one in only] == [("A81001", "U00001", "FIRST PCN")]
    assert only[0].commissioner_name == "NHS SAMPLESHIRE ICB - 16C"


def test_a_practice_that_closed_or_left_a_network_stays_with_its_dates(lists: Desk) -> None:
    closed = find_practice(lists, "a81002")
    assert (closed.status, closed.closed, closed.left, closed.is_open) == ("closed", "2022-11-30", "2022-11-30", False)
    moved = find_practice(lists, "A81003")
    assert moved.pcn == "U00002"
    assert [(one.network, one.joined, one.left) for one in moved.was_in] == [("U00001", "2019-07-01", "2021-03-31")]


def test_dispensing_is_said_by_a_person(lists: Desk) -> None:
    choose_area(lists, Choice(commissioners=("16C",), dispensing=("A81001", "A81002")), PHARMACIST)
    first = find_practice(lists, "A81001")
    assert first.dispensing
    assert first.organisation_kind == "dispensing-practice"
    choose_area(lists, Choice(not_dispensing=("A81001",)), PHARMACIST)
    assert find_practice(lists, "A81001").organisation_kind == "gp-practice"
    assert find_practice(lists, "Y01063").organisation_kind == ""


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(commissioners=("99Z",)), "No practice has the commissioner “99Z”"),
        (Choice(networks=("U9",)), "There is no network “U9”"),
        (Choice(kinds=("hairdresser",), commissioners=("16C",)), "There is no kind “hairdresser”"),
        (Choice(add=("Z99999",)), "No practice in the list has the code Z99999"),
        (Choice(add=("A81001",), leave_out=("a81001",)), "both to be added and to be left out"),
        (Choice(kinds=("prison",), commissioners=("16C",)), "No practice is in that choice"),
        (Choice(), "No practice is in that choice"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(lists: Desk, choice: Choice, words: str) -> None:
    size = lists.record.head().size
    with pytest.raises(Refused, match=words):
        choose_area(lists, choice, PHARMACIST)
    assert lists.record.head().size == size


def test_the_same_choice_twice_is_refused(lists: Desk) -> None:
    choose_area(lists, Choice(commissioners=("16C",)), PHARMACIST)
    with pytest.raises(Refused, match="chosen already"):
        choose_area(lists, Choice(commissioners=("16c", "16C")), PHARMACIST)


def test_the_next_list_says_what_changed_in_the_area(lists: Desk, tmp_path: Path) -> None:
    choose_area(lists, Choice(commissioners=("16C",)), PHARMACIST)
    done = keep(
        lists,
        tmp_path / "next.csv",
        epraccur(
            row("A81001", "THE FIRST SURGERY", commissioner="36L", joined="20230401"),
            *OURS[1:3],
            row("A81004", "THE FOURTH SURGERY", commissioner="16C", opened="20230401"),
            row("Y01063", "OUT OF HOURS", commissioner="16C", setting="2", closed="20230331", status="C"),
        ),
    )
    assert [(one.code, one.what, one.words) for one in done.differences] == [
        ("A81001", "moved", "from 16C to 36L on 2023-04-01"),
        ("A81004", "new", "opened 2023-04-01"),
        ("Y01063", "closed", "closed 2023-03-31"),
    ]
    assert [one.code for one in done.in_area] == ["A81001", "A81004"]
    assert done.changes.entries[0].data["changes"] == {"closed": 1, "moved": 1, "new": 1}
    assert codes(lists) == ["A81002", "A81004"]


def test_a_list_that_lacks_much_or_is_older_wants_a_second_thought(lists: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="2 practices of the last list"):
        keep(lists, tmp_path / "part.csv", epraccur(*OURS[:2]))
    with pytest.raises(Refused, match="older than"):
        keep(lists, tmp_path / "old.csv", epraccur(OURS[0], row("A81002", "THE SECOND SURGERY"), *OURS[2:]))
    keep(lists, tmp_path / "part.csv", epraccur(*OURS[:2]), anyway=True)
    assert sorted(open_directory(lists).practices) == ["A81001", "A81002"]


def test_a_kept_list_that_was_altered_is_not_believed(lists: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from msat.services import practices as module

    monkeypatch.setattr(module, "_files", {})
    monkeypatch.setattr(module, "_joined", {})
    digest = list_imports(lists)["epraccur"].file

    class Altered:
        def get(self, wanted: str) -> bytes | None:
            return b"altered" if wanted == digest else None

    with pytest.raises(Refused, match="was altered"):
        open_directory(replace(lists, files=Altered()))
    assert "A81001" in open_directory(lists).practices


def test_a_zip_is_taken_as_it_was_downloaded(desk: Desk, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("epraccur.csv", epraccur(*OURS))
        archive.writestr("epraccur.pdf", b"%PDF")
    done = keep(desk, tmp_path / "epraccur.zip", packed.getvalue())
    assert done.found.rows == 4
    assert desk.files.get(done.changes.entries[0].data["file"]) == packed.getvalue()


def test_codes_are_read_from_a_csv_of_any_columns(tmp_path: Path) -> None:
    file = tmp_path / "dispensing.csv"
    file.write_bytes("﻿Practice,Code\nThe first,A81001\n,y01063,x\n\nThe first,A81001\n".encode())
    assert read_codes(file) == ("A81001", "Y01063")
    file.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(Refused, match="holds no practice code"):
        read_codes(file)


def test_the_whole_list_of_dispensing_practices_replaces_the_one_before() -> None:
    area = changed(Area(dispensing=("A1", "A2")), Choice(dispensing_is=("A3",), dispensing=("A4",)))
    assert sorted(area.dispensing) == ["A3", "A4"]


def test_the_record_still_verifies(lists: Desk) -> None:
    choose_area(lists, Choice(commissioners=("16C",)), PHARMACIST)
    assert lists.record.verify().valid
    lists.views.rebuild()
    assert find_area(lists).commissioners == ("16C",)


def test_a_choice_or_an_import_made_in_error_is_struck_out_and_the_one_before_counts(
    lists: Desk, tmp_path: Path
) -> None:
    choose_area(lists, Choice(commissioners=("16C",)), PHARMACIST)
    wrong = choose_area(lists, Choice(commissioners=("36L",)), PHARMACIST).entries[0]
    with pytest.raises(Refused, match="No field of the choice"):
        correct(lists, wrong.id, "Slip.", PHARMACIST, {"commissioners": "16C"})
    done = correct(lists, str(wrong.seq), "The wrong commissioner.", PHARMACIST)
    assert "Struck out entry" in done.words
    assert find_area(lists).commissioners == ("16C",)
    with pytest.raises(Refused, match="already corrected by A Pharmacist"):
        correct(lists, wrong.id, "Again.", PHARMACIST)
    part = keep(lists, tmp_path / "part.csv", epraccur(*OURS[:2]), anyway=True).changes.entries[0]
    correct(lists, part.id, "Only a part.", PHARMACIST)
    assert len(open_directory(lists).practices) == 4
    before = find_area(lists), list_imports(lists)
    lists.views.rebuild()
    assert (find_area(lists), list_imports(lists)) == before
