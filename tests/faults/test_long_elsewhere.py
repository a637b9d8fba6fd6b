"""The second column of those rows whose tests live in their own areas and are scaled by a variable, by hand only."""

from __future__ import annotations

import pytest

from tests.faults.__main__ import run
from tests.faults.rows import ROWS, Row


@pytest.mark.slow
@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("row", [row for row in ROWS if row.release], ids=lambda row: f"row {row.number}")
def test_the_long_trials_of_a_row_hold(row: Row) -> None:
    result = run(row, release=True)
    print(result.cells())
    assert result.holds, (result.cells(), result.output)
