"""A pasted notice as blocks (headings, lines, list items, tables), whatever it came in; and the HTML they make.

Knows what the field calls its sections and labels, so that a label table becomes lines and a section name a heading.
Decides nothing about facts: those are read from the HTML like everybody else's.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TITLE_WITHIN = 40
"""Blocks: what a notice says of itself stands among its first."""


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    LINE = "line"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `text` is its plain words; a table has `rows` of plain cells too, and its own `html` if it had any."""

    kind: Kind
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    html: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that may be the notice: a message, or an attachment of one."""

    blocks: tuple[Block, ...]
    name: str = ""
    """How a person would call it: "the forwarded message", "recall.pdf"."""
    subject: str = ""
    heading: str = ""
    """The main heading of a web page, or the name that its window has."""
    sent: datetime | None = None
    links: tuple[str, ...] = ()
    address: str = ""


SECTION = re.compile(
    r"(?:marketing authori[sz]ation holder(?: ?\(mah\))?s?|(?:affected )?medicine(?: |-)?details?"
    r"|product (?:description|details?|information)|medicines? affected|affected (?:products?|medicines?)"
    r"|affected (?:lot|batch)(?:\W{1,3}batch)?(?: numbers?)?|batch (?:numbers?|details?|information)"
    r"|background|brief description(?: of the (?:issue|problem))?|explanation of(?: the)? identified safety issue"
    r"|actions? required|deadlines? for actions?|device details?|company name|mdr number|summary"
    r"|supply (?:details|overview)"
    r"|actions for .{3,60}|alternatives?|clinical information|advice (?:for|to) .{3,80}|information for .{3,60}"
    r"|(?:further|additional) information|next steps|distribution|enquiries|references|broadcast content"
    r"|defective medicines report centre)",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"(?P<label>(?:alert )?reference(?: number| no\.?)?|title|alert title|originator|alert type"
    r"|issued?(?: date| by)?|date(?: of)? issued?"
    r"|originally issued on|action category|category|action underway(?: deadline)?|action complete(?: deadline)?"
    r"|deadlines?(?: for actions?)?|status|versions?|medical specialism|message type|tier|classification"
    r"|from|published|last updated)",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\A(?P<label>[^:|\t]{2,40}?)\s{0,8}[:|\t]\s{0,8}(?P<value>\S.*)\Z")
_BATCH = re.compile(r"\A(?:affected |recalled )?(?:batch|lot)\b(?!.*\b(?:release|size)\b)", re.IGNORECASE)
_EXPIRY = re.compile(r"\bexp(?:iry|ires|\.|\b)", re.IGNORECASE)


def labelled(text: str) -> tuple[str, str] | None:
    """A line such as "Reference: EL(26)A/37" as (label in small letters, value); None for any other line."""
    found = _MARKED.match(text[:400])
    if not found or not LABEL.fullmatch(found["label"].strip()):
        return None
    return found["label"].strip().lower(), text[found.start("value") :].strip()


def is_label(text: str) -> bool:
    """Whether a cell holds a label and nothing else."""
    return bool(LABEL.fullmatch(text.strip(" :")))


def is_section(text: str) -> bool:
    """Whether a line is the name of a section standing alone."""
    return len(text) <= 100 and bool(SECTION.fullmatch(text.strip(" :")))


def is_batch_header(cells: Iterable[str]) -> bool:
    """Whether these are the headings of a table of batches: one of them names batches, another their expiry."""
    cells = [cell.strip() for cell in cells]
    return any(_BATCH.search(cell) for cell in cells) and any(
        _EXPIRY.search(cell) and not _BATCH.search(cell) for cell in cells
    )


def table(rows: Iterable[Iterable[str]], html: str = "") -> list[Block]:
    """The blocks of a table: lines where it only lists labels, else one table."""
    kept = tuple(tuple(" ".join(cell.split()) for cell in row) for row in rows)
    kept = tuple(row for row in kept if any(row))
    if not kept:
        return []
    if all(len(row) == 2 for row in kept) and any(is_label(row[0]) for row in kept):
        return [_label_line(row[0], row[1]) for row in kept]
    return [Block(Kind.TABLE, "\n".join(" | ".join(row) for row in kept), kept, html)]


def _label_line(label: str, value: str) -> Block:
    label = label.rstrip(" :")
    if not label or not value:
        return line(label or value)
    return Block(Kind.LINE, f"{label}: {value}")


def line(text: str) -> Block:
    """A line of words: a heading where it is the name of a section."""
    return Block(Kind.HEADING if is_section(text) else Kind.LINE, text)


def to_html(blocks: Iterable[Block]) -> str:
    """The HTML of blocks; not yet cleaned, for tables keep what their page wrote."""
    parts: list[str] = []
    in_list = False
    for block in blocks:
        if in_list != (block.kind is Kind.ITEM):
            parts.append("<ul>" if not in_list else "</ul>")
            in_list = not in_list
        parts.append(_html_of(block))
    return "\n".join([*parts, "</ul>"] if in_list else parts)


def _html_of(block: Block) -> str:
    if block.kind is Kind.TABLE:
        return block.html or _html_table(block.rows)
    tag = {Kind.HEADING: "h2", Kind.ITEM: "li"}.get(block.kind, "p")
    return f"<{tag}>{_escaped(block.text)}</{tag}>"


def _html_table(rows: tuple[tuple[str, ...], ...]) -> str:
    width = max(map(len, rows))
    return "<table>" + "".join(_html_rows(rows, width)) + "</table>"


def _html_rows(rows: tuple[tuple[str, ...], ...], width: int) -> Iterator[str]:
    for number, row in enumerate(rows):
        tag = "th" if number == 0 and is_batch_header(row) else "td"
        cells = (*row, *("" for _ in range(width - len(row))))
        yield "<tr>" + "".join(f"<{tag}>{_escaped(cell)}</{tag}>" for cell in cells) + "</tr>"


def _escaped(text: str) -> str:
    return entities.escape(text, quote=False)
