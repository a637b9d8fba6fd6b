"""The site of this profile: its nation, its week, and the days that a person added, in `days.toml` beside the settings.

Deadlines are counted with it from the next decision on; what was decided keeps the days it was decided with.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import msgspec

from msat import settings
from msat.clock import say_date
from msat.errors import Refused
from msat.places import Places
from msat.services.desk import Desk
from msat.working_days import WEEKS, Site

DayKind = Literal["bank-holiday", "shut", "open"]
KINDS: tuple[DayKind, ...] = ("bank-holiday", "shut", "open")
_IN_WORDS = {
    "bank-holiday": "a bank holiday, which is no working day",
    "shut": "a day on which this site is shut, though it counts as a working day",
    "open": "a day on which this site is open",
}
_LONGEST_NAME = 80
_MOST_DAYS = 2_000


class OwnDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """A day that a person added."""

    date: date
    name: str
    kind: DayKind = "bank-holiday"


class _DaysFile(msgspec.Struct, forbid_unknown_fields=True):
    day: list[OwnDay] = []


@dataclass(frozen=True, slots=True)
class DayChanged:
    """A day that was added or taken out, and a sentence for people."""

    day: OwnDay
    words: str


def load(where: Places) -> Site:
    """The site as the settings and the added days say. Raises Refused naming the file and what is wrong in it."""
    chosen = settings.load(where.settings)
    days = own_days(where)

    def of(kind: DayKind) -> tuple[tuple[date, str], ...]:
        return tuple((day.date, day.name) for day in days if day.kind == kind)

    return Site(
        str(chosen["nation"]), WEEKS[str(chosen["open_on"])], of("bank-holiday"), of("shut"), of("open")
    )


def reload(desk: Desk) -> Site:
    """Counts with what the settings and the list say now, from the next decision on. Raises as `load` does."""
    found = load(desk.places)
    desk.learn(replace(desk.knowledge, site=found))
    return found


def own_days(where: Places) -> tuple[OwnDay, ...]:
    """The days in the list, by date. Raises Refused when the file is not well-formed, or names a day twice."""
    if not where.days.is_file():
        return ()
    try:
        raw = tomllib.loads(where.days.read_text(encoding="utf-8-sig"))
        found = sorted(msgspec.convert(raw, _DaysFile).day)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, OSError) as error:
        next_step = "Mend that line, or delete the file."
        raise Refused(f"The file {where.days} cannot be read: {error}.", next_step) from error
    for one in found:
        _check(one)
    dates = [one.date for one in found]
    twice = next((one for one in dates if dates.count(one) > 1), None)
    if twice is not None:
        raise Refused(f"The file {where.days} names {say_date(twice)} twice.", "Keep one of the two.")
    return tuple(found)


def add_day(where: Places, day: date, name: str, kind: str = "bank-holiday") -> DayChanged:
    """Adds a day to the list. Raises Refused when it is there already, has no name, or is of no known kind."""
    if kind not in KINDS:
        raise Refused(f"“{kind}” is not a kind of day.", f"Use one of: {', '.join(KINDS)}.")
    made = _check(OwnDay(day, " ".join(name.split()), kind))
    days = own_days(where)
    if any(one.date == day for one in days):
        raise Refused(f"{say_date(day)} is in the list already.", "Remove it first, then add it anew.")
    if len(days) >= _MOST_DAYS:
        raise Refused(f"The list holds {len(days)} days already.", "Remove days that are long past.")
    _save(where, (*days, made))
    words = f"{say_date(day)}, {made.name}, is now {_IN_WORDS[kind]}. Limits are counted so from now on."
    return DayChanged(made, words)


def remove_day(where: Places, day: date) -> DayChanged:
    """Takes a day out of the list. Raises Refused when it is not there."""
    days = own_days(where)
    found = next((one for one in days if one.date == day), None)
    if found is None:
        raise Refused(f"{say_date(day)} is not in the list.", "See the list: msatctl holidays list.")
    _save(where, tuple(one for one in days if one is not found))
    return DayChanged(found, f"{say_date(day)}, {found.name}, is out of the list.")


def _check(day: OwnDay) -> OwnDay:
    if not day.name or len(day.name) > _LONGEST_NAME or not day.name.isprintable():
        raise Refused(
            f"The day {say_date(day.date)} has no name that can be shown.",
            f"Give it a name of up to {_LONGEST_NAME} letters, for instance “Coronation”.",
        )
    if not 2000 <= day.date.year <= 2100:
        raise Refused(f"The year {day.date.year} is out of reach.", "Give a day between 2000 and 2100.")
    return day


def _save(where: Places, days: tuple[OwnDay, ...]) -> None:
    """Writes the list whole, aside first, so that it is either the old one or the new one."""
    lines = ["# Days added by hand: bank-holiday (no working day), shut (this site alone), open (open out of turn)."]
    for one in sorted(days):
        name = "".join("\\" + c if c in '"\\' else c for c in one.name)
        lines += ["", "[[day]]", f"date = {one.date.isoformat()}", f'name = "{name}"', f'kind = "{one.kind}"']
    aside = where.days.with_suffix(".new")
    try:
        where.days.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        aside.replace(where.days)
    except OSError as error:
        raise Refused(f"The file {where.days} cannot be written: {error}.", "Check the disk and the folder.") from error
