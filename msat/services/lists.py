"""What is known here of the notices that a list tells of: a roundup, a page of letters, the field safety notices."""

from __future__ import annotations

from msat.alerts.model import Alert
from msat.ids import AlertKey
from msat.projections.item_lines import ItemLine, item_lines
from msat.projections.items import Matched, goes_by, match
from msat.services.desk import Desk
from msat.services.supersessions import same_number


def items_of(desk: Desk, notice: Alert | None) -> tuple[Matched, ...]:
    """The items of a notice, each held against the alerts here; none for a notice that is no list."""
    if notice is None or not notice.items:
        return ()

    def find(name: str) -> AlertKey | None:
        for spelling in same_number(name):
            state = desk.views.find(spelling)
            if state is not None and goes_by(state, spelling):  # a notice that only mentions it is not it
                return state.key
        return None

    return match(notice, find)


def item_lines_of(desk: Desk, notice: Alert | None) -> tuple[ItemLine, ...]:
    """The same as lines of a table, each alert here by its reference, else by its title."""

    def name(key: AlertKey) -> str:
        state = desk.views.alert(key)
        return (state.reference or state.title) if state else key

    return item_lines(items_of(desk, notice), name)
