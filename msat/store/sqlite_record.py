"""The permanent record in SQLite: one installation's log, appended to durably and never changed.

An append is one transaction: look at the head, link, sign, insert, commit, read back, move the high-water mark. After
any error of disk or database the record is opened anew and asked which of the two it was: recorded or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from msat.clock import Clock
from msat.errors import NotRecorded, RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import Body, body_of, check_files, clock_anomaly, head_of, link, mark_restarted
from msat.record.entries import Draft, Entry, Head
from msat.record.high_water import read_mark, write_mark
from msat.record.organisation import Organisation
from msat.record.signing import Signer, check_callers_text, head_text
from msat.record.steady import Jump
from msat.record.verification import Verification
from msat.store import rows
from msat.store.engine import reading, writing
from msat.store.files import FolderFiles
from msat.store.inspection import inspect_record
from msat.store.marking import check_mark
from msat.store.refusals import STORE_ERRORS, problem, why

_INSERT = "INSERT INTO entry (log, seq, id, type, header, body, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening or making a record found out, handed to SqliteRecord once."""

    log: LogId
    organisation: Organisation
    public: bytes
    signer: Signer | None
    read_only: str = ""
    """Why nothing may be recorded here, as one sentence; empty when it may."""
    next_step: str = ""


class SqliteRecord:
    """The record of one profile. Safe to use from several threads and processes at once; close it at the end."""

    def __init__(
        self,
        places: Places,
        clock: Clock,
        engine: Engine,
        opened: Opened,
        steady: Callable[[], float] | None = None,
    ) -> None:
        self._places, self._clock, self._engine, self._opened = places, clock, engine, opened
        self._files = FolderFiles(places.files)
        self._steady = steady
        self._jump = Jump(clock.now(), steady()) if steady else None
        self._mark_is_behind = False

    @property
    def log(self) -> LogId:
        return self._opened.log

    @property
    def organisation(self) -> Organisation:
        return self._opened.organisation

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded here, as one sentence; empty when it can."""
        return self._opened.read_only

    def close(self) -> None:
        """Lets go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # --- writing ---------------------------------------------------------------------------------------------------

    def append(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """See `ports.Record.append`. Entries that the record adds itself (a clock anomaly) are not in the answer."""
        if not drafts:
            return ()
        signer = self._signer()
        now = self._clock.now()
        bodies = [body_of(draft, self.organisation, now) for draft in drafts]
        check_files(drafts, self._files)
        made = self._commit(bodies, signer, now)
        self._read_back(made)
        self._raise_mark()
        return made[-len(drafts) :]

    def _signer(self) -> Signer:
        if self._opened.read_only or self._opened.signer is None:
            raise RecordProblem(self._opened.read_only, self._opened.next_step)
        return self._opened.signer

    def _commit(self, bodies: Sequence[Body], signer: Signer, now: datetime) -> tuple[Entry, ...]:
        made: tuple[Entry, ...] = ()
        try:
            with writing(self._engine) as connection:
                tail, first = self._look_before(connection, now)
                made = link(head_of(tail), [*first, *bodies], now)
                note = signer.sign(head_text(head_of(made[-1])))
                values = [
                    (e.log, e.seq, e.id, e.type, e.header, e.body, note if e is made[-1] else None) for e in made
                ]
                connection.exec_driver_sql(_INSERT, values)
        except STORE_ERRORS as error:
            self._settle(made, error)
        return made

    def _look_before(self, connection: Connection, now: datetime) -> tuple[Entry, list[Body]]:
        """The last entry, and what the record itself must say before the callers' entries."""
        mark = read_mark(self._places.high_water_mark)
        first: list[Draft] = []
        if mark is None:
            tail, _note = rows.last_entry(connection, self.log)
            first.append(mark_restarted(head_of(tail), now))
        else:
            tail = check_mark(connection, mark, self._opened.public)
        if self._mark_is_behind:
            # A mark that could not be written last time must be writable before anything more is recorded.
            write_mark(self._places.high_water_mark, head_of(tail))
            self._mark_is_behind = False
        anomaly = clock_anomaly(tail.time, now, self._jumped(now))
        if anomaly:
            first.append(anomaly)
        return tail, [body_of(draft, self.organisation, now) for draft in first]

    def _jumped(self, now: datetime) -> timedelta:
        """How far the clock moved by itself since the last look; nothing for a clock without a steady counter."""
        if self._jump is None or self._steady is None:
            return timedelta()
        seconds = self._steady()
        jump = self._jump.seen(now, seconds)
        self._jump.reset(now, seconds)
        return jump

    def _settle(self, made: tuple[Entry, ...], error: BaseException) -> None:
        """After an error: opens anew and looks. Returns when the entries are there after all."""
        reason, next_step = why(error)
        self._engine.dispose()
        try:
            with reading(self._engine) as connection:
                there = [e for e in made if rows.entry_by_id(connection, e.id)]
        except (*STORE_ERRORS, RecordProblem) as second:
            raise RecordProblem(
                f"It is not known whether this was recorded: {reason}, and the record could not be read again.",
                "Open MSAT again and look at the history before doing it a second time.",
            ) from second
        if not there or len(there) < len(made):
            raise NotRecorded(f"Nothing was recorded: {reason}.", next_step) from error

    def _read_back(self, made: Sequence[Entry]) -> None:
        """What was committed must be what is there: only then is it called recorded."""
        try:
            with reading(self._engine) as connection:
                stored = rows.stored_bytes(connection, self.log, made[0].seq, made[-1].seq)
        except STORE_ERRORS as error:
            raise RecordProblem(
                f"Entry {made[-1].seq} was written but could not be read back: {why(error)[0]}.",
                "Open MSAT again and look at the history before doing it a second time.",
            ) from error
        if stored != [(e.id, e.header, e.body) for e in made]:
            raise RecordProblem(
                f"Entry {made[0].seq} did not read back as it was written.", "Run verify before going on."
            )

    def _raise_mark(self) -> None:
        """Moves the mark up, under the writers' lock so that it never goes back.

        A failure here undoes nothing, for the entries are durable: the next append insists on the mark first.
        """
        try:
            with writing(self._engine) as connection:
                write_mark(self._places.high_water_mark, rows.last_head(connection, self.log))
        except STORE_ERRORS:
            self._mark_is_behind = True

    # --- reading ---------------------------------------------------------------------------------------------------

    def entries(self, log: LogId | None = None, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        try:
            yield from rows.entries(self._engine, log or self.log, after, upto)
        except STORE_ERRORS as error:
            raise problem(self._places.record, error) from error

    def entry(self, entry_id: str) -> Entry | None:
        return self._read(lambda connection: rows.entry_by_id(connection, entry_id))

    def head(self) -> Head:
        return self._read(lambda connection: head_of(rows.last_entry(connection, self.log)[0]))

    def signed_head(self) -> str:
        note = self._read(lambda connection: rows.last_entry(connection, self.log)[1])
        if note is None:
            raise RecordProblem("The last entry has no signed head.", "Run verify.")
        return note

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        try:
            with reading(self._engine) as connection:
                return work(connection)
        except STORE_ERRORS as error:
            raise problem(self._places.record, error) from error

    def sign(self, text: str) -> str:
        check_callers_text(text)
        return self._signer().sign(text)

    def verify(self) -> Verification:
        return inspect_record(self._places)
