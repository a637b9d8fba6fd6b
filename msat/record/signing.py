"""Signed notes (the C2SP signed-note form, Ed25519): what a head and an export's manifest are signed as.

Checks the form before it believes anything. Knows keys as bytes only; where they are kept is `keys.py`'s business.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from msat.errors import MsatError, Refused
from msat.ids import EntryId, LogId
from msat.record.entries import Head

CHAIN = "msat-chain-v1"
MAX_NOTE = 8 * 1024
MAX_SIGNATURES = 16
_RESERVED = ("msat-chain-", "msat-rotate-", "msat-supersede-", "msat-receipt-", "msat-return-")
"""First lines that only this program's own machinery signs: no caller can have a text signed as one of these."""
_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_NUMBER = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_NAME = re.compile(r"[^\s+]+")


class BadNote(MsatError):
    """A signed note that cannot be read, or whose signature is wrong."""

    title = "The signature cannot be trusted"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note: who is said to have signed, with which key."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. Nothing in `text` may be believed before a signature has been checked."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A name and a private key (32 bytes). Its repr shows neither."""

    name: str
    private: bytes

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return public_key(self.private)

    def sign(self, text: str) -> str:
        """The signed note over `text`. The same text gives the same note."""
        return sign(text, self.name, self.private)


def new_private_key() -> bytes:
    """A new Ed25519 private key, 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> bytes:
    """The public key of a private one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that name a key inside a signature line."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def sign(text: str, name: str, private: bytes) -> str:
    """The signed note over `text` by `private`, under `name`. Raises Refused for a text no note can hold."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if fault := _fault(text):
        raise Refused(f"This text cannot be signed: {fault}.", "Sign a shorter text, in lines.")
    key = Ed25519PrivateKey.from_private_bytes(private)
    public = key.public_key().public_bytes_raw()
    line = base64.b64encode(key_id(name, public) + key.sign(text.encode("utf-8"))).decode("ascii")
    note = f"{text}\n{_DASH}{name} {line}\n"
    if len(note.encode("utf-8")) > MAX_NOTE:
        raise Refused(
            f"This text is too long to sign: a note holds at most {MAX_NOTE:,} bytes.", "Sign its fingerprint."
        )
    return note


def sign_twice(text: str, one: Signer, other: Signer) -> str:
    """A note over `text` with two signature lines. Raises Refused for a text no note can hold."""
    first, second = one.sign(text), other.sign(text)
    return first + second.rpartition("\n\n")[2]


def check_callers_text(text: str) -> None:
    """Refuses a text that would read as something only the record itself signs (domain separation)."""
    first = text.partition("\n")[0]
    if not first.strip():
        raise Refused(
            "A text to sign must say in its first line what it is.", "Begin with a line such as msat-export-v1."
        )
    if first.strip().casefold().startswith(_RESERVED):
        raise Refused(
            f"A text that begins with “{first[:40]}” is signed by the record itself and by nobody else.",
            "Begin the text with another first line.",
        )


def _fault(text: str) -> str:
    """Why `text` cannot be the text of a note; empty when it can."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return "it holds half a character"
    if size > MAX_NOTE:
        return f"it is longer than {MAX_NOTE:,} bytes"
    if not text.endswith("\n"):
        return "it does not end with a line end"
    if any(c < " " and c != "\n" for c in text) or "\x7f" in text:
        return "it holds a control character"
    return ""


def read_note(note: str) -> Note:
    """Takes a note apart. Raises BadNote for anything but the exact form."""
    if fault := _fault(note):
        raise BadNote(f"This is not a signed note: {fault}.")
    split = note.rfind("\n\n")
    if split < 0:
        raise BadNote("This is not a signed note: no empty line stands before a signature.")
    text, lines = note[: split + 1], note[split + 2 :].removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"This note carries more than {MAX_SIGNATURES} signatures.")
    signatures = tuple(_signature(line) for line in lines)
    if len({(one.name, one.key_id) for one in signatures}) < len(signatures):
        raise BadNote("This note carries two signatures of one key.")
    return Note(text, signatures)


def _signature(line: str) -> Signature:
    name, _, code = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.fullmatch(name):
        raise BadNote("A signature line of this note is not in its form.")
    try:
        raw = base64.b64decode(code, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("A signature line of this note is not in its form.") from error
    if len(raw) < 5 or base64.b64encode(raw).decode("ascii") != code:
        raise BadNote("A signature line of this note is not in its form.")
    return Signature(name, raw[:4], raw[4:])


def verify_note(note: str, name: str, public: bytes) -> str:
    """The text of `note` if the key `public` signed it under `name`. Raises BadNote.

    Signatures by other keys are left aside, as the form asks; one by this key that is wrong condemns the note.
    """
    taken = read_note(note)
    wanted = key_id(name, public)
    ours = [s for s in taken.signatures if s.name == name and s.key_id == wanted]
    if not ours:
        raise BadNote("The note is not signed by the expected key.")
    for signature in ours:
        if not _is_by(public, signature.signature, taken.text.encode("utf-8")):
            raise BadNote("The signature does not belong to this text and key.")
    return taken.text


def is_signed_with(note: str, name: str, public: bytes) -> bool:
    """Whether `note` carries a line that claims to be by this key. Says nothing about whether it is right."""
    wanted = key_id(name, public)
    return any(one.name == name and one.key_id == wanted for one in read_note(note).signatures)


def _is_by(public: bytes, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def head_text(head: Head) -> str:
    """The text that is signed for a head: kind and log, size, base64 of the last entry's id."""
    return f"{CHAIN}/{head.log}\n{head.size}\n{base64.b64encode(bytes.fromhex(head.id)).decode('ascii')}\n"


def read_head(text: str) -> Head:
    """The head that a note's text names. Raises BadNote for anything but the exact form."""
    lines = text.split("\n")
    if len(lines) != 4 or not _NUMBER.fullmatch(lines[1]):
        raise BadNote("The note does not name the head of a log.")
    try:
        raw = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("The note does not name the head of a log.") from error
    head = Head(LogId(lines[0].removeprefix(f"{CHAIN}/")), int(lines[1]), EntryId(raw.hex()))
    if len(raw) != 32 or head_text(head) != text:
        raise BadNote("The note does not name the head of a log.")
    return head
