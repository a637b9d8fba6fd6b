"""Acknowledge many alerts at once, or judge many not applicable: one transaction, and never what needs one look each.

A Red (by its rule or by a person), an alert without a rating, one whose level and text disagree and one that waits for
a person's judgement are never taken along. Each is named, and nothing is recorded until the rest is asked for alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msat.errors import Refused
from msat.projections.alert_state import TEXT_MISSING, AlertState
from msat.projections.closing import is_level_undecided
from msat.services import deeds
from msat.services.applies import REASONS, reasons_for
from msat.services.desk import Changes, Desk, Person
from msat.services.reasons import recorded
from msat.triage.model import Priority

MOST = 200
MOST_NAMED = 12


class Bulk(StrEnum):
    """What can be done with many alerts at once."""

    ACKNOWLEDGE = "acknowledge"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An alert that is not taken along, and why, in words."""

    key: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Check:
    """What of a choice can be done at once, and what is left out."""

    fit: tuple[AlertState, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of "the other N": what a second call may be given."""
        return tuple(str(state.key) for state in self.fit)

    @property
    def words(self) -> str:
        """Who is left out and why, in sentences; empty when nobody is."""
        named = [f"{one.name} {one.why}" for one in self.left_out[:MOST_NAMED]]
        more = len(self.left_out) - MOST_NAMED
        return "; ".join(named) + (f"; and {more} more" if more > 0 else "") + "." if named else ""


def check(desk: Desk, refs: Sequence[str], what: Bulk) -> Check:
    """Which of these alerts can be taken along; an alert named twice counts once. Records nothing.

    Raises Refused for an unknown alert, for none at all and for more than 200.
    """
    if not refs:
        raise Refused("No alert was chosen.", "Choose the alerts.")
    if len(refs) > MOST:
        raise Refused(f"{len(refs)} alerts are more than {MOST} at once.", "Do it in parts.")
    states = {state.key: state for state in (deeds.find(desk, ref) for ref in refs)}
    why = {key: _why_not(state, what) for key, state in states.items()}
    return Check(
        tuple(state for key, state in states.items() if not why[key]),
        tuple(LeftOut(key, deeds.name_of(state), why[key]) for key, state in states.items() if why[key]),
    )


def acknowledge(
    desk: Desk, refs: Sequence[str], person: Person, note: str = "", happened: datetime | None = None
) -> Changes:
    """Records that `person` has seen all of these alerts, in one transaction.

    Raises Refused, naming them, when some cannot be taken along: then nothing is recorded, and the others are asked
    for again by themselves.
    """
    fit = _all_fit(desk, refs, Bulk.ACKNOWLEDGE)
    note = deeds.checked_text(note, "note")
    made = [
        (state, deeds.Deed("alert.acknowledged", {"note": note}, f"Acknowledged {deeds.name_of(state)}."))
        for state in fit
    ]
    return _said(deeds.record_all(desk, made, person, happened), "Acknowledged", fit)


def not_applicable(
    desk: Desk,
    refs: Sequence[str],
    reason: str,
    note: str,
    person: Person,
    happened: datetime | None = None,
) -> Changes:
    """Records that none of these alerts applies here, for one reason, in one transaction.

    `reason` is a code of `reasons_for(False, desk.knowledge)`; "other" needs a note. Raises Refused as `acknowledge`.
    """
    codes = reasons_for(False, desk.knowledge)
    if reason not in codes:
        raise Refused(f"“{reason}” is not a reason for “does not apply”.", f"Use one of: {', '.join(codes)}.")
    fit = _all_fit(desk, refs, Bulk.NOT_APPLICABLE)
    note = deeds.required_text(note, "note") if reason == "other" else deeds.checked_text(note, "note")
    data = {"applies": False, "reason": recorded(reason, codes, REASONS), "note": note}
    made = [
        (
            state,
            deeds.Deed(
                "applicability.decided",
                data,
                f"Decided that {deeds.name_of(state)} does not apply here: {codes[reason].lower()}.",
            ),
        )
        for state in fit
    ]
    return _said(deeds.record_all(desk, made, person, happened), "Judged not applicable:", fit)


def _all_fit(desk: Desk, refs: Sequence[str], what: Bulk) -> tuple[AlertState, ...]:
    found = check(desk, refs, what)
    if not found.left_out:
        return found.fit
    if not found.fit:
        raise Refused(f"None of them can be done at once: {found.words}", "Deal with them one by one.")
    many = f"the other {len(found.fit)}" if len(found.fit) > 1 else "the other one"
    raise Refused(
        f"Nothing was recorded, for {len(found.left_out)} cannot be taken along: {found.words}",
        f"Choose {many} alone, and deal with the rest one by one.",
    )


def _said(changes: Changes, verb: str, states: Sequence[AlertState]) -> Changes:
    many = f"{len(states)} alert{'' if len(states) == 1 else 's'}"
    first, last = changes.entries[0].seq, changes.entries[-1].seq
    entries = f"Entry {first}" if first == last else f"Entries {first} to {last}"
    return Changes(changes.alerts, changes.entries, words=f"{verb} {many}. {entries}.")


def _why_not(state: AlertState, what: Bulk) -> str:
    """Why an alert is not taken along; empty when it is."""
    if Priority.RED in (state.rag, state.rule_rag):
        return "is Red" if state.rag is Priority.RED else "is Red by its rule"
    if state.rag is None:
        return "has no priority yet"
    if is_level_undecided(state):
        return "is marked “mixed level”"
    settled = state.judged.flags if state.judged and not state.judged.stale else ()
    if "needs-a-person" in state.flags and "needs-a-person" not in settled:
        return "needs a person's judgement"
    if TEXT_MISSING in state.flags:
        return "has no text here to be read"
    if not state.is_open:
        return "is closed"
    if what is Bulk.ACKNOWLEDGE and state.acknowledged:
        return f"was acknowledged already by {state.acknowledged.by}"
    return ""
