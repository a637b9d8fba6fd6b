"""A whole copy of the record while others write to it, and the proof over such a copy. Knows no backup files."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from msat.errors import MsatError, RecordProblem
from msat.ids import LogId
from msat.record.chain import read_entry
from msat.record.entries import Entry, Head
from msat.record.proof import Expected, FileLookup, Row, prove
from msat.record.verification import Problem, Verification
from msat.store.engine import check_file, check_length, raw_reader
from msat.store.guards import missing_guards
from msat.store.lineage_held import lineage_at
from msat.store.refusals import STORE_ERRORS, problem, why
from msat.store.rows import STEP, raw_rows

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, of how much; raises Cancelled to stop the work."""
DEADLINE_S = 10.0
"""How long a copy may take: writers wait meanwhile, and they wait 15 seconds."""
PAGES = 2_000
"""Pages copied between two looks at the clock."""
FILES = 4
"""The step of the proof that looks at stored files."""


class NotBackedUp(MsatError):
    """No backup was made. What is recorded is not affected, and older backups stay."""

    title = "No backup was made"


def copy_record(
    source: Path, target: Path, deadline_s: float = DEADLINE_S, progress: Progress | None = None
) -> None:
    """Copies the record at `source` as it is at one moment to `target`, which must not exist, and flushes it to disk.

    A read transaction is opened first, so that a writer who never pauses cannot make the copying start again and
    again. Raises NotBackedUp when one of the two disks fails or the time is up, and what `progress` raises.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    ends = time.monotonic() + deadline_s

    def look(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress("Copying the record, pages", total - remaining, total)
        if time.monotonic() > ends:
            raise TimeoutError

    try:
        with raw_reader(source) as connection, closing(sqlite3.connect(target, isolation_level=None)) as copy:
            connection.isolation_level = None
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.backup(copy, pages=PAGES, progress=look)
            connection.execute("ROLLBACK")
    except TimeoutError:
        raise NotBackedUp(
            f"Copying the record took longer than {deadline_s:.0f} seconds and was stopped, so that nobody waits.",
            "Try again when nobody is recording, or on a faster disk.",
        ) from None
    except STORE_ERRORS as error:
        cause, next_step = why(error)
        raise NotBackedUp(f"The record {source} could not be copied: {cause}.", next_step) from error
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def prove_copy(
    path: Path, log: LogId, marks: Sequence[Head], files: FileLookup, progress: Progress | None = None
) -> Verification:
    """Steps 0 to 6 over a copy: its pages and guards, its own log, and whatever other logs it holds."""
    try:
        check_file(path)
        check_length(path)
        with raw_reader(path) as connection:
            wrong = [str(words) for words in missing_guards(connection)]
            wrong += [str(r[0]) for r in connection.execute("PRAGMA integrity_check(10)") if r[0] != "ok"]
    except RecordProblem as error:
        return Verification((Problem(error.explanation, str(path), error.next_step),), (), 0)
    except STORE_ERRORS as error:
        said = problem(path, error)
        return Verification((Problem(said.explanation, str(path), said.next_step),), (), 0)
    found = [Problem(words, path.name, "Use another backup.") for words in wrong]
    own = _prove_each(path, log, marks, files, found, progress)
    return Verification((*own.problems, *found), own.checked, own.entries)


def _prove_each(
    path: Path, log: LogId, marks: Sequence[Head], files: FileLookup, found: list[Problem], progress: Progress | None
) -> Verification:
    """The proof over `log`; what is wrong with the other logs goes into `found`. Every row is read once."""
    own = prove((), None, Expected(log, marks))
    ends = {head.log: head for head in lineage_at(path, log)}
    try:
        for name, rows in groupby(_told(path, progress), key=lambda row: row.log):
            if name == log:
                own = prove(rows, files, Expected(log, marks))
            elif name in ends:
                found += prove(rows, files, Expected(LogId(name), (ends.pop(LogId(name)),))).problems
            else:
                found += prove(rows, None, Expected(LogId(name), may_withhold=True)).problems
    except RecordProblem as error:
        found.append(Problem(error.explanation, path.name, error.next_step))
    for head in ends.values():
        what = f"It lacks the log {head.log[:8]}, which its own log goes on for."
        found.append(Problem(what, path.name, "Use another backup.", step=6))
    return own


def _told(path: Path, progress: Progress | None) -> Iterator[Row]:
    """Every row; says how far it is as it goes on."""
    if progress is None:
        yield from raw_rows(path)
        return
    with raw_reader(path) as connection:
        total = int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])
    for number, row in enumerate(raw_rows(path)):
        if number % STEP == 0:
            progress("Proving the copy, entries", number, total)
        yield row


def named_files(path: Path, log: LogId) -> list[str]:
    """The fingerprints of the stored files that entries of `log`, and of those it superseded, name: each once."""
    found: dict[str, None] = {}
    own = {log, *(head.log for head in lineage_at(path, log))}
    for row in (row for row in raw_rows(path) if row.log in own):
        try:
            entry = read_entry(row.id, row.header, row.body)
        except RecordProblem:
            continue  # the proof says what is wrong with it
        for digest in entry.content.get("files", []):
            found[str(digest)] = None
    return list(found)


def ends_of(path: Path, log: LogId, seq: int) -> tuple[Entry, Entry | None]:
    """The first entry of `log` in a copy, and the one numbered `seq`. Raises RecordProblem."""
    statement = "SELECT id, header, body FROM entry WHERE log = ? AND seq = ?"
    try:
        with raw_reader(path) as connection:
            first = connection.execute(statement, (log, 1)).fetchone()
            other = connection.execute(statement, (log, seq)).fetchone()
    except STORE_ERRORS as error:
        raise problem(path, error) from error
    if first is None:
        raise RecordProblem(f"It holds no log {log}.", "Use another backup.")
    return read_entry(*first), read_entry(*other) if other else None


def end_of(path: Path, log: LogId) -> Head:
    """The last entry of `log` as the copy numbers it. Raises RecordProblem when there is none."""
    try:
        with raw_reader(path) as connection:
            found = connection.execute(
                "SELECT seq, id FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)
            ).fetchone()
    except STORE_ERRORS as error:
        raise problem(path, error) from error
    if found is None:
        raise RecordProblem(f"It holds no log {log}.", "Use another backup.")
    return Head(log, int(found[0]), found[1])
