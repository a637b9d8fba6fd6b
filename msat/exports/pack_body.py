"""The middle of an assurance pack: indicators with charts, a block for each Red, the log, the matrix, outliers."""

from __future__ import annotations

from collections.abc import Iterable

from msat.exports.chart_control import spc_chart
from msat.exports.chart_funnel import funnel_chart
from msat.exports.chart_months import on_time_chart, time_to_close_chart
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Figure,
    Heading,
    Inline,
    KeyValues,
    PageBreak,
    Paragraph,
    Rag,
    RagLine,
    Run,
    Runs,
    Table,
    plain,
)
from msat.exports.pack_front import days_title, fact_table, is_about_others
from msat.exports.pack_states import key_to, shown
from msat.exports.period_log import ORDER, SHARES, rag_of
from msat.exports.wording import link_run
from msat.projections.kpi_model import Definition, Kpi
from msat.projections.log import FIELDS, LogRow
from msat.projections.pack_model import Matrix, MatrixAlert, OutlierLine, Pack, RedAlert
from msat.triage.model import Priority

MOST_ROWS = 400
"""A matrix of more organisations is for the workbook: nobody reads it on paper."""
BASES = {"published": "published", "proposal": "our proposal, to be approved"}


def indicators(pack: Pack) -> Iterable[Block]:
    """K1 to K10 with their parts and who was left out, the charts, and what each means."""
    yield PageBreak()
    yield Heading(2, "Indicators")
    rows = tuple(row for one in pack.kpis for row in _kpi(one))
    yield Table(("Code", "Indicator", "Value, as reported"), rows, (0.7, 4, 3.6), small=True)
    yield Figure(on_time_chart(pack.months, "Done by the deadline, by month of receipt"))
    yield Figure(time_to_close_chart(pack.months, "Days to close, by month of receipt"))
    yield Figure(spc_chart(pack.to_close, days_title(pack), "working days"))
    yield Heading(3, "What each indicator means")
    head = ("Code", "Counted", "Numerator", "Denominator", "Left out", "Whose rule")
    definitions = tuple(_definition(one.definition) for one in pack.kpis)
    yield Table(head, definitions, (0.6, 1.1, 3.1, 1.9, 2.4, 1.1), small=True, row_headers=True)


def _kpi(one: Kpi) -> Iterable[tuple[Inline, ...]]:
    yield ((Run(one.code, bold=True),), (Run(one.definition.name, bold=True),), (Run(one.words, bold=True),))
    for part in one.parts:
        yield ((), plain(part.name), plain(part.words))
    for left in one.left_out:
        yield ((), (Run(f"Not counted: {left.reason}", tone="muted"),), (Run(str(left.count), tone="muted"),))


def _definition(one: Definition) -> tuple[Runs, ...]:
    basis = BASES.get(one.basis, one.basis)
    texts = (one.code, one.counts, one.numerator, one.denominator or "none: a count", one.left_out, basis)
    return tuple(map(plain, texts))


# --- Red alerts ------------------------------------------------------------------------------------------------


def red_alerts(pack: Pack) -> Iterable[Block]:
    """Why each is Red, what it affects, what was done."""
    yield PageBreak()
    yield Heading(2, f"Red alerts of the period: {len(pack.reds)}" if pack.reds else "Red alerts of the period: none")
    if not pack.reds:
        yield Paragraph(plain("No alert received in the period is Red anywhere."))
    elif is_about_others(pack):
        yield Paragraph(
            plain(
                "Red as this organisation rates it, or as any organisation that reports here does. What is Red differs "
                "by kind of organisation; each block says whose rating it is where they are not the same."
            )
        )
    for one in pack.reds:
        yield from _red(one)


def _red(one: RedAlert) -> Iterable[Block]:
    yield Heading(3, one.reference or one.title)
    yield RagLine(Rag(Priority.RED), plain(one.title))
    if one.withdrawn:
        yield Callout("warning", plain(f"Withdrawn by its publisher: {one.withdrawn}"))
    pairs: list[tuple[str, Inline]] = [("Deadline", plain(one.due))]
    if one.issued:
        pairs.insert(0, ("Issued", plain(one.issued)))
    if one.url:
        pairs.append(("Notice", (link_run(one.url),)))
    yield KeyValues(tuple(pairs))
    if one.why:
        yield Bullets(tuple(plain(reason) for reason in one.why))
    if one.affected:
        rows = tuple(tuple(map(plain, row)) for row in one.affected)
        widths = tuple(_width(one.affected, at, head) for at, head in enumerate(one.affected_header))
        yield Table(one.affected_header, rows, widths, "What it affects, as the notice says", small=True)
    else:
        yield Paragraph(plain("The notice as read gives no table of batches."))
    if one.done:
        yield fact_table(("Done here", "As reported", "More"), one.done, (4, 3.2, 2.6), "Actions and answers")
    if one.practices:
        yield fact_table(("State", "Organisations", "Deadline"), one.practices, (3, 1.6, 2.4), "Where it stands")


def _width(rows: tuple[tuple[str, ...], ...], at: int, head: str) -> float:
    longest = max(len(row[at]) for row in rows)
    return float(min(max(longest, len(head)) + 2, 34))


# --- log and matrix --------------------------------------------------------------------------------------------


def log(pack: Pack) -> Iterable[Block]:
    """The log in the familiar fields."""
    yield PageBreak(landscape=True)
    yield Heading(2, "Log of the period")
    if not pack.log:
        yield Paragraph(plain("No alert was received in the period by this organisation itself."))
        return
    header = tuple(FIELDS[name] for name in ORDER)
    body = tuple(tuple(_log_cell(row, name) for name in ORDER) for row in pack.log)
    yield Table(header, body, tuple(SHARES[name] for name in ORDER), small=True)


def _log_cell(row: LogRow, name: str) -> Inline:
    text = str(getattr(row, name))
    if name == "priority":
        return rag_of(text)
    return (link_run(text),) if name == "link" and text else plain(text)


def matrix(pack: Pack) -> Iterable[Block]:
    """Organisations by alerts. One organisation alone makes no matrix."""
    if not is_about_others(pack):
        return
    yield PageBreak(landscape=True)
    yield Heading(2, "Organisations by alerts")
    found = pack.matrix
    if not found.alerts:
        yield Paragraph(plain("No alert was received in the period."))
        return
    if len(found.rows) > MOST_ROWS:
        yield Paragraph(plain(f"{len(found.rows):,} organisations by {len(found.alerts)} alerts: see the workbook."))
        return
    yield Paragraph(plain("By name; alerts in the order of receipt. Nobody is ranked. R, A or G is the priority."))
    yield _matrix_table(found)
    yield key_to(cell for row in found.rows for cell in row.cells)


def _matrix_table(found: Matrix) -> Table:
    header = ("Organisation", *(_head(one) for one in found.alerts))
    rows = tuple((plain(f"{row.name} ({row.ods})"), *map(shown, row.cells)) for row in found.rows)
    widths = (3.0, *(1.0 for _ in found.alerts))
    return Table(header, rows, widths, "Organisations by alerts", small=True, frozen=1, row_headers=True, turned=True)


def _head(one: MatrixAlert) -> str:
    return f"{Rag(one.rag).letter} {one.reference}"


# --- outliers --------------------------------------------------------------------------------------------------


def outliers(pack: Pack) -> Iterable[Block]:
    """The funnel and who lies outside it, with what has come of that."""
    if not is_about_others(pack):
        return
    yield PageBreak(landscape=False)
    yield Heading(2, "Outliers and responses")
    yield Paragraph(
        plain(
            "A place outside the limits is a reason to look, first at the data, then at process and resource. It is no "
            "judgement, and both ends are worth a look."
        )
    )
    few = len(pack.funnel.points) <= MOST_ROWS
    yield Figure(funnel_chart(pack.funnel, "Alerts finished on time, by organisation", "finished on time"), few)
    if not few:
        yield Paragraph(plain("The numbers of each organisation are in the workbook."))
    if pack.outliers:
        head = ("Organisation", "Finished on time", "Lies", "What has come of it")
        yield Table(head, tuple(map(_outlier, pack.outliers)), (2.6, 1.6, 1.8, 3.6), small=True, row_headers=True)
    else:
        yield Paragraph(plain(pack.funnel.none_outside))


def _outlier(one: OutlierLine) -> tuple[Inline, ...]:
    return (plain(f"{one.name} ({one.ods})"), plain(one.counted.words), plain(one.place), plain(one.response))
