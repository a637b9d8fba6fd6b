"""A whole issue for one audience: HTML, Markdown and plain text by templates, Word in real styles, e-mail.

The same issue, seal and templates give the same bytes. Each form carries its evidence, so that `verify` can check it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from msat.clock import say_date
from msat.exports.document import Block, Document, Heading, Paragraph, Rag, RagLine, Run, is_web_address, plain
from msat.exports.eml import write_email
from msat.exports.markup import SHAPES, WIDTH, markdown_escaped
from msat.exports.newsletter import CLOSED, NO_REFERENCE, NewsItem, action_runs
from msat.exports.newsletter_guard import guard
from msat.exports.newsletter_sandbox import Sandbox
from msat.exports.newsletter_templates import FORMS, Templates
from msat.exports.plain_text import clean, one_line
from msat.exports.seal import Seal
from msat.exports.text_sealing import NAME, seal_text
from msat.exports.word import write_word
from msat.record.organisation import Organisation
from msat.triage.model import Priority

ENDINGS = {"html": ".html", "markdown": ".md", "text": ".txt", "word": ".docx", "email": ".eml"}
"""The forms, and the ending of each one's file."""
_ESCAPES: dict[str, Callable[[str], str]] = {"html": clean, "markdown": markdown_escaped, "text": one_line}
# Filled marks with dark or light letters keep their contrast when a mail program darkens the page around them.
RAG_STYLES = {
    Priority.RED: "background-color:#D5281B;color:#FFFFFF",
    Priority.AMBER: "background-color:#FFB81C;color:#212B32",
    Priority.GREEN: "background-color:#007F3B;color:#FFFFFF",
    None: "background-color:#FFFFFF;color:#4C6272;border:1px dashed #4C6272",
}
NO_ITEM = "There is no alert in this issue."


@dataclass(frozen=True, slots=True)
class IssueText:
    """An issue as it will read for one audience."""

    title: str
    organisation: Organisation
    as_at: datetime
    items: tuple[NewsItem, ...]
    audience: str = ""
    intro: str = ""

    @property
    def words(self) -> int:
        """Words of the items' bodies and of the introduction."""
        return sum(item.length for item in self.items) + len(self.intro.split())


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an e-mail says on its outside."""

    to: str = ""
    sender: str = ""
    subject: str = ""


def write_issue(
    issue: IssueText, form: str, seal: Seal | None, templates: Templates, envelope: Envelope | None = None
) -> bytes:
    """The issue as `html`, `markdown`, `text`, `word` or `email`; with its evidence when there is a seal.

    Raises Refused for a template that does not work, naming file and line, and for an address that is none.
    """
    if form == "word":
        return write_word(issue_document(issue, templates), seal, templates.word)
    if form == "email":
        texts = (issue_text(issue, "text", seal, templates), issue_text(issue, "html", seal, templates))
        outside = envelope or Envelope()
        subject = outside.subject or f"{issue.title} ({issue.organisation.name})"
        return write_email(*texts, one_line(subject, 200), issue.as_at, seal, outside.to, outside.sender)
    text = issue_text(issue, form, seal, templates)
    return (seal_text(text, form, seal) if seal else text).encode("utf-8", "replace")


def issue_text(issue: IssueText, form: str, seal: Seal | None, templates: Templates) -> str:
    """The issue as `html`, `markdown` or `text`, without the block of evidence."""
    sandbox = Sandbox(templates.files, _ESCAPES[form], is_html=form == "html")
    text = sandbox.render_file(FORMS[form], values(issue, form, seal, templates))
    # The mark that begins the block of evidence must not be imitated by anything in the text.
    text = text.replace(NAME, NAME.replace("-", " "))
    if form == "html":
        text = text.lstrip("\n")
        guard(text)
    return _wrapped(text) if form == "text" else text


def values(issue: IssueText, form: str, seal: Seal | None, templates: Templates) -> dict[str, Any]:
    """What templates are filled with: texts, and lists of them."""
    house = templates.house
    closing = (*seal.closing(with_entries=False), seal.footer()[0]) if seal else ()
    return {
        "issue": {
            "title": issue.title,
            "intro": issue.intro,
            "organisation": issue.organisation.name,
            "date": say_date(issue.as_at),
            "audience": issue.audience,
            "language": "en-GB",
            "words": issue.words,
        },
        "house": {
            "font": house.font,
            "header": house.header,
            "footer": house.footer,
            "colours": dict(house.colours),
        },
        "sections": [
            {"name": house.names.get(group, group), "news": [_item(item, form) for item in items]}
            for group, items in _sections(issue, templates)
        ],
        "closing": list(closing),
    }


def _sections(issue: IssueText, templates: Templates) -> Iterator[tuple[str, list[NewsItem]]]:
    for group in templates.house.order():
        items = [item for item in issue.items if item.group == group]
        if items:
            yield group, items


def _item(item: NewsItem, form: str) -> dict[str, Any]:
    mark = Rag(item.rag)
    safe = item.url if is_web_address(item.url) else ""
    link = safe.replace("(", "%28").replace(")", "%29")
    return {
        "headline": item.headline,
        "rag": {
            "word": mark.word,
            "letter": mark.letter,
            "shape": SHAPES[item.rag],
            "style": RAG_STYLES[item.rag],
        },
        "who": item.who,
        "due": item.due,
        "actions": list(item.actions),
        "batches": item.batches,
        "why": " ".join(item.why),
        "patients": " ".join(item.patients),
        "help": item.help,
        "reference": item.reference,
        "url": safe,
        # An https address without blanks, quotes or brackets: nothing in it can be markup.
        "link": Markup(link) if form == "markdown" else safe,  # noqa: S704
        "called": _called(item),
        "is_closed": item.group == CLOSED,
    }


def _called(item: NewsItem) -> str:
    """What a link to the notice is called: its reference, else the headline."""
    return item.headline if item.reference.startswith(NO_REFERENCE) else item.reference.partition(",")[0]


def _wrapped(text: str) -> str:
    """Plain text in lines that mail programs do not break; addresses stay whole."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = "  " if line.startswith("- ") else ""
        lines += textwrap.wrap(
            line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines).strip("\n") + "\n"


# --- Word ----------------------------------------------------------------------------------------------------------


def issue_document(issue: IssueText, templates: Templates) -> Document:
    """The issue for Word, in the same order and words."""
    house = templates.house
    audience = f" For {issue.audience}." if issue.audience else ""
    blocks: list[Block] = [Heading(1, issue.title)]
    blocks.append(Paragraph(plain(f"From {issue.organisation.name}, {say_date(issue.as_at)}.{audience}")))
    blocks += [Paragraph(plain(text)) for text in (house.header, issue.intro) if text]
    for group, items in _sections(issue, templates):
        blocks.append(Heading(2, house.names.get(group, group)))
        for item in items:
            blocks += _blocks(item)
    if not issue.items:
        blocks.append(Paragraph(plain(NO_ITEM)))
    if house.footer:
        blocks.append(Paragraph(plain(house.footer), small=True))
    return Document(issue.title, tuple(blocks), subject=f"Newsletter of {issue.organisation.name}")


def _blocks(item: NewsItem) -> Iterator[Block]:
    yield Heading(3, item.headline)
    yield RagLine(Rag(item.rag), action_runs(item))
    for name, text in (
        ("Batches", f"{item.batches}." if item.batches else ""),
        ("Why", " ".join(item.why)),
        ("Tell patients", " ".join(item.patients)),
        ("Local help", item.help),
    ):
        if text:
            yield Paragraph((Run(f"{name}: ", bold=True), Run(text)))
    link = Run(f"Read the notice: {_called(item)}", link=item.url) if is_web_address(item.url) else Run(item.url)
    yield Paragraph((Run(f"{item.reference}. "), link), small=True)
