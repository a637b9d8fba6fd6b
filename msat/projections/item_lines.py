"""The items of a list as lines of a table: number, title, date, and the alert here that each tells of. Pure.

The same lines stand in the window and on the command line. Nothing is shortened: a table wraps what is long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from msat.clock import say_date
from msat.ids import AlertKey
from msat.projections.items import Held, Matched

COLUMNS = ("Number", "Title", "Date", "Alert here")
Named = Callable[[AlertKey], str]
"""What an alert here goes by: its reference, else its title."""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item. `cells` are the texts of `COLUMNS`; `alerts` the alerts here as (key, name), in the item's order."""

    number: str
    title: str
    day: str
    here: str
    held: Held
    alerts: tuple[tuple[AlertKey, str], ...] = ()
    url: str = ""
    """The page that the list names for it; it may be anywhere."""
    printed: str = ""
    """Its lines as the list prints them."""

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return self.number, self.title, self.day, self.here


def item_lines(matched: Sequence[Matched], name: Named) -> tuple[ItemLine, ...]:
    """A line for each item, in the list's order."""
    return tuple(_line(one, name) for one in matched)


def tally(lines: Sequence[ItemLine]) -> str:
    """`12 notices: 9 here, 1 partly here, 2 not here.`; a list of field safety notices is screened as a whole."""
    count = f"{len(lines):,} notice{'' if len(lines) == 1 else 's'}"
    if lines and all(line.held is Held.SCREENED for line in lines):
        return f"{count}: screened in this list, none is an alert of its own."
    held = [line.held for line in lines]
    said = [f"{held.count(one):,} {_COUNTED[one]}" for one in Held if one in held]
    return f"{count}: {', '.join(said)}." if said else f"{count}."


_COUNTED = {
    Held.HERE: "here",
    Held.PARTLY: "partly here",
    Held.NOT_HERE: "not here",
    Held.UNNUMBERED: "with no number to look for",
    Held.SCREENED: "screened in this list",
}


def _line(one: Matched, name: Named) -> ItemLine:
    item = one.item
    alerts = tuple((key, name(key)) for key in one.keys)
    return ItemLine(
        number=", ".join(dict.fromkeys(fact.value for fact in item.references)) or "No number",
        title=item.title,
        day=_day(item.date),
        here=_here(one, [said for _key, said in alerts]),
        held=one.held,
        alerts=alerts,
        url=item.url,
        printed=item.words,
    )


def _day(iso: str) -> str:
    """`18 November 2026`; as it stands where it is no whole date."""
    try:
        return say_date(date.fromisoformat(iso))
    except ValueError:
        return iso or "Not given"


def _here(one: Matched, names: Sequence[str]) -> str:
    missing = f"Not here: {', '.join(one.missing)}" if one.missing else ""
    if one.held is Held.SCREENED:
        return "Screen it in this list"
    if one.held is Held.UNNUMBERED:
        return "No number to look for: compare its title"
    return ". ".join(part for part in (", ".join(names), missing) if part)
