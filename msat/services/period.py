"""Check a period that a person asks for, before anything is counted, recorded or written about it."""

from __future__ import annotations

from datetime import date

from msat.clock import say_date
from msat.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""No record begins before, and no day that people mean lies after."""


def refuse_no_period(first: date, last: date) -> None:
    """Raises Refused for days (London, both included) of which the last comes first, or a year that nobody means."""
    for word, day in (("begins", first), ("ends", last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            years = f"{FIRST_YEAR} and {LAST_YEAR}"
            raise Refused(f"The period {word} in the year {day.year}.", f"Check the year: give one between {years}.")
    if last < first:
        raise Refused(
            f"The period ends on {say_date(last)}, before it begins on {say_date(first)}.", "Turn the two dates round."
        )
