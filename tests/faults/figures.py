"""The figures of the fault table: each test of a row tells its own, and `python -m tests.faults` adds them up.

A row is a line of the table of faults: what was tried, how often, what was acknowledged, what was lost, what went
unnoticed, and the positive controls, which must fail or the harness itself is broken.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

FIGURES = "MSAT_FAULT_FIGURES"
"""Names the file to which figures are added, one line of JSON each; without it they are only printed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one series of trials came to."""

    row: int
    what: str
    trials: int
    acknowledged: int = 0
    losses: int = 0
    undetected: int = 0
    controls: str = ""
    """The positive controls in words, with their numbers; empty for a series without any."""

    def say(self) -> str:
        """One line for people."""
        told = f"row {self.row}, {self.what}: {self.trials:,} trials"
        told += f", {self.acknowledged:,} acknowledged, {self.losses} lost, {self.undetected} unnoticed"
        return told + (f"; controls: {self.controls}" if self.controls else "")


def tell(row: int, what: str, trials: int, **more: Any) -> Figures:
    """Prints the figures of a series, and adds them to the file that the table is made from where one is named."""
    figures = Figures(row, what, trials, **more)
    sys.stdout.write(figures.say() + "\n")
    if name := os.environ.get(FIGURES):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figures)) + "\n")
    return figures


def read_figures(path: Path) -> list[Figures]:
    """Everything told so far; nothing when no series told anything."""
    if not path.exists():
        return []
    return [Figures(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def both(default: int, release: int, timeout_s: int = 14_400) -> list[Any]:
    """The two columns of the table as parameters of a test: the first in the default run, the second marked slow.

    A time limit stands on each, for one on the test itself would stand above these.
    """
    return [
        pytest.param(default, marks=pytest.mark.timeout(600)),
        pytest.param(release, marks=[pytest.mark.slow, pytest.mark.timeout(timeout_s)]),
    ]
