"""The log of a period in the familiar fields, as a document and as a workbook. The rows are made by projections.log.

Adds counts with their denominators and a priority as word, shape and colour; says it when a period is empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from msat.clock import LONDON, say_date, say_moment
from msat.exports.document import Block, Callout, Document, Heading, Inline, Paragraph, Rag, Table, plain
from msat.exports.plain_text import one_line
from msat.exports.wording import ORGANISATIONS, link_run
from msat.exports.workbook_model import RAG_MARKS, STATUS_MARKS, Book, Cell, Column, Sheet
from msat.projections.kpi_model import Share
from msat.projections.log import FIELDS, LogRow
from msat.record.organisation import Organisation
from msat.triage.model import Priority

# Priority stands beside the title, where it is looked for; the familiar fields keep their order.
ORDER = ("priority", *(name for name in FIELDS if name != "priority"))
SHARES = {
    "priority": 1.1,
    "title": 2.0,
    "source_and_date": 1.35,
    "summary": 2.0,
    "link": 1.7,
    "proposed_action": 1.25,
    "action_taken": 4.4,
    "status": 1.1,
    "action_due_date": 1.5,
    "date_completed": 1.3,
}
WIDTHS = {
    "priority": 12,
    "title": 40,
    "source_and_date": 24,
    "summary": 44,
    "link": 30,
    "proposed_action": 26,
    "action_taken": 88,
    "status": 18,
    "action_due_date": 22,
    "date_completed": 20,
}
MARKS = {"priority": RAG_MARKS, "status": STATUS_MARKS}
DEFINITIONS = (
    ("Priority", "Red, Amber or Green for this kind of organisation, by a rule, or by a person with a reason."),
    ("Title", "As the publisher wrote it."),
    ("Source and date", "Where the notice was published, and when it was issued (else published, else received)."),
    ("Summary", "The notice's own words, shortened only between words."),
    ("Link", "The publisher's page."),
    ("Proposed action", "Newsletter, OptimiseRx or ScriptSwitch, Practice audit or search, Other."),
    ("Action taken", "What was answered for each action, as reported: by whom, and the day it was done."),
    ("Status", "Worked out from the record as at the cut-off; never typed."),
    ("Action due date", "The notice's own time limit, else that of its class or family."),
    ("Date completed", "The day it was signed off by everybody it needed; empty until then."),
)


def period_log(
    rows: Sequence[LogRow],
    organisation: Organisation,
    first: date,
    last: date,
    as_at: datetime,
    cautions: Sequence[str] = (),
) -> Document:
    """The log as a landscape document, counts first.

    `cautions` say what may be missing: sources not reached, numbers of a series that are not here.
    """
    title = _title(organisation, first, last)
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph(plain(f"{_whose(organisation)}. Alerts received here; state as at {say_moment(as_at)}.")),
    ]
    blocks += [Callout("warning", plain(caution)) for caution in cautions]
    if not rows:
        blocks.append(Paragraph(plain(_empty(first, last))))
    else:
        blocks += [Heading(2, "In numbers"), _counts(rows), Heading(2, "Alert by alert"), _table(rows)]
    return Document(title, tuple(blocks), subject=f"{title}, as at {say_moment(as_at)}", landscape=True)


def _title(organisation: Organisation, first: date, last: date) -> str:
    return f"Medicines safety log, {say_date(first)} to {say_date(last)}: {one_line(organisation.name, 120)}"


def _whose(organisation: Organisation) -> str:
    kind = ORGANISATIONS.get(organisation.kind, organisation.kind)
    return f"{organisation.name} ({organisation.ods}), {kind}"


def _empty(first: date, last: date) -> str:
    return (
        f"No alert was received here from {say_date(first)} to {say_date(last)}. That is what the record holds; "
        "whether the sources were reached in that time is shown under Sources."
    )


# --- counts ----------------------------------------------------------------------------------------------------


def counts(rows: Sequence[LogRow]) -> list[tuple[str, int]]:
    """What is counted, and how many of all rows."""
    found = [
        (f"Priority: {rag_of(word).word.lower()}", sum(row.priority == word for row in rows))
        for word in _priorities(rows)
    ]
    statuses = sorted({_state(row) for row in rows})
    found += [(f"Status: {status.lower()}", sum(_state(row) == status for row in rows)) for status in statuses]
    found += [
        ("Proposed for the newsletter", sum("Newsletter" in row.proposed_action for row in rows)),
        ("Proposed for decision support", sum("OptimiseRx" in row.proposed_action for row in rows)),
        ("A practice audit or search was proposed", sum("search" in row.proposed_action for row in rows)),
    ]
    return found


def _priorities(rows: Sequence[LogRow]) -> list[str]:
    known = ["Red", "Amber", "Green", "Not rated"]
    return [word for word in known if any(row.priority == word for row in rows)]


def _state(row: LogRow) -> str:
    """The state alone: until when, why and by whom it was put off is in the row."""
    return "Deferred" if row.status.startswith("Deferred until ") else row.status.partition(";")[0]


def say_share(count: int, total: int) -> str:
    """`3 of 12 (25%)`, always with the denominator."""
    return Share(count, total).words if total else f"{count} of 0"


def _counts(rows: Sequence[LogRow]) -> Table:
    total = len(rows)
    body: list[tuple[Inline, ...]] = [(plain(what), plain(say_share(count, total))) for what, count in counts(rows)]
    return Table(("Of the alerts received in the period", "As reported"), tuple(body), (3, 1.4), small=True)


# --- rows ------------------------------------------------------------------------------------------------------


def rag_of(word: str) -> Rag:
    """The mark for a priority's word; anything unknown is not rated, never Green."""
    try:
        return Rag(Priority(word.lower()))
    except ValueError:
        return Rag(None)


def _table(rows: Sequence[LogRow]) -> Table:
    header = tuple(FIELDS[name] for name in ORDER)
    body = tuple(tuple(_inline(row, name) for name in ORDER) for row in rows)
    return Table(header, body, tuple(SHARES[name] for name in ORDER), small=True)


def _inline(row: LogRow, name: str) -> Inline:
    text = str(getattr(row, name))
    if name == "priority":
        return rag_of(text)
    return (link_run(text),) if name == "link" and text else plain(text)


# --- workbook --------------------------------------------------------------------------------------------------


def period_workbook(
    rows: Sequence[LogRow],
    organisation: Organisation,
    first: date,
    last: date,
    as_at: datetime,
    cautions: Sequence[str] = (),
) -> Book:
    """The log as a workbook: the alerts, the counts, what each field means."""
    total = len(rows)
    summary: list[tuple[Cell, ...]] = [
        ("Organisation", _whose(organisation), None),
        ("From", first, None),
        ("To", last, None),
        ("State as at", as_at, None),
        ("Alerts received in the period", total, None),
    ]
    summary += [(what, count, say_share(count, total)) for what, count in counts(rows)]
    summary += [("May be missing", caution, None) for caution in cautions]
    if not rows:
        summary.append((_empty(first, last), None, None))
    return Book(
        _title(organisation, first, last),
        (
            log_sheet(rows, _empty(first, last)),
            Sheet("In numbers", (Column("What", 60), Column("Value", 34), Column("Share", 20)), tuple(summary), False),
            Sheet("Fields", (Column("Field", 22), Column("What it means", 100)), DEFINITIONS, False),
        ),
    )


def log_sheet(rows: Sequence[LogRow], empty: str) -> Sheet:
    """The alerts as a table, priorities and states marked. `empty` is said where there is none."""
    columns = tuple(Column(FIELDS[name], WIDTHS[name], MARKS.get(name, ())) for name in ORDER)
    body = tuple(tuple(_cell(row, name) for name in ORDER) for row in rows)
    return Sheet("Log", columns, body, table="Alert_log", frozen=2, empty=empty)


def _cell(row: LogRow, name: str) -> Cell:
    text = str(getattr(row, name))
    if name == "priority":
        return rag_of(text)
    if name in ("action_due_date", "date_completed"):
        return read_date(text) or text
    return text


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DATE = re.compile(rf"([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})(?: ([0-9]{{2}}):([0-9]{{2}}))?")


def read_date(text: str) -> date | datetime | None:
    """The date or London time that the clock's words mean; None for other words."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    day = date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    if found[4] is None:
        return day
    return datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), tzinfo=LONDON)
