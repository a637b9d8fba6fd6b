"""What the Oversight page shows, put together off the window's thread; and its sentences. No Qt, no drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from msat.clock import london
from msat.gui import tongue, words
from msat.gui.dates import say_date
from msat.gui.tongue import plural, tr
from msat.gui.words import count_words
from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.board import BoardAlert, BoardOrganisation, Totals
from msat.projections.decisions import Decision, decisions, ordered, overdue, standing_words
from msat.projections.per_cent import per_cent
from msat.triage.model import Priority
from msat.working_days import HOME, Site

if TYPE_CHECKING:
    from msat.gui.board_choice import Only
    from msat.gui.grace import Grace as Waiting
    from msat.projections.alert_state import AlertState
    from msat.projections.board import Board
    from msat.projections.kpi_model import Kpi
    from msat.projections.work_state import Discussed
    from msat.services.desk import Desk, Progress
    from msat.services.oversight import Figures, HeadLine

COMMITTEE = "committee"
MINUTES_KEY = "Ctrl+Shift+M"
MOST_AGENDA = 8
MOST_NAMES = 8
"""Of more organisations than these that are overdue with one alert, the rest are counted."""
AT_ONCE = 100
"""A meeting that is given more items than these reads none of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One reading of the board and its figures."""

    organisations: tuple[BoardOrganisation, ...]
    alerts: tuple[BoardAlert, ...]
    by_alert: Mapping[AlertKey, Totals]
    by_organisation: Mapping[str, Totals]
    late_by_alert: Mapping[AlertKey, int]
    """In how many organisations each alert is past its limit, one that waits for a second person there as well."""
    late_by_organisation: Mapping[str, int]
    head: HeadLine
    figures: Figures
    own: Mapping[AlertKey, AlertState]
    """The alerts that are in the own record, as they stand there: a decision can be recorded for them."""
    is_committee: bool
    now: datetime
    decisions: tuple[Decision, ...] = ()
    """What meetings decided and somebody still sees to, the most overdue first."""
    site: Site = HOME
    """Whose working days the decisions are counted in."""
    late: Mapping[AlertKey, tuple[str, ...]] = field(default_factory=dict)
    """Of each alert of the agenda: the first `MOST_NAMES` organisations that are overdue with it, as people count."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something to talk about: an alert, or (key empty) the organisations that sent nothing."""

    key: AlertKey | None
    head: str
    words: str
    rag: Priority | None = None
    can_decide: bool = False
    late: str = ""
    """Who is overdue, by name; empty where that is nobody else than oneself."""
    decided: Discussed | None = None
    """The last meeting that took it up: nobody should be asked to decide it anew unknowing."""
    decision: Decision | None = None
    """Set where it is a decision that is overdue, and not the alert itself: it has no priority."""


def look(
    desk: Desk, first: date, last: date, progress: Progress | None = None, waiting: Waiting | None = None
) -> Shown:
    """Brings the board up to what is recorded and reads everything that the page shows.

    `waiting`, if given, is what waits to be recorded: the alerts of the own record are read as they will be.
    """
    from msat.services.oversight import board_of, figures, head_line

    board = board_of(desk, progress)
    now = desk.clock.now()
    alerts = tuple(one for one in board.alerts() if first <= london(one.received).date() <= last)
    site = desk.knowledge.site
    known = {state.key: state for state in desk.views.discussed()}
    if waiting is not None:
        for key in {*known, *map(AlertKey, waiting.keys())}:
            state = waiting.ahead(desk, known.get(key) or desk.views.alert(key))
            known |= {key: state} if state is not None else {}
    decided = [one for one in decisions(known.values()) if one.is_open]
    shown = Shown(
        tuple(board.organisations()),
        alerts,
        board.by_alert(now),
        board.by_organisation(now),
        board.late_by_alert(now),
        board.late_by_organisation(now),
        head_line(board, desk),
        figures(desk, first, last, progress),
        {one.key: state for one in alerts if (state := known.get(one.key) or desk.views.alert(one.key)) is not None},
        desk.record.organisation.kind == COMMITTEE,
        now,
        tuple(ordered(decided, london(now).date(), site)),
        site,
    )
    return replace(shown, late=_named_late(board, shown)) if shown.is_committee else shown


def _named_late(board: Board, shown: Shown) -> dict[AlertKey, tuple[str, ...]]:
    """Who is overdue with each alert of the agenda. Reads on only until every alert has names enough."""
    wanted = {one.key: min(MOST_NAMES, shown.late_by_alert[one.key]) for one in _late(shown)[:MOST_AGENDA]}
    found: dict[AlertKey, list[str]] = {key: [] for key in wanted}
    asked = [one for one in shown.organisations if shown.late_by_organisation.get(one.ods)]
    for at in range(0, len(asked), AT_ONCE):
        if all(len(found[key]) >= most for key, most in wanted.items()):
            break
        some = asked[at : at + AT_ONCE]
        cells = board.cells([one.ods for one in some], shown.now)
        for one in some:
            states = cells.get(one.ods, {})
            for key, most in wanted.items():
                cell = states.get(key)
                if cell is not None and cell.is_late and len(found[key]) < most:
                    found[key].append(one.name)
    return {key: tuple(names) for key, names in found.items()}


def cells(desk: Desk, codes: Sequence[str]):
    """The cells of some organisations as at now."""
    return desk.board.cells(codes, desk.clock.now()) if desk.board is not None else {}


# --- periods -----------------------------------------------------------------------------------------------------


def periods(today: date) -> list[tuple[str, date, date]]:
    """The periods to choose from: their names, first and last day. NHS years run from April to March."""
    year = today.year if today.month >= 4 else today.year - 1
    months = [(tr("Last 3 months"), 91), (tr("Last 12 months"), 365)]
    found = [(name, today - timedelta(days=days), today) for name, days in months]
    found.append((tr("{year}/{year_2:02}, so far").format(year=year, year_2=(year + 1) % 100), date(year, 4, 1), today))
    found.append((f"{year - 1}/{year % 100:02}", date(year - 1, 4, 1), date(year, 3, 31)))
    return found


# --- sentences ---------------------------------------------------------------------------------------------------


def head_tiles(shown: Shown) -> list[tuple[str, str, str]]:
    """The figures at the top: number, what it counts, tone."""
    head, on_time = shown.head, shown.figures.kpis[5]
    silent = (
        tr("of {organisations:,} organisations have sent nothing").format(organisations=head.organisations)
        if shown.is_committee
        else ""
    )
    tiles = [
        (f"{head.open_red:,}", _open_red(shown), "red" if head.open_red else "plain"),
        (f"{head.overdue:,}", _overdue(shown), "red" if head.overdue else "plain"),
        (_percent(on_time), tr("done by their deadline, {counts}").format(counts=_counts(on_time)), "plain"),
    ]
    if silent:
        tiles.append((f"{head.silent:,}", silent, "amber" if head.silent else "plain"))
    return tiles


def _open_red(shown: Shown) -> str:
    if shown.is_committee:
        return tr("Red alerts are open, as the organisations rate them")
    return tr("Red alerts are open")


def _percent(kpi) -> str:
    """The share by itself; nothing to count is a dash."""
    percent = getattr(kpi.value, "percent", None)
    return "–" if percent is None else per_cent(percent)


def _counts(kpi) -> str:
    """“4 of 5”: the share stands above it."""
    return kpi.words.partition(" (")[0]


def _overdue(shown: Shown) -> str:
    if not shown.is_committee:
        return tr("overdue")
    head = shown.head
    return tr("overdue, in {overdue_organisations:,} of {organisations}").format(
        overdue_organisations=head.overdue_organisations, organisations=count_words(head.organisations, "organisation")
    )


def indicator_line(kpi: Kpi) -> tuple[str, str, str, str]:
    """Code, name, value with its counts, and what is counted of what."""
    meant = kpi.definition
    of = tr(" Of: {denominator}.").format(denominator=tongue.said(meant.denominator)) if meant.denominator else ""
    return kpi.code, tongue.said(meant.name), tongue.said(kpi.words), f"{tongue.said(meant.numerator)}.{of}"


def board_line(shown: Shown, organisations: int, alerts: int) -> str:
    """What the table below holds: how many rows and columns, of how many."""
    of_rows = (
        tr(" of {organisations:,}").format(organisations=len(shown.organisations))
        if organisations != len(shown.organisations)
        else ""
    )
    of_columns = tr(" of {alerts:,}").format(alerts=len(shown.alerts)) if alerts != len(shown.alerts) else ""
    whose = tr(" Priorities are those of the organisations.") if shown.is_committee else ""
    rows = f"{organisations:,}{of_rows} {plural(len(shown.organisations), 'organisation', 'organisations')}"
    return (
        tr("{rows} by {alerts:,}{of_columns} {which}, by name: nobody is ranked. Enter tells more of a cell.").format(
            rows=rows, alerts=alerts, of_columns=of_columns, which=plural(len(shown.alerts), "alert", "alerts")
        )
        + whose
    )


def agenda(
    shown: Shown, only: Only | None = None, overdue_there: frozenset[AlertKey] = frozenset()
) -> list[AgendaItem]:
    """What a meeting should look at: decisions that are overdue, Reds not done by their deadline, what else is overdue,
    who sent nothing. With `only` that alone; of an organisation, the alerts that are `overdue_there`."""
    if only is not None:
        return _agenda_of(shown, only, overdue_there)
    late = [_decision_item(one, shown) for one in overdue(shown.decisions, london(shown.now).date(), shown.site)]
    first = _at_most(late, lambda more: count_words(more, "more decision"), tr("They stand under Decisions."))
    return [*first, *_agenda_of_all(shown)]


def _agenda_of(shown: Shown, only: Only, overdue_there: frozenset[AlertKey]) -> list[AgendaItem]:
    """The agenda of one organisation, one alert, or the alerts of some days."""
    if only.code:
        words = tr("Overdue in {organisation}.").format(organisation=only.words)
        items = [_item(one, shown) for one in _late(shown) if one.key in overdue_there]
        return [replace(item, words=words, late="") for item in items]
    keys = {one.key for one in shown.alerts if only.is_of(one)}
    late = overdue(shown.decisions, london(shown.now).date(), shown.site)
    decided = [_decision_item(one, shown) for one in late if one.key in keys]
    return [*decided, *(_item(one, shown) for one in _late(shown) if one.key in keys)]


def _at_most(items: list[AgendaItem], counted: Callable[[int], str], where: str) -> list[AgendaItem]:
    """The first of them; how many more there are is said, and where they stand."""
    if len(items) <= MOST_AGENDA:
        return items
    rest = tr("{alerts} overdue").format(alerts=counted(len(items) - MOST_AGENDA))
    return [*items[:MOST_AGENDA], AgendaItem(None, rest, where)]


def _decision_item(one: Decision, shown: Shown) -> AgendaItem:
    state = shown.own.get(one.key)
    title = one.title if not one.reference or one.reference in one.title.replace(" ", "") else one.name
    return AgendaItem(
        one.key,
        tr("A decision is overdue: {alert}").format(alert=title),
        tongue.said(standing_words(one, london(shown.now).date(), shown.site)),
        state.rag if state is not None else None,
        True,
        tr("Owner: {owner}.").format(owner=one.met.owner),
        one.met,
        one,
    )


def _agenda_of_all(shown: Shown) -> list[AgendaItem]:
    found = [_item(one, shown) for one in _late(shown)]
    found = _at_most(found, lambda more: count_words(more, "more alert"), tr("The board shows all of them."))
    silent = [one.name for one in shown.organisations if not one.has_replied]
    if silent and shown.is_committee:
        named = ", ".join(silent[:8]) + (
            tr(" and {silent:,} more").format(silent=len(silent) - 8) if len(silent) > 8 else ""
        )
        found.append(
            AgendaItem(
                None, tr("No reply from {organisations}").format(organisations=_organisations(len(silent))), f"{named}."
            )
        )
    return found


def nothing_to_discuss(shown: Shown) -> str:
    """What an empty agenda says."""
    if not shown.organisations:
        return tr("Nothing to discuss yet: no organisation is here.")
    everybody = tr(", and everybody has sent something") if shown.is_committee else ""
    return tr("Nothing received in this period is overdue{everybody}.").format(everybody=everybody)


def _late(shown: Shown) -> list[BoardAlert]:
    """Alerts overdue somewhere: Red before Amber, not rated and Green; then where most are late."""
    order = {Priority.RED: 0, Priority.AMBER: 1, None: 2, Priority.GREEN: 3}
    late = [one for one in shown.alerts if shown.late_by_alert.get(one.key)]
    return sorted(late, key=lambda one: (order[one.rag], -shown.late_by_alert[one.key], one.key))


def _item(one: BoardAlert, shown: Shown) -> AgendaItem:
    counts, late_in = shown.by_alert[one.key], shown.late_by_alert[one.key]
    waits = not counts.get(Status.OVERDUE)
    words = tr("Overdue here: it waits for a second person.") if waits else tr("Overdue here.")
    if shown.is_committee:
        received = _organisations(sum(counts.values()))
        words = tr("Overdue in {counts:,} of {received} that received it.").format(counts=late_in, received=received)
    late = _names(shown.late.get(one.key, ()), late_in)
    met = [meeting for meeting in shown.own[one.key].discussed if not meeting.struck] if one.key in shown.own else []
    return AgendaItem(one.key, called(one), words, one.rag, one.key in shown.own, late, met[-1] if met else None)


def _names(some: Sequence[str], of: int) -> str:
    """“Practice 2, Practice 10 and 3 more.”; empty where none is named."""
    more = tr(" and {late:,} more").format(late=of - len(some)) if of > len(some) else ""
    return tr("Overdue: {names}{more}.").format(names=", ".join(some), more=more) if some else ""


def called(one: BoardAlert) -> str:
    """What people call an alert: its title, with the reference before it where the title does not end in it anyway."""
    squeezed = one.title.replace(" ", "")
    return one.title if not one.reference or one.reference in squeezed else f"{one.reference} {one.title}"


def _organisations(count: int) -> str:
    return f"{count:,} {'organisation' if count == 1 else 'organisations'}"


def totals_words(counts: Totals, late: int) -> str:
    """“Done in 12, overdue in 3.”, the most frequent first; a state nobody is in is not named. Of `late`, those that
    wait for a second person are said beside it."""
    named = sorted(((count, status) for status, count in counts.items() if count), key=lambda one: (-one[0], one[1]))
    parts = [
        tr("{value} in {count:,}").format(value=words.status_words(status).lower(), count=count)
        for count, status in named
    ]
    waiting = late - counts.get(Status.OVERDUE, 0)
    if waiting > 0:
        at = [status for _count, status in named].index(Status.SECOND_PERSON)
        parts[at] = tr("{waiting} ({late:,} past the limit)").format(waiting=parts[at], late=waiting)
    return f"{', '.join(parts)[:1].upper()}{', '.join(parts)[1:]}." if parts else tr("No organisation has received it.")


def period_words(first: date, last: date) -> str:
    return tr("{first} to {last}").format(first=say_date(first), last=say_date(last))


def rating_words(one: BoardAlert, shown: Shown) -> str:
    """Whose rating is which: what the organisations give it at most, and what the committee does."""
    if not shown.is_committee:
        return ""
    said = tr("As the organisations rate it: {rag}.").format(rag=words.rag_word(one.rag))
    own = shown.own.get(one.key)
    if own is None:
        return f"{said} {tr('It is not in the own log of the committee.')}"
    return f"{said} {tr('As the committee rates it: {rag}.').format(rag=words.rag_word(own.rag))}"


def received_words(one: BoardAlert, shown: Shown) -> str:
    """How many sent a record that does not hold it, to stand after the totals; empty where that is nobody."""
    replied = sum(each.has_replied for each in shown.organisations)
    missing = replied - sum(shown.by_alert.get(one.key, {}).values())
    if missing <= 0 or not shown.is_committee:
        return ""
    return tr(" Not received by {organisations}.").format(organisations=_organisations(missing))


def silent_words(shown: Shown) -> str:
    """How many sent nothing, to stand after the totals: what they did is not known, and that is said."""
    silent = sum(not one.has_replied for one in shown.organisations)
    if not silent or not shown.is_committee:
        return ""
    return tr(" No reply from {organisations}.").format(organisations=_organisations(silent))
