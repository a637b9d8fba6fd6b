"""Puts the signed evidence into a finished PDF without touching a byte of it: as an addition at the end of the file.

What people see was finished and hashed before; the addition is nothing but the evidence and the table that finds it.
A check makes the addition again from what it holds and compares: so each byte of the file is either hashed in the
manifest, or the evidence, or what it must be.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pikepdf

from msat.exports.pdf_reading import evidence_stream, stream_bytes
from msat.exports.pdf_tags import packed_stream

_TABLE_AT = re.compile(rb"startxref\n(\d{1,12})\n%%EOF\n\Z")
_FILTERS = {
    ("/FlateDecode",): b"/FlateDecode",
    ("/ASCII85Decode", "/FlateDecode"): b"[ /ASCII85Decode /FlateDecode ]",
}


def addition(finished: bytes, opened: pikepdf.Pdf, evidence: bytes) -> bytes:
    """What goes after a finished file, `opened`: the evidence, in the place of the empty one."""
    packed, filters = packed_stream(evidence)
    return _addition(finished, opened, packed, filters, len(evidence))


def fingerprint_of(finished: bytes) -> dict[str, object]:
    """What the manifest says of the file before the evidence was added."""
    return {"bytes": len(finished), "sha256": hashlib.sha256(finished).hexdigest()}


def is_as_sealed(data: bytes, size: int, sha256: str) -> bool:
    """Whether a file is, byte for byte, the one of this length and fingerprint and the addition of its evidence."""
    if not 0 < size < len(data) or hashlib.sha256(memoryview(data)[:size]).hexdigest() != sha256:
        return False
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            stream = evidence_stream(pdf)
            filters = stream.get("/Filter", pikepdf.Array())
            names = tuple(str(each) for each in (filters if isinstance(filters, pikepdf.Array) else [filters]))
            packed, length = stream.read_raw_bytes(), len(stream_bytes(stream))
        if names not in _FILTERS:
            return False
        with pikepdf.open(io.BytesIO(data[:size])) as pdf:
            return data[size:] == _addition(data[:size], pdf, packed, names, length)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError):
        return False


def _addition(finished: bytes, opened: pikepdf.Pdf, packed: bytes, filters: tuple[str, ...], length: int) -> bytes:
    """Raises ValueError when the file is not as this program writes it."""
    table = _TABLE_AT.search(finished, max(0, len(finished) - 64))
    if table is None:
        raise ValueError("not a file that this program finished")
    number, generation = evidence_stream(opened).objgen
    date = bytes(opened.docinfo.CreationDate)
    item = (
        b"%d %d obj\n<< /Filter %s /Length %d /Params << /ModDate (%s) /Size %d >> /Subtype /application#2fjson"
        b" /Type /EmbeddedFile >>\nstream\n%s\nendstream\nendobj\n"
    ) % (number, generation, _FILTERS[filters], len(packed), date, length, packed)
    rows = b"xref\n%d 1\n%010d %05d n \n" % (number, len(finished), generation)
    trailer = _trailer(opened.trailer, int(table[1]))
    return item + rows + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(finished) + len(item))


def _trailer(old: Any, table_at: int) -> bytes:
    identity = b" ".join(b"<%s>" % bytes(each).hex().encode("ascii") for each in old.ID)
    root, info = (b"%d %d R" % old[key].objgen for key in ("/Root", "/Info"))
    form = b"trailer << /ID [ %s ] /Info %s /Prev %d /Root %s /Size %d >>\n"
    return form % (identity, info, table_at, root, int(old.Size))
