"""A program of its own that appends to a record and says each entry that it was told is recorded.

Run as: python -m tests.faults.appender PROFILE NAME COUNT [LIMIT]. With LIMIT (bytes) the disk is full from there on;
what the program is told then is printed, the limit is lifted, and it goes on.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from msat.clock import SystemClock
from msat.errors import NotRecorded
from msat.places import places
from msat.record.entries import Actor, Draft
from msat.store.record import SqliteRecord, open_record

PADDING = "x" * 900
PAUSE_S = float(os.environ.get("MSAT_APPENDER_PAUSE", "0"))
"""Between two appends. What a disk takes to flush holds a writer; in memory nothing would."""


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def append(record: SqliteRecord, name: str, number: int) -> None:
    data = {"note": f"{name}-{number}", "padding": PADDING}
    drafts = [Draft("alert.acknowledged", Actor(name, "tester"), data)] * (1 + number % 3)
    for entry in record.append(drafts):
        say(entry.id)


def fill(record: SqliteRecord, name: str, limit: int) -> None:
    """Appends until the disk is full, twice, then lifts the limit."""
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    refused = 0
    for number in range(1000):
        try:
            append(record, name, number)
        except NotRecorded as problem:
            say(f"refused {problem.explanation}")
            refused += 1
        if refused == 2:
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def main() -> None:
    profile, name, count, *limit = sys.argv[1:]
    with open_record(places(Path(profile)), SystemClock()) as record:
        say("open")
        if limit:
            fill(record, name, int(limit[0]))
        for number in range(int(count)):
            append(record, name, number)
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
