"""Reads the text layer of a PDF; the only reader of PDF outside the exports. Run in the child process only.

Columns are kept apart by spaces, so that tables can be told. What is not a text layer (a scan, a picture) is not read:
batch numbers are never taken from pictures.
"""

from __future__ import annotations

import io
import logging

import pypdf
from pypdf.errors import PyPdfError

MOST_PAGES = 60
LONGEST = 2_000_000
_FEWEST = 20
"""Letters and digits: a PDF with fewer is a picture with a page number."""


class Unreadable(ValueError):
    """The PDF holds no text that can be read; the message is one sentence, and what to do follows in a second."""


def text_of(data: bytes) -> str:
    """The text of a PDF, page by page. Raises Unreadable, and whatever pypdf makes of hostile files."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The PDF is locked with a password. Save it without one, or copy its text and paste it.")
        count = len(reader.pages)
    except PyPdfError as fault:
        raise Unreadable("The file is damaged, or it is not a PDF. Open it, copy its text and paste it.") from fault
    if count > MOST_PAGES:
        raise Unreadable(f"The PDF has {count} pages, and a notice has a few. Copy the notice's text and paste it.")
    text = "\n".join(_page(reader.pages[number]) for number in range(count))
    if sum(map(str.isalnum, text)) < _FEWEST:
        raise Unreadable(
            "The PDF holds no text that can be read, as when it is a scan, and batch numbers are never read from "
            "pictures. Get the notice as text, or type what it says."
        )
    return text[:LONGEST]


def _page(page: pypdf.PageObject) -> str:
    """The text of one page with its columns; without them where the page is too odd for that."""
    try:
        laid_out = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError):
        laid_out = ""
    return laid_out if laid_out.strip() else page.extract_text()
