"""What people arranged about an alert beside answering it: whose it is, put off, proven, looked at again. Plain values.

Parts of `alert_state.AlertState`, which `fold.py` computes from entries; nothing here is the only copy of anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msat.triage.model import Priority


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
    log: str = ""
    """The log that holds the entry: `seq` is a number of that log."""


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
class Arranged:
    """One assignment, deferral or end of a deferral that still counts; `owner` and `deferral` follow from them all."""

    type: str
    deed: Deed
    owner: str = ""
    deputy: str = ""
    until: datetime | None = None
    approver: str = ""
    reason: str = ""
    rag: str = ""
    """The alert's priority when it was recorded."""
    limit: datetime | None = None
    """The notice's own time limit then."""


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
    looked: bool = False
    """A person looked through what cannot be read as text and found no patient details."""
    unread: tuple[str, ...] = ()
    """What could not be read as text: "3 pictures", "a password keeps it locked"."""


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
    search: str = ""
    """The name of the search, as it is called in the clinical system."""

    @property
    def rose(self) -> bool:
        """Whether more were found, or more of them still take it, than before."""
        was, now = dict(self.before), dict(self.after)
        return any(step in was and step in now and now[step] > was[step] for step in ("found", "active"))


@dataclass(frozen=True, slots=True)
class Reopened:
    """The last time that closed work was opened again, and why: shown until it is signed again."""

    reason: str
    deed: Deed
    cause: str = ""
    """`change` (the notice changed), `recheck` (a search found more than before), else empty: a person chose to."""
    round_from: int = 0
    """How many lines of the history came before this round of the work: searches counted since then are those that are
    run again. A re-check that found more goes on with its round; any other re-opening begins a new one."""


@dataclass(frozen=True, slots=True)
class CarriedAnswer:
    """One answer that was given to an alert whose place this one takes. It answers nothing here."""

    action: str
    text: str
    answer: str
    by: str
    role: str
    happened: datetime
    entry: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What was recorded for the alert that this one replaced, as it stood when it was replaced."""

    key: str
    """The older alert's key: everything stays recorded there."""
    reference: str
    status: str
    answers: tuple[CarriedAnswer, ...]
    recorded: datetime
    entry: str


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
    stale: str = ""
    """Why it settles nothing any more: the notice has changed since in a way that matters. Empty while it stands."""


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
    agreed: datetime | None = None
    """When it was agreed there (UTC); the newest stands, whichever came here first."""
    id: str = ""
    """The entry that it was first recorded in, there: what tells one plan from another."""
    log: str = ""
    """The record it came from, where it is another organisation's; empty for one of our own."""
    ods: str = ""


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


NO_OUTCOME = "No outcome was recorded."


@dataclass(frozen=True, slots=True)
class Discussed:
    """A meeting that took the alert up: which, when (ISO date), under which minute, with what outcome."""

    meeting: str
    on: str
    minute: str
    outcome: str
    """Empty only where it was recorded before an outcome had to be given."""
    deed: Deed
    struck: str = ""
    owner: str = ""
    """Who sees to what was decided: a name or a role. Empty where nothing is to be followed up."""
    due: str = ""
    """ISO date by which it is to be done; empty where the meeting gave none."""
    id: str = ""
    """The entry that it was first recorded in: what tells one decision from another, corrected or not."""

    @property
    def outcome_words(self) -> str:
        """The outcome, or that there is none: nobody may take silence for “nothing to do”."""
        return self.outcome or NO_OUTCOME


@dataclass(frozen=True, slots=True)
class DecisionDone:
    """What a meeting had decided is done: which decision (`Discussed.id`), with what came of it."""

    decision: str
    note: str
    deed: Deed
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Lowering:
    """What an alert is lowered to while it stands recorded that the thing is not held or not prescribed here."""

    rag: Priority
    text: str
    rule: str
    basis: str
    reviewed: str
