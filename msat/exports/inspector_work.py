"""What people did about one alert, as short rows for an inspector's page: answers, places, searches, files, re-checks.

A row's weight says what is left out first where there is no room: 0 is still open or was found, 3 goes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from msat.actions.model import AnswerKind
from msat.clock import say_date, say_time
from msat.exports.arranged import said_day
from msat.exports.seal import say_numbers
from msat.exports.wording import APPLIES_BECAUSE, when, where
from msat.projections.alert_state import NIL, ActionState, AlertState, PlaceCheck
from msat.projections.decisions import decisions_of, followed_words, stopped
from msat.projections.work_state import Deed, Recheck

STEPS = {
    "found": "found",
    "active": "still active",
    "at_higher_risk": "at higher risk",
    "reviewed": "reviewed",
    "changed": "changed",
    "unchanged_with_reason": "unchanged with reason",
}
OPEN, TELLING, ANSWERED, OPTIONAL = range(4)
PROGRAM = "program"
"""The role of the program itself, which is nobody at work."""
_OWN = (AnswerKind.ACKNOWLEDGE, AnswerKind.APPLIES, AnswerKind.SIGN_OFF)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what, the answer, a note, by whom and when."""

    cells: tuple[str, str, str, str]
    weight: int


class Looked(Protocol):
    """An alert as at a moment."""

    @property
    def state(self) -> AlertState: ...

    @property
    def as_at(self) -> datetime: ...


def by(deed: Deed | None) -> str:
    """`Demo Pharmacist, 9 May 2023 14:21 (entry 12)`; empty when nobody did it. Roles stand under `people`."""
    if deed is None:
        return ""
    corrected = f"; {deed.corrected}" if deed.corrected else ""
    return f"{deed.by}, {when(deed)} ({where(deed)}){corrected}"


def _statement(state: AlertState, deed: Deed) -> str:
    """What somebody signed."""
    return next((said.reason for said in state.said if said.deed.entry == deed.entry), "")


def people(state: AlertState) -> list[str]:
    """Everybody who did something about the alert, with the role under which it was done: `Demo GP, GP partner`."""
    named = [(line.by, line.role) for line in state.history if line.role and line.role != PROGRAM]
    named += [(deed.by, deed.role) for deed in _signatories(state) if deed.role]
    return [f"{name}, {role}" for name, role in dict.fromkeys(named)]


def _signatories(state: AlertState) -> Iterator[Deed]:
    applies, sign = state.applicability, state.sign_off
    deeds = [state.acknowledged, applies and applies.deed, applies and applies.confirmed, sign and sign.deed]
    yield from (deed for deed in (*deeds, sign and sign.second) if deed)


def answer_rows(state: AlertState) -> list[Row]:
    """Acknowledged, applies, each action, and the signatures, in the order of the work."""
    return [*_decided(state), *_arranged(state), *_acted(state), *_signed(state)]


def _decided(state: AlertState) -> Iterator[Row]:
    known, applies = state.acknowledged, state.applicability
    yield Row(("Acknowledged", "Yes" if known else "Not yet", "", by(known)), TELLING if known else OPEN)
    if applies is None:
        yield Row(("Applies here", "Not decided", "", ""), OPEN)
        return
    because = APPLIES_BECAUSE.get(applies.reason, applies.reason)
    note = ". ".join(part.rstrip(".") for part in (because, applies.note) if part)
    yield Row(("Applies here", "Yes" if applies.applies else "No", note, by(applies.deed)), TELLING)
    if applies.confirmed:
        yield Row(("Second person: does not apply", "Confirmed", "", by(applies.confirmed)), TELLING)
    elif state.needs_second and not applies.applies:
        yield Row(("Second person: does not apply", "Waiting", "A second person must confirm it.", ""), OPEN)


def _arranged(state: AlertState) -> Iterator[Row]:
    if state.owner and state.owner.name:
        deputy = f"{state.owner.deputy} stands in" if state.owner.deputy else ""
        yield Row(("Looked after by", state.owner.name, deputy, by(state.owner.deed)), ANSWERED)
    for live in (one for one in state.decision_support if not one.struck):
        what = f"{live.system} message {live.message}".strip()
        yield Row((what, "Live", f"since {said_day(live.live)}. {live.note}".strip(), by(live.deed)), ANSWERED)
    for decision in decisions_of(state):
        met, followed = decision.met, followed_words(decision)
        minute = f", minute {met.minute}" if met.minute else ""
        came = f"{met.outcome_words}{minute}"
        came = f"{stopped(came)} {followed}" if followed else came
        weight = OPEN if decision.is_open else ANSWERED
        yield Row((f"Discussed: {met.meeting}", said_day(met.on), came, by(met.deed)), weight)


def _acted(state: AlertState) -> Iterator[Row]:
    for action in (one for one in state.actions if one.answer not in _OWN):
        standing = action.standing
        what = f"{action.code} {action.text}"
        if standing is None:
            weight = OPEN if action.required or action.status == "in part" else OPTIONAL
            due = f"due {say_date(action.due)}" if action.due else ""
            note = due if action.required else "optional"
            yield Row((what, action.status.capitalize(), note, ""), weight)
            continue
        status = action.status
        count = f", {standing.count}" if standing.count is not None else ""
        weight = OPEN if not action.is_answered else TELLING if status == "no" else ANSWERED
        yield Row((what, f"{status.capitalize()}{count}", standing.note, by(standing.deed)), weight)


def _signed(state: AlertState) -> Iterator[Row]:
    sign = state.sign_off
    if sign is None:
        if state.applicability and not state.applicability.applies:
            return
        missing = len(state.missing)
        yield Row(("Signed off", "Not yet", f"still to do: {missing}, as marked here" if missing else "", ""), OPEN)
        return
    yield Row(("Signed off", "Yes", sign.statement, by(sign.deed)), TELLING)
    if sign.second:
        yield Row(("Signed off, second person", "Yes", _statement(state, sign.second), by(sign.second)), TELLING)
    elif state.needs_second:
        yield Row(("Signed off, second person", "Waiting", "A Red is signed by two people.", ""), OPEN)


def place_rows(state: AlertState, together: bool = False) -> list[Row]:
    """Every place asked for or checked, with the check that stands; those nobody has checked share a row.

    `together`: those that one person found to be nil on one day share a row as well, each with its time.
    """
    rows = []
    for action in state.actions:
        told = [place for place in action.places if place.is_checked or place.note]
        nil = _nil_by_day(told) if together else []
        shared = {id(place) for group in nil for place in group}
        rows += [_place(action, place) for place in told if id(place) not in shared]
        rows += [_nil_together(action, group) for group in nil]
        waiting = [place.place for place in action.places if not place.is_checked and not place.note]
        if waiting:
            rows.append(Row((f"{'; '.join(waiting)} ({action.code})", "Not checked", "", ""), OPEN))
    return rows


def _nil_by_day(places: Sequence[PlaceCheck]) -> list[list[PlaceCheck]]:
    """Places without anything to add to "nil", by person and London day; groups of one are left alone."""
    groups: dict[tuple[str, str], list[PlaceCheck]] = {}
    for place in places:
        if place.deed and place.result == NIL and not place.note and not place.batch and not place.deed.corrected:
            groups.setdefault((place.deed.by, say_date(place.deed.happened)), []).append(place)
    return [group for group in groups.values() if len(group) > 1]


def _nil_together(action: ActionState, group: Sequence[PlaceCheck]) -> Row:
    deeds = [place.deed for place in group if place.deed]
    named = [
        f"{place.place} {say_time(place.deed.happened)}{f' {place.initials}' if place.initials else ''}"
        for place in group
        if place.deed
    ]
    day, entries = say_date(deeds[0].happened), say_numbers([deed.seq for deed in deeds])
    cells = (f"{'; '.join(named)} ({action.code})", f"Nil in {len(group)}", "", f"{deeds[0].by}, {day} ({entries})")
    return Row(cells, ANSWERED)


def _place(action: ActionState, place: PlaceCheck) -> Row:
    if not place.is_checked:
        return Row((f"{place.place} ({action.code})", "Not checked", place.note, ""), OPEN)
    held = place.result == "quantity"
    result = f"{place.quantity if place.quantity is not None else '?'} found" if held else place.result.capitalize()
    note = ". ".join(part for part in (f"batch {place.batch}" if place.batch else "", place.note) if part)
    initials = f", initials {place.initials}" if place.initials else ""
    return Row(
        (f"{place.place} ({action.code})", result, note, f"{by(place.deed)}{initials}"), OPEN if held else ANSWERED
    )


def search_rows(state: AlertState) -> list[Row]:
    """Every search that was counted, with its steps as given; a step that was not given is not shown as nought."""
    rows = []
    for action in state.actions:
        standing = action.standing
        if standing is None or not (action.funnel or standing.search):
            continue
        counts = ", ".join(f"{STEPS.get(step, step)} {number:,}" for step, number in action.funnel)
        why = f"; unchanged because: {standing.unchanged_reason}" if standing.unchanged_reason else ""
        name = f"{action.code} “{standing.search}”" if standing.search else action.code
        run = said_day(standing.run_on) if standing.run_on else "day not given"
        rows.append(Row((name, run, f"{counts or 'no counts given'}{why}", by(standing.deed)), TELLING))
    return rows


def file_lines(state: AlertState, digits: int = 64) -> list[tuple[str, str]]:
    """Each file that stands as evidence: its name, and its size, fingerprint (`digits` of it) and keeper."""
    return [
        (
            f"{one.name}{f' (for {one.action})' if one.action else ''}",
            f"{one.size:,} bytes, SHA-256 {one.sha256[:digits]}{'…' if digits < 64 else ''}; {by(one.deed)}",
        )
        for one in state.evidence
        if not one.struck
    ]


def recheck_lines(of: Looked) -> list[str]:
    """Each search to be run again: when due, and what it found."""
    found = [one for one in of.state.rechecks if not one.struck]
    return [_recheck(one, of.as_at) for one in found] or ["Searches to be run again: none is asked for."]


def _recheck(one: Recheck, as_at: datetime) -> str:
    name = f"Re-check after {one.months} months"
    if one.deed is None:
        late = ", not yet run" if one.due <= as_at else ""
        return f"{name}: due {say_date(one.due)}{late}."
    before = ", ".join(f"{STEPS.get(step, step)} {number:,}" for step, number in one.before)
    after = ", ".join(f"{STEPS.get(step, step)} {number:,}" for step, number in one.after)
    was = f" (before: {before})" if before else ""
    return f"{name}: {after or 'no counts given'}{was}; {by(one.deed)}."
