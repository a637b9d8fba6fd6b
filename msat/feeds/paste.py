"""Turns what a person pastes, types or drops (text, .eml, .html, .txt, .pdf) into a FeedItem like any other.

Opens no address and guesses no fact: it only finds the notice in what surrounds it, and lays it out so that the reader
of alerts can read it. Of an e-mail or a web page only the notice itself is kept: nobody has looked through the rest for
patient details. What cannot be read is Refused, with one sentence saying what to do.
"""

from __future__ import annotations

import hashlib
import html as entities
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from msat.errors import Refused
from msat.feeds import pasted_notice
from msat.feeds.charsets import declared_in, decoded
from msat.feeds.clean import LONGEST, TooMuch, clean_html, drop_unseen, plain_words
from msat.feeds.documents import read_document
from msat.feeds.eml import looks_like_mail
from msat.feeds.model import FeedItem
from msat.feeds.pasted_blocks import Block, Part, to_html
from msat.feeds.pasted_html import Unreadable, page_blocks
from msat.feeds.pasted_links import GOVUK, addresses, govuk_path, own_page, publishers_page
from msat.feeds.pasted_text import MOST_LINES, text_blocks
from msat.feeds.pasted_title import title_of
from msat.ids import SourceId

TYPED = SourceId("typed")
TYPED_NAME = "Typed or pasted here"
LARGEST_FILE = 10_000_000
"""Bytes of an e-mail or a PDF, attachments included; text and pages have `clean.LONGEST`."""
_PASTE = "Open it, copy the notice's text and paste that."
_LESS = "Paste the notice's own text only."
_HTML = re.compile(r"\s{0,200}<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_FORMS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Outlook message or an old Office file"),
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a rich text file"),
    (b"MZ", "a program"),
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """A notice as it was found in what came, and a sentence for everything that was left out of it."""

    item: FeedItem
    remarks: tuple[str, ...] = ()


def from_text(text: str) -> Pasted:
    """The notice in a pasted text (an e-mail, a page, a table from Word) or in the source of one. Raises Refused."""
    raw = text.encode("utf-8", "replace")
    if looks_like_mail(raw) and len(raw) <= LARGEST_FILE:
        return _mail(raw)
    if _HTML.match(text):
        return _pasted([_html_part(text, "the page around it")], (), None)
    return _pasted([_text_part(text, "the text around it")], (), raw)


def from_file(name: str, data: bytes) -> Pasted:
    """The notice in a file that was dropped or chosen. What it is shows its content, then its name. Raises Refused."""
    if not data.strip():
        raise Refused(f"“{name}” is empty.", "Choose another file.")
    if len(data) > LARGEST_FILE:
        raise Refused(f"“{name}” is larger than {LARGEST_FILE // 1_000_000} MB.", _PASTE)
    ending = name.lower().rpartition(".")[2]
    if b"%PDF-" in data[:1024]:
        return _pdf(name, data)
    _refuse_other_forms(name, data)
    if ending in ("eml", "mht", "mhtml") or (ending not in ("txt", "html", "htm") and looks_like_mail(data)):
        return _mail(data)
    start = data[:2048].lower()
    if ending in ("html", "htm") or b"<html" in start or b"<!doctype html" in start:
        return _pasted([_html_part(decoded(data, declared_in(data)), name)], (), None)
    text = decoded(data)
    if text.count("\x00") > 2:
        raise Refused(f"“{name}” is no text, e-mail, web page or PDF.", _PASTE)
    return from_text(text)


def typed_item(
    title: str, text: str, reference: str = "", issued: date | None = None, url: str = "", today: date | None = None
) -> Pasted:
    """A notice from a form: what was typed goes before what the text says of itself. Raises Refused."""
    if not title.strip() and not text.strip():
        raise Refused("Nothing was typed.", "Give at least a title.")
    made = from_text(text) if text.strip() else Pasted(_item([], "", b"", "", ""))
    return with_typed(made, title, reference, issued, url, today)


def with_typed(
    pasted: Pasted,
    title: str = "",
    reference: str = "",
    issued: date | None = None,
    url: str = "",
    today: date | None = None,
) -> Pasted:
    """The same notice with what a person typed over it. Raises Refused for a day to come or an address that is none."""
    if issued and today and issued > today:
        raise Refused(f"The issue date {issued.isoformat()} is in the future.", "Give the day it was issued.")
    item = pasted.item
    title = _one_line(title) or item.title
    html = item.html
    reference = _one_line(reference)
    if reference and reference not in title and reference not in plain_words(html):
        html = f"<p>Reference: {entities.escape(reference, quote=False)}</p>\n{html}"
    url = url.strip()
    if url and not (govuk_path(url) or publishers_page([url])) and not url.startswith("https://"):
        raise Refused(f"“{url[:200]}” is no address of a page that MSAT can keep.", "Give one that begins with https://.")
    path = govuk_path(url) or item.path
    path = path if path and not path.startswith("/typed/") else own_path(title, html)
    return replace(
        pasted,
        item=replace(
            item,
            title=title,
            html=clean_html(html, GOVUK),
            issued=issued or item.issued,
            url=GOVUK + path if govuk_path(url) else (url or item.url),
            path=path,
            raw=item.raw or html.encode(),
        ),
    )


def _pdf(name: str, data: bytes) -> Pasted:
    text = str(read_document("pdf", data).get("text", ""))
    return _pasted([_text_part(text, name)], (), data)


def _mail(data: bytes) -> Pasted:
    said = read_document("eml", data)
    parts = [_mail_part(piece) for piece in said.get("pieces", ()) if str(piece["content"]).strip()]
    unread = tuple(f"The attachment “{drop_unseen(str(name))}” was not read." for name in said.get("unread", ()))
    if not parts:
        raise Refused("The e-mail holds no text that can be read.", " ".join([*unread[:3], _PASTE]))
    return _pasted(parts, unread, None)


def _mail_part(piece: dict[str, Any]) -> Part:
    content, name = str(piece["content"]), str(piece["name"])
    made = _html_part(content, name) if piece["kind"] == "html" else _text_part(content, name)
    sent = datetime.fromtimestamp(piece["sent"], UTC) if piece["sent"] else None
    # The subject is the e-mail's, not that of a file attached to it.
    subject = "" if piece["kind"] == "pdf" else drop_unseen(str(piece["subject"]))
    return replace(made, subject=subject, heading="", sent=sent)


def _text_part(text: str, name: str) -> Part:
    if len(text) > LONGEST:
        raise Refused(f"The text is longer than {LONGEST:,} characters.", _LESS)
    if text.count("\n") >= MOST_LINES:
        raise Refused(f"The text has more than {MOST_LINES:,} lines.", _LESS)
    plain = unicodedata.normalize("NFC", drop_unseen(_no_surrogates(text).replace("\x0c", "\n")))
    return Part(tuple(text_blocks(plain)), name, links=tuple(addresses(plain)))


def _html_part(html: str, name: str) -> Part:
    try:
        page = page_blocks(unicodedata.normalize("NFC", _no_surrogates(html)))
    except Unreadable as fault:
        raise Refused(f"The page could not be read, because {fault}.", _LESS) from fault
    links = tuple(link for given in page.links for link in addresses(given))
    return Part(page.blocks, name, heading=page.title, links=links, address=page.address)


def _no_surrogates(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _pasted(parts: Sequence[Part], remarks: tuple[str, ...], raw: bytes | None) -> Pasted:
    """The notice among these parts. `raw` is what came, where all of it may be kept."""
    part, left_out = pasted_notice.chosen(parts)
    if not any(block.text.strip() for block in part.blocks):
        raise Refused("There are no words in it.", "Copy the notice's text and paste it.")
    whole = raw if not left_out else None
    title = title_of(part)
    text = "\n".join(block.text for block in part.blocks)
    links = [part.address, *part.links, *addresses(text)]
    path = govuk_path(part.address) or own_page(title, text, links)
    url = GOVUK + path if path else publishers_page(links)
    item = _item(part.blocks, title, whole, path, url)
    told = pasted_notice.published(part.blocks) or part.sent
    return Pasted(
        replace(item, published=told, alert_type=pasted_notice.alert_type(part.blocks)), (*remarks, *left_out)
    )


def _item(blocks: Sequence[Block], title: str, raw: bytes | None, path: str, url: str) -> FeedItem:
    try:
        html = clean_html(to_html(blocks), GOVUK)
    except TooMuch as fault:
        raise Refused(f"It could not be kept whole, because {fault}.", _LESS) from fault
    return FeedItem(
        source=TYPED,
        path=path or own_path(title, html),
        url=url,
        title=_one_line(title),
        html=html,
        raw=html.encode() if raw is None else raw,
    )


def own_path(title: str, html: str) -> str:
    """An identity made of the words alone: the same text pasted from elsewhere is the same notice."""
    words = " ".join(f"{title}\n{plain_words(html)}".casefold().split())
    return f"/typed/{hashlib.sha256(words.encode()).hexdigest()[:16]}"


def _one_line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(drop_unseen(_no_surrogates(text)).split()))


def _refuse_other_forms(name: str, data: bytes) -> None:
    for mark, what in _FORMS:
        if data.startswith(mark):
            raise Refused(f"“{name}” is {what}, which MSAT does not read.", _PASTE)
