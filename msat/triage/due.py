"""By when an alert asks for action, and where that limit comes from: notice, class, family, or nobody.

A time of the notice always goes before one of ours. Reads no clock: every time is counted from the alert's own dates.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from msat.alerts.model import Alert, Deadline, Fact, Family
from msat.clock import LONDON, last_moment, london, say_date, say_moment
from msat.triage.conditions import Limit
from msat.triage.model import Due
from msat.triage.reading import pattern
from msat.triage.rules import ClassLimit
from msat.working_days import Site

# A notice that counts in days ("within 5 days") is read as hours; from three days on it means calendar days.
_COUNTED_IN_DAYS = 72
# Words that ask for action at once in so many words; "stop supplying immediately" inside the advice does not.
_AT_ONCE = r"out[ -]of[ -]hours|action (?:now|immediate\w*|required immediately)|immediate action"


@dataclass(frozen=True, slots=True)
class Start:
    """The moment a limit counts from. `said`: how people are told of it."""

    at: datetime
    said: str
    is_known: bool
    """False when the notice gives no date at all, so that the time of receipt stands in."""


def start_of(alert: Alert, received: datetime, changed: datetime | None = None) -> Start:
    """When it was issued: to the minute where the notice or its publication says, else from that day's beginning.

    A notice that has changed in a way that matters (E01) counts anew from the change.
    """
    if changed is not None:
        return Start(changed.astimezone(UTC), f"the change of {say_moment(changed)}", True)
    if alert.issued is None:
        if alert.published is not None:
            at = alert.published.astimezone(UTC)
            return Start(at, f"publication on {say_moment(at)}", True)
        said = f"receipt here on {say_moment(received)}, for the notice gives no date"
        return Start(received.astimezone(UTC), said, False)
    value = alert.issued.value
    if "T" in value:
        at = datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC)
        return Start(at, f"issue on {say_moment(at)}", True)
    day = date.fromisoformat(value[:10])
    if alert.published is not None and london(alert.published).date() == day:
        at = alert.published.astimezone(UTC)
        return Start(at, f"issue on {say_moment(at)}", True)
    at = datetime.combine(day, time.min, LONDON).astimezone(UTC)
    return Start(at, f"the start of {say_date(day)}, the day of issue", True)


def end_of_day(day: date) -> datetime:
    """The last second of `day` in London, in UTC."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC)


def due_by_notice(alert: Alert, start: Start, site: Site) -> Due | None:
    """What the notice itself says: a date to complete by, else to be under way by, else at once, else in hours or days.

    Working days are those of `site`'s nation, and count although the site itself is shut on one.
    """
    complete = _earliest(alert.deadlines, "complete")
    underway = _earliest(alert.deadlines, "underway")
    if complete or underway:
        return _dated(complete, underway)
    counted = (_at_once(alert, start), _within(alert, start), _within_working_days(alert, start, site))
    candidates = [due for due in counted if due is not None]
    return min(candidates, key=lambda due: due.at or start.at, default=None)


def due_by_class(limit: ClassLimit, start: Start, words: str) -> Due:
    """What the class asks for, counted from issue."""
    if limit.immediately:
        return Due(start.at, "class", limit.why, words)
    if limit.hours is not None:
        return Due(start.at + timedelta(hours=limit.hours), "class", _counted(limit.why, start), words)
    if limit.days is not None:
        day = _after(start, limit.days)
        return Due(end_of_day(day), "class", _counted(limit.why, start), words)
    return Due(None, "none", limit.why, words)


def due_by_family(limit: Limit, start: Start, alert: Alert, site: Site) -> Due:
    """What we propose where neither notice nor class sets a limit."""
    if limit.from_ == "immediately":
        return Due(start.at, "family", limit.why)
    if limit.from_ == "starts":
        return _from_its_start(limit, start, alert)
    if limit.from_ == "schedule":
        day = _months_after(london(start.at).date(), limit.months[0])
        return Due(end_of_day(day), "family", _counted(limit.why, start))
    if limit.hours is not None:
        return Due(start.at + timedelta(hours=limit.hours), "family", _counted(limit.why, start))
    counted = _day_counted(limit, start, alert, site)
    return _not_after(counted, limit, start, alert) if counted else Due(None, "none", limit.why)


def _day_counted(limit: Limit, start: Start, alert: Alert, site: Site) -> Due | None:
    if limit.days is not None:
        return Due(end_of_day(_after(start, limit.days)), "family", _counted(limit.why, start))
    if limit.working_days is not None:
        # Our own targets count from the day people could read it: a weekly list comes out days after its own date.
        out = max(alert.published or start.at, start.at)
        day = site.add_working_days(london(out).date(), limit.working_days)
        return Due(end_of_day(day), "family", f"{limit.why} Counted from {say_date(out)}.")
    return None


def _from_its_start(limit: Limit, start: Start, alert: Alert) -> Due:
    """The day from which the notice holds, or of issue where that is later."""
    issued = london(start.at).date()
    holds = _day_of(alert.starts)
    if alert.starts is None or holds is None:
        unknown = "The notice gives no day from which it holds; the organisation may set its own target."
        return Due(None, "none", unknown)
    why = f"{limit.why} It holds from {say_date(holds)}."
    day = max(holds, issued) if start.is_known else holds  # without a date of issue its start is what is known
    return Due(end_of_day(day), "family", why, alert.starts.words, where=alert.starts.where.value)


def while_it_holds(due: Due, limit: Limit, alert: Alert, received: datetime) -> Due:
    """`due`, or the day of receipt where the notice began to hold before that and holds still (a protocol in force)."""
    last = _day_of(alert.ends)
    today = london(received).date()
    if limit.from_ != "starts" or due.from_ != "family" or last is None or last < today:
        return due
    if due.at is None or due.at >= received:
        return due
    why = f"{due.why} It is in force until {say_date(last)}, and came here on {say_date(today)}."
    return replace(due, at=end_of_day(today), why=why)


def _not_after(due: Due, limit: Limit, start: Start, alert: Alert) -> Due:
    """`due`, or the day of the notice that comes before it (a stock-out), unless that was past already on issue."""
    fact = {"starts": alert.starts, "ends": alert.ends}.get(limit.before)
    day = _day_of(fact)
    if fact is None or day is None or due.at is None or day < london(start.at).date() or end_of_day(day) >= due.at:
        return due
    return Due(end_of_day(day), "family", f"{limit.why} The notice names {say_date(day)}.", fact.words,
               where=fact.where.value)  # fmt: skip


def _day_of(fact: Fact | None) -> date | None:
    return date.fromisoformat(fact.value[:10]) if fact is not None else None


def _months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _earliest(deadlines: Iterable[Deadline], kind: str) -> Deadline | None:
    dated = [d for d in deadlines if d.kind == kind and d.at is not None]
    return min(dated, key=lambda d: d.at or datetime.max.replace(tzinfo=UTC), default=None)


def _dated(complete: Deadline | None, underway: Deadline | None) -> Due | None:
    final = complete or underway
    if final is None or final.at is None:
        return None
    if complete is None:
        why = f"The notice asks for actions to be under way by {say_end(final.at)}; it names no later date."
    else:
        why = f"The notice asks for actions to be complete by {say_end(final.at)}"
        why += f", and under way by {say_end(underway.at)}." if underway and underway.at else "."
    return Due(final.at, "notice", why, final.words, final.extended_from, where=final.where.value)


def say_end(at: datetime) -> str:
    """A time limit for people: the day, and the time unless it is the end of that day."""
    moment = london(at)
    return say_date(at) if (moment.hour, moment.minute) == (23, 59) else say_moment(at)


def _at_once(alert: Alert, start: Start) -> Due | None:
    for deadline in alert.deadlines:
        by_nature = alert.family.value in (Family.NATPSA, Family.URGENT_MESSAGE)
        if deadline.kind == "immediate" and (by_nature or pattern(_AT_ONCE).search(deadline.words)):
            why = f"The notice asks for action at once, out of hours too: due since {start.said}."
            return Due(start.at, "notice", why, deadline.words, where=deadline.where.value)
    return None


def _within(alert: Alert, start: Start) -> Due | None:
    counted = [d for d in alert.deadlines if d.kind == "within" and d.hours is not None]
    soonest = min(counted, key=lambda d: d.hours or 0, default=None)
    if soonest is None or soonest.hours is None:
        return None
    days, rest = divmod(soonest.hours, 24)
    if soonest.hours >= _COUNTED_IN_DAYS and not rest and "hour" not in soonest.words.casefold():
        day = _after(start, days)
        why = f"{days} days from {start.said}, as the notice says."
        return Due(end_of_day(day), "notice", why, soonest.words, where=soonest.where.value)
    at = start.at + timedelta(hours=soonest.hours)
    why = f"{soonest.hours} hours from {start.said}, as the notice says."
    return Due(at, "notice", why, soonest.words, where=soonest.where.value)


def _within_working_days(alert: Alert, start: Start, site: Site) -> Due | None:
    counted = [d for d in alert.deadlines if d.kind == "within" and d.working_days is not None]
    soonest = min(counted, key=lambda d: d.working_days or 0, default=None)
    if soonest is None or soonest.working_days is None:
        return None
    first = london(start.at).date()
    day = site.add_working_days(first, soonest.working_days)
    why = f"{soonest.span} from {start.said}, as the notice says."
    return Due(end_of_day(day), "notice", why, soonest.words, where=soonest.where.value)


def _after(start: Start, days: int) -> date:
    return london(start.at).date() + timedelta(days=days)


def _counted(why: str, start: Start) -> str:
    return f"{why} Counted from {start.said}."


def with_opening(due: Due, start: Start, site: Site, received: datetime | None = None) -> Due:
    """`due` with the last open day before it, where it ends on a day when the site is shut: no limit waits for opening.

    What is due at once is due out of hours too, and needs no open day. A day before it was received here is no help.
    """
    if due.at is None or due.at <= start.at:
        return due
    day = london(last_moment(due.at)).date()
    why_shut = site.why_shut(day)
    if not why_shut:
        return due
    last = site.last_open_day_before(day)
    if last is None or last < london(start.at).date():
        why = f"{due.why} The site is shut that day ({why_shut}), and was on every day since {start.said}."
        return replace(due, why=why, is_shut=True)
    if received is not None and last < london(received).date() and received <= due.at:
        why = f"{due.why} The site is shut that day ({why_shut}), and since it came here on {say_date(received)}."
        return replace(due, why=why, is_shut=True)
    why = f"{due.why} The site is shut that day ({why_shut}); the last open day before it is {say_date(last)}."
    return replace(due, why=why, last_open=last, is_shut=True)
