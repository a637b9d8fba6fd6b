"""Programs killed while they bring a record to a newer form; and what a start must not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from msat.clock import SystemClock
from msat.places import Places
from msat.store.record import create_record
from tests.faults.figures import tell
from tests.faults.migration_kills import Kills, run
from tests.record.makers import ORGANISATION

ROOT = Path(__file__).resolve().parents[2]


def check(trials: int, folder: Path) -> Kills:
    found = run(trials, folder)
    tell(1, f"kill -9 in a large migration ({found.say()})", found.trials, acknowledged=found.acknowledged,
         losses=found.lost + found.corrupt)  # fmt: skip
    assert found.trials == trials
    assert (found.lost, found.corrupt) == (0, 0)
    assert found.old + found.new == trials
    return found


def test_a_migration_that_is_killed_leaves_the_old_form_or_the_new(tmp_path: Path) -> None:
    check(4, tmp_path)  # many more of a small record in test_killed.py


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_migrations_that_are_killed(tmp_path: Path) -> None:
    found = check(200, tmp_path)
    assert min(found.old, found.new) > 10, "kills that all come before the work, or after it, prove nothing"
    assert found.finished < 150


def test_opening_a_record_of_the_newest_form_loads_no_alembic(profile: Places) -> None:
    create_record(profile, ORGANISATION, SystemClock(), "0.1")[0].close()
    code = (
        "import sys; from pathlib import Path; from msat import bootstrap; from msat.places import places\n"
        "bootstrap.open_desk(places(Path(sys.argv[1]))).close(); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(profile.data.parent)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "False"
