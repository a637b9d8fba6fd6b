"""Names are sorted as people read them, and any text can be sorted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from msat.projections.natural_order import natural


def test_numbers_count_as_numbers() -> None:
    names = ["Practice 10", "practice 2", "Practice 1", "10 High Street", "2 High Street", "Abbey"]
    assert sorted(names, key=natural) == [
        "2 High Street",
        "10 High Street",
        "Abbey",
        "Practice 1",
        "practice 2",
        "Practice 10",
    ]


@given(st.lists(st.text(), max_size=6))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural), key=natural) == sorted(names, key=natural)
