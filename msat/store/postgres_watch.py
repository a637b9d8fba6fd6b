"""Hears that somebody recorded in a shared database: LISTEN and NOTIFY, one channel an organisation, and no asking
again and again.

What is told is which log grew, nothing of what was recorded; whoever may log in can listen, and so learn how busy an
organisation is. Who records tells it after the commit, in a transaction that nobody waits for: a notice inside the
entry's own would hold up every other writer of the server for as long as its commit takes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection

from msat.ids import LogId
from msat.store.postgres_engine import database_engine
from msat.store.refusals import STORE_ERRORS


def channel_of(ods: str) -> str:
    """The channel of an organisation, as LISTEN takes it in quotes."""
    return f"msat_{ods.lower()}"


def tell(connection: Connection, ods: str, log: LogId) -> None:
    """Tells the other windows of an organisation that `log` grew, once the caller's transaction has committed."""
    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
    connection.exec_driver_sql("SELECT pg_catalog.pg_notify(?, ?)", (channel_of(ods), log))


class Watch:
    """One connection that listens. Used by one thread; `close` may be called by another when it has ended."""

    def __init__(self, url: URL, ods: str) -> None:
        self._channel = channel_of(ods)
        self._engine = database_engine(url, pool=1)
        self._connection: Connection | None = None

    def heard(self, seconds: float) -> bool:
        """Waits at most so long. True when somebody recorded, or may have while nobody listened.

        Raises one of STORE_ERRORS or RecordProblem when the server does not answer; the next call connects anew.
        """
        if self._connection is None:
            self._connect()
            return True
        driver: Any = self._connection.connection.driver_connection
        try:
            found = list(driver.notifies(timeout=seconds, stop_after=1))
            return bool(found)
        except BaseException:
            self._let_go()
            raise

    def _connect(self) -> None:
        made = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            made.exec_driver_sql(f'LISTEN "{self._channel}"')
        except BaseException:
            made.close()
            raise
        self._connection = made

    def _let_go(self) -> None:
        made, self._connection = self._connection, None
        if made is not None:
            try:
                made.invalidate()
                made.close()
            except STORE_ERRORS:
                pass  # it was lost: that is why it is let go

    def close(self) -> None:
        """Ends the connection."""
        self._let_go()
        self._engine.dispose()
