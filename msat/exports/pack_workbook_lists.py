"""The sheets of a pack's workbook that list: exceptions, Red alerts, coverage, gaps, rules, late entries, logs.

Each says in words when there is nothing to list. Decides nothing: lines come as the pack holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msat.exports.document import Rag
from msat.exports.wording import ORGANISATIONS
from msat.exports.workbook_model import RAG_MARKS, Cell, Column, Row, Sheet
from msat.projections.cut import LogCut
from msat.projections.pack_model import ExceptionGroup, Fact, Late, NotRelevant, RedAlert, SourceLine


def exception_sheet(groups: Sequence[ExceptionGroup]) -> Sheet:
    """What must be known first. A group in which nothing was found says so in a line of its own."""
    columns = (
        Column("Group", 48),
        Column("Priority", 12, RAG_MARKS),
        Column("What", 56),
        Column("Who", 30),
        Column("Since", 40),
        Column("Note", 40),
    )
    rows: list[Row] = []
    for group in groups:
        # Where none has a priority they are no alerts: missing numbers, clocks, logs.
        rated = any(one.rag for one in group.lines)
        for one in group.lines:
            rows.append((group.title, Rag(one.rag) if rated else None, one.what, one.who, one.since, one.note))
        if not group.lines:
            rows.append((group.title, None, group.none, None, None, None))
        if group.more:
            more = f"{group.more:,} more of this kind are not listed here."
            rows.append((group.title, None, more, None, None, None))
    empty = "No kind of exception was looked for."
    return Sheet("Exceptions", columns, tuple(rows), table="Exceptions", frozen=1, empty=empty)


def red_sheet(reds: Sequence[RedAlert]) -> Sheet:
    """Every Red alert of the period: the notice, why it is Red, what was done, a line each, so that none is cut."""
    columns = (
        Column("Reference", 22),
        Column("Title", 36),
        Column("Part", 16),
        Column("What", 56),
        Column("Value", 44),
        Column("Note", 56),
    )
    rows = tuple((one.reference, one.title, *line) for one in reds for line in _red_lines(one))
    empty = "No Red alert was received in the period."
    return Sheet("Red alerts", columns, rows, table="Red_alerts", frozen=1, empty=empty)


def _red_lines(one: RedAlert) -> Iterator[tuple[Cell, ...]]:
    yield "Notice", "Issued", one.issued or "not given", None
    yield "Notice", "Due", one.due, None
    if one.withdrawn:
        yield "Notice", "Withdrawn", one.withdrawn, None
    yield "Notice", "Link", one.url or "none", None
    for why in one.why:
        yield "Why Red", why, None, None
    for part, facts in (("Done here", one.done), ("Organisations", one.practices)):
        for fact in facts:
            yield part, fact.what, fact.value, fact.note


def affected_sheet(reds: Sequence[RedAlert]) -> Sheet:
    """The batch tables of the Red alerts one under the other; a column for each heading that any of them has."""
    headings = list(dict.fromkeys(heading for one in reds for heading in one.affected_header if one.affected))
    columns = (Column("Reference", 22), *(Column(heading, 26) for heading in headings))
    rows: list[Row] = []
    for one in reds:
        for line in one.affected:
            held = dict(zip(one.affected_header, line, strict=False))
            rows.append((one.reference, *(held.get(heading) for heading in headings)))
    empty = "No Red alert of the period gives batches or products in a table."
    return Sheet("Affected products", columns, tuple(rows), table="Affected_products", frozen=1, empty=empty)


def coverage_sheet(sources: Sequence[SourceLine]) -> Sheet:
    """Each source of notices as it stood at the cut-off."""
    columns = (Column("Source", 44), Column("State", 30), Column("Last reached", 24), Column("Note", 70))
    rows: list[Row] = [(one.name, one.state, one.last_reached or "never", one.note) for one in sources]
    empty = "No source was in use at the cut-off: notices came in by hand only."
    return Sheet("Coverage", columns, tuple(rows), table="Coverage", frozen=1, empty=empty)


def fact_sheet(name: str, facts: Sequence[Fact], empty: str) -> Sheet:
    """Facts as a table: what, its value, what else is to be said of it."""
    columns = (Column("What", 50), Column("Value", 50), Column("Note", 60))
    rows: list[Row] = [(one.what, one.value, one.note) for one in facts]
    return Sheet(name, columns, tuple(rows), empty=empty)


def not_relevant_sheet(alerts: Sequence[NotRelevant]) -> Sheet:
    """Alerts judged not to apply, by whom and why."""
    columns = (
        Column("Reference", 22),
        Column("Priority", 12, RAG_MARKS),
        Column("Title", 56),
        Column("Who judged", 36),
        Column("Reason", 60),
    )
    rows: list[Row] = [(one.reference, Rag(one.rag), one.title, one.who, one.reason) for one in alerts]
    empty = "No alert of the period was judged not to apply."
    return Sheet("Not relevant", columns, tuple(rows), table="Not_relevant", frozen=1, empty=empty)


def late_sheet(late: Sequence[Late]) -> Sheet:
    """What was recorded after the pack before, about something done in that pack's period."""
    columns = (
        Column("ODS code", 10),
        Column("Alert", 24),
        Column("What", 56),
        Column("Done", 24),
        Column("Recorded", 24),
        Column("Entry", 36),
    )
    rows: list[Row] = [(one.ods, one.alert, one.what, one.happened, one.recorded, one.entry) for one in late]
    empty = "Nothing was recorded after the cut-off of the pack before about that pack's period."
    return Sheet("Late entries", columns, tuple(rows), table="Late_entries", frozen=2, empty=empty)


def log_sheet_of_logs(logs: Sequence[LogCut]) -> Sheet:
    """Every log that the pack rests on, with its length and its head."""
    columns = (
        Column("ODS code", 10),
        Column("Organisation", 40),
        Column("Kind", 24),
        Column("Log", 36),
        Column("Entries", 10),
        Column("Head", 36),
        Column("Whose", 16),
        Column("Nothing taken in after this, because", 44),
    )
    rows: list[Row] = [_log(one) for one in logs]
    return Sheet("Logs", columns, tuple(rows), table="Logs", frozen=2, empty="No log was read.")


def _log(one: LogCut) -> tuple[Cell, ...]:
    kind, whose = ORGANISATIONS.get(one.kind, one.kind), "this record" if one.is_own else "returned"
    return one.ods, one.name, kind, str(one.log), one.size, str(one.head), whose, one.frozen
