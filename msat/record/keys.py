"""The installation's private key: where it lies, and the printed recovery key that covers its loss.

The key is never in the database, never in an export, never in a log. The recovery key is shown once and not kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from msat.errors import RecordProblem, Refused
from msat.ids import LogId, fingerprint
from msat.record.durable import flush_folder, replace_file, write_durably, write_new
from msat.record.signing import Signer, new_private_key, public_key

_MAX = 4096
_LOOK_ALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})


@dataclass(frozen=True, slots=True, repr=False)
class StoredKey:
    """A log's key as it is kept."""

    signer: Signer


class KeyStore(Protocol):
    """Keeps one private key per log."""

    def load(self, log: LogId) -> StoredKey | None:
        """The key of `log`, or None. Raises RecordProblem when it is there and cannot be used."""

    def save(self, log: LogId, private: bytes) -> None:
        """Keeps the key of a new log. Never replaces one."""

    def save_next(self, log: LogId, private: bytes) -> None:
        """Keeps the key that a log is about to go over to, beside the one in force, durably."""

    def load_next(self, log: LogId) -> StoredKey | None:
        """The key that `save_next` kept, or None."""

    def promote(self, log: LogId) -> None:
        """Puts the next key in the place of the one before, which is gone afterwards."""

    def logs(self) -> tuple[LogId, ...]:
        """The logs whose keys are kept here."""


class FileKeyStore:
    """Keys as files that only their owner can read, one a log.

    On Windows the file lies in the user's profile, whose access list keeps other users out.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, log: LogId) -> StoredKey | None:
        return self._load(log, self._path(log))

    def load_next(self, log: LogId) -> StoredKey | None:
        return self._load(log, self._next_path(log))

    def logs(self) -> tuple[LogId, ...]:
        """The logs whose keys are here. Raises RecordProblem when the folder cannot be read."""
        try:
            names = sorted(path.stem for path in self._folder.iterdir() if path.suffix == ".key")
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise RecordProblem(
                f"The folder of the signing keys, {self._folder}, cannot be read.",
                "Check the disk and that you may read it, then try again.",
            ) from error
        return tuple(LogId(name) for name in names)

    def _load(self, log: LogId, path: Path) -> StoredKey | None:
        try:
            with path.open("rb") as file:
                return decoded_key(log, file.read(_MAX))
        except FileNotFoundError:
            return None
        except (OSError, BadKey) as error:
            raise RecordProblem(
                f"The signing key {path} cannot be read.",
                "Put the key file back, or use the printed recovery key: msatctl key recover.",
            ) from error

    def save(self, log: LogId, private: bytes) -> None:
        self._make_folder()
        write_new(self._path(log), encoded_key(log, private))
        flush_folder(self._folder)

    def save_next(self, log: LogId, private: bytes) -> None:
        self._make_folder()
        write_durably(self._next_path(log), encoded_key(log, private))

    def promote(self, log: LogId) -> None:
        replace_file(self._next_path(log), self._path(log))
        flush_folder(self._folder)

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "nt":
            self._folder.chmod(0o700)

    def _path(self, log: LogId) -> Path:
        return self._folder / f"{log}.key"

    def _next_path(self, log: LogId) -> Path:
        return self._folder / f"{log}.key.next"


class BadKey(ValueError):
    """What is kept as a key is none. Says nothing of what it is."""


def encoded_key(log: LogId, private: bytes) -> bytes:
    """A key as it is kept, in a file or elsewhere: one line of ASCII."""
    found = {"v": 1, "log": log, "private": private.hex(), "machine": ""}
    return (json.dumps(found, sort_keys=True) + "\n").encode("ascii")


def decoded_key(log: LogId, data: bytes) -> StoredKey:
    """The key that `encoded_key` wrote. Raises BadKey for anything else, without a word of what it was.

    `machine`, which earlier versions filled in, says nothing any more: `machine.py` keeps which computer this is.
    """
    try:
        found = json.loads(data)
        private = bytes.fromhex(found["private"])
        if found["v"] != 1 or found["log"] != log or len(private) != 32:
            raise BadKey
        return StoredKey(Signer(log, private))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadKey("not a key of this log") from None


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryKey:
    """The key pair made with a log. Only `sha256` is kept (in the first entry); `printed` is shown once."""

    printed: str
    sha256: str


def new_recovery_key() -> RecoveryKey:
    """A new recovery key."""
    private = new_private_key()
    return RecoveryKey(printed_key(private), fingerprint(public_key(private)))


def printed_key(private: bytes) -> str:
    """A private key as people write it down: 14 groups of four letters and digits, the last ones a checksum."""
    text = base64.b32encode(private + _checksum(private)).decode("ascii")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def read_printed_key(text: str) -> bytes:
    """The private key in what somebody typed: spaces, hyphens, case and 0/O, 1/I, 8/B do not matter. Raises Refused."""
    letters = "".join(text.split()).replace("-", "").upper().translate(_LOOK_ALIKES)
    try:
        raw = base64.b32decode(letters)
    except ValueError:
        raw = b""
    if len(raw) != 35 or _checksum(raw[:32]) != raw[32:]:
        raise Refused("This is not a recovery key, or a letter of it is wrong.", "Compare it with the printed one.")
    return raw[:32]


def _checksum(private: bytes) -> bytes:
    return hashlib.sha256(b"msat-recovery-v1\n" + private).digest()[:3]
