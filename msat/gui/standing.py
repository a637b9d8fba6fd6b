"""How things stand for the foot of the window: the sources, the entries, the numbers that are missing. No Qt.

Read on a reader's thread. What changes only with the record is computed again only when the record grew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from msat.gui.source_words import Health
from msat.projections.ports import SourceHealth

if TYPE_CHECKING:
    from msat.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Standing:
    """Every source with its health, how many entries there are, and how many numbers nothing explains."""

    sources: list[Health]
    entries: int
    missing: int
    problems: tuple[str, ...] = ()
    """What of the adopted local rules is not in force, and why."""
    receipt: str = ""
    """That the receipt for a return is overdue; empty while it is not."""


class StandingReader:
    """Asked every minute and after every change."""

    def __init__(self) -> None:
        self._missing: tuple[int, int] = (-1, 0)

    def read(self, desk: Desk, now: datetime) -> Standing:
        """How things stand at `now`."""
        from msat.projections.source_health import stale

        known = desk.views.sources()
        sources = []
        for source in desk.knowledge.sources:
            health = known.get(source.id, SourceHealth(source.id))
            said = stale(source, health, now)
            how = (source.enabled, source.red_capable, health, source.every_minutes, said, source.page)
            one = Health(source.id, source.name, *how)
            sources.append(one)
        earlier = sum(head.size for head in desk.record.lineage())
        entries, missing = earlier + desk.record.head().size, self._open_gaps(desk)
        return Standing(sources, entries, missing, desk.knowledge.problems, _receipt(desk))

    def _open_gaps(self, desk: Desk) -> int:
        from msat.projections.gaps import unexplained
        from msat.services.gaps import find_gaps

        position = desk.views.position()
        if self._missing[0] != position:
            self._missing = position, len(unexplained(find_gaps(desk)))
        return self._missing[1]


def _receipt(desk: Desk) -> str:
    from msat.services.awaited_receipts import awaited_receipts, lost

    found = awaited_receipts(desk)
    return lost(found.since) if found.is_overdue and found.since else ""
