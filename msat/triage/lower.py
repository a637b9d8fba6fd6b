"""What lowers a priority: a person's recorded statement that it is not held, supplied, used or prescribed here. Pure.

Only families whose table says so (“if held, supplied or prescribed, else Green with that reason”), and never below what
the exceptions that raise, or the notice's own time limit, ask for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from msat.alerts.model import Alert
from msat.triage.decide import URGENCY, least_by_time_limit
from msat.triage.due import start_of
from msat.triage.model import OrganisationKind, Priority, Reason, Triage
from msat.triage.rules import RuleBase

# A person has not looked yet: what is unsure, or contradicts itself, is not lowered.
_UNSURE = frozenset({"needs-a-person", "mixed-level"})


def lowered(
    triage: Triage,
    alert: Alert,
    rules: RuleBase,
    kind: OrganisationKind,
    received: datetime,
    said: str = "",
    changed: datetime | None = None,
) -> Triage:
    """`triage` as it stands once it is recorded that the thing is not held or not prescribed.

    `said` is that statement in words, given with the reason. The same triage comes back where nothing may be lowered.
    """
    held = rules.exception("HELD")
    to = held.lowers_to.get(kind, "none")
    if triage.rule not in held.rules or to == "none" or _UNSURE & set(triage.flags):
        return triage
    floor = max((Priority(to), *_floors(triage, alert, rules, kind, received, changed)), key=URGENCY.__getitem__)
    if URGENCY[floor] >= URGENCY[triage.priority]:
        return triage
    text = f"{held.reason} {said}".strip()
    reason = Reason("lowered", text, held.id, "", "", held.basis, held.reviewed)
    return replace(triage, priority=floor, reasons=(*triage.reasons, reason))


def _floors(
    triage: Triage,
    alert: Alert,
    rules: RuleBase,
    kind: OrganisationKind,
    received: datetime,
    changed: datetime | None,
) -> list[Priority]:
    """How low it may go at most: by each exception that speaks, and by the notice's own time limit."""
    speaking = {reason.rule for reason in triage.reasons}
    words = [e.at_least.get(kind, "none") for e in rules.exceptions if e.id in speaking]
    least = least_by_time_limit(alert, rules, kind, triage.due, start_of(alert, received, changed))
    return [Priority(word) for word in words if word != "none"] + ([least] if least else [])
