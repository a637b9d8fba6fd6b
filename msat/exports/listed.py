"""Lists as documents: a worklist, answers of a batch check, a board in totals, sources, numbers that are missing.

What somebody sees on a screen, for paper. Each says as at when it was, and what it was narrowed to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from msat.clock import say_moment
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Inline,
    Paragraph,
    Rag,
    Run,
    Runs,
    Table,
    plain,
)
from msat.projections.alert_state import Status
from msat.projections.board import BoardAlert, BoardOrganisation, Totals
from msat.projections.gaps import Gap
from msat.projections.ports import Row
from msat.projections.worklist import due_words, group


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How one source is doing, in words."""

    name: str
    state: str
    reached: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of a batch check, in words."""

    asked: str
    words: str
    notes: tuple[str, ...]
    hits: tuple[str, ...]


def list_document(
    title: str, rows: Sequence[Row], total: int, asked: Sequence[str], now: datetime, whose: str
) -> Document:
    """A list of alerts under its headings. `asked` says what it was narrowed to, `total` how many there are."""
    blocks: list[Block] = [Heading(1, title), Paragraph(plain(f"{whose}, as at {say_moment(now)}."))]
    if asked:
        blocks.append(Paragraph(plain(f"Only: {', '.join(asked)}.")))
    if len(rows) < total:
        blocks.append(Callout("info", plain(f"The first {len(rows):,} of {total:,} alerts are listed.")))
    if not rows:
        blocks.append(Paragraph(plain("No alert is in this list.")))
    for heading, members in groupby(rows, key=lambda row: group(row, now)):
        some = list(members)
        blocks += [Heading(2, f"{heading} ({len(some)})"), _list_table(some, now)]
    return Document(title, tuple(blocks), subject=f"{title}. {whose}, as at {say_moment(now)}.", landscape=True)


def _list_table(rows: Sequence[Row], now: datetime) -> Table:
    lines = tuple(
        (
            Rag(row.rag),
            plain(row.title),
            plain(row.reference or ""),
            plain(due_words(row, now)),
            plain(f"{row.status.value.capitalize()}, {row.actions_done} of {row.actions_total} answered"),
            plain(row.owner),
        )
        for row in rows
    )
    head = ("Priority", "Alert", "Reference", "Time limit", "State", "Looked after by")
    return Table(head, lines, (1.1, 5, 1.7, 1.9, 2.1, 1.6), small=True)


def answers_document(answers: Sequence[AnswerLine], warnings: Sequence[str], now: datetime, whose: str) -> Document:
    """What a batch check answered, line by line."""
    blocks: list[Block] = [Heading(1, "Batch check"), Paragraph(plain(f"{whose}, as at {say_moment(now)}."))]
    blocks += [Callout("warning", plain(words)) for words in warnings]
    for one in answers:
        blocks += [Heading(2, one.asked), Paragraph(plain(one.words))]
        if one.notes or one.hits:
            blocks.append(Bullets(tuple(plain(words) for words in (*one.hits, *one.notes))))
    return Document("Batch check", tuple(blocks), subject=f"Batch check. {whose}, as at {say_moment(now)}.")


STATES = (
    ("Done", (Status.DONE, Status.RECHECK)),
    ("Does not apply", (Status.NOT_APPLICABLE,)),
    ("In hand", (Status.IN_HAND, Status.SECOND_PERSON, Status.DEFERRED)),
    ("Overdue", (Status.OVERDUE,)),
    ("Not acknowledged", (Status.NOT_ACKNOWLEDGED,)),
)
"""The columns of a board in totals: what each is called, and which states it counts."""


def board_document(
    alerts: Sequence[BoardAlert],
    by_alert: Mapping[str, Totals],
    organisations: Sequence[BoardOrganisation],
    by_organisation: Mapping[str, Totals],
    now: datetime,
    whose: str,
) -> Document:
    """The board in totals: alert by alert, then organisation by organisation."""
    head = tuple(name for name, _states in STATES)
    first: tuple[tuple[Inline, ...], ...] = tuple(
        (
            Rag(one.rag),
            plain(f"{one.reference}: {one.title}" if one.reference else one.title),
            *_cells(by_alert.get(one.key)),
        )
        for one in alerts
    )
    second: tuple[tuple[Inline, ...], ...] = tuple(
        (
            plain(f"{one.name} ({one.ods})"),
            plain("" if one.has_replied else "No reply"),
            *_cells(by_organisation.get(one.ods)),
        )
        for one in organisations
    )
    numbers = (1.0,) * len(STATES)
    blocks: list[Block] = [Heading(1, "Oversight"), Paragraph(plain(f"{whose}, as at {say_moment(now)}."))]
    blocks.append(Heading(2, f"Alert by alert ({len(first)})"))
    blocks.append(
        Table(("Priority", "Alert", *head), first, (1.1, 5, *numbers), small=True)
        if first
        else Paragraph(plain("No alert is on the board."))
    )
    blocks.append(Heading(2, f"Organisation by organisation ({len(second)})"))
    blocks.append(
        Table(("Organisation", "Reply", *head), second, (4, 1.2, *numbers), small=True)
        if second
        else Paragraph(plain("No organisation is on the board."))
    )
    return Document("Oversight", tuple(blocks), subject=f"Oversight. {whose}, {say_moment(now)}.", landscape=True)


def _cells(totals: Totals | None) -> tuple[Inline, ...]:
    counted = totals or {}
    return tuple(plain(str(sum(counted.get(state, 0) for state in states))) for _name, states in STATES)


def sources_document(sources: Sequence[SourceLine], gaps: Sequence[Gap], now: datetime, whose: str) -> Document:
    """How the sources are doing, and which numbers of the series are missing: what an empty list rests on."""
    rows = tuple(
        (
            plain(one.name),
            plain(one.state),
            plain(say_moment(one.reached) if one.reached else "Never"),
            plain(one.problem),
        )
        for one in sources
    )
    blocks: list[Block] = [Heading(1, "Sources"), Paragraph(plain(f"{whose}, as at {say_moment(now)}."))]
    blocks.append(Table(("Source", "State", "Last reached", "What went wrong"), rows, (3, 1.5, 2, 4), small=True))
    blocks += gap_blocks(gaps)
    return Document("Sources", tuple(blocks), subject=f"Sources. {whose}, as at {say_moment(now)}.")


def pairs_document(title: str, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> Document:
    """Names and what they mean, section by section: a list of keys."""
    blocks: list[Block] = [Heading(1, title)]
    for heading, pairs in sections:
        rows = tuple((plain(name), plain(meaning)) for name, meaning in pairs)
        blocks += [Heading(2, heading), Table(("Key", "Does"), rows, (2, 5), row_headers=True)]
    return Document(title, tuple(blocks), subject=title)


def help_document(title: str, text: str) -> Document:
    """A page of help: headings, paragraphs and lists as the shipped text has them."""
    blocks: list[Block] = [Heading(1, title)]
    for part in text.split("\n\n"):
        lines = part.strip().splitlines()
        if not lines:
            continue
        if lines[0].startswith("#"):
            heading = lines[0].lstrip("# ").strip()
            blocks += [Heading(2, heading)] if heading != title else []
            lines = lines[1:]
        if lines and lines[0].startswith("- "):
            items = " ".join(line.strip() for line in lines).removeprefix("- ").split(" - ")
            blocks.append(Bullets(tuple(_marked_up(item) for item in items)))
        elif lines:
            blocks.append(Paragraph(_marked_up(" ".join(line.strip() for line in lines))))
    return Document(title, tuple(blocks), subject=title)


def _marked_up(text: str) -> Runs:
    """Bold stretches; code and links as their words."""
    plainly = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text.replace("`", ""))
    return tuple(Run(piece, bold=at % 2 == 1) for at, piece in enumerate(plainly.split("**")) if piece)


def gap_blocks(gaps: Sequence[Gap]) -> list[Block]:
    """The numbers that are missing, those that nobody has explained first."""
    heading = Heading(2, "Numbers that are missing")
    if not gaps:
        return [heading, Paragraph(plain("No number of the series followed here is missing."))]
    ordered = sorted(gaps, key=lambda one: (one.explanation is not None, one.series, one.year, one.number))
    rows = tuple(
        (
            plain(one.reference),
            plain(one.words),
            plain(one.explanation.words if one.explanation else "Nobody has explained it yet."),
        )
        for one in ordered
    )
    return [heading, Table(("Number", "Why it is missed", "Explanation"), rows, (1.6, 4, 4), small=True)]
