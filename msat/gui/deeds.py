"""What a person can do in the window, each as a call for the writer thread. The services decide and refuse.

Services are imported when a deed runs, on the writer thread: the first paint comes before any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msat.gui.held import holdable

if TYPE_CHECKING:
    from msat.feeds.paste import Pasted
    from msat.services.desk import Changes, Desk, Person

    Deed = Callable[[Desk, Person], Changes]


@holdable
def acknowledge(key: str, note: str = "", happened: datetime | None = None) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import acknowledge as service

        return service.acknowledge(desk, key, person, note=note, happened=happened)

    return do


@holdable
def applies(key: str, verdict: bool, reason: str, note: str = "", happened: datetime | None = None) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import applies as service

        return service.decide_applies(desk, key, verdict, person, reason, note=note, happened=happened)

    return do


@holdable
def answer(
    key: str, code: str, value: str, note: str = "", count: int | None = None, happened: datetime | None = None
) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import answer as service

        return service.answer(desk, key, code, value, person, note=note, count=count, happened=happened)

    return do


@holdable
def answer_by_newsletter(keys: list[str]) -> Deed:
    """Answers the action for a newsletter item of these alerts by the issues sent that told of them."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import newsletter_answer as service

        return service.answer_by_issue(desk, keys, person)

    return do


@holdable
def check_places(
    key: str,
    found: dict[str, tuple[str, int | None, str]],
    note: str = "",
    happened: datetime | None = None,
    initials: str = "",
) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import place as service

        changes = service.check_places(desk, key, found, person, note=note, happened=happened, initials=initials)
        if len(changes.entries) < 2:
            return changes
        first, last = changes.entries[0].seq, changes.entries[-1].seq
        return replace(changes, words=f"Checked {len(found)} places. Entries {first} to {last}.")

    return do


@holdable
def count(
    key: str,
    code: str,
    funnel: Mapping[str, int],
    note: str = "",
    happened: datetime | None = None,
    search: str = "",
    unchanged_reason: str = "",
) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.clock import london
        from msat.services import count as service

        run_on = london(happened or desk.clock.now()).date() if search else None
        return service.count(
            desk,
            key,
            funnel,
            person,
            note=note,
            action_code=code,
            happened=happened,
            search=search,
            run_on=run_on,
            unchanged_reason=unchanged_reason,
        )

    return do


@holdable
def sign_off(key: str, statement: str = "", happened: datetime | None = None) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import sign_off as service

        return service.sign_off(desk, key, person, statement=statement, happened=happened)

    return do


@holdable
def override(key: str, rag: str, reason: str) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import override as service

        return service.override(desk, key, rag, reason, person)

    return do


@holdable
def reopen(key: str, reason: str) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import reopen as service

        return service.reopen(desk, key, reason, person)

    return do


@holdable
def correct(entry: str, reason: str, data: Mapping[str, Any] | None, happened: datetime | None = None) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import correct as service

        return service.correct(desk, entry, reason, person, data, happened=happened)

    return do


def add_notice(pasted: Pasted) -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import add as service

        return service.add(desk, pasted, person)

    return do


def explain_gap(reference: str, reason: str, note: str = "") -> Deed:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import gaps as service

        return service.explain_gap(desk, reference, reason, person, note=note)

    return do
