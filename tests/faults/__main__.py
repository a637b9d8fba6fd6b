"""Runs the rows of the fault table and prints what they came to: python -m tests.faults [--release] [--rows 1,2].

Without --release each row tries what the default run of the tests tries; with it, what the table's second column asks
for, which takes hours. A row that tried less than the table asks for, or nothing, does not hold. Exit status 0 when
all the rows hold, 1 when one does not, 2 for wrong use.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.figures import FIGURES, Figures, read_figures
from tests.faults.rows import ROWS, Row

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = (
    "row", "fault", "asked", "trials", "acknowledged", "losses", "unnoticed", "tests", "seconds", "controls and notes",
)  # fmt: skip


FEW = 10
"""Up to so many series a row names each in its notes."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one row came to."""

    row: Row
    figures: tuple[Figures, ...]
    passed: int
    failed: int
    skipped: tuple[str, ...]
    took_s: float
    output: str
    release: bool = False

    @property
    def asked(self) -> int:
        """How many trials the table asks for in this column."""
        return self.row.least[self.release]

    @property
    def trials(self) -> int:
        """How many were made."""
        return self.passed if self.row.counts_tests else sum(one.trials for one in self.figures)

    @property
    def holds(self) -> bool:
        """Whether enough was tried, all of it passed, and nothing was lost or went unnoticed."""
        if self.failed or any(one.losses or one.undetected for one in self.figures):
            return False
        return self.trials >= self.asked and (bool(self.passed) or not self.asked)

    def cells(self) -> tuple[str, ...]:
        """One line of the table."""
        told = self.figures
        notes = [] if self.holds else ["DOES NOT HOLD" if self.trials >= self.asked else "TOO LITTLE WAS TRIED"]
        notes += [one.what for one in told] if len(told) <= FEW else []
        notes += [one.controls for one in told if one.controls]
        notes += self.skipped
        tests = f"{self.passed} passed" + (f", {self.failed} FAILED" if self.failed else "")
        sums = (sum(getattr(one, name) for one in told) for name in ("acknowledged", "losses", "undetected"))
        counts = tuple(f"{one:,}" for one in (self.asked, self.trials, *sums))
        return (str(self.row.number), self.row.fault, *counts, tests, f"{self.took_s:.0f}", "; ".join(notes))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the chosen rows one after another."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Runs the rows of the fault table.")
    parser.add_argument("--release", action="store_true", help="the table's second column: hours")
    parser.add_argument("--rows", default="", help="which rows, for instance 1,2,21; all of them without")
    options = parser.parse_args(arguments)
    try:
        wanted = {int(one) for one in options.rows.split(",") if one.strip()}
    except ValueError:
        parser.error("--rows takes numbers with commas between them")
    if unknown := wanted - {row.number for row in ROWS}:
        parser.error(f"no row {min(unknown)} here; there are {', '.join(str(row.number) for row in ROWS)}")
    results = []
    for row in ROWS:
        if not wanted or row.number in wanted:
            print(f"row {row.number}: {row.fault}", file=sys.stderr, flush=True)
            results.append(run(row, options.release))
            if not results[-1].holds:
                print(results[-1].output, file=sys.stderr)
    print(table([HEADINGS, *(one.cells() for one in results)]))
    return 0 if all(one.holds for one in results) else 1


def run(row: Row, release: bool) -> Result:
    """Runs the tests of one row in a process of their own."""
    with tempfile.TemporaryDirectory() as name:
        told = Path(name) / "figures"
        variables = {**os.environ, FIGURES: str(told), **(row.release if release else {})}
        command = [sys.executable, "-m", "pytest", "-q", "-rs", "--no-header", "-p", "no:randomly", *row.tests]
        command += ["-k", row.choose] if row.choose else []
        command += ["-m", ("slow" if row.has_long else "slow or not slow") if release else "not slow"]
        command += ["--timeout", "14400"] if release else []
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, encoding="utf-8", check=False
        )
        took = time.monotonic() - began
        counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
        skipped = tuple(dict.fromkeys(re.findall(r"^SKIPPED \[\d+\] [^:]+:\d+: (.*)$", done.stdout, re.MULTILINE)))
        failed = counts.get("failed", 0) + counts.get("error", 0)
        if done.returncode not in (0, 5) and not failed:
            failed = 1
        said = done.stdout + done.stderr
        return Result(row, tuple(read_figures(told)), counts.get("passed", 0), failed, skipped, took, said, release)


def table(lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    first, *rest = lines
    rows = [first, tuple("---" for _ in first), *rest]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
