"""Many windows of several installations record in one shared database at the same moment."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from msat.clock import SystemClock
from msat.store.postgres_opening import open_database_record
from tests.postgres import Database, new_database
from tests.record.makers import draft
from tests.store.test_postgres_faults import begin, check_whole


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


def check_writers(database: Database, tmp_path: Path, sites: int, windows: int) -> None:
    """Open windows, some of each of a few installations, each recording two entries at the same moment."""
    installations = [begin(database, tmp_path / f"site-{n}") for n in range(sites)]
    gate = threading.Barrier(windows)
    told: dict[int, list[str]] = {n: [] for n in range(sites)}

    def work(number: int) -> None:
        record = open_database_record(installations[number % sites], SystemClock())
        with record:
            gate.wait(100)
            for turn in range(2):
                told[number % sites] += [e.id for e in record.append([draft(f"{number}-{turn}")])]

    began = time.monotonic()
    with ThreadPoolExecutor(windows) as pool:
        for done in [pool.submit(work, number) for number in range(windows)]:
            done.result()
    print(f"{windows} writers, {2 * windows} entries in {time.monotonic() - began:.1f} s")
    each = 2 * windows // sites
    for number, where in enumerate(installations):
        assert len(told[number]) == each
        check_whole(where, told[number], database)
    sizes = database.ask("SELECT max(seq), count(*), count(DISTINCT seq) FROM msat.entry GROUP BY log")
    assert sizes == [(each + 1,) * 3] * sites


def test_twenty_writers_at_once_lose_and_double_no_number(database: Database, tmp_path: Path) -> None:
    check_writers(database, tmp_path, 4, 20)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_writers_at_once_lose_and_double_no_number(database: Database, tmp_path: Path) -> None:
    check_writers(database, tmp_path, 20, 200)
