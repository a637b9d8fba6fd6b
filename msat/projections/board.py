"""The board: every alert in every organisation, with the state each is in and the moment at which it turns. Pure.

A state depends on the time of day: work becomes overdue, a deferral ends, a search is due again. A cell therefore keeps
those moments, and `state_at` says what it is at any of them, exactly as `AlertState.status` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from msat.ids import AlertKey
from msat.projections.alert_state import AlertState, Status
from msat.triage.model import Priority

ORDER = (
    Status.NOT_ACKNOWLEDGED,
    Status.IN_HAND,
    Status.SECOND_PERSON,
    Status.OVERDUE,
    Status.DEFERRED,
    Status.RECHECK,
    Status.DONE,
    Status.NOT_APPLICABLE,
    Status.SUPERSEDED,
    Status.HISTORIC,
)
"""Every state; its place here is the number under which the board keeps it."""

NOT_FINISHED = frozenset({Status.NOT_ACKNOWLEDGED, Status.IN_HAND})


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One alert in one organisation. Moments are UTC; None: that never happens to it by itself."""

    key: AlertKey
    rag: Priority | None
    base: Status
    """What it is before any of the moments below."""
    due: datetime | None = None
    """After this moment, work that is open is overdue, and so is what waits for a second person."""
    until: datetime | None = None
    """Before this moment, work that is open is deferred."""
    ends: datetime | None = None
    """After this moment, what is open is historic: it ended by itself."""
    recheck: datetime | None = None
    """From this moment on, what is done has a search to be run again."""

    def state_at(self, now: datetime) -> Status:
        """The state at a moment (aware)."""
        if self.base is Status.DONE:
            return Status.RECHECK if self.recheck is not None and self.recheck <= now else Status.DONE
        if self.base not in NOT_FINISHED and self.base is not Status.HISTORIC:
            return self.base
        if self.until is not None and now < self.until:
            return Status.DEFERRED
        if self.base is Status.HISTORIC or (self.ends is not None and self.ends < now):
            return Status.HISTORIC
        return Status.OVERDUE if self.due is not None and self.due < now else self.base

    def is_late_at(self, now: datetime) -> bool:
        """Whether it is past its limit with work left to do, as `worklist.is_late`: overdue, or waiting for a second
        person beyond it."""
        if self.base is Status.SECOND_PERSON:
            return self.due is not None and self.due < now
        return self.state_at(now) is Status.OVERDUE

    def turns_after(self, now: datetime) -> datetime | None:
        """The next moment at which the state may be another one; None when it stays by itself."""
        return min((one for one in (self.due, self.until, self.ends, self.recheck) if one and one >= now), default=None)


def cell_of(state: AlertState) -> BoardCell:
    """What the board keeps of an alert's state."""
    base = _base(state)
    if base is Status.DONE:
        return BoardCell(state.key, state.rag, base, recheck=state.recheck_due)
    if base is Status.SECOND_PERSON:
        has_limit = state.due is not None and not state.withdrawn and "historic" not in state.flags
        return BoardCell(state.key, state.rag, base, state.due.at if state.due and has_limit else None)
    if base not in NOT_FINISHED and base is not Status.HISTORIC:
        return BoardCell(state.key, state.rag, base)
    stands = not state.withdrawn
    due = state.due.at if state.due and stands else None
    until = state.deferral.until if state.deferral and stands else None
    return BoardCell(state.key, state.rag, base, due, until, state.ends)


def _base(state: AlertState) -> Status:
    """The state without any of the moments: what a person did, or that nobody did anything."""
    does_not_apply = state.applicability is not None and not state.applicability.applies
    if state.is_superseded and (state.needs_second or not (state.sign_off or does_not_apply)):
        return Status.SUPERSEDED
    if state.needs_second:
        return Status.SECOND_PERSON
    if does_not_apply:
        return Status.NOT_APPLICABLE
    if state.sign_off:
        return Status.DONE
    if "historic" in state.flags:
        return Status.HISTORIC
    return Status.IN_HAND if state.acknowledged else Status.NOT_ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class BoardAlert:
    """An alert of the board: what stands above its column. `received` is when it first came to any organisation."""

    key: AlertKey
    reference: str
    title: str
    family: str
    rag: Priority | None
    received: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class BoardOrganisation:
    """An organisation of the board. `stamp` says up to where its logs were read; empty: nothing came from it."""

    ods: str
    name: str
    kind: str
    parent: str = ""
    stamp: str = ""

    @property
    def has_replied(self) -> bool:
        return bool(self.stamp)


class Seen(NamedTuple):
    """What is seen of one alert in one organisation."""

    status: Status
    rag: Priority | None
    is_late: bool = False
    """Past its limit: overdue, or waiting for a second person beyond it."""


Cells = Mapping[AlertKey, Seen]
"""What is seen of each alert in one organisation."""
Totals = Mapping[Status, int]
"""How many cells are in each state; a state that none is in is left out."""


class Board(Protocol):
    """Where the cells are kept. Disposable: everything can be computed again from the record."""

    def stamps(self) -> dict[str, str]:
        """Up to where each organisation was read, by ODS code; those of whom nothing came too."""

    def keep(
        self, organisation: BoardOrganisation, alerts: Iterable[BoardAlert], cells: Iterable[BoardCell], now: datetime
    ) -> None:
        """Puts the cells of one organisation in the place of those it had, and adds the alerts that are new."""

    def drop(self, codes: Iterable[str]) -> None:
        """Forgets organisations, with their cells."""

    def organisations(self) -> list[BoardOrganisation]:
        """All of them, by name as people count: “Practice 2” before “Practice 10”."""

    def alerts(self) -> list[BoardAlert]:
        """All of them, the newest first."""

    def by_alert(self, now: datetime) -> dict[AlertKey, Totals]:
        """The totals of every alert."""

    def by_organisation(self, now: datetime) -> dict[str, Totals]:
        """The totals of every organisation, by ODS code."""

    def late_by_alert(self, now: datetime) -> dict[AlertKey, int]:
        """In how many organisations each alert is late (`BoardCell.is_late_at`); those late nowhere are left out."""

    def late_by_organisation(self, now: datetime) -> dict[str, int]:
        """How many alerts are late in each organisation, by ODS code; those with none are left out."""

    def cells(self, codes: Iterable[str], now: datetime) -> dict[str, Cells]:
        """The cells of some organisations."""


def with_late(totals: Totals, late: int) -> Totals:
    """The totals where `late` cells are called overdue: what waits for a second person past its limit as well."""
    waiting = late - totals.get(Status.OVERDUE, 0)
    if waiting <= 0:
        return totals
    moved = {Status.OVERDUE: late, Status.SECOND_PERSON: totals.get(Status.SECOND_PERSON, 0) - waiting}
    return {status: count for status, count in {**totals, **moved}.items() if count}


def summed(many: Iterable[Totals]) -> dict[Status, int]:
    """Totals together: of the organisations of one parent, or of everybody."""
    found: dict[Status, int] = {}
    for totals in many:
        for status, count in totals.items():
            found[status] = found.get(status, 0) + count
    return found
