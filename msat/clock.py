"""The one place that reads the time, and the one place that writes dates for people.

Inside the program every time is aware and in UTC; people see Europe/London. Dates read "9 May 2023", times "14:21".
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# Not strftime's names: those follow the locale, which Qt sets from the system, and evidence reads the same everywhere.
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC, whole seconds."""


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the one door


class FixedClock:
    """A clock that stands still until it is moved: for tests and for exports as at a cut-off."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        return self.moment


def stamp(moment: datetime) -> str:
    """An aware time as the record writes it: `2026-11-21T10:00:00Z`, UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_stamp(text: str) -> datetime:
    """The aware UTC time that `stamp` wrote. Raises ValueError on anything else."""
    if len(text) == 20 and text[4] + text[7] + text[10] + text[13] + text[16] + text[19] == "--T::Z":
        return datetime.fromisoformat(text)  # many times faster, and read for every entry of every log
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def london(moment: datetime) -> datetime:
    """The same moment on a clock in London."""
    return moment.astimezone(LONDON)


def say_date(day: date | datetime) -> str:
    """A date for people: `9 May 2023`. A time is first moved to London."""
    if isinstance(day, datetime):
        day = london(day).date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_time(moment: datetime) -> str:
    """A time for people: `14:21`, London, 24 hours."""
    return f"{london(moment):%H:%M}"


def say_moment(moment: datetime) -> str:
    """A date and time for people: `9 May 2023 14:21`, London."""
    return f"{say_date(moment)} {say_time(moment)}"


def last_moment(limit: datetime) -> datetime:
    """A time limit at midnight belongs to the day that it ends: a second before it. Any other limit as it is."""
    return limit - timedelta(seconds=1) if london(limit).time() == time.min else limit


def say_limit(limit: datetime) -> str:
    """A time limit for people: `9 May 2023 14:21`, or `the end of 9 May 2023` where it runs out with the day."""
    last = last_moment(limit)
    is_whole_day = london(last).time() >= time(23, 59)
    return f"the end of {say_date(last)}" if is_whole_day else say_moment(last)


def say_short_date(day: date | datetime) -> str:
    """A date for narrow lists: `Thu 26 Nov`."""
    if isinstance(day, datetime):
        day = london(day).date()
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1][:3]}"
