"""Folds what people here did: acknowledged, decided, answered, checked, counted, signed, reopened. Pure.

Of several answers to one action the last recorded stands, unless it was corrected; all of them stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msat.actions.model import AnswerKind
from msat.projections import place_checks
from msat.projections.alert_state import (
    CHECKED,
    NIL,
    NOT_CHECKED,
    ActionState,
    AlertState,
    Answer,
    Applicability,
    Deed,
    PlaceCheck,
    SignOff,
)
from msat.projections.values import data_of, deed_of, flag, same_person, text, whole
from msat.record.entries import Entry, Json
from msat.triage.model import Priority

FUNNEL = ("found", "active", "at_higher_risk", "reviewed", "changed", "unchanged_with_reason")


def acknowledged(state: AlertState, entry: Entry) -> AlertState:
    """alert.acknowledged: the first one counts, for time to acknowledge is measured to it."""
    return state if state.acknowledged else replace(state, acknowledged=deed_of(entry))


def decided(state: AlertState, entry: Entry) -> AlertState:
    """applicability.decided: the last decision stands; "does not apply" by a second person confirms the first."""
    decision = decision_of(data_of(entry), deed_of(entry))
    return replace(state, applicability=joined(state.applicability, decision))


def decision_of(data: Json, deed: Deed) -> Applicability:
    """The decision that an entry's data holds."""
    return Applicability(flag(data, "applies"), text(data, "reason"), text(data, "note"), deed)


def joined(before: Applicability | None, new: Applicability) -> Applicability:
    """What stands once `new` was decided after `before`."""
    if before is None or before.applies or new.applies:
        return new
    if not same_person(before.deed.by, new.deed.by):
        return before if before.confirmed else replace(before, confirmed=new.deed)
    return before if before.confirmed and before.reason == new.reason else new


def signed_off(state: AlertState, entry: Entry) -> AlertState:
    """alert.signed_off: the first signature, or on a Red the second, which must be another person's."""
    deed, first = deed_of(entry), state.sign_off
    if first is None:
        return replace(state, sign_off=SignOff(deed, text(data_of(entry), "statement")))
    is_second = state.rag is Priority.RED and first.second is None and not same_person(first.deed.by, deed.by)
    return replace(state, sign_off=replace(first, second=deed)) if is_second else state


def reopened(state: AlertState, _entry: Entry) -> AlertState:
    """alert.reopened: it must be decided and signed again. Answers stay, and so does the acknowledgement."""
    return replace(state, sign_off=None, applicability=None)


def answered(state: AlertState, entry: Entry) -> AlertState:
    """action.answered: another answer to one action."""
    data = data_of(entry)
    answer = answer_of(data, deed_of(entry))
    return on_action(state, data, AnswerKind.DONE, lambda action: _answered_with(action, answer))


def answer_of(data: Json, deed: Deed) -> Answer:
    """The answer that an entry's data holds."""
    value = text(data, "answer") or "not answered"
    return Answer(value, deed, text(data, "note"), whole(data, "count"))


def counted(state: AlertState, entry: Entry) -> AlertState:
    """search.counted: the funnel of a search answers its action."""
    data = data_of(entry)
    answer = count_of(data, deed_of(entry))
    return on_action(state, data, AnswerKind.FUNNEL, lambda action: _answered_with(action, answer))


def count_of(data: Json, deed: Deed) -> Answer:
    """The answer that a funnel makes: nil when nobody was found. Nil is an answer."""
    numbers = ((step, whole(data, step)) for step in FUNNEL)
    funnel = tuple((step, number) for step, number in numbers if number is not None)
    found = whole(data, "found")
    return Answer(NIL if found == 0 else CHECKED, deed, text(data, "note"), found, funnel=funnel)


def place_checked(state: AlertState, entry: Entry) -> AlertState:
    """place.checked: one place of an action; the action's answer follows from its places."""
    data = data_of(entry)
    check = check_of(data, deed_of(entry))

    def checked(action: ActionState) -> ActionState:
        return place_checks.settled(replace(action, checks=(*action.checks, check)))

    return on_action(state, data, AnswerKind.PLACES, checked, otherwise="A03")


def check_of(data: Json, deed: Deed) -> PlaceCheck:
    """The check that an entry's data holds."""
    result = text(data, "result") or NOT_CHECKED
    return PlaceCheck(
        text(data, "place"), result, whole(data, "quantity"), text(data, "batch"), text(data, "note"), deed
    )


def on_action(
    state: AlertState,
    data: Json,
    kind: AnswerKind,
    change: Callable[[ActionState], ActionState],
    otherwise: str = "",
) -> AlertState:
    """Changes the action that `data` names. One that the triage did not ask for is added, not required."""
    code, words = text(data, "action") or otherwise, text(data, "text")
    at = _index(state.actions, code, words)
    if at is None:
        added = ActionState(code, words, kind, None, required=False)
        return replace(state, actions=(*state.actions, change(added)))
    actions = list(state.actions)
    actions[at] = change(actions[at])
    return replace(state, actions=tuple(actions))


def funnelled(action: ActionState) -> ActionState:
    """`action` with the funnel of the answer that stands."""
    standing = action.standing
    return replace(action, funnel=standing.funnel if standing else ())


def own_answers(state: AlertState) -> AlertState:
    """The actions "acknowledge", "decide" and "sign off" answered by the deeds themselves."""
    return replace(state, actions=tuple(_follow(action, state) for action in state.actions))


def _follow(action: ActionState, state: AlertState) -> ActionState:
    decision, signed = state.applicability, state.sign_off
    if action.answer is AnswerKind.ACKNOWLEDGE:
        answer = Answer("yes", state.acknowledged) if state.acknowledged else None
    elif action.answer is AnswerKind.APPLIES:
        value = "yes" if decision and decision.applies else "no"
        answer = Answer(value, decision.deed, decision.note) if decision else None
    elif action.answer is AnswerKind.SIGN_OFF:
        answer = Answer("yes", signed.deed, signed.statement) if signed else None
    else:
        return action
    return replace(action, answers=(answer,) if answer else ())


def _answered_with(action: ActionState, answer: Answer) -> ActionState:
    return funnelled(replace(action, answers=(*action.answers, answer)))


def _index(actions: tuple[ActionState, ...], code: str, words: str) -> int | None:
    same = [at for at, action in enumerate(actions) if action.code == code]
    return next((at for at in same if actions[at].text == words), same[0] if same else None)
