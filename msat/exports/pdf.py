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
from msat.exports.pdf_increment import addition, fingerprint_of
from msat.exports.pdf_reading import EVIDENCE_FILE, PageReading, evidence_stream, read_pages, read_rest
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
        with pikepdf.open(io.BytesIO(saved(finished, packed=False))) as pdf:
            return seal.certify(_sealed_within(pdf, seal, about.created, attachments))
    bare = saved(finished)
    with pikepdf.open(io.BytesIO(bare)) as pdf:
        # Read as a check will read it, from the bytes that will be sent.
        shown = read_pages(pdf)
        content = _content(shown, attachments) | {"file": fingerprint_of(bare)}
        return bare + addition(bare, pdf, make_evidence(seal, content, _texts(shown)))


def _sealed_within(pdf: pikepdf.Pdf, seal: Seal, created: datetime, attachments: Sequence[Attachment]) -> bytes:
    """Puts the signed evidence where the empty one was. A file that is filled in later cannot be hashed as it is, so
    what hangs together in it is hashed, value by value."""
    shown = read_pages(pdf)
    content = _content(shown, attachments) | {"rest": read_rest(pdf)}
    evidence = make_evidence(seal, content, _texts(shown))
    stream = evidence_stream(pdf)
    stream.write(evidence)
    stream.Params = pikepdf.Dictionary(Size=len(evidence), ModDate=pikepdf.String(pdf_date(created)))
    return saved(pdf)


def _content(shown: Sequence[PageReading], attachments: Sequence[Attachment]) -> dict[str, object]:
    """The fingerprints of what a PDF shows, as its manifest has them."""
    pages = [{"page": page.digest, "text": text_digest(page.pieces)} for page in shown]
    named = {"attachments": named_attachments(attachments)} if attachments else {}
    return {"form": "pdf", "pages": pages, **named}


def _texts(shown: Sequence[PageReading]) -> list[list[str]]:
    return [list(page.pieces) for page in shown]


def text_digest(pieces: Sequence[str]) -> str:
    """The fingerprint of a page's text."""
    return fingerprint("\n".join(pieces).encode("utf-8"))
