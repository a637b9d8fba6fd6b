"""An assurance pack as a workbook: every list and count of it as a table that can be filtered, charts over their cells.

The counts are the pack's own. Practices and the matrix stand in the order of the pack; nobody is ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msat.clock import say_date
from msat.exports.document import Rag
from msat.exports.pack_front import DRAFT, DRAFT_WORDS, signatory, title_of
from msat.exports.pack_workbook_figures import (
    definition_sheet,
    funnel_sheet,
    kpi_names,
    kpi_sheet,
    limit_sheet,
    month_sheet,
    month_words,
    outlier_sheet,
    percent,
    spc_sheet,
)
from msat.exports.pack_workbook_lists import (
    affected_sheet,
    coverage_sheet,
    exception_sheet,
    fact_sheet,
    late_sheet,
    log_sheet_of_logs,
    not_relevant_sheet,
    red_sheet,
)
from msat.exports.period_log import log_sheet
from msat.exports.wording import ORGANISATIONS
from msat.exports.workbook_model import (
    STATUS_MARKS,
    STATUS_SIGNS,
    Book,
    Cell,
    Column,
    Named,
    Row,
    Sheet,
    Stream,
)
from msat.projections.alert_state import Status
from msat.projections.kpi_model import Share
from msat.projections.pack_model import Cell as MatrixCell
from msat.projections.pack_model import Cover, Matrix, MatrixAlert, MatrixRow, Pack
from msat.projections.pack_pairs import NO_REPLY, NOT_ASKED, NOT_RECEIVED

LARGE = 50_000
"""A matrix of more cells than these is written row by row."""
_STATES = (*(status.value for status in Status), NOT_RECEIVED, NO_REPLY, NOT_ASKED)

_HOLDS = {
    "Exceptions": "What must be known first: not done by its deadline, put off, no reply, gaps, harm.",
    "KPIs": "The ten indicators with their counts, their parts and who was left out.",
    "Definitions": "What each indicator counts, of what, who is left out, and whose rule that is.",
    "Red alerts": "Each Red alert of the period: why it is Red and what was done, a line each.",
    "Affected products": "The batch tables of the Red alerts.",
    "Log": "Every alert of the period in the familiar fields.",
    "Matrix": "Every organisation and every alert: the state in words, with a sign.",
    "Practices": "One row an organisation: how many alerts are in which state.",
    "On time by month": "Done by the deadline, by month of receipt, with a chart.",
    "Time to close (SPC)": "Working days to finish each Red alert, of several organisations the median, with a chart.",
    "Funnel": "Done by the deadline by organisation, against limits for their size, with a chart.",
    "Funnel limits": "The curves of the funnel.",
    "Outliers": "Organisations outside the limits and what has come of it.",
    "Coverage": "Sources of notices as they stood at the cut-off.",
    "Gaps": "Numbers missing from numbered series.",
    "Not relevant": "Alerts judged not to apply, by whom and why.",
    "Rules": "Changes to the rules in the period.",
    "Late entries": "Recorded after the pack before, about that pack's period.",
    "Logs": "The logs that this pack rests on, with their heads.",
    "How to verify": "How to check that nothing here was changed.",
}


def pack_book(pack: Pack, draft: bool = False) -> Book:
    """The pack as a workbook. A draft says so first and on every page, and carries no number."""
    cover = pack.cover
    period = f"{say_date(cover.first)} to {say_date(cover.last)}"
    summary, names = _summary(pack, draft)
    sheets = (
        summary,
        exception_sheet(pack.exceptions),
        kpi_sheet(pack.kpis),
        definition_sheet(pack.kpis),
        red_sheet(pack.reds),
        affected_sheet(pack.reds),
        log_sheet(pack.log, f"No alert was received from {period}."),
        matrix_sheet(pack.matrix),
        practice_sheet(pack),
        month_sheet(pack.months),
        spc_sheet(pack.to_close),
        funnel_sheet(pack.funnel),
        limit_sheet(pack.funnel),
        outlier_sheet(pack.outliers),
        coverage_sheet(pack.sources),
        fact_sheet("Gaps", pack.gaps, "No number is missing from a numbered series."),
        not_relevant_sheet(pack.not_relevant),
        fact_sheet("Rules", pack.rules, "No rule was changed in the period."),
        late_sheet(pack.late),
        log_sheet_of_logs(pack.logs),
    )
    title = title_of(pack, draft)
    subject = f"{period}, as at {say_date(cover.cut_off)}"
    keywords = f"medicines safety, assurance, {cover.ods}, {DRAFT if draft else cover.number}"
    return Book(title, sheets, subject, keywords, (*names, *kpi_names(pack.kpis)), DRAFT.upper() if draft else "")


# --- summary ---------------------------------------------------------------------------------------------------


def _summary(pack: Pack, draft: bool) -> tuple[Sheet, tuple[Named, ...]]:
    columns = (Column("Part", 18), Column("What", 40), Column("Value", 60), Column("Note", 60))
    rows: list[Row] = [*_cover_rows(pack.cover, draft), _returns(pack)]
    rows += [("Statement", "Statement of assurance", said, None) for said in pack.statement]
    rows += [("Limits", "What it does not cover", said, None) for said in pack.limits]
    rows += [("Counts", one.what, one.value, one.note) for one in pack.counts]
    rows += [("Decisions", "The committee is asked", said, None) for said in pack.decisions or ("Nothing.",)]
    rows += [
        ("Charts in words", "On time by month", month_words(pack.months), None),
        ("Charts in words", "Time to close", pack.to_close.sentence, None),
        ("Charts in words", "Funnel", pack.funnel.sentence, None),
    ]
    rows += [("In this workbook", name, what, None) for name, what in _HOLDS.items()]
    wanted = {
        "Pack number": "Pack_number",
        "Period from": "Period_from",
        "Period to": "Period_to",
        "Cut-off": "Cut_off",
    }
    names = tuple(Named(wanted[str(row[1])], "Summary", at, "Value") for at, row in enumerate(rows) if row[1] in wanted)
    return Sheet("Summary", columns, tuple(rows), table="Summary", frozen=2), names


def _cover_rows(cover: Cover, draft: bool) -> list[Row]:
    number = ("none: a draft", DRAFT_WORDS) if draft else (cover.number, None)
    kind = ORGANISATIONS.get(cover.kind, cover.kind)
    values: list[tuple[str, Cell, str | None]] = [
        ("Pack number", *number),
        ("Organisation", cover.organisation, None),
        ("ODS code", cover.ods, None),
        ("Kind", kind, None),
        ("Period from", cover.first, None),
        ("Period to", cover.last, None),
        ("Cut-off", cover.cut_off, "What was recorded later is in a later pack."),
        ("Author", signatory(cover.author), None),
        ("Reviewer", signatory(cover.reviewer), None),
        ("Approver", signatory(cover.approver), None),
        ("Pack before", cover.previous or "none: this is the first", None),
    ]
    return [("Cover", what, value, note) for what, value, note in values]


def _returns(pack: Pack) -> Row:
    share = Share(pack.replied, pack.asked)
    return "Cover", "Returns received", share.words, "Organisations that were asked, and sent their record."


# --- matrix ----------------------------------------------------------------------------------------------------


def matrix_sheet(matrix: Matrix) -> Sheet:
    """Organisations by alerts: a word with a sign, marked in colour. A very large one is made row by row."""
    columns = (
        Column("ODS code", 10),
        Column("Organisation", 34),
        *(Column(_alert_title(alert), 15, STATUS_MARKS) for alert in matrix.alerts),
    )
    is_large = len(matrix.rows) * len(matrix.alerts) > LARGE
    rows = Stream(len(matrix.rows), lambda: _matrix_rows(matrix.rows)) if is_large else tuple(_matrix_rows(matrix.rows))
    empty = "This organisation asks no other one, so there is nothing to set side by side."
    return Sheet("Matrix", columns, rows, table="Matrix", frozen=2, empty=empty)


def _alert_title(alert: MatrixAlert) -> str:
    return f"{alert.reference} · {Rag(alert.rag).word}"


def _matrix_rows(rows: Iterable[MatrixRow]) -> Iterator[Row]:
    for row in rows:
        yield row.ods, row.name, *map(state_words, row.cells)


def state_words(cell: MatrixCell) -> str:
    """The state with its sign. What was not done by its deadline says so."""
    word = cell.word
    if cell.is_late and word != Status.OVERDUE:
        word = f"{word} late" if word == Status.DONE else f"{word}, late"
    sign = STATUS_SIGNS.get(cell.word, "")
    return f"{sign} {word}".lstrip()


def practice_sheet(pack: Pack) -> Sheet:
    """One row an organisation, in the order of the matrix: its alerts by state, and what was done by the deadline."""
    columns = (
        Column("ODS code", 10),
        Column("Organisation", 40),
        Column("Alerts asked", 10),
        *(Column(word.capitalize(), 12) for word in _STATES),
        Column("Past the deadline", 12),
        Column("Done by deadline", 12),
        Column("Deadline passed", 12),
        Column("Per cent", 10),
        Column("In the funnel", 24),
    )
    on_time = {point.counted.id: point for point in pack.funnel.points}
    rows: list[Row] = []
    for row in pack.matrix.rows:
        point = on_time.get(row.ods)
        share = Share(point.counted.numerator, point.counted.denominator) if point else Share(0, 0)
        lies = "none to count" if point is None else point.place.value if point.limits else "not judged"
        counted = (share.numerator, share.denominator, percent(share)) if point else (None, 0, None)
        rows.append((row.ods, row.name, *_counts(row.cells), *counted, lies))
    empty = "This organisation asks no other one, so there is nothing to set side by side."
    return Sheet("Practices", columns, tuple(rows), table="Practices", frozen=2, empty=empty)


def _counts(cells: Sequence[MatrixCell]) -> tuple[int, ...]:
    found = Counter(cell.word for cell in cells)
    asked = len(cells) - found[NOT_ASKED]
    return asked, *(found[word] for word in _STATES), sum(cell.is_late for cell in cells)
