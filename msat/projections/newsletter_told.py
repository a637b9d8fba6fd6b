"""What the newsletter told of one alert: the issues sent that held it, as lines of its history and as an answer. Pure.

An entry that an issue was sent is about no alert; here it is read from the side of one. Answers nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msat.clock import say_date
from msat.projections.alert_state import AlertState, HistoryLine
from msat.projections.general import General
from msat.projections.newsletter_issues import SENT
from msat.projections.newsletter_waiting import NEWSLETTER_ACTION
from msat.projections.values import moment, text, texts

MOST_NAMED = 6
"""Sendings that an answer names one by one, the newest."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One sending that stands: which issue, when (UTC), to whom, by which entry."""

    issue: str
    sent: datetime
    audiences: tuple[str, ...]
    entry: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person can answer the action for a newsletter item with. `tellings`: the oldest first."""

    code: str
    tellings: tuple[Telling, ...]

    @property
    def sent(self) -> datetime:
        """When it was told the last time, UTC."""
        return self.tellings[-1].sent

    @property
    def note(self) -> str:
        """`Told in the newsletter “November 2026”, sent 3 November 2026 to prescribers.`"""
        told = "; ".join(
            f"“{issue}”, sent {day} to {', '.join(whom)}" for issue, day, whom in grouped(self.tellings[-MOST_NAMED:])
        )
        more = len(self.tellings) - MOST_NAMED
        return f"Told in the newsletter {told}{f'; {more} earlier' if more > 0 else ''}."


def sendings(recorded: Iterable[General], key: str) -> tuple[General, ...]:
    """The entries of issues sent that held the alert, also those that no longer stand, in the order recorded."""
    return tuple(one for one in recorded if one.type == SENT and key in texts(one.data, "alerts"))


def grouped(tellings: Sequence[Telling]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Issue, day and readers: those of one issue and one day together."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in tellings:
        found.setdefault((one.issue, say_date(one.sent)), {}).update(dict.fromkeys(one.audiences))
    return tuple((issue, day, tuple(whom)) for (issue, day), whom in found.items())


def offer(state: AlertState, sent: Sequence[General]) -> Offer | None:
    """How the action for a newsletter item can be answered; None where the alert has no such action, where it is
    answered, and where no issue told of the alert as it is since its last change that matters."""
    action = next((one for one in state.actions if one.code == NEWSLETTER_ACTION), None)
    if action is None or action.is_answered:
        return None
    changed = [version.recorded for version in state.versions[1:] if version.material]
    since = max(changed, default=None)
    told = [_telling(one) for one in sent if not one.struck]
    standing = sorted((one for one in told if since is None or one.sent >= since), key=lambda one: one.sent)
    return Offer(action.code, tuple(standing)) if standing else None


def with_sendings(state: AlertState, sent: Sequence[General]) -> AlertState:
    """The alert with the issues that told of it among the lines of its history, each where it was recorded."""
    if not sent:
        return state
    own = [(one.recorded, 0, at, one) for at, one in enumerate(state.history)]
    more = [(one.deed.recorded, 1, at, _line(one)) for at, one in enumerate(sent)]
    latest = datetime.min.replace(tzinfo=own[0][0].tzinfo) if own else None
    placed = []
    for recorded, kind, at, line in own:
        # The alert's own lines keep their order, whatever the clocks of several workstations said.
        latest = max(latest, recorded) if latest else recorded
        placed.append((latest, kind, at, line))
    lines = sorted((*placed, *more), key=lambda one: one[:3])
    return replace(state, history=tuple(line for _when, _kind, _at, line in lines))


def _telling(one: General) -> Telling:
    issue = text(one.data, "title") or text(one.data, "issue")
    return Telling(issue, moment(one.data, "sent") or one.deed.happened, texts(one.data, "audiences"), one.deed.entry)


def _line(one: General) -> HistoryLine:
    told, deed = _telling(one), one.deed
    words = f"Told {', '.join(told.audiences) or 'readers'} in the newsletter “{told.issue}”."
    return HistoryLine(
        deed.entry, deed.seq, SENT, deed.recorded, deed.happened, deed.by, deed.role, words,
        struck=one.struck, log=deed.log,
    )  # fmt: skip
