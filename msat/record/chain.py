"""Making entries: bodies from drafts, each linked to the one before, and reading stored rows back as entries.

Pure: the time, the salt's source and the tail are given; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from msat.clock import stamp
from msat.errors import RecordProblem, Refused
from msat.ids import EntryId, new_salt
from msat.record.codec import (
    NO_ENTRY,
    Header,
    NotCanonical,
    body_hash,
    encode,
    encode_header,
    entry_id,
    is_digest,
    log_id,
    parse,
    parse_header,
)
from msat.record.entries import TYPES, Actor, Draft, Entry, Head, Json
from msat.record.organisation import Organisation
from msat.record.ports import Files
from msat.record.succession import Claim, read_claim, told
from msat.record.upcasting import UPCASTER

PROGRAM = Actor("MSAT", "program")
"""Who is named for entries that no person made."""
BACK = timedelta(minutes=5)
FORWARD = timedelta(hours=24)
OPENED = "log.opened"
_OWN = frozenset({OPENED, "key.rotated", "body.erased"})
"""What the record writes itself, with signatures that no caller can make."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body ready to be linked: its type and its canonical bytes."""

    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Birth:
    """What the first entry of a log fixes for ever: whose it is, its first key, the recovery key's fingerprint."""

    organisation: Organisation
    public_key: bytes
    recovery_sha256: str
    app_version: str
    claim: Claim | None = None
    """The earlier log that this one goes on for; None for a log that began by itself."""


def head_of(entry: Entry) -> Head:
    """The head of a log that ends with `entry`."""
    return Head(entry.log, entry.seq, entry.id)


def genesis(birth: Birth, now: datetime, actor: Actor = PROGRAM) -> Entry:
    """The first entry of a new log. Its body's hash is the log's name. `actor` began it, where a person did."""
    data: dict[str, Any] = {
        "app_version": birth.app_version,
        "public_key": birth.public_key.hex(),
        "recovery_key_sha256": birth.recovery_sha256,
    }
    meaning = f"The record of {birth.organisation.name} ({birth.organisation.ods}) was opened."
    if birth.claim is not None:
        data |= told(birth.claim)
        end = birth.claim.head
        meaning += f" It goes on for the log {end.log[:8]}, superseded after entry {end.size}: {birth.claim.reason}"
    draft = Draft(OPENED, actor, data, happened=now, meaning=meaning)
    body = Body(OPENED, encode(_content(draft, birth.organisation, now)))
    header = Header(log_id(body.data), 1, NO_ENTRY, OPENED, now, body_hash(body.data))
    encoded = encode_header(header)
    return read_entry(entry_id(encoded), encoded, body.data)


def birth_of(entry: Entry) -> Birth:
    """What a log's first entry fixed. Raises RecordProblem when it is not the first entry of a log."""
    try:
        organisation = entry.content["organisation"]
        key = bytes.fromhex(entry.data["public_key"])
        texts = (*(organisation[name] for name in ("name", "ods", "kind")), entry.data["app_version"])
        recovery = entry.data["recovery_key_sha256"]
        if not all(isinstance(one, str) for one in (*texts, recovery)):
            raise TypeError("text")
        found = Birth(Organisation(*texts[:3]), key, recovery, texts[3], read_claim(entry.data))
    except (KeyError, TypeError, ValueError) as error:
        raise RecordProblem(
            "The record's first entry does not name its key and organisation.", "Run verify."
        ) from error
    if entry.body is None or entry.type != OPENED or entry.seq != 1 or entry.prev != NO_ENTRY or len(key) != 32:
        raise RecordProblem("The record does not begin with the entry that opens a log.", "Run verify.")
    if log_id(entry.body) != entry.log:
        raise RecordProblem("The record's first entry does not hash to the name of its log.", "Run verify.")
    return found


def body_of(draft: Draft, organisation: Organisation, now: datetime) -> Body:
    """The body of a caller's draft. Raises Refused when the profile or the form does not allow it."""
    if draft.type not in TYPES or draft.type in _OWN:
        raise Refused(f"“{draft.type}” is not a kind of entry that can be recorded.", "Use a newer MSAT.")
    for digest in (*draft.files, *([draft.version] if draft.version is not None else [])):
        if not is_digest(digest):
            raise Refused(f"“{str(digest)[:70]}” is not the fingerprint of a stored file.", "Store the file first.")
    happened = draft.happened
    if happened is not None and happened.tzinfo is None:
        raise Refused("The time at which it was done has no time zone.", "Give the time again.")
    return Body(draft.type, encode(_content(draft, organisation, now)))


def body_of_own(draft: Draft, organisation: Organisation, now: datetime) -> Body:
    """The body of an entry that the record makes itself, such as a change of its key."""
    return Body(draft.type, encode(_content(draft, organisation, now)))


def check_files(drafts: Sequence[Draft], files: Files) -> None:
    """Refuses drafts that name a file which is not stored."""
    for digest in dict.fromkeys(d for draft in drafts for d in draft.files):
        if files.get(digest) is None:
            raise Refused(f"The file {digest[:16]}… that is to be recorded is not stored.", "Store the file first.")


def _content(draft: Draft, organisation: Organisation, now: datetime) -> dict[str, Any]:
    return {
        "schema": 1,
        "salt": new_salt(),
        "actor": {"id": draft.actor.account, "name": draft.actor.name, "role": draft.actor.role},
        "organisation": {"ods": organisation.ods, "name": organisation.name, "kind": organisation.kind},
        "happened": stamp(draft.happened or now),
        "meaning": draft.meaning,
        "about": draft.about,
        "version": draft.version,
        "files": list(draft.files),
        "data": draft.data,
    }


def link(tail: Head, bodies: Sequence[Body], now: datetime) -> tuple[Entry, ...]:
    """The entries that follow `tail`, each naming the one before."""
    entries: list[Entry] = []
    for body in bodies:
        header = Header(tail.log, tail.size + 1, tail.id, body.type, now, body_hash(body.data))
        encoded = encode_header(header)
        content = UPCASTER.newest(body.type, parse(body.data))
        entry = Entry(
            entry_id(encoded), tail.log, header.seq, tail.id, body.type, now, encoded, body.data, content
        )
        entries.append(entry)
        tail = head_of(entry)
    return tuple(entries)


def read_entry(stored_id: str, header: bytes, body: bytes | None) -> Entry:
    """A stored row as an entry, its hashes checked. Raises RecordProblem in words when they do not fit."""
    if entry_id(header) != stored_id:
        raise _damaged(stored_id, "its header does not hash to its id")
    try:
        parsed = parse_header(header)
        if body is not None and body_hash(body) != parsed.body:
            raise _damaged(stored_id, f"the body of entry {parsed.seq} does not hash to its header")
        content = {} if body is None else UPCASTER.newest(parsed.type, parse(body))
    except NotCanonical as error:
        raise _damaged(stored_id, "it is not in the canonical form") from error
    return Entry(
        EntryId(stored_id), parsed.log, parsed.seq, parsed.prev, parsed.type, parsed.time, header, body, content
    )


def retold(entry: Entry, content: Json) -> Entry:
    """An entry whose body was erased, with what an order of erasure tells instead, read as today's."""
    return replace(entry, content=UPCASTER.newest(entry.type, dict(content)))


def _damaged(stored_id: str, why: str) -> RecordProblem:
    return RecordProblem(
        f"The entry {stored_id[:16]} is damaged: {why}.", "Run verify, and compare the record with a backup or export."
    )


def clock_anomaly(last: datetime, now: datetime, jump: timedelta = timedelta()) -> Draft | None:
    """The entry to write first when the clock cannot be right, or None.

    Back: `now` lies more than five minutes before the last entry. Forward: `jump` is how much further the clock moved
    than a steady counter did while the program ran; that an installation was not used for a week is no anomaly, and
    a clock already wrong when the program started shows as a step back once it is put right.
    """
    if last - now > BACK:
        step, words = last - now, "back"
    elif jump > FORWARD:
        step, words = jump, "forward"
    else:
        return None
    data = {"direction": words, "seconds": int(step.total_seconds()), "last": stamp(last), "now": stamp(now)}
    minutes = int(step.total_seconds()) // 60
    meaning = f"The computer's clock went {words} by {minutes:,} minutes; times here are uncertain, the order is not."
    return Draft("clock.anomaly", PROGRAM, data, happened=now, meaning=meaning)


def mark_restarted(head: Head, now: datetime) -> Draft:
    """The entry to write when the high-water mark was gone: from here on shortening is noticed again."""
    data = {"size": head.size, "head": head.id}
    meaning = f"The high-water mark was missing; it was started again at entry {head.size}."
    return Draft("mark.restarted", PROGRAM, data, happened=now, meaning=meaning)
