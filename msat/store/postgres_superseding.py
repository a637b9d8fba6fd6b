"""Starts the log that supersedes this one, in a shared database: both lie there, under the same organisation.

As for a file (`superseding`): the new key is kept first, then the first entry is committed, and only then the mark goes
over; the next start finishes what was left. The database takes a first entry only where what it says it goes on for is
an end of this organisation's own log.
"""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from sqlalchemy import URL, Connection, Engine

from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.entries import Entry
from msat.record.proof import Expected, prove
from msat.store import rows
from msat.store.engine import reading, writing
from msat.store.key_places import key_store
from msat.store.lineage_held import lineage_in
from msat.store.postgres_ends import signed_end
from msat.store.postgres_engine import database_engine, server_of
from msat.store.postgres_inspection import raw_rows
from msat.store.postgres_refusals import why
from msat.store.refusals import STORE_ERRORS
from msat.store.superseding import NewLog, Wanted, check_newest, go_over, longest_known

MEND = (
    "A log is superseded only where what is left of it is whole. Fetch its end back (msatctl log fetch FILE), or have "
    "the newest backup of the database restored."
)


def supersede(places: Places, url: URL, engine: Engine, wanted: Wanted, now: datetime) -> tuple[LogId, str]:
    """Starts the new log; its name, and its recovery key, printed: shown once, kept nowhere.

    It goes on after the last entry that the old log's key signed: what others wrote behind that stays behind. Raises
    Refused when it is not whole as far as that, NotRecorded when nothing was begun, RecordProblem when that cannot be
    told.
    """
    with reading(engine) as connection:
        signed = signed_end(connection, wanted.log)
    counted = takewhile(
        lambda row: signed is None or row.seq <= signed.head.size, raw_rows(engine, server_of(url), wanted.log)
    )
    found = prove(counted, None, Expected(wanted.log))
    for wrong in found.problems:
        raise Refused(f"The log in the database is not whole. {wrong.where}: {wrong.what}", MEND)
    new = NewLog(places, wanted)
    known = longest_known(places, engine, wanted.log, signed.keys if signed else None)
    try:
        with writing(engine) as connection:
            check_newest(newest_in(connection, places, wanted.log), wanted.log)
            signed = signed_end(connection, wanted.log)
            if signed is None:
                raise RecordProblem("Nothing of the log in the database is signed by its key.", MEND)
            new.begin(connection, signed.head, known, now, signed.keys)
    except STORE_ERRORS as error:
        _settle(engine, new.first, error)
    return new.finish().log, new.recovery.printed


def _settle(engine: Engine, first: Entry | None, error: BaseException) -> None:
    """After an error: waits for the old log's lock, which a transaction under way holds, and looks."""
    cause, next_step = why(error)
    try:
        with writing(engine) as connection:
            there = first is not None and rows.entry_by_id(connection, first.id) is not None
    except STORE_ERRORS as second:
        raise RecordProblem(
            f"It is not known whether the new log was begun: {cause}, and the database could not be asked again.",
            "Open MSAT again when it answers: it finishes what was begun, or shows the old log as it was.",
        ) from second
    if not there:
        raise NotRecorded(f"No new log was begun: {cause}.", next_step) from error


def newest_in(connection: Connection, places: Places, log: LogId) -> LogId:
    """The log of this installation that goes on for `log`, or `log` itself. Changes nothing.

    A log counts as this installation's when its key is kept here and its first entry is in the database.
    """
    after = {}
    for one in _others_with_key(places, log):
        try:
            after[one] = lineage_in(connection, one)
        except RecordProblem:
            continue  # what its first entry claims is not there: nothing goes on in it
    following = [one for one, line in after.items() if any(head.log == log for head in line)]
    return max(following, key=lambda one: len(after[one]), default=log)


def _others_with_key(places: Places, log: LogId) -> list[LogId]:
    try:
        return [one for one in key_store(places).logs() if one != log]
    except RecordProblem:
        return []


def refuse_where_superseded(connection: Connection, places: Places, log: LogId) -> None:
    """Asked under the writers' lock. Raises RecordProblem where another window has begun a log to go on for `log`."""
    newest = newest_in(connection, places, log)
    if newest != log:
        raise RecordProblem(
            f"Another window started a log that goes on for this one, {newest[:8]}: nothing is added here now.",
            "Close this window and open MSAT again.",
        )


def own_log(places: Places, url: URL, log: LogId) -> LogId:
    """The log that is written now where `log` was, asked of the database; goes over to it where that was interrupted.

    `log` itself where no other has a key here, or the database does not answer: then nothing is recorded anyway.
    """
    if not _others_with_key(places, log):
        return log
    engine = database_engine(url, pool=1)
    try:
        with reading(engine) as connection:
            newest = newest_in(connection, places, log)
            end = rows.last_head(connection, newest) if newest != log else None
    except STORE_ERRORS:
        return log
    finally:
        engine.dispose()
    if end is not None:
        go_over(places, end)
    return newest


def logs_with_key(places: Places, url: URL) -> set[LogId]:
    """The logs whose keys are here, without those that another goes on for: where nothing else says which is written.

    Asks the database where there are several. Raises one of STORE_ERRORS when it does not answer.
    """
    found = key_store(places).logs()
    if len(found) < 2:
        return set(found)
    engine = database_engine(url, pool=1)
    try:
        with reading(engine) as connection:
            begun = [log for log in found if rows.entry_at(connection, log, 1) is not None]
            return {newest_in(connection, places, log) for log in begun}
    finally:
        engine.dispose()
