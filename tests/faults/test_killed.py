"""Row 1 of the fault table: killed while it records, takes in returns, migrates. Nothing acknowledged is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import both, tell
from tests.faults.killing import Kills, kill_while_importing, kill_while_migrating, kill_while_recording
from tests.faults.workers import Zygote


def judge(what: str, found: Kills, least_in_mid_work: float) -> None:
    tell(1, what, found.kills, acknowledged=found.acknowledged, losses=found.lost)
    assert found.lost == 0
    assert found.in_mid_work >= found.kills * least_in_mid_work, "kills that come too late prove nothing"


@pytest.mark.parametrize("kills", both(100, 1_500))
def test_killed_while_recording(zygote: Zygote, world: Path, tmp_path: Path, kills: int) -> None:
    found = kill_while_recording(zygote, world, tmp_path, kills, 2026)
    judge("kill -9 while recording", found, 1.0)
    assert found.acknowledged > kills / 4


@pytest.mark.parametrize("kills", both(60, 900))
def test_killed_while_taking_in_returns(zygote: Zygote, world: Path, tmp_path: Path, kills: int) -> None:
    found = kill_while_importing(zygote, world, tmp_path, kills, 11)
    judge("kill -9 while taking in returns", found, 0.3)
    assert found.acknowledged > 0


@pytest.mark.parametrize("kills", both(40, 600))
def test_killed_while_migrating(zygote: Zygote, world: Path, tmp_path: Path, kills: int) -> None:
    found = kill_while_migrating(zygote, world, tmp_path, kills, 7)
    judge("kill -9 while migrating", found, 0.3)
    assert found.extra == 0
