"""What names a patient is found and refused; the numbers of medicines and alerts are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.errors import Refused
from msat.patient_identifiers import find, refuse


def check_digit(nine: str) -> int:
    """The modulus 11 check digit as the NHS data dictionary sets it out; 10 means that the number is never issued."""
    rest = sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True)) % 11
    return {0: 0, 1: 10}.get(rest, 11 - rest)


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("told 943 476 5919 by telephone", "an NHS number", "943 476 5919"),
        ("9434765919", "an NHS number", "9434765919"),
        ("NHS no. 943-476-5919.", "an NHS number", "943-476-5919"),
        ("NHS9434765919", "an NHS number", "9434765919"),
        ("bed 3 943 476 5919", "an NHS number", "943 476 5919"),
        ("943\u00a0476\u00a05919", "an NHS number", "943\u00a0476\u00a05919"),
        ("CHI 010170 1233 seen", "a CHI number", "010170 1233"),
        ("DOB 12/03/1956", "a date of birth", "DOB 12/03/1956"),
        ("d.o.b. 1/2/70", "a date of birth", "d.o.b. 1/2/70"),
        ("date of birth: 1956-03-12", "a date of birth", "date of birth: 1956-03-12"),
        ("woman born on 12th March 1956", "a date of birth", "born on 12th March 1956"),
        ("Born 3 Jan 61, rang", "a date of birth", "Born 3 Jan 61"),
    ],
)
def test_an_identifier_is_found_at_its_place(text, what, words):
    found = find(text)
    assert found is not None
    assert (found.what, found.words) == (what, words)
    assert text[found.start : found.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "batch 4L01372H, PL 17780/0858, seven places, nil in all, 09:40",
        "GTIN 05014124144224",
        "GTIN 4030539225526 and SNOMED code 44947011000001108",
        "SNOMED 42289011000001100",
        "9434765918 fails the check digit",
        "batch 9434765919 is a batch",
        "lot no. 9434765919",
        "NatPSA/2023/004/MHRA, EL(26)A/37, MDR 123-05/19",
        "DMRC Ref: 39754868",
        "MHRA reference 28050499, telephone 020 7946 0000",
        "28 packs returned on 12/03/2026 at 14:21",
        "A9434765919B",
        "19434765919",
        "Calibration 0000000000 and 9999999999",
        "born in mind; expiry 12/2027",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert find(text) is None


def test_the_refusal_shows_the_place_and_says_what_to_do():
    with pytest.raises(Refused) as refused:
        refuse("Mrs X, 943 476 5919, told", "note")
    assert str(refused.value) == (
        "The note seems to hold an NHS number (“943 476 5919”). "
        "MSAT keeps no patient data: take it out and save again."
    )
    refuse("Nobody found.", "note")


@given(st.integers(400_000_000, 799_999_999).map(str), st.sampled_from(["", " ", "-"]))
def test_every_number_that_could_be_issued_is_found_and_its_neighbour_is_not(nine, gap):
    last = check_digit(nine)
    for digit in range(10):
        number = f"{nine}{digit}"
        written = f"{number[:3]}{gap}{number[3:6]}{gap}{number[6:]}"
        assert (find(f"see {written} here") is not None) is (digit == last)


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_what_is_found_stands_there(text):
    found = find(text)
    assert found is None or text[found.start : found.end] == found.words
