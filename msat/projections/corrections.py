"""Folds entry.corrected: strikes what the named entry did and puts the corrected data in its place. Pure.

The struck line stays in the history. Data that says `entered_in_error` puts nothing in its place. Entries of what a
publisher said or of the rules cannot be corrected here: the next revision does that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from msat.clock import say_date
from msat.projections import committee, place_checks, rechecks, standing, work
from msat.projections.alert_state import ActionState, AlertState, Answer, HistoryLine, PlaceCheck
from msat.projections.deeds import answer_of, check_of, count_of, funnelled
from msat.projections.values import data_of, deed_of, flag, part, text
from msat.projections.work_state import DecisionDone, DecisionSupport, Deed, Discussed, Evidence, Plan, Recheck
from msat.record.entries import Entry, Json


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: the entry it strikes, the data in its place (None: none), and the words that mark it."""

    target: str
    data: Json | None
    by: Deed
    struck: str

    def hits(self, deed: Deed | None) -> bool:
        return deed is not None and deed.entry == self.target

    def deed(self, before: Deed) -> Deed:
        """The deed as it now reads: still the person's who did it, on the date that the correction gives."""
        return replace(
            before,
            happened=self.by.happened,
            recorded=self.by.recorded,
            entry=self.by.entry,
            seq=self.by.seq,
            log=self.by.log,
            corrected=self.struck,
        )


def corrected(state: AlertState, entry: Entry) -> AlertState:
    """Applies the correction that `entry` holds."""
    told, by = data_of(entry), deed_of(entry)
    line = target_line(state, text(told, "entry"))
    change = CHANGES.get(root_type(state, line)) if line else None
    if line is None or change is None:
        return state
    data = part(told, "data")
    in_error = is_in_error(data)
    struck = f"corrected by {by.by} on {say_date(by.recorded)}"
    struck += f", entered in error: {text(told, 'reason')}" if in_error else f": {text(told, 'reason')}"
    after = change(state, Correction(line.entry, None if in_error else data, by, struck))
    return replace(
        after, history=tuple(replace(one, struck=struck) if one is line else one for one in after.history)
    )


def is_in_error(data: Json) -> bool:
    """Whether corrected data says that the entry should not have been made at all."""
    return flag(data, "entered_in_error")


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


def _said(state: AlertState, new: Correction) -> AlertState:
    said = []
    for one in state.said:
        if not new.hits(one.deed):
            said.append(one)
        elif new.data is not None:
            said.append(replace(standing.reworded(one, new.data), deed=new.deed(one.deed)))
    return standing.settled(replace(state, said=tuple(said)))


def _answer(make: Callable[[Json, Deed], Answer]) -> Callable[[AlertState, Correction], AlertState]:
    def change(state: AlertState, new: Correction) -> AlertState:
        return replace(state, actions=tuple(_reanswered(action, new, make) for action in state.actions))

    return change


def _reanswered(action: ActionState, new: Correction, make: Callable[[Json, Deed], Answer]) -> ActionState:
    answers: list[Answer] = []
    for answer in action.answers:
        if answer.struck or not new.hits(answer.deed):
            answers.append(answer)
            continue
        answers.append(replace(answer, struck=new.struck))
        if new.data is not None:
            answers.append(make(new.data, new.deed(answer.deed)))
    return funnelled(replace(action, answers=tuple(answers)))


def _place_checked(state: AlertState, new: Correction) -> AlertState:
    return replace(state, actions=tuple(_rechecked(action, new) for action in state.actions))


def _rechecked(action: ActionState, new: Correction) -> ActionState:
    if not any(new.hits(check.deed) for check in action.checks):
        return action
    checks: list[PlaceCheck] = []
    for check in action.checks:
        if check.deed is None or not new.hits(check.deed):
            checks.append(check)
            continue
        checks.append(replace(check, struck=new.struck))
        if new.data is not None:
            checks.append(check_of(new.data, new.deed(check.deed)))
    return place_checks.settled(replace(action, checks=tuple(checks)), new.struck)


def _arranged(state: AlertState, new: Correction) -> AlertState:
    after = []
    for one in state.arranged:
        if not new.hits(one.deed):
            after.append(one)
        elif new.data is not None:
            after.append(replace(work.reworded(one, new.data), deed=new.deed(one.deed)))
    return replace(state, arranged=tuple(after))


Listed = Recheck | Plan | DecisionSupport | Discussed | DecisionDone | Evidence


def _listed(
    name: str, make: Callable[[Json, Deed], Listed], kept: tuple[str, ...] = ()
) -> Callable[[AlertState, Correction], AlertState]:
    """For deeds of which a state keeps a list under `name`: the old one stays in it, struck.

    `kept` names what the corrected one has of the old one and not of its own entry.
    """

    def change(state: AlertState, new: Correction) -> AlertState:
        after: list[Listed] = []
        for one in getattr(state, name):
            if one.struck or not new.hits(one.deed):
                after.append(one)
                continue
            after.append(replace(one, struck=new.struck))
            if new.data is not None and one.deed is not None:
                known: dict[str, Any] = {field: getattr(one, field) for field in kept}
                after.append(replace(make(new.data, new.deed(one.deed)), **known))
        changed: dict[str, Any] = {name: tuple(after)}
        return replace(state, **changed)

    return change


CHANGES: dict[str, Callable[[AlertState, Correction], AlertState]] = {
    **dict.fromkeys(standing.TYPES, _said),
    "action.answered": _answer(answer_of),
    "search.counted": _answer(count_of),
    "place.checked": _place_checked,
    "recheck.done": _listed("rechecks", rechecks.recheck_of),
    "plan.agreed": _listed("plans", committee.plan_of),
    "decision_support.live": _listed("decision_support", committee.support_of),
    "alert.discussed": _listed("discussed", committee.discussed_of, kept=("id",)),
    "decision.done": _listed("decisions_done", committee.done_of),
    "evidence.attached": _listed("evidence", work.evidence_of),
    **dict.fromkeys(work.TYPES, _arranged),
}
"""What can be corrected, by type of the corrected entry."""
