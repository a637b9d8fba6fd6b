"""What a committee looks at: the board of organisations and alerts, brought up to what is recorded, and its figures.

Only organisations of which something new came are read anew. A practice that is no committee sees itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from msat.errors import Refused
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState, Status
from msat.projections.board import Board, BoardAlert, BoardOrganisation, cell_of
from msat.projections.cut import LogCut
from msat.projections.funnel import Funnel, funnel
from msat.projections.kpi_model import Kpi
from msat.projections.kpi_series import Month, by_month, by_organisation, working_days_to_close
from msat.projections.kpis import kpis
from msat.projections.practices import CHOSEN, IMPORTED, OPEN, Practice
from msat.projections.spc import Better, Spc, spc
from msat.services import gathering
from msat.services.desk import Desk, Progress
from msat.services.indicators import COMMITTEE, basis
from msat.services.practices import list_practices
from msat.triage.model import Priority


def board_of(desk: Desk, progress: Progress | None = None) -> Board:
    """The board, read on to what is recorded now. Raises Refused as `gathering.gather`, Cancelled by `progress`."""
    board = desk.board
    if board is None:
        raise Refused("This profile has no place for a board.", "Open it as a file of your own.")
    cut = gathering.cut_now(desk)
    groups = {gathering.code_of(logs[0].ods): logs for logs in gathering.by_organisation(cut)}
    asked = _asked(desk, groups)
    was = board.stamps()
    board.drop(sorted(was.keys() - asked.keys()))
    stale = [one for one in asked.values() if was.get(one.ods) != one.stamp]
    for number, one in enumerate(stale):
        if progress:
            progress("Reading what each organisation recorded", number, len(stale))
        states: tuple[AlertState, ...] = ()
        if one.stamp:
            states = tuple(gathering.gather_one(desk, groups[one.ods]).states.values())
        board.keep(one, map(_alert_of, states), map(cell_of, states), cut.moment)
    return board


def _asked(desk: Desk, groups: dict[str, tuple[LogCut, ...]]) -> dict[str, BoardOrganisation]:
    """Everybody who stands on the board, by ODS code: a committee's practices and whoever it enrolled, else oneself."""
    own = next(iter(groups))
    if desk.record.organisation.kind != COMMITTEE:
        return {own: _described(own, groups[own], None)}
    area = {gathering.code_of(one.code): one for one in _area(desk)}
    enrolled = [
        code
        for code, logs in groups.items()
        if code != own and (code in area or any(log.frozen != gathering.REMOVED for log in logs))
    ]
    return {code: _described(code, groups.get(code, ()), area.get(code)) for code in sorted({*area, *enrolled})}


def _area(desk: Desk) -> Iterator[Practice]:
    """The practices of the area that are open today; none while no list was imported."""
    if any(one.type == IMPORTED and not one.struck for one in desk.views.general(IMPORTED, CHOSEN)):
        yield from (one for one in list_practices(desk) if one.status == OPEN)


def _described(code: str, logs: tuple[LogCut, ...], practice: Practice | None) -> BoardOrganisation:
    stamp = ";".join(f"{one.log}:{one.size}:{one.head}" for one in logs if one.size)
    if practice is not None:
        return BoardOrganisation(
            code, practice.name, practice.organisation_kind or practice.kind, practice.pcn_name, stamp
        )
    return BoardOrganisation(code, logs[0].name, logs[0].kind, "", stamp)


def _alert_of(state: AlertState) -> BoardAlert:
    source = state.sources[0].called if state.sources else ""
    return BoardAlert(state.key, state.reference or "", state.title, state.family, state.rag, state.received, source)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period beside the board."""

    first: date
    last: date
    kpis: tuple[Kpi, ...]
    months: tuple[Month, ...]
    to_close: Spc
    by_practice: Funnel
    closed: tuple[AlertKey, ...] = ()
    """The alert of each point of `to_close`."""


def figures(desk: Desk, first: date, last: date, progress: Progress | None = None) -> Figures:
    """K1 to K10 of the period (London days, both included), as at now, with what the charts are drawn from.

    Raises Refused as `indicators.basis`, ValueError when the period ends before it begins.
    """
    made = basis(desk, gathering.cut_now(desk), first, last, progress)
    series = working_days_to_close(made)
    return Figures(
        first,
        last,
        kpis(made),
        by_month(made),
        spc(series.values, Better.DOWN, "working days", floor=0),
        funnel(by_organisation(made), "finished on time"),
        series.keys,
    )


@dataclass(frozen=True, slots=True)
class HeadLine:
    """The counts above everything else. Cells are alerts in organisations."""

    open_red: int
    """Alerts that are Red and not finished in at least one organisation."""
    overdue: int
    """Cells past their limit: those that wait for a second person as well."""
    overdue_organisations: int
    organisations: int
    silent: int
    """Organisations of which nothing came."""


def head_line(board: Board, desk: Desk) -> HeadLine:
    """Counted from the board as at now."""
    now = desk.clock.now()
    organisations, late = board.organisations(), board.late_by_organisation(now)
    totals = board.by_alert(now)
    red = [one.key for one in board.alerts() if one.rag is Priority.RED]
    return HeadLine(
        open_red=sum(any(totals.get(key, {}).get(status) for status in UNFINISHED) for key in red),
        overdue=sum(late.values()),
        overdue_organisations=len(late),
        organisations=len(organisations),
        silent=sum(not one.has_replied for one in organisations),
    )


UNFINISHED = (Status.NOT_ACKNOWLEDGED, Status.IN_HAND, Status.SECOND_PERSON, Status.OVERDUE, Status.DEFERRED)
