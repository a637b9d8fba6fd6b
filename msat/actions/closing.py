"""What must be answered before an alert may be signed off: by its rule, else every required action. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msat.actions.catalogue import NEEDED_ACTIONS, Catalogue
from msat.actions.model import RecommendedAction
from msat.actions.steps import steps_for
from msat.triage.model import OrganisationKind, Priority, Triage
from msat.triage.rules import SECOND_PERSON, RuleBase

_SIGN_OFF = NEEDED_ACTIONS[-1]


def closing(
    actions: Sequence[RecommendedAction], triage: Triage, rules: RuleBase, catalogue: Catalogue, kind: OrganisationKind
) -> tuple[RecommendedAction, ...]:
    """`actions` with `required` as the rule's own closing list has it; unchanged where the rule states none.

    What every alert needs (seen, judged, signed) and what a flag requires stays required, and an action with numbered
    parts (A26.1) follows its own code.
    """
    stated = rules.may_close(triage.rule, kind)
    if not stated:
        return tuple(actions)
    return tuple(replace(a, required=_is_needed(a, stated, triage, catalogue, kind)) for a in actions)


def _is_needed(
    action: RecommendedAction, stated: Sequence[str], triage: Triage, catalogue: Catalogue, kind: OrganisationKind
) -> bool:
    code, _, part = action.code.partition(".")
    if part and not part.isdigit():  # what is left to do on a later day, for which signing off never waits
        return False
    if code in NEEDED_ACTIONS or code in stated:
        return True
    return any(step.requires for step in steps_for(catalogue[code], triage, kind))


def may_close(
    actions: Sequence[RecommendedAction], triage: Triage, rules: RuleBase, kind: OrganisationKind
) -> tuple[str, ...]:
    """The codes that must be answered before signing off, in order, and `second-person` where the rule asks for one.

    `actions` are those that `closing` gave. That a Red takes two is no part of it: a Red can be made an Amber.
    """
    codes = [action.code for action in actions if action.required and action.code != _SIGN_OFF]
    second = [SECOND_PERSON] if SECOND_PERSON in rules.may_close(triage.rule, kind) else []
    return (*codes, *second)


def closing_sentence(codes: Sequence[str], catalogue: Catalogue, priority: Priority | None) -> str:
    """One line for people: what must be answered, by code and name, and whether a second person signs."""
    named = [_named(code, catalogue) for code in codes if code != SECOND_PERSON]
    answered = f"May close when these are answered: {', '.join(named)}" if named else "May close when it is signed"
    if SECOND_PERSON in codes or priority is Priority.RED:
        return f"{answered}; and a second person, a clinician, signs as well."
    return f"{answered}."


def _named(code: str, catalogue: Catalogue) -> str:
    plain, _, part = code.partition(".")
    action = catalogue.actions.get(plain)
    if action is None:
        return code
    name = action.name[0].lower() + action.name[1:]
    return f"{code} {name}" if not part else f"{code} {name} ({part})"
