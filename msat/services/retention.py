"""How long closed alerts rest before a person reviews them, and holds that keep them off the list. Deletes nothing.

The record is permanent: a period only says when to look. The periods that ship are proposals, and say so.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec

from msat import shipped
from msat.alerts.model import Family
from msat.clock import london, say_date
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person

FILE = "retention.toml"
HELD, RELEASED = "retention.held", "retention.released"
MOST_YEARS = 100


class Periods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of periods: years by family, and what they rest on."""

    basis: str = ""
    source: str = ""
    reviewed_by: str = ""
    reviewed_on: str = ""
    default_years: int = 0
    families: dict[str, int] = {}

    def years(self, family: str) -> int:
        """The period of a family, in whole years."""
        return self.families.get(family, self.default_years)


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody's reason to keep an alert off the review list."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A closed alert whose period has passed: its last entry, since when it is due, and a hold if there is one."""

    state: AlertState
    last: date
    years: int
    since: date
    hold: Hold | None


def periods(own: Path | None = None) -> Periods:
    """The shipped periods with the organisation's `own` laid over them. Raises Refused naming file and field."""
    found = _read(shipped.text(f"alerts/{FILE}"), f"alerts/{FILE}")
    if own is None or not own.is_file():
        return found
    try:
        more = _read(own.read_text(encoding="utf-8-sig"), str(own))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The file {own} cannot be read: {error}.", "Mend or delete it.") from error
    return msgspec.structs.replace(
        found,
        basis=more.basis or "the organisation's own",
        source=more.source or str(own),
        reviewed_by=more.reviewed_by,
        reviewed_on=more.reviewed_on,
        default_years=more.default_years or found.default_years,
        families={**found.families, **more.families},
    )


def _read(text: str, name: str) -> Periods:
    try:
        found = msgspec.convert(tomllib.loads(text), Periods)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refused(f"The file {name} cannot be used: {error}.", "Mend it; no period is guessed.") from error
    known = {family.value for family in Family}
    for family, years in found.families.items():
        if family not in known:
            choice = ", ".join(sorted(known))
            raise Refused(f"{name} names a family “{family}” that there is not.", f"Use one of: {choice}.")
        if not 1 <= years <= MOST_YEARS:
            raise Refused(f"{name} gives {family} {years} years.", f"Give 1 to {MOST_YEARS}.")
    if not 0 <= found.default_years <= MOST_YEARS:
        raise Refused(f"{name} gives default_years {found.default_years}.", f"Give 1 to {MOST_YEARS}.")
    return found


def of_desk(desk: Desk) -> Periods:
    """The periods of this profile."""
    return periods(desk.places.retention)


def review_list(desk: Desk, on: date | None = None) -> list[Review]:
    """The closed alerts whose period has passed by `on` (else today), those due longest first. Open ones never are."""
    known, held = of_desk(desk), holds(desk)
    day = on or london(desk.clock.now()).date()
    found = []
    for state in desk.views.states():
        if state.is_open or not state.history:
            continue
        last = max(london(line.recorded).date() for line in state.history)
        years = known.years(state.family)
        since = _later(last, years)
        if since <= day:
            found.append(Review(state, last, years, since, held.get(state.key)))
    return sorted(found, key=lambda one: (one.since, one.state.key))


def _later(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def holds(desk: Desk) -> dict[str, Hold]:
    """The holds that stand, by the alert's key, whichever workstation of the organisation they were recorded on."""
    found: dict[str, Hold] = {}
    for state in desk.views.states():
        told = next((line for line in reversed(state.history) if line.type in (HELD, RELEASED)), None)
        entry = desk.record.entry(told.entry) if told is not None and told.type == HELD else None
        if told is not None and entry is not None:
            found[state.key] = Hold(str(entry.data.get("reason", "")), told.by, entry.time)
    return found


def hold(desk: Desk, ref: str, reason: str, person: Person, happened: datetime | None = None) -> Changes:
    """Records that an alert is to be kept off the review list. Raises Refused without a reason, or when it is held."""
    state, reason = deeds.find(desk, ref), deeds.required_text(reason, "reason")
    before = holds(desk).get(state.key)
    if before:
        raise Refused(f"{deeds.name_of(state)} is held already by {before.by}: {before.reason}", "Nothing needs doing.")
    meaning = f"Put {deeds.name_of(state)} on hold, off the list of what is reviewed after its period: {reason}"
    return deeds.record(desk, state, person, happened, deeds.Deed(HELD, {"reason": reason}, meaning))


def release(desk: Desk, ref: str, reason: str, person: Person, happened: datetime | None = None) -> Changes:
    """Records that a hold ends. Raises Refused without a reason, or when there is no hold."""
    state, reason = deeds.find(desk, ref), deeds.required_text(reason, "reason")
    if state.key not in holds(desk):
        raise Refused(f"{deeds.name_of(state)} is not on hold.", "Nothing needs doing.")
    meaning = f"Ended the hold on {deeds.name_of(state)}: {reason}"
    return deeds.record(desk, state, person, happened, deeds.Deed(RELEASED, {"reason": reason}, meaning))


def said(found: list[Review], known: Periods, on: date) -> str:
    """The list, for people."""
    due, held = [one for one in found if one.hold is None], [one for one in found if one.hold]
    lines = [f"{len(due)} closed alerts are past their period as at {say_date(on)}; {len(held)} more are on hold."]
    lines += [
        f"  {deeds.name_of(one.state)}: {one.state.family}, last entry {say_date(one.last)}, "
        f"{one.years} years, due since {say_date(one.since)}"
        for one in due
    ]
    lines += [
        f"  {deeds.name_of(one.state)}: on hold by {one.hold.by} since {say_date(one.hold.at)}: {one.hold.reason}"
        for one in held
        if one.hold
    ]
    lines.append("Nothing is deleted by a period: the record stays. Decide for each what your policy asks for.")
    lines.append(f"The periods: {known.basis}. {known.source}")
    return "\n".join(lines)
