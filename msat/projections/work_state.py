"""What people arranged about an alert beside answering it: whose it is, put off, proven, looked at again. Plain values.

Parts of `alert_state.AlertState`, which `fold.py` computes from entries; nothing here is the only copy of anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did something, when it was done and when it was recorded (UTC), in which entry."""

    by: str
    role: str
    happened: datetime
    recorded: datetime
    entry: str
    seq: int
    corrected: str = ""
    """Empty, or "corrected by NAME on DATE: reason". The deed stays that of the person who did it: correcting a
    slip never makes somebody a signatory."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who looks after an alert, and who does while the owner is away. Empty names: nobody in particular."""

    name: str
    deputy: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Deferral:
    """Put off until a moment (UTC), with somebody's approval. It ends by itself at `until`."""

    until: datetime
    approver: str
    reason: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file kept as evidence under its SHA-256. `action` is empty when it is for the alert as a whole."""

    name: str
    sha256: str
    size: int
    media_type: str
    action: str
    note: str
    deed: Deed
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Recheck:
    """A search to be run again some months after the work was done; `deed` once it has been."""

    months: int
    due: datetime
    before: tuple[tuple[str, int], ...] = ()
    """The funnel of the search that it repeats."""
    deed: Deed | None = None
    after: tuple[tuple[str, int], ...] = ()
    """The funnel as counted this time."""
    note: str = ""
    struck: str = ""

    @property
    def rose(self) -> bool:
        """Whether more were found, or more of them still take it, than before."""
        was, now = dict(self.before), dict(self.after)
        return any(step in was and step in now and now[step] > was[step] for step in ("found", "active"))


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person decided about an alert of the review list: one that no rule covers, or whose reading is unsure."""

    flags: tuple[str, ...]
    """The flags that the decision settles."""
    rag: str
    reason: str
    deed: Deed
    local_rule: str = ""
    """The local rule made of the decision, where one was."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was agreed locally about an alert: shown beside what the rule says, never in its place."""

    rag: str
    actions: tuple[str, ...]
    """Sentences, a verb first."""
    due: datetime | None
    minute: str
    note: str
    by: str
    """The organisation that agreed it."""
    deed: Deed
    struck: str = ""


@dataclass(frozen=True, slots=True)
class DecisionSupport:
    """A message of a decision-support system (OptimiseRx, ScriptSwitch) about this alert, live since a day."""

    system: str
    message: str
    """The message's id in that system."""
    live: str
    """ISO date."""
    is_national: bool
    note: str
    deed: Deed
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Discussed:
    """A meeting that took the alert up: which, when (ISO date), under which minute, with what outcome."""

    meeting: str
    on: str
    minute: str
    outcome: str
    deed: Deed
    struck: str = ""
