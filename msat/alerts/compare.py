"""What differs between two versions of one alert, fact by fact, and whether each difference is material (E01).

Material: class, level, batch, product, deadline brought forward, patient advice, withdrawal. A material difference
re-opens completed records; any other leaves a note. Facts are compared by what they mean, not by how they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from msat.alerts.compare_particulars import particulars
from msat.alerts.dates import last_day
from msat.alerts.differences import SHOWN, Difference, changed, plain, short, slip, value
from msat.alerts.model import Alert, Batch, Deadline
from msat.clock import from_stamp, say_moment

__all__ = ["Difference", "compare", "is_material"]

_MOST = 200
_MOST_BATCHES = 100


def compare(old: Alert, new: Alert) -> tuple[Difference, ...]:
    """Every difference between two versions of an alert, the material ones first."""
    found = [difference for find in _COMPARISONS for difference in find(old, new)]
    if not found:
        found = list(_wording(old, new))
    elif old.text != new.text and not any(difference.field == "text" for difference in found):
        found.extend(_wording(old, new))
    return tuple(sorted(found[:_MOST], key=lambda difference: not difference.material))


def is_material(differences: tuple[Difference, ...]) -> bool:
    """Whether any difference re-opens completed records."""
    return any(difference.material for difference in differences)


def _withdrawal(old: Alert, new: Alert) -> Iterator[Difference]:
    before, after = value(old.withdrawn), value(new.withdrawn)
    if after and not before:
        yield Difference(
            "withdrawn", f"Withdrawn by the publisher: {after[:SHOWN]}", True, "The notice no longer stands."
        )
    elif before and not after:
        yield Difference("withdrawn", "The publisher has taken back the withdrawal.", True, "The notice stands again.")
    elif before != after:
        yield Difference("withdrawn", f"The withdrawal now says: {after[:SHOWN]}", False, "It was withdrawn before.")


def _class(old: Alert, new: Alert) -> Iterator[Difference]:
    yield from changed(
        "class", "Class", value(old.alert_class), value(new.alert_class), "The class sets how fast to act."
    )


def _level(old: Alert, new: Alert) -> Iterator[Difference]:
    yield from changed("level", "Level", value(old.level), value(new.level), "The level says who must act.")


def _family(old: Alert, new: Alert) -> Iterator[Difference]:
    yield from changed(
        "family", "Kind of notice", old.family.value, new.family.value, "The kind of notice sets the rule."
    )


def _reference(old: Alert, new: Alert) -> Iterator[Difference]:
    yield from changed(
        "reference",
        "Reference",
        value(old.reference),
        value(new.reference),
        "The number names the alert; it asks for nothing.",
        False,
    )


def _batches(old: Alert, new: Alert) -> Iterator[Difference]:
    """Batch rows by number and, where one number stands for several products, by product."""
    before, after = _by_number(old, new), _by_number(new, old)
    added = [batch for key, batch in after.items() if key not in before]
    removed = [batch for key, batch in before.items() if key not in after]
    for batch in added[:_MOST_BATCHES]:
        yield Difference(
            "batches", f"{_called(batch)} added{_expiring(batch)}.", True, "Stock and patients not looked for before."
        )
    for batch in removed[:_MOST_BATCHES]:
        yield Difference(
            "batches", f"{_called(batch)} removed{_expiring(batch)}.", True, "Stock held back that may be released."
        )
    for verb, group in (("added", added), ("removed", removed)):
        if len(group) > _MOST_BATCHES:
            yield Difference("batches", f"{len(group) - _MOST_BATCHES} more batches {verb}.", True, "See the notice.")
    for key in [key for key in after if key in before][:5_000]:
        yield from _batch(before[key], after[key])


def _by_number(alert: Alert, other: Alert) -> dict[tuple[str, str, str], Batch]:
    """Batches under number, end of range and, where the number is not unique in either version, product."""
    counts: dict[str, int] = {}
    for one in (alert, other):
        seen: dict[str, int] = {}
        for batch in one.batches:
            seen[batch.number] = seen.get(batch.number, 0) + 1
            counts[batch.number] = max(counts.get(batch.number, 0), seen[batch.number])
    keyed: dict[tuple[str, str, str], Batch] = {}
    for batch in alert.batches:
        product = plain(batch.product) if counts[batch.number] > 1 else ""
        keyed.setdefault((batch.number, batch.through, product), batch)
    return keyed


def _batch(before: Batch, after: Batch) -> Iterator[Difference]:
    """What changed in one row: the expiry and product identify stock, the rest is for information."""
    name = _called(after)
    if (before.expires, not before.expires and plain(before.expiry)) != (
        after.expires,
        not after.expires and plain(after.expiry),
    ):
        yield from changed(
            "batches", f"{name}: expiry", before.expiry, after.expiry, "The expiry identifies the packs."
        )
    for field, first, last, material in (
        ("product", before.product, after.product, True),
        ("pack size", before.pack_size, after.pack_size, True),
        ("livery", before.livery, after.livery, True),
        ("first distributed", before.first_distributed, after.first_distributed, False),
    ):
        if plain(first) != plain(last) and not _same_day(first, last):
            why = "It identifies the packs." if material else "The packs to look for stay the same."
            yield from changed("batches", f"{name}: {field}", first, last, why, material)


def _same_day(first: str, last: str) -> bool:
    day = last_day(first)
    return day is not None and day == last_day(last)


def _called(batch: Batch) -> str:
    return f"Batches {batch.number} to {batch.through}" if batch.through else f"Batch {batch.number}"


def _expiring(batch: Batch) -> str:
    return f", expiry {batch.expiry}" if batch.expiry else ""


def _all_batches(old: Alert, new: Alert) -> Iterator[Difference]:
    before = {plain(fact.value): fact.value for fact in old.all_batches}
    after = {plain(fact.value): fact.value for fact in new.all_batches}
    for key in after.keys() - before.keys():
        yield Difference("all_batches", f"Now says: “{after[key][:SHOWN]}”.", True, "More packs may be affected.")
    for key in before.keys() - after.keys():
        yield Difference(
            "all_batches", f"No longer says: “{before[key][:SHOWN]}”.", True, "Other packs may be affected."
        )


def _products(old: Alert, new: Alert) -> Iterator[Difference]:
    """Products by name, and by licence where one is printed; a name that is only spelt anew is the same product."""
    before = {plain(product.name): product for product in old.products}
    after = {plain(product.name): product for product in new.products}
    for key in [key for key in after if key not in before]:
        yield Difference(
            "products", f"Product added: {after[key].name[:SHOWN]}.", True, "Stock and patients not looked for before."
        )
    for key in [key for key in before if key not in after]:
        yield Difference(
            "products", f"Product no longer named: {before[key].name[:SHOWN]}.", True, "Other packs may be affected."
        )
    for key in [key for key in after if key in before]:
        for field, name in (("licence", "licence number"), ("gtin", "GTIN"), ("snomed", "SNOMED code")):
            first, last = str(getattr(before[key], field)), str(getattr(after[key], field))
            why = "The product is the same; its number was put right."
            yield from changed("products", f"{after[key].name[:80]}: {name}", first, last, why, field == "licence")


# When it ends, or how many hours it gives and how that is said.
_Limit = tuple[datetime | None, int, str]


def _deadlines(old: Alert, new: Alert) -> Iterator[Difference]:
    """Deadlines by kind. Brought forward or new is material; put back is noted with both dates (E13)."""
    before, after = _earliest(old), _earliest(new)
    for kind in dict.fromkeys([*before, *after]):
        first, last = before.get(kind), after.get(kind)
        if first == last:
            continue
        name = {"underway": "Actions underway by", "complete": "Actions complete by", "within": "Time limit"}.get(
            kind, "Act at once"
        )
        if first is None or last is None:
            text = f"{name}: {_when(last)} added." if last else f"{name}: {_when(first)} is no longer stated."
            yield Difference(
                "deadlines",
                text,
                last is not None,
                "A time limit that was not there before." if last else "Less is asked.",
            )
            continue
        forward = _moment(last) < _moment(first)
        text = f"{name}: {'brought forward' if forward else 'put back'} from {_when(first)} to {_when(last)}."
        why = "There is less time." if forward else "There is more time."
        yield Difference("deadlines", text, forward, f"{why}{_in_words(new, kind)}")


def _in_words(alert: Alert, kind: str) -> str:
    """The notice's own words for a deadline (E13: a new date comes with its source)."""
    words = next((deadline.words for deadline in alert.deadlines if deadline.kind == kind), "")
    return f" The notice says: “{short(words).strip('“”')}”." if words else ""


def _earliest(alert: Alert) -> dict[str, _Limit]:
    """The tightest deadline of each kind."""
    tightest: dict[str, Deadline] = {}
    for deadline in alert.deadlines:
        held = tightest.get(deadline.kind)
        if held is None or _order(deadline) < _order(held):
            tightest[deadline.kind] = deadline
    return {kind: (deadline.at, deadline.span_hours, deadline.span) for kind, deadline in tightest.items()}


def _order(deadline: Deadline) -> tuple[str, int]:
    return deadline.at.isoformat() if deadline.at else "", deadline.span_hours


def _moment(limit: _Limit) -> tuple[str, int]:
    at, hours, _ = limit
    return (at.isoformat() if at else ""), hours


def _when(limit: _Limit | None) -> str:
    if limit is None:
        return ""
    at, _, span = limit
    return say_moment(at) if at else span or "at once"


def _issued(old: Alert, new: Alert) -> Iterator[Difference]:
    """The date of issue moves deadlines that are counted from it."""
    before, after = value(old.issued), value(new.issued)
    if before == after:
        return
    counted = any(deadline.span for deadline in new.deadlines) and _earlier(after, before)
    why = "The time limit counts from it, and it is earlier." if counted else "It brings no time limit forward."
    yield from changed("issued", "Issue date", before, after, why, counted)


def _earlier(after: str, before: str) -> bool:
    try:
        first, last = (from_stamp(text if "T" in text else f"{text}T00:00:00Z") for text in (before, after))
    except ValueError:
        return False
    return last < first - timedelta(hours=1)


def _advice(old: Alert, new: Alert) -> Iterator[Difference]:
    for field, name, material in (
        ("patient_advice", "Advice for patients", True),
        ("professional_advice", "Advice for professionals", False),
    ):
        before, after = value(getattr(old, field)), value(getattr(new, field))
        if plain(before) == plain(after) or slip(before, after):
            continue
        why = (
            "Patients are to be told something else."
            if material
            else "The facts that set the work are compared one by one."
        )
        yield from changed(field, name, short(before), short(after), why, material)


def _others(old: Alert, new: Alert) -> Iterator[Difference]:
    """Facts that identify the notice but ask for nothing."""
    yield from changed(
        "company",
        "Company",
        value(old.company),
        value(new.company),
        "The product and its batches are compared by themselves.",
        False,
    )
    before, after = {fact.value for fact in old.supersedes}, {fact.value for fact in new.supersedes}
    for named in sorted(after - before):
        yield Difference("supersedes", f"Now says that it supersedes {named}.", False, "The earlier alert is linked.")
    if old.title != new.title:
        yield Difference(
            "title",
            f"Title changed to “{new.title[:SHOWN]}”.",
            False,
            "The facts in the title are compared one by one.",
        )
    if len(new.unread) > len(old.unread):
        yield Difference(
            "unread", new.unread[-1], True, "A part that was readable before is not now: look at the source."
        )


def _wording(old: Alert, new: Alert) -> Iterator[Difference]:
    """The text differs: say where it first does."""
    if old.text == new.text:
        return
    before, after = old.text.split("\n"), new.text.split("\n")
    gone, come = set(before), set(after)
    lost = next((line for line in before if line not in come), "")
    gained = next((line for line in after if line not in gone), "")
    if gained and lost:
        text = f"Wording changed: “{_part(gained)}” in place of “{_part(lost)}”."
    elif gained:
        text = f"Wording added: “{_part(gained)}”."
    elif lost:
        text = f"Wording taken out: “{_part(lost)}”."
    else:
        text = "The same lines stand in another order."
    yield Difference("text", text, False, "No class, level, batch, product, time limit or patient advice differs.")


def _part(line: str) -> str:
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


_COMPARISONS: tuple[Callable[[Alert, Alert], Iterator[Difference]], ...] = (
    _withdrawal,
    _class,
    _level,
    _family,
    _batches,
    _all_batches,
    _products,
    _deadlines,
    _issued,
    _advice,
    particulars,
    _reference,
    _others,
)
