"""Row 2 of the fault table: the power fails at any moment. Nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import flows
from tests.faults.appending import MODES
from tests.faults.figures import both, tell
from tests.faults.power_loss import PowerLoss, bare_states, program_states
from tests.faults.traces import OPTIONS
from tests.faults.workers import Zygote

SHARE = {
    "record some": 0.28, "answer": 0.1, "add": 0.15, "import": 0.1, "backup": 0.05, "export": 0.1, "rotate": 0.1,
    "init": 0.05, "folder": 0.02, "restore": 0.03, "upgrade": 0.02,
}  # fmt: skip
"""Which part of the states each piece of the program's work gets."""


@pytest.fixture
def traced(strace: None, world: Path, tmp_path: Path) -> Iterator[Zygote]:
    with Zygote(world, tmp_path / "aside", OPTIONS) as made:
        yield made


@pytest.mark.parametrize("states", both(10_000, 100_000))
def test_the_power_fails_at_any_moment(traced: Zygote, world: Path, tmp_path: Path, states: int) -> None:
    whole = PowerLoss()
    for flow, share in SHARE.items():
        found = program_states(traced, world, tmp_path, flow, round(states * share), 2026)
        assert found.acknowledged > found.states / 8, f"{flow}: hardly a state after an acknowledgement"
        whole.add(found)
    tell(2, f"power loss, {whole.distinct:,} of the states differ", whole.states, acknowledged=whole.acknowledged,
         losses=whole.lost + whole.corrupt)  # fmt: skip
    assert not whole.faults, whole.say()
    assert (whole.lost, whole.corrupt) == (0, 0)
    assert set(flows.DEFAULT) <= set(SHARE)


@pytest.mark.parametrize("states", both(1_000, 10_000))
def test_modes_known_to_lose_are_caught_losing(traced: Zygote, tmp_path: Path, states: int) -> None:
    """Positive controls: without them, finding nothing would mean nothing."""
    found = {mode: bare_states(traced, tmp_path, mode, states, 2026) for mode in MODES}
    told = "; ".join(f"bare {mode}: {one.lost:,} of {one.states:,} states lost rows" for mode, one in found.items())
    tell(2, "power loss, bare SQLite", 0, controls=told)
    assert (found["TRUNCATE+FULL"].lost, found["TRUNCATE+FULL"].corrupt) == (0, 0)
    assert found["DELETE+FULL"].lost > states / 50
    assert found["WAL+NORMAL"].lost > states / 10
