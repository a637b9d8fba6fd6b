"""Export the inspector's page of one alert, or all alerts of a period with their evidence, as PDF or as HTML."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from msat.clock import LONDON, london, say_date
from msat.exports.document import Document
from msat.exports.inspector import Period, inspector_file, inspector_page
from msat.exports.inspector_side import Inspected
from msat.exports.markup import write_markup
from msat.exports.pdf import write_pdf
from msat.exports.seal import Certify, Seal, gather
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.export import cautions, certified, issue_file, named_file
from msat.services.gathering import code_of, cut_now
from msat.services.period import refuse_no_period

ENDINGS = (".pdf", ".html", ".htm")


def export_inspector_page(
    desk: Desk, ref: str, target: Path, person: Person, certify: Certify | None = None
) -> tuple[Path, Changes]:
    """Writes one alert on one side of A4. `target` is a .pdf or .html file, or a folder; `certify` signs a PDF as well.

    Raises Refused for an unknown alert or a file that cannot be written.
    """
    state = deeds.find(desk, ref)
    path = named_file(target, f"inspector {deeds.name_of(state)}.pdf", ENDINGS)
    now = desk.clock.now()
    seal = certified(gather(desk.record, (state,), "inspector", {"alert": state.key}, now), path, certify)
    of = Inspected(state, desk.views.notice(state.key), desk.record.organisation, now, _others(desk))
    data = _written(inspector_page(of, seal), path, seal)
    return issue_file(desk, path, data, seal, person, f"the inspector's page of {deeds.name_of(state)}")


def export_inspector_file(
    desk: Desk,
    target: Path,
    person: Person,
    first: date | None = None,
    last: date | None = None,
    progress: Progress | None = None,
    certify: Certify | None = None,
) -> tuple[Path, Changes]:
    """Writes all alerts received from `first` to `last` (London days, both included), a table of contents first.

    Without days: the twelve months up to today. Raises Refused when the period is upside down, or the file cannot be
    written; whatever `progress` raises to stop leaves no file.
    """
    first, last = twelve_months(desk, first, last)
    days = f"{first.isoformat()} to {last.isoformat()}"
    path = named_file(target, f"alerts and evidence {days}.pdf", ENDINGS)
    states = desk.views.states(_start(first), _start(last + timedelta(days=1)))
    now, organisation = desk.clock.now(), desk.record.organisation
    seal = gather(desk.record, states, "inspector", {"from": first.isoformat(), "to": last.isoformat()}, now)
    seal = certified(seal, path, certify)
    alerts = [Inspected(state, desk.views.notice(state.key), organisation, now) for state in states]
    others = _others(desk)
    period = Period(organisation, first, last, now, (*cautions(desk), *([others] if others else [])))

    def told(done: int, total: int) -> None:
        if progress:
            progress("Laying out alerts", done, total)

    data = _written(inspector_file(alerts, period, seal, told), path, seal)
    what = f"the alerts and evidence from {say_date(first)} to {say_date(last)}"
    return issue_file(desk, path, data, seal, person, what)


def _others(desk: Desk) -> str:
    """That other workstations of the organisation keep records of their own, and how far they are in this file."""
    own = cut_now(desk)
    earlier = {head.log for head in desk.record.lineage()}
    logs = [one for one in own.logs[1:] if code_of(one.ods) == code_of(own.own.ods) and one.log not in earlier]
    if not logs:
        return ""
    more = "1 other workstation" if len(logs) == 1 else f"{len(logs)} other workstations"
    keeps = "keeps a record" if len(logs) == 1 else "keep records"
    reach = "; ".join(f"log {one.log[:8]} up to entry {one.size:,}" for one in logs if one.size)
    held = f"what has come here of them is in this file ({reach})" if reach else "nothing of them has come here yet"
    return f"{more} of this organisation {keeps} beside this one; {held}."


def twelve_months(desk: Desk, first: date | None, last: date | None) -> tuple[date, date]:
    """The period meant: the days given, else the twelve months up to the last day, or up to today.

    Raises Refused when it ends before it begins, and for a year that nobody means.
    """
    last = last or london(desk.clock.now()).date()
    refuse_no_period(first or last, last)
    first = first or _year_before(last) + timedelta(days=1)
    return first, last


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def _written(document: Document, path: Path, seal: Seal) -> bytes:
    if path.suffix.lower() == ".pdf":
        return write_pdf(document, seal)
    return write_markup(document, "html", seal).encode("utf-8")
