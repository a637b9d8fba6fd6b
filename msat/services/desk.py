"""The desk: everything a service works with, joined once by `bootstrap` and handed in. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from msat.clock import Clock
from msat.ids import AlertKey
from msat.places import Places
from msat.projections.board import Board
from msat.projections.ports import Views
from msat.record.entries import Actor, Entry
from msat.record.ports import Files, Record
from msat.services.knowledge import Knowledge

Progress = Callable[[str, int, int], None]
"""Told (what is being done, done so far, of how many); may raise Cancelled to stop the work."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One open profile: its record, its views, its knowledge and the time."""

    places: Places
    clock: Clock
    record: Record
    files: Files
    views: Views
    knowledge: Knowledge
    close: Callable[[], None]
    board: Board | None = None
    """Where the board of organisations and alerts is kept; None where a desk has no place for one."""

    def learn(self, knowledge: Knowledge) -> None:
        """Puts `knowledge` in force on this desk from now on: local rules were adopted or withdrawn."""
        object.__setattr__(self, "knowledge", knowledge)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a service changed. Views decide whether to redraw."""

    alerts: frozenset[AlertKey] = frozenset()
    entries: tuple[Entry, ...] = ()
    sources: bool = False
    words: str = ""
    """One sentence for people: "Acknowledged EL(26)A/37. Entry 12."."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is at the keyboard, as chosen: name and role. `actor()` adds the operating system's account."""

    name: str
    role: str
    account: str = field(default="")

    def actor(self) -> Actor:
        return Actor(self.name, self.role, self.account)
