"""Document to PDF: laid out, drawn, tagged, and sealed with the evidence inside. The same seal, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import pikepdf

from msat.exports.document import Document
from msat.exports.manifest import Attachment, make_evidence, named_attachments
from msat.exports.page_layout import lay_out
from msat.exports.pdf_drawing import draw
from msat.exports.pdf_reading import EVIDENCE_FILE, PdfReading, evidence_stream, read_open_pdf
from msat.exports.pdf_tags import About, finish, pdf_date, saved
from msat.exports.plain_text import one_line
from msat.exports.seal import Seal
from msat.exports.signature_field import add_field
from msat.ids import fingerprint

_DESCRIPTION = "The record's entries that this document rests on, its manifest and the signature: for msatctl verify"


def write_pdf(document: Document, seal: Seal, attachments: Sequence[Attachment] = ()) -> bytes:
    """A PDF/A-3a and PDF/UA-1 file of the document, with its evidence attached, and `attachments` named by it.

    Signed with a certificate as well where the seal says so: the file is otherwise the same, but for the field. Raises
    ValueError for attachments of one name, or of the evidence's own.
    """
    names = [EVIDENCE_FILE, *(each.name for each in attachments)]
    if len(set(names)) != len(names):
        raise ValueError("two attachments of one name")
    closed = seal.closed(document)
    pages = lay_out(closed, seal.footer())
    about = About(
        title=one_line(document.title, 500),
        subject=one_line(document.subject, 500),
        author=one_line(seal.organisation.name, 200),
        language=document.language,
        created=seal.cut_off,
        program=seal.program,
    )
    evidence = Attachment(EVIDENCE_FILE, b"{}", _DESCRIPTION)
    finished = finish(draw(pages), pages, about, [evidence, *attachments])
    if seal.certify:
        add_field(finished)
    bare = saved(finished, packed=False)
    with pikepdf.open(io.BytesIO(bare)) as pdf:
        sealed = _sealed(pdf, seal, about.created, attachments)
    return seal.certify(sealed) if seal.certify else sealed


def _sealed(pdf: pikepdf.Pdf, seal: Seal, created: datetime, attachments: Sequence[Attachment]) -> bytes:
    """Reads the finished file as a check will read it, and puts the signed evidence where the empty one was."""
    reading = read_open_pdf(pdf)
    content = content_of(reading)
    if attachments:
        content["attachments"] = named_attachments(attachments)
    evidence = make_evidence(seal, content, [list(page.pieces) for page in reading.pages])
    stream = evidence_stream(pdf)
    stream.write(evidence)
    stream.Params = pikepdf.Dictionary(Size=len(evidence), ModDate=pikepdf.String(pdf_date(created)))
    return saved(pdf)


def content_of(reading: PdfReading) -> dict[str, object]:
    """The fingerprints of what a PDF shows, as its manifest has them."""
    pages = [{"page": page.digest, "text": text_digest(page.pieces)} for page in reading.pages]
    return {"form": "pdf", "pages": pages, "rest": reading.rest}


def text_digest(pieces: tuple[str, ...] | list[str]) -> str:
    """The fingerprint of a page's text."""
    return fingerprint("\n".join(pieces).encode("utf-8"))
