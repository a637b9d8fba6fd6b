"""List the alerts that no issue has told of yet. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from msat.projections.newsletter_waiting import Waiting, waiting
from msat.services.desk import Desk
from msat.services.newsletter import as_recorded, audience_named, sent_issues
from msat.services.newsletter_drafts import kept_issues

USUAL_DAYS = 92
"""How far back alerts are looked for unless a day is given: three monthly issues."""


def waiting_alerts(desk: Desk, audience: str = "", since: datetime | None = None) -> tuple[Waiting, ...]:
    """The alerts that wait for any audience, or for the one named. Raises Refused for an unknown audience."""
    name = audience_named(audience).name if audience else ""
    first = since or desk.clock.now() - timedelta(days=USUAL_DAYS)
    held: dict[str, tuple[str, ...]] = {}
    for issue in kept_issues(desk.places).issues:
        for item in issue.items if as_recorded(desk, issue).unsent else ():
            held[item.key] = (*held.get(item.key, ()), issue.id)
    return waiting(desk.views.states(received_from=first), sent_issues(desk), held, name, first)
