"""What differs in the facts that only some kinds of notice have: audience, tier, dates, devices, advice, items.

Material is what asks for work that nobody has done yet; what asks for less, or only tells more, is a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msat.alerts.differences import SHOWN, Difference, changed, plain, short, slip, value
from msat.alerts.model import Alert, Fact

_MOST_NAMED = 40


def particulars(old: Alert, new: Alert) -> Iterator[Difference]:
    """Every difference in the particulars."""
    for find in _COMPARISONS:
        yield from find(old, new)


def _audience(old: Alert, new: Alert) -> Iterator[Difference]:
    if not old.audience and not new.audience:
        return
    added, gone = _apart(_values(old.audience), _values(new.audience))
    yield from _each("audience", "Now addressed to", added, True, "They were not asked to act before.")
    yield from _each("audience", "No longer addressed to", gone, False, "Fewer are asked to act.")


def _tier(old: Alert, new: Alert) -> Iterator[Difference]:
    why = "The tier says how grave the shortage is."
    yield from changed("tier", "Tier", value(old.tier), value(new.tier), why)


def _holds(old: Alert, new: Alert) -> Iterator[Difference]:
    """From when to when: earlier is less time; later is noted with both dates (E13)."""
    for field, name, first, last in (
        ("starts", "Start date", value(old.starts), value(new.starts)),
        ("ends", "End date", value(old.ends), value(new.ends)),
    ):
        forward = bool(last) and (not first or last < first)
        why = "It holds sooner, or for less long." if forward else "There is more time, or no date any more."
        yield from changed(field, name, first, last, why, forward)


def _devices(old: Alert, new: Alert) -> Iterator[Difference]:
    added, gone = _apart(_values(old.devices), _values(new.devices))
    yield from _each("devices", "Device added:", added, True, "Devices not looked for before.")
    yield from _each("devices", "Device no longer named:", gone, True, "Devices put aside that may be used again.")


def _advice(old: Alert, new: Alert) -> Iterator[Difference]:
    for field, name, material, why in (
        ("call_to_action", "What the article asks for", True, "It is what the article asks prescribers to do."),
        ("problem", "What is wrong", False, "The facts that set the work are compared one by one."),
        ("citation", "Citation", False, "It says where the article was printed."),
    ):
        before, after = value(getattr(old, field)), value(getattr(new, field))
        if plain(before) != plain(after) and not slip(before, after):
            yield from changed(field, name, short(before), short(after), why, material)


def _successors(old: Alert, new: Alert) -> Iterator[Difference]:
    added, gone = _apart(_values(old.superseded_by), _values(new.superseded_by))
    why = "Another alert takes its place."
    yield from _each("superseded_by", "Now says that it is superseded by", added, True, why)
    yield from _each(
        "superseded_by", "No longer says that it is superseded by", gone, True, "It may stand by itself again."
    )


def _items(old: Alert, new: Alert) -> Iterator[Difference]:
    """Items of a list, by number where they have one, else by title."""
    before = {_same(item.reference, item.title): item.title for item in old.items}
    after = {_same(item.reference, item.title): item.title for item in new.items}
    added = [after[key] for key in after if key not in before]
    gone = [before[key] for key in before if key not in after]
    yield from _each("items", "Item added:", added, True, "Nobody has looked at it yet.")
    yield from _each("items", "Item no longer listed:", gone, False, "What was looked at stays recorded.")


def _same(reference: str, title: str) -> str:
    return reference or plain(title)


def _values(facts: Sequence[Fact]) -> list[str]:
    return [fact.value for fact in facts]


def _apart(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is only in the second, and what only in the first, however it is printed."""
    first, last = {plain(text) for text in before}, {plain(text) for text in after}
    return [text for text in after if plain(text) not in first], [text for text in before if plain(text) not in last]


def _each(field: str, lead: str, texts: Sequence[str], material: bool, why: str) -> Iterator[Difference]:
    for text in texts[:_MOST_NAMED]:
        yield Difference(field, f"{lead} {text[:SHOWN].rstrip('.')}.", material, why)
    if len(texts) > _MOST_NAMED:
        yield Difference(field, f"{lead} {len(texts) - _MOST_NAMED} more.", material, why)


_COMPARISONS: tuple[Callable[[Alert, Alert], Iterator[Difference]], ...] = (
    _audience,
    _tier,
    _holds,
    _devices,
    _advice,
    _successors,
    _items,
)
