"""What `verify` finds beside the record: the installation's signing key, its computer, and the heads that others hold.

Nothing here says that the record is wrong, but without it less can be proved or nothing recorded, and that is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msat.errors import RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record import machine
from msat.record.entries import Head
from msat.record.keys import StoredKey
from msat.record.seen_heads import why_incomplete, why_unreadable
from msat.record.signing import BadNote, is_signed_with
from msat.record.verification import Problem
from msat.store.credentials import StoreLocked
from msat.store.key_places import key_store
from msat.store.keys_in_force import LOST
from msat.store.ways_out import COPIED, MOVED_OR_NOT

_AGAIN = "take in the newest receipt of each team again: that fills the folder anew."
_HEADS = f"Move it away, keep it, and {_AGAIN}"
_LOST = f"Put the folder back if it was moved away, or {_AGAIN}"
_NOT_COMPARED = "5. Not compared: the log's key with the one that this installation holds."
_UNFINISHED = "5. A change of the key was recorded and broken off before it was done here: opening MSAT finishes it."


@dataclass(frozen=True, slots=True)
class Installation:
    """What lies beside the record. `public` is the key that this installation holds for its log, None where none is.

    `said` are remarks that make nothing wrong; `problems` are faults.
    """

    public: bytes | None
    said: tuple[str, ...]
    problems: tuple[Problem, ...]


def installation(places: Places, log: LogId, seen: Sequence[Head] | None, note: str | None = None) -> Installation:
    """Looks at the key, the computer and the heads kept. Changes nothing and raises nothing for what it finds.

    `seen`: the heads of the log that others were seen to hold; None where it cannot be known whose key counts.
    `note`: the log's last signed head, where it can be read.
    """
    public, said, problems = None, [], []
    try:
        stored = key_store(places).load(log)
        waiting = key_store(places).load_next(log)
        if waiting and note and not _is_by(stored, log, note) and _is_by(waiting, log, note):
            said.append(_UNFINISHED)
            stored = waiting
        public = stored.signer.public if stored else None
        if stored is None:
            said.append(f"{_NOT_COMPARED} There is none here, and nothing can be recorded without it. {LOST}")
    except StoreLocked as error:
        said.append(f"{_NOT_COMPARED} {error.explanation}")
    except RecordProblem as error:
        problems.append(Problem(error.explanation, "signing key", error.next_step, step=5))
    if machine.is_another(places.keys, log):
        said.append(f"0. {COPIED} Until that is decided nothing is recorded here. {MOVED_OR_NOT}")
    if why := why_unreadable(places.seen_heads):
        words = f"The heads of this log that others hold cannot be read: {why}."
        problems.append(Problem(words, str(places.seen_heads), _HEADS, step=6))
    elif seen is not None and (words := why_incomplete(places.keys, log, seen)):
        problems.append(Problem(words, str(places.seen_heads), _LOST, step=6))
    return Installation(public, tuple(said), tuple(problems))


def _is_by(stored: StoredKey | None, log: LogId, note: str) -> bool:
    """Whether a signed head was signed by this key."""
    try:
        return stored is not None and is_signed_with(note, log, stored.signer.public)
    except BadNote:
        return False
