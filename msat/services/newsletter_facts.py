"""What a newsletter tells one audience about an alert: how urgent it is for them, by when, what they are to do.

For readers of another kind than this organisation, the rules are asked what they make of the notice there. What a
person chose or agreed here goes before what a rule says. Records nothing.
"""

from __future__ import annotations

from dataclasses import replace

from msat.actions.audiences import Audience
from msat.actions.model import AnswerKind, RecommendedAction
from msat.actions.recommend import recommend, values_of
from msat.alerts.model import Alert
from msat.exports.newsletter import WHO
from msat.exports.newsletter_compose import Told
from msat.projections.alert_state import ActionState, AlertState
from msat.services.deciding import circumstances
from msat.services.desk import Desk
from msat.triage.decide import decide
from msat.triage.model import Due, OrganisationKind, Priority

_PRACTICES = (OrganisationKind.GP_PRACTICE, OrganisationKind.DISPENSING_PRACTICE, OrganisationKind.PCN)


def told_to(desk: Desk, state: AlertState, audience: Audience) -> Told:
    """The alert as it stands for `audience`."""
    notice = desk.views.notice(state.key)
    version = state.versions[-1].version if state.versions else ""
    own = _is_own(desk, audience)
    if notice is not None and not own:
        state = _as_ruled(desk, state, notice, audience)
    if notice is not None and audience.texts:
        values = values_of(notice)
        said = {code: text.format_map(values) for code, text in audience.texts.items()}
        state = replace(state, actions=tuple(replace(one, text=said.get(one.code, one.text)) for one in state.actions))
    who = WHO.get(desk.record.organisation.kind, "") if own else ""
    return _as_agreed(Told(state, notice, version, who), audience)


def _is_own(desk: Desk, audience: Audience) -> bool:
    """Whether the organisation that writes is of the audience's kind, so that its own record speaks."""
    own = OrganisationKind(desk.record.organisation.kind)
    return own is audience.kind or (own in _PRACTICES and audience.kind in _PRACTICES)


def _as_ruled(desk: Desk, state: AlertState, notice: Alert, audience: Audience) -> AlertState:
    """What the rules make of it for the audience's kind; a priority that a person chose here stays."""
    why, knowledge = circumstances(desk, state, state.counted_from), desk.knowledge
    triage = decide(notice, knowledge.rules, audience.kind, why.received, knowledge.site, why.changed, why.earlier)
    recommended = recommend(notice, triage, knowledge.actions, audience.kind)
    return replace(
        state,
        rag=state.rag if state.override else triage.priority,
        due=triage.due,
        reasons=triage.reasons,
        actions=tuple(map(_asked, recommended)),
    )


def _asked(action: RecommendedAction) -> ActionState:
    return ActionState(action.code, action.text, action.answer, action.due, action.required, action.help, action.words)


def _as_agreed(told: Told, audience: Audience) -> Told:
    """With the priority, the day and the actions that a commissioner's team agreed for practices."""
    plan = told.state.plan
    if plan is None or plan.struck or audience.kind not in _PRACTICES:
        return told
    agreed = tuple(
        ActionState(f"plan.{number}", text, AnswerKind.DONE, plan.due, True)
        for number, text in enumerate(plan.actions, start=1)
    )
    due = Due(plan.due, "plan", f"agreed by {plan.by}", "") if plan.due else told.state.due
    state = replace(told.state, rag=Priority(plan.rag), due=due, actions=(*agreed, *told.state.actions))
    return replace(told, state=state, first=tuple(one.code for one in agreed))
