"""What people arrange about an alert beside answering it, each as a call for the writer thread (see `deeds`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msat.gui.held import holdable

if TYPE_CHECKING:
    from msat.services.desk import Changes, Desk, Person

    Deed = Callable[[Desk, Person], Changes]


@holdable
def assign(key: str, owner: str, deputy: str, note: str = "") -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import assign as service

        return service.assign(desk, key, owner, deputy, person, note)

    return do


@holdable
def defer(key: str, until: date, approver: str, reason: str) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import defer as service

        return service.defer(desk, key, until, approver, reason, person)

    return do


@holdable
def resume(key: str, reason: str) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import defer as service

        return service.resume(desk, key, reason, person)

    return do


def judge(key: str, rag: str, reason: str, make_rule: bool = False) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import judge as service

        return service.judge(desk, key, rag, reason, person, make_rule)

    return do


@holdable
def recheck(key: str, funnel: Mapping[str, int], months: int, note: str = "", search: str = "") -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import recheck as service

        return service.recheck(desk, key, funnel, person, months, note, search)

    return do


@holdable
def agree_plan(key: str, rag: str, actions: Sequence[str], due: date | None, minute: str = "", note: str = "") -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import plan as service

        return service.agree_plan(desk, key, rag, actions, person, due, minute, note)

    return do


@holdable
def decision_support(key: str, system: str, message: str, live: date, national: bool, note: str = "") -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import decision_support as service

        return service.decision_support(desk, key, system, message, live, person, national, note)

    return do


@holdable
def discuss(
    key: str, meeting: str, on: date, minute: str = "", outcome: str = "", owner: str = "", due: date | None = None
) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import discuss as service

        return service.discuss(desk, key, meeting, on, person, minute, outcome, owner=owner, due=due)

    return do


@holdable
def finish_decision(key: str, decision: str, note: str = "", happened: datetime | None = None) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import finish_decision as service

        return service.finish_decision(desk, key, person, decision, note, happened)

    return do


def hold_meeting(meeting: str, on: date, present: str, apologies: str = "", agenda: str = "", note: str = "") -> Deed:
    """The lists are given as text, a line each. Recorded at once: minutes are made from what is recorded."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import hold_meeting as service

        return service.hold_meeting(desk, meeting, on, person, [present], [apologies], [agenda], note)

    return do


def take_in_plans(file: Path) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import send_plans as service

        return service.import_plans(desk, file, person)[1]

    return do


def save_plan(key: str, target: Path) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import send_plans as service

        return service.export_plans(desk, [key], target, person)[1]

    return do


def attach(key: str, content: bytes, name: str, looked: bool = False, action: str = "") -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import evidence as service

        return service.attach(desk, key, content, name, person, action, looked=looked)

    return do


@holdable
def acknowledge_all(keys: Sequence[str]) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import bulk as service

        return service.acknowledge(desk, keys, person)

    return do


@holdable
def not_applicable_all(keys: Sequence[str], reason: str, note: str) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import bulk as service

        return service.not_applicable(desk, keys, reason, note, person)

    return do
