"""Erasure in a shared database: the database's own door is asked, and this computer's copy of the log follows.

No log-in may empty a body. The door (`migrations.database.schema_3`) empties what the orders of a log name, once it has
checked for itself that the log's key signed them. What the server keeps besides, in old rows until they are cleared
away, in archives and backups, is its administrator's business: the guide says how.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import URL, Connection, Engine

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.record.erasure import ERASED
from msat.store import postgres_schema as schema
from msat.store.engine import reading, writing
from msat.store.erasing import Pending
from msat.store.postgres_copy import INSERT, LocalCopy, Stored
from msat.store.postgres_engine import server_of
from msat.store.postgres_guards import check_schema
from msat.store.postgres_refusals import state_of, why
from msat.store.refusals import STORE_ERRORS

MIGRATE = "Have whoever looks after it run: msatctl database migrate."
STILL_THERE = (
    "The database's old rows, archives and backups hold what was erased until its administrator clears them away: the "
    "guide for administrators says how, under “Erasure”."
)
_DOOR = "SELECT msat.empty_ordered(?)"


def why_not(connection: Connection, url: URL) -> str:
    """Why no body can be emptied in this database; empty where one can."""
    if check_schema(connection) >= schema.WITH_ERASURE:
        return ""
    return f"The database {server_of(url)} cannot erase yet: nothing was erased."


def ask(connection: Connection, log: LogId) -> int:
    """Empties what the orders of `log` name, inside the caller's transaction; returns how many were still there."""
    return int(connection.exec_driver_sql(_DOOR, (log,)).scalar() or 0)


def put_in(connection: Connection, url: URL, log: LogId, values: Sequence[Stored]) -> None:
    """Puts entries of `log` back that the server lost, inside the caller's transaction; what they order is done again.

    Raises RecordProblem where some of them were erased and the server came back with a schema from before that.
    """
    is_about_erasure = any(body is None or kind == ERASED for _log, _seq, _id, kind, _header, body, _note in values)
    if is_about_erasure and (words := why_not(connection, url)):
        raise RecordProblem(f"{words} What it lost holds entries that were erased.", MIGRATE)
    connection.exec_driver_sql(INSERT, values)
    if is_about_erasure:
        ask(connection, log)


def erase_again(engine: Engine, url: URL, log: LogId) -> None:
    """At the start: what a server that was put back from a backup still holds, and an order of the log erased.

    Raises nothing: the proof finds what could not be erased, and says what to do.
    """
    statement = "SELECT 1 FROM entry WHERE log = ? AND type = ? AND body IS NOT NULL LIMIT 1"
    with suppress(RecordProblem, *STORE_ERRORS), reading(engine) as connection:
        if why_not(connection, url) or connection.exec_driver_sql(statement, (log, ERASED)).scalar() is None:
            return
        connection.rollback()
        empty_in_database(engine, url, log)


def empty_in_database(engine: Engine, url: URL, log: LogId) -> int:
    """As `ask`, in a transaction of its own. Raises RecordProblem when the database refuses or does not answer."""
    try:
        with writing(engine.execution_options(msat_log=log)) as connection:
            return ask(connection, log)
    except STORE_ERRORS as error:
        raise _problem(url, error) from error


def finish(engine: Engine, url: URL, copy: LocalCopy, pending: Pending) -> int:
    """Empties what is ordered in the database and then in this computer's copy; returns how many bodies that were."""
    try:
        with writing(engine.execution_options(msat_log=pending.log)) as connection:
            emptied = ask(connection, pending.log)
            copy.catch_up(connection)
    except STORE_ERRORS as error:
        raise _problem(url, error) from error
    return max(emptied, copy.empty(pending.log))


def _problem(url: URL, error: BaseException) -> RecordProblem:
    server = server_of(url)
    if state_of(error) == "42501":
        return RecordProblem(
            f"The database {server} did not erase what was ordered: {_said(error)}.",
            "Run verify, and ask whoever looks after MSAT.",
        )
    cause, next_step = why(error)
    return RecordProblem(f"The erasure in {server} did not come to its end: {cause}.", next_step)


def _said(error: BaseException) -> str:
    """The database's own words for a refusal, one line."""
    return (str(getattr(error, "orig", error)).splitlines() or ["it gave no reason"])[0][:200]
