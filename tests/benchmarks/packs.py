"""How long a whole assurance pack takes: reading every log, working it out, each form, and making it again.

Run: python -m tests.benchmarks.packs [PRACTICES ALERTS]. Prints a table, tests nothing.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msat import bootstrap
from msat.clock import FixedClock
from msat.exchange.enrolment import ENROLLED
from msat.exports.signing import Notes
from msat.places import places
from msat.projections.pack_model import Signatory
from msat.record.entries import Draft
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from msat.services.pack_files import FORMATS, make_files, worked_out
from msat.services.pack_preparing import Wanted, prepare
from msat.services.pack_reading import read_material
from tests.benchmarks.chains import FIRST, drafts_of, region, work_through
from tests.benchmarks.dry_run import fill
from tests.fakes import MemoryViews


def main(practices: int, alerts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where, clock = places(Path(folder)), FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
        bootstrap.create_profile(where, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
        desk = bootstrap.open_desk(where, clock)
        fill(desk, alerts)
        work_through(desk)
        team, logs = region(drafts := list(drafts_of(desk)), practices, clock, desk.files)
        team._files = desk.files
        told = [
            {"log": one.log, "ods": one.ods, "name": one.name, "kind": one.kind, "fingerprint": one.head}
            for one in logs[1:]
        ]
        team.append([Draft(ENROLLED, FIRST.actor(), one) for one in told])
        team.append([one for one in drafts if one.type in ("alert.received", "alert.triaged")])
        committee = replace(desk, record=team, views=MemoryViews(team, desk.files))
        entries = sum(log.size for log in logs)
        print(f"{practices} practices x {alerts} alerts, {entries:,} entries")
        measure(committee)
        desk.close()


def measure(desk: Desk) -> None:
    """Each step, in seconds of the processor."""
    people = (Signatory("Demo Lead", "officer"), Signatory(), Signatory("Demo Chair", "chair"))
    prepared = timed(
        "prepared in the record", prepare, desk, Wanted(date(2025, 11, 23), date(2026, 11, 22), *people), FIRST
    )
    material = timed("logs read and folded", read_material, desk, prepared)
    made = timed("worked out", worked_out, material)
    first, notes = {}, Notes(desk.record.sign)
    for form in FORMATS:
        first |= timed(f"{form} made", make_files, desk, prepared, material, made, (form,), notes)
    for name, data in first.items():
        print(f"  {name}: {len(data) / 1e6:.2f} MB")
    again = timed("all made again", make_files, desk, prepared, material, made, FORMATS, Notes(None, notes.kept))
    print(f"  the same bytes again: {'yes' if again == first else 'NO'}")
    print(f"  most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(what: str, do: Callable[..., Any], *given: Any) -> Any:
    start = time.process_time()
    made = do(*given)
    print(f"  {what}: {time.process_time() - start:.2f} s")
    return made


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3])) if len(sys.argv) > 2 else main(50, 100)
