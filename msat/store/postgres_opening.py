"""Starting a profile's log in a shared database, and opening it. What can be known at opening is checked here.

The address is kept in the profile, its password apart from it in the folder of keys. A server that does not answer
leaves the copy on this computer to be read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from msat.clock import Clock, SystemClock
from msat.errors import RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record import machine
from msat.record.chain import Birth, birth_of, genesis, head_of
from msat.record.durable import write_durably
from msat.record.entries import Head
from msat.record.high_water import read_mark, write_mark
from msat.record.keys import new_recovery_key
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.record.steady import steady_seconds
from msat.record.trouble import Trouble
from msat.record.verification import Problem, Verification
from msat.store import rows
from msat.store.copies_held import contradiction
from msat.store.engine import reading, writing
from msat.store.key_places import choose, heal, key_store
from msat.store.keys_in_force import LOST, birth_in, keys_in, signer_here
from msat.store.lineage_held import lineage_in
from msat.store.marking import check_mark, check_note
from msat.store.postgres_copy import INSERT, LocalCopy
from msat.store.postgres_ends import AFRESH, Signed, written_behind
from msat.store.postgres_engine import database_engine, read_address, server_of, without_password
from msat.store.postgres_erasing import erase_again
from msat.store.postgres_guards import check_schema, missing_guards, weak_session
from msat.store.postgres_inspection import inspect_log
from msat.store.postgres_record import FETCH, PostgresRecord, ServerDiffers, end_of, problem, shortened
from msat.store.postgres_refusals import may_pass
from msat.store.postgres_superseding import logs_with_key, own_log
from msat.store.refusals import STORE_ERRORS
from msat.store.refusals import why as why_here
from msat.store.sqlite_record import Opened, SqliteRecord
from msat.store.ways_out import COPIED, MOVED_OR_NOT

_ADMIN = "Have whoever looks after the database run: msatctl database check."


def remembered_address(places: Places) -> str | None:
    """The address that this profile's record was started at, or None for a record in a file."""
    try:
        return places.database.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise RecordProblem(
            f"The address of the database in {places.database} cannot be read.", "Put the file right, or restore it."
        ) from error


def address_of(places: Places, given: str | None) -> URL:
    """The address to open: the one given, else the one remembered; with the password kept here where it has none."""
    text = given or remembered_address(places)
    if text is None:
        raise Refused("No database is named.", "Name it: --database postgresql+psycopg://LOG-IN@SERVER/DATABASE.")
    url = read_address(text)
    if url.password is None and places.database_password.is_file():
        url = url.set(password=_read(places.database_password))
    return url


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordProblem(f"The database's password in {path} cannot be read.", "Put the file right.") from error


def create_database_record(
    places: Places, address: str, organisation: Organisation, clock: Clock, app_version: str
) -> tuple[SqliteRecord, str]:
    """Starts this installation's log in the database and opens it. The text is the recovery key: shown once.

    Raises Refused when the profile has a record or the log-in is another organisation's, RecordProblem when the
    database cannot be used.
    """
    if places.record.exists() or read_mark(places.high_water_mark) is not None:
        raise Refused("This profile has a record already.", "Open it, or choose another profile folder.")
    url = read_address(address)
    engine = database_engine(url)
    try:
        with reading(engine) as connection:
            check_schema(connection)
            _check_log_in(connection, organisation)
            for words in (*missing_guards(connection), *weak_session(connection)):
                raise RecordProblem(f"{words} No record is started there.", _ADMIN)
        recovery = _start(places, url, organisation, clock, app_version, engine)
    except STORE_ERRORS as error:
        raise problem(url, error) from error
    finally:
        engine.dispose()
    return open_database_record(places, clock, without_password(url)), recovery


def _check_log_in(connection: Connection, organisation: Organisation) -> None:
    ods = connection.exec_driver_sql("SELECT msat.own_ods()").scalar()
    if ods is None:
        raise Refused("This log-in may read the database, and not record in it.", _ADMIN)
    if ods != organisation.ods:
        raise Refused(
            f"This log-in records for the organisation {ods}, not for {organisation.ods}.",
            "Give that organisation's ODS code, or ask for a log-in of your own.",
        )


def _start(
    places: Places, url: URL, organisation: Organisation, clock: Clock, app_version: str, engine: Engine
) -> str:
    private, recovery = new_private_key(), new_recovery_key()
    first = genesis(Birth(organisation, public_key(private), recovery.sha256, app_version), clock.now())
    signer = Signer(first.log, private)
    places.make()
    choose(places)
    key_store(places).save(first.log, private)
    if url.password is not None:
        write_durably(places.database_password, str(url.password).encode("utf-8"))
    write_durably(places.database, (without_password(url) + "\n").encode("utf-8"))
    note = signer.sign(head_text(head_of(first)))
    try:
        with writing(engine) as connection:
            values = (first.log, 1, first.id, first.type, first.header, first.body, note)
            connection.exec_driver_sql(INSERT, [values])
    except BaseException:
        places.database.unlink(missing_ok=True)  # not started: the next try makes a log of its own
        raise
    write_mark(places.high_water_mark, head_of(first))
    return recovery.printed


def open_database_record(
    places: Places, clock: Clock, address: str | None = None, steady: Callable[[], float] | None = None
) -> SqliteRecord:
    """Opens the record of a profile that lies in a database. Raises RecordProblem for one that cannot be trusted.

    Checked here: encryption, schema, guards, the log's first and last entry, the mark. What the server has lost is put
    back from the copy here. When the server does not answer, the copy is opened, to be read only.
    """
    url = address_of(places, address)
    log = own_log(places, url, _marked(places, url))
    mark = read_mark(places.high_water_mark)
    copy = LocalCopy(places.own_log_copy, log)
    engine = database_engine(url, log)
    if steady is None and isinstance(clock, SystemClock):
        steady = steady_seconds
    try:
        return _open(places, clock, url, engine, copy, mark, steady)
    except STORE_ERRORS as error:
        engine.dispose()
        if may_pass(error) and copy.head() is not None:
            return _offline(places, clock, copy, problem(url, error), f"The database {server_of(url)} does not answer.")
        copy.close()
        raise problem(url, error) from error
    except ServerDiffers as error:
        engine.dispose()
        if copy.head() is not None:
            return _offline(places, clock, copy, error, error.explanation)
        copy.close()
        raise
    except BaseException:
        engine.dispose()
        copy.close()
        raise


def _marked(places: Places, url: URL) -> LogId:
    """Which log is this installation's: the marked one, else the newest of those whose keys are here."""
    mark = read_mark(places.high_water_mark)
    if mark is not None:
        return mark.log
    try:
        newest = logs_with_key(places, url)
    except STORE_ERRORS as error:
        raise problem(url, error) from error
    if len(newest) != 1:
        raise RecordProblem(
            "The high-water mark is missing, and the keys here do not say which log of the database is this profile's.",
            "Restore the profile's newest backup.",
        )
    return newest.pop()


def _open(
    places: Places, clock: Clock, url: URL, engine: Engine, copy: LocalCopy, mark: Head | None,
    steady: Callable[[], float] | None,
) -> PostgresRecord:  # fmt: skip
    with reading(engine) as connection:
        check_schema(connection)
        fault = next(iter((*missing_guards(connection), *weak_session(connection))), "")
        size, _last = end_of(connection, copy.log)
    if size == 0:
        kept = copy.head()
        raise shortened(server_of(url), 0, max(mark.size if mark else 1, kept.size if kept else 1))
    blank = Opened(copy.log, Organisation("", "", ""), b"", None)
    record = PostgresRecord(places, clock, engine, blank, copy, url, steady)
    healed = heal(places)

    def look() -> Opened:
        log = record.local_copy.log
        behind = written_behind(engine, record.local_copy, read_mark(places.high_water_mark))
        record.count_to(behind)
        if behind is not None:
            return _up_to(places, engine, behind, fault)
        try:
            if not fault:
                _catch_up(record, engine)
        except ServerDiffers as error:
            return _what_is_left(engine, log, error)
        opened = _judged(places, engine, log, fault)
        if opened.signer is not None:
            erase_again(engine, url, log)
        return opened

    kept, record.look_again = copy.head(), look
    opened = look()
    if opened.trouble is Trouble.SHORT and opened.signer is None and kept is not None and kept.size >= size:
        raise ServerDiffers(opened.read_only, opened.next_step)  # the copy here shows more
    record.begin(opened)
    if healed:
        record.tell(healed)
    return record


def _catch_up(record: PostgresRecord, engine: Engine) -> None:
    copy = record.local_copy
    with writing(engine) as connection:
        record.put_back(connection)
        copy.catch_up(connection, lineage_in(connection, copy.log))


def _judged(places: Places, engine: Engine, log: LogId, fault: str) -> Opened:
    """What the log in the database is, held against the mark and against what others were seen to hold."""
    mark = read_mark(places.high_water_mark)
    with reading(engine) as connection:
        birth, public = birth_in(connection, log), keys_in(connection, log).public
        tail, note = rows.last_entry(connection, log)
        check_note(tail, note, public)
        if mark is not None:
            check_mark(connection, mark, public)
        elsewhere, lineage = contradiction(connection, places, log), lineage_in(connection, log)
    opened = Opened(log, birth.organisation, public, None, lineage=lineage)
    if elsewhere:
        next_step = FETCH if elsewhere.trouble is Trouble.SHORT else elsewhere.next_step
        return replace(opened, read_only=elsewhere.words, next_step=next_step, trouble=elsewhere.trouble)
    return _may_write(places, opened, fault)


def _what_is_left(engine: Engine, log: LogId, error: ServerDiffers) -> Opened:
    """The entries that the server still has, to be read only: nothing may take the numbers of those it lost."""
    opened = _read_only(engine, log)
    return replace(opened, read_only=error.explanation, next_step=error.next_step, trouble=Trouble.SHORT)


def _up_to(places: Places, engine: Engine, behind: Signed, fault: str) -> Opened:
    """The log up to the last entry that its key signed, to be read only: others wrote behind it."""
    birth, log = birth_of(behind.identity[0]), behind.head.log
    with reading(engine) as connection:
        opened = Opened(log, birth.organisation, behind.keys.public, None, lineage=lineage_in(connection, log))
    if fault:
        return _may_write(places, opened, fault)
    return replace(opened, read_only=behind.say(), next_step=AFRESH, trouble=Trouble.FOREIGN)


def _read_only(engine: Engine, log: LogId) -> Opened:
    with reading(engine) as connection:
        birth, public = birth_in(connection, log), keys_in(connection, log).public
        return Opened(log, birth.organisation, public, None, lineage=lineage_in(connection, log))


def _may_write(places: Places, opened: Opened, fault: str) -> Opened:
    """`opened` with the signer, or with the reason why this record is only to be read, and what to do about it."""
    if fault:
        return replace(opened, read_only=f"{fault} Nothing is recorded meanwhile.", next_step=_ADMIN)
    signer, words = signer_here(places, opened.log, opened.public)
    if words:
        return replace(opened, read_only=words, next_step=LOST, needs_key=True, trouble=Trouble.KEY)
    if machine.is_another(places.keys, opened.log):
        return replace(opened, read_only=COPIED, next_step=MOVED_OR_NOT, trouble=Trouble.COPIED)
    with suppress(OSError):  # a note that cannot be kept now is kept at the next opening
        machine.notice(places.keys, opened.log)
    return replace(opened, signer=signer)


class OfflineRecord(SqliteRecord):
    """This computer's copy of its log, to be read while the database does not answer."""

    def verify(self) -> Verification:
        fault = Problem(self._opened.read_only, "the database", self._opened.next_step)
        asked = "0. The database was asked; what it holds could not be held against this log."
        return Verification((fault,), (asked,), self.head().size)

    def finish_erasing(self) -> int:
        """Raises RecordProblem: what was ordered is erased in the database first, once it answers."""
        raise RecordProblem("An erasure that was broken off waits for the database.", self._opened.next_step)


def _offline(places: Places, clock: Clock, copy: LocalCopy, error: RecordProblem, why: str) -> OfflineRecord:
    try:
        opened = _read_only(copy.engine, copy.log)
        with reading(copy.engine) as connection:
            size = rows.last_head(connection, copy.log).size
    except STORE_ERRORS as second:
        copy.close()
        raise RecordProblem(f"The copy of the record cannot be read: {why_here(second)[0]}.", "") from second
    shown = f"Shown is this computer's copy: entries 1 to {size} were acknowledged."
    words = f"{why} So nothing can be recorded now. {shown}"
    opened = replace(opened, read_only=words, next_step=error.next_step, trouble=Trouble.DAMAGED)
    return OfflineRecord(places, clock, copy.engine, opened)


def inspect_database_record(places: Places, address: str | None = None) -> Verification:
    """Steps 1 to 6 of the proof over the profile's log in its database. Does not open it for writing."""
    url = address_of(places, address)
    engine = database_engine(url)
    try:
        return inspect_log(places, url, engine, _marked(places, url))
    finally:
        engine.dispose()
