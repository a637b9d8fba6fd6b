"""Which key a log's history allows at each entry: the first entry's, until an entry changes it rightly. Pure.

A change of key is signed by the old key *and* the new one. A rule that asked for the new key's signature alone let
anybody who held a genuine log append a change to a key of their own, and go on in the log's name. Where the old key is
lost, the printed recovery key signs in its place; its fingerprint stands in the first entry, or in the last change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from msat.errors import MsatError
from msat.ids import fingerprint
from msat.record.chain import Birth
from msat.record.codec import is_digest
from msat.record.entries import Actor, Draft, Entry, Head
from msat.record.signing import BadNote, Signer, sign_twice, verify_note

ROTATED = "key.rotated"


class BadRotation(MsatError):
    """A change of key that the log's history does not allow."""

    title = "The key of this log was changed wrongly"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the history allows after some entry: the public key in force (32 bytes), and the recovery key's print."""

    public: bytes
    recovery_sha256: str
    earlier: tuple[tuple[int, bytes], ...] = ()
    """The keys before, each with the number of the last entry that it could sign."""

    def at(self, seq: int) -> bytes:
        """The key that signs the head at entry `seq`."""
        return next((key for last, key in self.earlier if seq <= last), self.public)

    def from_entry(self, seq: int) -> tuple[bytes, ...]:
        """The keys that were in force at entry `seq` or later, in their order."""
        return (*(key for last, key in self.earlier if seq <= last), self.public)


def first_keys(birth: Birth) -> Keys:
    """What the first entry of a log allows."""
    return Keys(birth.public_key, birth.recovery_sha256)


def rotation_text(after: Head, public: bytes) -> str:
    """The text that both keys sign: the log, the number of the change, the entry before it, the new key."""
    return f"msat-rotate-v1/{after.log}\n{after.size + 1}\n{after.id}\n{public.hex()}\n"


def rotation(
    after: Head, old: Signer, new: Signer, actor: Actor, recovery_sha256: str = "", is_recovery: bool = False
) -> Draft:
    """The entry that changes the key after `after`. `old` is the key in force, or the recovery key (`is_recovery`).

    `recovery_sha256` names a new recovery key; without it the one before stays.
    """
    data = {
        "public_key": new.public.hex(),
        "note": sign_twice(rotation_text(after, new.public), old, new),
        "recovery_key": old.public.hex() if is_recovery else "",
        "recovery_key_sha256": recovery_sha256,
    }
    by = "the printed recovery key" if is_recovery else "the key before it"
    meaning = f"The signing key of this log was changed, with {by}. Earlier entries stay under their own key."
    return Draft(ROTATED, actor, data, meaning=meaning)


def followed(keys: Keys, entry: Entry) -> Keys:
    """The keys after `entry`. Raises BadRotation when it changes the key without the right signatures."""
    if entry.type != ROTATED:
        return keys
    if entry.body is None:
        raise BadRotation(f"Entry {entry.seq} changes the key, and its body is withheld.", "Ask for the whole log.")
    data = entry.data
    public, note = _bytes(data.get("public_key")), data.get("note")
    if public is None or not isinstance(note, str):
        raise BadRotation(f"Entry {entry.seq} changes the key and does not name the new one.")
    signer = _who_may(keys, data.get("recovery_key"), entry)
    before = Head(entry.log, entry.seq - 1, entry.prev)
    try:
        for key in (signer, public):
            if verify_note(note, entry.log, key) != rotation_text(before, public):
                raise BadNote("The text that was signed names another change.")
    except BadNote as error:
        what = f"Entry {entry.seq} changes the key without the signatures of the old and the new key."
        raise BadRotation(f"{what} {error.explanation}") from error
    if public in (keys.public, *(key for _last, key in keys.earlier)):
        raise BadRotation(f"Entry {entry.seq} changes the key to one that was in use before.")
    recovery = data.get("recovery_key_sha256")
    return replace(
        keys,
        public=public,
        earlier=(*keys.earlier, (entry.seq - 1, keys.public)),
        recovery_sha256=recovery if isinstance(recovery, str) and is_digest(recovery) else keys.recovery_sha256,
    )


def _who_may(keys: Keys, recovery: object, entry: Entry) -> bytes:
    """The key that must have signed beside the new one: the one in force, or the recovery key when that was used."""
    if not recovery:
        return keys.public
    given = _bytes(recovery)
    if given is None or fingerprint(given) != keys.recovery_sha256:
        raise BadRotation(f"Entry {entry.seq} changes the key by a recovery key that is not this log's.")
    return given


def _bytes(text: object) -> bytes | None:
    return bytes.fromhex(text) if isinstance(text, str) and is_digest(text) else None


