"""Reads the dates that notices print, in all their spellings, and says how far into the future they can mean.

A spelling that could mean two things is not read. Knows nothing of what a date is for.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from msat.clock import LONDON

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {"sept": 9, "febuary": 2, "janurary": 1}
_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_APART = r"[\s./,\u2010-\u2015-]{1,3}"
_PART = r"\s{0,2}[./\u2010-\u2015-]\s{0,2}"
_YEAR = "(?P<year>(?:19|20)[0-9]{2}|[0-9]{2})"
_FULL_YEAR = "(?P<year>(?:19|20)[0-9]{2})"
_DAY = "(?P<day>[0-3]?[0-9])"

_DAY_NAME_YEAR = _DAY + r"(?:st|nd|rd|th)?(?:\s{0,2}of)?(?:" + _APART + r")?" + _MONTH + r"(?:" + _APART + r")?" + _YEAR
_DAY_MONTH_YEAR = _DAY + _PART + r"(?P<month>[01]?[0-9])" + _PART + _YEAR
_ISO = _FULL_YEAR + r"-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])"
_NAME_YEAR = _MONTH + _APART + _YEAR
_MONTH_YEAR = r"(?P<month>[01]?[0-9])(?:" + _PART + r"|\s)" + _FULL_YEAR
_MONTH_SHORT_YEAR = r"(?P<month>[01][0-9])[/-](?P<year>[2-5][0-9])"
_YEAR_MONTH = _FULL_YEAR + r"[-/](?P<month>[01][0-9])"


def _whole(body: str) -> re.Pattern[str]:
    return re.compile(r"(?:end\s(?:of\s)?|exp(?:iry|ires|\.)?:?\s)?" + body, re.IGNORECASE)


_CELL = tuple(
    _whole(body)
    for body in (_DAY_NAME_YEAR, _ISO, _DAY_MONTH_YEAR, _NAME_YEAR, _MONTH_YEAR, _YEAR_MONTH, _MONTH_SHORT_YEAR)
)
_RANGE = re.compile(r"(?:from\s)?(?P<first>.{4,24}?)\s(?:to|until|through)\s(?P<last>.{4,24})", re.IGNORECASE)
_EDGE = r"(?<![0-9A-Za-z/])"
_PROSE = re.compile(
    "|".join(
        _EDGE + re.sub(r"\?P<(\w+)>", rf"?P<\g<1>{n}>", body) + r"(?![0-9/])"
        for n, body in enumerate((_DAY_NAME_YEAR, _ISO, _DAY_MONTH_YEAR))
    ),
    re.IGNORECASE,
)
_DIGIT = re.compile("[0-9]")
_TIME = re.compile(
    r"\s{0,2}(?:,|at|by|\|)?\s{0,2}(?P<hour>[0-2]?[0-9])(?:[:.](?P<minute>[0-5][0-9])(?::[0-5][0-9])?\s?(?P<half>[ap]m)?"
    r"|\s?(?P<whole>[ap]m))(?![0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day found in prose, with the time where one is given, and where the words stand."""

    day: date
    at: time | None
    start: int
    end: int

    def utc(self) -> datetime:
        """The moment in UTC; a day without a time means its last second in London."""
        return datetime.combine(self.day, self.at or time(23, 59, 59), LONDON).astimezone(UTC)

    def value(self) -> str:
        """ISO date, or ISO time in UTC where a time was given."""
        return self.utc().strftime("%Y-%m-%dT%H:%M:%SZ") if self.at else self.day.isoformat()


def last_day(text: str) -> date | None:
    """The last day a printed date can mean: `05/2028` is 31 May 2028. None when it is not one plain date."""
    text = " ".join(text.split()).strip(" *†‡.,;:")
    found = _RANGE.fullmatch(text)
    if found:
        return _read(found["last"]) if _read(found["first"]) else None
    return _read(text)


def is_date(text: str) -> bool:
    """Whether the text as a whole is a date that cannot be mistaken for a number."""
    return bool(re.search("[12][0-9]{3}|[a-z]{3}", text, re.IGNORECASE)) and last_day(text) is not None


def _read(text: str) -> date | None:
    for pattern in _CELL:
        match = pattern.fullmatch(text)
        if match:
            return _day(match.groupdict())
    return None


def _day(parts: dict[str, str | None], suffix: str = "") -> date | None:
    """The date of matched parts; without a day, the last of the month. None when there is no such day."""
    name, month_text = parts.get(f"name{suffix}"), parts.get(f"month{suffix}")
    month = _MONTHS[name.lower()] if name else int(month_text or 0)
    year = int(parts[f"year{suffix}"] or 0)
    year += 2000 if year < 100 else 0
    day_text = parts.get(f"day{suffix}")
    if not 1990 <= year <= 2079 or not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    day = int(day_text) if day_text else longest
    return date(year, month, day) if 1 <= day <= longest else None


def moments(text: str) -> Iterator[Moment]:
    """Every whole date (day, month and year) in a line of prose, in order."""
    if not _DIGIT.search(text):
        return
    for match in _PROSE.finditer(text):
        parts = match.groupdict()
        which = next(n for n in "012" if parts[f"year{n}"])
        day = _day(parts, which)
        if day is None:
            continue
        clock = _TIME.match(text, match.end())
        at = _clock(clock) if clock else None
        yield Moment(day, at, match.start(), clock.end() if clock and at else match.end())


def _clock(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or found["whole"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 else None
