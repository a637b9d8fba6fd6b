"""A record in a file does not begin in a profile that goes with a shared database, or with what is left of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.places import places
from msat.store.record import create_record
from tests.fakes import NOON
from tests.record.makers import ORGANISATION


@pytest.mark.parametrize("left", ["database", "own_log_copy"])
def test_no_record_of_a_file_begins_beside_what_is_left_of_a_shared_one(tmp_path: Path, left: str) -> None:
    where = places(tmp_path / "profile")
    where.make()
    found: Path = getattr(where, left)
    found.parent.mkdir(parents=True, exist_ok=True)
    found.write_bytes(b"what is left")
    with pytest.raises(Refused, match="shared database"):
        create_record(where, ORGANISATION, FixedClock(NOON), "0.1")
    assert not where.record.exists()
    assert not list(where.keys.glob("*.key"))
