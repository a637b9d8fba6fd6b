"""Row 7 of the fault table, its second half: a coverage-guided fuzz of what reads returns, by hand only."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.exchange.return_file import write_return
from msat.record.entries import Actor
from msat.record.memory import MemoryRecord
from tests.faults.figures import tell
from tests.record.makers import ORGANISATION, draft

ROOT = Path(__file__).resolve().parents[2]
SECONDS = int(os.environ.get("MSAT_FUZZ_SECONDS", "60"))
"""MSAT_FUZZ_SECONDS=3300: with the million mutations about an hour."""
TAKEN = "a changed return was taken"


def genuine(folder: Path) -> list[Path]:
    """Three returns of one log, as it grew and changed its key."""
    folder.mkdir()
    record = MemoryRecord(ORGANISATION, FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)))
    record.append([draft("one")])
    made = []
    for number, text in enumerate(("two – with a dash", "three", "four")):
        record.append([draft(text)])
        if number == 1:
            record.rotate_key(Actor("B. Jones", "Practice manager", "bjones"))
        made.append(folder / f"{number}.msatreturn")
        made[-1].write_bytes(b"".join(write_return(record.entries(), record.signed_head())))
    return made


def fuzz(known: Path, corpus: Path, seconds: int) -> tuple[int, str]:
    """Runs the fuzz for so long. Returns how it ended, and what it said."""
    command = [sys.executable, "-m", "tests.faults.fuzzing", str(known), str(corpus), f"-max_total_time={seconds}"]
    command += ["-max_len=20000", "-timeout=20", "-rss_limit_mb=3000", "-print_final_stats=1"]
    command += [f"-artifact_prefix={corpus.parent}/found-"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=seconds + 300, check=False)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def number_in(said: str, pattern: str) -> int:
    """The last number that libFuzzer told for this; 0 when it told none."""
    found = re.findall(pattern, said)
    return int(found[-1]) if found else 0


@pytest.mark.slow
@pytest.mark.timeout(14_400)
def test_no_fuzzed_return_is_taken_for_another(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("NOT TESTED: returns were not fuzzed, for atheris is not here (pip install atheris, Linux only)")
    known, corpus = tmp_path / "known", tmp_path / "corpus"
    files = genuine(known)
    corpus.mkdir()
    for path in files:
        (corpus / path.name).write_bytes(path.read_bytes())
    status, said = fuzz(known, corpus, SECONDS)
    runs, reached = number_in(said, r"number_of_executed_units: (\d+)"), number_in(said, r"cov: (\d+)")
    # Positive control: one of the returns is not known any more, so that what takes it must be caught at once.
    files[-1].unlink()
    control, told = fuzz(known, corpus, 60)
    caught = "caught" if control and TAKEN in told else "NOT CAUGHT"
    tell(7, f"returns fuzzed for {SECONDS:,} s, {reached} branches reached", runs, undetected=int(TAKEN in said),
         controls=f"a return that must not be taken was {caught}")  # fmt: skip
    assert status == 0, said[-4_000:]
    assert runs > 100 * SECONDS / 2, "the fuzz hardly ran"
    assert reached > 100, "the fuzz was not led by what it reached"
    assert caught == "caught", told[-4_000:]
