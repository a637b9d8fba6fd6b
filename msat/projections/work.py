"""Folds whose an alert is, whether it is put off, and the files kept as evidence; says who acts while people are away.

Pure. Assignments and deferrals are kept in order and what stands follows from all of them, so taking one out that was
entered in error brings back what it had covered. Days are London days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from msat.clock import say_date
from msat.projections.alert_state import AlertState
from msat.projections.general import General
from msat.projections.triaged import URGENCY
from msat.projections.turns import last_word
from msat.projections.values import data_of, deed_of, flag, moment, same_person, text, texts, whole
from msat.projections.work_state import Arranged, Deed, Deferral, Evidence, Owner
from msat.record.entries import Entry, Json
from msat.triage.model import Priority

ASSIGNED = "alert.assigned"
DEFERRED = "alert.deferred"
RESUMED = "alert.resumed"
ATTACHED = "evidence.attached"
ABSENCE = "absence.recorded"
TYPES = (ASSIGNED, DEFERRED, RESUMED)


def arranged(state: AlertState, entry: Entry) -> AlertState:
    """alert.assigned, alert.deferred, alert.resumed: whose it is, until when it is put off, that it no longer is."""
    limit = state.due.at if state.due else None
    one = Arranged(entry.type, deed_of(entry), rag=state.rag.value if state.rag else "", limit=limit)
    return replace(state, arranged=(*state.arranged, reworded(one, data_of(entry))))


def reworded(one: Arranged, data: Json) -> Arranged:
    """`one` with what `data` says in its place. A deferral keeps the priority and limit that it was given under."""
    return replace(
        one,
        owner=text(data, "owner"),
        deputy=text(data, "deputy"),
        until=moment(data, "until"),
        approver=text(data, "approver"),
        reason=text(data, "reason") or text(data, "note"),
    )


def undeferred(state: AlertState) -> AlertState:
    """`state` without its deferrals: the notice changed in a way that matters, or the work was opened again."""
    return replace(state, arranged=tuple(one for one in state.arranged if one.type == ASSIGNED))


def heeded(state: AlertState, entry: Entry) -> AlertState:
    """`state` without its deferrals where `entry` says that something has changed since they were given."""
    if entry.type == "alert.reopened" or flag(data_of(entry), "material"):
        return undeferred(state) if state.arranged else state
    return state


def settled(state: AlertState) -> AlertState:
    """`state` with the owner and the deferral that stand.

    A deferral does not hold for a Red that nobody has acknowledged, nor once the alert is more urgent than it was
    when the deferral was given: putting off is for what somebody has seen, as it was seen.
    """
    if not state.arranged and state.owner is None and state.deferral is None and state.deferral_asked is None:
        return state
    stands, asked = _deferrals(state.arranged)
    seen = state.acknowledged is not None or state.rag is not Priority.RED
    held = stands is not None and seen and URGENCY[state.rag] >= URGENCY[_priority(stands)]
    return replace(
        state,
        owner=_owner(state.arranged),
        deferral=_deferral(stands) if stands is not None and held else None,
        deferral_asked=_deferral(asked) if asked is not None else None,
    )


def needs_approval(rag: str, until: datetime, limit: datetime | None) -> bool:
    """Whether putting off until then must be recorded by the approver too: a Red, beyond the notice's own limit.

    A Red without a limit is to be dealt with at once, so that any day is beyond it.
    """
    return rag == Priority.RED and (limit is None or until > limit)


def is_past_limit(state: AlertState, deferral: Deferral) -> bool:
    """Whether an alert is put off beyond the notice's own time limit."""
    return state.due is not None and state.due.at is not None and deferral.until > state.due.at


def _owner(arranged: Iterable[Arranged]) -> Owner | None:
    last = last_word((one for one in arranged if one.type == ASSIGNED), lambda one: one.deed)
    return Owner(last.owner, last.deputy, last.deed) if last is not None and last.owner else None


def _deferrals(arranged: Iterable[Arranged]) -> tuple[Arranged | None, Arranged | None]:
    """The deferral that stands, and the one that waits for its approver."""
    stands: Arranged | None = None
    asked: Arranged | None = None
    for one in arranged:
        if one.type == RESUMED:
            stands, asked = None, None
        elif one.type != DEFERRED or one.until is None:
            continue
        elif not needs_approval(one.rag, one.until, one.limit):
            stands, asked = one, None
        elif asked is not None and approves(asked, one.deed.by, one.until):
            stands, asked = asked, None
        else:
            asked = one
    return stands, asked


def approves(asked: Arranged | Deferral, by: str, until: datetime) -> bool:
    """Whether `by` recording the same day is the approval that was asked for: from the approver who was named."""
    return asked.until == until and same_person(asked.approver, by) and not same_person(asked.deed.by, by)


def _deferral(one: Arranged) -> Deferral:
    assert one.until is not None  # noqa: S101 - _deferrals leaves out those without
    return Deferral(one.until, one.approver, one.reason, one.deed)


def _priority(one: Arranged) -> Priority | None:
    return Priority(one.rag) if one.rag in set(Priority) else None


# Evidence


def attached(state: AlertState, entry: Entry) -> AlertState:
    """evidence.attached: a file kept under its fingerprint."""
    return replace(state, evidence=(*state.evidence, evidence_of(data_of(entry), deed_of(entry))))


def evidence_of(data: Json, deed: Deed) -> Evidence:
    """The evidence that an entry's data holds."""
    return Evidence(
        name=text(data, "name"),
        sha256=text(data, "sha256"),
        size=whole(data, "size") or 0,
        media_type=text(data, "media_type"),
        action=text(data, "action"),
        note=text(data, "note"),
        deed=deed,
        looked=flag(data, "looked"),
        unread=texts(data, "unread"),
    )


# Who is away


@dataclass(frozen=True, slots=True)
class Absence:
    """One person away from `first` to `last`, both included. `ended` is the day the person was back early."""

    name: str
    first: date
    last: date
    deputy: str
    note: str
    deed: Deed
    ended: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the person is away on this day."""
        return self.first <= day <= self.last and (self.ended is None or day < self.ended)

    @property
    def words(self) -> str:
        """One sentence for people."""
        deputy = f" {self.deputy} stands in." if self.deputy else " Nobody is named to stand in."
        back = f" Back early, on {say_date(self.ended)}." if self.ended else ""
        return f"{self.name} is away from {say_date(self.first)} to {say_date(self.last)}.{back}{deputy}"


def absences(recorded: Iterable[General]) -> tuple[Absence, ...]:
    """The absences that stand, in the order they were recorded."""
    made: dict[str, Absence] = {}
    for one in recorded:
        if one.type != ABSENCE or one.struck:
            continue
        ends = text(one.data, "ends")
        back = _day(one.data, "ended")
        if ends:
            if ends in made and back is not None:
                made[ends] = replace(made[ends], ended=back)
            continue
        first, last = _day(one.data, "from"), _day(one.data, "until")
        if text(one.data, "name") and first and last:
            made[one.deed.entry] = Absence(
                text(one.data, "name"), first, last, text(one.data, "deputy"), text(one.data, "note"), one.deed, back
            )
    return tuple(made.values())


def away(name: str, absent: Iterable[Absence], day: date) -> tuple[Absence, ...]:
    """The absences of this person that cover the day, the last recorded first."""
    return tuple(one for one in reversed(tuple(absent)) if one.covers(day) and same_person(one.name, name))


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts for an owner today. `everybody`: neither owner nor deputy is here, so each person sees it."""

    name: str
    everybody: bool
    words: str

    def is_for(self, person: str) -> bool:
        """Whether the alert is this person's today."""
        return self.everybody or (bool(self.name) and same_person(self.name, person))


def follows(name: str, absent: Sequence[Absence], day: date, deputy: str = "") -> Acting:
    """Who acts today for the owner `name`, whose deputy for the alert is `deputy`.

    While the owner is away: the alert's own deputy, else the deputies named for the leave (of overlapping ones the
    last recorded first), the first who is here. When none is, everybody acts, and the words say so.
    """
    if not name:
        return Acting("", False, "Nobody in particular looks after it.")
    leave = away(name, absent, day)
    if not leave:
        return Acting(name, False, f"{name} looks after it.")
    until = max(one.last for one in leave)
    gone = f"{name} is away until {say_date(until)}"
    named = [one for one in (deputy, *(one.deputy for one in leave)) if one and not same_person(one, name)]
    for one in named:
        if not away(one, absent, day):
            return Acting(one, False, f"{gone}; {one} stands in.")
    why = f"{' and '.join(_once(named))} too" if named else "nobody is named to stand in"
    return Acting("", True, f"{gone}, {why}: everybody sees it.")


def _once(names: Iterable[str]) -> tuple[str, ...]:
    """Each person once."""
    kept: list[str] = []
    for name in names:
        if not any(same_person(name, one) for one in kept):
            kept.append(name)
    return tuple(kept)


def _day(data: Json, name: str) -> date | None:
    try:
        return date.fromisoformat(text(data, name)[:10])
    except ValueError:
        return None
