"""Lowers what is shown while a decision "not held" or "not prescribed" stands (F04: “else Green with that reason”).

Pure. The last step of every fold, and lifted again before the next: a decision that is corrected, or an alert that
comes up again, has its own priority at once. A Red is lowered only when a second person has confirmed the decision
(E18), and a priority that a person chose is left alone.
"""

from __future__ import annotations

from dataclasses import replace

from msat.projections.alert_state import AlertState
from msat.triage.model import Reason

NOT_HERE = frozenset({"not-held", "not-prescribed"})
"""Reason codes of "does not apply" that say that it is not held, supplied, used or prescribed."""
_KIND = "lowered"


def lifted(state: AlertState) -> AlertState:
    """`state` as it is without any lowering."""
    if state.lowered_from is None:
        return state
    reasons = tuple(reason for reason in state.reasons if reason.kind != _KIND)
    return replace(state, rag=state.lowered_from, lowered_from=None, reasons=reasons)


def lowered(state: AlertState) -> AlertState:
    """`state` lowered, where the decision that stands says so and the rule allows it."""
    to = state.if_not_held
    if to is None or state.override is not None or not _is_not_here(state):
        return state
    decision = state.applicability
    said = f"{decision.note} " if decision and decision.note else ""
    by = f"{said}Decided by {decision.deed.by}." if decision else ""
    reason = Reason(_KIND, f"{to.text} {by}".strip(), to.rule, "", "", to.basis, to.reviewed)
    return replace(state, rag=to.rag, lowered_from=state.rag, reasons=(*state.reasons, reason))


def _is_not_here(state: AlertState) -> bool:
    decision = state.applicability
    return (
        decision is not None and not decision.applies and decision.reason in NOT_HERE and not state.needs_second
    ) and state.rag is not None
