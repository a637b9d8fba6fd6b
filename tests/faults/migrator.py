"""A program of its own that opens a profile as a later MSAT would, which brings the record to schema 2.

Run as: python -m tests.faults.migrator PROFILE. Says "open" before it begins and "done" when the record is migrated.
"""

from __future__ import annotations

import sys
from pathlib import Path

from msat import bootstrap
from msat.clock import SystemClock
from msat.places import places
from msat.store import backup, engine, migrating, record
from msat.store.migrations import running
from tests.store.newer_program import newer_program

LOADED = (backup, engine, migrating, record, running)
"""Imported before "open" is said, so that a kill falls into the work and not into the loading of modules."""


def main() -> None:
    where = places(Path(sys.argv[1]))
    with newer_program():
        sys.stdout.write("open\n")
        sys.stdout.flush()
        with bootstrap._open_record(where, SystemClock(), None) as opened:
            sys.stdout.write(f"done {opened.read_only}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
