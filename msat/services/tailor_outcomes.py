"""What given rules make of an alert that is here: the notice that was decided on, decided again as intake would.

Decides and recommends anew from what is stored; records nothing.
"""

from __future__ import annotations

from msat.actions.catalogue import Catalogue
from msat.actions.dry_run import Outcome, outcome
from msat.actions.recommend import recommend
from msat.actions.stored import decode_notice
from msat.alerts.model import Alert
from msat.errors import RecordProblem
from msat.projections.alert_state import AlertState
from msat.projections.values import data_of, text
from msat.record.entries import Entry
from msat.services.deciding import circumstances
from msat.services.desk import Desk
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind
from msat.triage.rules import RuleBase

TRIAGED = "alert.triaged"


def outcome_of(
    desk: Desk, rules: RuleBase, actions: Catalogue, state: AlertState, notice: Alert, kind: OrganisationKind
) -> Outcome:
    """What `rules` make of the alert for one kind of organisation, at the times that its record says."""
    why = circumstances(desk, state, state.counted_from)
    triage = decide(notice, rules, kind, why.received, desk.knowledge.site, why.changed, why.earlier)
    return outcome(triage, recommend(notice, triage, actions, kind))


def last_decision(desk: Desk, state: AlertState) -> Entry | None:
    """The entry of the decision that holds; None when there is none, or its body is withheld."""
    told = next((line for line in reversed(state.history) if line.type == TRIAGED), None)
    entry = desk.record.entry(told.entry) if told else None
    return entry if entry is not None and entry.content else None


def notice_of(desk: Desk, state: AlertState) -> tuple[Alert, str, str] | None:
    """The notice that was last decided on, its version, and the file that it is kept in where the version alone is not
    what was decided on. None when its text is missing or cannot be read."""
    entry = last_decision(desk, state)
    if entry is None:
        return None
    version, kept = text(entry.content, "version"), text(data_of(entry), "notice")
    if kept:
        data = desk.files.get(kept)
        try:
            return (decode_notice(data), version, kept) if data is not None else None
        except RecordProblem:
            return None
    notice = desk.views.notice(state.key, version or None)
    return (notice, version, "") if notice is not None else None
