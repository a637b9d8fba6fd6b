"""Fetches the end of the own log back from a copy that others hold: every entry proven, then all of it or nothing.

Nothing is added that this installation did not write: the copy was verified whole, its head is signed by the key that
the log's own history allows, and it begins with exactly the entries that are here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from sqlalchemy import Engine

from msat.errors import RecordProblem, Refused
from msat.ids import EntryId, LogId
from msat.places import Places
from msat.record.entries import Head
from msat.record.erasure import ERASED
from msat.record.high_water import read_mark, write_mark
from msat.record.identity import identity_of
from msat.record.proof import Expected, Row, prove
from msat.record.received import RawEntry
from msat.record.seen_heads import contradicted, read_heads
from msat.record.verification import Verification
from msat.store import rows
from msat.store.engine import reading, writing
from msat.store.erasing import Pending, begin
from msat.store.keys_in_force import identity_in
from msat.store.refusals import STORE_ERRORS, why
from msat.store.restored_note import read_standing
from msat.store.superseding import refuse_where_superseded


def fetch_back(places: Places, engine: Engine, log: LogId, after: int, later: Sequence[RawEntry], note: str) -> Head:
    """Adds `later`, which follow entry `after` of the own log and end with the signed head `note`.

    Returns the end of the log now; a record that now reaches everything it was ever known to hold may be added to
    again. Raises Refused for what does not prove whole, RecordProblem when the disk failed.
    """
    found = _proof(places, log, after, later, note)
    if found.problems:
        first = found.problems[0]
        raise Refused(f"The copy does not fit what is here. {first.where}: {first.what}", "Use another copy.")
    values = [
        (log, after + n, row.id, row.type, row.header, row.body, note if row is later[-1] else None)
        for n, row in enumerate(later, start=1)
    ]
    if any(row.type == ERASED for row in later):
        begin(places, Pending(log, after))
    end = Head(log, after + len(later), EntryId(later[-1].id))
    try:
        with writing(engine) as connection:
            refuse_where_superseded(places, log)
            if rows.last_head(connection, log).size != after:
                raise RecordProblem("The record was added to meanwhile.", "Try again.")
            connection.exec_driver_sql(rows.INSERT, values)
        with reading(engine) as connection:
            if rows.last_head(connection, log) != end:
                raise RecordProblem("What was fetched back did not read back as it was written.", "Run verify.")
    except STORE_ERRORS as error:
        cause, next_step = why(error)
        raise RecordProblem(f"Nothing was fetched back: {cause}.", next_step) from error
    _settle(places, engine, end)
    return end


def _proof(places: Places, log: LogId, after: int, later: Sequence[RawEntry], note: str) -> Verification:
    here = (row for row in rows.raw_rows(places.record) if row.log == log)
    marks = [read_mark(places.high_water_mark)]
    known = tuple(mark for mark in marks if mark is not None and mark.log == log and mark.size <= after + len(later))
    return prove(chain(here, _as_rows(log, after, later, note)), None, Expected(log, known))


def _as_rows(log: LogId, after: int, later: Sequence[RawEntry], note: str) -> Iterator[Row]:
    for n, one in enumerate(later, start=1):
        kept = note if n == len(later) else None
        yield Row(log, after + n, one.id, one.type, one.header, one.body, kept)


def _settle(places: Places, engine: Engine, end: Head) -> None:
    """Lets the record be added to again, where it is now as long as it was ever known to be."""
    mark, standing = read_mark(places.high_water_mark), read_standing(places.restored)
    with reading(engine) as connection:
        keys = identity_of(identity_in(connection, end.log)).keys
        heads = list(read_heads(places.seen_heads, end.log, keys))

        def id_at(seq: int) -> str | None:
            entry = rows.entry_at(connection, end.log, seq)
            return entry.id if entry else None

        if contradicted(end, heads, id_at):
            return
    if mark is not None and mark.log != end.log:
        return  # another window began a log that goes on for this one, as far as it is here now
    try:
        if standing is not None and standing.is_known and mark is not None and end.size >= mark.size:
            places.restored.unlink(missing_ok=True)
        if mark is not None and end.size > mark.size:
            write_mark(places.high_water_mark, end)
    except OSError as error:
        raise RecordProblem(
            f"The entries were fetched back, but the record's note was not changed: {why(error)[0]}.",
            "Make room on the disk, then take the copy in once more.",
        ) from error
