"""The medicines and devices of one's own, as the window knows them: their names, and the open alerts that name one.

Read in the background, and only again when something was recorded, the names are others or a day begins. Decides
nothing; the services keep the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msat.ids import AlertKey
    from msat.projections.watched import Named
    from msat.services.concerned import Known
    from msat.services.desk import Desk


@dataclass(frozen=True, slots=True)
class OwnMedicines:
    """What was read last."""

    names: tuple[str, ...] = ()
    found: Mapping[AlertKey, tuple[Named, ...]] = field(default_factory=dict)
    """The open alerts that name one, with the words that do."""
    trouble: str = ""
    """A sentence when the list could not be read."""
    known: Known = field(default_factory=dict)
    stamp: tuple[Any, ...] = ()
    """What it rests on: while that is the same nothing is read again."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(map(str, self.found))

    @property
    def whys(self) -> dict[str, str]:
        """Why each alert is in the view, in English."""
        return {str(key): " ".join(one.words for one in hits) for key, hits in self.found.items()}

    def count(self, name: str) -> int:
        """How many open alerts name it."""
        return sum(one.name == name for hits in self.found.values() for one in hits)


NOTHING_READ = OwnMedicines()


def read(before: OwnMedicines) -> Callable[[Desk], OwnMedicines]:
    """A reading for the background; gives `before` itself where nothing is another."""

    def ask(desk: Desk) -> OwnMedicines:
        from msat.clock import london
        from msat.errors import MsatError
        from msat.services.concerned import concerned
        from msat.services.own_medicines import own_medicines

        try:
            names, trouble = own_medicines(desk.places), ""
        except MsatError as error:
            names, trouble = (), str(error)
        views = desk.views
        stamp = (views.position(), views.texts_missing(), london(desk.clock.now()).date(), names, trouble)
        if stamp == before.stamp:
            return before
        known = dict(before.known) if names == before.names else {}
        return OwnMedicines(names, concerned(desk, names, known), trouble, known, stamp)

    return ask


def add(text: str) -> Callable[[Desk], str]:
    """Puts the names in a text on the list, and gives the sentence that says so."""

    def do(desk: Desk) -> str:
        from msat.services import own_medicines as services

        return services.add(desk.places, services.split(text)).words

    return do


def remove(name: str) -> Callable[[Desk], str]:
    """Takes a name out of the list, and gives the sentence that says so."""

    def do(desk: Desk) -> str:
        from msat.services import own_medicines as services

        return services.remove(desk.places, name).words

    return do
