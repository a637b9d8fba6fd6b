"""Erase a person's name from this installation's own log, where the law demands it and two people decided so.

    plan   look which entries name the person, and what each would say afterwards        nothing is changed
    erase  clean what is not the record, order the erasure in an entry, empty the bodies, compute the lists anew, prove

A name cannot be replaced inside an entry: the entry's hash would no longer fit, and the proof with it. So the body is
emptied, and the order tells it again without the name, under the organisation's. What was answered stays answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msat.clock import london
from msat.errors import RecordProblem, Refused
from msat.projections.values import same_person
from msat.record.entries import Actor, Entry
from msat.record.erasure import ERASED, NEVER, Retold, kept_of, orders, retold_order
from msat.services import erase_traces
from msat.services.deeds import checked_name, checked_person, required_text
from msat.services.desk import Desk, Person, Progress
from msat.services.erase_elsewhere import Elsewhere, elsewhere_of
from msat.services.finish_erasure import finish
from msat.services.person import Naming, find_naming, pattern_of, text_at

SEALED = (
    "Nothing is ever added to such a log, so no erasure can be ordered in it. If the law demands it all the same: "
    "record from now on in a new profile (msatctl --profile NEWFOLDER init), and delete this one and its backups when "
    "its retention ends."
)
NOT_WHOLE = "Run verify, and mend that first: what is erased cannot be looked at again."


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would touch. `label` is what stands in the place of the name, in every field alike."""

    name: str
    label: str
    number: int
    touched: tuple[Naming, ...]
    left: tuple[Naming, ...]
    """Named, and not touched: asked to be left, without which nobody could tell whose log this is, or of a log that was
    superseded, to which nothing is ever added."""
    without_body: int
    traces: tuple[Path, ...]
    """Files of the profile beside the record in which the name stands."""
    cleaned: frozenset[Path]
    """Those of them that are cleaned: drafts, settings, and what is computed anew."""
    log: str = ""
    """The log whose entries would be touched."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """The other logs and places where the name is, as far as this installation can know."""
    old_backups: tuple[Path, ...] = ()
    """Backups of logs that the own one goes on for: nothing thins them out."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the entries that would be touched."""
        return tuple(one.entry.seq for one in self.touched)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the orders, and the files of the profile in which the name still stands."""

    plan: Plan
    entries: tuple[Entry, ...]
    remaining: tuple[Path, ...]
    backups: Path
    until: date
    """When the last backup that holds the name is gone by itself, if one is made every month until then."""
    since: tuple[int, ...] = ()
    """Entries that name the person all the same: another window recorded them meanwhile."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """The other logs and places where the name still is, as far as this installation can know."""


def plan_erasure(desk: Desk, name: str, leave: Sequence[int] = ()) -> Plan:
    """Which entries of the own log name the person and what would be told instead. Changes nothing. Raises Refused."""
    name = checked_name(name, "person")
    found, without_body = find_naming(desk, name)
    number = 1 + _highest(desk)
    label = f"{desk.record.organisation.name} (name erased {number})"
    kept = frozenset(leave)
    if unknown := sorted(kept - {one.entry.seq for one in found if one.entry.log == desk.record.log}):
        raise Refused(f"Entry {unknown[0]} does not name {name}.", "Leave --leave away for it.")
    left = tuple(
        one
        for one in found
        if one.entry.seq in kept or one.entry.type in NEVER or one.entry.log != desk.record.log
    )
    touched = tuple(one for one in found if one not in left)
    pattern = pattern_of(name)
    traces = erase_traces.holding(desk.places, pattern)
    cleaned = frozenset(path for path in traces if erase_traces.is_cleaned(desk.places, path))
    elsewhere = elsewhere_of(desk, pattern)
    old = erase_traces.backups_never_thinned(desk.places, desk.record.lineage())
    return Plan(name, label, number, touched, left, without_body, traces, cleaned, desk.record.log, elsewhere, old)


def erase(
    desk: Desk,
    plan: Plan,
    reason: str,
    deciders: Sequence[Person],
    person: Person,
    progress: Progress | None = None,
) -> Erased:
    """Does what `plan` shows. Raises Refused unless two other people decided and the record is whole."""
    person, reason = checked_person(person), required_text(reason, "reason")
    by = _deciders(plan, deciders)
    pattern = pattern_of(plan.name)
    for words in (reason, person.name, person.role, person.account, *(f"{one.name} {one.role}" for one in by)):
        if pattern.search(words):
            raise Refused(
                f"The order itself would name {plan.name}.", "Somebody else decides, does it, and gives the reason."
            )
    if not plan.touched and any(one.entry.log != plan.log for one in plan.left):
        raise Refused(f"Only entries of a log that was superseded name {plan.name}: nothing was erased.", SEALED)
    if not plan.touched:
        raise Refused(f"No entry of this record names {plan.name}.", "Try other spellings: msatctl person export.")
    if why := desk.record.cannot_erase:
        raise Refused(why, "The person's entries can be written out: msatctl person export.")
    with desk.record.erasing_alone():
        finish(desk)  # what another window left half done counts as done from here on
        _check_same(desk, plan)
        _prove(desk, "so nothing was erased", NOT_WHOLE)
        retold = _retold(desk, plan, pattern)
        made = orders(desk.record.log, plan.number, reason, by, person.actor(), retold)
        erase_traces.clean(desk, pattern, plan.label)
        entries = desk.record.erase(made)
        finish(desk, progress)
        _prove(desk, "after the erasure", "Keep the folder as it is and restore nothing; ask whoever looks after MSAT.")
    since = plan_erasure(desk, plan.name, [one.entry.seq for one in plan.left if one.entry.log == plan.log])
    remaining = erase_traces.holding(desk.places, pattern)
    backups, until = erase_traces.backups_of(desk.places), gone_by(desk.clock.now())
    return Erased(plan, entries, remaining, backups, until, since.numbers, elsewhere_of(desk, pattern))


def _check_same(desk: Desk, plan: Plan) -> None:
    """What was looked at must be what is erased. Raises Refused when another window erased or recorded meanwhile."""
    now = plan_erasure(desk, plan.name, [one.entry.seq for one in plan.left if one.entry.log == plan.log])
    if now.number != plan.number or [one.entry.id for one in now.touched] != [one.entry.id for one in plan.touched]:
        raise Refused(
            "Another window erased or recorded something meanwhile: what would be erased is not what was shown.",
            "Look at it once more, then erase.",
        )


def gone_by(now: datetime) -> date:
    """The first day of this month next year: twelve backups of later months push out the last that holds the name."""
    today = london(now).date()
    return date(today.year + 1, today.month, 1)


def _deciders(plan: Plan, deciders: Sequence[Person]) -> tuple[Actor, ...]:
    checked = [checked_person(one) for one in deciders]
    if len(checked) != 2 or same_person(checked[0].name, checked[1].name):
        raise Refused(
            "An erasure is decided by two different people.", 'Give --decided-by "NAME, ROLE" twice, for each of them.'
        )
    return tuple(Actor(one.name, one.role) for one in checked)


def _prove(desk: Desk, when: str, then: str) -> None:
    problems = desk.record.verify().problems
    if problems:
        first = problems[0]
        raise RecordProblem(f"The record did not verify, {when}. {first.where}: {first.what}", then)


def _highest(desk: Desk) -> int:
    """The highest number that an erasure of this log has had."""
    numbers = [entry.data.get("number") for entry in desk.record.typed(frozenset({ERASED}))]
    return max((n for n in numbers if isinstance(n, int) and not isinstance(n, bool)), default=0)


def _retold(desk: Desk, plan: Plan, pattern: re.Pattern[str]) -> list[Retold]:
    """What is told instead of each entry; what earlier orders told of others is told anew where it names the person."""
    anew: dict[str, Retold] = {}
    for one in plan.touched:
        entry = one.entry
        if entry.type != ERASED:
            anew[entry.id] = Retold(entry, _without(kept_of(entry.content), pattern, plan.label))
            continue
        bare = retold_order(entry.content)
        anew[entry.id] = Retold(entry, _without(kept_of(bare), pattern, plan.label))
        for named in entry.data.get("entries", ()):
            earlier = desk.record.entry(str(named.get("id", ""))) if isinstance(named, Mapping) else None
            if earlier is not None and earlier.content and earlier.id not in anew:
                content = _without(kept_of(earlier.content), pattern, plan.label)
                anew[earlier.id] = Retold(earlier, content, is_again=earlier.seq not in plan.numbers)
    return sorted(anew.values(), key=lambda one: one.entry.seq)


def _without(value: Any, pattern: re.Pattern[str], label: str) -> Any:
    """`value` with the label wherever the name stood; the account of whoever did it goes with their name."""
    if isinstance(value, str):
        return pattern.sub(lambda _found: label, value)
    if isinstance(value, list | tuple):
        return [_without(one, pattern, label) for one in value]
    if isinstance(value, Mapping):
        is_person = isinstance(value.get("name"), str) and pattern.search(value["name"]) is not None
        after = {key: _without(one, pattern, label) for key, one in value.items()}
        return {**after, "id": ""} if is_person and set(value) == {"id", "name", "role"} else after
    return value


def after_of(plan: Plan, naming: Naming) -> dict[str, str]:
    """What each field of an entry that names the person would say afterwards, by the field."""
    content = _without(dict(naming.entry.content), pattern_of(plan.name), plan.label)
    return {where: text_at(content, where) for where in naming.fields}

