"""The missed-alert detector at work: lists the gaps of this record, and records a person's explanation of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msat.alerts import reference
from msat.errors import Refused
from msat.projections.gaps import EXPLAINED, REASONS, SERIES, Explanation, Gap, gaps, written
from msat.record.entries import Draft, Entry
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.one_at_a_time import one_at_a_time
from msat.services.reasons import recorded, with_local

IN_ERROR: Mapping[str, Any] = {"entered_in_error": True}

_NUMBERED = re.compile(r"(?P<series>[A-Za-z]+)\D*(?P<year>(?:20)?\d\d)\D+(?P<number>\d{1,3})(?:\D.*)?")


def find_gaps(desk: Desk) -> list[Gap]:
    """Every gap in the numbered series, the newest first; those that a person explained say so."""
    return gaps(desk.views.mentions(), desk.views.explanations())


def gap_reasons(desk: Desk) -> dict[str, str]:
    """The reasons to choose from, with their words; the organisation's own among them."""
    return with_local(REASONS, "gap", desk.knowledge)


@one_at_a_time
def explain_gap(
    desk: Desk, ref: str, reason: str, person: Person, note: str = "", happened: datetime | None = None
) -> Changes:
    """Records why the number `ref` (EL(25)A/50, in any spelling) is not here.

    `reason` is a code of `gap_reasons(desk)`; "other" needs a note. Raises Refused otherwise, when the number is no
    gap, and when it was explained before.
    """
    gap = _gap(desk, ref)
    if gap.explanation:
        raise Refused(
            f"{gap.reference} was already explained by {gap.explanation.deed.by}: {gap.explanation.words}.",
            f"Correct entry {gap.explanation.deed.seq} if that is wrong.",
        )
    said = {"series": gap.series, "year": gap.year, "number": gap.number, "reason": reason, "note": note}
    data = _checked(said, gap_reasons(desk))
    meaning = f"Explained why {gap.reference} is not here: {_in_words(data)}."
    return _record(desk, EXPLAINED, data, meaning, person, happened)


def correct_explanation(
    desk: Desk,
    entry: Entry,
    reason: str,
    person: Person,
    data: Mapping[str, Any] | None = None,
    happened: datetime | None = None,
) -> Changes:
    """Corrects an explanation (`data`: reason, note), or strikes it out as entered in error (None); the gap is then
    open again. Raises Refused for an entry already corrected, an unknown field, or nothing changed."""
    before = next((one for one in desk.views.explanations() if one.deed.entry == entry.id), None)
    if before is None or before.struck:
        how = before.struck if before else "struck out"
        raise Refused(f"Entry {entry.seq} was already {how}.", "Correct the later entry instead.")
    reason = deeds.required_text(reason, "reason")
    name = written(before.series, before.year, before.number)
    corrected = IN_ERROR if data is None else _changed(before, data, gap_reasons(desk))
    said = {"entry": entry.id, "type": EXPLAINED, "data": corrected, "reason": reason}
    words = f"Corrected entry {entry.seq}, the explanation of {name}."
    return _record(desk, "entry.corrected", said, words, person, happened or before.deed.happened)


def _changed(before: Explanation, data: Mapping[str, Any], reasons: Mapping[str, str]) -> dict[str, Any]:
    unknown = [name for name in data if name not in ("reason", "note")]
    if unknown:
        raise Refused(f"“{unknown[0]}” cannot be corrected in an explanation.", "It has: reason, note.")
    said = {"series": before.series, "year": before.year, "number": before.number}
    old = {**said, "reason": before.reason, "note": before.note}
    new = _checked({**old, **data}, {before.reason: before.reason, **reasons})
    if new == old:
        raise Refused("The correction changes nothing.", "Give the reason or the note that was wrong.")
    return new


def _checked(data: dict[str, Any], reasons: Mapping[str, str]) -> dict[str, Any]:
    if data["reason"] not in reasons:
        raise Refused(f"“{data['reason']}” is not a reason.", f"Use one of: {', '.join(reasons)}.")
    check = deeds.required_text if data["reason"] == "other" else deeds.checked_text
    reason = recorded(str(data["reason"]), reasons, REASONS)
    return {**data, "reason": reason, "note": check(str(data["note"]), "note")}


def _in_words(data: Mapping[str, Any]) -> str:
    words = REASONS.get(str(data["reason"]), str(data["reason"]))
    return words[0].lower() + words[1:]


def _gap(desk: Desk, ref: str) -> Gap:
    wanted = parse(ref)
    found = find_gaps(desk)
    for gap in found:
        if (gap.series, gap.year, gap.number) == wanted:
            return gap
    open_ones = [gap.reference for gap in found if not gap.explanation]
    more = f" and {len(open_ones) - 8} more" if len(open_ones) > 8 else ""
    asked = f"Open are: {', '.join(open_ones[:8])}{more}." if open_ones else ""
    raise Refused(f"{written(*wanted)} is not a gap in this record.", asked or "There is no open gap.")


def parse(ref: str) -> tuple[str, int, int]:
    """Series, year and number of a reference in any spelling. Raises Refused when it is not of a numbered series."""
    normal = reference.normalise(ref)
    for one in reference.find(normal or ref):
        if one.series in SERIES and one.year and one.number is not None:
            return one.series, one.year, one.number
    loose = _NUMBERED.fullmatch(ref.strip())
    series = {name.lower(): name for name in SERIES}.get(loose["series"].lower()) if loose else None
    if loose and series:
        return series, 2000 + int(loose["year"]) % 100, int(loose["number"])
    raise Refused(
        f"“{ref[:60]}” is not a number of a series that is watched.", "Write it as EL(25)A/50 or NatPSA/2025/003."
    )


def _record(
    desk: Desk, type_: str, data: Mapping[str, Any], meaning: str, person: Person, happened: datetime | None
) -> Changes:
    person, done = deeds.checked_person(person), deeds.checked_date(desk, happened)
    draft = Draft(type=type_, actor=person.actor(), data=data, happened=done, meaning=meaning)
    entries = desk.record.append([draft])
    changed = desk.views.catch_up()
    return Changes(changed, entries, words=f"{meaning} Entry {entries[-1].seq}.")
