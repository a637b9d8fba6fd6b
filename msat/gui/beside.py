"""What a pane shows of an alert beside its own state: what it means for the other kinds of organisation, what it asks
of a person, and who acts for it today. Read on a reader's thread; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from msat.gui.tongue import later, spoken
from msat.triage.model import Due, OrganisationKind, Priority, Reason

if TYPE_CHECKING:
    from msat.projections.alert_state import AlertState
    from msat.projections.general import General
    from msat.projections.review_list import Item
    from msat.services.desk import Desk

KINDS = spoken(
    {
        OrganisationKind.GP_PRACTICE: later("GP practice"),
        OrganisationKind.DISPENSING_PRACTICE: later("Dispensing practice"),
        OrganisationKind.PCN: later("Primary care network"),
        OrganisationKind.COMMUNITY_PHARMACY: later("Community pharmacy"),
        OrganisationKind.COMMITTEE: later("Commissioner's team"),
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """What an alert means for one kind of organisation."""

    kind: OrganisationKind
    is_own: bool
    priority: Priority | None
    due: Due | None
    rule: str
    reasons: tuple[Reason, ...]

    @property
    def name(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that a desk, and not the alert alone, can tell."""

    acts: tuple[Act, ...] = ()
    questions: tuple[Item, ...] = ()
    acting: str = ""
    """Who acts today, as a sentence; empty while nobody is the owner or the owner is here."""
    names: tuple[str, ...] = ()
    """People known here, to be offered where a name is asked for."""
    is_committee: bool = False
    local_target: datetime | None = None
    told: tuple[General, ...] = ()
    """The entries of newsletters sent that held the alert."""


def beside(desk: Desk, state: AlertState) -> Beside:
    """Reads it all anew: rules, leave and the review list can change without the alert."""
    from msat.projections import committee
    from msat.services.absence import standing
    from msat.services.assign import acting
    from msat.services.newsletter_answer import sendings_of
    from msat.services.review import asked_of

    kind = OrganisationKind(desk.record.organisation.kind)
    today = acting(desk, state)
    absent = standing(desk)
    is_plain = state.owner is None or (today.name == state.owner.name and not today.everybody)
    return Beside(
        acts=acts_of(desk, state, kind),
        questions=tuple(asked_of(desk, state)),
        acting="" if is_plain else today.words,
        names=_names(state, [name for one in absent for name in (one.name, one.deputy)]),
        is_committee=kind is OrganisationKind.COMMITTEE,
        local_target=committee.local_target(state),
        told=sendings_of(desk, str(state.key)),
    )


def acts_of(desk: Desk, state: AlertState, own: OrganisationKind) -> tuple[Act, ...]:
    """One's own kind first, as it was decided and recorded; the others by the same rules."""
    from msat.services.who_must_act import who_must_act

    if not state.reasons:
        return ()
    mine = Act(own, True, state.rule_rag if state.override else state.rag, state.due, state.rule, state.reasons)
    others = (
        Act(card.kind, False, card.triage.priority, card.triage.due, card.triage.rule, card.triage.reasons)
        for card in who_must_act(desk, state)
        if card.kind is not own
    )
    return (mine, *others)


def _names(state: AlertState, known: list[str]) -> tuple[str, ...]:
    """The people of this alert and of the leave recorded here, each once."""
    owner = [state.owner.name, state.owner.deputy] if state.owner else []
    people = [line.by for line in state.history if line.role]
    return tuple(dict.fromkeys(name for name in (*owner, *known, *people) if name))
