"""The field of a certificate signature inside a PDF: made before the file is sealed, filled afterwards.

The field is part of the structure tree and has words for somebody who hears the page (PDF/UA-1 asks for both). Filling
it leaves everything else as it is: `/Contents` is exactly as long as the signature, so that no byte of the file is
left over for anybody to change. Knows nothing of certificates.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from msat.exports.pdf_tags import pdf_date, saved
from msat.exports.plain_text import one_line

FIELD = "CertificateSignature"
SPOKEN = "Certificate signature of whoever issued this document"
_UNKNOWN = 9_999_999_999
_RANGE = re.compile(rb"/ByteRange \[ ?0 9999999999 9999999999 9999999999 ?\]")
_CONTENTS = re.compile(rb"/Contents <([0-9a-f]*)>")


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader shows of a signature: who signed, why, and when (as whoever signed claims)."""

    name: str
    reason: str
    at: datetime


class NoField(ValueError):
    """The file has no field for a signature, or it is filled already."""


def add_field(pdf: pikepdf.Pdf) -> None:
    """Adds an empty, invisible field to the first page and to the end of the structure tree."""
    page, tree = pdf.pages[0].obj, pdf.Root.StructTreeRoot
    key = int(tree.ParentTreeNextKey)
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD),
            TU=String(SPOKEN),
            Rect=[0, 0, 0, 0],
            F=132,  # printed, and locked against being moved
            P=page,
            StructParent=key,
        )
    )
    document = tree.K[0] if isinstance(tree.K, Array) else tree.K
    form = pdf.make_indirect(
        Dictionary(S=Name.Form, P=document, Pg=page, K=Array([Dictionary(Type=Name.OBJR, Obj=field, Pg=page)]))
    )
    document.K.append(form)
    holders: list[Any] = [key, form]
    tree.ParentTree.Nums.extend(holders)
    tree.ParentTreeNextKey = key + 1
    if Name.Annots not in page:
        page.Annots = Array()
    page.Annots.append(field)
    # 3: there are signatures, and the file is to be added to only (ISO 32000-1, table 219).
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def signatures(pdf: pikepdf.Pdf) -> list[Any]:
    """What is in each signature field of an open PDF: its dictionary, or None where the field is empty or damaged."""
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields", Array()) if isinstance(form, Dictionary) else Array()
    found = [field for field in fields if isinstance(field, Dictionary) and field.get("/FT") == Name.Sig]
    return [value if isinstance(value := field.get("/V"), Dictionary) else None for field in found]


def filled(data: bytes, words: Words, size: int, sign: Callable[[bytes], bytes | None]) -> bytes | None:
    """The file with its field filled by what `sign` gives for the SHA-256 of everything else; None when it gives None.

    `size`: exactly how many bytes the signature has. Raises NoField.
    """
    return _patched(_with_placeholder(data, words, size), size, sign)


def _with_placeholder(data: bytes, words: Words, size: int) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        form = pdf.Root.get("/AcroForm")
        field = next((one for one in form.Fields if str(one.get("/T", "")) == FIELD), None) if form else None
        if field is None or "/V" in field:
            raise NoField("no empty field")
        field.V = pdf.make_indirect(
            Dictionary(
                Type=Name.Sig,
                Filter=Name("/Adobe.PPKLite"),
                SubFilter=Name("/ETSI.CAdES.detached"),
                ByteRange=Array([0, _UNKNOWN, _UNKNOWN, _UNKNOWN]),
                Contents=String(bytes(size)),
                Name=String(one_line(words.name, 200)),
                Reason=String(one_line(words.reason, 300)),
                M=String(pdf_date(words.at)),
            )
        )
        return saved(pdf)


def _patched(data: bytes, size: int, sign: Callable[[bytes], bytes | None]) -> bytes | None:
    ranges = list(_RANGE.finditer(data))
    holes = [hole for hole in _CONTENTS.finditer(data) if len(hole[1]) == 2 * size]
    if len(ranges) != 1 or len(holes) != 1:
        raise NoField("the place for the signature cannot be told")
    start, end = holes[0].start(1) - 1, holes[0].end(1) + 1
    place = ranges[0]
    told = b"/ByteRange [0 %d %d %d" % (start, end, len(data) - end)
    told += b" " * (place.end() - place.start() - len(told) - 1) + b"]"
    data = data[: place.start()] + told + data[place.end() :]
    signature = sign(hashlib.sha256(data[:start] + data[end:]).digest())
    if signature is None:
        return None
    if len(signature) != size:
        raise ValueError("the signature is not as long as its place")
    return data[: start + 1] + signature.hex().encode("ascii") + data[end - 1 :]


def signature_in(data: bytes, ranges: list[int], contents: bytes) -> str:
    """Why a signature does not cover the whole file but itself, byte for byte; empty when it does."""
    if len(ranges) != 4 or ranges[0] != 0:
        return "It does not say which bytes of the file it covers."
    start, end = ranges[1], ranges[2]
    if not 0 < start < end <= len(data) or end + ranges[3] != len(data):
        return "It does not cover the whole file: something was added after it was signed."
    if data[start:end] != b"<" + contents.hex().encode("ascii") + b">":
        return "Its place in the file holds more than the signature."
    return ""
