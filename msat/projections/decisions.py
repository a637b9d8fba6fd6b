"""What meetings decided and who sees to it: which decisions are open, by when they are to be done, how late they are.

A decision that names an owner is followed up until somebody records that it is done; one that names nobody is kept in
the minutes and asks for nothing. Days are London days, counted in working days. A decision has no Red, Amber or Green:
that is the urgency of an alert. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from msat.clock import say_date
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.work_state import DecisionDone, Discussed
from msat.working_days import Site


class Standing(StrEnum):
    """How a decision stands on a day."""

    OVERDUE = "overdue"
    TODAY = "due today"
    OPEN = "open"
    UNDATED = "open, no day set"
    DONE = "done"
    NOTED = "nothing to follow up"


ORDER = (Standing.OVERDUE, Standing.TODAY, Standing.OPEN, Standing.UNDATED, Standing.DONE, Standing.NOTED)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one meeting decided about one alert."""

    key: AlertKey
    reference: str
    title: str
    met: Discussed
    done: DecisionDone | None = None

    @property
    def name(self) -> str:
        """What people call the alert: its reference, else its title."""
        return self.reference or self.title

    @property
    def id(self) -> str:
        """The entry that first recorded it."""
        return self.met.id or self.met.deed.entry

    @property
    def due(self) -> date | None:
        """The day the meeting set; None where it set none, or where what is recorded is no day."""
        return day_of(self.met.due)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return bool(self.met.owner) and self.done is None


def day_of(iso: str) -> date | None:
    """An ISO date as a day; None for any other text."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def decisions_of(state: AlertState) -> list[Decision]:
    """Every decision about one alert that stands, in the order they were recorded."""
    done = {one.decision: one for one in reversed(state.decisions_done) if not one.struck}
    return [
        Decision(state.key, state.reference or "", state.title, met, done.get(met.id))
        for met in state.discussed
        if not met.struck
    ]


def decisions(states: Iterable[AlertState]) -> list[Decision]:
    """Every decision about these alerts that stands."""
    return [one for state in states for one in decisions_of(state)]


def last_day(due: date, site: Site) -> date:
    """The last day on which it is in time: the day set, or the next working day where that is none."""
    day = due
    for _ in range(366):
        if site.is_working_day(day):
            return day
        day += timedelta(days=1)
    return due


def standing(one: Decision, today: date, site: Site) -> Standing:
    """How it stands on the day `today`."""
    if one.done is not None:
        return Standing.DONE
    if not one.met.owner:
        return Standing.NOTED
    if one.due is None:
        return Standing.UNDATED
    last = last_day(one.due, site)
    if last < today:
        return Standing.OVERDUE
    return Standing.TODAY if last == today else Standing.OPEN


def ordered(found: Iterable[Decision], today: date, site: Site) -> list[Decision]:
    """The most overdue first, then by their day, those without one, then what is done, the newest first."""

    def rank(one: Decision) -> tuple[int, int, str, str]:
        at = standing(one, today, site)
        if at is Standing.DONE and one.done is not None:
            return ORDER.index(at), -int(one.done.deed.happened.timestamp()), one.key, one.id
        day = one.due.toordinal() if one.due and at is not Standing.NOTED else 0
        return ORDER.index(at), day, one.key, one.id

    return sorted(found, key=rank)


def overdue(found: Iterable[Decision], today: date, site: Site) -> list[Decision]:
    """Those that are overdue on the day `today`, the most overdue first."""
    return ordered((one for one in found if standing(one, today, site) is Standing.OVERDUE), today, site)


def working_days_late(one: Decision, today: date, site: Site) -> int:
    """How many working days have begun since its last day; 0 where it is not overdue."""
    if one.due is None or one.done is not None:
        return 0
    last = last_day(one.due, site)
    return sum(site.is_working_day(last + timedelta(days=n)) for n in range(1, max(0, (today - last).days) + 1))


def standing_words(one: Decision, today: date, site: Site) -> str:
    """`Overdue by 2 working days: it was due 12 November 2026.`, `Done 20 November 2026 by A. Patel.`, and so on."""
    at = standing(one, today, site)
    if at is Standing.DONE and one.done is not None:
        note = f" {stopped(one.done.note)}" if one.done.note else ""
        return f"Done {say_date(one.done.deed.happened)} by {one.done.deed.by}.{note}"
    if at is Standing.NOTED:
        return "Nothing to follow up."
    if one.due is None:
        return "Open; no day is set."
    if at is Standing.TODAY:
        return f"Due today, {say_date(today)}."
    if at is Standing.OPEN:
        return f"Due {say_date(one.due)}."
    late = working_days_late(one, today, site)
    by = f" by {late} working day{'' if late == 1 else 's'}" if late else ""
    return f"Overdue{by}: it was due {say_date(one.due)}."


def stopped(said: str) -> str:
    """A sentence with its end, so that another may follow it."""
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def owner_words(met: Discussed) -> str:
    """`Owner: safety lead, by 5 December 2026.`; empty where nobody was named."""
    day = day_of(met.due)
    by = f", by {say_date(day)}" if day else f", by {met.due}" if met.due else ""
    return f"Owner: {met.owner}{by}." if met.owner else ""


def followed_words(one: Decision) -> str:
    """`Owner: safety lead, by 5 December 2026. Still open.`, as at no day in particular; empty without an owner."""
    if not one.met.owner:
        return ""
    if one.done is None:
        return " ".join((owner_words(one.met), "Still open."))
    note = f": {stopped(one.done.note)}" if one.done.note else "."
    done = f"Done {say_date(one.done.deed.happened)} by {one.done.deed.by}{note}"
    return " ".join((owner_words(one.met), done))


def count_words(found: Sequence[Decision], today: date, site: Site) -> str:
    """`2 decisions are open, 1 of them overdue.`"""
    still = [one for one in found if one.is_open]
    if not still:
        return "No decision is open."
    late = sum(standing(one, today, site) is Standing.OVERDUE for one in still)
    are = "decision is" if len(still) == 1 else "decisions are"
    of = "" if not late else ", it is overdue" if len(still) == 1 else f", {late} of them overdue"
    return f"{len(still)} {are} open{of}."
