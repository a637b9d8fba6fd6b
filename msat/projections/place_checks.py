"""Folds the places searched for stock: which check of a place stands, and what the action's answer follows to be. Pure.

An action with places is answered by its places: `nil` when every one is nil, `checked` when all are checked. A place
that nobody looked into is never taken for nil.
"""

from __future__ import annotations

from dataclasses import replace

from msat.projections.alert_state import CHECKED, NIL, NOT_CHECKED, ActionState, Answer, PlaceCheck
from msat.projections.turns import last_recorded, last_word
from msat.projections.work_state import Deed


def settled(action: ActionState, struck: str = "") -> ActionState:
    """`action` with its places and its answer as its checks have them. `struck` says why an old answer gave way."""
    action = replace(action, places=_places(action))
    if not action.checks:
        return action
    if action.places and all(place.is_checked for place in action.places):
        return _complete(action, struck)
    return _incomplete(action, struck)


def named(place: str) -> str:
    """A place's name as it is compared: case and spacing aside."""
    return " ".join(place.split()).casefold()


def _places(action: ActionState) -> tuple[PlaceCheck, ...]:
    standing = [check for check in action.checks if not check.struck]
    by_place: dict[str, list[tuple[PlaceCheck, Deed]]] = {}
    for check in standing:
        if check.deed is not None:
            by_place.setdefault(named(check.place), []).append((check, check.deed))
    stands = {key: last_word(checks, lambda one: one[1]) for key, checks in by_place.items()}
    last = {key: one[0] for key, one in stands.items() if one is not None}
    names: dict[str, str] = {}
    for place in (*action.asked, *(check.place for check in standing)):
        names.setdefault(named(place), place)
    return tuple(
        replace(last[key], place=names[key]) if key in last else PlaceCheck(place, NOT_CHECKED)
        for key, place in names.items()
    )


def _complete(action: ActionState, struck: str) -> ActionState:
    value = NIL if all(place.result == NIL for place in action.places) else CHECKED
    deed = last_recorded(place.deed for place in action.places if place.deed)
    standing = action.standing
    if deed is None or (standing and (standing.value, standing.deed) == (value, deed)):
        return action
    if struck and standing and not _follows_from_places(action, standing):
        return action  # an answer given outright, later than the check now corrected, goes on standing
    answers = _without_standing(action, struck) if struck else action.answers
    return replace(action, answers=(*answers, Answer(value, deed)))


def _incomplete(action: ActionState, struck: str) -> ActionState:
    standing = action.standing
    if standing is None or not _follows_from_places(action, standing):
        return action
    waiting = ", ".join(place.place for place in action.places if not place.is_checked) or "every place"
    return replace(action, answers=_without_standing(action, struck or f"no longer complete: {waiting}"))


def _follows_from_places(action: ActionState, answer: Answer) -> bool:
    return any(check.deed and check.deed.entry == answer.deed.entry for check in action.checks)


def _without_standing(action: ActionState, struck: str) -> tuple[Answer, ...]:
    """The answers with every unstruck one that followed from the places struck out."""
    return tuple(
        replace(answer, struck=struck)
        if not answer.struck and _follows_from_places(action, answer)
        else answer
        for answer in action.answers
    )
