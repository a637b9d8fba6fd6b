"""A second page of one alert (a CAS e-mail beside the GOV.UK page) held against the first: what it leaves out is not
taken back, for one source being terse says nothing of the other. Only what it adds, or says otherwise, is a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from msat.alerts.differences import plain
from msat.alerts.model import Alert, Batch, Fact, Family, Product

_SINGLE = (
    "reference", "case", "alert_class", "level", "issuer", "issued", "company", "patient_advice", "professional_advice",
    "problem", "call_to_action", "citation", "tier", "starts", "ends", "withdrawn",
)  # fmt: skip
_OF_THE_PAGE = ("title", "text", "professional_advice", "problem", "unread", "changes")
"""What belongs to a page and not to the event: never a difference between two pages."""


def beside(first: Alert, second: Alert) -> Alert:
    """The second page with what it leaves unsaid filled in from the first, so that the two can be compared."""
    filled: dict[str, Any] = {
        name: getattr(first, name) for name in _SINGLE if getattr(second, name) is None and getattr(first, name)
    }
    if second.family.value == Family.UNKNOWN:
        filled["family"] = first.family
    for name in ("all_batches", "supersedes", "superseded_by", "audience", "devices"):
        filled[name] = _joined(getattr(first, name), getattr(second, name))
    if not first.audience:  # whom the first page is for was never said: that the second says it is no change
        filled["audience"] = ()
    if first.issued and second.issued and first.issued.value[:10] == second.issued.value[:10]:
        filled["issued"] = first.issued
    filled["batches"] = _batches(first, second)
    filled["products"] = _products(first, second)
    filled["items"] = (*second.items, *(i for i in first.items if i.title not in {one.title for one in second.items}))
    kinds = {deadline.kind for deadline in second.deadlines}
    filled["deadlines"] = (*second.deadlines, *(d for d in first.deadlines if d.kind not in kinds))
    return replace(second, **(filled | {name: getattr(first, name) for name in _OF_THE_PAGE}))


def _joined(first: Sequence[Fact], second: tuple[Fact, ...]) -> tuple[Fact, ...]:
    held = {plain(fact.value) for fact in second}
    return (*second, *(fact for fact in first if plain(fact.value) not in held))


def _batches(first: Alert, second: Alert) -> tuple[Batch, ...]:
    """The second page's batches, each with what only the first says of it, and the first's others."""
    known = {batch.number: batch for batch in first.batches}
    rows = [_row(known[batch.number], batch) if batch.number in known else batch for batch in second.batches]
    named = {batch.number for batch in second.batches}
    return (*rows, *(batch for batch in first.batches if batch.number not in named))


def _row(first: Batch, second: Batch) -> Batch:
    """One row; names and pack sizes are spelt in many ways, so the first page's stand. The expiry is the second's."""
    expiry, expires = (second.expiry, second.expires) if second.expiry else (first.expiry, first.expires)
    return replace(first, expiry=expiry, expires=expires, through=second.through or first.through)


def _products(first: Alert, second: Alert) -> tuple[Product, ...]:
    """The first page's products and those of a licence that it does not name: names are spelt in many ways."""
    known = {product.licence for product in first.products if product.licence}
    added = (product for product in second.products if product.licence and product.licence not in known)
    return (*first.products, *added) if first.products else second.products
