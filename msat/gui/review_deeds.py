"""What the review list asks of the services, each as a call for the background. The services decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msat.gui.deeds import Deed
    from msat.projections.review_list import Item
    from msat.services.desk import Changes, Desk, Person


@dataclass(frozen=True, slots=True)
class Waiting:
    """One alert of the review list with everything it asks."""

    key: str
    reference: str
    title: str
    family: str
    received: str
    rag: str
    items: tuple[Item, ...]
    is_historic: bool


def waiting(desk: Desk) -> list[Waiting]:
    """The alerts of the review list, those of today before those of history; one line for each alert."""
    from msat.gui.dates import say_date
    from msat.services.review import to_review

    asked: dict[str, list[Item]] = {}
    for item in to_review(desk):
        asked.setdefault(str(item.key), []).append(item)
    made = []
    for key, items in asked.items():
        state = desk.views.alert(items[0].key)
        if state is not None:
            made.append(
                Waiting(
                    key,
                    state.reference or "",
                    state.title,
                    state.family,
                    say_date(state.received),
                    state.rag.value if state.rag else "",
                    tuple(items),
                    items[0].is_historic,
                )
            )
    return made


def judged(key: str, rag: str, reason: str, make_rule: bool) -> Deed:
    """A person's decision, and the local rule made of it when asked for."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.judge import judge

        return judge(desk, key, rag, reason, person, make_rule=make_rule)

    return do


class WaitingReader:
    """Counts what waits, again only when the record grew."""

    def __init__(self) -> None:
        self._known: tuple[int, int] = (-1, 0)

    def read(self, desk: Desk) -> int:
        """How many alerts of today wait for a person's judgement."""
        from msat.services.review import to_review

        position = desk.views.position()
        if self._known[0] != position:
            self._known = position, len({item.key for item in to_review(desk) if not item.is_historic})
        return self._known[1]


