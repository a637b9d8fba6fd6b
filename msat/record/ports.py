"""What the record needs from the outside: somewhere to keep entries, files, the key, and the high-water mark.

`msat.store` and `msat.record.memory` fulfil these; tests/contracts holds both to the same promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from msat.ids import LogId, Sha256
from msat.record.entries import Actor, Draft, Entry, Head
from msat.record.organisation import Organisation
from msat.record.received import RawEntry, ReceivedLogs
from msat.record.shown import ShownBackup
from msat.record.trouble import Trouble
from msat.record.verification import Verification


class Record(Protocol):
    """This installation's log, and the logs received from other sites."""

    @property
    def log(self) -> LogId:
        """The log this installation writes."""

    @property
    def organisation(self) -> Organisation:
        """Whose record this is, as its log's first entry says."""

    @property
    def public_key(self) -> bytes:
        """The public key in force, 32 bytes."""

    def lineage(self) -> tuple[Head, ...]:
        """The logs that the own one superseded, the oldest first, each as far as it counts; empty for a first log.

        They are held, read like the own one (`entries` by name), and never added to.
        """

    def identity(self, log: LogId | None = None) -> tuple[Entry, ...]:
        """A log's first entry (the own one's when None) and every change of its key: what signed files carry."""

    @property
    def received(self) -> ReceivedLogs:
        """The logs of other installations that are held beside the own one."""

    def append(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Writes all drafts in one durable transaction and returns them as read back.

        Raises NotRecorded when the disk failed and none of them is there, Refused for a draft that breaks the canonical
        profile, RecordProblem when the record cannot be written at all. An empty sequence writes nothing.
        """

    def entries(self, log: LogId | None = None, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Entries of a log (its own when None) with `after < seq <= upto`, in order."""

    def typed(self, types: frozenset[str]) -> tuple[Entry, ...]:
        """The entries of these types that this installation recorded, in order; the others are not even read.

        Those of superseded logs come first, each up to its end.
        """

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id, of the own log or of one received; None where neither holds it."""

    def head(self) -> Head:
        """Length and last entry of this installation's log."""

    def signed_head(self) -> str:
        """The signed note over `head()`, as stored with the last entry."""

    def sign(self, text: str) -> str:
        """A signed note over `text` by this installation's key, for manifests of exports.

        `text` is lines ending in a newline, its first line naming what it is (`msat-export-v1`). Deterministic: the
        same text gives the same note.
        """

    def cosign(self, note: str, at: datetime) -> str:
        """The signed head `note` of another log with this installation's line added: seen at `at` (UTC)."""

    def rotate_key(self, actor: Actor, recovery_sha256: str = "") -> Entry:
        """Goes over to a new signing key, recorded with the signatures of the old and the new one.

        `recovery_sha256` names a new recovery key in place of the one before. Raises NotRecorded when the key or the
        entry could not be kept; the old key then stays in force.
        """

    def recover_key(self, printed: str, actor: Actor) -> str:
        """Goes over to a new signing key with the printed recovery key, where the old one is lost.

        Returns a new recovery key to print. Raises Refused when the printed one is not this record's, or not needed.
        """

    @property
    def trouble(self) -> Trouble:
        """What keeps this record read-only; `Trouble.NONE` when it can be added to."""

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded here, as one sentence; empty when it can."""

    @property
    def to_be_done(self) -> str:
        """What to do about `read_only`; empty when the record can be added to."""

    @property
    def shown(self) -> ShownBackup | None:
        """The backup that this is, where the record itself cannot be opened; None for a record."""

    @property
    def needs_key(self) -> bool:
        """Whether the printed recovery key is what this record needs to go on."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of this record since it was opened, a sentence each."""

    @property
    def recovery_untold(self) -> str:
        """A sentence where nobody is known to have the recovery key in force; else nothing. Raises RecordProblem."""

    def supersede(self, actor: Actor, reason: str) -> str:
        """Starts a new log in the place of the own one, which stays as it is and is never added to again.

        Returns the new log's recovery key to print. Raises Refused where the log can go on, or is not whole as far as
        it goes; NotRecorded when the disk failed and nothing was begun.
        """

    def move(self, actor: Actor, reason: str) -> Entry:
        """Records that the installation was moved to this computer and may go on. Raises Refused where it was not."""

    def fetch_back(self, later: Sequence[RawEntry], note: str) -> Head:
        """Adds to the own log what it lost: `later` follow its end, and `note` is the signed head of their last one.

        Returns the log's end now. Raises Refused where nothing is missing, or what is given does not prove whole.
        """

    def erase(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Records orders of erasure (`record.erasure`), then empties the bodies that they name, for good.

        Until `erasure_done` is called the record remembers that something may be left to do. Raises Refused where no
        body can be emptied, NotRecorded when the disk failed before anything was erased.
        """

    @property
    def cannot_erase(self) -> str:
        """Why no body can be emptied in this record, as one sentence; empty where it can."""

    def erasing_alone(self) -> AbstractContextManager[None]:
        """Held from before an order of erasure is recorded or taken in until `erasure_done`: by one process at a time.

        Whoever holds it may take it again. Raises RecordProblem when another process held it for too long.
        """

    def deciding_alone(self) -> AbstractContextManager[None]:
        """Held while a deed looks whether it is still to be done and records it: by one process at a time.

        Whoever holds it may take it again. Raises RecordProblem when another process held it for too long.
        """

    @property
    def is_erasing(self) -> bool:
        """Whether an erasure was begun whose end nobody told."""

    def finish_erasing(self) -> int:
        """Empties what orders name and an erasure that was broken off left; returns how many bodies those were."""

    def erasure_done(self) -> None:
        """Tells that nothing of what was erased is left in what was computed from the record."""

    def verify(self) -> Verification:
        """Runs the numbered proof of design section 3 and says what was found."""


class Files(Protocol):
    """Stored files under their SHA-256; written once, never changed."""

    def put(self, data: bytes) -> Sha256:
        """Stores `data` durably and returns its fingerprint. Storing the same bytes twice is free."""

    def get(self, digest: str) -> bytes | None:
        """The bytes, or None when the file is missing. Does not check the fingerprint: `verify` does."""
