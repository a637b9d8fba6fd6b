"""The commands of the commissioner's team: plans agreed, sent and taken in, decision support, meetings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import day, moment, open_desk, person_of, say, say_changes
from msat.clock import say_date

if TYPE_CHECKING:
    from msat.projections.general import General
    from msat.projections.work_state import Plan


def plan_agree(options: argparse.Namespace) -> int:
    """Records the plan agreed for an alert."""
    from msat.services.plan import agree_plan

    person, done = person_of(options), moment(options.done)
    due = day(options.due) if options.due else None
    with open_desk(options) as desk:
        made = agree_plan(
            desk, options.ref, options.rag, options.action, person, due, options.minute, options.note, done
        )
        return say_changes(options, made)


def plan_export(options: argparse.Namespace) -> int:
    """Writes agreed plans as a signed file."""
    from msat.services.send_plans import export_plans

    person = person_of(options)
    with open_desk(options) as desk:
        path, made = export_plans(desk, options.refs, Path(options.out), person)
        say(options, {"file": str(path), "message": made.words}, f"{made.words}\n{path}")
    return 0


def plan_import(options: argparse.Namespace) -> int:
    """Takes in the plans of a signed file."""
    from msat.services.send_plans import import_plans

    person = person_of(options)
    with open_desk(options) as desk:
        taken, made = import_plans(desk, Path(options.file), person, options.sender)
    told = {
        "applied": taken.applied,
        "waiting": taken.waiting,
        "known": taken.known,
        "sender": taken.sender,
        "log": taken.log,
        "message": made.words,
        "alerts": sorted(made.alerts),
    }
    say(options, told, made.words)
    return 0


def plan_list(options: argparse.Namespace) -> int:
    """Lists the plans that stand, newest first, and those that wait for their alert."""
    from msat.cli.local_words import plan_json
    from msat.projections.committee import plan_of
    from msat.services.waiting_plans import waiting_plans

    with open_desk(options) as desk:
        standing = [(state, state.plan) for state in desk.views.states() if state.plan]
        waiting = [(one, plan_of(one.data, one.deed)) for one in waiting_plans(desk)]
    standing.sort(key=lambda pair: pair[1].agreed or pair[1].deed.happened, reverse=True)
    lines = [f"{state.reference or state.key:<24} {_line(plan)}" for state, plan in standing]
    lines += [f"{_wanted(one):<24} {_line(plan)} It waits for the alert." for one, plan in waiting]
    told = [{"key": state.key, "reference": state.reference, **plan_json(plan)} for state, plan in standing]
    told += [{"key": None, "reference": _wanted(one), **plan_json(plan)} for one, plan in waiting]
    say(options, told, "\n".join(lines) or "No plan has been agreed or taken in.")
    return 0


def _wanted(one: General) -> str:
    """What a waiting plan calls the alert it is for."""
    return str(one.data.get("reference") or one.data.get("alert") or one.data.get("title") or "")


def _line(plan: Plan) -> str:
    due = f", by {say_date(plan.due)}" if plan.due else ""
    agreed = say_date(plan.agreed or plan.deed.happened)
    return f"{plan.rag.capitalize()}{due}, agreed by {plan.by} on {agreed}. {' '.join(plan.actions)}"


def decision_support(options: argparse.Namespace) -> int:
    """Records a decision-support message that is live."""
    from msat.services.decision_support import decision_support as do

    person, done, live = person_of(options), moment(options.done), day(options.live)
    with open_desk(options) as desk:
        made = do(desk, options.ref, options.system, options.id, live, person, options.national, options.note, done)
        return say_changes(options, made)


def discussed(options: argparse.Namespace) -> int:
    """Records the meeting that took an alert up."""
    from msat.services.discuss import discuss

    person, done, on = person_of(options), moment(options.done), day(options.on)
    due = day(options.due) if options.due else None
    with open_desk(options) as desk:
        made = discuss(
            desk,
            options.ref,
            options.meeting,
            on,
            person,
            options.minute,
            options.outcome,
            done,
            options.owner,
            due,
        )
        return say_changes(options, made)
