"""`verify` for a log in a shared database: the proof over the rows as the server gives them, the guards, mark and copy.

Writes nothing. Whatever goes wrong becomes a finding in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import URL, Connection, Engine

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record.copies import prove_all
from msat.record.entries import Head
from msat.record.findings import KEEP
from msat.record.high_water import read_mark
from msat.record.proof import Expected, Row
from msat.record.seen_heads import read_heads
from msat.record.verification import Problem, Verification
from msat.store.copies_held import copies_in
from msat.store.engine import reading
from msat.store.files import FolderFiles
from msat.store.installation_held import installation
from msat.store.keys_in_force import keys_in
from msat.store.postgres_copy import COLUMNS, LocalCopy
from msat.store.postgres_counted import counted_upto, problem_of, what_is_left
from msat.store.postgres_ends import signed_end
from msat.store.postgres_engine import server_of
from msat.store.postgres_guards import check_schema, missing_guards, unsafe_settings
from msat.store.postgres_line import lineage_or_none, said_in
from msat.store.postgres_received import ENTRY, table_of
from msat.store.postgres_refusals import why
from msat.store.refusals import STORE_ERRORS
from msat.store.rows import STEP

_LOOKED = "0. The database's table, functions, policies and guards against change were looked at."


def inspect_log(places: Places, url: URL, engine: Engine, log: LogId) -> Verification:
    """Steps 1 to 6 of the proof over one log in the database at `url`."""
    server = server_of(url)
    problems: list[Problem] = []
    marks = _seen_before(places, log, problems)
    try:
        with reading(engine) as connection:
            check_schema(connection)
            words = [*missing_guards(connection), *unsafe_settings(connection)]
            seen = _held_elsewhere(connection, places, log)
            earlier = lineage_or_none(connection, log)
            said = said_in(connection, places, log, earlier)
            behind = {one: signed_end(connection, one) for one in (log, *(head.log for head in earlier))}
    except STORE_ERRORS as error:
        cause, next_step = why(error)
        fault = Problem(f"The record in {server} cannot be read: {cause}.", server, next_step)
        return Verification((fault, *problems), ("0. The database was asked.",), 0)
    except RecordProblem as error:
        return Verification((_finding(error, server), *problems), ("0. The database was asked.",), 0)
    problems += [Problem(one, server, KEEP) for one in words]
    own = behind[log]
    problems += [own.problem()] if own is not None and own.left else []
    left = [one for head in earlier if (one := behind[head.log]) is not None and one.left and one.head == head]
    beside = installation(places, log, seen, own.note if own is not None else None)
    problems += beside.problems
    expected = Expected(log, tuple(marks), beside.public, seen=seen or (), must_be_erased=True)
    copies = copies_in(places.own_log_copy, log) if places.own_log_copy.is_file() else {}
    ends = {one.head.log: one.head.size for one in left}
    for copy in sorted(set(copies) - {log, *(head.log for head in earlier)}):
        upto, found = _left_in_copy(engine, copy)
        problems += found
        ends |= {copy: upto} if upto is not None else {}
    proven = _every_row(engine, server, log, [head.log for head in earlier], copies, ends)
    outcome = prove_all(proven, FolderFiles(places.files), expected, copies, earlier)
    told = (*said, *(one.say_left() for one in left), *beside.said)
    checked = (_LOOKED, *outcome.checked[:-1], *told, outcome.checked[-1])
    return replace(outcome, problems=(*problems, *outcome.problems), checked=checked)


def _every_row(
    engine: Engine,
    server: str,
    own: LogId,
    earlier: Sequence[LogId],
    copies: Iterable[LogId],
    ends: Mapping[LogId, int],
) -> Iterator[Row]:
    """The rows of the own logs and of those that were enrolled, wherever they lie in the database.

    `ends`: the last entries that count, where others wrote behind them.
    """
    for log in (*earlier, own):
        yield from (row for row in raw_rows(engine, server, log) if row.seq <= ends.get(log, row.seq))
    for log in sorted(set(copies) - {own, *earlier}):
        try:
            with reading(engine) as connection:
                table = table_of(connection, log)
        except STORE_ERRORS as error:
            cause, next_step = why(error)
            raise RecordProblem(f"The record in {server} cannot be read: {cause}.", next_step) from error
        yield from (row for row in raw_rows(engine, server, log, table) if row.seq <= ends.get(log, row.seq))


def _left_in_copy(engine: Engine, log: LogId) -> tuple[int | None, list[Problem]]:
    """Up to where a copy counts (None: all of it), and the finding where that is not its last row."""
    try:
        with reading(engine) as connection:
            table = table_of(connection, log)
            left = None if table == ENTRY else what_is_left(connection, log, table)
    except STORE_ERRORS:
        return None, []  # whoever reads the rows next says so
    return counted_upto(left), [] if left is None else [problem_of(left, f"copy of log {log[:8]}")]


def raw_rows(engine: Engine, server: str, log: LogId, table: str = "entry") -> Iterator[Row]:
    """Every row of a log as stored, in order, for the proof. Raises RecordProblem when the server breaks off."""
    after = -1
    statement = f"SELECT {COLUMNS} FROM {table} WHERE log = ? AND seq > ? ORDER BY seq LIMIT {STEP}"  # noqa: S608
    while True:
        try:
            with reading(engine) as connection:
                found = connection.exec_driver_sql(statement, (log, after)).all()
        except STORE_ERRORS as error:
            cause, next_step = why(error)
            raise RecordProblem(f"The record in {server} cannot be read: {cause}.", next_step) from error
        for name, seq, stored_id, kind, header, body, note in found:
            yield Row(name, seq, stored_id, kind, bytes(header), None if body is None else bytes(body), note)
            after = seq
        if len(found) < STEP:
            return


def _seen_before(places: Places, log: LogId, problems: list[Problem]) -> list[Head]:
    """The high-water mark and the end of this computer's copy: heads that must be in the chain."""
    found: list[Head] = []
    try:
        mark = read_mark(places.high_water_mark)
        if mark is None:
            words = "The high-water mark is missing, so it cannot be told whether the end of the log was lost."
            problems.append(Problem(words, "high-water mark", "The next entry starts a new mark.", step=6))
        else:
            found.append(mark)
        if places.own_log_copy.is_file():
            copy = LocalCopy(places.own_log_copy, log)
            try:
                head = copy.head()
            finally:
                copy.close()
            found += [head] if head and head not in found else []
    except RecordProblem as error:
        problems.append(_finding(error, "what is kept on this computer", 6))
    return found


def _held_elsewhere(connection: Connection, places: Places, log: LogId) -> tuple[Head, ...] | None:
    """Heads of the log that others were seen to hold. None where the log itself does not say whose key counts."""
    try:
        return tuple(read_heads(places.seen_heads, log, keys_in(connection, log)))
    except RecordProblem:
        return None  # the proof says what is wrong with the first entry or a change of key


def _finding(error: RecordProblem, where: str, step: int = 0) -> Problem:
    return Problem(error.explanation, where, error.next_step, step=step)
