"""List what meetings decided and who sees to it: what is open, what is overdue, what is done."""

from __future__ import annotations

from dataclasses import dataclass

from msat.clock import london
from msat.projections.decisions import Decision, Standing, decisions, ordered, standing, standing_words
from msat.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision with how it stands today."""

    decision: Decision
    standing: Standing
    words: str


def list_decisions(desk: Desk, everything: bool = False) -> list[Listed]:
    """Those that are open, the most overdue first; with `everything` also what is done or was only noted."""
    today, site = london(desk.clock.now()).date(), desk.knowledge.site
    found = [one for one in decisions(desk.views.discussed()) if everything or one.is_open]
    return [
        Listed(one, standing(one, today, site), standing_words(one, today, site)) for one in ordered(found, today, site)
    ]
