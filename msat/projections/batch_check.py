"""Compares what was typed or scanned with every notice known here, and says which of four answers it is. Pure.

Affected is only what a notice prints exactly, what lies in its range, and what its words about all batches cover for
the same product. Everything doubtful is "look again", with the reason. Nothing is ever called safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from msat.alerts.dates import last_day
from msat.alerts.model import Batch
from msat.clock import say_date
from msat.projections.affected import Affected
from msat.projections.batch_index import BatchIndex, Row
from msat.projections.products import same_product
from msat.projections.scanned import Asked, Kind, gtin14

NamesOf = Callable[[str], tuple[str, ...]]
"""The dm+d names of the packs with a GTIN of 14 digits."""


class Verdict(StrEnum):
    """The four answers."""

    AFFECTED = "affected"
    LOOK_AGAIN = "look-again"
    SAME_PRODUCT = "same-product-other-batch"
    NOT_KNOWN = "not-known"


class How(StrEnum):
    """How a notice came into an answer."""

    EXACT = "exact"
    RANGE = "range"
    ALL = "all-batches"
    NEAR = "near"
    OTHER_PRODUCT = "other-product"
    UNCLEAR = "unclear"
    PRODUCT = "product"


_SURE = (How.EXACT, How.RANGE, How.ALL)
_DOUBTFUL = (How.NEAR, How.OTHER_PRODUCT, How.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Hit:
    """One notice that an answer rests on, with the row or the words it matched, and why in a sentence."""

    notice: Affected
    how: How
    why: str
    batch: Batch | None = None
    words: str = ""
    """The notice's statement about all batches, where that is what matched."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one input."""

    asked: Asked
    verdict: Verdict
    hits: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences to show beside it: malformed, expired, what could not be compared."""
    product_names: tuple[str, ...] = ()
    """What dm+d calls the pack."""


def check(asked: Asked, index: BatchIndex, today: date, names_of: NamesOf = lambda _gtin: ()) -> Answer:
    """The answer to one input. `today` is for saying that a pack has expired."""
    if asked.kind in (Kind.HEADING, Kind.NOTHING):
        return Answer(asked, _unread(asked), notes=(*asked.problems, *asked.notes))
    names = names_of(asked.gtin) if asked.gtin else ()
    same = _same_product(asked, index, names)
    rows = _rows(asked, index)
    hits = [_judged(asked, row, how, index, same, names) for row, how in rows]
    covered = {hit.notice.key for hit in hits}
    others = [index.notices[at] for at in sorted(same) if index.notices[at].key not in covered]
    hits += [hit for notice in others if (hit := _by_statement(asked, notice))]
    if not any(hit.how in _SURE for hit in hits):
        hits += _near(asked, index, same)
    covered = {hit.notice.key for hit in hits}
    hits += [_product_hit(asked, notice) for notice in others if notice.key not in covered]
    verdict = _verdict(asked, hits)
    chosen = tuple(hit for hit in hits if verdict is not Verdict.AFFECTED or hit.how in _SURE)
    return Answer(asked, verdict, chosen, _notes(asked, index, verdict, same, today), names)


def _unread(asked: Asked) -> Verdict:
    return Verdict.LOOK_AGAIN if asked.problems else Verdict.NOT_KNOWN


def _rows(asked: Asked, index: BatchIndex) -> list[tuple[Row, How]]:
    number = asked.batch or (asked.text if asked.kind is Kind.GTIN else "")
    if not number:
        return []
    exact = index.exact(number)
    seen = {id(row) for row in exact}
    inside = [row for row in index.within(number) if id(row) not in seen]
    return [(row, How.EXACT) for row in exact] + [(row, How.RANGE) for row in inside]


def _same_product(asked: Asked, index: BatchIndex, names: Sequence[str]) -> set[int]:
    """The notices about the product of this input, as far as a GTIN, dm+d or words say which it is."""
    found = set(index.gtins.get(asked.gtin, ())) if asked.gtin else set()
    for name in names:
        found |= {at for at in index.named(_first_word(name)) if _is_of(index.notices[at], name)}
    if asked.product and (asked.product != asked.batch or not index.exact(asked.batch)):
        found |= index.named(asked.product)
    return found


def _first_word(name: str) -> str:
    return next((word for word in re.findall(r"[^\W\d_]+", name) if len(word) > 3), name)


def _is_of(notice: Affected, name: str) -> bool:
    return any(same_product(name, product, notice.company) for product in notice.products)


def _judged(asked: Asked, row: Row, how: How, index: BatchIndex, same: set[int], names: Sequence[str]) -> Hit:
    """A number that a notice prints: affected, unless the pack is of another product or the notice was withdrawn."""
    notice, batch = index.notices[row.notice], row.batch
    said = notice.reference or notice.title
    if notice.withdrawn:
        return Hit(notice, How.UNCLEAR, f"The publisher has withdrawn {said}: {_ended(notice.withdrawn)}", batch)
    against = "" if row.notice in same else _contradiction(asked, notice, names)
    if against:
        return Hit(notice, How.OTHER_PRODUCT, f"{said} prints this batch number, but {against}", batch)
    if how is How.RANGE:
        why = f"{said} names every number from {batch.number} to {batch.through}."
    else:
        why = f"{said} prints this batch number."
    if (
        asked.expiry
        and batch.expires
        and (asked.expiry.year, asked.expiry.month)
        != (
            batch.expires.year,
            batch.expires.month,
        )
    ):
        why += f" The expiry dates differ: {say_date(asked.expiry)} here, {batch.expiry} in the notice."
    return Hit(notice, how, why, batch)


def _contradiction(asked: Asked, notice: Affected, names: Sequence[str]) -> str:
    """Why a number printed alike may be of another product; empty where nothing speaks against it."""
    gtins = [gtin14(product.gtin) for product in notice.products if product.gtin]
    if asked.gtin and gtins and len(gtins) == len(notice.products) and asked.gtin not in gtins:
        return f"for the GTIN {', '.join(gtins)}; this pack has {asked.gtin}."
    if names and notice.products:
        return f"for {notice.products[0].name}; dm+d calls this pack {names[0]}."
    if asked.product and asked.product != asked.batch:
        return f"“{asked.product}” does not stand in it; it is about {_about(notice)}."
    return ""


def _about(notice: Affected) -> str:
    return notice.products[0].name if notice.products else notice.title


def _near(asked: Asked, index: BatchIndex, same: set[int]) -> list[Hit]:
    """Numbers that could be meant; of the product's own notices only, where the product is known."""
    if not asked.batch:
        return []
    hits = [
        Hit(index.notices[row.notice], How.NEAR, _said(index.notices[row.notice], why), row.batch)
        for row, why in index.near(asked.batch)
    ]
    own = {index.notices[at].key for at in same}
    known = [hit for hit in hits if hit.notice.key in own]
    return known or ([] if same and asked.kind is Kind.GS1 else hits)


def _said(notice: Affected, why: str) -> str:
    return f"{why} The publisher has withdrawn this notice." if notice.withdrawn else why


_PLAIN_ALL = re.compile(
    r"(?:all|any|every)"
    r"(?: (?:of the|the|affected|remaining|unexpired|in-date|available|existing|current|known|distributed|supplied))*"
    r"(?: (?:batch(?:es)?|lots?|stock|packs?))(?: numbers?)?(?: (?:are|is))?"
    r"(?: (?:affected|recalled|of this product))?"
    r"(?P<of> of (?!.*\b(?:except|excluding|other than|with|without|before|after|expir\w*|manufactured|from|since"
    r"|between|not)\b).{3,150})?",
    re.IGNORECASE,
)
"""Words without any condition. "All batches of X" are so only in a notice about X alone."""
_UP_TO = re.compile(
    r"exp(?:iry|iring|ires)?\b.{0,20}?\b"
    r"(?P<how>up to and including|up to|on or before|until|before|no later than|to)\s+"
    r"(?:the end of\s+)?(?P<date>[0-9A-Za-z][0-9A-Za-z /.-]{3,20}[0-9])",
    re.IGNORECASE,
)


def _by_statement(asked: Asked, notice: Affected) -> Hit | None:
    """What a notice's words about all batches mean for a pack of its product."""
    for words in notice.all_batches:
        said = notice.reference or notice.title
        if notice.withdrawn:
            why = f"The publisher has withdrawn {said}: {_ended(notice.withdrawn)}"
            return Hit(notice, How.UNCLEAR, why, words=words)
        plain = _PLAIN_ALL.fullmatch(words.strip(" .:;"))
        if plain and (plain["of"] is None or len(notice.products) == 1):
            return Hit(notice, How.ALL, f"{said} is about all batches of this product.", words=words)
        limit = _UP_TO.search(words)
        day = last_day(limit["date"].strip()) if limit else None
        if limit is None or day is None or asked.expiry is None:
            why = f"{said} says: “{words}”. Compare the pack with it."
            return Hit(notice, How.UNCLEAR, why, words=words)
        inside = asked.expiry < day.replace(day=1) if limit["how"].lower() == "before" else asked.expiry <= day
        if inside:
            why = f"{said} says: “{words}”; this pack expires {say_date(asked.expiry)}."
            return Hit(notice, How.ALL, why, words=words)
    return None


def _product_hit(asked: Asked, notice: Affected) -> Hit:
    said = notice.reference or notice.title
    if notice.withdrawn:
        why = f"{said} names this product; the publisher has withdrawn it: {_ended(notice.withdrawn)}"
    elif asked.batch and asked.batch != asked.product:
        why = f"{said} names this product, but not this batch."
    else:
        why = f"{said} names this product. Compare its batch numbers with the pack."
    return Hit(notice, How.PRODUCT, why)


def _verdict(asked: Asked, hits: Sequence[Hit]) -> Verdict:
    ways = {hit.how for hit in hits}
    if ways & set(_SURE):
        return Verdict.AFFECTED
    has_batch = bool(asked.batch) and asked.batch != asked.product
    if ways & set(_DOUBTFUL) or asked.problems or (How.PRODUCT in ways and not has_batch):
        return Verdict.LOOK_AGAIN
    return Verdict.SAME_PRODUCT if ways else Verdict.NOT_KNOWN


def _notes(asked: Asked, index: BatchIndex, verdict: Verdict, same: set[int], today: date) -> tuple[str, ...]:
    notes = list(asked.problems)
    if asked.expiry and asked.expiry < today:
        notes.append(f"The pack expired on {say_date(asked.expiry)}, whatever the notices say.")
    if verdict in (Verdict.NOT_KNOWN, Verdict.LOOK_AGAIN) and not same:
        if asked.gtin and asked.kind is not Kind.BATCH:
            notes.append(f"No notice known here names the product of GTIN {asked.gtin}, by itself or through dm+d.")
        elif asked.batch and not asked.product and index.has_statements:
            notes.append(
                "Some notices are about all batches of a product; a batch number alone cannot be compared with them. "
                "Scan the pack, or type the product."
            )
    return (*notes, *asked.notes)


def _ended(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else f"{words}."
