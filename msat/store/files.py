"""Stored files (notice versions, evidence) in a folder, under their SHA-256: `files/ab/abcd…`. Never changed."""

from __future__ import annotations

from pathlib import Path

from msat.errors import NotRecorded, RecordProblem
from msat.ids import Sha256, fingerprint
from msat.record.codec import is_digest
from msat.record.durable import write_durably
from msat.store.refusals import why


class FolderFiles:
    """Files under `folder`; it is made when the first one is stored."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Sha256:
        """Stores `data` durably. A file that is there and damaged is replaced by the right bytes."""
        digest = fingerprint(data)
        path = self.path(digest)
        if self.get(digest) == data:
            return digest
        try:
            write_durably(path, data)
        except OSError as error:
            cause, next_step = why(error)
            raise NotRecorded(f"The file {digest[:16]}… was not stored: {cause}.", next_step) from error
        if self.get(digest) != data:
            raise NotRecorded(
                f"The file {digest[:16]}… did not read back as it was written.", "Check the disk, then try again."
            )
        return digest

    def get(self, digest: str) -> bytes | None:
        if not is_digest(digest):
            return None
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            cause, next_step = why(error)
            raise RecordProblem(f"The stored file {digest[:16]}… cannot be read: {cause}.", next_step) from error

    def path(self, digest: str) -> Path:
        """Where the file with this fingerprint lies."""
        return self._folder / digest[:2] / digest
