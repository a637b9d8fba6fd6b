"""Tells what kind of file some bytes are by their content, never by their name; only kinds that can be evidence.

Looks at the beginning only, and into nothing: the insides of packed files are for the child process.
"""

from __future__ import annotations

from msat.feeds.eml import looks_like_mail

TEXT = "text/plain"
HTML = "text/html"
MAIL = "message/rfc822"
PDF = "application/pdf"
RTF = "application/rtf"
OLD_OFFICE = "application/x-ole-storage"
"""Word, Excel and Outlook files of before 2007, and newer ones under a password: never read as text here."""
PACKED = "application/zip"
"""To be told apart by what lies inside."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
OFFICE = (DOCX, XLSX, PPTX, ODT, ODS, ODP)
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic")

_FIRST = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"PK\x03\x04", PACKED),
)
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc")
_SCRIPTS = (b"#!", b"@echo", b"<?php", b"<script")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ENDING = {
    TEXT: ".txt",
    HTML: ".html",
    MAIL: ".eml",
    PDF: ".pdf",
    RTF: ".rtf",
    DOCX: ".docx",
    XLSX: ".xlsx",
    PPTX: ".pptx",
    ODT: ".odt",
    ODS: ".ods",
    ODP: ".odp",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/heic": ".heic",
}
_OWN = {
    TEXT: (".txt", ".csv", ".tsv", ".log", ".md"),
    HTML: (".html", ".htm"),
    OLD_OFFICE: (".doc", ".xls", ".ppt", ".msg", ".docx", ".xlsx", ".pptx"),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
}
"""Endings of which the file's own is kept: they say more than the content can."""
ENDINGS = frozenset(_ENDING.values()) | {ending for endings in _OWN.values() for ending in endings}
NAMES = {
    TEXT: "text",
    HTML: "web page",
    MAIL: "e-mail",
    PDF: "PDF",
    RTF: "rich text",
    OLD_OFFICE: "older or locked Office file",
    DOCX: "Word document",
    XLSX: "Excel workbook",
    PPTX: "PowerPoint presentation",
    ODT: "text document",
    ODS: "spreadsheet",
    ODP: "presentation",
    **dict.fromkeys(PICTURES, "picture"),
}
"""What people call each kind."""


def kind_of(data: bytes) -> str:
    """The media type of some bytes; empty for a program and for whatever is none of the kinds known here."""
    head = data[:64]
    for first, kind in _FIRST:
        if head.startswith(first):
            return kind
    if head[:2] == b"BM" and len(data) > 26 and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:12] in _HEIC:
        return "image/heic"
    if b"%PDF-" in data[:1024]:
        return PDF
    return _text_kind(data)


def _text_kind(data: bytes) -> str:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data or start.startswith(_SCRIPTS) or not _is_text(data):
        return ""
    if looks_like_mail(data):
        return MAIL
    return HTML if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table")) else TEXT


def _is_text(data: bytes) -> bool:
    """Whether these are letters: no control characters but those of lines, or a mark of 16-bit letters."""
    if data.startswith(_MARKS[1:]):
        return True
    controls = bytes(n for n in range(32) if n not in (9, 10, 11, 12, 13, 27))
    return not data.translate(None, bytes(n for n in range(256) if n not in controls))


def ending_of(media_type: str, name: str = "") -> str:
    """The ending of a file of this kind: its own where that fits the kind, else the usual one."""
    own = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if own in _OWN.get(media_type, ()):
        return own
    return _ENDING.get(media_type, ".bin")
