"""The grammar of reference numbers, in every spelling seen and in those that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.alerts.reference import find, normalise

SPELLINGS = {
    "EL(24)A/36": [
        "EL(24)A/36",
        "EL (24)A/36",
        "EL (24) A/36",
        "EL(24)A36",
        "el(24)a/36",
        "(EL(24)A/36",
        "EL(24)A 36",
        "EL(24)A/36*",
    ],
    "EL(22)A/06": ["EL (22)A 06", "EL(22)A/6"],
    "NatPSA/2023/004/MHRA": ["NatPSA/2023/004/MHRA", "NATPSA/2023/004/MHRA", "natpsa/2023/4/mhra"],
    "NatPSA/2023/008/DHSC": ["NatPSA/2023/008/DHS", "NatPSA/2023/008/DHSC"],
    "CLMR(22)A/06": ["CLMR (22)A/06"],
    "CLDA(15)A/09": ["CLDA (15)A/09", "CDLA (15)A/09"],
    "DSI/2025/002": ["DSI/2025/02", "DSI/2025/002"],
    "MDA/2019/013": ["MDA/2019/013"],
    "MDSB/2020/01": ["MDSB/2020/01"],
    "MDR 055-06/19": ["MDR  055-06/19", "MDR 055-06/19"],
    "MDR 07-02/19": ["MDR 07-02/19"],
    "CEM/CMO/2024/001": ["CEM/CMO/2024/001"],
    "CHT/2020/002": ["CHT/2020/002"],
    "CH/2021/002": ["CH/2021/002"],
    "EFA/2020/001": ["EFA/2020/001", "EFA 2020/001"],
    "MSN/2024/012": ["MSN/2024/012"],
    "NHS/PSA/D/2014/005": ["NHS/PSA/D/2014/005"],
    "SSP015": ["SSP015", "SSP 015"],
}
TYPED = {
    "el 24 a 36": "EL(24)A/36",
    "EL24A36": "EL(24)A/36",
    "el-26-a-slash-37": "EL(26)A/37",
    "natpsa 2023 004 mhra": "NatPSA/2023/004/MHRA",
    "dsi 2024 3": "DSI/2024/003",
    "cem cmo 2024 1": "CEM/CMO/2024/001",
    "ssp15": "SSP015",
}
NONE = [
    "PL 33616/0015",
    "EU/1/12/750/001",
    "THR 02231/0002",
    "MS 32515",
    "270185-24062FA-30424",
    "28050499",
    "2018/005/016/291/021",
    "D-0785-2026",
    "EMEA/H/C/003820",
    "4L01372H",
    "44947011000001108",
    "",
    "EL",
    "hello EL(24)A/36",
    "EL(24)A/36 and EL(24)A/37",
]


@pytest.mark.parametrize(("want", "spelling"), [(want, s) for want, spellings in SPELLINGS.items() for s in spellings])
def test_every_spelling_is_found_and_put_right(want: str, spelling: str) -> None:
    assert normalise(spelling) == want
    (found,) = find(f"{spelling} concerns you.")
    assert found.value == want
    assert found.words in spelling


@pytest.mark.parametrize(("typed", "want"), TYPED.items())
def test_what_people_type(typed: str, want: str) -> None:
    assert normalise(typed) == want


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_reference(text: str) -> None:
    assert normalise(text) is None


@pytest.mark.parametrize("text", NONE[:11])
def test_no_reference_is_found_in_licences_and_batches(text: str) -> None:
    assert find(f"See {text} in the table; batch EL24A36, lot SSP015.") == []


def test_all_references_in_order_with_their_words() -> None:
    text = "EL(25)A/47, EL (25)A/48 and NatPSA/2024/001/DHSC; case MDR 94-06/18."
    assert [(r.value, r.words) for r in find(text)] == [
        ("EL(25)A/47", "EL(25)A/47"),
        ("EL(25)A/48", "EL (25)A/48"),
        ("NatPSA/2024/001/DHSC", "NatPSA/2024/001/DHSC"),
        ("MDR 94-06/18", "MDR 94-06/18"),
    ]
    assert [r.is_case for r in find(text)] == [False, False, False, True]


@given(st.text(max_size=300))
def test_any_text_is_searched_without_harm(text: str) -> None:
    normalise(text)
    for found in find(text):
        assert text[found.start : found.start + len(found.words)] == found.words
        assert normalise(found.value) == found.value
