"""Dates and times on the screen, in the language of the window: the one door to them for everything in `msat/gui`.

The record, exports and sentences of lower layers keep `msat.clock`'s English words; here a translation names months and
days and may put them in another order. London time, 24 hours.
"""

from __future__ import annotations

from datetime import date, datetime, time

from msat.clock import last_moment, london, say_time
from msat.gui.tongue import later, spoken, tr

__all__ = ["say_date", "say_limit", "say_moment", "say_short_date", "say_short_day", "say_time"]

MONTHS = spoken(
    (
        *(later("January"), later("February"), later("March"), later("April"), later("May"), later("June")),
        *(later("July"), later("August"), later("September"), later("October"), later("November"), later("December")),
    )
)
SHORT_MONTHS = spoken(
    (
        *(later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun")),
        *(later("Jul"), later("Aug"), later("Sep"), later("Oct"), later("Nov"), later("Dec")),
    )
)
DAYS = spoken(
    (later("Mon"), later("Tue"), later("Wed"), later("Thu"), later("Fri"), later("Sat"), later("Sun")),
)


def say_date(day: date | datetime) -> str:
    """A date for people: `9 May 2023`. A time is first moved to London."""
    day = _day(day)
    return tr("{day} {month} {year}").format(day=day.day, month=MONTHS[day.month - 1], year=day.year)


def say_moment(moment: datetime) -> str:
    """A date and time for people: `9 May 2023 14:21`, London."""
    return tr("{date} {time}").format(date=say_date(moment), time=say_time(moment))


def say_limit(limit: datetime) -> str:
    """A time limit for people: `9 May 2023 14:21`, or `the end of 9 May 2023` where it runs out with the day."""
    last = last_moment(limit)
    if london(last).time() >= time(23, 59):
        return tr("the end of {date}").format(date=say_date(last))
    return say_moment(last)


def say_short_day(day: date | datetime) -> str:
    """A date without its year: `26 Nov`."""
    day = _day(day)
    return tr("{day} {month}").format(day=day.day, month=SHORT_MONTHS[day.month - 1])


def say_short_date(day: date | datetime) -> str:
    """A date for narrow lists: `Thu 26 Nov`."""
    day = _day(day)
    return tr("{weekday} {date}").format(weekday=DAYS[day.weekday()], date=say_short_day(day))


def _day(day: date | datetime) -> date:
    return london(day).date() if isinstance(day, datetime) else day
