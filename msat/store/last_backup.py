"""The newest backup that proves whole, opened to be read in the place of a record that cannot be opened.

The record and the backup's file are only read: the copy of the record, and the lists computed from it, lie in a folder
of their own in the cache, which goes when it is closed. What belongs to the profile and is no part of the record
(drafts, marks, settings) stays where it is.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from msat.clock import Clock
from msat.errors import MsatError, RecordProblem
from msat.places import Places
from msat.record.backup import Backup, Way, judged
from msat.record.entries import Head
from msat.record.high_water import read_mark
from msat.record.seen_heads import read_heads
from msat.record.shown import NEXT, ShownBackup, longest
from msat.record.trouble import Trouble
from msat.store.backup import RECORD, opened
from msat.store.backup_copy import FILES, ends_of
from msat.store.backup_folder import listed
from msat.store.backup_record import BackupFiles, BackupRecord, PlacesBeside
from msat.store.engine import reading, record_engine
from msat.store.keys_in_force import birth_in, keys_in
from msat.store.lineage_held import lineage_in
from msat.store.refusals import STORE_ERRORS, why
from msat.store.sqlite_record import Opened
from msat.store.views_database import kept_rows, lay_out, open_engine, put_back

_ASIDE = "from-backup-"
_LOCK = "in-use"
_MAKING_S = 60
"""Seconds within which a folder without a lock may still be one that another program is making."""
_TRIES, _PAUSE_S = 20, 0.05


@dataclass(frozen=True, slots=True)
class BackupShown:
    """An opened backup: its places, its record and its files."""

    places: PlacesBeside
    record: BackupRecord
    files: BackupFiles
    held: sqlite3.Connection

    def close(self) -> None:
        """Lets go of it and takes its folder away; what cannot be taken away goes when the next one is shown."""
        self.record.close()
        _leave(self.places.aside, self.held)


def show_newest(places: Places, folder: Path, clock: Clock, error: MsatError) -> BackupShown | None:
    """The newest backup of this profile's log in `folder` that proves whole, opened to be read; None where none does.

    `error` is why the record itself cannot be opened.
    Raises NotBackedUp where the folder cannot be read, RecordProblem where the disk has no room for the copy.
    """
    mark = _mark(places)
    candidates = _candidates(folder, mark)
    if not candidates:
        return None
    aside = places.cache / f"{_ASIDE}{secrets.token_hex(4)}"
    held: sqlite3.Connection | None = None
    try:
        sweep(places.cache, clock.now().timestamp())
        aside.mkdir(mode=0o700, parents=True)
        held = _take(aside)
        shown = _first_whole(candidates, folder, aside, mark, " ".join(error.explanation.split()))
        if shown is None or held is None:
            _leave(aside, held)
            return None
        beside = PlacesBeside(places.data, places.state, places.cache, places.config, aside, places)
        record, shown = _read(beside, places, clock, shown, mark)
        _keep_health(places.views, beside.views)
        return BackupShown(beside, record, BackupFiles(places.files, folder / "files", shown), held)
    except STORE_ERRORS as wrong:
        _leave(aside, held)
        cause, next_step = why(wrong)
        raise RecordProblem(f"No backup could be opened to be read: {cause}.", next_step) from wrong
    except BaseException:
        _leave(aside, held)
        raise


def _mark(places: Places) -> Head | None:
    try:
        return read_mark(places.high_water_mark)
    except RecordProblem:
        return None


def _candidates(folder: Path, mark: Head | None) -> list[Backup]:
    """The backups of the marked log, the newest first; without a mark those of the only log that has any here, for
    another profile's must not be shown as this one's."""
    every = listed(folder)
    if mark is not None:
        return [one for one in every if one.log8 == mark.log[:8]]
    return every if len({one.log8 for one in every}) == 1 else []


def _first_whole(
    candidates: Sequence[Backup], folder: Path, aside: Path, mark: Head | None, cause: str
) -> ShownBackup | None:
    """Unpacks and proves one after the other; the record of the first that is whole lies in `aside` then."""
    passed_over: list[str] = []
    for one in candidates:
        try:
            with opened(folder / one.name, aside) as (contents, copy, _files, found, _archive):
                marked = ends_of(copy, mark.log, mark.size)[1] if mark else None
                is_other = judged(contents.head, mark, marked.id if marked else None) is Way.OTHER
                if not is_other and all(problem.step == FILES for problem in found.problems):
                    copy.rename(aside / RECORD)
                    return ShownBackup(one.name, contents.made, contents.head, cause, 0, tuple(passed_over))
        except MsatError:
            pass  # not whole, or gone meanwhile: the one before it may be
        passed_over.append(one.name)
        for left in aside.glob(f"*-{RECORD}*"):
            with suppress(OSError):
                left.unlink()
    return None


def _read(
    beside: PlacesBeside, places: Places, clock: Clock, shown: ShownBackup, mark: Head | None
) -> tuple[BackupRecord, ShownBackup]:
    """The record of the unpacked copy, and what is known to be missing from it."""
    engine, log = record_engine(beside.record), shown.head.log
    try:
        with reading(engine) as connection:
            birth, keys, lineage = birth_in(connection, log), keys_in(connection, log), lineage_in(connection, log)
        shown = replace(shown, known=longest(mark, read_heads(places.seen_heads, log, keys), shown.head))
        found = Opened(log, birth.organisation, keys.public, None, lineage=lineage, trouble=Trouble.BACKUP)
        found = replace(found, read_only=shown.read_only, next_step=NEXT)
        return BackupRecord(beside, clock, engine, found, shown), shown
    except BaseException:
        engine.dispose()
        raise


def _keep_health(source: Path, target: Path) -> None:
    """When the sources were last reached is kept in the lists' own file alone: carried over as far as it can be."""
    if not source.is_file():
        return
    engines = open_engine(source), open_engine(target)
    try:
        kept = kept_rows(engines[0])
        lay_out(engines[1])
        put_back(engines[1], kept)
    except (DatabaseError, sqlite3.Error, OSError):
        pass  # then they say that they were never tried
    finally:
        for engine in engines:
            engine.dispose()


# --- the folder -----------------------------------------------------------------------------------------------------


def sweep(cache: Path, now_s: float) -> None:
    """Takes away what programs that were killed left of backups that they showed. `now_s`: seconds since 1970."""
    for left in cache.glob(f"{_ASIDE}*"):
        is_old = False
        with suppress(OSError):
            is_old = now_s - left.stat().st_mtime > _MAKING_S
        if not (left / _LOCK).exists() and not is_old:
            continue  # another program is just making it
        with suppress(sqlite3.Error, OSError):
            held = _take(left, wait_s=0)
            if held is not None:
                _leave(left, held)


def _take(aside: Path, wait_s: float = 5) -> sqlite3.Connection | None:
    """Says to other programs that the folder is in use, until it is closed; None where another says so."""
    connection = sqlite3.connect(aside / _LOCK, timeout=wait_s, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        return connection
    except sqlite3.Error:
        connection.close()
        return None


def _leave(aside: Path, held: sqlite3.Connection | None) -> None:
    if held is not None:
        held.close()
    for _ in range(_TRIES):  # a reading that is just ending may still put a file into it
        shutil.rmtree(aside, ignore_errors=True)
        if not aside.exists():
            return
        time.sleep(_PAUSE_S)
