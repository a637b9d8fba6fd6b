"""What the indicators K1 to K10 are computed from, up to a cut: who is asked, what each recorded, issues sent, gaps.

A committee asks the practices of its area and every organisation that it enrolled; anybody else answers for itself
alone. Reads the record and its files only, so that a cut gives the same at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msat.alerts.model import Alert
from msat.alerts.versions import decode
from msat.clock import london
from msat.errors import RecordProblem
from msat.feeds.ods_model import NETWORKS, PRACTICES
from msat.projections.cut import Cut
from msat.projections.gaps import Gap, gaps, mentions
from msat.projections.general import General
from msat.projections.kpi_model import Basis, Returned
from msat.projections.merged import Organisation
from msat.projections.newsletter_issues import Issue, communications, issues
from msat.projections.pair_facts import facts_of
from msat.projections.practices import CLOSED, OPEN, Practice, area_of, directory, imports, practices
from msat.services.desk import Desk, Progress
from msat.services.gathering import REMOVED, code_of, gather, gather_own
from msat.services.practices import read_kept
from msat.working_days import Site

COMMITTEE = "committee"


def basis(
    desk: Desk,
    cut: Cut,
    first: date,
    last: date,
    progress: Progress | None = None,
    organisations: Iterable[Organisation] | None = None,
    site: Site | None = None,
) -> Basis:
    """What the indicators of the period (London days, both included) are computed from, as at the cut.

    `organisations` is what `gather` gave, for a caller that reads it for more than this; `site` says whose working days
    count, else those of this profile. Raises Refused as `gather`, and when the list of practices that the area was
    chosen from is missing or damaged: a practice must not drop out of sight for that.
    """
    if organisations is None:
        organisations = gather(desk, cut, progress) if cut.own.kind == COMMITTEE else [gather_own(desk, cut)]
    asked: dict[str, Practice] = {}
    found: list[Returned] = []
    sent: list[Issue] = []
    missing: tuple[Gap, ...] = ()
    for one in organisations:
        if one.is_own:
            missing = gaps_of(desk, one)
            if one.kind == COMMITTEE:
                asked = {code_of(each.code): each for each in area_at(desk, one.general, cut, first, last)}
        found.append(_returned(one, asked.pop(code_of(one.ods), None), cut))
        sent += issues(one.general)
    found += [_silent(practice) for practice in asked.values()]
    own = code_of(cut.own.ods)
    found.sort(key=lambda one: (one.ods != own, one.ods))
    site = site or desk.knowledge.site
    return Basis(tuple(found), first, last, cut.moment, missing, communications(sent), site)


def _returned(one: Organisation, practice: Practice | None, cut: Cut) -> Returned:
    facts = tuple(facts_of(state, cut.moment) for state in one.states.values()) if one.is_held else None
    name = practice.name if practice else one.name
    opened, closed = _days(practice)
    return Returned(code_of(one.ods), name, one.kind, facts, _is_asked(one, practice is not None), opened, closed)


def _is_asked(one: Organisation, is_in_area: bool) -> bool:
    """A committee reports on others. One whose every log was removed is asked only while it is in the area."""
    if one.kind == COMMITTEE:
        return False
    return is_in_area or one.is_own or any(log.frozen != REMOVED for log in one.logs)


def _silent(practice: Practice) -> Returned:
    opened, closed = _days(practice)
    kind = practice.organisation_kind or practice.kind
    return Returned(code_of(practice.code), practice.name, kind, None, True, opened, closed)


def _days(practice: Practice | None) -> tuple[date | None, date | None]:
    """When it opened and closed, as the list says."""
    if practice is None:
        return None, None
    return _day(practice.opened), _day(practice.closed)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def area_at(desk: Desk, general: Sequence[General], cut: Cut, first: date, last: date) -> Iterator[Practice]:
    """The practices of the area as at the cut that were open on a day of the period; none while no list was imported.

    Those of which the list says neither open nor closed (dormant, proposed) are left out. Raises Refused when a kept
    list is missing or damaged.
    """
    newest = imports(general)
    if PRACTICES not in newest:
        return
    known = directory(read_kept(desk, newest[kind]) for kind in (PRACTICES, NETWORKS) if kind in newest)
    today = london(cut.moment).date().isoformat()
    for one in practices(known, area_of(general), today):
        opened, closed = _days(one)
        was_open = (opened is None or opened <= last) and (closed is None or closed >= first)
        if was_open and one.status in (OPEN, CLOSED) and not (one.status == CLOSED and closed is None):
            yield one


def gaps_of(desk: Desk, own: Organisation) -> tuple[Gap, ...]:
    """Every gap in the numbered series as the own record stood at the cut, explained ones included."""
    told: dict[str, list[Alert]] = {}
    for page in own.pages:
        notice = _notice(desk, page.version)
        if notice is not None:
            told.setdefault(page.key, []).append(notice)
    found = [mention for key, state in own.states.items() for mention in mentions(state, told.get(key, []))]
    return tuple(gaps(sorted(found), own.explanations))


def _notice(desk: Desk, version: str) -> Alert | None:
    """A notice as it was recorded; None when its file is missing or damaged, which `verify` tells."""
    data = desk.files.get(version) if version else None
    if data is None:
        return None
    try:
        return decode(data)
    except RecordProblem:
        return None
