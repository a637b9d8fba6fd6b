"""Look at organisations outside the limits; show them their figures; write to them; record what they reply.

Gather, count, place in the funnel, find what to check first; then each step is an entry of the own record. A letter
is made from a preview that was recorded, for the same organisation, indicator and period, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from msat.clock import say_date
from msat.errors import Refused
from msat.projections.cut import Cut
from msat.projections.merged import Organisation as Gathered
from msat.projections.outlier_steps import TYPES, Step, by_organisation, steps
from msat.projections.outliers import MEASURES, Outliers, Outlying, outliers
from msat.projections.workings import Workings, workings
from msat.services.desk import Desk, Progress
from msat.services.gathering import code_of, cut_now, gather
from msat.services.indicators import basis
from msat.services.inspector import twelve_months
from msat.triage.model import OrganisationKind

USUAL = "K6"


@dataclass(frozen=True, slots=True)
class Look:
    """The funnels of a period as at a cut, and what has come of each organisation before."""

    cut: Cut
    first: date
    last: date
    found: Mapping[str, Outliers]
    """By indicator: every key of `projections.outliers.MEASURES`."""
    steps: Mapping[str, tuple[Step, ...]]
    """By ODS code, in the order of time."""

    def line(self, ods: str, measure: str) -> Outlying | None:
        """The organisation's line where it lies outside the limits; else None."""
        return next((one for one in self.found[measure].lines if code_of(one.ods) == code_of(ods)), None)


def look(desk: Desk, first: date | None = None, last: date | None = None, progress: Progress | None = None) -> Look:
    """Who lies outside the limits for alerts received from `first` to `last` (London days, both included).

    Without days: the twelve months up to today. Raises Refused for anybody but a commissioner's team, a period upside
    down, and as `services.gathering.gather`.
    """
    refuse_unless_team(desk)
    first, last = twelve_months(desk, first, last)
    cut = cut_now(desk)
    works: dict[str, Workings] = {}

    def noted() -> Iterator[Gathered]:
        """What is gathered, each organisation's workings noted as it goes by."""
        for one in gather(desk, cut, progress):
            works[code_of(one.ods)] = workings(one, first, cut.moment)
            yield one

    counted = basis(desk, cut, first, last, organisations=noted())
    return Look(cut, first, last, outliers(counted, works), taken_steps(desk))


def taken_steps(desk: Desk) -> dict[str, tuple[Step, ...]]:
    """What has been done about each organisation, by ODS code, in the order of time."""
    return by_organisation(steps(desk.views.general(*TYPES)))


def refuse_unless_team(desk: Desk) -> None:
    """Raises Refused for any other kind of organisation than a commissioner's team."""
    if desk.record.organisation.kind != OrganisationKind.COMMITTEE:
        what = "Only a commissioner's team sees several organisations beside each other."
        raise Refused(what, "See your own figures with: msatctl kpis --from DATE --to DATE.")


def checked_measure(measure: str) -> str:
    """The indicator meant. Raises Refused."""
    wanted = measure.strip().upper()
    if wanted not in MEASURES:
        raise Refused(f"“{measure}” has no funnel.", f"Use one of: {', '.join(MEASURES)}.")
    return wanted


def outlying(seen: Look, ods: str, measure: str) -> Outlying:
    """The line of `ods`. Raises Refused, with its figures, for one that does not lie outside the limits."""
    line = seen.line(ods, measure)
    if line is not None:
        return line
    made, code = seen.found[measure].funnel, code_of(ods)
    point = next((one for one in made.points if code_of(one.counted.id) == code), None)
    if point is not None:
        counted = f"{point.counted.numerator} of {point.counted.denominator}"
        why = "inside the limits" if made.is_judged else "among too few organisations to judge"
        what = f"{point.counted.name} ({code}) lies {why}: {counted} {MEASURES[measure]}."
        raise Refused(what, "There is nothing to write about; see the others with: msatctl outliers.")
    if any(code_of(one.id) == code for one in made.left_out):
        what = f"Of {code} there is nothing to count in this period: no reply, or no limit that has passed."
        raise Refused(what, "Ask it for its return: msatctl kpis shows who has not replied.")
    raise Refused(f"There is no organisation “{ods[:20]}” here.", "Use its ODS code, as msatctl outliers shows it.")


def data_of(line: Outlying, first: date, last: date) -> dict[str, Any]:
    """What every step about an organisation records: whose figures, of when, and where they lay."""
    return {
        "ods": code_of(line.ods),
        "name": line.name,
        "measure": line.measure,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "numerator": line.counted.numerator,
        "denominator": line.counted.denominator,
        "all_numerator": line.average.numerator,
        "all_denominator": line.average.denominator,
        "place": line.place.value,
    }


def in_words(line: Outlying, first: date, last: date) -> str:
    """As “Practice (A81001), K6 from 1 May 2026 to 30 April 2027: 3 of 12 (25%)”."""
    return f"{line.name} ({line.ods}), {line.measure} from {say_date(first)} to {say_date(last)}: {line.counted.words}"
