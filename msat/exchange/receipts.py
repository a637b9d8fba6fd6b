"""Receipts (`.msatreceipt`): the head of a log as its writer signed it, cosigned by who received it, with the time.

    msat-receipt-v1
    <the signed head, with one cosignature line more>

    <one line of canonical JSON: what proves who issued it and whose log it is>

Verified from the file alone. What it proves: the log had these entries, and the issuer held them at that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.errors import MsatError
from msat.record.codec import NotCanonical, encode, parse
from msat.record.cosigning import cosigned_at
from msat.record.entries import Entry, Head
from msat.record.identity import Identity, carried, read_carried
from msat.record.signing import MAX_NOTE, BadNote, read_head, read_note, verify_note

FORMAT = b"msat-receipt-v1"
SUFFIX = ".msatreceipt"
MOST_BYTES = 4 * 1024 * 1024
ASK = "Ask the sender for the receipt again; nothing of it was kept."


class BadReceipt(MsatError):
    """A file that is no genuine receipt."""

    title = "The receipt was refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose two signatures were found right. `at` is when the issuer held the log (UTC)."""

    note: str
    head: Head
    writer: Identity
    issuer: Identity
    at: datetime


def file_name(ods: str, head: Head, issuer: str) -> str:
    """What a receipt is called: as the return it answers, and by whom."""
    code = "".join(c for c in ods if c.isascii() and c.isalnum())[:12] or "log"
    return f"{code}-{head.log[:8]}-{head.size}-by-{issuer[:8]}{SUFFIX}"


def write_receipt(cosigned: str, issuer: Sequence[Entry], writer: Sequence[Entry]) -> bytes:
    """The bytes of a receipt: the cosigned head, and both identities (`Record.identity`, `identity.signers_in`)."""
    who = encode({"issuer": carried(issuer), "writer": carried(writer)}, MOST_BYTES, "the receipt")
    return FORMAT + b"\n" + cosigned.encode("utf-8") + b"\n" + who + b"\n"


def read_receipt(data: bytes) -> Receipt:
    """The receipt in `data`, its signatures checked. Raises BadReceipt, saying what is wrong, for anything else."""
    note, who = _parts(data)
    try:
        told = parse(who, MOST_BYTES)
        issuer, writer = read_carried(told["issuer"]), read_carried(told["writer"])
        head = read_head(read_note(note).text)
        if head.log != writer.log:
            raise BadNote("It names one log and carries the first entry of another.")
        verify_note(note, writer.log, writer.keys.at(head.size))
        at = cosigned_at(note, issuer.log, issuer.keys.public)
    except (NotCanonical, KeyError, TypeError, AttributeError) as error:
        raise BadReceipt("What says whose receipt this is cannot be read: the file was changed or cut.", ASK) from error
    except MsatError as error:
        raise BadReceipt(f"It is not rightly signed. {error.explanation}", ASK) from error
    return Receipt(note, head, writer, issuer, at)


def _parts(data: bytes) -> tuple[str, bytes]:
    if not data.startswith(FORMAT + b"\n"):
        raise BadReceipt("It is not a receipt of MSAT.", ASK)
    if len(data) > MOST_BYTES:
        raise BadReceipt(f"It is larger than {MOST_BYTES // 1024 // 1024} MB.", ASK)
    note, gap, who = data[len(FORMAT) + 1 :].rpartition(b"\n\n")
    if not gap or not who.endswith(b"\n") or len(note) > MAX_NOTE:
        raise BadReceipt("It stops before its end.", ASK)
    try:
        return note.decode("utf-8") + "\n", who[:-1]
    except UnicodeDecodeError as error:
        raise BadReceipt("Its signed head cannot be read.", ASK) from error
