"""What of an alert a batch check compares with: batches, products, statements about all batches. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msat.alerts.model import Alert, Batch, Product
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState


@dataclass(frozen=True, slots=True)
class Affected:
    """One alert as its notices describe what is affected."""

    key: AlertKey
    reference: str
    title: str
    company: str
    withdrawn: str
    """The publisher's explanation; empty while the notice stands."""
    batches: tuple[Batch, ...] = ()
    products: tuple[Product, ...] = ()
    all_batches: tuple[str, ...] = ()
    """The words of each statement about all batches."""


def affected(state: AlertState, notices: Iterable[Alert]) -> Affected:
    """What an alert affects, after all its pages; what two pages say alike counts once."""
    batches: dict[tuple[str, ...], Batch] = {}
    products: dict[Product, None] = {}
    statements: dict[str, None] = {}
    company = state.company
    for notice in notices:
        company = company or (notice.company.value if notice.company else "")
        products.update(dict.fromkeys(notice.products))
        statements.update(dict.fromkeys(fact.value for fact in notice.all_batches))
        for batch in notice.batches:
            same = (batch.number, batch.through, batch.product, batch.expiry, batch.pack_size, batch.livery)
            batches.setdefault(same, batch)
    return Affected(
        key=state.key,
        reference=state.reference or "",
        title=state.title,
        company=company,
        withdrawn=state.withdrawn,
        batches=tuple(batches.values()),
        products=tuple(products),
        all_batches=tuple(statements),
    )
