"""What was agreed locally about an alert beside what the rule says: plans, decision support, meetings. Pure.

A plan never replaces the rule's priority or the notice's own limit: it is shown next to them. Of several plans the one
agreed last stands, whichever came here first; the others stay in the history.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from msat.projections.alert_state import AlertState
from msat.projections.turns import last_recorded
from msat.projections.values import data_of, deed_of, flag, moment, part, parts, text, texts
from msat.projections.work_state import Carried, CarriedAnswer, DecisionDone, DecisionSupport, Deed, Discussed, Plan
from msat.record.entries import Entry, Json


def planned(state: AlertState, entry: Entry) -> AlertState:
    """plan.agreed: a plan, ours or one that came from the commissioner's team. The same plan counts once."""
    plan = plan_of(data_of(entry), deed_of(entry))
    if any(one.id == plan.id for one in state.plans):
        return state
    return replace(state, plans=(*state.plans, plan))


def plan_of(data: Json, deed: Deed) -> Plan:
    """The plan that an entry's data holds."""
    by = part(data, "by")
    return Plan(
        rag=text(data, "rag"),
        actions=texts(data, "actions"),
        due=moment(data, "due"),
        minute=text(data, "minute"),
        note=text(data, "note"),
        by=text(by, "name"),
        deed=deed,
        agreed=moment(data, "agreed") or deed.happened,
        id=text(data, "id") or deed.entry,
        log=text(data, "log"),
        ods=text(by, "ods"),
    )


def settled(state: AlertState) -> AlertState:
    """`state` with the plan that stands: the one agreed last."""
    standing = [one for one in state.plans if not one.struck]
    if not standing and state.plan is None:
        return state
    newest = max((_when(one) for one in standing), default=None)
    equals = {one.deed: one for one in standing if _when(one) == newest}
    last = last_recorded(equals)
    return replace(state, plan=equals[last] if last else None)


def _when(plan: Plan) -> datetime:
    return plan.agreed or plan.deed.happened


def local_target(state: AlertState) -> datetime | None:
    """The plan's date (UTC) where it is earlier than the alert's own limit, or where the notice sets none.

    A later date than the notice's own is never shown as a target.
    """
    due = state.plan.due if state.plan else None
    own = state.due.at if state.due else None
    return due if due is not None and (own is None or due < own) else None


def supported(state: AlertState, entry: Entry) -> AlertState:
    """decision_support.live: a message about this alert is shown to prescribers."""
    return replace(state, decision_support=(*state.decision_support, support_of(data_of(entry), deed_of(entry))))


def support_of(data: Json, deed: Deed) -> DecisionSupport:
    """The message that an entry's data holds."""
    return DecisionSupport(
        system=text(data, "system"),
        message=text(data, "message"),
        live=text(data, "live"),
        is_national=flag(data, "national"),
        note=text(data, "note"),
        deed=deed,
    )


def discussed(state: AlertState, entry: Entry) -> AlertState:
    """alert.discussed: a meeting took it up."""
    return replace(state, discussed=(*state.discussed, discussed_of(data_of(entry), deed_of(entry))))


def discussed_of(data: Json, deed: Deed) -> Discussed:
    """The meeting that an entry's data holds."""
    return Discussed(
        text(data, "meeting"),
        text(data, "on"),
        text(data, "minute"),
        text(data, "outcome"),
        deed,
        owner=text(data, "owner"),
        due=text(data, "due"),
        id=deed.entry,
    )


def decision_done(state: AlertState, entry: Entry) -> AlertState:
    """decision.done: what a meeting had decided is done."""
    return replace(state, decisions_done=(*state.decisions_done, done_of(data_of(entry), deed_of(entry))))


def done_of(data: Json, deed: Deed) -> DecisionDone:
    """What an entry's data says of a decision that is done."""
    return DecisionDone(text(data, "decision"), text(data, "note"), deed)


def carried(state: AlertState, entry: Entry) -> AlertState:
    """evidence.carried: what was recorded for the alert that this one replaces. It answers nothing here."""
    data = data_of(entry)
    key = text(data, "from")
    if not key or key == state.key:
        return state
    answers = tuple(_carried_answer(one, entry.time) for one in parts(data, "answers"))
    one = Carried(key, text(data, "reference"), text(data, "status"), answers, entry.time, entry.id)
    return replace(state, carried=(*(old for old in state.carried if old.key != key), one))


def _carried_answer(data: Json, recorded: datetime) -> CarriedAnswer:
    return CarriedAnswer(
        action=text(data, "action"),
        text=text(data, "text"),
        answer=text(data, "answer"),
        by=text(data, "by"),
        role=text(data, "role"),
        happened=moment(data, "happened") or recorded,
        entry=text(data, "entry"),
    )
