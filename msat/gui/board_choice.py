"""Which rows and columns of the board the filters of the Oversight page leave. No Qt; nothing is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from msat.clock import london
from msat.gui.models.board import chosen
from msat.gui.oversight import Shown
from msat.projections.alert_state import Status
from msat.projections.board import BoardAlert, BoardOrganisation
from msat.triage.model import Priority

SILENT = "silent"
"""Instead of a status: organisations that sent nothing."""
RED_IN_THE_PACK = "red-in-the-pack"
"""Instead of a priority: what the pack counts as Red, so rated by any organisation of the board or by the own one."""


@dataclass(frozen=True, slots=True)
class Only:
    """What alone is shown of everything: an organisation, an alert, or the alerts received from a day to a day.

    `words` name it. `chart` and `row` say which line of which chart's table asked for it; -1: no chart did.
    """

    words: str
    code: str = ""
    key: str = ""
    first: date | None = None
    last: date | None = None
    chart: int = -1
    row: int = -1

    def is_of(self, one: BoardAlert) -> bool:
        """Whether the alert is among what is shown."""
        if self.key:
            return one.key == self.key
        day = london(one.received).date()
        return self.first is None or self.last is None or self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person set. Empty and None leave everything; `only` leaves one row, one column or some of them."""

    text: str = ""
    only: Only | None = None
    rag: Priority | str | None = None
    state: Status | str | None = None
    source: str | None = None

    def rows(self, shown: Shown) -> list[BoardOrganisation]:
        """The organisations that are left: of a status, those that have it for any alert."""
        only = frozenset({self.only.code}) if self.only is not None and self.only.code else None
        found = chosen(shown.organisations, self.text, only)
        if self.state == SILENT:
            return [one for one in found if not one.has_replied]
        if self.state is Status.OVERDUE:  # what waits for a second person past its limit as well
            return [one for one in found if shown.late_by_organisation.get(one.ods)]
        return [one for one in found if self.state is None or shown.by_organisation.get(one.ods, {}).get(self.state)]

    def columns(self, shown: Shown) -> list[BoardAlert]:
        """The alerts that are left: of a status, those that have it anywhere."""
        return [one for one in shown.alerts if self._fits(one, shown)]

    def _fits(self, one: BoardAlert, shown: Shown) -> bool:
        has_state = self.state in (None, SILENT) or bool(shown.by_alert.get(one.key, {}).get(self.state))
        if self.state is Status.OVERDUE:
            has_state = bool(shown.late_by_alert.get(one.key))
        is_only = self.only is None or self.only.is_of(one)
        has_rating = is_red_in_the_pack(one, shown) if self.rag == RED_IN_THE_PACK else self.rag in (None, one.rag)
        return is_only and has_state and has_rating and self.source in (None, one.source)


def is_red_in_the_pack(one: BoardAlert, shown: Shown) -> bool:
    """Whether the pack has a block for it among the Reds (`pack_pairs.rag_of`)."""
    return Priority.RED in (one.rag, shown.own[one.key].rag if one.key in shown.own else None)
