"""Sends the end of the own log back to a database that lost it, from a return that others hold: proven, all or none.

Nothing is sent that this installation did not write: its key's signature over the head in the file says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from sqlalchemy import URL, Engine

from msat.errors import RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.entries import Head
from msat.record.erasure import ERASED
from msat.record.high_water import read_mark
from msat.record.proof import Expected, Row, prove
from msat.record.received import RawEntry
from msat.store.engine import writing
from msat.store.erasing import Pending, begin
from msat.store.postgres_engine import server_of
from msat.store.postgres_erasing import put_in
from msat.store.postgres_inspection import raw_rows
from msat.store.postgres_refusals import why
from msat.store.refusals import STORE_ERRORS


def send_back(
    places: Places, url: URL, engine: Engine, log: LogId, after: int, later: Sequence[RawEntry], note: str
) -> Head:
    """Adds `later`, which follow entry `after` of the own log and end with the signed head `note`.

    Returns the end of the log now. Raises Refused for what does not prove whole, RecordProblem when it was not taken.
    """
    rows = list(_rows(log, after, later, note))
    if not rows:
        raise Refused("The file holds nothing that the database lacks.", "Look for a newer return of this log.")
    mark = read_mark(places.high_water_mark)
    known = (mark,) if mark is not None and mark.log == log and mark.size <= rows[-1].seq else ()
    found = prove(chain(raw_rows(engine, server_of(url), log), rows), None, Expected(log, known))
    for wrong in found.problems:
        words = f"The copy does not fit what the database has. {wrong.where}: {wrong.what}"
        raise Refused(words, "Use another copy.")
    if any(row.type == ERASED for row in rows):
        begin(places, Pending(log, after))
    try:
        with writing(engine) as connection:
            statement = "SELECT max(seq) FROM entry WHERE log = ?"
            if connection.exec_driver_sql(statement, (log,)).scalar() != after:
                raise RecordProblem("The log was added to meanwhile.", "Open MSAT again.")
            values = [(log, row.seq, row.id, row.type, row.header, row.body, row.note) for row in rows]
            put_in(connection, url, log, values)
    except STORE_ERRORS as error:
        cause, next_step = why(error)
        raise RecordProblem(f"It is not certain that the end was sent back: {cause}.", next_step) from error
    return Head(log, rows[-1].seq, later[-1].id)


def _rows(log: LogId, after: int, later: Sequence[RawEntry], note: str) -> Iterator[Row]:
    for seq, one in enumerate(later, start=after + 1):
        yield Row(log, seq, one.id, one.type, one.header, one.body, note if seq == after + len(later) else None)
