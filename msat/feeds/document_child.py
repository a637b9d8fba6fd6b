"""The child process that reads an e-mail, a PDF or evidence: the file on standard input, JSON on standard output.

Run by documents.py only, as `python -m msat.feeds.document_child eml`. It can be killed, and limits its own processor
time and memory where the system knows such limits: hostile files keep their readers busy for minutes. Opens nothing.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from msat.feeds.feedparser_child import limit_self


def main(kind: str) -> int:
    """Reads standard input, writes standard output. Exit status 0, or whatever the limits make of it."""
    limit_self()
    data = sys.stdin.buffer.read()
    answer = {"eml": _mail, "pdf": _pdf, "evidence": _evidence}.get(kind, _pdf)(data)
    # ASCII only: lone surrogates, which broken files can hold, must reach the parent as they are.
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode("ascii"))
    sys.stdout.buffer.flush()
    return 0


def _pdf(data: bytes) -> dict[str, Any]:
    from msat.feeds import pdf_text

    try:
        return {"text": pdf_text.text_of(data)}
    except pdf_text.Unreadable as fault:
        return {"refused": str(fault)}


def _mail(data: bytes) -> dict[str, Any]:
    from msat.feeds.eml import take_apart

    taken = take_apart(data)
    pieces = [
        {
            "kind": piece.kind,
            "name": piece.name,
            "subject": piece.subject,
            "sent": piece.sent.timestamp() if piece.sent else None,
            "content": _content(piece.kind, piece.content, piece.name, taken.unread),
        }
        for piece in taken.pieces
    ]
    return {"subject": taken.subject, "pieces": pieces, "unread": taken.unread}


def _evidence(data: bytes) -> dict[str, Any]:
    from msat.feeds.evidence_text import look

    return look(data)


def _content(kind: str, content: str | bytes, name: str, unread: list[str]) -> str:
    """The text of a piece; a PDF that cannot be read is named among the unread and gives none."""
    if isinstance(content, str):
        return content
    answer = _pdf(content) if kind == "pdf" else {}
    if "text" not in answer:
        unread.append(name)
    return str(answer.get("text", ""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
