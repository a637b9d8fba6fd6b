"""Killed before each flush, rename and commit of what is seldom done: recover a key, move, send a newsletter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.aimed_flows import AIMED
from tests.faults.aimed_kills import kill_at_each
from tests.faults.figures import tell

COLUMNS = [
    pytest.param(3, marks=pytest.mark.timeout(600)),
    pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)]),
]


@pytest.mark.parametrize("step", COLUMNS, ids=["default", "release"])
@pytest.mark.parametrize("flow", AIMED)
def test_nothing_is_lost_and_it_goes_on(strace: None, world: Path, tmp_path: Path, flow: str, step: int) -> None:
    found = kill_at_each(world, tmp_path, flow, step)
    tell(1, f"kill -9 before each call of “{flow}”", found.kills, acknowledged=found.done, losses=found.lost)
    assert not found.faults, "\n".join(found.faults[:8])
    assert found.kills >= 4, "the kills do not reach the work"
    assert 0 < found.done < found.kills, "some came before the entry was recorded and some after"
