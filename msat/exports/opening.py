"""Opens an exported file of any form: its evidence, and how its content is held against it. Believes nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msat.exports.comparing import compare_pdf, compare_text
from msat.exports.eml import compare_email, open_email
from msat.exports.json_sealing import compare_json, open_json
from msat.exports.manifest import Evidence, read_evidence
from msat.exports.pdf_reading import read_pdf
from msat.exports.text_sealing import open_text
from msat.exports.word_comparing import compare_word
from msat.exports.word_reading import read_word
from msat.exports.workbook_comparing import compare_workbook
from msat.exports.workbook_reading import read_workbook

Compare = Callable[[dict[str, Any], Any], list[tuple[str, str]]]
"""What differs and where, from the manifest's content and the evidence's extra."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file taken apart."""

    evidence: Evidence
    compare: Compare
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    """The files inside it, by name, beside the evidence itself."""


def open_export(data: bytes) -> Opened | None:
    """The file taken apart; None when it carries no evidence. Raises BadEvidence for a damaged one."""
    if data[:1024].lstrip().startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        return _open_pdf(data)
    if data[:4] == b"PK\x03\x04":
        return _open_workbook(data) or _open_word(data)
    mail = open_email(data)
    if mail is not None:
        return Opened(read_evidence(mail.evidence), lambda content, _extra: compare_email(mail, content))
    found = open_json(data)
    if found is not None:
        sealed = found
        return Opened(read_evidence(sealed.evidence), lambda content, _extra: compare_json(sealed, content))
    text = open_text(data)
    if text is None:
        return None
    return Opened(read_evidence(text.evidence), lambda content, _extra: compare_text(text, content))


def _open_pdf(data: bytes) -> Opened | None:
    pdf = read_pdf(data)
    if pdf.evidence is None:
        return None
    return Opened(
        read_evidence(pdf.evidence), lambda content, extra: compare_pdf(pdf, content, extra), pdf.attachments
    )


def _open_workbook(data: bytes) -> Opened | None:
    workbook = read_workbook(data)
    if workbook is None or workbook.evidence is None:
        return None
    return Opened(
        read_evidence(workbook.evidence), lambda content, extra: compare_workbook(workbook, content, extra)
    )


def _open_word(data: bytes) -> Opened | None:
    word = read_word(data)
    if word is None or word.evidence is None:
        return None
    return Opened(read_evidence(word.evidence), lambda content, extra: compare_word(word, content, extra))
