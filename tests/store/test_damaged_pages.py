"""A damaged page of the record's file: what stands before it is proven and shown, and the finding says where."""

from __future__ import annotations

import pytest

from msat.clock import FixedClock
from msat.places import Places
from msat.store.record import create_record, inspect_record
from tests.record.makers import ORGANISATION, draft

PAGE = 4096


@pytest.fixture
def made(profile: Places, clock: FixedClock) -> Places:
    """A record of some hundred pages of short entries."""
    with create_record(profile, ORGANISATION, clock, "0.1")[0] as record:
        record.append([draft(f"note {number}") for number in range(300)])
    return profile


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_what_stands_before_a_damaged_page_is_proven_and_shown(made: Places, share: float) -> None:
    size = made.record.stat().st_size
    with made.record.open("r+b") as file:
        file.seek(int(size * share) // PAGE * PAGE)
        file.write(b"Z" * PAGE)
    outcome = inspect_record(made)
    broken = next(problem for problem in outcome.problems if "cannot be read further" in problem.what)
    assert broken.where == f"after entry {outcome.entries}"
    assert abs(outcome.entries - 301 * share) < 90
    assert outcome.checked[1].endswith(f"{outcome.entries} entries.")
    assert not any("holds no entry" in problem.what for problem in outcome.problems)
