"""One process at a time: a lock beside a file, held by SQLite itself, so that every system keeps it and a dead process
lets go of it.

Knows nothing of what it guards. The lock's own file is empty and stays; nothing is ever read from it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msat.errors import RecordProblem


class Busy(RecordProblem):
    """Another process, or another thread of this one, held the lock for too long."""

    title = "Another window is at work"


class Alone:
    """A lock at `path`, or none where that is None. The thread that holds it may take it again."""

    def __init__(self, path: Path | None, wait_s: float = 15.0, other: str = "Another window of MSAT was busy") -> None:
        self._path, self._wait_s, self._other = path, wait_s, other
        self._here = threading.RLock()
        self._depth = 0
        self._held: sqlite3.Connection | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Waits for the lock and holds it. Raises Busy; where no lock can be made (a folder only to be read), goes on.

        Whoever may not write beside the file may not write the file either, and it says so itself.
        """
        if not self._here.acquire(timeout=self._wait_s):
            raise Busy("Another part of this window was busy for too long.", "Wait for it to finish, then try again.")
        try:
            if self._depth == 0:
                self._held = self._taken()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._held is not None:
                    self._held.close()
                    self._held = None
        finally:
            self._here.release()

    def _taken(self) -> sqlite3.Connection | None:
        if self._path is None:
            return None
        for is_last in (False, True):
            connection: sqlite3.Connection | None = None
            try:
                connection = sqlite3.connect(
                    self._path, timeout=self._wait_s, isolation_level=None, check_same_thread=False
                )
                connection.execute("BEGIN EXCLUSIVE")
                return connection
            except sqlite3.Error as error:
                if connection is not None:
                    connection.close()
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF
                if code == sqlite3.SQLITE_BUSY:
                    raise Busy(f"{self._other} for too long.", "Wait for it to finish, then try again.") from None
                if code != sqlite3.SQLITE_NOTADB or is_last:
                    return None
                with suppress(OSError):  # somebody wrote into it; it holds nothing
                    self._path.unlink()
        return None
