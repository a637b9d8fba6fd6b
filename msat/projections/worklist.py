"""The worklist: one row an alert, which group it stands in, in what order, and how its due date reads. Pure.

The views ask the same of their database in SQL; a test holds the two orders together. Days are London days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from msat.clock import LONDON, last_moment, london, say_short_date, say_time
from msat.projections.alert_state import AlertState, Status
from msat.projections.changed_since import changed_at
from msat.projections.ports import Query, Row
from msat.projections.search_terms import matches
from msat.projections.topics import topic
from msat.projections.triaged import URGENCY
from msat.projections.values import same_person
from msat.projections.work import Absence, follows
from msat.triage.model import Priority

OVERDUE = "Overdue"
TODAY = "Due today"
SECOND = "Waiting for a second person"
RECHECK = "Re-check due"
WEEK = "Due this week"
LATER = "Later"
NO_DATE = "No date"
HISTORIC = "Historic, review"
DEFERRED = "Deferred"
WITHDRAWN = "Withdrawn"
SUPERSEDED = "Superseded"
DONE = "Done"
NOT_APPLICABLE = "Not applicable"

GROUPS = (
    OVERDUE,
    TODAY,
    SECOND,
    RECHECK,
    WEEK,
    LATER,
    NO_DATE,
    HISTORIC,
    DEFERRED,
    WITHDRAWN,
    SUPERSEDED,
    DONE,
    NOT_APPLICABLE,
)
"""The headings in their order. A Red that waits for its second person stands right after what is due today: it needs
one more person, not one more day."""

DATED = frozenset({OVERDUE, TODAY, SECOND, WEEK, LATER})
"""Groups ordered by due date once Red, Amber and Green are apart; the others show the newest first."""

CLOSED = frozenset({WITHDRAWN, SUPERSEDED, DONE, NOT_APPLICABLE})
"""Groups in which nothing is pressing: newest first, whatever the priority."""

WEEK_DAYS = 7
"""Today and the six days after it: each weekday once, so that "Thu" can mean one day only."""

EVERYBODYS = (Priority.RED, None)
"""The priorities of alerts that everybody sees until somebody has acknowledged them."""

FINISHED = (Status.DONE, Status.NOT_APPLICABLE, Status.SUPERSEDED)
"""Closed by what was recorded here or by a newer alert: that says more than a withdrawal."""

_BY_STATUS = {
    Status.SECOND_PERSON: SECOND,
    Status.NOT_APPLICABLE: NOT_APPLICABLE,
    Status.DONE: DONE,
    Status.SUPERSEDED: SUPERSEDED,
    Status.RECHECK: RECHECK,
    Status.DEFERRED: DEFERRED,
    Status.HISTORIC: HISTORIC,
    Status.OVERDUE: OVERDUE,
}


def row(state: AlertState, now: datetime) -> Row:
    """The line that shows `state` in a list."""
    return Row(
        key=state.key,
        reference=state.reference,
        title=state.title,
        family=state.family,
        alert_class=state.alert_class,
        level=state.level,
        issued=state.issued,
        published=state.published,
        received=state.received,
        rag=state.rag,
        status=state.status(now),
        due=state.due.at if state.due else None,
        actions_done=sum(action.is_answered for action in state.actions),
        actions_total=len(state.actions),
        sources=tuple((source.source, source.url) for source in state.sources),
        flags=state.flags,
        withdrawn=bool(state.withdrawn),
        is_open=state.is_open_at(now),
        owner=state.owner.name if state.owner else "",
        deputy=state.owner.deputy if state.owner else "",
        acknowledged=state.acknowledged is not None,
        deferred_until=state.deferral.until if state.deferral else None,
        recheck_due=state.recheck_due,
        changed=changed_at(state),
        topic=topic(state) or "",
    )


def group(row: Row, now: datetime) -> str:
    """The heading that `row` stands under at the moment `now`."""
    if row.withdrawn and not row.is_open and row.status not in FINISHED:
        return WITHDRAWN
    if row.status in _BY_STATUS:
        return _BY_STATUS[row.status]
    if row.due is None:
        return NO_DATE
    if row.due <= midnight(now, 1):
        return TODAY
    return WEEK if row.due <= midnight(now, WEEK_DAYS) else LATER


def order(row: Row, now: datetime) -> tuple[int, int, float, float, str]:
    """What rows are sorted by: group, then Red, Amber, unrated, Green, then due date, then newest, then key."""
    heading = group(row, now)
    urgency = 0 if heading in CLOSED else URGENCY[row.rag]
    due = row.due.timestamp() if row.due and heading in DATED else 0.0
    newest = row.published or row.received
    return (GROUPS.index(heading), urgency, due, -newest.timestamp(), row.key)


def midnight(now: datetime, days: int) -> datetime:
    """The London midnight that begins the day `days` after that of `now`."""
    return datetime.combine(london(now).date() + timedelta(days=days), time(), tzinfo=LONDON)


def newest_first(row: Row) -> tuple[int, str]:
    """What rows are sorted by where the newest comes first: the minute of publication, else of receipt, then key."""
    return (-int((row.published or row.received).timestamp() // 60), row.key)


def selected(row: Row, stored: str, query: Query, now: datetime, absent: Sequence[Absence] = ()) -> bool:
    """Whether `query` asks for `row`.

    `stored` holds the search terms of its alert (`searching`), `absent` who is away.
    """
    return (
        (query.rag is None or row.rag is query.rag)
        and (query.status is None or row.status is query.status)
        and (query.family is None or row.family == query.family)
        and (query.topic is None or row.topic == query.topic)
        and (query.any_of is None or any(matches(stored, one) for one in query.any_of))
        and (row.is_open or not query.open_only)
        and not (row.is_open and query.closed_only)
        and (query.only is None or row.key in query.only)
        and not is_put_aside(row, query.hidden, now)
        and (query.owner is None or is_owned(row.owner, query.owner))
        and (query.mine is None or is_everybodys(row) or acts_for(query.mine, row.owner, row.deputy, absent, now))
        and matches(stored, query.search)
    )


def is_put_aside(row: Row, hidden: frozenset[str], now: datetime) -> bool:
    """Whether an alert is out of a list because somebody put it aside. What may be a Red and is overdue never is, nor
    one that waits for a second person past its time limit."""
    waits = row.status is Status.SECOND_PERSON and not row.withdrawn and row.due is not None and row.due < now
    return row.key in hidden and not (row.rag in EVERYBODYS and (waits or row.status is Status.OVERDUE))


def is_late(row: Row, now: datetime) -> bool:
    """Whether its time limit has passed with work left to do: overdue, or waiting for a second person beyond it."""
    if row.status is not Status.SECOND_PERSON:
        return row.status is Status.OVERDUE
    has_limit = not row.withdrawn and "historic" not in row.flags  # what came after its limit is never called overdue
    return has_limit and row.due is not None and row.due < now


def updated(row: Row) -> datetime | None:
    """When the notice of an alert that is still to be worked on changed; None where that is nobody's concern."""
    return row.changed if row.is_open and not row.withdrawn else None


def is_owned(owner: str, person: str) -> bool:
    """Whether the alert's owner is this person."""
    return bool(owner) and same_person(owner, person)


def is_everybodys(row: Row) -> bool:
    """Whether an alert is shown to each person, whosever it is: nobody has acknowledged the Red (or whatever has no
    rating, which may be one), or it waits for a second person."""
    unseen = row.rag in EVERYBODYS and not row.acknowledged and row.is_open
    return unseen or row.status is Status.SECOND_PERSON


def acts_for(person: str, owner: str, deputy: str, absent: Sequence[Absence], now: datetime) -> bool:
    """Whether this person acts today for the owner of an alert."""
    return follows(owner, absent, london(now).date(), deputy).is_for(person)


def due_words(row: Row, now: datetime) -> str:
    """How the due date of `row` reads: "Due today 17:00", "Due Thu 26 Nov", "Overdue 2 days"."""
    if row.status is Status.DEFERRED and row.deferred_until is not None:
        return _deferred_words(row, row.deferred_until, now)
    if row.status is Status.RECHECK and row.recheck_due is not None:
        return f"Search again due since {_day(row.recheck_due, now)}"
    if row.due is None:
        return "No time limit in the notice"
    if row.status is Status.OVERDUE:
        return overdue_words(row.due, now)
    if row.due < now:
        return f"Was due {_day(last_moment(row.due), now)}"
    if london(last_moment(row.due)).date() == london(now).date():
        return f"Due today {_clock(row.due)}".rstrip()
    return f"Due {_day(last_moment(row.due), now)}"


def _deferred_words(row: Row, until: datetime, now: datetime) -> str:
    """A deferral never hides the notice's own limit."""
    words = f"Deferred until {_day(until, now)}"
    if row.due is None:
        return f"{words}, no time limit in the notice"
    past = "past its limit" if until > row.due else "limit"
    return f"{words}, {past} {_day(last_moment(row.due), now)}"


def overdue_words(due: datetime, now: datetime) -> str:
    """How long ago `due` was, in London days, or in hours on the day itself."""
    days = (london(now).date() - london(last_moment(due)).date()).days
    if days >= 1:
        return f"Overdue {days} day{'' if days == 1 else 's'}"
    hours = int((now - due).total_seconds() // 3600)
    return f"Overdue {hours} hour{'' if hours == 1 else 's'}" if hours else "Overdue since " + say_time(due)


def _day(due: datetime, now: datetime) -> str:
    """`Thu 26 Nov`, with the year where it is another one."""
    day: date = london(due).date()
    year = "" if day.year == london(now).year else f" {day.year}"
    return say_short_date(day) + year


def _clock(due: datetime) -> str:
    """The time of day, unless the deadline is the end of the day."""
    at = london(last_moment(due)).time()
    return "" if at >= time(23, 59) else say_time(due)

