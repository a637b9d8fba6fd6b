"""Making a profile's record and opening it. What can be known at opening is checked here; `verify` checks the rest."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from msat.clock import Clock, SystemClock
from msat.errors import Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import Birth, genesis, head_of
from msat.record.durable import flush_folder
from msat.record.entries import Entry, Head
from msat.record.high_water import read_mark, write_mark
from msat.record.keys import new_recovery_key
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.record.steady import steady_seconds
from msat.store import rows
from msat.store.copies_held import contradiction
from msat.store.engine import (
    BUSY_TIMEOUT_MS,
    check_file,
    check_length,
    make_database,
    raw_reader,
    reading,
    record_engine,
)
from msat.store.guards import missing_guards
from msat.store.inspection import absent, inspect_record, own_log
from msat.store.key_places import choose, heal, key_store
from msat.store.keys_in_force import LOST, birth_in, keys_in, signer_here
from msat.store.lineage_held import lineage_in
from msat.store.local_disk import NEXT, why_not_safe
from msat.store.marking import INCIDENT, check_mark, check_note
from msat.store.refusals import STORE_ERRORS, problem
from msat.store.restored_note import GO_ON, read_standing
from msat.store.sqlite_record import Opened, SqliteRecord

__all__ = ["SqliteRecord", "create_record", "inspect_record", "open_record"]


def create_record(
    places: Places, organisation: Organisation, clock: Clock, app_version: str
) -> tuple[SqliteRecord, str]:
    """Makes the record of a new profile and opens it. The text is the recovery key: shown once, kept nowhere.

    Raises Refused when there is a record already or the folder is not safe, RecordProblem when there once was one.
    """
    _check_nothing_there(places)
    private, recovery = new_private_key(), new_recovery_key()
    first = genesis(Birth(organisation, public_key(private), recovery.sha256, app_version), clock.now())
    try:
        places.make()
        choose(places)
        key_store(places).save(first.log, private)
        _write_first(places.record, first, Signer(first.log, private))
        write_mark(places.high_water_mark, head_of(first))
    except FileExistsError as error:
        raise _already(places) from error
    except STORE_ERRORS as error:
        raise problem(places.record, error) from error
    return open_record(places, clock), recovery.printed


def _already(places: Places) -> Refused:
    return Refused(f"There is a record at {places.record} already.", "Open it, or choose another profile folder.")


def _check_nothing_there(places: Places) -> None:
    if unsafe := why_not_safe(places.data):
        raise Refused(unsafe, NEXT)
    mark = read_mark(places.high_water_mark)
    if places.record.exists():
        raise _already(places)
    if mark is not None and (missing := absent(places.record, mark)):
        raise missing


def _write_first(path: Path, first: Entry, signer: Signer) -> None:
    """Builds the database aside and gives it its name last, so that no half-made record is ever found."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    journal = aside.with_name(f"{aside.name}-journal")
    try:
        connection = make_database(aside)
        try:
            connection.execute(
                "INSERT INTO entry (log, seq, id, type, header, body, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (first.log, 1, first.id, first.type, first.header, first.body, signer.sign(head_text(head_of(first)))),
            )
        finally:
            connection.close()
        _name(aside, path)
    finally:
        aside.unlink(missing_ok=True)
        journal.unlink(missing_ok=True)
    flush_folder(path.parent)


def _name(aside: Path, path: Path) -> None:
    """Gives the finished file its name, never in place of another (two windows starting at once)."""
    if os.name != "nt":
        try:
            path.hardlink_to(aside)
            return
        except FileExistsError:
            raise
        except OSError:
            # Some file systems know no second name (exFAT); there the moment between look and rename stays open.
            _check_free(path)
    aside.rename(path)


def _check_free(path: Path) -> None:
    if path.exists():
        raise FileExistsError(errno.EEXIST, "there is a record already", str(path))


def open_record(
    places: Places,
    clock: Clock,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    steady: Callable[[], float] | None = None,
) -> SqliteRecord:
    """Opens the record of a profile. Raises RecordProblem, in words, for one that cannot be trusted or read.

    Checked here: the file, its schema, the first entry, the last entry's signature, the high-water mark. A record that
    may be read and not written (no key, guards gone, a network folder) opens, and `append` says why it refuses.
    `steady` counts seconds for the detection of a clock set forward; without it only the system clock is so watched.
    """
    mark = read_mark(places.high_water_mark)
    path = places.record
    if fault := absent(path, mark):
        raise fault
    check_file(path, busy_timeout_ms)
    check_length(path, busy_timeout_ms)
    engine = record_engine(path, busy_timeout_ms)
    healed = heal(places)
    try:
        opened = _look(places, engine, own_log(places, mark), mark)
    except STORE_ERRORS as error:
        engine.dispose()
        raise problem(path, error) from error
    except BaseException:
        engine.dispose()
        raise
    if steady is None and isinstance(clock, SystemClock):
        steady = steady_seconds
    record = SqliteRecord(places, clock, engine, opened, steady)
    if healed:
        record.tell(healed)
    return record


def _look(places: Places, engine: Engine, log: LogId, mark: Head | None) -> Opened:
    with reading(engine) as connection:
        birth, public = birth_in(connection, log), keys_in(connection, log).public
        tail, note = rows.last_entry(connection, log)
        check_note(tail, note, public)
        standing = read_standing(places.restored)
        seen = mark if standing is None else standing.head
        if seen is not None:
            check_mark(connection, seen, public)
        elsewhere = contradiction(connection, places, log)
        lineage = lineage_in(connection, log)
    if standing is not None:
        return Opened(log, birth.organisation, public, None, standing.why, GO_ON, lineage=lineage)
    signer, why, next_step = (None, elsewhere, INCIDENT) if elsewhere else _may_write(places, log, public)
    return Opened(log, birth.organisation, public, signer, why, next_step, next_step == LOST, lineage)


def _may_write(places: Places, log: LogId, public: bytes) -> tuple[Signer | None, str, str]:
    """The signer, or the reason why this record is only to be read, and what to do about it."""
    if unsafe := why_not_safe(places.data):
        return None, unsafe, NEXT
    with raw_reader(places.record) as connection:
        for words in missing_guards(connection):
            return None, f"{words} Nothing is recorded without it.", INCIDENT
    signer, why = signer_here(places, log, public)
    return signer, why, LOST if why else ""
