"""What `msatctl holidays` does: lists the days on which no work is counted or done, adds one, takes one out."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from msat.cli.opening import places_of, say
from msat.clock import SystemClock, london, say_short_date
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.services.site import DayChanged


def holidays_list(options: argparse.Namespace) -> int:
    """Prints the bank holidays of the nation in a year, and every day that was added."""
    from msat.services import site
    from msat.working_days import bank_holidays

    where = places_of(options)
    here = site.load(where)
    year = options.year or london(SystemClock().now()).year
    if not 2000 <= year <= 2100:
        raise Refused(f"The year {year} is out of reach.", "Give a year from 2000 to 2100.")
    known = bank_holidays(here.nation, year, year)
    own = site.own_days(where)
    value = {
        "nation": here.nation,
        "year": year,
        "bank_holidays": [{"date": day.isoformat(), "name": name} for day, name in known.items()],
        "added": [{"date": one.date.isoformat(), "name": one.name, "kind": one.kind} for one in own],
    }
    lines = [f"Bank holidays of {year}, {here.nation}:"]
    lines += [f"  {day.isoformat()}  {say_short_date(day):<11} {name}" for day, name in known.items()]
    lines.append("\nAdded by hand:" if own else "\nNo day was added by hand: msatctl holidays add DATE NAME.")
    lines += [f"  {one.date.isoformat()}  {one.kind:<12} {one.name}" for one in own]
    say(options, value, "\n".join(lines))
    return 0


def holidays_add(options: argparse.Namespace) -> int:
    """Adds a day to the list."""
    from msat.services import site

    changed = site.add_day(places_of(options), _day(options.date), options.name, options.kind)
    return _said(options, changed)


def holidays_remove(options: argparse.Namespace) -> int:
    """Takes a day out of the list."""
    from msat.services import site

    return _said(options, site.remove_day(places_of(options), _day(options.date)))


def _said(options: argparse.Namespace, changed: DayChanged) -> int:
    day = changed.day
    say(options, {"date": day.date.isoformat(), "name": day.name, "kind": day.kind}, changed.words)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"“{text}” is not a date.", "Write it as 2027-06-01.") from None
