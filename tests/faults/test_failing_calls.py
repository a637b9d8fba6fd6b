"""Row 3 of the fault table: a write, a flush, an opening fails, once or for ever. What is said is what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import flows
from tests.faults.failing_calls import fail_each
from tests.faults.figures import tell
from tests.faults.truth import Tally

DEFAULT = {**dict.fromkeys(flows.DEFAULT, 5), "upgrade": 61, "window": 61}
"""Every 5th call of the commands of the first column; every 61st of two more pieces of work, which it does not ask for.
Where each kind of call begins moves on with the flow, so that together they meet more of the calls."""
ALL = dict.fromkeys(flows.FLOWS, 1)
COLUMNS = [
    pytest.param("every 5th call", DEFAULT, marks=pytest.mark.timeout(600)),
    pytest.param("every call", ALL, marks=[pytest.mark.slow, pytest.mark.timeout(14_400)]),
]


def judge(what: str, found: Tally) -> None:
    told = f"refused in words {found.refused}"
    tell(3, what, found.trials, acknowledged=found.acknowledged, losses=found.losses, undetected=found.untrue,
         controls=told)  # fmt: skip
    assert not found.faults, found.say()
    assert found.refused > found.trials / 4, "the faults do not reach the work"


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize(("how_often", "chosen"), COLUMNS, ids=["default", "release"])
def test_a_call_that_fails_is_never_hidden(
    strace: None, world: Path, tmp_path: Path, for_ever: bool, how_often: str, chosen: dict[str, int]
) -> None:
    found = fail_each(world, tmp_path, chosen, for_ever)
    judge(f"{how_often} fails, {'for ever' if for_ever else 'once'}, {len(chosen)} commands", found)
