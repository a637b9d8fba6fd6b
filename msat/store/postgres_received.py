"""The logs of other installations in a shared database: they come by their own log-ins, and are only read here.

Which ones are seen is decided by the database: a practice sees its own organisation's, a committee sees all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.store.engine import reading
from msat.store.postgres_engine import server_of
from msat.store.postgres_refusals import why
from msat.store.received import _T, SqliteReceived
from msat.store.refusals import STORE_ERRORS


class PostgresReceived(SqliteReceived):
    """The logs beside `own` that this log-in may see. A file of another organisation's log is refused by the server."""

    def __init__(self, url: URL, path: Path, engine: Engine, own: LogId) -> None:
        super().__init__(path, engine, own)
        self._url = url

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        try:
            with reading(self._engine) as connection:
                return work(connection)
        except STORE_ERRORS as error:
            cause, next_step = why(error)
            raise RecordProblem(f"The record in {server_of(self._url)} cannot be used: {cause}.", next_step) from error
