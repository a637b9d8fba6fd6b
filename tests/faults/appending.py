"""Work that goes on until it is killed: recording, taking in returns; and bare SQLite writers in modes known to lose.

Each says what it was told is stored, right after it was told.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from msat.bootstrap import _open_record, open_desk
from msat.clock import SystemClock
from msat.exchange.arrivals import Outcome
from msat.services.take_return import enrolled, take_return
from msat.store.record import open_record
from tests.faults.flows import practice
from tests.record.makers import draft
from tests.store.newer_program import newer_program

Say = Callable[[Any], None]
ROWS = 12
SOME = 8


def record(folder: Path, say: Say) -> None:
    """Appends for ever: one, two, three entries at a time."""
    with open_record(practice(folder), SystemClock()) as opened:
        say({"open": True})
        number = 0
        while True:
            number += 1
            drafts = [draft(f"{os.getpid()}-{number} " + "x" * 900)] * (1 + number % 3)
            say({"ids": [entry.id for entry in opened.append(drafts)]})


def record_some(folder: Path, say: Say) -> None:
    """A few appends of a few entries, each on the disk before the next."""
    with open_record(practice(folder), SystemClock()) as opened:
        for number in range(SOME):
            drafts = [draft(f"note {number} " + "x" * 900)] * (1 + number % 3)
            say({"ids": [entry.id for entry in opened.append(drafts)]})


def take_in(folder: Path, say: Say) -> None:
    """Takes in one return after another: each file of the folder `returns`, in the order of their names."""
    desk = open_desk(practice(folder), SystemClock())
    known = enrolled(desk)
    for path in sorted((folder / "returns").iterdir()):
        found = take_return(desk, path.read_bytes(), path.name, known)
        desk.views.catch_up()
        if found.outcome in (Outcome.NEW, Outcome.SAME, Outcome.OLDER):
            say({"taken": int(path.stem)})
    desk.close()


def migrate(folder: Path, say: Say) -> None:
    """Opens the profile with an MSAT of the future, which brings its record to a newer schema."""
    with newer_program():
        _open_record(practice(folder), SystemClock(), None).close()
        say({"migrated": True})


def bare(mode: str, synchronous: str) -> Callable[[Path, Say], None]:
    """A writer of rows without our record, in a journal mode: most of them lose, which is what they are for."""

    def work(folder: Path, say: Say) -> None:
        path = folder / "bare.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA journal_mode = {mode}")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            for number in range(ROWS):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO row (n, filler) VALUES (?, ?)", (number, "x" * 700))
                connection.execute("COMMIT")
                say({"row": number})

    return work


def make_bare(folder: Path, mode: str) -> None:
    """The database of a bare writer, closed again."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, filler TEXT)")


MODES = {
    "TRUNCATE+FULL": ("TRUNCATE", "FULL"),
    "DELETE+FULL": ("DELETE", "FULL"),
    "WAL+NORMAL": ("WAL", "NORMAL"),
}
KINDS: dict[str, Callable[[Path, Say], None]] = {
    "record": record,
    "record some": record_some,
    "take in": take_in,
    "migrate": migrate,
    **{name: bare(*mode) for name, mode in MODES.items()},
}
