"""Which rows and columns of the board the filters of the Oversight page leave. No Qt; nothing is read."""

from __future__ import annotations

from dataclasses import dataclass

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
class Choice:
    """What a person set. Empty and None leave everything; a code or a key leaves that one row or column."""

    text: str = ""
    code: str = ""
    key: str = ""
    rag: Priority | str | None = None
    state: Status | str | None = None
    source: str | None = None

    def rows(self, shown: Shown) -> list[BoardOrganisation]:
        """The organisations that are left: of a status, those that have it for any alert."""
        found = chosen(shown.organisations, self.text, frozenset({self.code}) if self.code else None)
        if self.state == SILENT:
            return [one for one in found if not one.has_replied]
        return [one for one in found if self.state is None or shown.by_organisation.get(one.ods, {}).get(self.state)]

    def columns(self, shown: Shown) -> list[BoardAlert]:
        """The alerts that are left: of a status, those that have it anywhere."""
        return [one for one in shown.alerts if self._fits(one, shown)]

    def _fits(self, one: BoardAlert, shown: Shown) -> bool:
        has_state = self.state in (None, SILENT) or bool(shown.by_alert.get(one.key, {}).get(self.state))
        is_only = not self.key or one.key == self.key
        has_rating = is_red_in_the_pack(one, shown) if self.rag == RED_IN_THE_PACK else self.rag in (None, one.rag)
        return is_only and has_state and has_rating and self.source in (None, one.source)


def is_red_in_the_pack(one: BoardAlert, shown: Shown) -> bool:
    """Whether the pack has a block for it among the Reds (`pack_pairs.rag_of`)."""
    return Priority.RED in (one.rag, shown.own[one.key].rag if one.key in shown.own else None)
