"""The manifest: what an export says of itself, signed; and the evidence that carries it inside the file.

Canonical JSON of the record's own profile. Knows no file format: writers hand in fingerprints of their content.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msat.clock import stamp
from msat.errors import MsatError, Refused
from msat.exports.seal import Seal, spans_of
from msat.ids import fingerprint
from msat.record.codec import NotCanonical, encode, parse
from msat.record.identity import carried, identity_of
from msat.record.signing import BadNote

FORMAT = "msat-manifest-v1"
EVIDENCE = "msat-evidence-v1"
SIGNED = "msat-export-v1"
MOST_EVIDENCE = 64 * 1024 * 1024


class BadEvidence(MsatError):
    """The evidence inside a file cannot be read."""

    title = "The file cannot be checked"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an export. `relationship`: `Source` (what it was made from), `Data` or `Alternative`."""

    name: str
    data: bytes
    description: str
    relationship: str = "Source"
    mime: str = "application/json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a file carries about itself, taken apart. Nothing in it may be believed before the note is checked."""

    manifest_bytes: bytes
    manifest: dict[str, Any]
    note: str
    signers: dict[str, Any]
    """The log's first entry and changes of key (`record.identity.read_carried`)."""
    entries: tuple[tuple[bytes, bytes | None], ...]
    others: tuple[tuple[bytes, bytes | None], ...]
    """Entries of other logs of the organisation, as the manifest's `others` names them."""
    extra: Any
    """What lets a check say which words differ (texts of pages, cells). Held to the manifest's fingerprints."""


def make_manifest(seal: Seal, content: dict[str, Any], with_entries: bool) -> bytes:
    """The canonical bytes of the manifest. `content` holds the fingerprints of what the file shows.

    A file that carries its entries names each; one that people read as text names their numbers and one fingerprint.
    """
    organisation = seal.organisation
    of_several: dict[str, Any] = {"number": seal.number, "logs": _logs(seal)} if seal.logs else {}
    if seal.others:
        of_several["others"] = _others(seal)
    return encode(
        {
            **of_several,
            "format": FORMAT,
            "kind": seal.kind,
            "parameters": seal.parameters,
            "cut_off": stamp(seal.cut_off),
            "organisation": {"name": organisation.name, "ods": organisation.ods, "kind": organisation.kind},
            "log": seal.head.log,
            "size": seal.head.size,
            "head": seal.head.id,
            "rules_versions": list(seal.rules_versions),
            "program": seal.program,
            "entries": _named(seal) if with_entries else _numbered(seal),
            "content": content,
        },
        MOST_EVIDENCE,
        "the manifest",
    )


def _logs(seal: Seal) -> list[dict[str, Any]]:
    """Every log it rests on, up to which entry, the own one first."""
    return [
        {
            "log": one.log,
            "ods": one.ods,
            "name": one.name,
            "kind": one.kind,
            "size": one.size,
            "head": one.head,
            "frozen": one.frozen,
        }
        for one in seal.logs
    ]


def named_attachments(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The files that go with an export, as its manifest's content names them."""
    return [
        {"name": one.name, "bytes": len(one.data), "sha256": fingerprint(one.data)}
        for one in sorted(attachments, key=lambda each: each.name)
    ]


def _named(seal: Seal) -> list[dict[str, Any]]:
    return [{"seq": entry.seq, "id": entry.id} for entry in seal.entries]


def _others(seal: Seal) -> list[dict[str, Any]]:
    """The entries of other logs, a line for each log: its numbers and one fingerprint."""
    logs = sorted({entry.log for entry in seal.others})
    groups = [(log, [entry for entry in seal.others if entry.log == log]) for log in logs]
    return [
        {"log": log, "spans": spans_of([one.seq for one in group]), "sha256": ids_digest([one.id for one in group])}
        for log, group in groups
    ]


def _numbered(seal: Seal) -> dict[str, Any]:
    ids = [entry.id for entry in seal.entries]
    return {"spans": spans_of([entry.seq for entry in seal.entries]), "sha256": ids_digest(ids)}


def ids_digest(ids: Sequence[str]) -> str:
    """One fingerprint for entries, by their ids in order."""
    return fingerprint("\n".join(ids).encode("ascii"))


def signed_text(manifest: bytes, log: str, size: int, head: str) -> str:
    """What is signed for an export: the manifest's fingerprint and the head it names, so that each signed export
    also fixes how long the record was."""
    return f"{SIGNED}\n{fingerprint(manifest)}\n{log}\n{size}\n{head}\n"


def make_evidence(seal: Seal, content: dict[str, Any], extra: object = None, with_entries: bool = True) -> bytes:
    """The evidence as canonical bytes, signed. Raises Refused when the log's history does not allow the signature."""
    manifest = make_manifest(seal, content, with_entries)
    entries, others = (seal.entries, seal.others) if with_entries else ((), ())
    note = seal.sign(signed_text(manifest, seal.head.log, seal.head.size, seal.head.id))
    try:
        identity_of(seal.identity).checked(note)
    except BadNote as error:
        raise Refused(
            "The signing key was changed after the entry up to which this file is made, so nobody could check it.",
            "Make it again from the record as it stands now.",
        ) from error
    return encode(
        {
            "format": EVIDENCE,
            "manifest": manifest.decode("utf-8"),
            "note": note,
            **carried(seal.identity),
            "entries": [{"header": entry.header, "body": entry.body} for entry in entries],
            **({"others": [{"header": one.header, "body": one.body} for one in others]} if others else {}),
            "extra": extra,
        },
        MOST_EVIDENCE,
        "the evidence",
    )


def read_evidence(data: bytes) -> Evidence:
    """Takes evidence apart. Raises BadEvidence for anything but the exact form."""
    try:
        found = parse(data, MOST_EVIDENCE)
        if found["format"] != EVIDENCE:
            raise BadEvidence("The evidence inside is of a form that this program does not know.", "Use a newer MSAT.")
        manifest_bytes = found["manifest"].encode("utf-8")
        manifest = parse(manifest_bytes, MOST_EVIDENCE)
        entries, others = _pairs(found["entries"]), _pairs(found.get("others", []))
        signers: dict[str, Any] = {name: found[name] for name in ("genesis", "key_changes") if name in found}
        evidence = Evidence(
            manifest_bytes,
            manifest,
            str(found["note"]),
            signers,
            entries,
            others,
            found["extra"],
        )
        _check_form(manifest)
    except (NotCanonical, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadEvidence(
            "The evidence inside this file is damaged, so nothing in it can be checked.",
            "Ask for the file again from the organisation that made it.",
        ) from error
    return evidence


def _pairs(given: Any) -> tuple[tuple[bytes, bytes | None], ...]:
    """Entries as they are carried: header and body. Raises what a wrong form raises."""
    return tuple(
        (each["header"].encode("utf-8"), each["body"].encode("utf-8") if each["body"] is not None else None)
        for each in given
    )


def _check_form(manifest: dict[str, Any]) -> None:
    organisation = manifest["organisation"]
    texts = (manifest["kind"], manifest["log"], manifest["head"], manifest["cut_off"], manifest["program"])
    if (
        manifest["format"] != FORMAT
        or not isinstance(manifest["size"], int)
        or not isinstance(manifest["content"], dict)
    ):
        raise KeyError("format")
    _check_logs_form(manifest)
    if not all(isinstance(text, str) for text in (*texts, organisation["name"], organisation["ods"])):
        raise TypeError("text")
    _check_entries_form(manifest["entries"])
    for each in manifest.get("others", []):
        if not isinstance(each["log"], str):
            raise TypeError("others")
        _check_entries_form({"spans": each["spans"], "sha256": each["sha256"]})


def _check_logs_form(manifest: dict[str, Any]) -> None:
    """The logs and attachments that a manifest names, where it names any."""
    for log in manifest.get("logs", []):
        texts = (log["log"], log["ods"], log["name"], log["kind"], log["head"], log["frozen"])
        if not all(isinstance(text, str) for text in texts) or not _is_number(log["size"]):
            raise TypeError("logs")
    for each in manifest["content"].get("attachments", []):
        if not isinstance(each["name"], str) or not isinstance(each["sha256"], str) or not _is_number(each["bytes"]):
            raise TypeError("attachments")


def _check_entries_form(entries: Any) -> None:
    if isinstance(entries, dict):
        spans = entries["spans"]
        right = isinstance(entries["sha256"], str) and all(
            _is_number(first) and _is_number(last) for first, last in spans
        )
    else:
        right = all(isinstance(each["id"], str) and _is_number(each["seq"]) for each in entries)
    if not right:
        raise TypeError("entries")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# --- in a text -----------------------------------------------------------------------------------------------


def as_lines(evidence: bytes, width: int = 76) -> list[str]:
    """Evidence as lines of letters and digits, for files that people read as text."""
    text = base64.b64encode(zlib.compress(evidence, 9)).decode("ascii")
    return [text[start : start + width] for start in range(0, len(text), width)]


def from_lines(text: str) -> bytes:
    """The evidence that `as_lines` wrote. Raises BadEvidence."""
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, MOST_EVIDENCE)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise BadEvidence(
            "The block of letters that proves this file is damaged or cut short.",
            "Ask for the file again from the organisation that made it.",
        ) from error
    if not unpacker.eof or unpacker.unused_data:
        raise BadEvidence("The block of letters that proves this file is cut short.", "Ask for the file again.")
    return data
