"""Evidence inside files that are read as text: HTML, Markdown, plain text. The text first, the block at the end.

The block holds manifest, signature and first entry; entries stay in the record, so that the text stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msat.exports.manifest import (
    Attachment,
    BadEvidence,
    as_lines,
    from_lines,
    make_evidence,
    named_attachments,
)
from msat.exports.seal import Seal
from msat.ids import fingerprint

NAME = "msat-evidence-v1"


@dataclass(frozen=True, slots=True)
class Fence:
    """How a form sets the block apart from its text."""

    form: str
    opening: str
    closing: str


FENCES = {
    "html": Fence("html", f"<!-- {NAME}\n", "\n-->\n"),
    "markdown": Fence("markdown", f"```{NAME}\n", "\n```\n"),
    "text": Fence("text", f"----- BEGIN {NAME} -----\n", f"\n----- END {NAME} -----\n"),
}
_BLOCK = {
    form: re.compile(
        re.escape(fence.opening.strip()) + r"\s*([A-Za-z0-9+/=\s]*?)\s*" + re.escape(fence.closing.strip())
    )
    for form, fence in FENCES.items()
}


def seal_text(text: str, form: str, seal: Seal, attachments: Sequence[Attachment] = ()) -> str:
    """`text` with its evidence at the end. `attachments` go beside it: their fingerprints are signed with it."""
    fence = FENCES[form]
    content = content_of(text, form)
    if attachments:
        content["attachments"] = named_attachments(attachments)
    block = "\n".join(as_lines(make_evidence(seal, content, with_entries=False)))
    return f"{text.rstrip()}\n\n{fence.opening}{block}{fence.closing}"


def content_of(text: str, form: str) -> dict[str, object]:
    """The fingerprints of a text: of the whole, and a short one of each line so that a check can name lines."""
    lines = shown_lines(text)
    whole = fingerprint("\n".join(lines).encode("utf-8", "surrogatepass"))
    return {"form": form, "sha256": whole, "lines": [line_digest(line) for line in lines]}


def line_digest(line: str) -> str:
    """Enough of a line's fingerprint to name it; the whole text's fingerprint is what proves."""
    return fingerprint(line.encode("utf-8", "surrogatepass"))[:12]


def shown_lines(text: str) -> list[str]:
    """The lines that count: mail programs may change line ends, blanks at line ends and empty lines at the end."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


@dataclass(frozen=True, slots=True)
class Opened:
    """A text file taken apart."""

    form: str
    text: str
    evidence: bytes
    after: str
    """What stands after the block: nothing, unless somebody added to the file."""


def open_text(data: bytes) -> Opened | None:
    """The text and evidence of a file; None when it carries no block. Raises BadEvidence for a damaged one."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    for form, pattern in _BLOCK.items():
        found = list(pattern.finditer(text))
        if len(found) > 1:
            raise BadEvidence("The file carries more than one block of evidence.", "Check each part by itself.")
        if found:
            block = found[0]
            return Opened(form, text[: block.start()], from_lines(block[1]), text[block.end() :])
    if NAME in text:
        raise BadEvidence("The block of letters that proves this file is damaged.", "Ask for the file again.")
    return None
