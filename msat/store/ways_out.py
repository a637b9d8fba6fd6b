"""What opening a record found out, and the ways out of a record that is only to be read: supersede, move, fetch back.

Each is refused unless it ends the very trouble that the record is in. What they do to the files is in modules of its
own; here it is decided and followed up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine

from msat.clock import Clock
from msat.errors import RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record import machine
from msat.record.chain import Body, body_of
from msat.record.entries import Actor, Entry, Head
from msat.record.moving import moved
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from msat.record.shown import ShownBackup
from msat.record.signing import Signer
from msat.record.trouble import CAN_BE_FETCHED, GOES_ON_AFRESH, Trouble
from msat.store.fetching import fetch_back
from msat.store.keys_in_force import LOST, recovery_untold, signer_here
from msat.store.refusals import why
from msat.store.superseding import Wanted, supersede

COPIED = (
    "This installation lies on another computer than the one it was last used on: it was moved, or copied. If two went "
    "on with it, one log would get two histories."
)
MOVED_OR_NOT = (
    "If the old computer is no longer used: msatctl log moved --reason TEXT. If it went on recording and is lost: "
    "msatctl log supersede --reason TEXT. If both are to be used, this one is a workstation of its own: "
    "msatctl --profile NEWFOLDER init."
)
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
    needs_key: bool = False
    """Whether the missing key is the only reason: the printed recovery key can help."""
    lineage: tuple[Head, ...] = ()
    """The logs that this one superseded, the oldest first, each as far as it counts."""
    trouble: Trouble = Trouble.NONE
    """What keeps it read-only, as a value: the ways out differ."""


class WaysOut:
    """The part of a record that gets it out of being read-only."""

    _places: Places
    _clock: Clock
    _engine: Engine
    _opened: Opened
    look_again: Callable[[], Opened] | None = None
    """Looks at the record on disk anew, as opening does; None where that has no use (a shared database)."""

    @property
    def trouble(self) -> Trouble:
        """What keeps this record read-only; `Trouble.NONE` when it can be added to."""
        return self._opened.trouble

    @property
    def shown(self) -> ShownBackup | None:
        """See `ports.Record.shown`."""
        return None

    @property
    def recovery_untold(self) -> str:
        """A sentence where nobody is known to have the recovery key in force; else nothing."""
        return self._read(lambda connection: recovery_untold(connection, self._places, self._opened.log))

    def head(self) -> Head:
        """See `ports.Record.head`."""
        raise NotImplementedError  # the record itself

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        raise NotImplementedError

    def _write(
        self, make: Callable[[Head], Sequence[Body]], now: datetime, signer: Signer | None = None
    ) -> tuple[Entry, ...]:
        raise NotImplementedError

    def supersede(self, actor: Actor, reason: str) -> str:
        """See `ports.Record.supersede`."""
        if self._opened.trouble not in GOES_ON_AFRESH or self.look_again is None:
            why_not = self._opened.read_only or "This record can be added to."
            raise Refused(why_not, self._opened.next_step or "There is nothing that a new log would end.")
        wanted = Wanted(self._opened.log, self._opened.organisation, actor, reason)
        printed = supersede(self._places, self._engine, wanted, self._clock.now())
        self._opened = self.look_again()
        return printed

    def move(self, actor: Actor, reason: str) -> Entry:
        """See `ports.Record.move`."""
        if self._opened.trouble is not Trouble.COPIED:
            raise Refused(
                self._opened.read_only or "This record is on the computer that it was last used on.",
                self._opened.next_step or "There is nothing to record.",
            )
        now, draft = self._clock.now(), moved(self._places.keys, self._opened.log, actor, reason)
        signer = self._key()
        made = self._write(lambda _tail: [body_of(draft, self._opened.organisation, now)], now, signer)
        try:
            machine.remember(self._places.keys, self._opened.log)
        except OSError as error:
            raise RecordProblem(
                f"Entry {made[-1].seq} says that it was moved, but this computer could not be noted: {why(error)[0]}.",
                "Make room on the disk, then do it once more.",
            ) from error
        self._opened = replace(
            self._opened, signer=signer, read_only="", next_step="", needs_key=False, trouble=Trouble.NONE
        )
        return made[-1]

    def fetch_back(self, later: Sequence[RawEntry], note: str) -> Head:
        """See `ports.Record.fetch_back`."""
        if self._opened.trouble not in CAN_BE_FETCHED or self.look_again is None:
            why_not = self._opened.read_only or "This record is as long as it was ever known to be."
            raise Refused(why_not, self._opened.next_step or "Nothing needs fetching back.")
        size = self.head().size
        end = fetch_back(self._places, self._engine, self._opened.log, size, later, note)
        self._opened = self.look_again()
        return end

    def _key(self) -> Signer:
        signer, why_not = signer_here(self._places, self._opened.log, self._opened.public)
        if signer is None:
            raise RecordProblem(why_not, LOST)
        return signer
