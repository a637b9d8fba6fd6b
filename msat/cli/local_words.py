"""What was arranged locally about an alert, for `show`: re-checks, decisions, plans, decision support, meetings."""

from __future__ import annotations

from datetime import date
from typing import Any

from msat.clock import say_date, stamp
from msat.projections.alert_state import AlertState
from msat.projections.committee import local_target
from msat.projections.decisions import decisions_of, followed_words, owner_words, stopped
from msat.projections.rechecks import difference, in_words
from msat.projections.work_state import Deed, Discussed, Plan, Recheck


def local_lines(state: AlertState) -> list[str]:
    """The lines of `show`; none where nothing was arranged."""
    lines = [*_opened(state), *_judged(state), *_planned(state), *_supported(state), *_met(state)]
    lines += [*_rechecked(state), *_carried(state)]
    return ["", "Here", *(f"  {line}" for line in lines)] if lines else []


def local_json(state: AlertState) -> dict[str, Any]:
    """The objects of `show --json`: `reopened`, `judged`, `plan`, `plans`, `local_target`, `decision_support`,
    `discussed`, `rechecks`, `recheck_due`, `carried`."""
    target, due = local_target(state), state.recheck_due
    return {
        "reopened": _opened_json(state),
        "judged": _judged_json(state),
        "plan": plan_json(state.plan) if state.plan else None,
        "plans": [plan_json(plan) for plan in state.plans],
        "local_target": stamp(target) if target else None,
        "decision_support": [
            {
                "system": one.system,
                "id": one.message,
                "live": one.live,
                "national": one.is_national,
                "note": one.note,
                "struck": one.struck,
                "by": _deed(one.deed),
            }
            for one in state.decision_support
        ],
        "discussed": [
            {
                "meeting": one.meeting,
                "on": one.on,
                "minute": one.minute,
                "outcome": one.outcome,
                "owner": one.owner or None,
                "due": one.due or None,
                "done": _done_json(state, one),
                "struck": one.struck,
                "by": _deed(one.deed),
            }
            for one in state.discussed
        ],
        "rechecks": [recheck_json(one) for one in state.rechecks],
        "recheck_due": stamp(due) if due else None,
        "carried": _carried_json(state),
    }


def recheck_json(one: Recheck) -> dict[str, Any]:
    """A search run again, or to be run again: `by` is null until it was."""
    return {
        "months": one.months,
        "due": stamp(one.due),
        "before": dict(one.before),
        "after": dict(one.after),
        "rose": one.rose,
        "search": one.search,
        "note": one.note,
        "struck": one.struck,
        "by": _deed(one.deed) if one.deed else None,
    }


def recheck_line(one: Recheck) -> str:
    """A search run again, or to be run again, in one line."""
    if one.deed is None:
        last = in_words(one.before)
        return f"Search to be run again on {say_date(one.due)} ({one.months} months). Last time: {last}."
    when = say_date(one.deed.happened)
    rose = " More than before." if one.rose else ""
    struck = f" [{one.struck}]" if one.struck else ""
    return f"Search run again after {one.months} months, {when}: {difference(one)}.{rose} {_who(one.deed)}{struck}"


def _opened(state: AlertState) -> list[str]:
    one = state.reopened
    if one is None or state.sign_off is not None:
        return []
    return [f"Opened again on {say_date(one.deed.happened)}: {one.reason}"]


def _judged(state: AlertState) -> list[str]:
    one = state.judged
    if one is None:
        return []
    rule = f" Made the local rule {one.local_rule}." if one.local_rule else ""
    stale = f" It settles nothing any more: {one.stale}" if one.stale else ""
    rag = one.rag.capitalize() or "a priority"
    return [f"Decided from the review list: {rag}, because {one.reason.rstrip('.')}. {_who(one.deed)}{rule}{stale}"]


def _planned(state: AlertState) -> list[str]:
    plan = state.plan
    if plan is None:
        return []
    by = f", by {say_date(plan.due)}" if plan.due else ""
    minute = f" Minute {plan.minute}." if plan.minute else ""
    on = say_date(plan.agreed or plan.deed.happened)
    lines = [f"Agreed locally by {plan.by} on {on}: {plan.rag.capitalize()}{by}.{minute}"]
    lines += [f"  {action}" for action in plan.actions]
    if plan.note:
        lines.append(f"  {plan.note}")
    target = local_target(state)
    if target is not None:
        lines.append(f"  Local target {say_date(target)}: the notice's own limit stays as it is.")
    return lines


def _supported(state: AlertState) -> list[str]:
    lines = []
    for one in state.decision_support:
        whose = "national message" if one.is_national else "message"
        note = f" {one.note}" if one.note else ""
        struck = f" [{one.struck}]" if one.struck else ""
        lines.append(f"In {one.system} since {_day(one.live)}, {whose} {one.message}.{note}{struck}")
    return lines


def _met(state: AlertState) -> list[str]:
    lines, standing = [], {one.met.deed.entry: followed_words(one) for one in decisions_of(state)}
    for one in state.discussed:
        minute = f", minute {one.minute}" if one.minute else ""
        struck = f" [{one.struck}]" if one.struck else ""
        followed = standing.get(one.deed.entry) or owner_words(one)
        said = f"{stopped(one.outcome_words)} {followed}" if followed else one.outcome_words
        lines.append(f"Discussed at {one.meeting}, {_day(one.on)}{minute}. {said}{struck}")
    return lines


def _done_json(state: AlertState, met: Discussed) -> dict[str, Any] | None:
    """When and by whom a decision was done, and what came of it; null while it is open."""
    found = next((one.done for one in decisions_of(state) if one.met is met), None)
    return None if found is None else {"note": found.note, "by": _deed(found.deed)}


def _rechecked(state: AlertState) -> list[str]:
    return [recheck_line(one) for one in state.rechecks]


def _carried(state: AlertState) -> list[str]:
    lines = []
    for one in state.carried:
        lines.append(f"Recorded for {one.reference}, which this replaces ({one.status}). It answers nothing here:")
        for answer in one.answers:
            who = f"{answer.by}, {answer.role}, {say_date(answer.happened)}"
            lines.append(f"  {answer.action} {answer.text}: {answer.answer}  {who}")
    return lines


def _day(iso: str) -> str:
    try:
        return say_date(date.fromisoformat(iso))
    except ValueError:
        return iso


def _who(deed: Deed) -> str:
    return f"{deed.by}, {deed.role}, {say_date(deed.happened)}."


def _deed(deed: Deed) -> dict[str, Any]:
    return {
        "name": deed.by,
        "role": deed.role,
        "happened": stamp(deed.happened),
        "recorded": stamp(deed.recorded),
        "entry": deed.entry,
        "seq": deed.seq,
    }


def _opened_json(state: AlertState) -> dict[str, Any] | None:
    one = state.reopened
    return {"reason": one.reason, "cause": one.cause, "by": _deed(one.deed)} if one else None


def _judged_json(state: AlertState) -> dict[str, Any] | None:
    one = state.judged
    if one is None:
        return None
    return {
        "flags": list(one.flags),
        "rag": one.rag or None,
        "reason": one.reason,
        "local_rule": one.local_rule or None,
        "stale": one.stale,
        "by": _deed(one.deed),
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan agreed locally; `log` is null for one of our own."""
    return {
        "rag": plan.rag,
        "actions": list(plan.actions),
        "due": stamp(plan.due) if plan.due else None,
        "minute": plan.minute,
        "note": plan.note,
        "agreed_by": {"name": plan.by, "ods": plan.ods},
        "agreed": stamp(plan.agreed or plan.deed.happened),
        "id": plan.id,
        "log": plan.log or None,
        "struck": plan.struck,
        "by": _deed(plan.deed),
    }


def _carried_json(state: AlertState) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "reference": one.reference,
            "status": one.status,
            "recorded": stamp(one.recorded),
            "answers": [
                {
                    "action": answer.action,
                    "text": answer.text,
                    "answer": answer.answer,
                    "by": answer.by,
                    "role": answer.role,
                    "happened": stamp(answer.happened),
                    "entry": answer.entry,
                }
                for answer in one.answers
            ],
        }
        for one in state.carried
    ]
