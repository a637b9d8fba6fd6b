"""A content for machines as a file of its own: the content, and beside it the evidence that signs it.

    {"content": {...}, "evidence": {...}, "format": "msat-sealed-v1"}

Canonical JSON of the record's own profile. The content is the one that is attached to the PDF, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msat.exports.manifest import Attachment, BadEvidence, make_evidence, named_attachments
from msat.exports.seal import Seal
from msat.ids import fingerprint
from msat.record.codec import NotCanonical, encode, parse

FORMAT = "msat-sealed-v1"
MOST_BYTES = 128 * 1024 * 1024
_BEGINS = b'{"content":'


@dataclass(frozen=True, slots=True)
class SealedJson:
    """A sealed content taken apart: the canonical bytes of both."""

    content: bytes
    evidence: bytes


def seal_json(content: bytes, seal: Seal, attachments: Sequence[Attachment] = ()) -> bytes:
    """`content` (canonical JSON, as `content_json` makes it) with its evidence. `attachments` go beside it elsewhere:
    their fingerprints are signed with it. Raises NotCanonical for a content of another form."""
    told: dict[str, Any] = {"form": "json", "sha256": fingerprint(content)}
    if attachments:
        told["attachments"] = named_attachments(attachments)
    evidence = make_evidence(seal, told, with_entries=False)
    whole = {"format": FORMAT, "content": parse(content, MOST_BYTES), "evidence": parse(evidence, MOST_BYTES)}
    return encode(whole, MOST_BYTES, "the content")


def open_json(data: bytes) -> SealedJson | None:
    """The parts of a sealed content; None for a file that is none. Raises BadEvidence for a damaged one."""
    packed = data.strip()
    if not packed.startswith(_BEGINS) or FORMAT.encode() not in packed[-4096:]:
        return None
    try:
        found = parse(packed, MOST_BYTES)
        if set(found) != {"content", "evidence", "format"} or found["format"] != FORMAT:
            raise ValueError("format")
        return SealedJson(encode(found["content"], MOST_BYTES), encode(found["evidence"], MOST_BYTES))
    except (NotCanonical, AttributeError, TypeError, ValueError) as error:
        raise BadEvidence(
            "The file is not as MSAT wrote it, and nothing in it can be checked.", "Ask for the file again."
        ) from error


def compare_json(sealed: SealedJson, content: dict[str, Any]) -> list[tuple[str, str]]:
    """What differs between the content and what was signed."""
    found = []
    if content["form"] != "json":
        found.append(("The manifest is of another form of file.", "manifest"))
    if fingerprint(sealed.content) != content["sha256"]:
        found.append(("The content is not the one that was signed: it was changed.", "content"))
    return found
