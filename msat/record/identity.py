"""Who signs for a log: its first entry and its changes of key, carried inside every signed file, checked without a log.

Pure. A change of key names the entry before it and is signed by the old and the new key, so that a few entries taken
out of a log prove who may sign for it as well as the whole log does. Their headers' times are proven by the whole log
alone, so nothing here goes by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msat.errors import RecordProblem
from msat.record.chain import Birth, birth_of, read_entry
from msat.record.codec import entry_id
from msat.record.entries import Entry
from msat.record.key_history import ROTATED, Keys, first_keys, followed
from msat.record.received import RawEntry
from msat.record.signing import verify_note

MOST_CHANGES = 1_000


@dataclass(frozen=True, slots=True)
class Identity:
    """A log: its name, what its first entry fixed, and the keys that its history allows."""

    log: str
    birth: Birth
    keys: Keys

    def checked(self, note: str) -> str:
        """The text of `note`, if the key in force signed it. Raises BadNote."""
        return verify_note(note, self.log, self.keys.public)


def identity_of(entries: Sequence[Entry]) -> Identity:
    """The identity that a first entry and changes of key, in order, prove. Raises RecordProblem or BadRotation."""
    if not entries:
        raise RecordProblem("Nothing here says whose log this is.", "Ask for the file again.")
    birth = birth_of(entries[0])
    keys = first_keys(birth)
    last = 1
    for entry in entries[1:]:
        if entry.type != ROTATED or entry.log != entries[0].log or entry.seq <= last:
            raise RecordProblem(f"Entry {entry.seq} is no change of this log's key.", "Ask for the file again.")
        keys, last = followed(keys, entry), entry.seq
    return Identity(entries[0].log, birth, keys)


def signers_in(rows: Sequence[RawEntry]) -> tuple[Entry, ...]:
    """The first entry and the changes of key among the rows of a whole log: what `identity_of` and `carried` take."""
    wanted = [row for number, row in enumerate(rows) if number == 0 or row.type == ROTATED]
    return tuple(read_entry(row.id, row.header, row.body) for row in wanted)


def carried(entries: Sequence[Entry]) -> dict[str, Any]:
    """The entries as signed files carry them: `genesis`, and `key_changes` where there are any."""
    told = [{"header": e.header.decode("utf-8"), "body": (e.body or b"").decode("utf-8")} for e in entries]
    return {"genesis": told[0], "key_changes": told[1:]} if told[1:] else {"genesis": told[0]}


def read_carried(outer: Mapping[str, Any]) -> Identity:
    """The identity in what `carried` wrote. Raises MsatError for anything that proves none."""
    try:
        told = [outer["genesis"], *outer.get("key_changes", [])]
        if len(told) > MOST_CHANGES:
            raise ValueError("changes")
        pairs = [(one["header"].encode("utf-8"), one["body"].encode("utf-8")) for one in told]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RecordProblem("What says whose file this is cannot be read.", "Ask for the file again.") from error
    return identity_of([read_entry(entry_id(header), header, body) for header, body in pairs])


