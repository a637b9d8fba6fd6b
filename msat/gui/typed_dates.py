"""What a person typed for a day or a time, understood or named wrong in words: `21/11/26`, `21 Nov`, `tomorrow`. Pure.

Days come before months, as they are written here; a year of two figures is of this century, and a day without a year is
the one nearest to today. Month names are those of the window's language, and English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from msat.errors import Refused
from msat.gui.dates import MONTHS, SHORT_MONTHS, say_short_day
from msat.gui.tongue import tr

_ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_TIME = re.compile(r"(?:^|[\s,T])(\d{1,2}):(\d{2})(?::\d{2})?\s*$")
_FIGURES = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})(?:[/.\-\s](\d{2}|\d{4}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{2}|\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-./]*([^\W\d_]{3,})\.?,?[\s\-./]*(\d{2}|\d{4})?")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s*(\d{2}|\d{4})?")
LEAST_OF_A_MONTH = 3
"""Letters that are enough to mean a month."""


def read_day(text: str, today: date) -> date:
    """The day that a person means. Raises Refused, in words, where it is none."""
    said = " ".join(text.casefold().split())
    if not said:
        raise _wrong(tr("No date is given."))
    near = {tr("today"): 0, tr("tomorrow"): 1, tr("yesterday"): -1}
    for word, days in ({"today": 0, "tomorrow": 1, "yesterday": -1} | near).items():
        if said == word.casefold():
            return today + timedelta(days=days)
    parts = _parts(said)
    if parts is None:
        raise _wrong(tr("“{text}” is not a date.").format(text=text.strip()))
    day, month, year = parts
    if not 1 <= month <= 12:
        raise _wrong(tr("“{text}” is not a date: there is no month {month}.").format(text=text.strip(), month=month))
    found = _day(day, month, year, today)
    if found is None:
        said = tr("“{text}” is not a date: {month} has no day {day}.")
        raise _wrong(said.format(text=text.strip(), month=MONTHS[month - 1], day=day))
    return found


def read_moment(text: str, now: datetime) -> datetime:
    """A day with a time, on the clock of the wall (no time zone); of `now` where one of them is not given. Raises
    Refused, in words."""
    found, said = _TIME.search(text), text.strip()
    if said.casefold() in ("now", tr("now").casefold()):
        return now
    if found is None:
        return datetime.combine(read_day(text, now.date()), now.time())
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise _wrong(tr("“{text}” is not a time of day.").format(text=found[0].strip()))
    before = text[: found.start()].strip()
    return datetime.combine(read_day(before, now.date()) if before else now.date(), time(hour, minute))


def _wrong(words: str) -> Refused:
    return Refused(words, tr("Type it as 21 Nov 2026 or 21/11/26."))


def _parts(said: str) -> tuple[int, int, int | None] | None:
    """Day, month and year; None where the text has not the form of a date."""
    if found := _ISO.fullmatch(said):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _FIGURES.fullmatch(said) or _RUN.fullmatch(said):
        return int(found[1]), int(found[2]), _year(found[3])
    if found := _DAY_MONTH.fullmatch(said):
        day, name, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(said):
        name, day, year = found.groups()
    else:
        return None
    month = _month(name)
    return (int(day), month, _year(year)) if month else None


def _year(figures: str | None) -> int | None:
    return None if not figures else int(figures) if len(figures) == 4 else 2000 + int(figures)


def _month(name: str) -> int:
    """The number of a month by its name or how it begins; 0 for none, or for several."""
    found = {
        at
        for names in (_ENGLISH, tuple(MONTHS), tuple(SHORT_MONTHS))
        for at, month in enumerate(names, start=1)
        if month.casefold().startswith(name)
        or (len(name) >= LEAST_OF_A_MONTH and name == "sept" and month.casefold().startswith("sep"))
    }
    return found.pop() if len(found) == 1 else 0


def _day(day: int, month: int, year: int | None, today: date) -> date | None:
    found = list(_days(day, month, (today.year, today.year - 1, today.year + 1) if year is None else (year,)))
    return min(found, key=lambda one: abs(one - today), default=None)


def _days(day: int, month: int, years: tuple[int, ...]) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def shown_day(day: date) -> str:
    """How a field shows a day: `21 Nov 2026`."""
    return tr("{date} {year}").format(date=say_short_day(day), year=day.year)
