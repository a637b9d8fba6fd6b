"""Which of somebody's medicines and devices a notice names, and where it says so. Pure; weighs nothing clinical.

A name is looked for as the rules look for their words (`triage.fit`): letter case aside, whole words. Spaces, hyphens
and a plural s are as one likes: “auto injector” finds “auto-injectors”, “500mg” finds “500 mg”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msat.alerts.model import Alert, Where
from msat.projections.alert_state import AlertState
from msat.triage.fit import Quote, said_in, texts

PRODUCTS = "products"
"""Where the words stand, when it is among the products that the notice lists."""
_PLACES = {
    Where.TITLE.value: "The title",
    PRODUCTS: "The list of products",
    Where.DESCRIPTION.value: "The description",
}
_PART = re.compile(r"[^\W\d_]+|[0-9]+")
_PLURAL = r"(?:['’]?s)?"
_SHORTEST_PLURAL = 4


@dataclass(frozen=True, slots=True)
class Named:
    """One name of the list in one notice: the notice's own words and where they stand."""

    name: str
    quote: Quote

    @property
    def words(self) -> str:
        """Why the alert is in the view, as a sentence."""
        place = _PLACES.get(self.quote.where, "The text")
        return f"“{self.name}” is on your list of medicines and devices. {place} says “{self.quote.words}”."


def pattern_of(name: str) -> str:
    """The pattern that finds a name in a notice; nothing in the name itself is a pattern."""
    parts = [re.escape(_stem(part)) + (_PLURAL if part.isalpha() else "") for part in _PART.findall(name)]
    return r"(?<![^\W_])" + r"[\W_]{0,3}".join(parts) + r"(?![^\W_])" if parts else r"(?!)"


def search_of(name: str) -> str:
    """What the search is asked first, so that not every notice need be read: the longest word of the name."""
    words = [_stem(part) for part in _PART.findall(name) if part.isalpha()]
    return max(words, key=len, default="") or max(_PART.findall(name), key=len, default="")


def _stem(part: str) -> str:
    return part[:-1] if len(part) > _SHORTEST_PLURAL and part[-1] in "sS" and part[-2] not in "sS" else part


def named(state: AlertState, notices: Sequence[Alert], names: Iterable[str]) -> tuple[Named, ...]:
    """The names of the list that an alert's notices say, in the order of the list, each with the first words that say
    it: in the title, among the products, in the description, in the text. What stands after a “not” counts too: it is a
    person who judges that."""
    places = list(dict.fromkeys(_texts(state, notices)))
    # Most names are in no text at all: that is seen in a thousandth of the time that looking for their patterns takes.
    whole = "\n".join(text for text, _where in places).casefold()
    maybe = (name for name in names if search_of(name).casefold() in whole)
    found = ((name, said_in(places, (pattern_of(name),), denied_too=True)) for name in maybe)
    return tuple(Named(name, quote) for name, quote in found if quote is not None)


def _texts(state: AlertState, notices: Sequence[Alert]) -> Iterator[tuple[str, str]]:
    yield state.title, Where.TITLE.value
    for notice in notices:
        yield notice.title, Where.TITLE.value
    for notice in notices:
        for product in notice.products:
            yield product.name, PRODUCTS
            yield product.active_ingredient, PRODUCTS
        for batch in notice.batches:
            yield batch.product, PRODUCTS
    for notice in notices:
        yield from texts(notice)
