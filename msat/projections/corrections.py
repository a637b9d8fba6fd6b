"""Folds entry.corrected: strikes what the named entry did and puts the corrected data in its place. Pure.

The struck line stays in the history. Correcting an entry that a later one has already replaced changes no more than
that line. Entries of what a publisher said or of the rules cannot be corrected here: the next revision does that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from msat.clock import say_date
from msat.projections import place_checks
from msat.projections.alert_state import ActionState, AlertState, Answer, Deed, HistoryLine, PlaceCheck
from msat.projections.deeds import (
    answer_of,
    check_of,
    count_of,
    decision_of,
    funnelled,
    joined,
)
from msat.projections.values import data_of, deed_of, part, priority, text
from msat.record.entries import Entry, Json


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: the entry it strikes, the data in its place, and the words that mark it."""

    target: str
    data: Json
    by: Deed
    struck: str

    def hits(self, deed: Deed | None) -> bool:
        return deed is not None and deed.entry == self.target

    def deed(self, before: Deed) -> Deed:
        """The deed as it now reads: whose it was and when it was done stay."""
        return replace(
            before, entry=self.by.entry, seq=self.by.seq, recorded=self.by.recorded, corrected=self.struck
        )


def corrected(state: AlertState, entry: Entry) -> AlertState:
    """Applies the correction that `entry` holds."""
    data, by = data_of(entry), deed_of(entry)
    line = target_line(state, text(data, "entry"))
    change = CHANGES.get(root_type(state, line)) if line else None
    if line is None or change is None:
        return state
    struck = f"corrected by {by.by} on {say_date(by.recorded)}: {text(data, 'reason')}"
    after = change(state, Correction(line.entry, part(data, "data"), by, struck))
    return replace(
        after, history=tuple(replace(one, struck=struck) if one is line else one for one in after.history)
    )


def target_line(state: AlertState, entry_id: str) -> HistoryLine | None:
    """The line that a correction of `entry_id` meets: the entry's own, or that of its latest correction."""
    line = next((one for one in state.history if one.entry == entry_id), None)
    while line is not None:
        newer = next((one for one in state.history if one.corrects == line.entry), None)
        if newer is None:
            break
        line = newer
    return line


def root_type(state: AlertState, line: HistoryLine) -> str:
    """The type of the entry that a line, or the correction on it, is about in the end."""
    by_id = {one.entry: one for one in state.history}
    while line.corrects and line.corrects in by_id:
        line = by_id[line.corrects]
    return line.type


def _acknowledged(state: AlertState, new: Correction) -> AlertState:
    deed = state.acknowledged
    return replace(state, acknowledged=new.deed(deed)) if deed and new.hits(deed) else state


def _overridden(state: AlertState, new: Correction) -> AlertState:
    deed, chosen = state.override, priority(new.data)
    if deed is None or not new.hits(deed) or chosen is None:
        return state
    return replace(state, rag=chosen, override=new.deed(deed), override_reason=text(new.data, "reason"))


def _decided(state: AlertState, new: Correction) -> AlertState:
    decision = state.applicability
    if decision is None:
        return state
    if new.hits(decision.deed):
        now = decision_of(new.data, new.deed(decision.deed))
        return replace(state, applicability=now if now.applies else replace(now, confirmed=decision.confirmed))
    if decision.confirmed and new.hits(decision.confirmed):
        now = decision_of(new.data, new.deed(decision.confirmed))
        return replace(state, applicability=joined(replace(decision, confirmed=None), now))
    return state


def _signed_off(state: AlertState, new: Correction) -> AlertState:
    signed = state.sign_off
    if signed is None:
        return state
    if new.hits(signed.deed):
        now = replace(signed, deed=new.deed(signed.deed), statement=text(new.data, "statement"))
        return replace(state, sign_off=now)
    if signed.second and new.hits(signed.second):
        return replace(state, sign_off=replace(signed, second=new.deed(signed.second)))
    return state


def _answer(make: Callable[[Json, Deed], Answer]) -> Callable[[AlertState, Correction], AlertState]:
    def change(state: AlertState, new: Correction) -> AlertState:
        return replace(state, actions=tuple(_reanswered(action, new, make) for action in state.actions))

    return change


def _reanswered(action: ActionState, new: Correction, make: Callable[[Json, Deed], Answer]) -> ActionState:
    answers: list[Answer] = []
    for answer in action.answers:
        if new.hits(answer.deed) and not answer.struck:
            answers += [replace(answer, struck=new.struck), make(new.data, new.deed(answer.deed))]
        else:
            answers.append(answer)
    return funnelled(replace(action, answers=tuple(answers)))


def _place_checked(state: AlertState, new: Correction) -> AlertState:
    return replace(state, actions=tuple(_rechecked(action, new) for action in state.actions))


def _rechecked(action: ActionState, new: Correction) -> ActionState:
    if not any(new.hits(check.deed) for check in action.checks):
        return action
    checks: list[PlaceCheck] = []
    for check in action.checks:
        if check.deed and new.hits(check.deed):
            checks += [replace(check, struck=new.struck), check_of(new.data, new.deed(check.deed))]
        else:
            checks.append(check)
    return place_checks.settled(replace(action, checks=tuple(checks)), new.struck)


CHANGES: dict[str, Callable[[AlertState, Correction], AlertState]] = {
    "alert.acknowledged": _acknowledged,
    "priority.overridden": _overridden,
    "applicability.decided": _decided,
    "alert.signed_off": _signed_off,
    "action.answered": _answer(answer_of),
    "search.counted": _answer(count_of),
    "place.checked": _place_checked,
}
"""What can be corrected, by type of the corrected entry."""
