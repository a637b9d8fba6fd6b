"""Checks an exported file: its signature, its content, its entries, and that they are in the record at hand.

Says in sentences what was looked at and what was not. Trusts nothing in the file; a file without evidence, or from
another installation, is told apart from one that was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msat import lettering
from msat.clock import from_stamp, say_moment
from msat.errors import MsatError
from msat.exports.certificate_checking import check_certificate
from msat.exports.check_finding import ASK, FileCheck, Finding, Outcome, many
from msat.exports.checking_logs import check_attached
from msat.exports.checking_others import check_others
from msat.exports.checking_record import held_against, how_many, say_record
from msat.exports.eml import MAIL_LIMIT
from msat.exports.manifest import BadEvidence, Evidence, signed_text
from msat.exports.opening import Opened, open_export
from msat.exports.plain_text import one_line
from msat.exports.word_comparing import WORD_LIMIT
from msat.record.identity import read_carried
from msat.record.ports import Record
from msat.record.proof import check_excerpt
from msat.record.signing import BadNote

__all__ = ["KINDS", "WORKBOOK_LIMIT", "FileCheck", "Outcome", "check_file"]

KINDS = {
    "certificate": "record of one alert",
    "log": "log of a period",
    "newsletter": "newsletter",
    "inspector": "page for inspectors",
    "letter": "letter to an organisation",
    "minutes": "minutes of a meeting",
    "preview": "preview for an organisation",
    "outliers": "look at outliers",
    "pack": "assurance pack",
    "printed": "page of the screen, printed or saved, never issued",
    "pack-draft": "draft of an assurance pack, never issued",
}
WORKBOOK_LIMIT = (
    "Of a workbook the values of all cells are signed; colours, number formats, notes, charts, headers and footers, "
    "names, the properties of the file and what is hidden are not."
)
AS_EXPORTED = "Check a file that MSAT exported, as it was exported."
_BY_THEMSELVES = {
    ".msatbackup": "A backup is proven with: msatctl verify FILE.",
    ".msatrules": "A file of local rules is checked with: msatctl rules check FILE.",
    ".msatplan": "A file of agreed plans is checked when it is taken in: msatctl plan import FILE.",
}
"""How files of MSAT are checked that are no exports."""
LIMITS = {"xlsx": WORKBOOK_LIMIT, "docx": WORD_LIMIT, "eml": MAIL_LIMIT}
"""What is not signed of a file of this form."""


def check_file(data: bytes, name: str, record: Record | None = None, roots: Sequence[bytes] = ()) -> FileCheck:
    """Checks the exported file `data`, called `name` in what is said. `record` is the one at hand, if any.

    `roots` are certificates (DER) under which whoever signed a PDF with a certificate is to stand.
    """
    finding = Finding(name)
    try:
        opened = open_export(data)
    except BadEvidence as error:
        finding.add(error.explanation, next_step=error.next_step or ASK)
        return finding.outcome(Outcome.CHANGED)
    if opened is None:
        finding.add(
            "This file carries no MSAT manifest, so nothing about it can be checked.",
            next_step=_BY_THEMSELVES.get(name[name.rfind(".") :].lower(), AS_EXPORTED),
        )
        return finding.outcome(Outcome.NO_EVIDENCE)
    evidence = opened.evidence
    if not _check_signature(evidence, finding):
        return finding.outcome(Outcome.CHANGED)
    _check_content(opened, finding)
    check_attached(opened, data, finding)
    _check_entries(evidence, finding)
    check_others(evidence, finding)
    if evidence.manifest["content"].get("form") == "pdf":
        check_certificate(data, roots, finding)
    if finding.problems:
        say_record(evidence, record, finding, foreign=False)
        return finding.outcome(Outcome.CHANGED)
    return held_against(evidence, record, finding, data)


def _check_signature(evidence: Evidence, finding: Finding) -> bool:
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
    whose = lettering.named(own.name, own.ods)
    if (named["name"], named["ods"]) != (own.name, own.ods):
        finding.add(
            f"It names {lettering.clipped(named['name'])}, but the record that signed it is of {whose}.", "manifest"
        )
    finding.say(
        f"The manifest is signed by the key of log {manifest['log'][:8]}, opened for {whose}."
    )
    return True


def _check_content(opened: Opened, finding: Finding) -> None:
    evidence = opened.evidence
    try:
        differences = opened.compare(evidence.manifest["content"], evidence.extra)
    except BadEvidence as error:
        finding.add(error.explanation, next_step=error.next_step or ASK)
        return
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        finding.add("The manifest does not describe a file of this form.", "manifest")
        return
    for what, where in differences:
        finding.add(what, where)
    if not differences:
        kind = KINDS.get(evidence.manifest["kind"], evidence.manifest["kind"])
        finding.say(
            f"Its content is what was signed: {kind}, as at {_moment(evidence.manifest['cut_off'])}."
        )
        _say_attachments(evidence.manifest["content"], finding)
        limit = LIMITS.get(str(evidence.manifest["content"].get("form")))
        if limit:
            finding.say(limit)


def _say_attachments(content: dict[str, Any], finding: Finding) -> None:
    named = [one_line(each["name"], 80) for each in content.get("attachments", [])]
    if named and content["form"] == "pdf":
        finding.say(f"Each file attached to it hashes to what was signed: {', '.join(named)}.")
    elif named:
        finding.say(
            f"It names files that go beside it, by fingerprint; they are not inside it: {', '.join(named)}."
        )


def _moment(text: str) -> str:
    try:
        return say_moment(from_stamp(text))
    except ValueError:
        return text


def _check_entries(evidence: Evidence, finding: Finding) -> None:
    """The entries carried are the ones that the signed manifest names, and belong to that log."""
    listed = evidence.manifest["entries"]
    if "logs" in evidence.manifest and not evidence.entries:
        return  # it rests on whole logs, and `check_attached` has told of them
    if isinstance(listed, dict) or not evidence.entries:
        finding.say(f"It names {many(how_many(listed))} of the record and carries none of them.")
        return
    named = [each["id"] for each in listed]
    genesis = evidence.signers["genesis"]["body"].encode("utf-8")
    public = read_carried(evidence.signers).keys.public
    problems = check_excerpt(genesis, evidence.entries, evidence.note, named, public)
    finding.problems.extend(problems)
    finding.entries = len(evidence.entries)
    if not problems:
        finding.say(f"It carries {many(len(named))}: each hashes to the id that was signed.")
