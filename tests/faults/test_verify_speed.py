"""Row 23 of the fault table, by hand: how long the proof over a record takes, and over what a region's logs come to.

A matter of time, and so no part of the default run: python -m tests.faults --release --rows 23.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from msat.clock import FixedClock, SystemClock
from msat.exchange.return_file import read_return, write_return
from msat.places import Places, places
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.store.record import create_record, inspect_record, open_record
from tests.conftest import NOON
from tests.faults.figures import tell
from tests.record.makers import ORGANISATION, draft

ENTRIES, MOST_S = 6_000, 2.0
PRACTICES, EACH, MOST_REGION_S = 500, 1_000, 120.0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_record_of_six_thousand_entries_is_proven_within_two_seconds(profile: Places) -> None:
    create_record(profile, ORGANISATION, SystemClock(), "0.1")[0].close()
    with open_record(profile, SystemClock()) as record:
        for first in range(0, ENTRIES - 1, 500):
            record.append([draft(f"number {first + n} " + "x" * 150) for n in range(min(500, ENTRIES - 1 - first))])
        assert record.head().size == ENTRIES
        data = [(entry.header, entry.body or b"") for entry in record.entries()]
    began = time.perf_counter()
    assert inspect_record(profile).problems == ()
    took = time.perf_counter() - began
    began = time.perf_counter()
    for header, body in data:
        hashlib.sha256(header).digest()
        hashlib.sha256(body).digest()
    floor = time.perf_counter() - began
    tell(23, f"verify {ENTRIES:,} entries in {took:.2f} s ({took / floor:.0f} times the hashing alone)", 1)
    assert took < MOST_S


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_regions_logs_are_proven_within_two_minutes(tmp_path: Path) -> None:
    assert places(tmp_path).data
    one = MemoryRecord(Organisation("Demo Surgery", "Y00000", "gp-practice"), FixedClock(NOON))
    for first in range(0, EACH - 1, 333):
        one.append([draft(f"number {first + n}") for n in range(333)])
    data = b"".join(write_return(one.entries(), one.signed_head()))
    began = time.perf_counter()
    for _ in range(PRACTICES):
        assert read_return(data).head.size == EACH
    took = time.perf_counter() - began
    tell(23, f"verify {PRACTICES} practices of {EACH:,} entries in {took:.0f} s", 1)
    assert took < MOST_REGION_S
