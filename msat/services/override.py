"""Choose another priority than the rule's, with a reason. The rule's own stays visible beside it."""

from __future__ import annotations

from datetime import datetime

from msat.errors import Refused
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.triage.model import Priority


def override(desk: Desk, ref: str, rag: str, reason: str, person: Person, happened: datetime | None = None) -> Changes:
    """Records a person's choice of priority (red, amber or green) and why. Raises Refused without a reason."""
    state = deeds.find(desk, ref)
    try:
        chosen = Priority(rag.strip().lower())
    except ValueError:
        raise Refused(f"“{rag}” is not a priority.", "Use red, amber or green.") from None
    reason = deeds.required_text(reason, "reason")
    before = str(state.rag) if state.rag else "no rating"
    deed = deeds.Deed(
        "priority.overridden",
        {"rag": str(chosen), "reason": reason},
        f"Chose {chosen} for {deeds.name_of(state)} (before: {before}).",
    )
    return deeds.record(desk, state, person, happened, deed)
