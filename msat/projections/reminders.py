"""What to tell people of, and when: a new Red at once, new Ambers once a working day, time limits before and after.

Pure: open alerts, what was told before, the time, the site's days and the settings in, notices out. Rows hold no
patient detail, and neither do notices. What was told is no evidence: where it is lost, things are told once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from msat.clock import london, say_short_date, say_time, stamp
from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.projections.work import Absence, follows
from msat.projections.worklist import is_everybodys
from msat.triage.model import Priority
from msat.working_days import Site

FIRST_IMPORT = timedelta(hours=1)
"""What comes within an hour of the first alert ever received here is the first import."""

OLD_NEWS = timedelta(days=7)
"""An alert published longer than this before it came here is history that was filled up, and no news."""

MANY = 3
"""So many notices at once become one."""

OFFER_AFTER = 2
"""Reminders after which a message to the deputy is offered."""

_NAMED = 5
_QUIET = (
    Status.DEFERRED,
    Status.DONE,
    Status.NOT_APPLICABLE,
    Status.SUPERSEDED,
    Status.HISTORIC,
)


class Kind(StrEnum):
    """What a notice is about, the most pressing first."""

    RED = "red"
    REMINDER = "reminder"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class When:
    """The settings: whether to tell at all, when the message of the day comes, and when it is quiet (London)."""

    is_on: bool = True
    digest_at: time = time(9)
    quiet_from: time = time(18, 30)
    quiet_until: time = time(8)

    def is_quiet(self, now: datetime, site: Site) -> bool:
        """Outside the site's hours: only a new Red is told of."""
        here = london(now)
        if not site.is_open(here.date()):
            return True
        if self.quiet_from == self.quiet_until:
            return False
        at = here.time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


@dataclass(frozen=True, slots=True)
class Reminded:
    """For which time limit an alert was reminded of, and on which days (ISO), oldest first."""

    due: str
    days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What was told before. `reds` are told and not yet acknowledged; `opened` those of them that somebody opened."""

    reds: frozenset[AlertKey] = frozenset()
    opened: frozenset[AlertKey] = frozenset()
    others: frozenset[AlertKey] = frozenset()
    """Ambers, and alerts without a rating, that stood in a message of the day."""
    digest: str = ""
    """The day (ISO) of the last message of the day."""
    reminded: Mapping[AlertKey, Reminded] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. `keys` are the alerts it is about; clicking opens the first. `offer_to` names the deputy to whom a
    message is offered, after two reminders."""

    kind: Kind
    keys: tuple[AlertKey, ...]
    title: str
    text: str
    offer_to: str = ""
    reminded: tuple[AlertKey, ...] = ()
    reds: tuple[AlertKey, ...] = ()
    others: tuple[AlertKey, ...] = ()
    is_digest: bool = False
    parts: tuple[Notice, ...] = ()
    """Those that it was made of, where it is several in one."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where and for whom: the site's days, who is at the keyboard (empty: nobody known), who is away, and when the
    first alert was received (None: none was)."""

    site: Site
    person: str = ""
    absences: tuple[Absence, ...] = ()
    began: datetime | None = None


def due_notices(rows: Sequence[Row], told: Told, now: datetime, here: Here, when: When) -> list[Notice]:
    """What is to be said now, the most pressing first. `rows` are the open alerts."""
    if not when.is_on:
        return []
    live = [row for row in rows if row.is_open and not row.withdrawn and row.status not in _QUIET]
    live = [row for row in live if _is_for(row, here, london(now).date())]
    new_reds = [row for row in live if _is_news(row, here) and is_new_red(row, told)]
    reds = _grouped_reds(new_reds, now)
    rest = [row for row in live if row not in new_reds]
    reminders = _reminders([row for row in rest if _may_remind(row, now, here.site, when)], told, now, here)
    said = {key for notice in reminders for key in notice.keys}
    new = [row for row in rest if row.key not in said and _is_news(row, here) and _is_new_other(row, told)]
    digest = _digest(new, told, now) if _is_time(now, here.site, when) else []
    found = [*reds, *reminders, *digest]
    return found if len(found) < MANY else [_merged(found)]


def unopened_reds(rows: Iterable[Row], told: Told, here: Here) -> list[Row]:
    """The Reds that nobody has acknowledged or opened since they came: for the banner and the number in the title."""
    return [
        row
        for row in rows
        if row.is_open and not row.withdrawn and row.status not in _QUIET
        if row.rag is Priority.RED and not row.acknowledged and row.key not in told.opened and _is_news(row, here)
    ]


def marked(told: Told, notices: Iterable[Notice], rows: Iterable[Row], now: datetime) -> Told:
    """`told` after these notices were shown. What is no longer open, or was acknowledged, is forgotten, so that it is
    told of again should it come back."""
    today = london(now).date().isoformat()
    by_key = {row.key: row for row in rows}
    reds, others, reminded, digest = set(told.reds), set(told.others), dict(told.reminded), told.digest
    for notice in notices:
        reds |= set(notice.reds)
        others |= set(notice.others)
        digest = today if notice.is_digest else digest
        for key in notice.reminded:
            if key in by_key:
                reminded[key] = _reminded_again(reminded.get(key), by_key[key], today)
    waiting = {key for key, row in by_key.items() if row.is_open and not row.acknowledged}
    still = {key for key, row in by_key.items() if row.is_open}
    return Told(
        reds=frozenset(reds & waiting),
        opened=told.opened & frozenset(waiting),
        others=frozenset(others & still),
        digest=digest,
        reminded={key: one for key, one in reminded.items() if key in still},
    )


def left_of(notice: Notice, rows: Sequence[Row], now: datetime) -> Notice | None:
    """A message that is still shown, without the alerts that it no longer asks anything about: those that are closed,
    and of a new alert those that somebody has acknowledged. None where none is left."""
    if notice.parts:
        parts = [left for part in notice.parts if (left := left_of(part, rows, now)) is not None]
        return (_merged(parts) if len(parts) > 1 else parts[0]) if parts else None
    by_key = {row.key: row for row in rows}
    known = [by_key[key] for key in notice.keys if key in by_key]
    waiting = [row for row in known if _still_asks(row, notice.kind)]
    if len(waiting) == len(notice.keys):
        return notice
    return _again(notice, waiting, now) if waiting else None


def _still_asks(row: Row, kind: Kind) -> bool:
    is_new = kind is not Kind.REMINDER
    return row.is_open and not row.withdrawn and row.status not in _QUIET and not (is_new and row.acknowledged)


def _again(notice: Notice, rows: Sequence[Row], now: datetime) -> Notice:
    """The same message about fewer alerts."""
    keys = tuple(row.key for row in rows)
    reminded = tuple(key for key in notice.reminded if key in keys)
    few = replace(notice, keys=keys, text=_lines(rows, now), reminded=reminded)
    if notice.kind is Kind.RED:
        title = "Red: act now" if len(rows) == 1 else f"{len(rows)} new Red alerts: act now"
        return replace(few, title=title, reds=keys)
    if notice.kind is Kind.DIGEST:
        return replace(few, title=_digest_title(len(rows)), others=keys)
    one = len(rows) == 1
    title = _limit_title(rows[0], london(now).date()) if one else f"{len(rows)} alerts with a time limit"
    return replace(few, title=title, others=keys)


def opened(told: Told, key: AlertKey) -> Told:
    """`told` after a person opened this alert."""
    return replace(told, opened=told.opened | {key})


def is_new_red(row: Row, told: Told) -> bool:
    """A Red that nobody has acknowledged and that was not told of."""
    return row.rag is Priority.RED and not row.acknowledged and row.key not in told.reds


def _is_new_other(row: Row, told: Told) -> bool:
    is_amber = row.rag is Priority.AMBER or row.rag is None
    return is_amber and not row.acknowledged and row.status is Status.NOT_ACKNOWLEDGED and row.key not in told.others


def _is_news(row: Row, here: Here) -> bool:
    """Neither of the first import nor filled up from the past."""
    if here.began is not None and row.received <= here.began + FIRST_IMPORT:
        return False
    return row.published is None or row.received - row.published <= OLD_NEWS


def _is_for(row: Row, here: Here, today: date) -> bool:
    """Whether the person at the keyboard is told of it: nobody's, one's own, or one stands in; some are everybody's."""
    if not row.owner or not here.person or is_everybodys(row):
        return True
    return follows(row.owner, here.absences, today, row.deputy).is_for(here.person)


def _works(site: Site, day: date) -> bool:
    return site.is_working_day(day) and site.is_open(day)


def _is_time(now: datetime, site: Site, when: When) -> bool:
    """Whether the day's messages may come: a working day, from the time set on, and not in quiet hours."""
    here = london(now)
    return _works(site, here.date()) and here.time() >= when.digest_at and not when.is_quiet(now, site)


def _may_remind(row: Row, now: datetime, site: Site, when: When) -> bool:
    """As `_is_time`; a Red is reminded of on the day of its limit whatever day that is."""
    is_red_today = row.rag is Priority.RED and row.due is not None and london(row.due).date() == london(now).date()
    return _is_time(now, site, when) or (is_red_today and london(now).time() >= when.digest_at)


# A new Red, and new Ambers


def _grouped_reds(rows: Sequence[Row], now: datetime) -> list[Notice]:
    if len(rows) >= MANY:
        keys = tuple(row.key for row in rows)
        return [
            Notice(Kind.RED, keys, f"{len(rows)} new Red alerts: act now", _lines(rows, now), reminded=keys, reds=keys)
        ]
    return [
        Notice(Kind.RED, (row.key,), "Red: act now", line(row, now), reminded=(row.key,), reds=(row.key,))
        for row in rows
    ]


def _digest(rows: Sequence[Row], told: Told, now: datetime) -> list[Notice]:
    if not rows or told.digest == london(now).date().isoformat():
        return []
    keys = tuple(row.key for row in rows)
    return [Notice(Kind.DIGEST, keys, _digest_title(len(rows)), _lines(rows, now), others=keys, is_digest=True)]


def _digest_title(number: int) -> str:
    return "1 new alert to look at" if number == 1 else f"{number} new alerts to look at"


# Reminders


def _reminders(rows: Sequence[Row], told: Told, now: datetime, here: Here) -> list[Notice]:
    today = london(now).date()
    found = []
    for row in rows:
        before = _standing(told.reminded.get(row.key), row)
        if not _is_to_be_reminded(row, before, today, here.site):
            continue
        acting = follows(row.owner, here.absences, today, row.deputy)
        whose = "" if not row.owner or acting.name == row.owner else f" {acting.words}"
        deputy = acting.name if row.owner and acting.name != row.owner else row.deputy
        offer = deputy if len(before.days) >= OFFER_AFTER else ""
        title = _limit_title(row, today)
        key = (row.key,)
        found.append(Notice(Kind.REMINDER, key, title, line(row, now) + whose, offer, reminded=key, others=key))
    return found if len(found) < MANY else [_many_reminders(found, rows, now)]


def _many_reminders(found: Sequence[Notice], rows: Sequence[Row], now: datetime) -> Notice:
    keys = tuple(key for one in found for key in one.keys)
    named = _lines([row for row in rows if row.key in keys], now)
    offer = next((one.offer_to for one in found if one.offer_to), "")
    return Notice(
        Kind.REMINDER, keys, f"{len(keys)} alerts with a time limit", named, offer, reminded=keys, others=keys
    )


def _is_to_be_reminded(row: Row, before: Reminded, today: date, site: Site) -> bool:
    """One working day before the limit, on its day, then once each working day; never twice a day."""
    if row.rag is Priority.GREEN or today.isoformat() in before.days:
        return False
    if row.status is Status.RECHECK:
        return True
    if row.due is None:
        return False
    limit = london(row.due).date()
    return today >= _working_day_before(limit, site)


def _working_day_before(limit: date, site: Site) -> date:
    return next((day for day in _days_before(limit) if _works(site, day)), limit)


def _days_before(limit: date) -> Iterable[date]:
    return (limit - timedelta(days=number) for number in range(1, 31))


def _standing(before: Reminded | None, row: Row) -> Reminded:
    """What was said of this time limit; a limit that was moved is another one."""
    mark = _mark(row)
    return before if before is not None and before.due == mark else Reminded(mark)


def _mark(row: Row) -> str:
    return "recheck" if row.status is Status.RECHECK else stamp(row.due) if row.due else ""


def _reminded_again(before: Reminded | None, row: Row, today: str) -> Reminded:
    standing = _standing(before, row)
    return standing if today in standing.days else replace(standing, days=(*standing.days, today))


def _limit_title(row: Row, today: date) -> str:
    if row.status is Status.RECHECK or row.due is None:
        return "Search to be run again"
    limit = london(row.due).date()
    if row.status is Status.OVERDUE or limit < today:
        return f"Overdue since {say_short_date(limit)}"
    if limit == today:
        return f"Due today, {say_time(row.due)}"
    return "Due tomorrow" if limit == today + timedelta(days=1) else f"Due {say_short_date(limit)}"


# Words


def line(row: Row, now: datetime) -> str:
    """One alert in one line: reference, title, and by when."""
    title = " ".join(row.title.split())
    named = f"{row.reference}: " if row.reference and row.reference not in title else ""
    return f"{named}{title}. {_finish(row, now)}".strip()


def _finish(row: Row, now: datetime) -> str:
    if row.due is None or row.status is Status.RECHECK:
        return ""
    same_day = london(row.due).date() == london(now).date()
    return f"Finish by {say_time(row.due)} {'today' if same_day else say_short_date(row.due)}."


def _lines(rows: Sequence[Row], now: datetime) -> str:
    said = [line(row, now) for row in rows[:_NAMED]]
    return "\n".join([*said, f"and {len(rows) - _NAMED} more"] if len(rows) > _NAMED else said)


def _merged(found: Sequence[Notice]) -> Notice:
    """Several notices as one; it is as pressing as the most pressing of them."""
    counts = {kind: sum(len(one.keys) for one in found if one.kind is kind) for kind in Kind}
    said = [
        (counts[Kind.RED], "new Red: act now", "new Reds: act now"),
        (counts[Kind.REMINDER], "time limit", "time limits"),
        (counts[Kind.DIGEST], "new alert to look at", "new alerts to look at"),
    ]
    title = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in said if count)
    return Notice(
        kind=min((one.kind for one in found), key=list(Kind).index),
        keys=tuple(dict.fromkeys(key for one in found for key in one.keys)),
        title=title,
        text="\n".join(one.text for one in found),
        offer_to=next((one.offer_to for one in found if one.offer_to), ""),
        reminded=tuple(key for one in found for key in one.reminded),
        reds=tuple(key for one in found for key in one.reds),
        is_digest=any(one.is_digest for one in found),
        others=tuple(key for one in found for key in one.others),
        parts=tuple(found),
    )
