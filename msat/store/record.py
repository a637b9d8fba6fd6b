"""Making a profile's record and opening it. What can be known at opening is checked here; `verify` checks the rest."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Engine

from msat.clock import Clock, SystemClock
from msat.errors import MsatError, RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record import machine, recovery_note
from msat.record.chain import Birth, genesis, head_of
from msat.record.durable import flush_folder
from msat.record.entries import Entry, Head
from msat.record.high_water import read_mark, write_mark
from msat.record.keys import new_recovery_key
from msat.record.moving import MOVED
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.record.steady import steady_seconds
from msat.record.trouble import Trouble
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
from msat.store.guards import missing_guards, newest
from msat.store.inspection import absent, inspect_record, own_log
from msat.store.key_places import choose, heal, key_store
from msat.store.keys_in_force import LOST, birth_in, keys_in, signer_here
from msat.store.lineage_held import lineage_in
from msat.store.local_disk import NEXT, why_not_safe
from msat.store.marking import INCIDENT, check_mark, check_note
from msat.store.refusals import STORE_ERRORS, problem, why
from msat.store.restored_note import GO_ON, read_standing
from msat.store.sqlite_record import Opened, SqliteRecord
from msat.store.superseding import finish_interrupted
from msat.store.ways_out import COPIED, MOVED_OR_NOT

__all__ = ["SqliteRecord", "create_record", "inspect_record", "open_record"]
_LOOKS = 3


def create_record(
    places: Places, organisation: Organisation, clock: Clock, app_version: str
) -> tuple[SqliteRecord, str]:
    """Makes the record of a new profile and opens it. The text is the recovery key: shown once, kept nowhere.

    Raises Refused when there is a record already or the folder is not safe, RecordProblem when there once was one.
    """
    check_nothing_there(places)
    private, recovery = new_private_key(), new_recovery_key()
    first = genesis(Birth(organisation, public_key(private), recovery.sha256, app_version), clock.now())
    try:
        places.make()
        _keep_folders(places)
        choose(places)
        key_store(places).save(first.log, private)
        machine.remember(places.keys, first.log)
        recovery_note.expect(places.recovery_note, first.log, recovery.sha256)
        _write_first(places.record, first, Signer(first.log, private))
        _first_mark(places, first)
    except FileExistsError as error:
        raise _already(places) from error
    except STORE_ERRORS as error:
        raise problem(places.record, error) from error
    try:
        return open_record(places, clock), recovery.printed
    except MsatError as error:
        raise _begun(places, f"but could not be opened. {error.explanation}") from error


def _first_mark(places: Places, first: Entry) -> None:
    """Makes the record's name last and marks it. Raises RecordProblem where the disk does not take either: the record
    is begun then, and its recovery key was not shown yet."""
    try:
        flush_folder(places.record.parent)
        write_mark(places.high_water_mark, head_of(first))
    except OSError as error:
        raise _begun(places, f"but the disk did not keep all that belongs to it: {why(error)[0]}.") from error


def _begun(places: Places, what: str) -> RecordProblem:
    """For a record that is there, and whose maker was not told its recovery key."""
    return RecordProblem(
        f"The record {places.record} was begun, {what} Its recovery key was not shown.",
        "Put that right and open MSAT: the record is whole and goes on. Then make a recovery key: "
        "msatctl key rotate --new-recovery-key.",
    )


def _keep_folders(places: Places) -> None:
    """Makes the names of the new folders durable: a record is only as safe from a power cut as the folder it is in."""
    for folder in {up for place in (places.data, places.state) for up in (place.parent, place.parent.parent)}:
        with suppress(OSError):  # a folder above the user's own may be one that they cannot read
            flush_folder(folder)


def _already(places: Places) -> Refused:
    return Refused(f"There is a record at {places.record} already.", "Open it, or choose another profile folder.")


def check_nothing_there(places: Places) -> None:
    """Raises Refused where a record cannot begin here, RecordProblem when there once was one. Makes nothing."""
    if unsafe := why_not_safe(places.data):
        raise Refused(unsafe, NEXT)
    mark = read_mark(places.high_water_mark)
    if places.record.exists():
        raise _already(places)
    if mark is not None and (missing := absent(places.record, mark)):
        raise missing
    for other in (places.database, places.own_log_copy):
        if other.exists():
            raise Refused(
                f"This profile goes with a record in a shared database: {other} is there.",
                "Open it with msatctl --database ADDRESS, or choose another profile folder.",
            )


def _write_first(path: Path, first: Entry, signer: Signer) -> None:
    """Builds the database aside and gives it its name last, so that no half-made record is ever found."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    journal = aside.with_name(f"{aside.name}-journal")
    try:
        connection = make_database(aside)
        try:
            connection.execute(rows.INSERT, rows.values_of(first, signer.sign(head_text(head_of(first)))))
        finally:
            connection.close()
        _name(aside, path)
    finally:
        for left in (aside, journal):
            with suppress(OSError):  # what is left over harms nothing, and the record may have its name by now
                left.unlink(missing_ok=True)


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
    left_as_it_is: tuple[str, str] | None = None,
) -> SqliteRecord:
    """Opens the record of a profile. Raises RecordProblem, in words, for one that cannot be trusted or read.

    Checked here: the file, its schema, the first entry, the last entry's signature, the high-water mark. A record that
    may be read and not written (no key, guards gone, a network folder) opens, and `append` says why it refuses.
    `steady` counts seconds for the detection of a clock set forward; without it only the system clock is so watched.
    A record of an older schema is only to be read; `left_as_it_is` says why it was not migrated, and what to do.
    """
    mark = read_mark(places.high_water_mark)
    path = places.record
    if fault := absent(path, mark):
        raise fault
    if mark is not None:
        with _in_words(path):
            finish_interrupted(places, mark.log)
        mark = read_mark(places.high_water_mark)
    schema = check_file(path, busy_timeout_ms)
    check_length(path, busy_timeout_ms)
    engine = record_engine(path, busy_timeout_ms)
    with _in_words(path):
        healed = heal(places)
    try:
        opened = _look(places, engine, own_log(places, mark), mark)
        if schema < newest() or left_as_it_is:
            opened = _of_older_form(opened, schema, left_as_it_is)
    except STORE_ERRORS as error:
        engine.dispose()
        raise problem(path, error) from error
    except BaseException:
        engine.dispose()
        raise
    if steady is None and isinstance(clock, SystemClock):
        steady = steady_seconds
    record = SqliteRecord(places, clock, engine, opened, steady)
    record.look_again = lambda: _look_again(places, engine)
    if healed:
        record.tell(healed)
    return record


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """What the disk refuses while something begun earlier is finished, as a RecordProblem."""
    try:
        yield
    except STORE_ERRORS as error:
        raise problem(path, error) from error


def _look_again(places: Places, engine: Engine) -> Opened:
    """What opening would find now: after the log was superseded, or its end fetched back."""
    mark = read_mark(places.high_water_mark)
    try:
        return _look(places, engine, own_log(places, mark), mark)
    except STORE_ERRORS as error:
        raise problem(places.record, error) from error


def _of_older_form(opened: Opened, schema: int, reason: tuple[str, str] | None) -> Opened:
    why, next_step = reason or ("It is migrated when MSAT opens it.", "Close MSAT and open it again.")
    form = f"The record has an older form (schema {schema} of {newest()}), so nothing is recorded in it. "
    words = f"{form if schema < newest() else ''}{why}"
    return replace(opened, signer=None, read_only=words, next_step=next_step, needs_key=False)


def _look(places: Places, engine: Engine, log: LogId, mark: Head | None) -> Opened:
    """What there is to open. Looks again where another window changed the key or the record in the middle of it."""
    for _ in range(_LOOKS):
        size = _size(engine, log)
        try:
            opened = _look_once(places, engine, log, mark)
        except RecordProblem:
            if _size(engine, log) == size:
                raise
            continue
        if not opened.needs_key or _size(engine, log) == size:
            return opened
    return _look_once(places, engine, log, mark)


def _size(engine: Engine, log: LogId) -> int:
    with reading(engine) as connection:
        return int(connection.exec_driver_sql("SELECT max(seq) FROM entry WHERE log = ?", (log,)).scalar() or 0)


def _look_once(places: Places, engine: Engine, log: LogId, mark: Head | None) -> Opened:
    with reading(engine) as connection:
        birth, public = birth_in(connection, log), keys_in(connection, log).public
        tail, note = rows.last_entry(connection, log)
        check_note(tail, note, public)
        standing = read_standing(places.restored)
        if standing is not None and standing.head.log != log:
            standing = None  # it is about a log that this one superseded
        seen = mark if standing is None else standing.head
        if seen is not None:
            check_mark(connection, seen, public)
        elsewhere = contradiction(connection, places, log)
        lineage = lineage_in(connection, log)
        _finish_move(places, connection, log)
    opened = Opened(log, birth.organisation, public, None, lineage=lineage)
    if standing is not None:
        return replace(opened, read_only=standing.why, next_step=GO_ON, trouble=Trouble.RESTORED)
    if elsewhere:
        return replace(opened, read_only=elsewhere.words, next_step=elsewhere.next_step, trouble=elsewhere.trouble)
    return _may_write(places, opened)


def _finish_move(places: Places, connection: Connection, log: LogId) -> None:
    """A move to this computer that was recorded, and broken off before the computer was noted, is noted now."""
    if not machine.is_another(places.keys, log):
        return
    told = [entry.data for entry in rows.entries_of_types(connection, log, frozenset({MOVED}))][-1:]
    computers = (machine.remembered(places.keys, log)[:16], machine.this_machine(log)[:16])
    if any((one.get("from"), one.get("to")) == computers for one in told):
        with suppress(OSError):  # then it is only to be read, and says why
            machine.remember(places.keys, log)


def _may_write(places: Places, opened: Opened) -> Opened:
    """`opened` with the signer, or with the reason why this record is only to be read, and what to do about it."""
    if unsafe := why_not_safe(places.data):
        return replace(opened, read_only=unsafe, next_step=NEXT, trouble=Trouble.PLACE)
    with raw_reader(places.record) as connection:
        for words in missing_guards(connection):
            what = f"{words} Nothing is recorded until that is put right."
            return replace(opened, read_only=what, next_step=INCIDENT, trouble=Trouble.DAMAGED)
    signer, why = signer_here(places, opened.log, opened.public)
    if signer is None:
        return replace(opened, read_only=why, next_step=LOST, needs_key=True, trouble=Trouble.KEY)
    if machine.is_another(places.keys, opened.log):
        return replace(opened, read_only=COPIED, next_step=MOVED_OR_NOT, trouble=Trouble.COPIED)
    with suppress(OSError):  # a note that cannot be kept now is kept at the next opening
        machine.notice(places.keys, opened.log)
    return replace(opened, signer=signer)
