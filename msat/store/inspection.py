"""`verify` for a record on disk, open or not: the proof over the raw rows, the guards, and the mark.

Works on a record too damaged to open, and writes nothing (SQLite itself first rolls back what a crash left half done).
Whatever goes wrong becomes a finding in words.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record.copies import prove_all
from msat.record.entries import Head
from msat.record.findings import KEEP
from msat.record.high_water import read_mark
from msat.record.proof import Expected
from msat.record.verification import Problem, Verification
from msat.store.copies_held import copies_in, seen_in
from msat.store.engine import check_file, check_length, raw_reader
from msat.store.files import FolderFiles
from msat.store.guards import missing_guards
from msat.store.installation_held import installation
from msat.store.key_places import has_key
from msat.store.lineage_held import lineage_at
from msat.store.refusals import STORE_ERRORS
from msat.store.refusals import problem as in_words
from msat.store.rows import raw_rows
from msat.store.succession_held import said_of
from msat.store.superseding import newest_of

_NO_MARK = Problem(
    "The high-water mark is missing, so it cannot be told whether the end of the record was cut off.",
    "high-water mark",
    "Compare the record's length with the newest export or backup; the next entry starts a new mark.",
    step=6,
)


_BEGUN = Problem(
    "A log that supersedes this one was begun, and the computer stopped before it was finished.",
    "high-water mark",
    "Open MSAT: it finishes this by itself, and nothing recorded is lost.",
    step=6,
)


def inspect_record(places: Places) -> Verification:
    """Steps 1 to 7 of the proof over the record of the profile, without opening it for writing."""
    problems: list[Problem] = []
    mark = _mark(places, problems)
    path = places.record
    if fault := _absent(path, mark):
        return Verification((fault, *problems), ("0. The record's file was looked for.",), 0)
    try:
        check_file(path)
        log = own_log(places, mark)
    except RecordProblem as error:
        return Verification((_finding(error, str(path)), *problems), ("0. The record's file was opened.",), 0)
    try:
        check_length(path)
    except RecordProblem as error:
        problems.append(_finding(error, str(path)))
    problems += _guards(path)
    if mark is not None and mark.log != log:
        problems.append(_BEGUN)
        mark = None
    seen = seen_in(places, log)
    beside = installation(places, log, seen, _last_note(path, log))
    problems += beside.problems
    marks = (mark,) if mark else ()
    expected = Expected(log, marks, beside.public, seen=seen or (), must_be_erased=True)
    earlier = lineage_at(path, log)
    outcome = prove_all(raw_rows(path), FolderFiles(places.files), expected, copies_in(path, log), earlier)
    looked = "0. The database's pages, its table and the guards against change were looked at."
    said = said_of(path, log, earlier)
    checked = (looked, *outcome.checked[:-1], *said, *beside.said, outcome.checked[-1])
    return replace(outcome, problems=(*problems, *outcome.problems), checked=checked)


def absent(path: Path, mark: Head | None) -> RecordProblem | None:
    """Why there is nothing to open at `path`; None when there is a file with something in it."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        size = -1
    except OSError as error:
        return in_words(path, error)
    if size > 0:
        return None
    state = "is missing" if size < 0 else "is empty (0 bytes)"
    if mark is not None:
        return RecordProblem(
            f"The record {path} {state}, but it once went to entry {mark.size}: an incident, not a first run.",
            "Look for the file, or restore the newest backup. Do not start a new record in its place.",
        )
    if size == 0:
        return RecordProblem(f"The record {path} {state}.", "Restore the newest backup.")
    return RecordProblem(f"There is no record at {path} yet.", "Start one with: msatctl init.")


def own_log(places: Places, mark: Head | None) -> LogId:
    """Which log of the record is this installation's: the marked one, else the one whose key is here."""
    if mark is not None:
        return newest_of(places, mark.log)
    try:
        with raw_reader(places.record) as connection:
            names = connection.execute("SELECT DISTINCT log FROM entry ORDER BY log").fetchall()
    except STORE_ERRORS as error:
        raise in_words(places.record, error) from error
    found = [LogId(str(name)) for (name,) in names]
    if not found:
        raise RecordProblem(f"The record {places.record} holds no entry at all.", "Restore the newest backup.")
    keyed = [log for log in found if has_key(places, log)]
    superseded = {head.log for log in keyed for head in lineage_at(places.record, log)}
    return ([log for log in keyed if log not in superseded] or found)[0]


def _mark(places: Places, problems: list[Problem]) -> Head | None:
    try:
        mark = read_mark(places.high_water_mark)
    except RecordProblem as error:
        problems.append(_finding(error, "high-water mark", 6))
        return None
    if mark is None and places.record.is_file():
        problems.append(_NO_MARK)
    return mark


def _absent(path: Path, mark: Head | None) -> Problem | None:
    fault = absent(path, mark)
    return None if fault is None else _finding(fault, str(path))


def _last_note(path: Path, log: LogId) -> str | None:
    """The signed head of the log's last entry; None where it cannot be read, which the proof itself tells."""
    try:
        with raw_reader(path) as connection:
            statement = "SELECT note FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1"
            row = connection.execute(statement, (log,)).fetchone()
    except STORE_ERRORS:
        return None
    return row[0] if row and isinstance(row[0], str) else None


def _guards(path: Path) -> list[Problem]:
    """What SQLite itself says of its pages, and whether the table and triggers are the ones that were made."""
    try:
        with raw_reader(path) as connection:
            guards = [Problem(words, str(path), KEEP) for words in missing_guards(connection)]
            pages = [str(r[0]) for r in connection.execute("PRAGMA integrity_check(10)")]
    except STORE_ERRORS as error:
        return [_finding(in_words(path, error), str(path))]
    return guards + [
        Problem(f"The database's own check of its pages found: {p}.", str(path), KEEP) for p in pages if p != "ok"
    ]


def _finding(error: RecordProblem, where: str, step: int = 0) -> Problem:
    return Problem(error.explanation, where, error.next_step, step=step)
