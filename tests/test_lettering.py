"""What nobody sees in a name is taken away or boxed, and letters that only look like ours are told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.lettering import BOX, boxed, clipped, is_alike, named, plain, seen, strange, unturned

WELSH = "Meddygfa Tŷ Glân, Ysbyty’r Ŵyn – Caffè Niño Müller’s"


@pytest.mark.parametrize("mark", list("\u200b\u200d\u2060\ufeff\u00ad\u3164\u202e\u2066\u115f"))
def test_what_nobody_sees_is_taken_from_a_name_and_boxed_in_another_s(mark: str) -> None:
    assert seen(f"A.{mark} Patel") == "A. Patel"
    assert boxed(f"River{mark}side") == f"River{BOX}side"
    assert plain(f"River{mark}side ") == plain("riverside")


def test_what_turns_the_direction_goes_and_what_chooses_a_form_stays() -> None:
    assert unturned("not \u202edetceffa\u202c by it") == "not detceffa by it"
    assert unturned("an emoji \u2764\ufe0f and a line\nend") == "an emoji \u2764\ufe0f and a line\nend"


def test_lines_and_steering_become_one_line() -> None:
    assert boxed("one\ntwo\tthree\u2028four\u00a0five\x1b[2J\x00") == f"one two three four five{BOX}[2J{BOX}"
    assert boxed("e\u0301\u0302\u0303\u0304x") == f"e\u0301{BOX * 3}x", "a pile of accents covers the line above"
    assert clipped("x" * 900, 12) == "x" * 12


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("R\u0456verside Surgery", "Cyrillic small letter byelorussian-ukrainian i"),
        ("\u0391lpha Practice", "Greek capital letter alpha"),
        ("R\u0131verside", "Latin small letter dotless i"),
        ("\uff32iverside", "Fullwidth latin capital letter r"),
        ("Surgery \u0661", "Arabic-indic digit one"),
    ],
)
def test_letters_that_english_and_welsh_do_not_have_are_named(name: str, letter: str) -> None:
    assert letter in strange(name)
    assert letter in named(name, "A81001")


def test_many_strange_letters_are_counted() -> None:
    told = strange("\u0410\u0411\u0412\u0413\u0414")
    assert told.count("“") == 3
    assert told.endswith(" and 2 more")


def test_welsh_and_accents_are_nothing_strange() -> None:
    assert strange(WELSH) == ""
    assert strange(unicodedata.normalize("NFD", WELSH)) == ""
    assert boxed(WELSH) == WELSH
    assert named("Tŷ Glân", "W99999") == "Tŷ Glân (W99999)"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("R\u0456verside Surgery", "Riverside Surgery"),
        ("R\u0456v\u0435rsid\u0435 Surgery", "RIVERSIDE SURGERY"),
        ("A81O01", "A81001"),
        ("A8IOO1", "A81001"),
        ("Bames House", "Barnes House"),
        ("St Mary's Surgery", "St Marys Surgery"),
    ],
)
def test_what_looks_alike_and_is_written_otherwise(one: str, other: str) -> None:
    assert is_alike(one, other)
    assert is_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Riverside Surgery", "riverside  surgery"), ("Riverside", "Riversude"), ("A81001", "A81002"), ("", "x")],
)
def test_the_same_and_the_plainly_different_are_not_alike(one: str, other: str) -> None:
    assert not is_alike(one, other)


@given(st.text(max_size=60))
def test_whatever_is_written_can_be_shown_on_one_line(text: str) -> None:
    assert boxed(text).isprintable()
    assert boxed(boxed(text)) == boxed(text)
    assert seen(seen(text)) == seen(text)
    assert not is_alike(text, text)
    assert named(text, text).isprintable()
