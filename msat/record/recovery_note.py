"""Notes that a new recovery key is about to come into force, until a person was shown it. Holds no key.

A recovery key is shown once and kept nowhere. A computer that stops between the entry that puts it in force and the
moment in which it is shown would leave a record whose recovery key nobody has, and nothing that says so: so the note is
written before that entry, and taken away by whoever showed the key. It names the key by its fingerprint only, which
stands in the record anyway. The signing key is still here then, and makes a new recovery key.
"""

from __future__ import annotations

import json
from pathlib import Path

from msat.errors import MsatError
from msat.ids import LogId, fingerprint
from msat.record.codec import is_digest, is_log_id
from msat.record.durable import flush_folder, write_durably
from msat.record.keys import read_printed_key
from msat.record.signing import public_key

_MAX = 4096
NEXT = "If nobody has it, make a new one while the signing key is here: msatctl key rotate --new-recovery-key."
UNREADABLE = (
    "The note on the newest recovery key cannot be read, so it is not known whether anybody was shown that key. "
    f"{NEXT}"
)


def words_of(log: LogId) -> str:
    """What a person should know where the note still stands for the key in force."""
    return (
        f"MSAT stopped before anybody said that the recovery key of log {log[:8]} was kept. It is shown once and kept "
        f"nowhere; without it a lost signing key cannot be replaced. {NEXT}"
    )


def expect(path: Path, log: LogId, sha256: str) -> None:
    """Notes, durably, that the recovery key with this fingerprint is about to come into force. Raises OSError."""
    found = {"v": 1, "log": log, "recovery_key_sha256": sha256}
    write_durably(path, (json.dumps(found, sort_keys=True) + "\n").encode("ascii"))


def untold(path: Path, log: LogId, in_force: str) -> str:
    """A sentence where nobody is known to have the recovery key in force, whose fingerprint is given; else nothing.

    A note on a key that never came into force, or that another has replaced since, says nothing.
    """
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MAX))
        noted, sha256 = found["log"], found["recovery_key_sha256"]
        if found["v"] != 1 or not is_log_id(noted) or not is_digest(sha256):
            return UNREADABLE
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return UNREADABLE
    return words_of(log) if (noted, sha256) == (log, in_force) else ""


def told(path: Path, printed: str) -> None:
    """A person was shown the recovery key `printed`: takes its note away. Another key's note stays. Raises nothing.

    A note that stays by mistake says too much; one that goes by mistake would say too little.
    """
    try:
        sha256 = fingerprint(public_key(read_printed_key(printed)))
        found = json.loads(path.read_bytes()[:_MAX])
        if found["recovery_key_sha256"] == sha256:
            path.unlink(missing_ok=True)
            flush_folder(path.parent)
    except (MsatError, OSError, ValueError, TypeError, KeyError, RecursionError):
        return
