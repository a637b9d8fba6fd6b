"""Decide open alerts again by the rules now in force, where that comes out differently. A step of its own, on purpose.

Adopting rules changes nothing that was decided. This records new decisions, with the reason; answers stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msat.actions.dry_run import Outcome, Row, directions, ordered
from msat.clock import from_stamp
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.values import data_of, flag, part, parts, priority, text, texts
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.deciding import circumstances, decided, keep_base
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.tailor_outcomes import TRIAGED, last_decision, notice_of
from msat.triage.model import OrganisationKind


@dataclass(frozen=True, slots=True)
class _Again:
    """An open alert that comes out differently now: how, and its decision ready to be recorded."""

    state: AlertState
    row: Row
    data: Mapping[str, Any]
    version: str
    notice: str


def would_change(desk: Desk, progress: Progress | None = None) -> tuple[Row, ...]:
    """The open alerts whose recorded decision is not what the rules in force come to, lowered Reds first."""
    return ordered(one.row for one in _again(desk, progress))


def apply_to_open(desk: Desk, person: Person, reason: str, progress: Progress | None = None) -> Changes:
    """Records the new decision of each of those alerts, in one transaction, with the person's reason.

    Raises Refused when every open alert already stands as the rules in force decide.
    """
    person, reason = deeds.checked_person(person), deeds.required_text(reason, "reason")
    found = list(_again(desk, progress))
    version = desk.knowledge.rules.version
    if not found:
        raise Refused(f"Every open alert already stands as rules {version} decide.", "There is nothing to apply.")
    base = keep_base(desk)
    drafts = [
        Draft(
            type=TRIAGED,
            actor=person.actor(),
            data={**one.data, "rules_file": base, "notice": one.notice or None, "why": reason},
            about=one.state.key,
            version=one.version,
            files=(base, one.notice) if one.notice else (base,),
            happened=desk.clock.now(),
            meaning=f"Rules {version} were applied to {deeds.name_of(one.state)}: {reason}"[:500],
        )
        for one in found
    ]
    entries = desk.record.append(drafts)
    changed = desk.views.catch_up()
    count = "1 open alert" if len(entries) == 1 else f"{len(entries)} open alerts"
    return Changes(changed, entries, words=f"Decided {count} again by rules {version}. Entry {entries[-1].seq}.")


def _again(desk: Desk, progress: Progress | None) -> Iterator[_Again]:
    open_ones = [state for state in desk.views.states() if state.is_open]
    for number, state in enumerate(open_ones, 1):
        one = _decided_again(desk, state)
        if one is not None:
            yield one
        if progress is not None:
            progress("Deciding open alerts again", number, len(open_ones))


def _decided_again(desk: Desk, state: AlertState) -> _Again | None:
    entry, found = last_decision(desk, state), notice_of(desk, state)
    if entry is None or found is None:
        return None
    notice, version, kept = found
    _triage, data = decided(desk, notice, circumstances(desk, state, state.counted_from))
    before, after = _outcome(data_of(entry)), _outcome(data)
    differs = directions(before, after)
    if not differs:
        return None
    kind = OrganisationKind(desk.record.organisation.kind)
    row = Row(state.key, deeds.name_of(state), state.title, state.received, kind, before, after, differs)
    return _Again(state, row, data, version, kept)


def _outcome(data: Mapping[str, Any]) -> Outcome:
    """What people see of a decision as its entry keeps it. The words of its reasons are no other outcome."""
    due, actions = part(data, "due"), parts(data, "actions")
    at = text(due, "at")
    return Outcome(
        priority(data),
        from_stamp(at) if at else None,
        text(due, "from"),
        tuple(text(action, "code") for action in actions),
        texts(data, "flags"),
        text(data, "rule"),
        tuple((text(one, "text"), texts(one, "places"), flag(one, "required")) for one in actions),
    )
