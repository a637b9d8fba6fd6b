"""What the page of people, days and places asks of the services, each as a call for the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msat.gui.deeds import Deed
    from msat.projections.work import Absence
    from msat.services.desk import Changes, Desk, Person
    from msat.services.site import OwnDay

COMING = 366
"""Days ahead for which the nation's bank holidays are listed."""


@dataclass(frozen=True, slots=True)
class Arrangements:
    """Who is away and when the site is shut, as it stands on one London day."""

    today: date
    away: tuple[Absence, ...]
    coming: tuple[Absence, ...]
    past: tuple[Absence, ...]
    days: tuple[OwnDay, ...]
    days_trouble: str
    """A sentence when the list of days could not be read."""
    holidays: tuple[tuple[date, str], ...]
    """The nation's bank holidays of the coming year."""
    nation: str
    places: tuple[str, ...]
    """Where this kind of organisation looks for stock."""
    is_local: bool
    """Whether these places are the organisation's own."""


def arrangements(desk: Desk) -> Arrangements:
    """Everything the page shows, read at once."""
    from msat.clock import london
    from msat.errors import MsatError
    from msat.services import absence, site
    from msat.triage.model import OrganisationKind
    from msat.working_days import bank_holidays

    today = london(desk.clock.now()).date()
    known = absence.standing(desk)
    away = tuple(one for one in known if one.covers(today))
    coming = tuple(one for one in known if one.first > today and one.ended is None)
    past = tuple(one for one in reversed(known) if one not in away and one not in coming)
    trouble, days = "", ()
    try:
        days = site.own_days(desk.places)
    except MsatError as error:
        trouble = str(error)
    nation = desk.knowledge.site.nation
    last = today + timedelta(days=COMING)
    named = bank_holidays(nation, today.year, last.year)
    holidays = tuple((day, name) for day, name in named.items() if today <= day <= last)
    kind = OrganisationKind(desk.record.organisation.kind)
    places = tuple(desk.knowledge.actions.actions["A03"].places.get(kind, ()))
    local = desk.knowledge.local
    own = local is not None and kind in local.pack.places
    return Arrangements(today, away, coming, past, days, trouble, holidays, nation, places, own)


def goes_away(name: str, first: date, last: date, deputy: str, note: str) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.absence import record_absence

        return record_absence(desk, name, first, last, deputy, person, note=note)

    return do


def is_back(name: str, day: date) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.absence import end_absence

        return end_absence(desk, name, person, back=day)

    return do


def add_day(day: date, name: str, kind: str) -> Callable[[Desk], str]:
    """Adds a day to the site's list; deadlines are counted with it from now on."""

    def do(desk: Desk) -> str:
        from msat.services import site

        words = site.add_day(desk.places, day, name, kind).words
        learn_site(desk)
        return words

    return do


def remove_day(day: date) -> Callable[[Desk], str]:
    def do(desk: Desk) -> str:
        from msat.services import site

        words = site.remove_day(desk.places, day).words
        learn_site(desk)
        return words

    return do


def learn_site(desk: Desk) -> None:
    """The desk goes on with the nation and the days as they are now."""
    from msat.services import site

    desk.learn(replace(desk.knowledge, site=site.load(desk.places)))
