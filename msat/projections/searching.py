"""What of an alert can be searched and by which names it is found. Pure; any text is a fair question."""

from __future__ import annotations

from collections.abc import Iterable

from msat.alerts.model import Alert
from msat.alerts.reference import normalise
from msat.projections.alert_state import AlertState
from msat.projections.search_terms import folded, joined, squeezed


def told_terms(state: AlertState, notices: Iterable[Alert]) -> str:
    """What publishers said, as `search_terms.joined`: titles, references, company, products, batches, whole texts."""
    parts = [state.title, state.key, state.reference or "", state.company]
    whole = [state.key, state.reference or ""]
    parts += [source.title for source in state.sources]
    for notice in notices:
        parts += [notice.title, notice.description, notice.text]
        parts += [notice.company.value] if notice.company else []
        whole += [fact.value for fact in notice.other_references]
        whole += [notice.case.value] if notice.case else []
        for product in notice.products:
            parts += [product.name, product.active_ingredient]
            whole += [product.licence, product.gtin, product.snomed]
        for batch in notice.batches:
            parts += [batch.product, batch.livery]
            whole += [batch.number, batch.through]
    return joined((*parts, *whole), whole)


def noted_terms(state: AlertState) -> str:
    """What people here wrote about the alert: notes, reasons, statements, batches found, struck-out ones too."""
    parts = [state.override_reason]
    parts += [text for one in state.said for text in (one.reason, one.note)]
    for action in state.actions:
        parts += [answer.note for answer in action.answers]
        parts += [text for check in action.checks for text in (check.note, check.batch)]
    return joined(parts, [check.batch for action in state.actions for check in action.checks])


def names(state: AlertState, notices: Iterable[Alert]) -> frozenset[tuple[int, str]]:
    """The names an alert is found by, each with its rank: 0 key, 1 reference, 2 page, 3 another reference in it."""
    found = {(0, folded(state.key))}
    if state.reference:
        found |= {(1, folded(state.reference)), (1, squeezed(state.reference))}
    for source in state.sources:
        found |= {(2, address(source.path)), (2, address(source.url))}
    for notice in notices:
        found |= {(3, folded(fact.value)) for fact in notice.other_references}
    return frozenset((rank, name) for rank, name in found if name)


def asked(reference: str) -> frozenset[str]:
    """The names that a person may mean by `reference`: as it stands, as a reference, as a page."""
    short = reference.strip()[:2000]
    means = {folded(short), address(short), squeezed(short), folded(normalise(short) or "")}
    return frozenset(name for name in means if name)


def address(text: str) -> str:
    """A page's path or address for comparing: no scheme, query, fragment or outer slashes."""
    plain = folded(text.strip()).partition("://")
    rest = plain[2] if plain[1] else plain[0]
    return rest.partition("?")[0].partition("#")[0].strip("/")


def batch_number(number: str) -> str:
    """A batch number for comparing: case and inner spaces aside, nothing else."""
    return "".join(folded(number).split())
