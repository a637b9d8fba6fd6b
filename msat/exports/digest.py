"""The digest as plain text and as an e-mail to be sent by a person (.eml). Sends nothing.

The e-mail is a draft: `X-Unsent` has Outlook open it for sending. Headers are made by the standard library's SMTP
policy from texts without line ends; an address that could carry another header is refused.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from msat.errors import Refused
from msat.projections.digest import Digest, DigestLine, as_at_words

LONGEST_ADDRESS = 254
"""Characters of an e-mail address: RFC 5321."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_FOOT = (
    "Made by MSAT, the Medicines Safety Alert Tracker. It holds no patient details. Before acting on an alert, open it "
    "in MSAT or at its publisher."
)


def checked_address(address: str) -> str:
    """One plain e-mail address. Raises Refused for anything else: a name beside it, several, a line end, a letter that
    only looks like another."""
    address = address.strip(" ")
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        shown = "".join(mark if mark.isprintable() else " " for mark in address)[:60]
        raise Refused(f"“{shown}” is not one plain e-mail address.", "Write it as name@example.org, without a name.")
    return address


def digest_text(found: Digest) -> str:
    """The digest as text, lines ending in a newline."""
    lines = [found.title, as_at_words(found), ""]
    for name, some in found.groups:
        lines.append(f"{name} ({len(some)})")
        for one in some:
            lines += _lines(one)
        lines.append("")
    if not found.groups:
        lines += ["No alert is waiting for anybody here.", ""]
    if found.besides:
        lines += ["Besides: " + ", ".join(f"{name} {count}" for name, count in found.besides) + ".", ""]
    if found.cautions:
        lines += ["Mind", *(f"  {caution}" for caution in found.cautions), ""]
    return "\n".join([*lines, _FOOT]) + "\n"


def _lines(one: DigestLine) -> list[str]:
    named = f"{one.name}: " if one.name else ""
    detail = [one.due, f"{one.done} actions answered" if one.done else "", f"with {one.owner}" if one.owner else ""]
    lines = [f"  {one.rag}: {named}{one.title}", "    " + "; ".join(part for part in detail if part)]
    return [*lines, f"    {one.url}"] if one.url else lines


def digest_email(found: Digest, to: str = "") -> bytes:
    """The digest as an e-mail in the form of RFC 5322. Without `to` the sender fills in whom it is for.

    Raises Refused for an address that is not one.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{found.title} ({found.organisation})"
    if to:
        message["To"] = checked_address(to)
    message["Date"] = format_datetime(found.as_at)
    message["X-Unsent"] = "1"
    message.set_content(digest_text(found), charset="utf-8", cte="quoted-printable")
    return message.as_bytes()
