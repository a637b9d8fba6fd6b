"""The permanent record in a shared PostgreSQL database: one installation's log among many, only ever appended to.

What differs from the record in a file: the connection can be lost at any moment, and a server can come back without its
last transactions. After a lost connection the log's lock is waited for and the entry looked for by its id; what is not
there is tried again. Key, high-water mark, stored files and a copy of the own entries stay on this computer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import URL, Connection, Engine

from msat.clock import Clock
from msat.errors import MsatError, NotRecorded, RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import Body, read_entry, retold
from msat.record.entries import Actor, Draft, Entry, Head
from msat.record.erasure import erasures_in
from msat.record.high_water import read_mark, write_mark
from msat.record.received import RawEntry
from msat.record.trouble import CAN_BE_FETCHED, GOES_ON_AFRESH, Trouble
from msat.record.verification import Verification
from msat.store import postgres_erasing as erasing
from msat.store import rows
from msat.store.engine import reading, writing
from msat.store.erasing import read_all
from msat.store.postgres_copy import LocalCopy
from msat.store.postgres_counted import HELD, HeldEnds
from msat.store.postgres_ends import AFRESH, Counted, Signed, written_behind
from msat.store.postgres_engine import server_of
from msat.store.postgres_fetching import send_back
from msat.store.postgres_holding import who_holds
from msat.store.postgres_inspection import inspect_log
from msat.store.postgres_received import ENTRY, PostgresReceived, holds_copies, table_of
from msat.store.postgres_refusals import WAITED, may_pass, state_of, why
from msat.store.postgres_superseding import refuse_where_superseded, supersede
from msat.store.postgres_watch import Watch, tell
from msat.store.refusals import STORE_ERRORS
from msat.store.sqlite_record import _T, Opened
from msat.store.superseding import Wanted

PAUSES_S = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)
"""How long is waited before each further try to reach the server."""
RESTORE_IT = (
    "Keep this profile as it is, and have the newest backup of the database restored. If that cannot be had, go on in "
    "a log of its own: msatctl --profile NEWFOLDER --database URL init."
)
FETCH = (
    "Fetch the end back from whoever holds your newest return: msatctl log fetch FILE. Or have the newest backup of "
    "the database restored. If nobody has it, start a log that goes on for this one: msatctl log supersede --reason "
    "TEXT."
)


class ConnectionLost(NotRecorded):
    """The connection was lost, and the entry is proven not to be there: the same may be tried again."""


class ServerDiffers(RecordProblem):
    """The server lacks entries that it acknowledged and nobody here can put back, or holds others in their place."""

    title = "The database lost entries"


class PostgresRecord(Counted):
    """The record of one profile in a shared database. What is the same for a file is taken over from there."""

    def __init__(
        self, places: Places, clock: Clock, engine: Engine, opened: Opened, copy: LocalCopy, url: URL,
        steady: Callable[[], float] | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        super().__init__(places, clock, engine, opened, steady)
        self._copy, self._url, self._sleep = copy, url, sleep
        self._ends = HeldEnds()

    @property
    def received(self) -> PostgresReceived:
        never = tuple(head.log for head in self.lineage())
        where = (self._url, self._places.record, self._engine)
        return PostgresReceived(*where, self.log, never, self._places, self._ends)

    @property
    def local_copy(self) -> LocalCopy:
        """This computer's copy of the log that is written now."""
        return self._copy

    def watch(self) -> Watch:
        """What hears that another window of this organisation recorded; a connection of its own."""
        return Watch(self._url, self.organisation.ods)

    def close(self) -> None:
        self._copy.close()
        super().close()

    # --- writing ---------------------------------------------------------------------------------------------------

    def _commit(
        self, make: Callable[[Head], Sequence[Body]], signer: object, now: datetime
    ) -> tuple[Entry, ...]:
        for pause in PAUSES_S:
            try:
                return self._commit_once(make, signer, now)
            except ConnectionLost:
                self._sleep(pause)
        return self._commit_once(make, signer, now)

    def _commit_once(
        self, make: Callable[[Head], Sequence[Body]], signer: object, now: datetime
    ) -> tuple[Entry, ...]:
        try:
            return super()._commit(make, signer, now)  # type: ignore[arg-type]
        except (NotRecorded, Refused):
            raise
        except MsatError as error:
            behind = self._written_behind()
            if behind is not None and self.look_again is not None:
                self._opened = self.look_again()
                raise RecordProblem(behind.say(), AFRESH) from error
            raise

    def _written_behind(self) -> Signed | None:
        """What the log is signed to, where somebody wrote behind that; None too where it cannot be told."""
        try:
            return written_behind(self._engine, self._copy, read_mark(self._places.high_water_mark))
        except (MsatError, *STORE_ERRORS):
            return None

    def _follow_key(self, connection: Connection) -> None:
        # First of all: what the server lost may be the very entry that changed the key.
        self.put_back(connection)
        super()._follow_key(connection)

    def put_back(self, connection: Connection) -> None:
        """Puts entries back that the server once acknowledged and no longer has. Run inside the writers' lock.

        Raises RecordProblem when the server went on differently, or the copy here does not reach far enough.
        """
        mark = read_mark(self._places.high_water_mark)
        there = end_of(connection, self.log)
        kept = self._copy.head()
        known = max(mark.size if mark else 0, kept.size if kept else 0)
        if kept is not None and there[0] >= kept.size:
            self._check_same(connection, kept, there)
        if there[0] >= known:
            return
        values = self._copy.after(there[0])
        if there[0] == 0 or (kept and kept.size) != known or self._copy.id_at(there[0]) != there[1]:
            raise shortened(server_of(self._url), there[0], known)
        erasing.put_in(connection, self._url, self.log, values)
        self.tell(_put_back_words(server_of(self._url), there[0], known))

    def _check_same(self, connection: Connection, kept: Head, there: tuple[int, str]) -> None:
        """What was acknowledged here must still be what the server holds under that number."""
        found = there[1]
        if there[0] > kept.size:
            statement = "SELECT id FROM entry WHERE log = ? AND seq = ?"
            found = str(connection.exec_driver_sql(statement, (self.log, kept.size)).scalar())
        if found != kept.id:
            raise ServerDiffers(
                f"The database {server_of(self._url)} went on differently: its entry {kept.size} is not the one that "
                "it acknowledged to this computer.",
                RESTORE_IT,
            )

    def _settle(self, made: tuple[Entry, ...], error: BaseException) -> None:
        """After an error: waits for the log's lock, which a transaction still under way holds, and looks."""
        reason, next_step = why(error)
        nothing = f"Nothing was recorded: {reason}."
        if not made:
            if state_of(error) == WAITED and (held := who_holds(self._engine, self.log)):
                raise NotRecorded(f"Nothing was recorded: {held[0]}.", held[1]) from error
            raise (ConnectionLost if may_pass(error) else NotRecorded)(nothing, next_step) from error
        there = self._find(made, reason)
        if len(there) == len(made):
            return
        raise (ConnectionLost if may_pass(error) else NotRecorded)(nothing, next_step) from error

    def _find(self, made: tuple[Entry, ...], reason: str) -> list[Entry]:
        last: BaseException | None = None
        for pause in (*PAUSES_S, None):
            try:
                # The lock is free only when the server has ended the transaction, one way or the other.
                with writing(self._engine) as connection:
                    return [e for e in made if rows.entry_by_id(connection, e.id)]
            except STORE_ERRORS as error:
                last = error
                if pause is None or not may_pass(error):
                    break
                self._sleep(pause)
        first, end = made[0].seq, made[-1].seq
        numbers = f"entry {end}" if first == end else f"entries {first} to {end}"
        raise RecordProblem(
            f"It is not known whether {numbers} was recorded: {reason}, and the database could not be asked again. "
            f"Everything up to entry {first - 1} is recorded.",
            "Open MSAT again when the database answers, and look at the history before doing it a second time.",
        ) from last

    def _read_back(self, made: Sequence[Entry]) -> None:
        for pause in PAUSES_S:
            try:
                return super()._read_back(made)
            except RecordProblem as problem:
                if problem.__cause__ is None or not may_pass(problem.__cause__):
                    raise
                self._sleep(pause)
        return super()._read_back(made)

    def _raise_mark(self) -> None:
        """Adds what was recorded to this computer's copy, then moves the mark up; both under the writers' lock."""
        try:
            with writing(self._engine) as connection:
                self._copy.catch_up(connection, self.lineage())
                write_mark(self._places.high_water_mark, rows.last_head(connection, self.log))
                tell(connection, self.organisation.ods, self.log)
        except (*STORE_ERRORS, NotRecorded):
            self._mark_is_behind = True

    def erase(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """See `ports.Record.erase`. Refused where the database is of a schema without the door for it."""
        self._signer()
        if words := self._read(lambda connection: erasing.why_not(connection, self._url)):
            raise Refused(words, erasing.MIGRATE)
        return super().erase(drafts)

    @property
    def cannot_erase(self) -> str:
        if self._opened.read_only:
            return self._opened.read_only
        words = self._read(lambda connection: erasing.why_not(connection, self._url))
        return f"{words} {erasing.MIGRATE}" if words else ""

    def finish_erasing(self) -> int:
        """See `ports.Record.finish_erasing`. First in the database, then in this computer's copy."""
        emptied, waiting = 0, read_all(self._places)
        if waiting and (words := self._read(lambda connection: erasing.why_not(connection, self._url))):
            raise RecordProblem(words, erasing.MIGRATE)
        for pending in waiting:
            if pending.log != self.log and self.received.head(pending.log) is None:
                continue  # its file was never stored
            emptied += erasing.finish(self._engine, self._url, self._copy, pending)
        if emptied:
            self.tell(erasing.STILL_THERE)
        return emptied

    def supersede(self, actor: Actor, reason: str) -> str:
        """See `ports.Record.supersede`. The new log lies beside the old one, under the same organisation."""
        if self.trouble not in GOES_ON_AFRESH or self.look_again is None:
            why_not = self.read_only or "This record can be added to."
            raise Refused(why_not, self.to_be_done or "There is nothing that a new log would end.")
        wanted, behind = Wanted(self.log, self.organisation, actor, reason), self._behind
        log, printed = supersede(self._places, self._url, self._engine, wanted, self._clock.now())
        self._copy = LocalCopy(self._places.own_log_copy, log, self._copy)
        self._engine.update_execution_options(msat_log=log)
        self._opened = replace(self._opened, log=log)
        self._opened = self.look_again()
        if behind is not None:
            self.tell(f"{behind.say_left()[3:]} Run verify to see it again.")
        return printed

    def move(self, actor: Actor, reason: str) -> Entry:
        """See `ports.Record.move`."""
        if self.trouble is Trouble.COPIED:
            self._read(lambda connection: refuse_where_superseded(connection, self._places, self.log))
        return super().move(actor, reason)

    def fetch_back(self, later: Sequence[RawEntry], note: str) -> Head:
        """See `ports.Record.fetch_back`. What the server lost goes back to it under its old numbers and ids."""
        if self.trouble not in CAN_BE_FETCHED or self.look_again is None:
            raise Refused(self.read_only or "The database holds all that was recorded.", self.to_be_done)
        size = self.head().size
        end = send_back(self._places, self._url, self._engine, self.log, size, later, note)
        self._opened = self.look_again()
        return end

    # --- reading ---------------------------------------------------------------------------------------------------

    def entries(self, log: LogId | None = None, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        try:
            if (end := self._counts(log)) is not None:
                upto = end.size if upto is None else min(upto, end.size)
            table = self._table_of(log)
            if log is not None and table == HELD:
                held = self._read(lambda connection: self._ends.end(connection, log))
                counts = held.size if held else 0
                upto = counts if upto is None else min(upto, counts)
            yield from rows.entries(self._engine, log or self.log, after, upto, table)
        except STORE_ERRORS as error:
            raise problem(self._url, error) from error

    def _table_of(self, log: LogId | None) -> str:
        if log is None or log == self.log:
            return ENTRY
        return self._read(lambda connection: table_of(connection, log))

    def entry(self, entry_id: str) -> Entry | None:
        return super().entry(entry_id) or self._read(lambda connection: self._held_entry(connection, entry_id))

    def _held_entry(self, connection: Connection, entry_id: str) -> Entry | None:
        """An entry of a copy, where it counts there."""
        found = _held_entry(connection, entry_id)
        end = self._ends.end(connection, found.log) if found is not None else None
        return found if found is not None and end is not None and found.seq <= end.size else None

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        """Reads; a connection that was cut meanwhile is made anew once."""
        for once_more in (True, False):
            try:
                with reading(self._engine) as connection:
                    return work(connection)
            except STORE_ERRORS as error:
                if not (once_more and may_pass(error)):
                    raise problem(self._url, error) from error
        raise AssertionError("unreachable")

    def verify(self) -> Verification:
        return inspect_log(self._places, self._url, self._engine, self.log)

    def begin(self, opened: Opened) -> None:
        """Hands over what opening found out, once the log was looked at."""
        self._opened = opened

    def count_to(self, behind: Signed | None) -> None:
        """Reads the log no further than its key signed, where others wrote behind that; None: all of it counts."""
        self._behind = behind


def _held_entry(connection: Connection, entry_id: str) -> Entry | None:
    """An entry of a log that came as a file; where it was erased, with what is told instead."""
    if not holds_copies(connection):
        return None
    found = connection.exec_driver_sql("SELECT id, header, body FROM held WHERE id = ?", (entry_id,)).one_or_none()
    if found is None:
        return None
    entry = read_entry(*found)
    told = erasures_in(rows.orders_of(connection, entry.log, HELD)).told if entry.body is None else {}
    return retold(entry, told[entry.id]) if entry.id in told else entry


def end_of(connection: Connection, log: LogId) -> tuple[int, str]:
    """Number and id of a log's last entry in the database; 0 and nothing when it holds none."""
    found = connection.exec_driver_sql(
        "SELECT seq, id FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,)
    ).one_or_none()
    return (0, "") if found is None else (int(found[0]), str(found[1]))


def shortened(server: str, size: int, known: int) -> ServerDiffers:
    """The database has lost entries that this computer's copy cannot put back."""
    there = f"ends at entry {size}" if size else "holds nothing of this log"
    return ServerDiffers(
        f"The database {server} {there}, but entries up to {known} were acknowledged. Recorded: {size} entries. "
        f"Not there any more: entries {size + 1} to {known}.",
        FETCH if size else RESTORE_IT,
    )


def problem(url: URL, error: BaseException) -> RecordProblem:
    """The RecordProblem for an error met while reading the record at `url`."""
    cause, next_step = why(error)
    return RecordProblem(f"The record in {server_of(url)} cannot be used: {cause}.", next_step)


def _put_back_words(server: str, size: int, known: int) -> str:
    lost = f"entry {known}" if known == size + 1 else f"entries {size + 1} to {known}"
    return (
        f"The database {server} had lost {lost}, which it had acknowledged. They were put back from this computer's "
        "copy under their old numbers; nothing is missing. Tell whoever looks after the database."
    )
