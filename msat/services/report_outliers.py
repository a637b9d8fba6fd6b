"""Report: write the look at outliers as a file, with its funnels, and record that it was issued."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msat.clock import say_date
from msat.exports.outlier_report import outlier_report
from msat.exports.seal import seal_of_cut
from msat.projections.outlier_steps import said
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.letter_files import files_of, issue
from msat.services.outliers import look


def report_outliers(
    desk: Desk,
    target: Path,
    person: Person,
    first: date | None = None,
    last: date | None = None,
    progress: Progress | None = None,
) -> tuple[list[Path], Changes]:
    """Writes who lies outside the limits, with what to check first. `target`: a .pdf, .docx or .html file, or a folder.

    Raises Refused as `services.outliers.look`, and when the file cannot be written.
    """
    who = deeds.checked_person(person)
    seen = look(desk, first, last, progress)
    responses = {ods: said(each) for ods, each in seen.steps.items()}
    period = (seen.first, seen.last)
    document = outlier_report(tuple(seen.found.values()), responses, desk.record.organisation, period, seen.cut.moment)
    parameters = {"from": seen.first.isoformat(), "to": seen.last.isoformat()}
    seal = seal_of_cut(desk.record, seen.cut, "outliers", parameters)
    made = files_of(document, seal, target, f"outliers {seen.first.isoformat()} to {seen.last.isoformat()}")
    return issue(
        desk, made, who, words=f"Saved the look at outliers from {say_date(seen.first)} to {say_date(seen.last)}."
    )
