"""Widths moved between columns: the same sum, nothing below its need, rows never higher than before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.exports.table_balance import MOST_ROWS, Extent, balanced


def height(widths: list[float], rows: list[list[Extent]], inset: float = 4.0) -> float:
    """The lines of all rows, reckoned as the module says it does."""
    total = 0.0
    for row in rows:
        lines = []
        for width, cell in zip(widths, row, strict=True):
            room = width - 2 * inset
            lines.append(cell.lines if cell.full <= room else max(cell.lines, cell.full / (0.9 * room) + 0.5))
        total += max(lines)
    return total


def test_a_long_column_gets_room_from_a_short_one() -> None:
    rows = [[Extent(30), Extent(2_000)] for _ in range(5)]
    widths = balanced([150, 150], [40, 40], rows, 4.0)
    assert widths[0] < 70
    assert sum(widths) == pytest.approx(300)
    assert height(widths, rows) < height([150, 150], rows)


def test_short_tables_stay_as_they_were_wished() -> None:
    rows = [[Extent(200), Extent(50)]]
    assert balanced([150, 150], [40, 40], rows, 4.0) == [150, 150]
    assert balanced([100, 200], [0, 0], [], 4.0) == [100, 200]


def test_line_ends_are_no_reason_to_move() -> None:
    rows = [[Extent(100, 9), Extent(100, 9)]]
    assert balanced([150, 150], [40, 40], rows, 4.0) == [150, 150]


def test_no_column_gives_what_it_needs_for_its_longest_word() -> None:
    rows = [[Extent(140), Extent(9_000)] for _ in range(3)]
    assert balanced([150, 150], [149, 40], rows, 4.0) == [150, 150]


def test_of_a_long_table_some_rows_are_judged() -> None:
    rows = [[Extent(30), Extent(2_000)] for _ in range(10 * MOST_ROWS)]
    assert balanced([150, 150], [40, 40], rows, 4.0) == balanced([150, 150], [40, 40], rows[:MOST_ROWS], 4.0)


columns = st.integers(2, 6)


@settings(max_examples=60, deadline=None)
@given(
    columns.flatmap(
        lambda count: st.tuples(
            st.lists(st.floats(30, 200), min_size=count, max_size=count),
            st.lists(st.floats(0, 120), min_size=count, max_size=count),
            st.lists(
                st.lists(st.builds(Extent, st.floats(0, 3_000), st.integers(1, 6)), min_size=count, max_size=count),
                max_size=12,
            ),
        )
    )
)
def test_any_table_keeps_its_sum_and_its_needs_and_grows_no_higher(
    given_table: tuple[list[float], list[float], list[list[Extent]]],
) -> None:
    widths, needs, rows = given_table
    made = balanced(widths, needs, rows, 4.0)
    assert sum(made) == pytest.approx(sum(widths))
    for before, after, need in zip(widths, made, needs, strict=True):
        assert after >= min(before, need) - 0.001
    assert height(made, rows) <= height(widths, rows)
