"""The permanent record in SQLite: one installation's log, appended to durably and never changed.

An append is one transaction: look at the head, link, sign, insert, commit, read back, move the high-water mark. After
any error of disk or database the record is opened anew and asked which of the two it was: recorded or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from msat.clock import Clock
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import LogId, fingerprint
from msat.places import Places
from msat.record.chain import Body, body_of, body_of_own, check_files, clock_anomaly, head_of, link, mark_restarted
from msat.record.cosigning import cosign
from msat.record.entries import Actor, Draft, Entry, Head
from msat.record.high_water import read_mark, write_mark
from msat.record.key_history import rotation
from msat.record.keys import KeyStore, new_recovery_key, read_printed_key
from msat.record.organisation import Organisation
from msat.record.signing import Signer, check_callers_text, head_text, is_signed_with, new_private_key
from msat.record.steady import Jump
from msat.record.trouble import Trouble
from msat.record.verification import Verification
from msat.store import erasing, rows
from msat.store.alone import Alone
from msat.store.copies_held import SeenHeads
from msat.store.engine import reading, writing
from msat.store.files import FolderFiles
from msat.store.inspection import inspect_record
from msat.store.key_places import alone_with_keys, choose_for_recovery, key_store
from msat.store.keys_in_force import LOST, expect_recovery, identity_in, is_in_place, keys_in, signer_for
from msat.store.marking import check_mark
from msat.store.received import SqliteReceived
from msat.store.refusals import STORE_ERRORS, problem, why
from msat.store.superseding import refuse_where_superseded
from msat.store.ways_out import Opened, WaysOut

_T = TypeVar("_T")

__all__ = ["Opened", "SqliteRecord"]


class SqliteRecord(WaysOut):
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
        self.erasing_alone = erasing.alone(places)
        self.deciding_alone = Alone(places.deciding_lock, other="Another window of MSAT was recording")
        self._alone_with_keys = alone_with_keys(places)
        self._seen_heads = SeenHeads(places)
        self._notices: list[str] = []

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of this record since it was opened, a sentence each."""
        return tuple(self._notices)

    def tell(self, sentence: str) -> None:
        """Adds to what a person should know: the record was migrated, entries were put back."""
        self._notices.append(sentence)

    @property
    def log(self) -> LogId:
        return self._opened.log

    @property
    def organisation(self) -> Organisation:
        return self._opened.organisation

    @property
    def public_key(self) -> bytes:
        return self._opened.public

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded here, as one sentence; empty when it can."""
        return self._opened.read_only

    @property
    def to_be_done(self) -> str:
        """What to do about `read_only`; empty when the record can be added to."""
        return self._opened.next_step if self._opened.read_only else ""

    @property
    def needs_key(self) -> bool:
        """Whether the printed recovery key is what this record needs to go on."""
        return self._opened.needs_key

    @property
    def received(self) -> SqliteReceived:
        never = (self.log, *(head.log for head in self.lineage()))
        return SqliteReceived(self._places.record, self._engine, self.log, never, self._places)

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
        self._signer()
        now = self._clock.now()
        bodies = [body_of(draft, self.organisation, now) for draft in drafts]
        check_files(drafts, self._files)
        return self._write(lambda _tail: bodies, now)[-len(drafts) :]

    def erase(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """See `ports.Record.erase`. Noted before it begins, so that an erasure broken off is finished at the start."""
        self._signer()
        check_files(drafts, self._files)
        now, upto = self._clock.now(), self.head()
        try:
            erasing.begin(self._places, erasing.Pending(self.log, upto.size))
        except OSError as error:
            raise NotRecorded(f"Nothing was erased: {why(error)[0]}.", "Free space, then try again.") from error
        made = self._write(lambda _tail: [body_of_own(draft, self.organisation, now) for draft in drafts], now)
        self.finish_erasing()
        return made[-len(drafts) :]

    @property
    def cannot_erase(self) -> str:
        return self._opened.read_only

    @property
    def is_erasing(self) -> bool:
        return self._places.erasing.exists()

    def finish_erasing(self) -> int:
        pending = erasing.read_all(self._places)
        if pending:
            self._engine.dispose()  # the file is written anew, which nobody may be reading meanwhile
        return sum(erasing.empty_ordered(self._places.record, one.log, one.after) for one in pending)

    def erasure_done(self) -> None:
        erasing.end(self._places)

    def rotate_key(self, actor: Actor, recovery_sha256: str = "") -> Entry:
        """See `ports.Record.rotate_key`. The new key is on disk before anything says that it counts."""
        self._signer()
        with self._alone_with_keys():
            if recovery_sha256:
                expect_recovery(self._places, self.log, recovery_sha256)
            return self._go_over(lambda tail, new: rotation(tail, self._signer(), new, actor, recovery_sha256))

    def recover_key(self, printed: str, actor: Actor) -> str:
        """Goes over to a new key with the printed recovery key, where the old one is lost; prints a new recovery key.

        Raises Refused for a recovery key that is not this record's, or when the signing key is not lost at all.
        """
        if not self._opened.needs_key:
            reason = self._opened.read_only or "The signing key of this record is here."
            raise Refused(f"{reason} The recovery key is for a lost key only.", "To change it: msatctl key rotate.")
        old = Signer(self.log, read_printed_key(printed))
        with self._alone_with_keys():
            with reading(self._engine) as connection:
                known = keys_in(connection, self.log).recovery_sha256
            if fingerprint(old.public) != known:
                raise Refused("This recovery key is not the one of this record.", "Look for the newest printed one.")
            fresh = new_recovery_key()
            expect_recovery(self._places, self.log, fresh.sha256)
            if changed_place := choose_for_recovery(self._places):
                self.tell(changed_place)
            self._go_over(lambda tail, new: rotation(tail, old, new, actor, fresh.sha256, is_recovery=True))
        return fresh.printed

    def _go_over(self, change: Callable[[Head, Signer], Draft]) -> Entry:
        """Keeps a new key beside the old one, records the change, and only then puts it in the old one's place."""
        new, now = Signer(self.log, new_private_key()), self._clock.now()
        store = key_store(self._places)
        try:
            self._finish_change(store)
            store.save_next(self.log, new.private)
        except STORE_ERRORS as error:
            raise NotRecorded(f"The new key could not be kept: {why(error)[0]}. The old one stays.", LOST) from error
        made = self._write(lambda tail: [body_of_own(change(tail, new), self.organisation, now)], now, new)
        try:
            store.promote(self.log)
        except (OSError, RecordProblem) as error:
            # What was recorded is not taken back, and a new recovery key must still reach whoever prints it.
            cause = f"{why(error)[0]}." if isinstance(error, OSError) else str(error)
            if not is_in_place(store, self.log, new.public):
                self.tell(f"The new key lies beside the old one and could not be put in its place yet: {cause}")
        self._opened = replace(self._opened, public=new.public, signer=new, read_only="", next_step="", needs_key=False)
        self._opened = replace(self._opened, trouble=Trouble.NONE)
        return made[-1]

    def _finish_change(self, store: KeyStore) -> None:
        """A change of key that was recorded and not finished is finished first: its key lies where the next one goes.

        Raises one of STORE_ERRORS or RecordProblem when it cannot be.
        """
        with reading(self._engine) as connection:
            self._follow_key(connection)
        signer_for(store, self.log, self._opened.public)

    def _write(
        self, make: Callable[[Head], Sequence[Body]], now: datetime, signer: Signer | None = None
    ) -> tuple[Entry, ...]:
        """Commits what `make` gives for the log's end, reads it back and moves the mark up."""
        made = self._commit(make, signer, now)
        self._read_back(made)
        self._raise_mark()
        return made

    def _signer(self) -> Signer:
        if self._opened.read_only or self._opened.signer is None:
            raise RecordProblem(self._opened.read_only, self._opened.next_step)
        return self._opened.signer

    def _commit(
        self, make: Callable[[Head], Sequence[Body]], signer: Signer | None, now: datetime
    ) -> tuple[Entry, ...]:
        made: tuple[Entry, ...] = ()
        try:
            with writing(self._engine) as connection:
                self._follow_key(connection)
                tail, first = self._look_before(connection, now)
                before = link(head_of(tail), first, now)
                end = head_of(before[-1] if before else tail)
                made = (*before, *link(end, make(end), now))
                note = (signer or self._signer()).sign(head_text(head_of(made[-1])))
                values = [rows.values_of(e, note if e is made[-1] else None) for e in made]
                connection.exec_driver_sql(rows.INSERT, values)
        except STORE_ERRORS as error:
            self._settle(made, error)
        return made

    def _follow_key(self, connection: Connection) -> None:
        """Another window may have changed the key: then this one goes over to it before it writes anything."""
        _tail, note = rows.last_entry(connection, self.log)
        if note is None or is_signed_with(note, self.log, self._opened.public):
            return
        public = keys_in(connection, self.log).public
        signer = signer_for(key_store(self._places), self.log, public)
        if signer is None:
            raise RecordProblem("The signing key here is not the one that this record goes by.", LOST)
        self._opened = replace(self._opened, public=public, signer=signer)

    def _look_before(self, connection: Connection, now: datetime) -> tuple[Entry, list[Body]]:
        """The last entry, and what the record itself must say before the callers' entries."""
        mark = read_mark(self._places.high_water_mark)
        if mark is not None and mark.log != self.log:
            raise RecordProblem(
                f"Another window started a log that goes on for this one, {mark.log[:8]}: nothing is added here now.",
                "Close this window and open MSAT again.",
            )
        if self.trouble is not Trouble.NONE:  # then another window may have begun a new log, the mark not gone over yet
            refuse_where_superseded(self._places, self.log)
        self._seen_heads.check(connection, self.log)
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

    def typed(self, types: frozenset[str]) -> tuple[Entry, ...]:
        return self._read(lambda connection: tuple(self._typed(connection, types)))

    def _typed(self, connection: Connection, types: frozenset[str]) -> Iterator[Entry]:
        for head in self.lineage():
            found = rows.entries_of_types(connection, head.log, types)
            yield from (entry for entry in found if entry.seq <= head.size)
        yield from rows.entries_of_types(connection, self.log, types)

    def lineage(self) -> tuple[Head, ...]:
        return self._opened.lineage

    def entry(self, entry_id: str) -> Entry | None:
        return self._read(lambda connection: rows.entry_by_id(connection, entry_id))

    def head(self) -> Head:
        return self._read(lambda connection: head_of(rows.last_entry(connection, self.log)[0]))

    def identity(self, log: LogId | None = None) -> tuple[Entry, ...]:
        return self._read(lambda connection: identity_in(connection, log or self.log))

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

    def cosign(self, note: str, at: datetime) -> str:
        return cosign(note, self._signer(), at)

    def verify(self) -> Verification:
        return inspect_record(self._places)
