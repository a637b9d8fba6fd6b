"""Starts the log that supersedes this one: its first entry beside the old log, in one transaction, and then the rest.

The order lets no crash leave half of it: the new key is kept first, the first entry is committed, and only then the
mark goes over. `finish_interrupted` does what was left. The old log's key stays, and signs nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from msat import __version__
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record import machine, recovery_note
from msat.record.chain import Birth, genesis, head_of
from msat.record.entries import Actor, Entry, Head
from msat.record.high_water import read_mark, write_mark
from msat.record.identity import identity_of
from msat.record.key_history import Keys
from msat.record.keys import new_recovery_key
from msat.record.organisation import Organisation
from msat.record.proof import Expected, prove
from msat.record.seen_heads import read_heads
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.record.succession import signed_claim
from msat.store import rows
from msat.store.engine import raw_reader, reading, writing
from msat.store.key_places import key_store
from msat.store.keys_in_force import identity_in
from msat.store.lineage_held import lineage_at
from msat.store.refusals import STORE_ERRORS, problem, why

FIRST_MEND = "Restore the newest backup first: a log is superseded only where what is here of it is whole."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for: whose log, why, and who asks."""

    log: LogId
    organisation: Organisation
    actor: Actor
    reason: str


class NewLog:
    """The log that goes on for an old one: made, kept and gone over to, wherever the record lies.

    `recovery` is its recovery key, to be printed. `first` is its first entry, None until `begin`: after an error that
    is what to look for.
    """

    def __init__(self, places: Places, wanted: Wanted) -> None:
        self._places, self._wanted = places, wanted
        self._private = new_private_key()
        self.recovery = new_recovery_key()
        self.first: Entry | None = None

    def begin(
        self, connection: Connection, end: Head, known: int, now: datetime, keys: Keys | None = None
    ) -> None:
        """Keeps the new key, then inserts the first entry. `end`: of the old log; `known`: how long it once was.

        `keys`: those of the old log at `end`, where what lies behind it does not count. Under the writers' lock of the
        old log. Raises one of STORE_ERRORS.
        """
        public = public_key(self._private)
        keys = keys or identity_of(identity_in(connection, self._wanted.log)).keys
        old = self._old_key(keys.public)
        claim = signed_claim(end, public, old, self._wanted.reason, known if known > end.size else 0)
        birth = Birth(self._wanted.organisation, public, self.recovery.sha256, __version__, claim)
        self.first = first = genesis(birth, now, self._wanted.actor)
        key_store(self._places).save(first.log, self._private)
        recovery_note.expect(self._places.recovery_note, first.log, self.recovery.sha256)
        note = Signer(first.log, self._private).sign(head_text(head_of(first)))
        connection.exec_driver_sql(rows.INSERT, [rows.values_of(first, note)])

    def _old_key(self, public: bytes) -> Signer | None:
        """The old log's key where it is still here: with its signature nobody has to take the claim on trust.

        One that came with a change of key which was lost is none: nobody could tell its signature from a thief's.
        """
        try:
            stored = key_store(self._places).load(self._wanted.log)
        except RecordProblem:
            return None
        return stored.signer if stored and stored.signer.public == public else None

    def finish(self) -> Head:
        """Goes over to the new log, whose first entry is committed; returns its end. Raises RecordProblem."""
        assert self.first is not None  # noqa: S101 - it is called after `begin`
        head = head_of(self.first)
        go_over(self._places, head)
        return head


def supersede(places: Places, engine: Engine, wanted: Wanted, now: datetime) -> str:
    """Starts the new log and returns its recovery key, printed: shown once, kept nowhere.

    Raises Refused when the old log is not whole as far as it goes, NotRecorded when the disk failed and nothing was
    begun, RecordProblem when it cannot be told.
    """
    _check_whole(places.record, wanted.log)
    new = NewLog(places, wanted)
    known = longest_known(places, engine, wanted.log)
    try:
        with writing(engine) as connection:
            check_newest(newest_of(places, wanted.log), wanted.log)
            new.begin(connection, rows.last_head(connection, wanted.log), known, now)
    except STORE_ERRORS as error:
        _settle(places, engine, new.first, error)
    new.finish()
    return new.recovery.printed


def check_newest(newest: LogId, log: LogId) -> None:
    """Raises Refused where `newest`, not `log`, is the log that is written here now."""
    if newest != log:
        raise Refused("Another window started the new log just now.", "Close this window and open MSAT again.")


def longest_known(places: Places, engine: Engine, log: LogId, keys: Keys | None = None) -> int:
    """How long the log is known to have been, by the mark and by what others hold; 0 where nothing says so.

    `keys`: those of the log where it is not to be asked for them.
    """
    mark = read_mark(places.high_water_mark)
    sizes = [mark.size] if mark is not None and mark.log == log else []
    if keys is None:
        with reading(engine) as connection:
            keys = identity_of(identity_in(connection, log)).keys
    sizes += [head.size for head in read_heads(places.seen_heads, log, keys)]
    return max(sizes, default=0)


def _check_whole(path: Path, log: LogId) -> None:
    """What is here of the old log must prove whole, for it is kept and read from now on as it is."""
    found = prove((row for row in rows.raw_rows(path) if row.log == log), None, Expected(log))
    if found.problems:
        first = found.problems[0]
        raise Refused(f"The log that is here is not whole. {first.where}: {first.what}", FIRST_MEND)


def _settle(places: Places, engine: Engine, first: Entry | None, error: BaseException) -> None:
    """After an error: opens anew and looks. Returns when the first entry is there after all."""
    reason, next_step = why(error)
    engine.dispose()
    try:
        with reading(engine) as connection:
            there = first is not None and rows.entry_by_id(connection, first.id) is not None
    except (*STORE_ERRORS, RecordProblem) as second:
        raise RecordProblem(
            f"It is not known whether the new log was begun: {reason}, and the record could not be read again.",
            "Open MSAT again: it finishes what was begun, or shows the old log as it was.",
        ) from second
    if not there:
        raise NotRecorded(f"No new log was begun: {reason}.", next_step) from error


def go_over(places: Places, head: Head) -> None:
    """Goes over to the new log: from here on the mark names it. Can be done again after an interruption."""
    try:
        machine.remember(places.keys, head.log)
        write_mark(places.high_water_mark, head)
        places.restored.unlink(missing_ok=True)
    except OSError as error:
        raise RecordProblem(
            f"The new log is begun, but not yet the one that is written: {why(error)[0]}.",
            "Make room on the disk and open MSAT again: it finishes this by itself.",
        ) from error


# --- after an interruption ------------------------------------------------------------------------------------------


def newest_of(places: Places, log: LogId) -> LogId:
    """The log of this installation that goes on for `log`, or `log` itself. Changes nothing.

    A log counts as this installation's when its key is kept here and its first entry is in the record: so a mark of
    before, or a computer that stopped before the mark went over, brings no old log back.
    """
    try:
        keyed = [one for one in key_store(places).logs() if one != log]
    except RecordProblem:
        return log
    lines = {one: lineage_at(places.record, one) for one in keyed}
    after = [one for one, line in lines.items() if any(head.log == log for head in line)]
    return max(after, key=lambda one: len(lines[one]), default=log)


def refuse_where_superseded(places: Places, log: LogId) -> None:
    """Asked under the writers' lock. Raises RecordProblem where another window has begun a log to go on for `log`."""
    newest = newest_of(places, log)
    if newest != log:
        raise RecordProblem(
            f"Another window started a log that goes on for this one, {newest[:8]}: nothing is added here now.",
            "Close this window and open MSAT again.",
        )


def finish_interrupted(places: Places, log: LogId) -> None:
    """Finishes the supersession of `log`, the marked one, where that was interrupted; else does nothing."""
    newest = newest_of(places, log)
    if newest == log:
        return
    try:
        with raw_reader(places.record) as connection:
            statement = "SELECT seq, id FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1"
            size, head = connection.execute(statement, (newest,)).fetchone()
    except STORE_ERRORS as error:
        raise problem(places.record, error) from error
    go_over(places, Head(newest, int(size), head))
