"""The other alerts that an alert tells of: what it replaces, what replaces it, and the items of a list. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.alerts.model import Alert
    from msat.projections.alert_state import AlertState
    from msat.projections.item_lines import ItemLine
    from msat.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Related:
    """One other alert in a sentence; `key` is empty where it is not here."""

    words: str
    key: str = ""
    name: str = ""
    quoted: str = ""
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Relations:
    """What stands under the title, and the items of a list."""

    callouts: tuple[Related, ...] = ()
    items: tuple[ItemLine, ...] = ()


def relations(desk: Desk, state: AlertState, notice: Alert | None) -> Relations:
    """Read on a reader's thread."""
    from msat.services.lists import item_lines_of

    found = []
    gone = state.superseded
    if gone is not None and gone.stands:
        name = gone.reference or gone.by
        found.append(Related(tr("Replaced by {name}.").format(name=name), str(gone.by), name, gone.words, "amber"))
    known = {gone.reference} if gone is not None and gone.stands else set()
    for named in state.names_successor:
        if named.reference not in known and not found:
            found.append(
                _named(
                    desk,
                    state,
                    tr("Replaced by {reference}").format(reference=named.reference),
                    named.reference,
                    named.words,
                    "amber",
                )
            )
    for named in state.supersedes:
        found.append(
            _named(
                desk,
                state,
                tr("Replaces {reference}").format(reference=named.reference),
                named.reference,
                named.words,
                "info",
            )
        )
    return Relations(tuple(found), item_lines_of(desk, notice))


def _named(desk: Desk, state: AlertState, said: str, reference: str, quoted: str, tone: str) -> Related:
    other = desk.views.find(reference)
    if other is None or other.key == state.key:
        return Related(tr("{said}, which is not here.").format(said=said), "", reference, quoted, tone)
    return Related(f"{said}.", str(other.key), reference, quoted, tone)
