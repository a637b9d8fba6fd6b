"""Names for things, so that one kind of text cannot be taken for another, and the fingerprint they share."""

from __future__ import annotations

import hashlib
import secrets
from typing import NewType

AlertKey = NewType("AlertKey", str)
"""What names an alert: its normalised reference, else its source's stable path."""

SourceId = NewType("SourceId", str)
"""The id of a source in `alerts/sources.toml`, for instance `govuk-alerts`."""

LogId = NewType("LogId", str)
"""32 hexadecimal digits naming one installation's log."""

EntryId = NewType("EntryId", str)
"""64 hexadecimal digits: the SHA-256 that is an entry's identity."""

Sha256 = NewType("Sha256", str)
"""64 hexadecimal digits: the fingerprint of a stored file."""


def fingerprint(data: bytes) -> Sha256:
    """The SHA-256 of `data` as 64 lower-case hexadecimal digits."""
    return Sha256(hashlib.sha256(data).hexdigest())


def new_salt() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def grouped(digest: str, groups: int = 4) -> str:
    """The first `groups` blocks of four digits, as people read a fingerprint aloud: `4f1c 9a2e 77b0 d3e1`."""
    return " ".join(digest[i : i + 4] for i in range(0, groups * 4, 4))
