"""Folds what the rules say: priority, deadline, reasons, and which actions are asked for. Pure.

A new triage replaces the old one but never loses an answer. A person's priority outlives it, unless the rule has
become more urgent since: a revised notice must not stay hidden behind an old choice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from msat.actions.model import AnswerKind
from msat.projections import place_checks, standing, supersession
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.values import data_of, flag, moment, part, parts, priority, said, text, texts
from msat.projections.work_state import Lowering
from msat.record.entries import Entry, Json
from msat.triage.model import Due, Priority, Reason

URGENCY = {Priority.RED: 0, Priority.AMBER: 1, None: 2, Priority.GREEN: 3}
"""Most urgent first. An alert without a rating stands above Green: nobody has said that it can wait."""


def triaged(state: AlertState, entry: Entry) -> AlertState:
    """alert.triaged: priority, deadline, reasons, flags and actions as decided that day."""
    data = data_of(entry)
    after = replace(
        _rated(state, priority(data)),
        rule=text(data, "rule"),
        rules_version=text(data, "rules_version"),
        flags=texts(data, "flags"),
        due=_due(part(data, "due")),
        counted_from=moment(data, "counted_from"),
        reasons=tuple(_reason(one) for one in parts(data, "reasons")),
        actions=_merged(state.actions, tuple(_asked(one) for one in parts(data, "actions"))),
        may_close=texts(data, "may_close"),
        if_not_held=_lowering(part(data, "if_not_held")),
    )
    return supersession.marked(after)


def _lowering(data: Json) -> Lowering | None:
    to = priority(data)
    if to is None:
        return None
    return Lowering(to, text(data, "text"), text(data, "rule"), text(data, "basis"), text(data, "reviewed"))


def _rated(state: AlertState, rule: Priority | None) -> AlertState:
    """The rule's priority, with a person's on top of it unless the rule has become more urgent."""
    if state.override is None:
        return replace(state, rag=rule)
    if URGENCY[rule] < URGENCY[state.rule_rag]:
        why = "The rule has become more urgent since."
        return standing.outdated(replace(state, rule_rag=rule), why, keeps_priority=False)
    return replace(state, rule_rag=rule)


def _due(data: Json) -> Due | None:
    if not data:
        return None
    return Due(
        moment(data, "at"),
        text(data, "from"),
        text(data, "why"),
        text(data, "words"),
        moment(data, "extended_from"),
        _day(text(data, "last_open")),
    )


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None


def _reason(data: Json) -> Reason:
    names = ("kind", "text", "rule", "words", "where", "basis", "reviewed")
    return Reason(*(text(data, name) for name in names))


def _asked(data: Json) -> ActionState:
    kind = text(data, "answer")
    return ActionState(
        code=text(data, "code"),
        text=text(data, "text"),
        answer=AnswerKind(kind) if kind in set(AnswerKind) else AnswerKind.DONE,
        due=moment(data, "due"),
        required=flag(data, "required") if "required" in data else True,
        help=said(data, "help") or "",
        words=text(data, "words"),
        asked=texts(data, "places"),
    )


def _merged(old: tuple[ActionState, ...], new: tuple[ActionState, ...]) -> tuple[ActionState, ...]:
    left = list(old)
    merged = []
    for asked in new:
        before = _taken(left, asked)
        if before is not None:
            asked = replace(asked, answers=before.answers, funnel=before.funnel, checks=before.checks)
        merged.append(place_checks.settled(asked))
    kept = [replace(action, required=False) for action in left if action.answers or action.checks]
    return (*merged, *kept)


def _taken(left: list[ActionState], asked: ActionState) -> ActionState | None:
    """Takes out of `left` the action that `asked` continues: the same code, by preference in the same words."""
    same = [action for action in left if action.code == asked.code]
    if not same:
        return None
    best = next((action for action in same if action.text == asked.text), same[0])
    left.remove(best)
    return best
