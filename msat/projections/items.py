"""Holds the items of a list (roundup, letters, field safety notices) against the alerts known here. Pure.

An item is matched by a number or by its page, never by how its title sounds. Field safety notices are screened in their
list and are no alerts of their own, so none of them is ever missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msat.alerts.model import Alert, Family, Item
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.searching import address

Find = Callable[[str], AlertKey | None]
"""The alert that a reference or a page's address means, or None."""


class Held(StrEnum):
    """Whether what an item tells of is known here."""

    HERE = "here"
    PARTLY = "partly here"
    """Some of the numbers it mentions are known here, some are not."""
    NOT_HERE = "not here"
    UNNUMBERED = "no number to look for"
    """It gives neither a number nor a page that is known: a person looks."""
    SCREENED = "screened in the list"


@dataclass(frozen=True, slots=True)
class Matched:
    """One item, the alerts here that it tells of, and the numbers that are not here."""

    item: Item
    held: Held
    keys: tuple[AlertKey, ...] = ()
    missing: tuple[str, ...] = ()


def match(notice: Alert, find: Find) -> tuple[Matched, ...]:
    """Every item of a list with what is known here of it, in the list's order."""
    if notice.family.value == Family.FIELD_SAFETY_NOTICES:
        return tuple(Matched(item, Held.SCREENED) for item in notice.items)
    return tuple(_matched(item, notice, find) for item in notice.items)


def _matched(item: Item, notice: Alert, find: Find) -> Matched:
    found = {fact.value: find(fact.value) for fact in item.references}
    page = _page(item, notice, find)
    keys = tuple(dict.fromkeys(key for key in (*found.values(), page) if key is not None and key != notice.key))
    missing = tuple(reference for reference, key in found.items() if key is None or key == notice.key)
    if keys:
        return Matched(item, Held.PARTLY if missing else Held.HERE, keys, missing)
    return Matched(item, Held.NOT_HERE if missing else Held.UNNUMBERED, (), missing)


def _page(item: Item, notice: Alert, find: Find) -> AlertKey | None:
    """The alert of the page that the item leads to, where it leads to another page than the list's own."""
    if not item.url or address(item.url) == address(notice.url):
        return None
    return find(item.url)


def known_by(states: Iterable[AlertState]) -> Find:
    """Looks references and pages up among some states."""
    known: dict[str, AlertKey] = {}
    for state in states:
        for name in (state.key, state.reference, *(link.url for link in state.sources)):
            if name:
                known.setdefault(address(name), state.key)
    return lambda name: known.get(address(name))


def goes_by(state: AlertState, name: str) -> bool:
    """Whether a reference or a page's address is this alert's own, and not one that it only mentions."""
    own = (state.key, state.reference or "", *(part for link in state.sources for part in (link.url, link.path)))
    return address(name) in {address(one) for one in own if one}


def not_here(matched: Sequence[Matched]) -> tuple[str, ...]:
    """The numbers that a list tells of and no alert here goes by."""
    return tuple(dict.fromkeys(number for one in matched for number in one.missing))
