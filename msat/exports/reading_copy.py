"""A PDF for reading that carries the file it was made from: archival and tagged, but without evidence of its own.

What proves it is the file inside; a check reads that file and compares the pages with it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import pikepdf

from msat import __version__
from msat.exports.document import Document
from msat.exports.manifest import Attachment
from msat.exports.page_layout import lay_out
from msat.exports.pdf_drawing import draw
from msat.exports.pdf_tags import About, finish, saved
from msat.exports.plain_text import one_line

PROGRAM = f"MSAT {__version__}"


def write_reading_copy(
    document: Document, author: str, made: datetime, footer: Sequence[str], source: Attachment
) -> bytes:
    """The document as PDF/A-3a and PDF/UA-1 with `source` attached; `made` is the date it bears.

    The same input gives the same bytes.
    """
    about = About(
        title=one_line(document.title, 500),
        subject=one_line(document.subject, 500),
        author=one_line(author, 200),
        language=document.language,
        created=made,
        program=PROGRAM,
    )
    pages = lay_out(document, footer)
    return saved(finish(draw(pages), pages, about, [source]))


def is_reading_copy(data: bytes, suffix: str) -> bool:
    """Whether a PDF carries one file, whose name ends in `suffix`, and nothing else. Reads no page."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            names = list(pdf.attachments)
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return len(names) == 1 and names[0].endswith(suffix)


def made_by(data: bytes) -> str:
    """Which program the file says made it; empty where it does not say."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return str(pdf.docinfo.get("/Creator", "")) or str(pdf.docinfo.get("/Producer", ""))
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return ""
