"""Joining the lists, and what an area holds: pure, without a profile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.feeds.ods_files import read_ods
from msat.feeds.ods_model import Membership
from msat.projections.general import gathered
from msat.projections.practice_changes import compared, tally
from msat.projections.practices import (
    Area,
    Directory,
    area_of,
    directory,
    every,
    imports,
    patches,
    practices,
    unknown_codes,
)
from tests.fakes import Story
from tests.feeds.ods import epcn, epraccur, row

CODES = [f"A8100{number}" for number in range(6)]
LIST = read_ods(epraccur(*(row(code, f"SURGERY {code}") for code in CODES)), "x")
TODAY = "2026-11-22"


def joined(*spans: tuple[str, str, str]) -> Directory:
    """A directory whose first practice has been in these networks (network, from, until)."""
    made = directory([LIST, read_ods(epcn(), "x")])
    times = tuple(Membership(CODES[0], "", "16C", "", network, begin, end) for network, begin, end in spans)
    return replace(made, memberships={CODES[0]: times})


@pytest.mark.parametrize(
    ("spans", "pcn"),
    [
        ((), ""),
        ((("U00001", "2019-07-01", ""),), "U00001"),
        ((("U00001", "2019-07-01", "2026-11-22"),), ""),
        ((("U00001", "2019-07-01", "2026-11-23"),), "U00001"),
        ((("U00001", "2019-07-01", "2021-03-31"), ("U00002", "2021-04-01", "")), "U00002"),
        ((("U00001", "2019-07-01", ""), ("U00002", "2027-01-01", "")), "U00001"),
    ],
)
def test_the_network_is_that_of_the_day(spans: tuple[tuple[str, str, str], ...], pcn: str) -> None:
    assert joined(*spans).network_of(CODES[0], TODAY) == pcn


def test_a_closure_announced_ahead_takes_effect_on_its_day() -> None:
    known = directory([read_ods(epraccur(row("A81001", "A", closed="20261123")), "x")])
    area = Area(commissioners=("16C",))
    assert practices(known, area, "2026-11-22")[0].is_open
    assert practices(known, area, "2026-11-23")[0].status == "closed"


@settings(deadline=None)
@given(
    st.sets(st.sampled_from(CODES)),
    st.sets(st.sampled_from(CODES)),
    st.booleans(),
    st.sets(st.sampled_from(CODES)),
)
def test_what_is_added_is_in_what_is_left_out_is_not(
    added: set[str], left_out: set[str], whole: bool, dispensing: set[str]
) -> None:
    area = Area(
        commissioners=("16C",) if whole else (),
        added=tuple(added),
        left_out=tuple(left_out - added),
        dispensing=tuple(dispensing),
    )
    found = {one.code: one for one in practices(directory([LIST]), area, TODAY)}
    assert set(found) == added | (set(CODES) - left_out if whole else set())
    assert {code for code, one in found.items() if one.dispensing} == dispensing & set(found)


def test_every_practice_whatever_was_chosen() -> None:
    assert [one.code for one in every(directory([LIST]), Area(), TODAY)] == CODES


def test_the_newest_import_and_choice_that_stand_count() -> None:
    story, told = Story(), ()
    for entry in (
        story.happens("practices.imported", {"kind": "epraccur", "file": "a" * 64, "rows": 3}, about=None),
        story.happens("practices.imported", {"kind": "epraccur", "file": "b" * 64, "rows": "many"}, about=None),
        story.happens("area.chosen", {"commissioners": ["16C"], "kinds": ["prison"]}, about=None),
        wrong := story.happens("area.chosen", {"commissioners": ["36L"]}, about=None),
    ):
        told = gathered(told, entry)
    assert (imports(told)["epraccur"].file, imports(told)["epraccur"].rows) == ("b" * 64, 0)
    assert area_of(told).commissioners == ("36L",)
    struck = {"entry": wrong.id, "type": "area.chosen", "data": {"entered_in_error": True}, "reason": "Slip."}
    told = gathered(told, story.happens("entry.corrected", struck, about=None))
    assert (area_of(told).commissioners, area_of(told).kinds) == (("16C",), ("prison",))
    assert area_of(()) == Area()


def test_what_is_entered_is_read_again() -> None:
    area = Area(commissioners=("36L", "16C"), added=("A81001",))
    story = Story()
    again = area_of(gathered((), story.happens("area.chosen", area.data(), about=None)))
    assert again.data() == area.data()


def test_single_codes_that_the_list_has_no_longer_are_named() -> None:
    assert unknown_codes(directory([LIST]), Area(added=("A81001", "Z1"), dispensing=("Z2",))) == ("Z1", "Z2")


def test_patches_are_found_by_every_word_and_counted() -> None:
    known = directory([LIST, read_ods(epcn(), "x")])
    found = patches(known, TODAY, "icb SAMPLESHIRE")
    assert [(one.sort, one.code, one.open, one.closed) for one in found] == [("commissioner", "16C", 6, 0)]
    assert [one.code for one in patches(known, TODAY, "pcn")] == ["U00001", "U00002"]
    assert [one.open for one in patches(known, TODAY, "16C", kinds=("prison",))] == [0]


def test_no_difference_between_a_list_and_itself() -> None:
    assert compared(LIST, LIST) == []


def test_every_difference_is_told() -> None:
    after = read_ods(
        epraccur(
            row(CODES[0], "RENAMED"),
            row(CODES[1], f"SURGERY {CODES[1]}", status="C", closed="20230331"),
            row(CODES[2], f"SURGERY {CODES[2]}", commissioner="36L", joined=""),
            *(row(code, f"SURGERY {code}") for code in CODES[3:5]),
            row("A89999", "NEW", opened="20230401"),
        ),
        "x",
    )
    assert [(one.code, one.what) for one in compared(LIST, after)] == [
        ("A81000", "renamed"),
        ("A81001", "closed"),
        ("A81002", "moved"),
        ("A81005", "gone"),
        ("A89999", "new"),
    ]
    back = compared(after, LIST)
    assert tally(back) == {"gone": 1, "moved": 1, "new": 1, "opened_again": 1, "renamed": 1}


def test_differences_of_networks() -> None:
    before = read_ods(epcn(), "x")
    partners = (
        ("A81001", "FIRST", "16C", "", "U00002", "20230401", None),
        ("A81009", "NEW", "16C", "", "U00001", "20230401", None),
    )
    after = read_ods(epcn(partners=partners), "x")
    assert [(one.code, one.what, one.words) for one in compared(before, after)] == [
        ("A81001", "moved", "from network U00001 to U00002 on 2023-04-01"),
        ("A81003", "gone", "no longer in network U00002"),
        ("A81009", "new", "in network U00001 since 2023-04-01"),
    ]


def test_numbers_inside_names_are_counted_not_spelt() -> None:
    numbers = (10, 2, 1, 11)
    known = directory([read_ods(epraccur(*(row(f"A810{n:02}", f"SURGERY {n}") for n in numbers)), "x")])
    area = Area(commissioners=("16C",))
    for found in (practices(known, area, TODAY), every(known, area, TODAY)):
        assert [one.name for one in found] == ["SURGERY 1", "SURGERY 2", "SURGERY 10", "SURGERY 11"]
