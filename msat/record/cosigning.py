"""Cosignatures with a time (C2SP cosignature/v1): “I saw this head at that moment”, beside the line of its writer.

Signs heads of logs only, and never text of a caller's choosing. The time is whole seconds since 1970, UTC.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from datetime import UTC, datetime

from msat.record.signing import BadNote, Signer, read_head, read_note

_COSIGNATURE = b"\x04"
_LENGTH = 8 + 64
_LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


def cosign(note: str, signer: Signer, at: datetime) -> str:
    """`note` with one more line: the signature of `signer` over its text and the time. Raises BadNote.

    The same note, key and time give the same line. A line of this key that is there already is replaced.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    text, seconds = read_note(note).text, int(at.timestamp())
    read_head(text)
    signature = Ed25519PrivateKey.from_private_bytes(signer.private).sign(_message(text, seconds))
    name = _key_id(signer.name, signer.public)
    code = base64.b64encode(name + struct.pack(">Q", seconds) + signature).decode("ascii")
    start = f"\N{EM DASH} {signer.name} "
    kept = [line for line in note.rpartition("\n\n")[2].splitlines() if not _is_of(line, start, name)]
    return "\n".join([text, *kept, f"{start}{code}", ""])


def cosigned_at(note: str, name: str, public: bytes) -> datetime:
    """When the key `public` of `name` cosigned the head in `note` (UTC). Raises BadNote when it did not, or wrongly."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    taken = read_note(note)
    wanted = _key_id(name, public)
    ours = [s for s in taken.signatures if s.name == name and s.key_id == wanted]
    if not ours:
        raise BadNote("The head is not cosigned by the expected key.")
    (raw,) = (s.signature for s in ours)
    if len(raw) != _LENGTH:
        raise BadNote("The cosignature is not in its form.")
    seconds = int(struct.unpack(">Q", raw[:8])[0])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw[8:], _message(taken.text, seconds))
    except (InvalidSignature, ValueError) as error:
        raise BadNote("The cosignature does not belong to this head, time and key.") from error
    if seconds > _LATEST:
        raise BadNote("The cosignature names a time that cannot be.")
    return datetime.fromtimestamp(seconds, UTC)


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _COSIGNATURE + public).digest()[:4]


def _is_of(line: str, start: str, name: bytes) -> bool:
    if not line.startswith(start):
        return False
    return base64.b64decode(line.removeprefix(start))[:4] == name
