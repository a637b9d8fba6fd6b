"""Names of evidence files: as they came, cleaned, for the record; safe on every system, for saving. Touches no file.

The ending always follows from what the file is, never from what it was called.
"""

from __future__ import annotations

import unicodedata

from msat import patient_identifiers
from msat.errors import Refused
from msat.exports.file_names import safe_name
from msat.feeds.evidence_kinds import ENDINGS, ending_of

MOST = 120


def checked_name(name: object) -> str:
    """A file's name as the record keeps it: without its folders and without characters that steer a screen.

    Raises Refused when nothing is left, or it holds a patient identifier.
    """
    last = str(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    shown = " ".join(shown.split())
    if len(shown) > MOST:
        stem, dot, ending = shown.rpartition(".")
        shown = stem[: MOST - len(ending) - 1] + dot + ending if dot and len(ending) < 10 else shown[:MOST]
    if not shown.strip(". "):
        raise Refused("The file has no name.", "Give it one, for instance “stock check.pdf”.")
    patient_identifiers.refuse(shown, "file's name")
    return shown


def saved_name(name: str, media_type: str) -> str:
    """A name under which the file can be saved on any system, with the ending of what it is."""
    stem, dot, ending = name.rpartition(".")
    known = dot and f".{ending.lower()}" in ENDINGS
    return f"{safe_name(stem if known else name)}{ending_of(media_type, name)}"
