"""Which key this installation signs with now: what the record's history allows, held against what the key store holds.

Opening a record and noticing that another window has changed the key are the same question.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from msat.errors import NotRecorded, RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record import recovery_note
from msat.record.chain import Birth, birth_of
from msat.record.entries import Entry
from msat.record.identity import identity_of
from msat.record.key_history import BadRotation, Keys
from msat.record.keys import KeyStore, StoredKey
from msat.record.signing import BadNote, Signer, verify_note
from msat.store.credentials import StoreLocked
from msat.store.key_places import key_store, where_of
from msat.store.refusals import why
from msat.store.rows import entry_at, key_changes, last_entry

LOST = "Put the key back, or use the printed recovery key: msatctl key recover."


def birth_in(connection: Connection, log: LogId) -> Birth:
    """What the log's first entry fixed. Raises RecordProblem when it is not there."""
    first = entry_at(connection, log, 1)
    if first is None:
        raise RecordProblem(f"The record has no log {log}, which was seen here before.", "Restore the newest backup.")
    return birth_of(first)


def identity_in(connection: Connection, log: LogId) -> tuple[Entry, ...]:
    """The log's first entry and every change of its key."""
    first = entry_at(connection, log, 1)
    if first is None:
        raise RecordProblem(f"The record has no log {log}, which was seen here before.", "Restore the newest backup.")
    _tail, note = last_entry(connection, log)
    if note is not None and _is_by(note, log, birth_of(first).public_key):
        return (first,)  # every head after a change is signed by a later key
    return (first, *key_changes(connection, log))


def keys_in(connection: Connection, log: LogId) -> Keys:
    """What the log's history allows at its end. Raises RecordProblem when a key was changed wrongly."""
    try:
        return identity_of(identity_in(connection, log)).keys
    except BadRotation as fault:
        raise RecordProblem(fault.explanation, "Do not go on with this record: run verify.") from fault


def signer_here(places: Places, log: LogId, public: bytes) -> tuple[Signer | None, str]:
    """The private key to `public`, or the reason in words why this installation has none."""
    store = key_store(places)
    try:
        signer = signer_for(store, log, public)
        if signer is not None:
            return signer, ""
        is_here = store.load(log) is not None
    except StoreLocked as error:
        return None, f"{error.explanation} {error.next_step}"
    except RecordProblem as error:  # garbled: as good as lost, and the record is read all the same
        return None, error.explanation
    if is_here:
        return None, "The signing key here is not the one that this record goes by."
    return None, f"The signing key of this record is not in {where_of(places)}."


def signer_for(store: KeyStore, log: LogId, public: bytes) -> Signer | None:
    """The private key to `public`; puts a change of key right that was recorded but not yet finished here.

    None when the key store holds no such key, or what it holds is garbled.
    """
    stored = _loaded(store.load, log)
    if stored is not None and stored.signer.public == public:
        return stored.signer
    waiting = _loaded(store.load_next, log)
    if waiting is not None and waiting.signer.public == public:
        store.promote(log)
        return waiting.signer
    return None


def is_in_place(store: KeyStore, log: LogId, public: bytes) -> bool:
    """Whether the key store holds the private key to `public` as the one that signs: another window may do that."""
    try:
        stored = _loaded(store.load, log)
    except RecordProblem:
        return False
    return stored is not None and stored.signer.public == public


def expect_recovery(places: Places, log: LogId, sha256: str) -> None:
    """Notes, before it comes into force, that a new recovery key is not shown yet. Raises NotRecorded."""
    try:
        recovery_note.expect(places.recovery_note, log, sha256)
    except OSError as error:
        cause, next_step = why(error)
        raise NotRecorded(f"No new recovery key was made: {cause}. The one before stays.", next_step) from error


def recovery_untold(connection: Connection, places: Places, log: LogId) -> str:
    """A sentence where nobody is known to have the log's recovery key in force; else nothing."""
    if not places.recovery_note.exists():
        return ""
    return recovery_note.untold(places.recovery_note, log, keys_in(connection, log).recovery_sha256)


def _loaded(load: Callable[[LogId], StoredKey | None], log: LogId) -> StoredKey | None:
    """A key as kept; None where it is garbled, for the one beside it may be whole. Raises StoreLocked."""
    try:
        return load(log)
    except StoreLocked:
        raise
    except RecordProblem:
        return None


def _is_by(note: str, log: LogId, public: bytes) -> bool:
    try:
        verify_note(note, log, public)
    except BadNote:
        return False
    return True
