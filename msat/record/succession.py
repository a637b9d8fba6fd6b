"""A log that goes on in an earlier one's place: what its first entry claims, and whose signature bears that out. Pure.

An earlier log is superseded where nothing may be added to it any more: after a restore from an older backup, on a copy
of the installation, with its key and its recovery key lost. A claim alone proves nothing: it counts in the own record,
and elsewhere once the earlier log's key signed it or a committee's officers countersigned it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from msat.ids import EntryId, LogId
from msat.record.codec import is_digest, is_log_id
from msat.record.entries import Head, Json
from msat.record.signing import BadNote, Signer, verify_note

SUPERSEDES = "supersedes"
_PREFIX = "msat-supersede-v1"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a first entry says of the log before it: `head` is its last entry that counts."""

    head: Head
    reason: str
    known: int = 0
    """How long the earlier log was once known to be; 0 when nobody knew of more than `head.size`."""
    note: str = ""
    """The claim, signed by the earlier log's key; empty where that was lost."""


def claim_text(head: Head, public: bytes) -> str:
    """The text that the earlier log's key signs: its end, and the first key of the log that goes on."""
    return f"{_PREFIX}/{head.log}\n{head.size}\n{head.id}\n{public.hex()}\n"


def signed_claim(head: Head, public: bytes, old: Signer | None, reason: str, known: int = 0) -> Claim:
    """A claim for a new log whose first key is `public`; `old` is the earlier log's key, where it is at hand."""
    return Claim(head, reason, known, old.sign(claim_text(head, public)) if old else "")


def told(claim: Claim) -> dict[str, Any]:
    """The claim as the first entry's data carry it."""
    head = {"log": claim.head.log, "size": claim.head.size, "head": claim.head.id}
    return {SUPERSEDES: head, "reason": claim.reason, "known_size": claim.known, "earlier_key_note": claim.note}


def read_claim(data: Json) -> Claim | None:
    """The claim in a first entry's data, or None when there is none. Raises ValueError for one that is malformed."""
    given = data.get(SUPERSEDES)
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ValueError(SUPERSEDES)
    log, size, head = given.get("log"), given.get("size"), given.get("head")
    reason, known, note = data.get("reason", ""), data.get("known_size", 0), data.get("earlier_key_note", "")
    if not is_log_id(log) or type(size) is not int or size < 1 or not is_digest(head):
        raise ValueError(SUPERSEDES)
    if not isinstance(reason, str) or type(known) is not int or not isinstance(note, str):
        raise ValueError(SUPERSEDES)
    return Claim(Head(LogId(str(log)), size, EntryId(str(head))), reason, known, note)


def is_borne_out(claim: Claim, public: bytes, keys: Iterable[bytes]) -> bool:
    """Whether one of the earlier log's `keys` signed the claim of a log whose first key is `public`."""
    for key in keys:
        try:
            if claim.note and verify_note(claim.note, claim.head.log, key) == claim_text(claim.head, public):
                return True
        except BadNote:
            continue
    return False
