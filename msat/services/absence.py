"""Record when somebody is away and who stands in, and when they are back early. What was recorded stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msat.clock import london, say_date
from msat.errors import Refused
from msat.projections.general import General
from msat.projections.work import ABSENCE, Absence, absences, away
from msat.record.entries import Entry
from msat.services import deeds
from msat.services.applies import same_person
from msat.services.desk import Changes, Desk, Person

LONGEST = timedelta(days=2 * 366)
"""A leave of more than two years is a leaving, and most likely a slip in the year."""
_FIELDS = ("name", "from", "until", "deputy", "note")
IN_ERROR: Mapping[str, Any] = {"entered_in_error": True}


def record_absence(
    desk: Desk,
    name: str,
    first: date,
    last: date,
    deputy: str,
    person: Person,
    note: str = "",
    happened: datetime | None = None,
) -> Changes:
    """Records that `name` is away from `first` to `last` (both included, London days). `deputy` may be empty.

    Raises Refused when the days are upside down, over already or too many, or the deputy is the person who is away.
    """
    data = _checked({"name": name, "from": first, "until": last, "deputy": deputy, "note": note})
    today = _today(desk)
    if last < today:
        raise Refused(f"{say_date(last)}, the last day, is over already.", "Check the dates and the year.")
    same = [one for one in standing(desk) if same_person(one.name, str(data["name"]))]
    if any((one.first, one.last, one.deputy, one.ended) == (first, last, data["deputy"], None) for one in same):
        raise Refused(f"That {data['name']} is away then is recorded already.", "Nothing needs doing.")
    overlaps = [one for one in same if one.first <= last and first <= (one.ended or one.last)]
    changes = deeds.record_general(desk, person, happened, deeds.Deed(ABSENCE, data, _words(data)))
    warnings = [f"It overlaps with leave from {say_date(one.first)} to {say_date(one.last)}." for one in overlaps[:1]]
    stands_in = str(data["deputy"])
    if stands_in:
        gone = [one for one in standing(desk) if same_person(one.name, stands_in) and _meets(one, first, last)]
        said = f"{stands_in} is away too for some of it: on those days everybody sees the alerts."
        warnings += [said] if gone else []
    return Changes(changes.alerts, changes.entries, words=" ".join((changes.words, *warnings)))


def end_absence(
    desk: Desk, name: str, person: Person, back: date | None = None, note: str = "", happened: datetime | None = None
) -> Changes:
    """Records that `name` is back: from today, or from the day `back`. Ends each leave that covers that day, and takes
    back one that has not begun when it is the only one.

    Raises Refused when this person is not away then.
    """
    name = deeds.checked_name(name, "person who is back")
    day = back or _today(desk)
    known = standing(desk)
    covering = away(name, known, day)
    if not covering:
        later = [one for one in known if same_person(one.name, name) and one.first > day and one.ended is None]
        if len(later) != 1:
            raise Refused(f"{name} is not recorded as away on {say_date(day)}.", "List who is away to see the dates.")
        covering = (later[0],)
    note, words = deeds.checked_text(note, "note"), f"{covering[0].name} is back from {say_date(day)}."
    ends = [{**_data(one), "note": note, "ended": day.isoformat(), "ends": one.deed.entry} for one in covering]
    return deeds.record_general(desk, person, happened, *(deeds.Deed(ABSENCE, data, words) for data in ends))


def recorded(desk: Desk) -> Sequence[General]:
    """Everything recorded about absences, struck entries included."""
    return desk.views.general(ABSENCE)


def standing(desk: Desk) -> tuple[Absence, ...]:
    """The absences that stand, past ones included, by their first day."""
    return tuple(sorted(absences(recorded(desk)), key=lambda one: (one.first, one.last, one.deed.seq)))


def away_today(desk: Desk) -> tuple[Absence, ...]:
    """The absences that cover today."""
    today = _today(desk)
    return tuple(one for one in standing(desk) if one.covers(today))


def correct_absence(
    desk: Desk,
    entry: Entry,
    reason: str,
    person: Person,
    data: Mapping[str, Any] | None = None,
    happened: datetime | None = None,
) -> Changes:
    """Corrects an absence (`data`: name, from, until, deputy, note), or strikes it out as entered in error (None).

    Raises Refused for an entry already corrected, an unknown field, or nothing changed.
    """
    before = next((one for one in recorded(desk) if one.deed.entry == entry.id), None)
    if before is None or before.struck:
        how = before.struck if before else "struck out"
        raise Refused(f"Entry {entry.seq} was already {how}.", "Correct the later entry instead.")
    reason = deeds.required_text(reason, "reason")
    said = {"entry": entry.id, "type": ABSENCE, "data": _corrected(before, data), "reason": reason}
    words = f"Corrected entry {entry.seq}, the absence of {before.data.get('name', '')}."
    deed = deeds.Deed("entry.corrected", said, words)
    return deeds.record_general(desk, person, happened or before.deed.happened, deed)


def _corrected(before: General, data: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if data is None:
        return IN_ERROR
    unknown = [name for name in data if name not in _FIELDS]
    if unknown:
        raise Refused(f"“{unknown[0]}” cannot be corrected in an absence.", f"It has: {', '.join(_FIELDS)}.")
    merged = {**{name: before.data.get(name, "") for name in _FIELDS}, **data}
    made = _checked({**merged, "from": _day(merged["from"]), "until": _day(merged["until"])})
    kept = {name: value for name, value in before.data.items() if name in ("ended", "ends")}
    new = {**made, **kept}
    if new == dict(before.data):
        raise Refused("The correction changes nothing.", "Give what was wrong.")
    return new


def _checked(data: Mapping[str, Any]) -> dict[str, Any]:
    first, last = data["from"], data["until"]
    name = deeds.checked_name(str(data["name"]), "person who is away")
    deputy = str(data["deputy"])
    deputy = deeds.checked_name(deputy, "deputy") if deputy.strip() else ""
    if last < first:
        raise Refused(
            f"The last day, {say_date(last)}, is before the first, {say_date(first)}.", "Turn the two dates round."
        )
    if last - first > LONGEST:
        raise Refused(f"From {say_date(first)} to {say_date(last)} is more than two years.", "Check the years.")
    if deputy and same_person(name, deputy):
        raise Refused(f"{name} cannot be their own deputy.", "Name somebody else, or nobody.")
    note = deeds.checked_text(str(data["note"]), "note")
    return {"name": name, "from": first.isoformat(), "until": last.isoformat(), "deputy": deputy, "note": note}


def _data(one: Absence) -> dict[str, Any]:
    days = {"from": one.first.isoformat(), "until": one.last.isoformat()}
    return {"name": one.name, **days, "deputy": one.deputy}


def _words(data: Mapping[str, Any]) -> str:
    first, last = date.fromisoformat(str(data["from"])), date.fromisoformat(str(data["until"]))
    deputy = f"; {data['deputy']} stands in" if data["deputy"] else "; nobody is named to stand in"
    return f"{data['name']} is away from {say_date(first)} to {say_date(last)}{deputy}."


def _meets(one: Absence, first: date, last: date) -> bool:
    """Whether an absence shares a day with those from `first` to `last`."""
    end = one.last if one.ended is None else min(one.last, one.ended - timedelta(days=1))
    return one.first <= last and first <= end


def _today(desk: Desk) -> date:
    return london(desk.clock.now()).date()


def _day(value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise Refused(f"“{value}” is not a date.", "Write it as 2026-11-21.") from None
