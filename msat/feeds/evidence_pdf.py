"""Reads the text, the notes and the form fields of a PDF that is kept as evidence, and names what is no text in it.

Run in the child process only. A page that cannot be read stops nothing: it is named.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from msat.feeds.evidence_scan import Piece

MOST_PAGES = 300
_FAULTS = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError, RecursionError)
_INLINE = re.compile(rb"(?:^|\s)BI\s[^\x00-\x08]{0,400}?\sID\s")
"""A picture that stands in the page's own drawing."""
_FEWEST = 5
"""Letters and digits: a page with fewer is a picture with a number."""


def read_pdf(data: bytes) -> tuple[list[Piece], list[str]]:
    """The pieces of text, and what could not be read, in words."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return [], ["it is locked with a password"]
        count = len(reader.pages)
    except _FAULTS:
        return [], ["the PDF is damaged"]
    unread: list[str] = []
    if count > MOST_PAGES:
        unread.append(f"it has {count} pages, and the first {MOST_PAGES} were read")
    pieces = [Piece("its properties", text, False) for text in _properties(reader)]
    empty: list[int] = []
    pictured: list[int] = []
    for number in range(1, min(count, MOST_PAGES) + 1):
        text, has_pictures = _page(reader, number - 1)
        pieces.append(Piece(f"page {number}", text, False))
        if sum(map(str.isalnum, text)) < _FEWEST:
            empty.append(number)
        elif has_pictures:
            pictured.append(number)
    unread += [f"no text on {_pages(empty)}"] if empty else []
    unread += [f"pictures on {_pages(pictured)}"] if pictured else []
    unread += [f"the file {name} packed inside" for name in _attachments(reader)]
    return pieces, unread


def _page(reader: pypdf.PdfReader, at: int) -> tuple[str, bool]:
    """The text of a page with its notes and fields, and whether pictures stand on it."""
    try:
        page = reader.pages[at]
        text = page.extract_text()
    except _FAULTS:
        return "", True
    return "\n".join((text, *_notes(page))), _has_pictures(page)


def _notes(page: Any) -> Iterator[str]:
    """Notes and the values of form fields."""
    try:
        for one in page.get("/Annots") or ():
            note = one.get_object()
            for name in ("/Contents", "/V", "/TU"):
                value = note.get(name)
                if isinstance(value, str):
                    yield value
    except _FAULTS:
        return


def _has_pictures(page: Any) -> bool:
    try:
        if _INLINE.search(page.get_contents().get_data()):
            return True
        drawn = page["/Resources"].get_object().get("/XObject")
        if drawn is None:
            return False
        return any(_is_picture(one.get_object()) for one in drawn.get_object().values())
    except KeyError:
        return False
    except _FAULTS:
        return True


def _is_picture(drawn: Any) -> bool:
    """A picture, or a form that holds one."""
    if drawn.get("/Subtype") == "/Image":
        return True
    inner = drawn.get("/Resources")
    held = inner.get_object().get("/XObject") if inner is not None else None
    if held is None:
        return False
    return any(one.get_object().get("/Subtype") == "/Image" for one in held.get_object().values())


def _properties(reader: pypdf.PdfReader) -> list[str]:
    try:
        return [str(value) for value in (reader.metadata or {}).values() if isinstance(value, str)]
    except _FAULTS:
        return []


def _attachments(reader: pypdf.PdfReader) -> list[str]:
    try:
        return [" ".join(str(name).split())[:80] for name in list(reader.attachments)[:20]]
    except _FAULTS:
        return ["that could not be named"]


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8])) + (f" and {len(numbers) - 8} more" if len(numbers) > 8 else "")
    return f"page{'' if len(numbers) == 1 else 's'} {shown}"
