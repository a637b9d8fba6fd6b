"""One alert from published to re-checked: every entry and every date that counts, in order of happening. Pure.

Tells nothing that the state does not hold. What was corrected stays in its place, struck, with what took its place
named; what has not come yet (a time limit, the next look) stands at the end of its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from msat.clock import london, say_limit, say_moment
from msat.projections.alert_state import AlertState, HistoryLine
from msat.projections.stations import number_of, station_of
from msat.projections.work_state import Evidence

KINDS = {
    "alert.received": "Received",
    "alert.source_added": "Received",
    "alert.revised": "Changed by its publisher",
    "alert.withdrawn": "Withdrawn",
    "alert.superseded": "Replaced",
    "alert.page_gone": "Page gone",
    "alert.triaged": "Priority",
    "priority.overridden": "Priority",
    "alert.judged": "Priority",
    "alert.acknowledged": "Acknowledged",
    "applicability.decided": "Decided",
    "action.answered": "Answered",
    "place.checked": "Checked",
    "search.counted": "Counted",
    "alert.assigned": "Assigned",
    "alert.deferred": "Deferred",
    "alert.resumed": "Taken up again",
    "evidence.attached": "Evidence",
    "evidence.carried": "Evidence",
    "plan.agreed": "Agreed locally",
    "decision_support.live": "Decision support",
    "alert.discussed": "Discussed",
    "decision.done": "Decision done",
    "newsletter.issue_sent": "Newsletter",
    "alert.signed_off": "Signed off",
    "alert.reopened": "Re-opened",
    "recheck.done": "Re-checked",
    "entry.corrected": "Corrected",
}
"""What each type of entry is called in a timeline; a type that is not here is "Recorded"."""
PUBLISHED, LIMIT, PUT_OFF, NEXT = "Published", "Time limit", "Deferred until", "Next look due"
TIMED = frozenset({"alert.acknowledged", "applicability.decided", "alert.signed_off", "recheck.done"})
"""The deeds whose distance to the time limit is told."""
IN_DAYS = 3
"""From so many days on a distance is told in days, before that in hours."""
LATE = timedelta(seconds=90)
"""A deed recorded later than this after it was done says both times."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a timeline. `line` is the entry's line; None for a date that follows from the alert."""

    at: datetime
    kind: str
    words: str
    by: str = ""
    """Who, in which role, on which workstation where it was another one."""
    number: str = ""
    """The entry's number; empty for what is no entry."""
    late: str = ""
    """When it was recorded, where that was later than done."""
    to_limit: str = ""
    """How long before or after the time limit."""
    struck: str = ""
    is_ahead: bool = False
    line: HistoryLine | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole of it for somebody who hears it."""
        struck = f"No longer stands: {self.struck}" if self.struck else ""
        entry = f"Entry {self.number}" if self.number else ""
        parts = (say_moment(self.at), self.kind, self.words, entry, self.by, self.late, self.to_limit, struck)
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def timeline(state: AlertState, own: str, now: datetime) -> tuple[Moment, ...]:
    """The points of `state` as at `now`, oldest first. `own` is the log that is written here."""
    entries = [_entry(state, line, own) for line in state.history]
    dates = _dates(state, now)
    order = {id(one): at for at, one in enumerate(entries)}
    return tuple(sorted((*entries, *dates), key=lambda one: (one.at, order.get(id(one), len(order)))))


def _entry(state: AlertState, line: HistoryLine, own: str) -> Moment:
    limit = state.due.at if state.due else None
    is_late = abs(line.recorded - line.happened) > LATE
    return Moment(
        at=line.happened,
        kind=KINDS.get(line.type, "Recorded"),
        words=line.text,
        by=", ".join(part for part in (line.by, line.role, station_of(line, own)) if part),
        number=number_of(line, own),
        late=f"recorded {say_moment(line.recorded)}" if is_late else "",
        to_limit=distance(line.happened, limit) if limit and line.type in TIMED and not line.struck else "",
        struck=line.struck,
        line=line,
        evidence=tuple(one for one in state.evidence if one.deed.entry == line.entry),
    )


def _dates(state: AlertState, now: datetime) -> list[Moment]:
    found = []
    if state.published is not None:
        found.append(Moment(state.published, PUBLISHED, "The publisher’s own time of publication."))
    if state.due is not None and state.due.at is not None:
        said = f"To be finished by {say_limit(state.due.at)}. {state.due.why}".strip()
        found.append(Moment(state.due.at, LIMIT, said, is_ahead=state.due.at > now))
    put_off = state.deferral
    if put_off is not None:
        said = f"Approved by {put_off.approver}: {put_off.reason}"
        found.append(Moment(put_off.until, PUT_OFF, said, is_ahead=put_off.until > now))
    if state.recheck_due is not None:
        said = "A search is to be run again."
        found.append(Moment(state.recheck_due, NEXT, said, is_ahead=state.recheck_due > now))
    return found


def distance(at: datetime, limit: datetime) -> str:
    """`3 hours before the time limit`, `4 days after the time limit`: London calendar days, as lists count them."""
    apart = abs(limit - at)
    hours, minutes = apart // timedelta(hours=1), apart.seconds // 60 % 60
    days = abs((london(limit).date() - london(at).date()).days)
    number, unit = (days, "day") if apart.days >= IN_DAYS else (hours, "hour") if hours else (minutes, "minute")
    said = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{said} {'before' if at <= limit else 'after'} the time limit"
