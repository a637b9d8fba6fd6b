"""Rehearse a deed: run it to the point of recording and no further, so that it is refused at once or can wait.

A deed held back for a moment (so that a slip can be taken back) is checked as if everything held before it were
recorded. `prints` tells later, after a crash, whether a deed had reached the record; nothing here writes to it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msat.clock import FixedClock, stamp
from msat.projections.ahead import ahead
from msat.projections.alert_state import AlertState
from msat.record.entries import Draft, Entry
from msat.services.desk import Changes, Desk, Person

Deed = Callable[[Desk, Person], Changes]


class _Reached(Exception):
    """The deed came to the record: every check before it was passed."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        super().__init__()
        self.drafts = tuple(drafts)


class _Stage:
    """A record that is read as it is and refuses nothing; what is to be appended is only looked at."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def append(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        raise _Reached(drafts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


class _Ahead:
    """Views in which what is held already counts."""

    def __init__(self, desk: Desk, held: Sequence[Draft], now: datetime) -> None:
        self._views, self._held, self._log, self._now = desk.views, held, desk.record.log, now

    def alert(self, key: str) -> AlertState | None:
        return self._after(self._views.alert(key))

    def find(self, reference: str) -> AlertState | None:
        return self._after(self._views.find(reference))

    def _after(self, state: AlertState | None) -> AlertState | None:
        return None if state is None else ahead(state, self._held, self._log, self._now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._views, name)


def rehearse(desk: Desk, deed: Deed, person: Person, at: datetime, held: Sequence[Draft] = ()) -> tuple[Draft, ...]:
    """What `deed`, done at `at` (UTC), would record after everything in `held`; empty when it records nothing.

    Raises whatever the deed raises: Refused for what the record must not take.
    """
    stage: Any = _Stage(desk.record)
    views: Any = _Ahead(desk, held, at)
    try:
        deed(replace(desk, record=stage, views=views, clock=FixedClock(at)), person)
    except _Reached as reached:
        return reached.drafts
    return ()


def carry_out(desk: Desk, deed: Deed, person: Person, at: datetime) -> Changes:
    """Records `deed` now as done at `at` (UTC): its entries tell both moments. Raises whatever the deed raises."""
    return deed(replace(desk, clock=FixedClock(at)), person)


def prints(drafts: Iterable[Draft]) -> tuple[str, ...]:
    """What tells the entries of these drafts from all others: who did what, to which alert, and when."""
    return tuple(
        _print(draft.type, draft.about, draft.actor.name, draft.actor.role, draft.happened, draft.data)
        for draft in drafts
    )


def is_recorded(desk: Desk, wanted: Sequence[str], log: str, size: int) -> bool:
    """Whether one of the entries that `prints` named is in `log` behind entry `size`: then all of them are."""
    if not wanted:
        return False
    named = frozenset(wanted)
    return any(_print_of(entry) in named for entry in desk.record.entries(_log(log), after=size))


def _log(log: str) -> Any:
    return log or None


def _print_of(entry: Entry) -> str:
    actor, happened = entry.content.get("actor", {}), entry.content.get("happened", "")
    return _hashed([entry.type, entry.about, actor.get("name"), actor.get("role"), happened, entry.data])


def _print(kind: str, about: str | None, name: str, role: str, happened: datetime | None, data: Any) -> str:
    return _hashed([kind, about, name, role, stamp(happened) if happened else "", dict(data)])


def _hashed(what: list[Any]) -> str:
    said = json.dumps(what, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=dict)
    return hashlib.sha256(unicodedata.normalize("NFC", said).encode("utf-8")).hexdigest()
