"""What a flag of a decision adds to an action: a sentence of help, the notice's own words, or the action itself.

Pure. The steps stand in `alerts/actions.toml` beside the action that they change, each with its basis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msat.actions.catalogue import NEEDED_ACTIONS, Action, Catalogue, Step
from msat.actions.model import RecommendedAction
from msat.alerts.model import Where
from msat.triage.model import OrganisationKind, Triage

_LAST = NEEDED_ACTIONS[-1]


def codes_with_steps(
    asked: Sequence[str], triage: Triage, catalogue: Catalogue, kind: OrganisationKind
) -> tuple[str, ...]:
    """The codes that the rule asks for, in its order, with those that a flag adds put in by their number."""
    codes = list(asked)
    for code, action in catalogue.actions.items():
        wanted = any(s.adds and _goes_with(s, asked) for s in steps_for(action, triage, kind))
        if wanted and code not in codes:
            later = (n for n, other in enumerate(codes) if other > code or other == _LAST)
            codes.insert(next(later, len(codes)), code)
    return tuple(codes)


def steps_for(action: Action, triage: Triage, kind: OrganisationKind) -> tuple[Step, ...]:
    """The steps of an action that this decision asks for."""
    return tuple(
        step
        for step in action.step
        if step.flag in triage.flags and (not step.kinds or kind in step.kinds)
    )


def stepped(made: RecommendedAction, steps: Sequence[Step], triage: Triage) -> RecommendedAction:
    """The action with its steps: more help, the notice's sentence locked in, and required where a step says so."""
    for step in steps:
        words = _words_of(step, triage)
        told = step.text.replace("{words}", words) if words else step.text_without_words
        made = replace(
            made,
            text=f"{made.text}{told}",
            help=f"{made.help} {step.help}".strip(),
            words=words or made.words,
            required=made.required or step.requires,
        )
    return made


def _goes_with(step: Step, asked: Sequence[str]) -> bool:
    if any(code in asked for code in step.unless_beside):
        return False
    return not step.beside or any(code in asked for code in step.beside)


def _words_of(step: Step, triage: Triage) -> str:
    """The sentence of the notice on which the exception rests that the step names; nothing when it quotes none.

    An exception that holds by a medicine's name says so first, with that name; its last reason has the sentence. A
    title is no sentence.
    """
    said = [reason for reason in triage.reasons if reason.rule == step.words_of]
    return said[-1].words if said and said[-1].where != Where.TITLE else ""
