"""What differs between two lists of practices or networks: opened, closed, moved, renamed, gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msat.feeds.ods_model import NETWORKS, Membership, OdsFile, OdsPractice

NEW = "new"
CLOSED = "closed"
REOPENED = "opened again"
MOVED = "moved"
RENAMED = "renamed"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One practice that is otherwise in the newer list. `what` is NEW, CLOSED, REOPENED, MOVED, RENAMED or GONE."""

    code: str
    name: str
    what: str
    words: str


def compared(before: OdsFile, after: OdsFile) -> list[Difference]:
    """What the newer of two lists of one kind says otherwise, by code."""
    if after.kind == NETWORKS:
        return _networks(before, after)
    old = {one.code: one for one in before.practices}
    new = {one.code: one for one in after.practices}
    found = [Difference(code, old[code].name, GONE, "no longer in the list") for code in old.keys() - new.keys()]
    for code, now in new.items():
        found += _practice(old.get(code), now)
    return sorted(found, key=lambda one: (one.code, one.what))


def _practice(was: OdsPractice | None, now: OdsPractice) -> Iterable[Difference]:
    if was is None:
        words = f"opened {now.opened or 'on a day not given'}"
        yield Difference(now.code, now.name, NEW, words)
        return
    if now.status != was.status and now.status == "closed":
        yield Difference(now.code, now.name, CLOSED, f"closed {now.closed or 'on a day not given'}")
    elif now.status != was.status and now.status == "open":
        yield Difference(now.code, now.name, REOPENED, f"open; it was {was.status}")
    if now.commissioner != was.commissioner:
        since = f" on {now.joined}" if now.joined else ""
        words = f"from {was.commissioner or 'no commissioner'} to {now.commissioner or 'none'}{since}"
        yield Difference(now.code, now.name, MOVED, words)
    if now.name != was.name:
        yield Difference(now.code, now.name, RENAMED, f"was {was.name}")


def _networks(before: OdsFile, after: OdsFile) -> list[Difference]:
    old, new = _current(before), _current(after)
    found = []
    for code in old.keys() | new.keys():
        was, now = old.get(code), new.get(code)
        if was is not None and now is None:
            found.append(Difference(code, was.practice_name, GONE, f"no longer in network {was.network}"))
        elif now is not None and was is None:
            found.append(Difference(code, now.practice_name, NEW, f"in network {now.network} since {now.joined}"))
        elif now is not None and was is not None and now.network != was.network:
            words = f"from network {was.network} to {now.network} on {now.joined}"
            found.append(Difference(code, now.practice_name, MOVED, words))
    return sorted(found, key=lambda one: one.code)


def _current(one: OdsFile) -> dict[str, Membership]:
    """Practice -> the membership that lasts as far as the list says."""
    return {m.practice: m for m in sorted(one.memberships, key=lambda m: m.joined) if not m.left}


def tally(differences: Iterable[Difference]) -> dict[str, int]:
    """How many of each sort; keys as an entry may hold them."""
    counts: dict[str, int] = {}
    for one in differences:
        name = one.what.replace(" ", "_")
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
