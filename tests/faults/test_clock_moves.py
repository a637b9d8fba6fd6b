"""Row 22 of the fault table: whatever is done to the clock, the order is the record's own and the move is written down.

A move back by more than five minutes, and one forward by more than a day that happens while the program runs, is an
entry of its own; nothing is ever refused. Forward while nothing runs cannot be told from having been shut for as long.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from msat.clock import FixedClock
from msat.places import Places
from msat.store.record import create_record, open_record
from tests.faults.figures import tell
from tests.record.makers import ORGANISATION, draft

YEARS = timedelta(days=3_652)
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPRING, AUTUMN = datetime(2027, 3, 28, 0, 59, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC)

MOVES: dict[str, tuple[datetime, timedelta, bool]] = {
    "ten years forward": (START, YEARS, True),
    "ten years back": (START, -YEARS, True),
    "ten years forward, to a 29 February": (datetime(2026, 2, 28, 12, tzinfo=UTC), timedelta(days=3_653), True),
    "a year forward": (START, timedelta(days=365), True),
    "a year back": (START, timedelta(days=-365), True),
    "a month back": (START, timedelta(days=-30), True),
    "three days forward": (START, timedelta(days=3), True),
    "a day and a minute forward": (START, timedelta(days=1, minutes=1), True),
    "exactly a day forward": (START, timedelta(days=1), False),
    "an hour forward": (START, timedelta(hours=1), False),
    "an hour back": (START, timedelta(hours=-1), True),
    "six minutes back": (START, timedelta(minutes=-6), True),
    "five minutes back": (START, timedelta(minutes=-5), False),
    "a second back": (START, timedelta(seconds=-1), False),
    "over the beginning of summer time": (SPRING, timedelta(minutes=1), False),
    "over the end of summer time": (AUTUMN, timedelta(minutes=1), False),
    "summer time mistaken for UTC, forward": (SPRING, timedelta(hours=1, minutes=1), False),
    "summer time mistaken for UTC, back": (AUTUMN, timedelta(hours=-1, minutes=1), True),
    "over the end of the year": (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), timedelta(seconds=2), False),
    "to the first day that computers know": (START, datetime(1970, 1, 1, tzinfo=UTC) - START, True),
}


@pytest.mark.parametrize("is_open", [True, False], ids=["while it is open", "between two starts"])
@pytest.mark.parametrize("move", MOVES)
def test_the_order_is_the_records_own_and_the_move_is_written_down(
    profile: Places, move: str, is_open: bool
) -> None:
    before, by, is_anomaly = MOVES[move]
    clock, seconds = FixedClock(before), [0.0]
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    record = open_record(profile, clock, steady=lambda: seconds[0])
    record.append([draft("before")])
    clock.moment += by
    seconds[0] += 1
    if not is_open:
        record.close()
        record = open_record(profile, clock, steady=lambda: seconds[0])
    record.append([draft("after")])
    record.append([draft("and on")])
    entries = list(record.entries(after=1))
    notes = [entry.data["note"] for entry in entries if entry.type == "alert.acknowledged"]
    assert [entry.seq for entry in entries] == list(range(2, 2 + len(entries)))
    assert notes == ["before", "after", "and on"]
    is_told = is_anomaly and (is_open or by < timedelta())
    assert [entry.type for entry in entries].count("clock.anomaly") == int(is_told)
    assert entries[-1].time == clock.now()
    assert record.verify().problems == ()
    record.close()
    tell(22, f"clock, {move}", 1, acknowledged=3, undetected=0)
