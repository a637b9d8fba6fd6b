"""Counts working days, and says on which days a site is open: bank holidays by nation, and the site's own days.

A working day is Monday to Friday without the bank holidays of one nation of the United Kingdom and those that a person
added. A site may be shut on more days (they still count, for nobody else pauses for them) or open on others.
Knows dates only, no time of day and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from msat.clock import WEEKDAYS
from msat.errors import Refused

# Subdivisions of the holidays library. Scotland and Northern Ireland keep days that England and Wales do not.
_SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
NATIONS = tuple(_SUBDIVISIONS)
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
# A site shut for longer than this has no last open day worth naming.
_LONGEST_LOOK_BACK = 60
WEEKS = {"monday-friday": 5, "monday-saturday": 6, "every-day": 7}
"""The days on which a site opens in an ordinary week, by the words of the setting."""


def _known(nation: str) -> str:
    if nation not in _SUBDIVISIONS:
        raise Refused(
            f"“{nation}” is not a nation whose bank holidays MSAT knows.",
            f"Choose one of: {', '.join(NATIONS)}.",
        )
    return _SUBDIVISIONS[nation]


@lru_cache(maxsize=256)
def _bank_holidays(nation: str, year: int) -> Mapping[date, str]:
    import holidays  # costs about 0.1 s, which a start without a deadline to count need not pay

    return dict(holidays.country_holidays("GB", subdiv=_known(nation), years=year))


def bank_holidays(nation: str, first: int, last: int) -> dict[date, str]:
    """The bank holidays of `nation` from the year `first` to `last`, each with its name. Raises Refused on a nation
    that is not known."""
    _known(nation)
    return {day: name for year in range(first, last + 1) for day, name in sorted(_bank_holidays(nation, year).items())}


@dataclass(frozen=True)
class Site:
    """Where an organisation is, and when it is open. Days are (day, name) pairs. Not slotted: it remembers its days.

    `fixed`, when given, are the bank holidays of `fixed_years` (first and last) as they were known when a decision was
    stored, so that the same decision comes out again whatever a later version knows.
    """

    nation: str = "england"
    week: int = 5
    """How many days from Monday on the site opens: 5, 6 or 7."""
    holidays: tuple[tuple[date, str], ...] = ()
    """Bank holidays beside the nation's own: no working days."""
    shut: tuple[tuple[date, str], ...] = ()
    """Days on which this site alone is shut. They count as working days."""
    opened: tuple[tuple[date, str], ...] = ()
    """Days on which this site is open although it would be shut."""
    fixed: tuple[tuple[date, str], ...] = ()
    fixed_years: tuple[int, int] | None = None
    _days: dict[str, dict[date, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _known(self.nation)
        for name in ("holidays", "shut", "opened", "fixed"):
            self._days[name] = dict(getattr(self, name))

    def bank_holiday(self, day: date) -> str:
        """The name of the bank holiday on `day`, or nothing."""
        added = self._days["holidays"].get(day)
        if added is not None:
            return added or "a bank holiday"
        if self.fixed_years and self.fixed_years[0] <= day.year <= self.fixed_years[1]:
            return self._days["fixed"].get(day, "")
        return _bank_holidays(self.nation, day.year).get(day, "")

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is neither at the weekend nor a bank holiday."""
        return day.weekday() < _SATURDAY and not self.bank_holiday(day)

    def why_shut(self, day: date) -> str:
        """Why the site is shut on `day`: the name of the holiday, its own day, or the weekday; nothing if open."""
        if day in self._days["opened"]:
            return ""
        own = self._days["shut"].get(day)
        if own is not None:
            return own or "a day on which this site is shut"
        return self.bank_holiday(day) or ("" if day.weekday() < self.week else f"a {WEEKDAYS[day.weekday()]}")

    def is_open(self, day: date) -> bool:
        return not self.why_shut(day)

    def add_working_days(self, start: date, days: int) -> date:
        """The day that is `days` working days after `start`, which is not itself counted."""
        if days < 0:
            raise Refused("A number of working days cannot be below nought.", "Give nought or more.")
        day = start
        while days:
            day += _ONE_DAY
            days -= self.is_working_day(day)
        return day

    def last_open_day_before(self, day: date) -> date | None:
        """The last day strictly before `day` on which the site is open; None when it is shut for two months."""
        for _ in range(_LONGEST_LOOK_BACK):
            day -= _ONE_DAY
            if self.is_open(day):
                return day
        return None


HOME = Site()
"""A site in England, open from Monday to Friday: what holds where nobody has said otherwise."""


def is_working_day(day: date, nation: str) -> bool:
    """Whether `day` is neither at the weekend nor a bank holiday. Raises Refused on an unknown nation."""
    return _plain(nation).is_working_day(day)


def add_working_days(start: date, days: int, nation: str) -> date:
    """The day that is `days` working days after `start`, which is not itself counted."""
    return _plain(nation).add_working_days(start, days)


def last_open_day_before(day: date, nation: str) -> date:
    """The last working day strictly before `day`: for a time limit that ends while the practice is shut."""
    found = _plain(nation).last_open_day_before(day)
    if found is None:  # no nation keeps two months of bank holidays
        raise Refused(f"There is no open day in the two months before {day.isoformat()}.", "Check the shut days.")
    return found


@lru_cache(maxsize=8)
def _plain(nation: str) -> Site:
    return Site(nation)
