"""Compares what a file shows with what its signed manifest says, and names each difference: page, cell or line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msat.exports.pdf_increment import is_as_sealed
from msat.exports.pdf_reading import PdfReading
from msat.exports.plain_text import one_line
from msat.exports.text_sealing import Opened, content_of, line_digest, shown_lines
from msat.ids import fingerprint

Difference = tuple[str, str]
"""What differs, and where."""
BESIDE = (
    "Something beside the pages was changed (metadata, bookmarks, tags, fonts or attachments), or another program "
    "saved the file again."
)
MOST = 40
"""How many differences are listed; the rest are counted."""


def shown(text: str, start: int = 0) -> str:
    """A text in quotation marks, from `start` on, not longer than people read."""
    text = one_line(text)
    lead = max(0, start - 40) if start > 80 else 0
    part = text[lead : lead + 200]
    return f"“{'…' if lead else ''}{part}{'…' if lead + 200 < len(text) else ''}”"


def capped(found: list[Difference]) -> list[Difference]:
    """Not more than people read; the rest are counted."""
    if len(found) <= MOST:
        return found
    return [*found[:MOST], (f"{len(found) - MOST:,} more differences are not listed.", "the file")]


# --- PDF -------------------------------------------------------------------------------------------------------


def compare_pdf(pdf: PdfReading, content: dict[str, Any], extra: Any) -> list[Difference]:
    """Pages, their text, and everything else in a PDF."""
    signed = content["pages"]
    found: list[Difference] = []
    if content["form"] != "pdf":
        found.append(("The manifest is of another form of file.", "manifest"))
    if len(pdf.pages) != len(signed):
        found.append((f"It has {len(pdf.pages)} pages; {len(signed)} were signed.", "the file"))
    texts = _trusted_texts(signed, extra)
    for number, (page, was) in enumerate(zip(pdf.pages, signed, strict=False)):
        if page.digest != was["page"]:
            found += _page_differences(page.pieces, texts[number], f"page {number + 1}")
    found += attachment_differences(pdf.attachments, content.get("attachments", []))
    if not found and not _is_whole(pdf, content):
        found.append((BESIDE, "the file"))
    return capped(found)


def _is_whole(pdf: PdfReading, content: dict[str, Any]) -> bool:
    """Whether the file is the one that was sealed: byte for byte, or value by value where it was to be filled in."""
    if "file" not in content:
        return bool(pdf.rest == content["rest"])
    return is_as_sealed(pdf.data, content["file"]["bytes"], content["file"]["sha256"])


def attachment_differences(now: Mapping[str, bytes], signed: Sequence[dict[str, Any]]) -> list[Difference]:
    """Files inside a file, against the fingerprints that its manifest names."""
    found: list[Difference] = []
    for each in signed:
        data, where = now.get(each["name"]), f"attachment {one_line(each['name'], 80)}"
        if data is None:
            found.append(("This attachment was taken out.", where))
        elif len(data) != each["bytes"] or fingerprint(data) != each["sha256"]:
            found.append(("This attachment was changed: it does not hash to what was signed.", where))
    names = {each["name"] for each in signed}
    found += [
        ("This attachment was added: the manifest does not name it.", f"attachment {one_line(name, 80)}")
        for name in now
        if name not in names
    ]
    return found


def _trusted_texts(signed: Sequence[dict[str, str]], extra: Any) -> list[list[str] | None]:
    """The recorded text of each page, where it hashes to what was signed."""
    texts: list[list[str] | None] = []
    for number, page in enumerate(signed):
        pieces = extra[number] if isinstance(extra, list) and number < len(extra) else None
        right = isinstance(pieces, list) and fingerprint("\n".join(pieces).encode("utf-8")) == page["text"]
        texts.append(pieces if right else None)
    return texts


def _page_differences(now: Sequence[str], was: Sequence[str] | None, where: str) -> list[Difference]:
    if was is None:
        return [("This page was changed, and the record of its text in the file is damaged.", where)]
    found = _sequence_differences(was, now, where)
    return found or [("The text is as signed, but how the page draws it (fonts, shapes, links) was changed.", where)]


def _sequence_differences(was: Sequence[str], now: Sequence[str], where: str) -> list[Difference]:
    found: list[Difference] = []
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            before, after = " ".join(was[a:b]), " ".join(now[c:d])
            found.append((difference(before, after), where))
    return found


def difference(before: str, after: str) -> str:
    """A sentence on what stands where something else was signed."""
    if not before.strip():
        return f"{shown(after)} was added."
    if not after.strip():
        return f"{shown(before)} was taken out."
    same = next((n for n, (x, y) in enumerate(zip(after, before, strict=False)) if x != y), 0)
    return f"{shown(after, same)} stands where {shown(before, same)} was signed."


# --- texts -----------------------------------------------------------------------------------------------------


def compare_text(opened: Opened, content: dict[str, Any]) -> list[Difference]:
    """Lines of an HTML, Markdown or plain text file."""
    now = content_of(opened.text, opened.form)
    found: list[Difference] = []
    if content["form"] != opened.form:
        found.append(("The manifest is of another form of file.", "manifest"))
    if opened.after.strip():
        found.append((f"{shown(opened.after)} was added after the end.", "after the block of evidence"))
    if now["sha256"] != content["sha256"]:
        found += _line_differences(shown_lines(opened.text), content["lines"], opened.form == "html")
    return capped(found)


_TAG = re.compile(r"<[^>]*>")


def _line_differences(lines: list[str], signed: Sequence[str], tagged: bool) -> list[Difference]:
    """Only fingerprints of lines were kept, so what a changed line said before cannot be shown."""
    found: list[Difference] = []
    matcher = difflib.SequenceMatcher(None, signed, [line_digest(line) for line in lines], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for index in range(c, d):
            number, what = index + 1, "is not as signed" if tag == "replace" else "was added"
            text = _TAG.sub(" ", lines[index]) if tagged else lines[index]
            found.append((f"Line {number} {what}: {shown(text)}.", f"line {number}"))
        if b - a > d - c:
            gone = b - a - (d - c)
            many = "1 line was" if gone == 1 else f"{gone} lines were"
            found.append((f"{many} taken out here.", f"before line {d + 1}"))
    return found or [("The text is not as signed.", "the text")]
