"""Row 4 of the fault table: the disk is full. It is said in words, nothing is lost, and the work goes on after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import flows
from tests.faults.figures import both, tell
from tests.faults.full_disk import fill_levels, limits, own_disk
from tests.faults.truth import Tally
from tests.faults.workers import Zygote


def judge(what: str, found: Tally) -> None:
    tell(4, what, found.trials, acknowledged=found.acknowledged, losses=found.losses, undetected=found.untrue)
    assert not found.faults, found.say()
    assert found.refused > found.trials / 10, "the disk was hardly ever full"


@pytest.mark.parametrize("levels", both(20, 200))
def test_files_that_may_grow_no_further(zygote: Zygote, world: Path, tmp_path: Path, levels: int) -> None:
    judge("disk full (limit on files)", limits(zygote, world, tmp_path, levels, 2026))


@pytest.mark.parametrize("levels", both(8, 100))
def test_a_longer_record_is_migrated(tmp_path: Path, levels: int) -> None:
    template = tmp_path / "template"
    flows.make_world(template)
    flows.grow(template, 150)
    with Zygote(template, tmp_path / "zygote") as zygote, own_disk(tmp_path / "disk") as disk:
        found = limits(zygote, template, tmp_path, levels // 2, 2026, ("upgrade",))
        judge("disk full in a migration (limit on files)", found)
        if disk is None:
            pytest.skip("NOT TESTED: a small disk of its own may not be mounted here; the limit on files is tested")
        found = fill_levels(zygote, template, disk, levels, 2026, ("upgrade",))
        judge("disk full in a migration (a disk of its own)", found)
    assert found.acknowledged, "no migration came to its end"


@pytest.mark.parametrize("levels", both(20, 200))
def test_a_disk_that_is_filled(zygote: Zygote, world: Path, tmp_path: Path, levels: int) -> None:
    with own_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("NOT TESTED: a small disk of its own may not be mounted here; the limit on files is tested")
        judge("disk full (a disk of its own)", fill_levels(zygote, world, disk, levels, 2026))
