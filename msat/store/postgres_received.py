"""The logs of other installations in a shared database: they come by their own log-ins, and are only read here.

Which ones are seen is decided by the database: a practice sees its own organisation's, a committee sees all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from msat.errors import NotRecorded, RecordProblem
from msat.ids import EntryId, LogId
from msat.store.engine import reading, writing
from msat.store.postgres_engine import server_of
from msat.store.postgres_refusals import state_of, why
from msat.store.received import _T, SqliteReceived, _end
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

    def _settle(self, log: LogId, size: int, last: EntryId, error: BaseException) -> None:
        """After an error: looks whether the entries are there after all. Returns when they are."""
        server = server_of(self._url)
        if state_of(error) == "42501":
            raise NotRecorded(
                f"Nothing of this file was stored: {server} takes an organisation's log from its own log-in only.",
                "Ask that organisation to record in the shared database; a committee's log-in reads all logs there.",
            ) from error
        cause, next_step = why(error)
        if self._end_of(log) != (size, last):
            raise NotRecorded(f"Nothing of this file was stored: {cause}.", next_step) from error

    def _end_of(self, log: LogId) -> tuple[int, EntryId]:
        try:
            # Inside the writers' lock: a transaction still under way on the server is waited for.
            with writing(self._engine.execution_options(msat_log=log)) as connection:
                return _end(connection, log)
        except STORE_ERRORS as error:
            raise RecordProblem(
                f"It is not known whether this file was taken in: {why(error)[0]}.",
                "Open MSAT again and take the file in once more: what is here already is not stored twice.",
            ) from error
