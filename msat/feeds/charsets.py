"""Turns bytes of an uncertain encoding into text. Never fails: what cannot be decoded becomes U+FFFD."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
# As browsers do: pages and e-mails that say Latin-1 mean the Windows code page, which has dashes and quotes.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}


def decoded(data: bytes, declared: str = "") -> str:
    """The text in `data`: by its byte order mark, else UTF-8 where it is that, else as declared, else Windows-1252."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    for name in (_codec(declared), "utf-8", "cp1252"):
        if name and (name != "cp1252" or not _is_utf8(data)):
            try:
                return data.decode(name)
            except (UnicodeDecodeError, ValueError):
                continue
    return data.decode("utf-8" if _is_utf8(data) else "cp1252", "replace")


def declared_in(html: bytes) -> str:
    """The encoding that a page declares of itself; empty where it does not."""
    found = _DECLARED.search(html[:4096])
    return found.group(1).decode("ascii") if found else ""


def _codec(name: str) -> str:
    """Python's name of an encoding of text; empty for one that nobody knows, or that is none (`zip`, `rot13`)."""
    try:
        found = codecs.lookup(name.strip("\"' ")) if name else None
    except (LookupError, ValueError):
        return ""
    # `_is_text_encoding` is how the standard library itself keeps `bytes.decode("zip")` out.
    if found is None or not getattr(found, "_is_text_encoding", True) or found.name in ("undefined", "unicode_escape"):
        return ""
    return _MEANT.get(found.name, found.name)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
