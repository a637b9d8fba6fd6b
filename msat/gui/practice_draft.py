"""A choice of practices while it is being made: what a tick does to it, and which rows are shown. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from msat.feeds.ods_model import NETWORKS, PRACTICES
from msat.gui.dates import say_date
from msat.gui.tongue import tr
from msat.gui.words import count_words
from msat.projections.practices import (
    NETWORK,
    Area,
    Directory,
    Imported,
    Patch,
    Practice,
    every,
    patches,
    practices,
)

MOST_OTHERS = 200
"""Practices outside the area that a search shows at once."""

_SHORTEST = 3
"""Letters before a search looks outside the area."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One row: a practice, and whether it is one of ours."""

    practice: Practice
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What the page knows: the lists that were imported, joined, and what was chosen last."""

    imports: dict[str, Imported]
    known: Directory
    area: Area
    today: str


def tick_patch(area: Area, sort: str, code: str, on: bool) -> Area:
    """A commissioner or a network taken in or out."""
    name = "networks" if sort == NETWORK else "commissioners"
    return replace(area, **{name: _with(getattr(area, name), code, on)})


def tick_kind(area: Area, kind: str, on: bool) -> Area:
    return replace(area, kinds=_with(area.kinds, kind, on))


def tick_practice(area: Area, known: Directory, today: str, code: str, on: bool) -> Area:
    """A single practice taken in or out, whatever the rest of the area says."""
    plain = replace(area, added=_with(area.added, code, False), left_out=_with(area.left_out, code, False))
    practice = known.practices.get(code)
    comes_by_itself = practice is not None and plain.holds(practice, known.network_of(code, today))
    if comes_by_itself == on:
        return plain
    return replace(plain, added=_with(plain.added, code, on), left_out=_with(plain.left_out, code, not on))


def tick_dispensing(area: Area, code: str, on: bool) -> Area:
    return replace(area, dispensing=_with(area.dispensing, code, on))


def _with(codes: Iterable[str], code: str, on: bool) -> tuple[str, ...]:
    rest = set(codes) - {code}
    return tuple(sorted(rest | {code} if on else rest))


def rows(held: Held, area: Area, text: str = "") -> list[Shown]:
    """The practices of the area, those left out of it too; with a text, those that match it, and then others."""
    words = text.casefold().split()
    candidates = practices(held.known, replace(area, left_out=()), held.today)
    inside = {one.code for one in candidates}
    found = [Shown(one, one.code not in area.left_out or one.code in area.added) for one in candidates]
    found = [one for one in found if _matches(one.practice, words)]
    if len("".join(words)) < _SHORTEST:
        return found
    others = (one for one in every(held.known, area, held.today) if one.code not in inside and _matches(one, words))
    return found + [Shown(one, False) for one, _number in zip(others, range(MOST_OTHERS), strict=False)]


def _matches(one: Practice, words: list[str]) -> bool:
    said = f"{one.code} {one.name} {one.postcode} {one.pcn_name} {one.address}".casefold()
    return all(word in said for word in words)


def patch_rows(held: Held, area: Area, text: str = "") -> list[tuple[Patch, bool]]:
    """Commissioners and networks that match, each with whether it is taken in; those that are come first."""
    chosen = {("commissioner", code) for code in area.commissioners} | {(NETWORK, code) for code in area.networks}
    found = [(one, (one.sort, one.code) in chosen) for one in patches(held.known, held.today, text, area.kinds)]
    return sorted(found, key=lambda pair: not pair[1])


def patch_line(one: Patch) -> str:
    """What stands under its name."""
    sort = tr("Network") if one.sort == NETWORK else tr("Commissioner")
    closed = tr(", {closed:,} closed").format(closed=one.closed) if one.closed else ""
    return f"{sort} {one.code} · {count_words(one.open, 'open practice')}{closed}"


def state_line(one: Practice) -> str:
    """Open, or closed with its day, or what else it is."""
    if one.status == "closed" or (one.closed and one.is_open):
        day = f" {say_date(date.fromisoformat(one.closed))}" if one.closed else ""
        return "{which}{day}".format(which=tr("Closed") if one.status == "closed" else tr("Closes"), day=day)
    return one.status.capitalize()


def practice_line(one: Practice) -> str:
    """What stands under a practice's name: code, postcode, commissioner, network."""
    where = network_line(one)
    parts = [one.code, one.postcode, one.commissioner if not where else "", where]
    return " · ".join(part for part in parts if part)


def network_line(one: Practice) -> str:
    """The network it is in, or the last one it left and when."""
    if one.pcn:
        return one.pcn_name
    if one.was_in:
        last = one.was_in[-1]
        return tr("Left {network} {fromisoformat}").format(
            network=last.network, fromisoformat=say_date(date.fromisoformat(last.left))
        )
    return ""


def tally_line(shown: Iterable[Practice]) -> str:
    """How many the area has: open, dispensing, closed, other."""
    some = list(shown)
    still = [one for one in some if one.is_open]
    closed = sum(1 for one in some if one.status == "closed")
    other = len(some) - len(still) - closed
    parts = [
        count_words(len(still), "open practice"),
        tr("{what:,} dispensing").format(what=sum(1 for one in still if one.dispensing)),
    ]
    parts += [tr("{closed:,} closed").format(closed=closed)] if closed else []
    parts += [tr("{other:,} dormant or proposed").format(other=other)] if other else []
    return ", ".join(parts) + "."


def lists_line(imports: dict[str, Imported]) -> str:
    """Which lists are here, how new they are, and when they were imported."""
    said = []
    for kind, what in ((PRACTICES, tr("Practices")), (NETWORKS, tr("Networks"))):
        one = imports.get(kind)
        if one is None:
            said.append(tr("{what}: not imported yet.").format(what=what))
            continue
        newest = (
            tr(", newest date {fromisoformat}").format(fromisoformat=say_date(date.fromisoformat(one.as_at)))
            if one.as_at
            else ""
        )
        said.append(
            tr("{what}: {name}{newest}, imported {recorded}.").format(
                what=what, name=one.name, newest=newest, recorded=say_date(one.deed.recorded)
            )
        )
    return "\n".join(said)
