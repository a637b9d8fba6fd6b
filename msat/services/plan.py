"""Agree a plan for an alert, as the commissioner's team: priority, actions, date, minute. It never replaces a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msat.clock import london, say_date, stamp
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.triage.due import end_of_day
from msat.triage.model import OrganisationKind, Priority

MOST_ACTIONS = 12
LONGEST_ACTION = 400


def agree_plan(
    desk: Desk,
    ref: str,
    rag: str,
    actions: Sequence[str],
    person: Person,
    due: date | None = None,
    minute: str = "",
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records what was agreed for an alert; `due` is a London day, included. A newer plan takes an older one's place.

    Raises Refused anywhere but at a committee, for what is no priority, without an action, and for a day in the past.
    """
    state = deeds.find(desk, ref)
    own = desk.record.organisation
    if own.kind != OrganisationKind.COMMITTEE:
        raise Refused(
            f"{own.name} is not a commissioner's team, so it agrees no plan for others.",
            "Import the plan that your commissioner's team sends: msatctl plan import FILE.",
        )
    data = checked_plan({"rag": rag, "actions": list(actions), "minute": minute, "note": note})
    agreed = deeds.checked_date(desk, happened)
    if due is not None and due < london(agreed).date():
        raise Refused(f"The plan's day, {say_date(due)}, was over when it was agreed.", "Give a later day.")
    data |= {
        "due": stamp(end_of_day(due)) if due else None,
        "by": {"name": own.name, "ods": own.ods},
        "agreed": stamp(agreed),
    }
    by = f", by {say_date(due)}" if due else ""
    meaning = f"Agreed a plan for {deeds.name_of(state)}: {data['rag']}{by}."
    return deeds.record(desk, state, person, happened, deeds.Deed("plan.agreed", data, meaning))


def checked_plan(told: Mapping[str, Any]) -> dict[str, Any]:
    """Priority, actions, minute and note of a plan, fit for the record. Raises Refused."""
    try:
        rag = Priority(str(told["rag"]).strip().lower())
    except ValueError:
        raise Refused(f"“{told['rag']}” is not a priority.", "Use red, amber or green.") from None
    return {
        "rag": str(rag),
        "actions": checked_actions(told["actions"]),
        "minute": deeds.checked_text(str(told["minute"]), "minute's number"),
        "note": deeds.checked_text(str(told["note"]), "note"),
    }


def checked_actions(actions: Sequence[str]) -> list[str]:
    """The actions of a plan, a sentence each. Raises Refused for none, too many, or one too long."""
    said = [deeds.checked_text(" ".join(one.split()), "action") for one in actions]
    said = [one for one in said if one]
    if not said:
        raise Refused("The plan has no action.", "Say what is to be done, a verb first.")
    if len(said) > MOST_ACTIONS or any(len(one) > LONGEST_ACTION for one in said):
        raise Refused(
            f"A plan holds at most {MOST_ACTIONS} actions of {LONGEST_ACTION} characters.", "Make it shorter."
        )
    return said


def own_plans(desk: Desk) -> list[AlertState]:
    """The alerts for which this organisation has agreed a plan that stands, oldest received first."""
    return [state for state in desk.views.states() if state.plan is not None and not state.plan.log]
