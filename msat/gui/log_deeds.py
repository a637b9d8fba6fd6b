"""What the window does about this installation's own logs, each as a call for the background. The services decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msat.services.desk import Changes, Desk, Person
    from msat.services.own_line import OwnLine
    from msat.services.own_return import Fetched
    from msat.services.supersede import Superseded


def line(desk: Desk) -> OwnLine:
    """How the logs stand now."""
    from msat.services.own_line import own_line

    return own_line(desk)


def fetch(path: Path | None) -> Callable[[Desk, Person], tuple[Fetched, Changes]]:
    """Fetches the lost end back: from a file, else from the copy that waits here."""

    def do(desk: Desk, _person: Person) -> tuple[Fetched, Changes]:
        from msat.services.own_return import fetch_back

        return fetch_back(desk, path)

    return do


def supersede(reason: str, is_lost: bool) -> Callable[[Desk, Person], tuple[Superseded, Changes]]:
    """Starts a log that goes on for this one."""

    def do(desk: Desk, person: Person) -> tuple[Superseded, Changes]:
        from msat.services.supersede import supersede

        return supersede(desk, person, reason, is_lost)

    return do


def moved(reason: str) -> Callable[[Desk, Person], Changes]:
    """Records that the installation was moved to this computer."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.move import move

        return move(desk, person, reason)

    return do
