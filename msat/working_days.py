"""Counts working days: Monday to Friday without the bank holidays of one nation of the United Kingdom.

Knows dates only, no time of day and no clock. A practice's own closing days are not known here.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache

from msat.errors import Refused

# Subdivisions of the holidays library. Scotland and Northern Ireland keep days that England and Wales do not.
_SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
NATIONS = tuple(_SUBDIVISIONS)
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=8)
def _bank_holidays(nation: str) -> Container[date]:
    if nation not in _SUBDIVISIONS:
        raise Refused(
            f"“{nation}” is not a nation whose bank holidays MSAT knows.",
            f"Choose one of: {', '.join(NATIONS)}.",
        )
    import holidays  # costs about 0.1 s, which a start without a deadline to count need not pay

    found: Container[date] = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation])
    return found


def is_working_day(day: date, nation: str) -> bool:
    """Whether `day` is neither at the weekend nor a bank holiday. Raises Refused on an unknown nation."""
    bank_holidays = _bank_holidays(nation)
    return day.weekday() < _SATURDAY and day not in bank_holidays


def add_working_days(start: date, days: int, nation: str) -> date:
    """The day that is `days` working days after `start`, which is not itself counted."""
    if days < 0:
        raise Refused("A number of working days cannot be below nought.", "Give nought or more.")
    day = start
    while days:
        day += _ONE_DAY
        days -= is_working_day(day, nation)
    return day


def last_open_day_before(day: date, nation: str) -> date:
    """The last working day strictly before `day`: for a time limit that ends while the practice is shut."""
    day -= _ONE_DAY
    while not is_working_day(day, nation):
        day -= _ONE_DAY
    return day
