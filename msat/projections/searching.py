"""What of an alert can be searched and by which names it is found. Pure; any text is a fair question."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from msat.alerts.model import Alert
from msat.alerts.reference import normalise
from msat.projections.alert_state import AlertState

MOST_WORDS = 100
"""More different words than this are not looked at: nobody types them, and a database has its limits."""


def searchable(state: AlertState, notices: Iterable[Alert]) -> str:
    """Everything that a search looks into, folded: title, references, company, products, batch numbers."""
    parts = [state.title, state.key, state.reference or "", state.company]
    parts += [source.title for source in state.sources]
    for notice in notices:
        parts += [fact.value for fact in notice.other_references]
        parts += [notice.case.value] if notice.case else []
        parts += [notice.company.value] if notice.company else []
        parts += [name for product in notice.products for name in (product.name, product.active_ingredient)]
        parts += [name for batch in notice.batches for name in (batch.number, batch.through, batch.product)]
        parts += [batch_number(batch.number) for batch in notice.batches]
    parts += [squeezed(part) for part in (state.key, state.reference or "")]
    return "\n".join(dict.fromkeys(folded(part) for part in parts if part))


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


def words(search: str) -> tuple[str, ...]:
    """The different words of a question, folded."""
    return tuple(dict.fromkeys(folded(search).split()))[:MOST_WORDS]


def matches(searchable: str, search: str) -> bool:
    """Whether every word of the question stands somewhere in the text."""
    return all(word in searchable for word in words(search))


def folded(text: str) -> str:
    """`text` for comparing: compatible forms joined, case aside, nothing that cannot be stored."""
    plain = text.encode("utf-8", "ignore").decode("utf-8").replace("\0", " ")
    return unicodedata.normalize("NFKC", plain).casefold()


def squeezed(text: str) -> str:
    """`text` folded, letters and digits only: `el26a37`."""
    return "".join(mark for mark in folded(text) if mark.isalnum())


def batch_number(number: str) -> str:
    """A batch number for comparing: case and inner spaces aside, nothing else."""
    return "".join(folded(number).split())
