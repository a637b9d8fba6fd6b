"""Takes an e-mail (.eml, .mht) apart: its subject, its words, what is attached. Run in the child process only.

Attachments that are text, HTML, PDF or a forwarded e-mail are read; all others are only named. Nothing is opened,
fetched or executed, and pictures stay where they are.
"""

from __future__ import annotations

import email
import email.utils
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import Message

from msat.feeds.charsets import decoded

MOST_PARTS = 200
DEEPEST = 4
LONGEST_SUBJECT = 1_000
_TABLE = re.compile(r"<table\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing in an e-mail that can be read: its kind (`text`, `html` or `pdf`), its name and its content."""

    kind: str
    content: str | bytes
    name: str
    subject: str = ""
    sent: datetime | None = None


@dataclass(slots=True)
class Taken:
    """An e-mail taken apart. `unread` names the attachments that were not looked into."""

    subject: str = ""
    sent: datetime | None = None
    pieces: list[Piece] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    count: int = 0


def take_apart(data: bytes) -> Taken:
    """The e-mail in `data`. The email library raises many kinds of error on hostile input; the child's end says so."""
    message = email.message_from_bytes(data, policy=policy.default)
    taken = Taken(_subject(message), _sent(message))
    _message(message, taken, "the e-mail", 0)
    return taken


def _message(message: Message, taken: Taken, name: str, depth: int) -> None:
    """One message: its body, then what is attached to it."""
    bodies: list[tuple[str, str]] = []
    for part in _leaves(message):
        taken.count += 1
        if taken.count > MOST_PARTS:
            taken.unread.append("more than can be listed")
            return
        kind, file_name = part.get_content_type(), _file_name(part)
        if kind == "message/rfc822":
            _inner(part, taken, file_name, depth)
        elif kind in ("text/plain", "text/html") and not _is_attached(part, file_name):
            bodies.append((kind, _text(part)))
        else:
            _attached(part, kind, file_name, taken)
    body = _body(bodies)
    if body:
        first = 0 if depth == 0 else len(taken.pieces)
        taken.pieces.insert(first, Piece(*body, name, _subject(message), _sent(message)))


def _leaves(message: Message) -> list[Message]:
    """The parts that hold something, in order; what lies inside an attached message is left for that message."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) <= MOST_PARTS:
        part = waiting.pop(0)
        content = part.get_payload()
        if part.get_content_type() != "message/rfc822" and isinstance(content, list):
            waiting[:0] = [inner for inner in content if isinstance(inner, Message)]
        else:
            found.append(part)
    return found


def _inner(part: Message, taken: Taken, file_name: str, depth: int) -> None:
    content = part.get_payload()
    inner = content[0] if isinstance(content, list) and content else None
    if isinstance(inner, Message) and depth < DEEPEST:
        _message(inner, taken, "the attached e-mail", depth + 1)
    else:
        taken.unread.append(file_name or "an e-mail within e-mails")


def _attached(part: Message, kind: str, file_name: str, taken: Taken) -> None:
    ending = file_name.lower().rpartition(".")[2]
    if kind == "application/pdf" or ending == "pdf":
        taken.pieces.append(Piece("pdf", _bytes(part), file_name or "an attached PDF"))
    elif kind == "text/html" or ending in ("html", "htm"):
        taken.pieces.append(Piece("html", _text(part), file_name or "an attached page"))
    elif kind == "text/plain" or ending == "txt":
        taken.pieces.append(Piece("text", _text(part), file_name or "an attached text"))
    elif file_name and not (kind.startswith("image/") and part.get("Content-ID")):
        taken.unread.append(file_name)  # pictures shown within the text are no attachments


def _body(bodies: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The words of a message: its HTML where that holds a table, else its plain text, else its HTML."""
    pages = [text for kind, text in bodies if kind == "text/html" and text.strip()]
    plain = [text for kind, text in bodies if kind == "text/plain" and text.strip()]
    if pages and (not plain or any(_TABLE.search(page) for page in pages)):
        return "html", "\n".join(pages)
    return ("text", "\n\n".join(plain)) if plain else None


def _is_attached(part: Message, file_name: str) -> bool:
    return part.get_content_disposition() == "attachment" or bool(file_name)


def _file_name(part: Message) -> str:
    name = " ".join((part.get_filename() or "").split())
    return name.replace("\\", "/").rpartition("/")[2][:200]


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    return decoded(_bytes(part), part.get_content_charset() or "")


def _subject(message: Message) -> str:
    return " ".join(str(message.get("Subject", "")).split())[:LONGEST_SUBJECT]


def _sent(message: Message) -> datetime | None:
    """When it says it was sent; None for a date without a zone or that makes no sense."""
    try:
        found = email.utils.parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if found.tzinfo is not None and 2000 <= found.year < 2100 else None


def looks_like_mail(data: bytes) -> bool:
    """Whether bytes begin with the header of an e-mail."""
    head = data[:8192].split(b"\r\n\r\n")[0].split(b"\n\n")[0]
    names = {name.lower() for name in re.findall(rb"^([A-Za-z][A-Za-z-]{1,40}):", head, re.MULTILINE)}
    # A pasted text can begin with From and Subject too; only mail programs write these.
    return bool(names & {b"mime-version", b"message-id", b"received"})
