"""Names for exported files, made from characters that are safe on every system. Touches no file."""

from __future__ import annotations

import re
import unicodedata

_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$", re.IGNORECASE)
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9._-]+")
_SUFFIXES = frozenset({"pdf", "xlsx", "html", "md", "txt", "json"})


def safe_name(text: str, longest: int = 80) -> str:
    """A file name from any text: letters, digits, dot, hyphen and underscore; never reserved, hidden or empty."""
    name = unicodedata.normalize("NFKD", text)
    name = "".join(char for char in name if not unicodedata.combining(char))
    name = _NOT_ALLOWED.sub("-", name)
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix.lower() not in _SUFFIXES:
        stem, suffix = name, ""
    stem = re.sub(r"-{2,}", "-", stem.replace(".", "-")).strip("-_")
    stem = stem[: longest - len(suffix) - 6].strip("-_") or "export"
    if _RESERVED.match(stem):
        stem = f"{stem}-file"
    return f"{stem}.{suffix.lower()}" if suffix else stem
