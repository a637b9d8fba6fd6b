"""Widths of columns add up, and give each what it needs where there is room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from msat.projections.column_widths import column_widths

COLUMNS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=6)


def test_where_there_is_room_each_has_what_it_needs() -> None:
    assert column_widths([10, 40, 20], [5, 8, 20], 100) == [10, 40, 20]


def test_what_lacks_most_gets_most_of_the_rest() -> None:
    assert column_widths([90, 300, 30], [10, 20, 30], 160) == [32, 97, 30]


def test_in_a_narrow_place_short_words_stay_whole() -> None:
    assert column_widths([100, 100, 10], [50, 90, 8], 60) == [25, 25, 10]


@given(COLUMNS, st.integers(10, 1_000))
def test_the_widths_never_exceed_the_place(columns: list[tuple[int, int]], width: int) -> None:
    natural = [max(pair) for pair in columns]
    least = [min(pair) for pair in columns]
    given_widths = column_widths(natural, least, width)
    assert sum(given_widths) <= max(width, len(columns))
    assert all(wide <= whole or wide == 1 for wide, whole in zip(given_widths, natural, strict=True))
