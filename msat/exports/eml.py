"""A newsletter as an e-mail (.eml) to be sent by a person: plain text and HTML of the same words. Sends nothing.

RFC 5322 by the standard library; headers from texts without line ends; the same seal gives the same bytes. `X-Unsent`
has Outlook open it for sending. The evidence stands at the end of the plain part and covers both.
"""

from __future__ import annotations

import email
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from typing import Any

from msat.exports.comparing import Difference, capped
from msat.exports.digest import checked_address
from msat.exports.manifest import BadEvidence, as_lines, make_evidence
from msat.exports.plain_text import one_line
from msat.exports.seal import Seal
from msat.exports.text_sealing import FENCES, content_of, open_text

MAIL_LIMIT = "Of an e-mail the subject and both texts are signed; who sent it, to whom and when it was sent are not."
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MailReading:
    """An e-mail that carries evidence, taken apart."""

    subject: str
    text: str
    html: str
    others: int
    """How many further parts it has; MSAT writes none."""
    evidence: bytes


def write_email(
    text: str, html: str, subject: str, as_at: datetime, seal: Seal | None, to: str = "", sender: str = ""
) -> bytes:
    """The e-mail. Without `to` and `sender` whoever sends it fills them in.

    Raises Refused for an address that is not one.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(subject, 200)
    if sender:
        message["From"] = checked_address(sender)
    if to:
        message["To"] = checked_address(to)
    message["Date"] = format_datetime(as_at)
    message["X-Unsent"] = "1"
    told = text.rstrip()
    if seal:
        content = _content(str(message["Subject"]), told, html)
        block = "\n".join(as_lines(make_evidence(seal, content, with_entries=False)))
        fence = FENCES["text"]
        told = f"{told}\n\n{fence.opening}{block}{fence.closing}"
    message.set_content(told + "\n", charset="utf-8", cte="quoted-printable")
    message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    digest = hashlib.sha256(f"{told}\x00{html}".encode("utf-8", "replace")).hexdigest()
    message.set_boundary(f"=_msat_{digest[:32]}")
    return message.as_bytes()


def _content(subject: str, text: str, html: str) -> dict[str, Any]:
    return {
        "form": "eml",
        "subject": one_line(subject),
        "text": content_of(text, "text"),
        "html": content_of(html, "html"),
    }


def open_email(data: bytes) -> MailReading | None:
    """The parts of an e-mail that carries evidence in its plain part; None for anything else.

    Raises BadEvidence where the evidence is damaged.
    """
    if len(data) > MOST_BYTES or not _looks_like_mail(data):
        return None
    try:
        message = email.message_from_bytes(data, policy=default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        texts = [part for part in parts if part.get_content_type() == "text/plain"]
        htmls = [part for part in parts if part.get_content_type() == "text/html"]
        if len(texts) != 1 or len(htmls) > 1:
            return None
        told = str(texts[0].get_content())
        html = str(htmls[0].get_content()) if htmls else ""
        # Of several, programs show one or another: all of them are held against the one that was signed.
        subject = "\n".join(map(str, message.get_all("Subject", [])))
    except (MessageError, LookupError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadEvidence("The e-mail is damaged and cannot be read.", "Ask for the file again.") from error
    opened = open_text(told.encode("utf-8", "replace"))
    if opened is None or opened.form != "text":
        return None
    text = opened.text + opened.after
    return MailReading(subject, text, html, len(parts) - len(texts) - len(htmls), opened.evidence)


def _looks_like_mail(data: bytes) -> bool:
    head = data[:20_000].replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    return b"mime-version:" in head and b"content-type:" in head


def compare_email(mail: MailReading, content: dict[str, Any]) -> list[Difference]:
    """Subject, plain part and HTML part against what was signed."""
    found: list[Difference] = []
    if content["form"] != "eml":
        return [("The manifest is of another form of file.", "manifest")]
    if one_line(mail.subject) != content["subject"]:
        found.append(("The subject is not the one that was signed.", "subject"))
    for name, now, where in (("text", mail.text, "the plain part"), ("html", mail.html, "the HTML part")):
        if content_of(now.rstrip(), name)["sha256"] != content[name]["sha256"]:
            found.append(("It is not as signed.", where))
    if mail.others:
        found.append((f"It has {mail.others} further parts, which MSAT did not write.", "the e-mail"))
    return capped(found)
