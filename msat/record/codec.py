"""The exact bytes of the record: the canonical profile, the header, and the hashes that name things.

What is stored is what was hashed and what is sent. The formats are frozen; nothing here knows a database or a key.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from msat.clock import from_stamp, stamp
from msat.errors import Refused
from msat.ids import EntryId, LogId

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
MAX_BODY = 64 * 1024 - 3
"""A body travels as the line `B <body>` and a newline: the line has at most 64 KiB."""
MAX_HEADER = 2048
VERSION = 1
NO_ENTRY = EntryId("0" * 64)
"""What the first entry of a log gives as its previous one."""

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+", re.ASCII)
_HEX32 = re.compile(r"[0-9a-f]{32}", re.ASCII)
_HEX64 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEADER_KEYS = {"body", "log", "prev", "seq", "time", "type", "v"}


class NotCanonical(Refused):
    """A value or a piece of bytes that the record's profile does not allow."""


def is_digest(text: object) -> bool:
    """Whether `text` is 64 lower-case hexadecimal digits."""
    return isinstance(text, str) and _HEX64.fullmatch(text) is not None


def is_log_id(text: object) -> bool:
    """Whether `text` is 32 lower-case hexadecimal digits."""
    return isinstance(text, str) and _HEX32.fullmatch(text) is not None


# --- values that are going to be written -----------------------------------------------------------------------


def plain(value: object, where: str = "the entry", depth: int = 0) -> Any:
    """`value` as the profile has it: text in NFC, lists and objects of plain kinds. Raises NotCanonical."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(int(value), where)
    if isinstance(value, str):
        return _text(str.__str__(value), where)
    if isinstance(value, Mapping):
        _check_depth(depth + 1, where)
        return {_key(k, where): plain(v, f"{where}, {k}", depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        _check_depth(depth + 1, where)
        return [plain(v, where, depth + 1) for v in value]
    raise NotCanonical(
        f"In {where} there is a value that cannot be recorded ({type(value).__name__}).",
        "Give whole numbers, text, yes or no, lists and objects only.",
    )


def _integer(value: int, where: str) -> int:
    if abs(value) > MAX_INTEGER:
        raise NotCanonical(
            f"In {where} the number {str(value)[:24]} is too large to record.", "Give a smaller number."
        )
    return value


def _text(value: str, where: str) -> str:
    if "\0" in value:
        raise NotCanonical(
            f"The text in {where} holds a character that no keyboard types (NUL).", "Type it again."
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"The text in {where} holds half a character.", "Type it again.") from error
    return unicodedata.normalize("NFC", value)


def _key(key: object, where: str) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise NotCanonical(
            f"In {where} “{key}” cannot name a value.", "Names are small letters, digits and _ (at most 64)."
        )
    return str.__str__(key)


def _check_depth(depth: int, where: str) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(
            f"In {where} values lie more than {MAX_DEPTH} levels deep.", "Make the value flatter."
        )


def encode(value: Mapping[str, Any], limit: int = MAX_BODY, what: str = "the entry") -> bytes:
    """The canonical bytes of an object; text is put into NFC first. Raises NotCanonical."""
    data = _written(plain(value, what))
    if len(data) > limit:
        raise NotCanonical(
            f"What is to be recorded in {what} is too long: {len(data):,} bytes, at most {limit:,} are kept.",
            "Shorten the text, or keep it in a file beside the entry.",
        )
    return data


def _written(value: Any) -> bytes:
    """The bytes of RFC 8785. In this profile (ASCII keys, no floats) json writes them, many times faster than rfc8785;
    a test holds the two together."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


# --- bytes that are read ---------------------------------------------------------------------------------------


def parse(data: bytes, limit: int = MAX_BODY) -> dict[str, Any]:
    """The object in canonical `data`. Raises NotCanonical unless encoding it again gives the same bytes."""
    if len(data) > limit:
        raise NotCanonical(f"The bytes are too long: {len(data):,}, at most {limit:,}.")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float, parse_int=_int
        )
        again = _written(value)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("The bytes are not canonical JSON.") from error
    if not isinstance(value, dict) or again != data:
        raise NotCanonical("The bytes are not in the canonical form of the record.")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise NotCanonical("The bytes hold text that is not in its normal form (NFC).")
    _check_read(value, 1)
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("The bytes name a value twice.")
    for key in found:
        if not _KEY.fullmatch(key):
            raise NotCanonical(f"The bytes use a name that is not allowed: “{key[:64]!a}”.")
    return found


def _no_float(text: str) -> NoReturn:
    raise NotCanonical(f"The bytes hold a number that is not whole: {text[:24]}.")


def _int(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise NotCanonical("The bytes hold a number that is too large.")
    return int(text)


def _check_read(value: object, depth: int) -> None:
    """Depth, and no NUL. Stops at the first level too deep, so it never recurses further."""
    if isinstance(value, str):
        if "\0" in value:
            raise NotCanonical("The bytes hold text with a NUL.")
        return
    if not isinstance(value, dict | list):
        return
    if depth > MAX_DEPTH:
        raise NotCanonical(f"The bytes nest values more than {MAX_DEPTH} levels deep.")
    for part in value.values() if isinstance(value, dict) else value:
        _check_read(part, depth + 1)


# --- header and hashes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """What is hashed to name an entry. `body` is the hash of the body, so that the body can be withheld."""

    log: LogId
    seq: int
    prev: EntryId
    type: str
    time: datetime
    body: str


def encode_header(header: Header) -> bytes:
    """The canonical bytes of a header. Raises NotCanonical for values that `parse_header` would not read."""
    data = encode(
        {
            "v": VERSION,
            "log": header.log,
            "seq": header.seq,
            "prev": header.prev,
            "type": header.type,
            "time": stamp(header.time),
            "body": header.body,
        },
        MAX_HEADER,
        "the header",
    )
    parse_header(data)
    return data


def parse_header(data: bytes) -> Header:
    """The header in `data`, every value checked. Raises NotCanonical."""
    found = parse(data, MAX_HEADER)
    if set(found) != _HEADER_KEYS:
        raise NotCanonical("The header has not the seven values of an entry.")
    if found["v"] != VERSION or isinstance(found["v"], bool):
        raise NotCanonical("The header is of another version of the format.", "Use a newer MSAT to read it.")
    if not (is_log_id(found["log"]) and is_digest(found["prev"]) and is_digest(found["body"])):
        raise NotCanonical("The header's log, previous entry or body hash is not a hexadecimal number.")
    seq = found["seq"]
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 1:
        raise NotCanonical("The header's number is not a whole number from 1.")
    if not isinstance(found["type"], str) or not _TYPE.fullmatch(found["type"]):
        raise NotCanonical("The header's type is not a type.")
    time = _time(found["time"])
    return Header(LogId(found["log"]), seq, EntryId(found["prev"]), found["type"], time, found["body"])


def _time(text: object) -> datetime:
    try:
        moment = from_stamp(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    # strptime also takes "2026-1-2", which is not how the record writes a time.
    if moment is None or stamp(moment) != text:
        raise NotCanonical("The header's time is not written as 2026-11-21T10:00:00Z.")
    return moment


def body_hash(body: bytes) -> str:
    """What a header carries for its body."""
    return hashlib.sha256(b"msat-body-v1\n" + body).hexdigest()


def entry_id(header: bytes) -> EntryId:
    """The identity of the entry with this header."""
    return EntryId(hashlib.sha256(b"msat-event-v1\n" + header).hexdigest())


def log_id(genesis_body: bytes) -> LogId:
    """The name of the log that begins with this body."""
    return LogId(hashlib.sha256(b"msat-log-v1\n" + genesis_body).hexdigest()[:32])
