"""What is known and done about one alert: the state that every screen and export shows. Plain values.

`fold.py` computes it from entries; nothing here is ever the only copy of anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msat.actions.model import AnswerKind
from msat.ids import AlertKey
from msat.projections import closing
from msat.projections.turns import last_word
from msat.projections.work_state import (
    Arranged,
    Carried,
    DecisionDone,
    DecisionSupport,
    Deed,
    Deferral,
    Discussed,
    Evidence,
    Judged,
    Lowering,
    Owner,
    Plan,
    Recheck,
    Reopened,
)
from msat.triage.model import Due, Priority, Reason

NOT_CHECKED = "not checked"
NIL = "nil"
CHECKED = "checked"
TEXT_MISSING = "text-missing"
"""A flag that the views add: the notice's stored text is missing or cannot be read."""


class Status(StrEnum):
    """Progress: derived, never typed."""

    NOT_ACKNOWLEDGED = "not acknowledged"
    IN_HAND = "in hand"
    SECOND_PERSON = "waiting for a second person"
    """Signed off (or "does not apply") on a Red by one person; a second must confirm."""
    OVERDUE = "overdue"
    DEFERRED = "deferred"
    """Put off until a day, with an approver; afterwards it is what it was."""
    RECHECK = "re-check due"
    """Done, and its search is to be run again by now."""
    DONE = "done"
    NOT_APPLICABLE = "not applicable"
    SUPERSEDED = "superseded"
    """Another alert has taken its place: closed, with a link; what was recorded stays."""
    HISTORIC = "historic, review"
    """E12: its deadline had passed before it was received here. Never called overdue."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer given to an action. A corrected or replaced answer stays, with what struck it out."""

    value: str
    """`yes`, `no`, `nil`, `not answered`; `checked` for places and funnels."""
    deed: Deed
    note: str = ""
    count: int | None = None
    struck: str = ""
    """Empty while it stands; else why it no longer does ("corrected by ...: reason")."""
    funnel: tuple[tuple[str, int], ...] = ()
    """The steps of a search's funnel that were given, in their order."""
    search: str = ""
    """What the search is called; `run_on` is the ISO day it was run, `unchanged_reason` why people stay as they are."""
    run_on: str = ""
    unchanged_reason: str = ""


@dataclass(frozen=True, slots=True)
class PlaceCheck:
    """A place searched for stock. `result` is `nil`, `quantity` or `not checked`."""

    place: str
    result: str
    quantity: int | None = None
    batch: str = ""
    note: str = ""
    deed: Deed | None = None
    struck: str = ""
    initials: str = ""

    @property
    def is_checked(self) -> bool:
        return self.deed is not None and self.result != NOT_CHECKED


@dataclass(frozen=True, slots=True)
class ActionState:
    """A recommended action and what was answered."""

    code: str
    text: str
    answer: AnswerKind
    due: datetime | None
    required: bool
    help: str = ""
    words: str = ""
    answers: tuple[Answer, ...] = ()
    """As recorded, oldest first. Of those that are not struck the last stands (of several logs: `turns.py`)."""
    places: tuple[PlaceCheck, ...] = ()
    """Every place asked for or checked, each with the check that stands."""
    funnel: tuple[tuple[str, int], ...] = ()
    asked: tuple[str, ...] = ()
    """The places that the triage asked for; `places` may hold more."""
    checks: tuple[PlaceCheck, ...] = ()
    """Every check of a place, oldest first, struck ones included."""

    @property
    def standing(self) -> Answer | None:
        """The answer that stands, or None."""
        return last_word((a for a in self.answers if not a.struck), lambda answer: answer.deed)

    @property
    def status(self) -> str:
        """`not answered`, `yes`, `no`, `nil`, `checked`, or `in part` (some places still unchecked)."""
        checked = [place.is_checked for place in self.places]
        if any(checked) and not all(checked):
            return "in part"
        standing = self.standing
        return standing.value if standing else "not answered"

    @property
    def is_answered(self) -> bool:
        return self.status not in ("not answered", "in part")


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A page that tells of this alert. `name` is what people called its source when the page was read."""

    source: str
    path: str
    url: str
    title: str
    withdrawn: str = ""
    """The publisher's explanation, once it has withdrawn this page."""
    name: str = ""

    @property
    def called(self) -> str:
        """The source for people: its name, else its id."""
        return self.name or self.source


@dataclass(frozen=True, slots=True)
class VersionState:
    """One version of what a source said."""

    number: int
    version: str
    """SHA-256 of the stored version document."""
    source: str
    recorded: datetime
    changes: tuple[str, ...] = ()
    """Differences from the version before, in words; empty for the first."""
    material: bool = False


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the history: an entry in words."""

    entry: str
    seq: int
    type: str
    recorded: datetime
    happened: datetime
    by: str
    role: str
    text: str
    struck: str = ""
    corrects: str = ""
    """The id of the entry that this one corrects."""
    log: str = ""
    """The log that holds the entry: `seq` is a number of that log."""


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether it applies here, by whom and why. `confirmed` is the second person on a Red."""

    applies: bool
    reason: str
    note: str
    deed: Deed
    confirmed: Deed | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """A completion: first signature and, on a Red, the second."""

    deed: Deed
    statement: str
    second: Deed | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One deed on the alert as a whole that still counts: what `acknowledged`, `applicability`, `sign_off` and
    `override` follow from. `type` is the type of the entry that it was first recorded in."""

    type: str
    deed: Deed
    applies: bool = False
    rag: Priority | None = None
    """The priority chosen; for a signature, the alert's priority when it was signed."""
    reason: str = ""
    """The reason, or the statement signed."""
    note: str = ""
    flags: tuple[str, ...] = ()
    """What a decision from the review list settles (`projections.review_list`)."""
    local_rule: str = ""
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Another alert that a notice names, and the words it does so with."""

    reference: str
    words: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """Which alert has taken the place of this one, in whose words, and where that is recorded."""

    by: str
    """The newer alert's key."""
    reference: str
    words: str
    recorded: datetime
    entry: str
    stands: bool = True
    """False once a person has opened the older alert again."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """Everything recorded about one alert in one organisation."""

    key: AlertKey
    title: str
    family: str
    received: datetime
    reference: str | None = None
    alert_class: int | None = None
    level: str | None = None
    level_words: str = ""
    issued: str | None = None
    """ISO date or time, as the notice gives it."""
    published: datetime | None = None
    ends: datetime | None = None
    """The end of the last day on which a Serious Shortage Protocol holds (F24); UTC."""
    company: str = ""
    rule: str = ""
    rules_version: str = ""
    rag: Priority | None = None
    rule_rag: Priority | None = None
    """What the rule said, where a person has chosen another priority."""
    override: Deed | None = None
    override_reason: str = ""
    due: Due | None = None
    counted_from: datetime | None = None
    """The last change that mattered (E01), from which counted limits run; None: they run from issue."""
    reasons: tuple[Reason, ...] = ()
    flags: tuple[str, ...] = ()
    actions: tuple[ActionState, ...] = ()
    sources: tuple[SourceLink, ...] = ()
    versions: tuple[VersionState, ...] = ()
    acknowledged: Deed | None = None
    applicability: Applicability | None = None
    sign_off: SignOff | None = None
    withdrawn: str = ""
    """The publisher's explanation; empty while the notice stands."""
    supersedes: tuple[Named, ...] = ()
    """The alerts whose place this one takes, by its own words. What was recorded for them stays with them."""
    superseded: Superseded | None = None
    """Set once an alert known here has taken its place."""
    names_successor: tuple[Named, ...] = ()
    """The alerts that the notice itself says have taken its place; they may not be known here."""
    said: tuple[Said, ...] = ()
    """Oldest first; what was entered in error or ended by reopening is no longer here, only in the history."""
    history: tuple[HistoryLine, ...] = ()
    owner: Owner | None = None
    deferral: Deferral | None = None
    """The last one that holds and was not ended by a person; past its date it has ended by itself."""
    deferral_asked: Deferral | None = None
    """One that holds once its approver has recorded it too: a Red, beyond the notice's own time limit."""
    arranged: tuple[Arranged, ...] = ()
    """Assignments and deferrals, oldest first, from which the three above follow."""
    evidence: tuple[Evidence, ...] = ()
    rechecks: tuple[Recheck, ...] = ()
    """Those asked for and those done, by their months; only while the work is signed off."""
    judged: Judged | None = None
    plan: Plan | None = None
    """What was agreed locally, the newest that stands; `plans` holds all, in the order they were recorded."""
    plans: tuple[Plan, ...] = ()
    decision_support: tuple[DecisionSupport, ...] = ()
    discussed: tuple[Discussed, ...] = ()
    decisions_done: tuple[DecisionDone, ...] = ()
    reopened: Reopened | None = None
    carried: tuple[Carried, ...] = ()
    """What was recorded for the alerts that this one replaced. None of it answers anything here."""
    if_not_held: Lowering | None = None
    """What the rules lower it to once "not held" or "not prescribed" is recorded; None: nothing lowers it."""
    lowered_from: Priority | None = None
    """What it was, while it is lowered so; `rag` is then the lower one."""
    may_close: tuple[str, ...] = ()
    """The closing rule of the triage: codes of the actions to be answered first; empty: every required one."""

    @property
    def needs_second(self) -> bool:
        """A Red, signed off or judged not applicable by one person only; or what its closing rule wants two for, or
        what this person lowered from Red before."""
        if self.applicability and not self.applicability.applies:
            two = self.rag is Priority.RED or closing.is_lowered_by_closer(self)
            return two and self.applicability.confirmed is None
        return closing.needs_two(self) and self.sign_off is not None and self.sign_off.second is None

    @property
    def is_superseded(self) -> bool:
        """Whether another alert stands in its place."""
        return self.superseded is not None and self.superseded.stands

    def status(self, now: datetime) -> Status:
        """Progress at the moment `now` (aware)."""
        if self.is_superseded and (self.needs_second or not self._is_finished):
            return Status.SUPERSEDED
        if self.needs_second:
            return Status.SECOND_PERSON
        if self.applicability and not self.applicability.applies:
            return Status.NOT_APPLICABLE
        if self.sign_off:
            due = self.recheck_due
            return Status.RECHECK if due is not None and due <= now else Status.DONE
        if self.deferral is not None and now < self.deferral.until and not self.withdrawn:
            return Status.DEFERRED
        if "historic" in self.flags or self.has_ended(now):
            return Status.HISTORIC
        if self.due and self.due.at and self.due.at < now and not self.withdrawn:
            return Status.OVERDUE
        return Status.IN_HAND if self.acknowledged else Status.NOT_ACKNOWLEDGED

    def has_ended(self, now: datetime) -> bool:
        """Whether it ended by itself, as a Serious Shortage Protocol does: from then on it is never called overdue."""
        return self.ends is not None and self.ends < now

    @property
    def recheck_due(self) -> datetime | None:
        """When a search is next to be run again; None when none is."""
        if self.sign_off is None or self.needs_second or self.withdrawn or self.is_superseded:
            return None
        return min((one.due for one in self.rechecks if one.deed is None), default=None)

    def is_open_at(self, now: datetime) -> bool:
        """Whether anybody has something to do at `now`: open, or done with a search to be run again."""
        due = self.recheck_due
        return self.is_open or (due is not None and due <= now)

    @property
    def is_open(self) -> bool:
        """Whether the work itself is still open; a re-check that falls due opens it again (`is_open_at`)."""
        if self.is_superseded:
            return False
        if self.needs_second:
            return True
        return not self._is_finished and not self.withdrawn

    @property
    def _is_finished(self) -> bool:
        """Signed off, or judged not to apply."""
        return self.sign_off is not None or (self.applicability is not None and not self.applicability.applies)

    @property
    def missing(self) -> tuple[str, ...]:
        """What stands between here and sign-off, in words; empty when it may be signed off, or nothing is to be."""
        return closing.missing(self)


needs_answer = closing.needs_answer
