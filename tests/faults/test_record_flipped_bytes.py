"""Single bytes flipped in the record's file: every change to an entry's bytes is reported, and nothing crashes."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.places import Places
from msat.store.record import create_record, inspect_record, open_record
from tests.faults.figures import tell
from tests.record.makers import ORGANISATION, draft


@pytest.fixture
def made(profile: Places, clock: FixedClock) -> Places:
    """Fifty-one entries, a few of them on pages of their own."""
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as record:
        for number in range(10):
            record.append([draft(f"note {number} {n} " + "é" * (n * n * 60)) for n in range(5)])
    return profile


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM entry ORDER BY seq").fetchall()


def places_of_entries(data: bytes, path: Path) -> list[int]:
    """Every position in the file that holds a byte of a header, a body, an id or a signed head."""
    found: set[int] = set()
    for _log, _seq, stored_id, _kind, header, body, note in rows(path):
        for value in (stored_id, header, body, note):
            piece = value.encode("utf-8") if isinstance(value, str) else value
            start = data.find(piece) if piece else -1
            if start >= 0:
                found.update(range(start, start + len(piece)))
    return sorted(found)


def refused_at_opening(made: Places, clock: FixedClock) -> RecordProblem | None:
    try:
        open_record(made, clock).close()
    except RecordProblem as problem:
        return problem
    return None


def page_check(path: Path) -> bool:
    """What SQLite's own check of its pages says."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        return False


def check_entry_bytes(made: Places, trials: int, seed: int) -> tuple[int, int]:
    """Flips one byte of an entry at a time. Returns how many were reported, and how many SQLite itself noticed."""
    chance = random.Random(seed)
    original = made.record.read_bytes()
    positions = places_of_entries(original, made.record)
    assert len(positions) > 20_000
    reported = noticed = 0
    for position in chance.sample(positions, trials):
        changed = bytearray(original)
        changed[position] ^= 1 << chance.randrange(8)
        made.record.write_bytes(changed)
        outcome = inspect_record(made)
        reported += not outcome.valid
        noticed += not page_check(made.record)
        assert all(p.what.endswith(".") and p.next_step for p in outcome.problems)
    made.record.write_bytes(original)
    assert inspect_record(made).valid
    return reported, noticed


def test_every_flipped_byte_of_an_entry_is_reported(made: Places) -> None:
    reported, noticed = check_entry_bytes(made, 240, 7)
    tell(5, "bytes of entries flipped", 240, undetected=240 - reported, controls=f"SQLite itself noticed {noticed}")
    assert reported == 240
    # Positive control: SQLite's own check finds hardly any, so it is the chain that does.
    assert noticed < 60


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_thousand_flipped_bytes(made: Places) -> None:
    reported, noticed = check_entry_bytes(made, 5000, 8)
    tell(5, "bytes of entries flipped", 5000, undetected=5000 - reported, controls=f"SQLite itself noticed {noticed}")
    assert reported == 5000


def test_a_flip_anywhere_is_reported_or_changes_no_entry(made: Places, clock: FixedClock) -> None:
    chance = random.Random(9)
    original, whole = made.record.read_bytes(), rows(made.record)
    for _ in range(160):
        changed = bytearray(original)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        made.record.write_bytes(changed)
        outcome = inspect_record(made)
        if outcome.valid:
            assert rows(made.record) == whole
        if refusal := refused_at_opening(made, clock):
            assert refusal.next_step
            assert not outcome.valid
    tell(5, "bits flipped anywhere in the file", 160)


def test_a_flip_in_every_byte_of_the_first_hundred_is_no_crash(made: Places, clock: FixedClock) -> None:
    """The database's own header: page size, versions, encodings."""
    original, whole = made.record.read_bytes(), rows(made.record)
    for position in range(100):
        changed = bytearray(original)
        changed[position] ^= 1
        made.record.write_bytes(changed)
        if inspect_record(made).valid:
            assert rows(made.record) == whole


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_file_cut_short_is_reported(made: Places, clock: FixedClock, part: float) -> None:
    original = made.record.read_bytes()
    made.record.write_bytes(original[: int(len(original) * part)])
    assert not inspect_record(made).valid
    with pytest.raises(RecordProblem):
        open_record(made, clock).append([draft()])
