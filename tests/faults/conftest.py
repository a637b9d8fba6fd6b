"""The world that the trials copy, made once a process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import flows
from tests.faults.workers import Zygote, why_no_strace


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice in the middle of its work; every trial copies it, none changes it."""
    folder = tmp_path_factory.mktemp("faults") / "world"
    flows.make_world(folder)
    return folder


@pytest.fixture(scope="session")
def strace() -> None:
    """Skips, saying so, where system calls can be neither watched nor made to fail."""
    if why := why_no_strace():
        pytest.skip(why)


@pytest.fixture
def zygote(world: Path, tmp_path: Path) -> Iterator[Zygote]:
    """Forks trials, with nothing upon it."""
    if not hasattr(os, "fork") or sys.platform == "win32":
        pytest.skip("NOT TESTED: trials are forked, which this system cannot do")
    with Zygote(world, tmp_path / "aside") as made:
        yield made
