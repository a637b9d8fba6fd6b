"""The look at outliers on paper: a funnel for each indicator, and for each organisation outside it what to check first.

By ODS code, which is no order of merit; both ends alike. The counts are those of the records, beside all together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msat.clock import say_date, say_moment
from msat.exports.chart_funnel import funnel_chart
from msat.exports.document import Block, Document, Figure, Heading, Inline, Paragraph, Run, Table, plain
from msat.exports.shortened import shortened
from msat.projections.outlier_steps import NOTHING_YET
from msat.projections.outliers import MEASURES, Outliers, Outlying, Points
from msat.record.organisation import Organisation

MOST_NUMBERS = 400
"""Organisations whose numbers stand in a table under the chart; of more, `kpis` and the pack's workbook have them."""

AXES = {"K5": "acknowledged in time", "K6": "finished by the deadline"}


def outlier_report(
    found: Sequence[Outliers],
    responses: Mapping[str, str],
    team: Organisation,
    period: tuple[date, date],
    as_at: datetime,
) -> Document:
    """The report of these indicators. `responses` says what has come of each organisation, by ODS code."""
    first, last = period
    title = shortened(f"Outliers, {say_date(first)} to {say_date(last)}: {team.name}", 200)
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph(
            plain(
                f"{shortened(team.name, 200)} ({team.ods}), as at {say_moment(as_at)}. A place outside the limits is a "
                "reason to look, first at how work is recorded, then at process and resource. It is no judgement, and "
                "both ends are worth a look; all figures are reported, not confirmed."
            )
        ),
    ]
    for one in found:
        blocks += _measure(one, responses)
    return Document(title, tuple(blocks), subject=f"{title}, as at {say_moment(as_at)}")


def _measure(found: Outliers, responses: Mapping[str, str]) -> Iterator[Block]:
    what = MEASURES[found.measure]
    yield Heading(2, f"{found.measure}: {what}")
    is_short = len(found.funnel.points) <= MOST_NUMBERS
    title = f"{what[0].upper()}{what[1:]}, by organisation"
    yield Figure(funnel_chart(found.funnel, title, AXES[found.measure]), numbers=is_short)
    if not is_short:
        more = "The numbers of each organisation are in the assurance pack's workbook."
        yield Paragraph(plain(more), small=True)
    if not found.lines:
        yield Paragraph(plain(found.funnel.none_outside))
    for one in found.lines:
        yield from _line(one, responses)


def _line(one: Outlying, responses: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(3, f"{shortened(one.name, 160)} ({one.ods}): {one.counted.words}, {one.place.value}")
    yield Paragraph(plain(f"So far: {responses.get(one.ods, NOTHING_YET)}"))
    header = ("Driver", "What the records say", "Here", "All together", "Points")
    yield Table(header, tuple(_rows(one)), (1.4, 4.2, 1.8, 2, 1.9), small=True)


def _rows(one: Outlying) -> Iterator[tuple[Inline, ...]]:
    for driver in one.drivers:
        for finding in driver.findings:
            yield (
                plain(driver.driver.value),
                plain(finding.what),
                plain(finding.value),
                plain(finding.together or "–"),
                (Run(finding.points.value, bold=finding.points is Points.HERE),),
            )
