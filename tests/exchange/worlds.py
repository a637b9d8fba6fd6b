"""A world of six installations that know each other, made once and copied for each trial: three workstations of one
practice, two more practices and a committee."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from msat.clock import FixedClock
from msat.places import places
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from tests.exchange.sites import enrol, make_site
from tests.fakes import MemoryViews

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALBION = Organisation("Albion Practice", "A81001", "gp-practice")
SITES = (
    ALBION,
    ALBION,
    ALBION,
    Organisation("Bridge Surgery", "B82002", "dispensing-practice"),
    Organisation("Castle Pharmacy", "FC303", "community-pharmacy"),
    Organisation("The Committee", "16C", "committee"),
)


@cache
def _first() -> tuple[Desk, ...]:
    folder, clock = Path(mkdtemp(prefix="msat-world-")), FixedClock(START)
    desks = tuple(make_site(folder / str(n), one, clock) for n, one in enumerate(SITES))
    for one, other in itertools.permutations(desks, 2):
        enrol(one, other)
    rmtree(folder)  # what they know of each other is in memory
    return desks


def world(folder: Path, clock: FixedClock) -> list[Desk]:
    """Six desks of their own, everybody enrolled with everybody."""
    return [_copied(desk, folder / f"site-{n}", clock) for n, desk in enumerate(_first())]


def _copied(desk: Desk, folder: Path, clock: FixedClock) -> Desk:
    before = desk.record
    assert isinstance(before, MemoryRecord)
    files, where = MemoryFiles(), places(folder)
    record = MemoryRecord(before.organisation, clock, files)
    record._entries, record._notes, record._signer = [*before._entries], {**before._notes}, before._signer
    for head in before.received.heads():
        note = before.received.note(head.log)
        assert note is not None
        record.received.take(head.log, 0, before.received.raw(head.log), note)
    where.make()
    return Desk(where, clock, record, files, MemoryViews(record, files), desk.knowledge, desk.close)
