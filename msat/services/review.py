"""The review list of this desk: which alerts wait for a person's judgement, and why. Records nothing."""

from __future__ import annotations

from msat.projections.alert_state import AlertState
from msat.projections.review_list import Item, Rated, questions, review_list
from msat.services.desk import Desk
from msat.triage.model import OrganisationKind, Priority


def to_review(desk: Desk) -> list[Item]:
    """Every open question, those of today before those of history, newest first."""
    return review_list(desk.views.states(), rated(desk))


def asked_of(desk: Desk, state: AlertState) -> list[Item]:
    """What one alert asks of a person and nobody has settled."""
    return questions(state, rated(desk))


def rated(desk: Desk) -> Rated:
    """The priority that each shipped rule, as it is in force, gives to this kind of organisation, by the rule's id.

    Local rules are left out: whoever adopted one that fits beside a shipped rule has decided between the two.
    """
    kind = OrganisationKind(desk.record.organisation.kind)
    priorities = {rule.id: rule.priority_for(kind) for rule in desk.knowledge.rules.rules if not rule.is_own}

    def of(rule: str) -> Priority | None:
        return priorities.get(rule)

    return of
