"""The cards "who must act": what an alert means for each kind of organisation, by the rules that decided it here.

Decides anew from what is stored and records nothing. The card of one's own kind is therefore what the rules said; a
priority that a person chose stands beside it, in the alert.
"""

from __future__ import annotations

from dataclasses import dataclass

from msat.actions.stored import decode
from msat.errors import MsatError
from msat.projections.alert_state import AlertState
from msat.projections.values import data_of, text
from msat.services.deciding import circumstances, with_base
from msat.services.desk import Desk
from msat.services.tailor_outcomes import last_decision, notice_of
from msat.triage.decide import everybody
from msat.triage.model import OrganisationKind, Triage


@dataclass(frozen=True, slots=True)
class Card:
    """What the alert means for one kind of organisation."""

    kind: OrganisationKind
    triage: Triage
    is_own: bool
    """Whether this is the kind of the organisation whose record this is."""


def who_must_act(desk: Desk, state: AlertState) -> tuple[Card, ...]:
    """One card for each kind, one's own first. None at all when the notice's text is not here to be read."""
    found = notice_of(desk, state)
    if found is None:
        return ()
    knowledge = _as_decided(desk, state).knowledge
    why = circumstances(desk, state, state.counted_from)
    cards = everybody(found[0], knowledge.rules, why.received, knowledge.site, why.changed, why.earlier)
    own = desk.record.organisation.kind
    made = [Card(kind, triage, kind.value == own) for kind, triage in cards.items()]
    return tuple(sorted(made, key=lambda card: not card.is_own))


def _as_decided(desk: Desk, state: AlertState) -> Desk:
    """The desk with the rules and the site of the decision that holds; those in force now where they are not stored."""
    entry = last_decision(desk, state)
    data = desk.files.get(text(data_of(entry), "rules_file")) if entry is not None else None
    try:
        return with_base(desk, decode(data)) if data is not None else desk
    except MsatError:
        return desk
