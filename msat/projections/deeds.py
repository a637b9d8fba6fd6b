"""Folds what people here did: acknowledged, decided, answered, checked, counted, signed, reopened. Pure.

Of several answers to one action the last recorded stands, unless it was corrected; all of them stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msat.actions.model import AnswerKind
from msat.projections import place_checks, standing, supersession
from msat.projections.alert_state import CHECKED, NIL, NOT_CHECKED, ActionState, AlertState, Answer, PlaceCheck
from msat.projections.altered import altered
from msat.projections.values import data_of, deed_of, text, whole
from msat.projections.work_state import Deed
from msat.record.entries import Entry, Json

FUNNEL = ("found", "active", "at_higher_risk", "reviewed", "changed", "unchanged_with_reason")


def said(state: AlertState, entry: Entry) -> AlertState:
    """alert.acknowledged, applicability.decided, alert.signed_off, priority.overridden."""
    return standing.add(state, entry, data_of(entry))


def reopened(state: AlertState, _entry: Entry) -> AlertState:
    """alert.reopened: it must be decided and signed again. Answers stay, and so does the acknowledgement."""
    return supersession.reopened(standing.without(state, standing.DECIDED, standing.SIGNED))


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
    return Answer(
        NIL if found == 0 else CHECKED,
        deed,
        text(data, "note"),
        found,
        funnel=funnel,
        search=text(data, "search"),
        run_on=text(data, "run_on"),
        unchanged_reason=text(data, "unchanged_reason"),
    )


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
        text(data, "place"),
        result,
        whole(data, "quantity"),
        text(data, "batch"),
        text(data, "note"),
        deed,
        initials=text(data, "initials"),
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
    return altered(state, actions=tuple(actions))


def funnelled(action: ActionState) -> ActionState:
    """`action` with the funnel of the answer that stands."""
    answer = action.standing
    return replace(action, funnel=answer.funnel if answer else ())


def _answered_with(action: ActionState, answer: Answer) -> ActionState:
    return funnelled(replace(action, answers=(*action.answers, answer)))


def _index(actions: tuple[ActionState, ...], code: str, words: str) -> int | None:
    same = [at for at, action in enumerate(actions) if action.code == code]
    return next((at for at in same if actions[at].text == words), same[0] if same else None)
