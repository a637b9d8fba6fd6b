"""Deeds that wait a moment before they are recorded, as values: their verb, what was said, who did it and when.

Kept on the disk from the key press on, in a file of the profile that is replaced whole, so that neither closing the
window nor losing power loses one. Records nothing itself (`grace`).
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.clock import from_stamp, stamp
from msat.errors import Refused
from msat.gui.drafts import DraftsNotKept
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.gui.deeds import Deed
    from msat.services.desk import Changes, Desk, Person

CLOCK_SLACK = timedelta(minutes=5)
"""How far this computer's clock may have gone back since a deed was done."""
VERBS: dict[str, Callable[..., Any]] = {}
"""The deeds that can wait, by the name of what makes them."""


@dataclass(frozen=True, slots=True)
class Holdable:
    """A deed that can wait: it knows how to be made again after the program has gone."""

    verb: str
    arguments: Mapping[str, Any]
    do: Deed

    def __call__(self, desk: Desk, person: Person) -> Changes:
        return self.do(desk, person)


def holdable(make: Callable[..., Deed]) -> Callable[..., Holdable]:
    """Marks what makes a deed that may wait: an answer in place, not a file that is written or taken in."""
    shape = signature(make)

    @wraps(make)
    def made(*args: Any, **named: Any) -> Holdable:
        return Holdable(make.__name__, dict(shape.bind(*args, **named).arguments), make(*args, **named))

    VERBS[make.__name__] = made
    return made


@dataclass(frozen=True, slots=True)
class Held:
    """One deed that waits. `at` is when it was done (UTC)."""

    id: str
    verb: str
    arguments: Mapping[str, Any]
    name: str
    role: str
    account: str
    at: datetime
    meaning: str = ""
    alerts: tuple[str, ...] = ()
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What was typed for it, by alert and field: it comes back where the deed is taken back."""
    log: str = ""
    size: int = 0
    prints: tuple[str, ...] = ()
    """In which log it was done; once it is being recorded: behind which entry, and how its entries are known."""

    def deed(self) -> Holdable:
        """The deed itself, made again. Raises KeyError for a verb that this version does not have."""
        made: Holdable = VERBS[self.verb](**self.arguments)
        return made

    def person(self) -> Person:
        from msat.services.desk import Person

        return Person(self.name, self.role, self.account)


class HeldFile:
    """The deeds that wait, in the order they were done. Every change is on the disk before it returns.

    `damaged` is where a file that could not be read was set aside; None when there was none.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        found, self.damaged = _read(path)
        self._held: dict[str, Held] = {one.id: one for one in found}

    def all(self) -> tuple[Held, ...]:
        with self._lock:
            return tuple(self._held.values())

    def put(self, held: Held) -> None:
        """Keeps a deed, or what is now known of it. Raises DraftsNotKept; then what was there before stands."""
        self._change({held.id: held}, ())

    def drop(self, name: str) -> None:
        """A deed is recorded, or taken back. Raises DraftsNotKept."""
        self._change({}, (name,))

    def _change(self, put: Mapping[str, Held], drop: tuple[str, ...]) -> None:
        with self._lock:
            after = {one: held for one, held in (self._held | put).items() if one not in drop}
            if after != self._held:
                _write(self._path, after)
                self._held = after


def own_logs(desk: Desk) -> tuple[str, ...]:
    """The log that is written here and those it goes on for."""
    return (*(str(head.log) for head in desk.record.lineage()), str(desk.record.log))


def check_found(desk: Desk, held: Held) -> None:
    """A deed found on the disk at the start was done here, and before now. Raises Refused."""
    if held.log and held.log not in own_logs(desk):
        raise Refused(
            tr("It was done in another record, not in this one."),
            tr("Nothing is recorded. Where it was done here too, do it again."),
        )
    if held.at > desk.clock.now() + CLOCK_SLACK:
        raise Refused(
            tr("It says that it was done later than now."), tr("Check this computer's clock, then do it again.")
        )


def _write(path: Path, held: Mapping[str, Held]) -> None:
    aside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8") as file:
            json.dump([_plain(one) for one in held.values()], file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)  # noqa: PTH105 - one call that overwrites on Windows too
    except OSError as error:
        raise DraftsNotKept(
            tr("What you did could not be kept: {strerror}.").format(strerror=error.strerror),
            tr("Nothing is recorded. Free space, then do it again."),
        ) from error


def _read(path: Path) -> tuple[list[Held], Path | None]:
    """The deeds on disk. A damaged file is set aside: it must not stop the program, nor be thrown away."""
    try:
        return [_held(plain) for plain in json.loads(path.read_text(encoding="utf-8"))], None
    except FileNotFoundError:
        return [], None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        if not path.exists():
            return [], None
        aside = path.with_suffix(".damaged")
        number = 1
        while aside.exists():  # what an earlier start set aside stays
            number += 1
            aside = path.with_suffix(f".{number}.damaged")
        try:
            path.rename(aside)
        except OSError:  # held open, or not ours to move: it stays where it is until the next deed
            return [], path
        return [], aside


def _plain(held: Held) -> dict[str, Any]:
    arguments = {name: _told(value) for name, value in held.arguments.items()}
    return asdict(replace(held, arguments={}, typed={})) | {
        "at": stamp(held.at),
        "arguments": arguments,
        "typed": {alert: dict(fields) for alert, fields in held.typed.items()},
    }


def _held(plain: dict[str, Any]) -> Held:
    arguments = {name: _meant(value) for name, value in plain["arguments"].items()}
    rest = {"at": from_stamp(plain["at"]), "arguments": arguments}
    return Held(**plain | rest | {"alerts": tuple(plain["alerts"]), "prints": tuple(plain["prints"])})


def _told(value: Any) -> Any:
    """A value as JSON has it; times and days are named as what they are."""
    if isinstance(value, datetime):
        return {"$moment": stamp(value)}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): _told(one) for key, one in value.items()}
    return [_told(one) for one in value] if isinstance(value, list | tuple) else value


def _meant(value: Any) -> Any:
    if isinstance(value, list):
        return [_meant(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$moment"}:
        return from_stamp(value["$moment"])
    if set(value) == {"$day"}:
        return date.fromisoformat(value["$day"])
    return {key: _meant(one) for key, one in value.items()}
