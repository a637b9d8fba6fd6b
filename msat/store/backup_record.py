"""A backup as a record that is only read: its places, its files, its entries. `store.last_backup` opens one.

Whatever would write is refused with the sentence that the backup says of itself. What is proven is the record that
cannot be opened, not the backup, which was proven before it was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Engine

from msat.clock import Clock
from msat.errors import RecordProblem
from msat.ids import LogId, Sha256, fingerprint
from msat.places import Places
from msat.record.received import RawEntry
from msat.record.shown import NEXT, ShownBackup
from msat.record.signing import check_callers_text
from msat.record.verification import Verification
from msat.store.backup import RECORD
from msat.store.files import FolderFiles
from msat.store.inspection import inspect_record
from msat.store.key_places import key_store
from msat.store.received import SqliteReceived
from msat.store.sqlite_record import Opened, SqliteRecord

_EXPORT = "msat-export-v1\n"
"""How a text begins that is signed for a file which says on its face that it is from a backup."""


@dataclass(frozen=True, slots=True)
class PlacesBeside(Places):
    """The profile's places, but for the record and what is computed from it: those lie in `aside`."""

    aside: Path = Path()
    own: Places | None = None
    """The profile's own places, the record that cannot be opened among them."""

    @property
    def record(self) -> Path:
        return self.aside / RECORD

    @property
    def views(self) -> Path:
        return self.aside / "views.db"

    @property
    def board(self) -> Path:
        return self.aside / "board.db"

    @property
    def high_water_mark(self) -> Path:
        return self.aside / "high-water-mark.json"


class BackupFiles:
    """The stored files of the profile, and those that lie beside the backups; nothing is stored."""

    def __init__(self, own: Path, beside: Path, shown: ShownBackup) -> None:
        self._own, self._beside, self._shown = FolderFiles(own), FolderFiles(beside), shown

    def put(self, data: bytes) -> Sha256:
        """The fingerprint of a file that is there already. Raises RecordProblem for any other."""
        digest = fingerprint(data)
        if self.get(digest) != data:
            _refuse(self._shown)
        return digest

    def get(self, digest: str) -> bytes | None:
        """The bytes, from the profile where they are whole there."""
        found: bytes | None = None
        with suppress(RecordProblem):
            found = self._own.get(digest)
        if found is None or fingerprint(found) != digest:
            found = self._beside.get(digest) or found
        return found


class BackupReceived(SqliteReceived):
    """The logs of others as the backup holds them; none is taken in."""

    shown: ShownBackup

    def take(self, log: LogId, after: int, rows: Sequence[RawEntry], note: str) -> None:
        _refuse(self.shown)

    def erase(self, log: LogId) -> int:
        _refuse(self.shown)


class BackupRecord(SqliteRecord):
    """A backup as a record that is only read. What of it is proven is the record itself, not the backup."""

    def __init__(self, places: PlacesBeside, clock: Clock, engine: Engine, found: Opened, shown: ShownBackup) -> None:
        super().__init__(places, clock, engine, found)
        self._own, self._shown = places.own or places, shown

    @property
    def shown(self) -> ShownBackup:
        return self._shown

    @property
    def received(self) -> SqliteReceived:
        held = BackupReceived(self._places.record, self._engine, self.log)
        held.shown = self._shown
        return held

    @property
    def is_erasing(self) -> bool:
        """An erasure that was broken off goes on in the record, once that can be opened."""
        return False

    @property
    def recovery_untold(self) -> str:
        return ""

    def sign(self, text: str) -> str:
        """Signs what a file says that tells on its face where it is from, and nothing else. Raises RecordProblem."""
        check_callers_text(text)
        if not text.startswith(_EXPORT):
            _refuse(self._shown)
        stored = key_store(self._own).load(self.log)
        if stored is None or stored.signer.public != self.public_key:
            raise RecordProblem(
                f"{self._shown.read_only} The signing key that it goes by is not here, so no file can be sealed.", NEXT
            )
        return stored.signer.sign(text)

    def verify(self) -> Verification:
        """The proof over the record that cannot be opened."""
        return inspect_record(self._own)


def _refuse(shown: ShownBackup) -> NoReturn:
    raise RecordProblem(shown.read_only, NEXT)
