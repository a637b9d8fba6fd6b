"""A person's own entries and where the key is, each as a call for the background. The services decide and refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msat.services.desk import Desk, Person
    from msat.services.erase_person import Erased, Plan
    from msat.store.key_words import KeyWhereabouts


@dataclass(frozen=True, slots=True)
class Planned:
    """What an erasure would touch, for the card: the plan, and all of it in words."""

    plan: Plan
    words: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written about a person."""

    path: Path
    words: str


def export(name: str, path: Path) -> Callable[[Desk], Written]:
    """Writes every entry that names the person to a new file."""

    def do(desk: Desk) -> Written:
        from msat.services.person import export_person

        done = export_person(desk, name, path)
        return Written(done.path, done.words(name))

    return do


def plan(name: str) -> Callable[[Desk], Planned]:
    """Looks what an erasure would touch; nothing is changed."""

    def do(desk: Desk) -> Planned:
        from msat.services import erase_words
        from msat.services.erase_person import plan_erasure

        found = plan_erasure(desk, name)
        return Planned(found, erase_words.planned(found, desk, is_window=True))

    return do


def erase(found: Plan, reason: str, deciders: tuple[tuple[str, str], ...]) -> Callable[[Desk, Person], Erased]:
    """Does what the plan shows."""

    def do(desk: Desk, person: Person) -> Erased:
        from msat.services.desk import Person as Named
        from msat.services.erase_person import erase as erase_

        return erase_(desk, found, reason, [Named(name, role) for name, role in deciders], person)

    return do


def said(done: Erased) -> str:
    """What was done and what remains."""
    from msat.services import erase_words

    return erase_words.done(done)


def key_place(desk: Desk) -> KeyWhereabouts:
    """Where the signing key is; without a trial of the credential store, which could ask for its password."""
    from msat import bootstrap

    return bootstrap.where_key_is(desk.places, tries_store=False)


def move_key(to: str) -> Callable[[Desk, Person], KeyWhereabouts]:
    """Moves the signing key, whole."""

    def do(desk: Desk, _person: Person) -> KeyWhereabouts:
        from msat import bootstrap

        return bootstrap.move_key(desk.places, to)

    return do
