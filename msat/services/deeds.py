"""What every deed has in common: find the alert, check the person, the date and the free text, record, catch up.

The modules beside this one each hold one deed; none of them writes to the record in any other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from msat import patient_identifiers
from msat.clock import london, say_date, say_moment
from msat.errors import Refused
from msat.lettering import seen
from msat.projections.alert_state import AlertState
from msat.projections.closing import is_level_undecided
from msat.record.entries import Draft
from msat.services.desk import Changes, Desk, Person

MAX_NOTE = 4000
"""Characters in a note: a record entry's line holds 64 KiB, and a note is a note."""


def find(desk: Desk, ref: str) -> AlertState:
    """The alert that `ref` names (key, reference in any spelling, page address). Raises Refused."""
    wanted = ref.strip()
    if not wanted:
        raise Refused("No alert was named.", "Give its reference, for instance EL(26)A/37.")
    state = desk.views.find(wanted)
    if state is None:
        raise Refused(
            f"There is no alert “{wanted[:80]}” in this record.",
            "Check the reference, or list the alerts here to find its key.",
        )
    return state


def checked_person(person: Person) -> Person:
    """The person with name and role trimmed. Raises Refused when either is missing or holds patient data.

    What nobody sees goes: “A. Patel” with an invisible character would look like A. Patel and count as somebody else.
    """
    name, role = (" ".join(seen(text).split()) for text in (person.name, person.role))
    if not name:
        raise Refused("Who did this is not given.", "Give a name.")
    if not role:
        raise Refused(f"The role of {name} is not given.", "Give a role, for instance “practice pharmacist”.")
    if len(name) > 120 or len(role) > 120:
        raise Refused("The name or role is longer than 120 characters.", "Shorten it.")
    patient_identifiers.refuse(f"{name} {role}", "name or role")
    return Person(name, role, person.account)


def checked_text(text: str, what: str) -> str:
    """Free text fit for the record. Raises Refused when it is too long or holds a patient identifier."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(text) > MAX_NOTE:
        raise Refused(f"The {what} is longer than {MAX_NOTE} characters.", "Shorten it.")
    patient_identifiers.refuse(text, what)
    return text


def required_text(text: str, what: str) -> str:
    """As `checked_text`, and not empty."""
    text = checked_text(text, what)
    if not text:
        raise Refused(f"The {what} is empty.", f"Give a {what}: it stays in the record.")
    return text


def checked_date(desk: Desk, happened: datetime | None) -> datetime:
    """When the deed was done: now, or an earlier moment. Raises Refused for the future and for before 2000."""
    now = desk.clock.now()
    if happened is None:
        return now
    if happened.tzinfo is None:
        raise ValueError("a time without a zone reached a service")
    if happened > now:
        raise Refused(
            f"The date done, {say_moment(happened)}, is in the future.", "Give the date it was done, or leave it out."
        )
    if happened.year < 2000:
        raise Refused(f"The date done, {say_moment(happened)}, is too long ago.", "Check the year.")
    return happened


def refuse_before_issue(state: AlertState, done: datetime) -> None:
    """Nobody acts on a notice before the day it was issued or published, whichever came first."""
    days = [date.fromisoformat(state.issued[:10])] if state.issued else []
    days += [london(state.published).date()] if state.published else []
    if days and london(done).date() < min(days):
        raise Refused(
            f"The date done, {say_moment(done)}, is before {name_of(state)} was issued on {say_date(min(days))}.",
            "Check the date and the year.",
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed ready to be recorded: its entry type, its data, and the sentence that says it."""

    type: str
    data: Mapping[str, Any]
    meaning: str
    files: tuple[str, ...] = ()
    """The fingerprints of the stored files that it rests on."""


def record(desk: Desk, state: AlertState, person: Person, happened: datetime | None, *deeds: Deed) -> Changes:
    """Records `deeds` about one alert in one transaction and brings the views up to date.

    Raises Refused for a bad person or date, NotRecorded or RecordProblem when the record could not take them.
    """
    return record_all(desk, [(state, deed) for deed in deeds], person, happened)


def record_all(
    desk: Desk, made: Sequence[tuple[AlertState, Deed]], person: Person, happened: datetime | None
) -> Changes:
    """As `record`, about several alerts: all in one transaction, or none."""
    person, done = checked_person(person), checked_date(desk, happened)
    for state, deed in made:
        if deed.type != "entry.corrected":  # a correction keeps the old day unless it gives one
            refuse_before_issue(state, done)
    entries = desk.record.append(
        [
            Draft(
                type=deed.type,
                actor=person.actor(),
                data=deed.data,
                about=state.key,
                version=state.versions[-1].version if state.versions else None,
                happened=done,
                files=deed.files,
                meaning=deed.meaning,
            )
            for state, deed in made
        ]
    )
    changed = desk.views.catch_up()
    return Changes(changed, entries, words=f"{made[-1][1].meaning} Entry {entries[-1].seq}.")


def record_general(desk: Desk, person: Person, happened: datetime | None, *deeds: Deed) -> Changes:
    """Records what is about no alert (an absence) in one transaction. Raises as `record`."""
    person, done = checked_person(person), checked_date(desk, happened)
    entries = desk.record.append(
        [
            Draft(type=d.type, actor=person.actor(), data=d.data, happened=done, files=d.files, meaning=d.meaning)
            for d in deeds
        ]
    )
    changed = desk.views.catch_up()
    return Changes(changed, entries, words=f"{deeds[-1].meaning} Entry {entries[-1].seq}.")


def checked_name(name: str, what: str) -> str:
    """A person's name, trimmed. Raises Refused when it is missing, too long or holds patient data."""
    name = " ".join(name.split())
    if not name:
        raise Refused(f"The name of the {what} is empty.", "Give a name.")
    if len(name) > 120:
        raise Refused(f"The name of the {what} is longer than 120 characters.", "Shorten it.")
    patient_identifiers.refuse(name, f"name of the {what}")
    return name


def refuse_undecided_level(state: AlertState) -> None:
    """Raises Refused for an alert whose level and text disagree (E02) until a person has chosen its priority."""
    if is_level_undecided(state):
        raise Refused(
            f"{name_of(state)} is marked “mixed level”: its level and its text disagree.",
            "A person chooses the priority first, with a reason; the choice may be the same colour.",
        )


def refuse_closed(state: AlertState) -> None:
    """Raises Refused for an alert with nothing left to do: signed off, not applicable, withdrawn or superseded."""
    if not state.is_open:
        raise Refused(f"{name_of(state)} is closed.", "Nothing is left to do; re-open it first if there is.")


def name_of(state: AlertState) -> str:
    """What people call the alert: its reference, else its title."""
    return state.reference or state.title
