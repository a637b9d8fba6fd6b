"""Who holds up the writers of a shared database: told to whoever waited too long, and to the administrator's check.

Only log-ins of one's own organisation can (schema 4), by a transaction that was begun and not ended; and whoever may
prepare transactions on the server. Ends nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine

from msat.ids import LogId
from msat.store.engine import reading
from msat.store.refusals import STORE_ERRORS

CLOSE_THAT = (
    "Close MSAT there, or whatever else uses that log-in, and try again. Or have whoever looks after the database end "
    "that connection: msatctl database check names it."
)
_HAS_ROWS = "SELECT pg_catalog.to_regprocedure('msat.writer_of(text)') IS NOT NULL"
_LONG_S = 60
_HELD = f"""SELECT l.ods, l.log, a.usename, a.application_name, k.pid,
  extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint
FROM msat.log l
JOIN pg_catalog.pg_locks k ON k.locktype = 'transactionid' AND k.transactionid = l.xmax AND k.granted
JOIN pg_catalog.pg_stat_activity a ON a.pid = k.pid
WHERE a.xact_start < pg_catalog.clock_timestamp() - interval '{_LONG_S} seconds' ORDER BY 1, 2"""  # noqa: S608
_PREPARED = """SELECT gid, owner, prepared::text FROM pg_catalog.pg_prepared_xacts
WHERE database = pg_catalog.current_database() ORDER BY prepared"""


def who_holds(engine: Engine, log: LogId) -> tuple[str, str] | None:
    """Which log-in writes to `log` and does not come to an end, and what to do; None where it cannot be told."""
    try:
        with reading(engine) as connection:
            if not connection.exec_driver_sql(_HAS_ROWS).scalar():
                return None
            found = connection.exec_driver_sql("SELECT * FROM msat.writer_of(?)", (log,)).one_or_none()
    except STORE_ERRORS:
        return None
    if found is None:
        return None
    login, program, number = found
    whose = f"the log-in “{login}”" if login else "a transaction that was prepared on the server"
    by = f" ({program or 'a program without a name'}, connection {number} of the server)" if login else ""
    return f"{whose}{by} is writing to this log and did not finish in time", CLOSE_THAT


def held_up(connection: Connection) -> Iterator[str]:
    """For `database check`: a sentence for each transaction that holds up writers for more than a minute."""
    may = "SELECT pg_catalog.has_table_privilege(pg_catalog.to_regclass('msat.log')::oid, 'SELECT')"
    if connection.exec_driver_sql(may).scalar():
        for ods, log, login, program, number, seconds in connection.exec_driver_sql(_HELD):
            yield (
                f"The log-in “{login}” ({program or 'no name'}, connection {number}) has held the log {log} of {ods} "
                f"for {int(seconds) // 60} minutes, so that nobody can record there. To end it: "
                f"SELECT pg_terminate_backend({number});"
            )
    for name, owner, since in connection.exec_driver_sql(_PREPARED):
        yield (
            f"“{owner}” prepared the transaction “{name}” ({since}) and did not end it: it can hold up writers for "
            "ever. MSAT prepares none. To end it: ROLLBACK PREPARED."
        )
