"""Checks an exported file: its signature, its content, its entries, and that they are in the record at hand.

Says in sentences what was looked at and what was not. Trusts nothing in the file; a file without evidence, or from
another installation, is told apart from one that was changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from msat.clock import from_stamp, say_moment
from msat.errors import MsatError
from msat.exports.comparing import compare_pdf, compare_text
from msat.exports.manifest import BadEvidence, Evidence, ids_digest, read_evidence, signed_text
from msat.exports.pdf_reading import read_pdf
from msat.exports.plain_text import one_line
from msat.exports.text_sealing import open_text
from msat.exports.word_comparing import WORD_LIMIT, compare_word
from msat.exports.word_reading import read_word
from msat.exports.workbook_comparing import compare_workbook
from msat.exports.workbook_reading import read_workbook
from msat.ids import fingerprint, grouped
from msat.record.entries import Entry
from msat.record.identity import read_carried
from msat.record.ports import Record
from msat.record.proof import check_excerpt
from msat.record.signing import BadNote
from msat.record.verification import Problem, Verification

KINDS = {
    "certificate": "record of one alert",
    "log": "log of a period",
    "newsletter": "newsletter section",
    "inspector": "page for inspectors",
    "letter": "letter to an organisation",
    "preview": "preview for an organisation",
}
WORKBOOK_LIMIT = (
    "Of a workbook the values of all cells are signed; colours, number formats, notes, pictures and what is hidden "
    "are not."
)
COMPARE = "Run verify on the record, and compare it with a backup."
ASK = "Use another copy, or make the export again from the record."


class Outcome(StrEnum):
    """What a check of a file comes to, for a screen's mark."""

    VERIFIED = "verified"
    CHANGED = "changed"
    NOT_FROM_HERE = "not from here"
    """Genuine, but from another installation's record, which is not at hand."""
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, slots=True)
class FileCheck(Verification):
    """A Verification of one file, with its outcome as one word."""

    outcome: Outcome = Outcome.CHANGED
    name: str = ""


@dataclass(slots=True)
class _Finding:
    """What is found while checking, in order."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    entries: int = 0

    def add(self, what: str, where: str = "", next_step: str = ASK, entry: str | None = None) -> None:
        self.problems.append(Problem(what, where or self.name, next_step, entry))

    def outcome(self, outcome: Outcome) -> FileCheck:
        return FileCheck(tuple(self.problems), tuple(self.checked), self.entries, outcome, self.name)


def check_file(data: bytes, name: str, record: Record | None = None) -> FileCheck:
    """Checks the exported file `data`, called `name` in what is said. `record` is the one at hand, if any."""
    finding = _Finding(name)
    try:
        opened = _open(data)
    except BadEvidence as error:
        finding.add(error.explanation, next_step=error.next_step or ASK)
        return finding.outcome(Outcome.CHANGED)
    if opened is None:
        finding.add(
            "This file carries no MSAT manifest, so nothing about it can be checked.",
            next_step="Check a file that MSAT exported, as it was exported.",
        )
        return finding.outcome(Outcome.NO_EVIDENCE)
    evidence, compare = opened
    if not _check_signature(evidence, finding):
        return finding.outcome(Outcome.CHANGED)
    _check_content(evidence, compare, finding)
    _check_entries(evidence, finding)
    if finding.problems:
        _say_record(evidence, record, finding, data, foreign=False)
        return finding.outcome(Outcome.CHANGED)
    return _held_against(evidence, record, finding, data)


_Compare = Callable[[dict[str, Any], Any], list[tuple[str, str]]]


def _open(data: bytes) -> tuple[Evidence, _Compare] | None:
    """The evidence of a file of any form, and how to compare its content."""
    if data[:1024].lstrip().startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        pdf = read_pdf(data)
        if pdf.evidence is None:
            return None
        return read_evidence(pdf.evidence), lambda content, extra: compare_pdf(pdf, content, extra)
    if data[:4] == b"PK\x03\x04":
        workbook = read_workbook(data)
        if workbook is None:
            return _open_word(data)
        if workbook.evidence is None:
            return None
        return read_evidence(workbook.evidence), lambda content, extra: compare_workbook(workbook, content, extra)
    text = open_text(data)
    if text is None:
        return None
    return read_evidence(text.evidence), lambda content, _extra: compare_text(text, content)


def _open_word(data: bytes) -> tuple[Evidence, _Compare] | None:
    word = read_word(data)
    if word is None or word.evidence is None:
        return None
    return read_evidence(word.evidence), lambda content, extra: compare_word(word, content, extra)


def _check_signature(evidence: Evidence, finding: _Finding) -> bool:
    """The manifest is signed by the key that the log's first entry names."""
    manifest = evidence.manifest
    try:
        signer = read_carried(evidence.signers)
        text = signer.checked(evidence.note)
    except BadNote as error:
        finding.add(f"The signature does not fit. {error.explanation}", "manifest")
        return False
    except MsatError as error:
        finding.add(f"The log's first entry inside this file is not right. {error.explanation}", "manifest")
        return False
    wanted = signed_text(evidence.manifest_bytes, manifest["log"], manifest["size"], manifest["head"])
    if text != wanted or manifest["log"] != signer.log:
        finding.add("The manifest is not the one that was signed: it was changed.", "manifest")
        return False
    named, own = manifest["organisation"], signer.birth.organisation
    if (named["name"], named["ods"]) != (own.name, own.ods):
        finding.add(
            f"It names {named['name']}, but the record that signed it is of {own.name} ({own.ods}).", "manifest"
        )
    finding.checked.append(
        f"The manifest is signed by the key of log {manifest['log'][:8]}, opened for {own.name} ({own.ods})."
    )
    return True


def _check_content(evidence: Evidence, compare: _Compare, finding: _Finding) -> None:
    try:
        differences = compare(evidence.manifest["content"], evidence.extra)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        finding.add("The manifest does not describe a file of this form.", "manifest")
        return
    for what, where in differences:
        finding.add(what, where)
    if not differences:
        kind = KINDS.get(evidence.manifest["kind"], evidence.manifest["kind"])
        finding.checked.append(
            f"Its content is what was signed: a {kind}, as at {_moment(evidence.manifest['cut_off'])}."
        )
        _say_attachments(evidence.manifest["content"], finding)
        limit = {"xlsx": WORKBOOK_LIMIT, "docx": WORD_LIMIT}.get(str(evidence.manifest["content"].get("form")))
        if limit:
            finding.checked.append(limit)


def _say_attachments(content: dict[str, Any], finding: _Finding) -> None:
    named = [one_line(each["name"], 80) for each in content.get("attachments", [])]
    if named and content["form"] == "pdf":
        finding.checked.append(f"Each file attached to it hashes to what was signed: {', '.join(named)}.")
    elif named:
        finding.checked.append(
            f"It names files that go beside it, by fingerprint; they are not inside it: {', '.join(named)}."
        )


def _moment(text: str) -> str:
    try:
        return say_moment(from_stamp(text))
    except ValueError:
        return text


def _check_entries(evidence: Evidence, finding: _Finding) -> None:
    """The entries carried are the ones that the signed manifest names, and belong to that log."""
    listed = evidence.manifest["entries"]
    if isinstance(listed, dict) or not evidence.entries:
        finding.checked.append(f"It names {_many(_how_many(listed))} of the record and carries none of them.")
        return
    named = [each["id"] for each in listed]
    genesis = evidence.signers["genesis"]["body"].encode("utf-8")
    public = read_carried(evidence.signers).keys.public
    problems = check_excerpt(genesis, evidence.entries, evidence.note, named, public)
    finding.problems.extend(problems)
    finding.entries = len(evidence.entries)
    if not problems:
        finding.checked.append(f"It carries {_many(len(named))}: each hashes to the id that was signed.")


def _how_many(listed: Any) -> int:
    return sum(last - first + 1 for first, last in listed["spans"]) if isinstance(listed, dict) else len(listed)


def _many(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


# --- with the record at hand -----------------------------------------------------------------------------------


def _held_against(evidence: Evidence, record: Record | None, finding: _Finding, data: bytes) -> FileCheck:
    if record is None:
        _say_record(evidence, record, finding, data, foreign=False)
        return finding.outcome(Outcome.VERIFIED)
    if evidence.manifest["log"] != record.log:
        _say_record(evidence, record, finding, data, foreign=True)
        return finding.outcome(Outcome.NOT_FROM_HERE)
    _check_head(evidence, record, finding)
    _check_against_record(evidence, record, finding)
    _say_issued(record, finding, data, int(evidence.manifest["size"]))
    return finding.outcome(Outcome.CHANGED if finding.problems else Outcome.VERIFIED)


def _say_record(evidence: Evidence, record: Record | None, finding: _Finding, data: bytes, foreign: bool) -> None:
    """What could not be checked, or that the file is of another record."""
    manifest = evidence.manifest
    if foreign:
        whose = manifest["organisation"]
        finding.add(
            f"Not from here: the file is genuine and unchanged since it was made, but by another installation "
            f"(log {grouped(manifest['log'])}), which calls itself {whose['name']} ({whose['ods']}). Whether its "
            f"entries are still in that record cannot be seen from here.",
            next_step="Check it on the installation that made it, or compare the log's number with its owner by "
            "telephone.",
        )
    elif record is None:
        finding.checked.append(
            "Not checked, as no record is at hand: that the record still holds these entries, and that the log "
            f"{grouped(manifest['log'])} is really that organisation's."
        )


def _check_head(evidence: Evidence, record: Record, finding: _Finding) -> None:
    manifest = evidence.manifest
    size = manifest["size"]
    own = record.head()
    if size > own.size:
        finding.add(
            f"The file was made when the record had {size} entries; it now has {own.size}. Its end is missing.",
            "the record",
            "Run verify on the record, and restore it from a backup.",
        )
        return
    at_size = next(record.entries(after=size - 1, upto=size), None)
    if at_size is None or at_size.id != manifest["head"]:
        finding.add(
            f"Entry {size} of this record is not the one that the file was made from.",
            "the record",
            COMPARE,
        )
        return
    finding.checked.append(f"Entry {size} of this record is the head it was made from: {grouped(manifest['head'])}.")


def _check_against_record(evidence: Evidence, record: Record, finding: _Finding) -> None:
    """Every entry named is in the record under its number. Bodies need no comparing: the id fixes them."""
    listed = evidence.manifest["entries"]
    found = len(finding.problems)
    if isinstance(listed, dict):
        _check_spans(listed, record, finding)
    else:
        for each in listed:
            own: Entry | None = record.entry(each["id"])
            if own is None or own.seq != each["seq"]:
                what = f"Entry {each['seq']} of the file is not in this record."
                finding.add(what, f"entry {each['seq']}", COMPARE, each["id"])
    if len(finding.problems) == found:
        finding.checked.append(f"This record holds {_many(_how_many(listed))} that it names.")


def _check_spans(listed: dict[str, Any], record: Record, finding: _Finding) -> None:
    ids = [entry.id for first, last in listed["spans"] for entry in record.entries(after=first - 1, upto=last)]
    if ids_digest(ids) != listed["sha256"]:
        numbers = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in listed["spans"])
        finding.add(
            f"Entries {numbers} of this record are not those that the file was made from.", "the record", COMPARE
        )


def _say_issued(record: Record, finding: _Finding, data: bytes, after: int) -> None:
    """Whether the record says that exactly this file was issued."""
    digest = fingerprint(data)
    for entry in record.entries(after=after):
        if entry.type == "export.issued" and entry.data.get("sha256") == digest:
            finding.checked.append(f"It is, byte for byte, the file that entry {entry.seq} says was issued.")
            return
    finding.checked.append("No entry says that exactly these bytes were issued; the content above was checked instead.")
