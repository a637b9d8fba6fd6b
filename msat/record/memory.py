"""The record and its files in memory: for tests of everything above the record. Keeps the promises of `ports.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime

from msat.clock import Clock
from msat.errors import Refused
from msat.ids import LogId, Sha256, fingerprint
from msat.record.chain import (
    Birth,
    body_of,
    body_of_own,
    check_files,
    clock_anomaly,
    genesis,
    head_of,
    link,
    read_entry,
    retold,
)
from msat.record.copies import prove_all
from msat.record.cosigning import cosign
from msat.record.entries import Actor, Draft, Entry, Head
from msat.record.erasure import erasures_in
from msat.record.key_history import ROTATED, rotation
from msat.record.keys import new_recovery_key
from msat.record.organisation import Organisation
from msat.record.ports import Files
from msat.record.proof import Expected, Row
from msat.record.received import MemoryReceived, RawEntry
from msat.record.signing import Signer, check_callers_text, head_text, new_private_key, public_key
from msat.record.trouble import Trouble
from msat.record.verification import Verification


class MemoryFiles:
    """Stored files under their SHA-256, as long as the program runs."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def put(self, data: bytes) -> Sha256:
        digest = fingerprint(data)
        self._files[digest] = bytes(data)
        return digest

    def get(self, digest: str) -> bytes | None:
        return self._files.get(digest)


class MemoryRecord:
    """A log as long as the program runs. `files` are the stored files that entries may name."""

    def __init__(self, organisation: Organisation, clock: Clock, files: Files | None = None) -> None:
        private = new_private_key()
        birth = Birth(organisation, public_key(private), new_recovery_key().sha256, "memory")
        first = genesis(birth, clock.now())
        self._organisation, self._clock = organisation, clock
        self._files: Files = files or MemoryFiles()
        self._signer = Signer(first.log, private)
        self._entries = [first]
        self._received = MemoryReceived()
        self._is_erasing = False
        self._notes = {1: self._signer.sign(head_text(head_of(first)))}

    @property
    def log(self) -> LogId:
        return self._entries[0].log

    @property
    def organisation(self) -> Organisation:
        return self._organisation

    @property
    def public_key(self) -> bytes:
        return self._signer.public

    @property
    def received(self) -> MemoryReceived:
        return self._received

    def lineage(self) -> tuple[Head, ...]:
        return ()

    @property
    def trouble(self) -> Trouble:
        return Trouble.NONE

    @property
    def read_only(self) -> str:
        return ""

    @property
    def to_be_done(self) -> str:
        return ""

    @property
    def shown(self) -> None:
        return None

    @property
    def needs_key(self) -> bool:
        return False

    @property
    def notices(self) -> tuple[str, ...]:
        return ()

    @property
    def recovery_untold(self) -> str:
        return ""

    def supersede(self, actor: Actor, reason: str) -> str:
        raise Refused("This record can be added to.", "There is nothing that a new log would end.")

    def move(self, actor: Actor, reason: str) -> Entry:
        raise Refused("This record is on the computer that it was last used on.", "There is nothing to record.")

    def fetch_back(self, later: Sequence[RawEntry], note: str) -> Head:
        raise Refused("This record is as long as it was ever known to be.", "Nothing needs fetching back.")

    def identity(self, log: LogId | None = None) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries(log) if e.seq == 1 or e.type == ROTATED)

    def append(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        if not drafts:
            return ()
        now = self._clock.now()
        bodies = [body_of(d, self._organisation, now) for d in drafts]
        check_files(drafts, self._files)
        tail = self._entries[-1]
        anomaly = clock_anomaly(tail.time, now)
        if anomaly:
            bodies.insert(0, body_of(anomaly, self._organisation, now))
        made = link(head_of(tail), bodies, now)
        self._entries.extend(made)
        self._notes[made[-1].seq] = self._signer.sign(head_text(head_of(made[-1])))
        return made[-len(drafts) :]

    def recover_key(self, printed: str, actor: Actor) -> str:
        raise Refused("The signing key of this record is here.", "The recovery key is for a lost key only.")

    def rotate_key(self, actor: Actor, recovery_sha256: str = "") -> Entry:
        now, new = self._clock.now(), Signer(self.log, new_private_key())
        tail = head_of(self._entries[-1])
        body = body_of_own(rotation(tail, self._signer, new, actor, recovery_sha256), self._organisation, now)
        (made,) = link(tail, [body], now)
        self._entries.append(made)
        self._signer = new
        self._notes[made.seq] = new.sign(head_text(head_of(made)))
        return made

    def erase(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        now, tail = self._clock.now(), self._entries[-1]
        check_files(drafts, self._files)
        made = link(head_of(tail), [body_of_own(d, self._organisation, now) for d in drafts], now)
        self._entries.extend(made)
        self._notes[made[-1].seq] = self._signer.sign(head_text(head_of(made[-1])))
        self._is_erasing = True
        self.finish_erasing()
        return made

    @property
    def cannot_erase(self) -> str:
        return ""

    def erasing_alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def deciding_alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    @property
    def is_erasing(self) -> bool:
        return self._is_erasing

    def finish_erasing(self) -> int:
        orders, emptied = erasures_in(self._entries), 0
        for at, entry in enumerate(self._entries):
            if entry.id in orders.decisions:
                emptied += entry.body is not None
                bare = replace(entry, body=None)
                self._entries[at] = retold(bare, orders.told[entry.id]) if entry.id in orders.told else bare
        return emptied

    def erasure_done(self) -> None:
        self._is_erasing = False

    def entries(self, log: LogId | None = None, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        own = log in (None, self.log)
        for entry in list(self._entries) if own else self._of_another(log):
            if entry.seq > after and (upto is None or entry.seq <= upto):
                yield entry

    def _of_another(self, log: LogId | None) -> list[Entry]:
        return [read_entry(r.id, r.header, r.body) for r in self._received.raw(log)] if log else []

    def typed(self, types: frozenset[str]) -> tuple[Entry, ...]:
        return tuple(e for e in self._entries if e.type in types)

    def entry(self, entry_id: str) -> Entry | None:
        logs = (self._entries, *(self._of_another(head.log) for head in self._received.heads()))
        return next((e for entries in logs for e in entries if e.id == entry_id), None)

    def head(self) -> Head:
        return head_of(self._entries[-1])

    def signed_head(self) -> str:
        return self._notes[self._entries[-1].seq]

    def sign(self, text: str) -> str:
        check_callers_text(text)
        return self._signer.sign(text)

    def cosign(self, note: str, at: datetime) -> str:
        return cosign(note, self._signer, at)

    def verify(self) -> Verification:
        rows = (
            Row(e.log, e.seq, e.id, e.type, e.header, e.body, self._notes.get(e.seq)) for e in list(self._entries)
        )
        return prove_all(rows, self._files, Expected(self.log, key=self._signer.public, must_be_erased=True), {})
