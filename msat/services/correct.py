"""Correct an entry: a new entry names the old one, the right data and the reason. Nothing is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msat.errors import Refused
from msat.exchange.own_logs import held, own_logs
from msat.ids import LogId
from msat.projections.alert_state import AlertState
from msat.projections.gaps import EXPLAINED
from msat.projections.rechecks import recheck_of
from msat.projections.values import deed_of, part, text
from msat.projections.work import ABSENCE
from msat.projections.work_state import Deed
from msat.record.entries import Entry
from msat.services import deeds, local_fields, work_fields
from msat.services.absence import correct_absence
from msat.services.answer import VALUES, checked_count
from msat.services.applies import REASONS, reasons_for
from msat.services.count import FUNNEL
from msat.services.desk import Changes, Desk, Person
from msat.services.gaps import correct_explanation
from msat.services.knowledge import Knowledge
from msat.services.one_at_a_time import one_at_a_time
from msat.services.place import RESULTS
from msat.services.reasons import recorded
from msat.services.recheck import reopening
from msat.services.strike_whole import TYPES as STRUCK_WHOLE
from msat.services.strike_whole import strike_whole
from msat.triage.model import Priority

ENTERED_IN_ERROR: Mapping[str, Any] = {"entered_in_error": True}
"""The corrected data of an entry that should not have been made at all."""


@one_at_a_time
def correct(
    desk: Desk,
    entry_id: str,
    reason: str,
    person: Person,
    data: Mapping[str, Any] | None = None,
    happened: datetime | None = None,
) -> Changes:
    """Records that the entry `entry_id` (or its unique beginning, or its number) was wrong.

    `data` holds the fields that change; the others stay. None marks the entry as entered in error: its effect is
    struck out. `happened` is when the deed was really done, where that was wrong. Raises Refused for an unknown
    entry, one that cannot be corrected, one already corrected, an unknown field or a wrong value.
    """
    entry = find_entry(desk, entry_id)
    type_, said = _standing(entry)
    if type_ == EXPLAINED:
        return correct_explanation(desk, entry, reason, person, data, happened)
    if type_ == ABSENCE:
        return correct_absence(desk, entry, reason, person, data, happened)
    if type_ in STRUCK_WHOLE:
        return strike_whole(desk, entry, reason, person, data, happened)
    if type_ not in _FIELDS or entry.about is None:
        raise Refused(f"Entry {entry.seq} ({entry.type}) is not a deed of a person.", "Only deeds can be corrected.")
    state = deeds.find(desk, entry.about)
    line = next((h for h in state.history if h.entry == entry.id), None)
    if line is not None and line.struck:
        raise Refused(f"Entry {entry.seq} was already {line.struck}.", "Correct the later entry instead.")
    reason = deeds.required_text(reason, "reason")
    corrected = _corrected(entry.seq, type_, said, data, desk.knowledge)
    if data is not None:
        local_fields.check_whole(type_, corrected, desk.clock.now())
        corrected = work_fields.completed(entry, type_, corrected, state)
    done = deeds.checked_date(desk, happened)
    if happened:
        deeds.refuse_before_issue(state, done)
    deed = deeds.Deed(
        "entry.corrected",
        {"entry": entry.id, "type": type_, "data": corrected, "reason": reason},
        f"Corrected entry {entry.seq} of {deeds.name_of(state)}.",
    )
    more = _more(desk, state, type_, corrected)
    return deeds.record(desk, state, person, done if happened else _when(entry), deed, *more)


def _more(desk: Desk, state: AlertState, type_: str, data: Mapping[str, Any]) -> tuple[deeds.Deed, ...]:
    """What the corrected data asks for besides: a re-check that now rises opens the alert again."""
    if type_ != "recheck.done" or data == ENTERED_IN_ERROR:
        return ()
    now = desk.clock.now()
    return reopening(desk, state, recheck_of(data, Deed("", "", now, now, "", 0)), now)


def find_entry(desk: Desk, wanted: str) -> Entry:
    """The entry with this number, id, or unique beginning of an id (8 digits or more). Raises Refused.

    One that a colleague recorded on another workstation is named by its id, or as the history does: `3fa9c2d1/12`.
    """
    wanted = wanted.strip().lower()
    of_log, slash, number = wanted.rpartition("/")
    if slash:
        found = _numbered(desk, number, [log for log in _others(desk) if of_log and log.startswith(of_log)])
    elif wanted.isdigit() and len(wanted) < 8:
        found = _numbered(desk, wanted, [desk.record.log])
    elif len(wanted) == 64:
        one = desk.record.entry(wanted)
        found = [one] if one and one.log in (desk.record.log, *_others(desk)) else []
    elif len(wanted) >= 8:
        logs = (desk.record.log, *_others(desk))
        found = [e for log in logs for e in desk.record.entries(log) if e.id.startswith(wanted)]
    else:
        found = []
    if len(found) != 1:
        raise Refused(
            f"There is no single entry “{wanted[:64]}” in this record.", "Use the entry's number from the history."
        )
    return found[0]


def _others(desk: Desk) -> list[LogId]:
    """The other logs that count as the organisation's own."""
    return [log for log in held(desk.record, own_logs(desk.record)) if log != desk.record.log]


def _numbered(desk: Desk, number: str, logs: Sequence[LogId]) -> list[Entry]:
    """The entries with this number in these logs."""
    seq = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    return [entry for log in logs for entry in desk.record.entries(log, after=seq - 1, upto=seq)] if seq else []


def _when(entry: Entry) -> datetime:
    """A correction that says nothing of the date keeps the date of the deed."""
    return deed_of(entry).happened


def _standing(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """The type and data that an entry stands for; of a correction, those of the deed it corrected."""
    if entry.type != "entry.corrected":
        return entry.type, entry.data
    data = part(entry.data, "data")
    return ("", {}) if data == ENTERED_IN_ERROR else (text(entry.data, "type"), data)


def _corrected(
    seq: int, type_: str, said: Mapping[str, Any], data: Mapping[str, Any] | None, knowledge: Knowledge
) -> Mapping[str, Any]:
    if data is None:
        return ENTERED_IN_ERROR
    checks = _FIELDS[type_]
    unknown = [name for name in data if name not in checks]
    if unknown:
        raise Refused(
            f"“{unknown[0]}” cannot be corrected in entry {seq} ({type_}).",
            f"It has: {', '.join(checks)}.",
        )
    merged = {**said, **{name: checks[name](value) for name, value in data.items()}}
    if merged == dict(said):  # the fields that follow from others come later
        raise Refused(f"The correction changes nothing in entry {seq}.", "Give the field that was wrong.")
    if type_ == "applicability.decided":
        merged["reason"] = _reason(merged, said, knowledge)
    _check_whole(type_, merged)
    return merged


def _reason(data: Mapping[str, Any], said: Mapping[str, Any], knowledge: Knowledge) -> str:
    """The reason as the record keeps it: one that fits the answer, or the one that stood and still does."""
    reason, listed = str(data["reason"]), reasons_for(bool(data["applies"]), knowledge)
    if reason in listed:
        return recorded(reason, listed, REASONS)
    if (reason, data["applies"]) == (said.get("reason"), said.get("applies")):
        return reason
    raise Refused(f"“{reason}” does not fit that answer.", f"Give a reason too, one of: {', '.join(listed)}.")


def _one_of(*allowed: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if value not in allowed:
            raise Refused(f"“{value}” is not allowed here.", f"Use one of: {', '.join(allowed)}.")
        return value

    return check


def _number(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        return checked_count(int(value))
    except (TypeError, ValueError):
        raise Refused(f"“{value}” is not a whole number.", "Give a whole number from 0 up.") from None


def _yes_no(value: Any) -> bool:
    if value in (True, "yes", "true"):
        return True
    if value in (False, "no", "false"):
        return False
    raise Refused(f"“{value}” is neither yes nor no.", "Use yes or no.")


def _text(value: Any) -> str:
    return deeds.checked_text(str(value), "note")


def _check_whole(type_: str, data: Mapping[str, Any]) -> None:
    """What holds between fields: a quantity fits its result, and a “no” has its reason."""
    if type_ == "place.checked" and (data["result"] == "quantity") != bool(data["quantity"]):
        raise Refused("Quantity and result do not fit.", "Give result=quantity with a number, or result=nil quantity=.")
    if type_ == "action.answered" and data["answer"] == "no" and not data["note"]:
        raise Refused("The answer “no” needs a reason.", "Give a note too.")


_FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "alert.acknowledged": {"note": _text},
    "applicability.decided": {"applies": _yes_no, "reason": str, "note": _text},
    "action.answered": {"answer": _one_of(*VALUES), "count": _number, "note": _text},
    "place.checked": {"place": _text, "result": _one_of(*RESULTS), "quantity": _number, "batch": _text, "note": _text},
    "search.counted": {step: _number for step in FUNNEL} | {"note": _text},
    "alert.signed_off": {"statement": _text},
    "priority.overridden": {"rag": _one_of(*(str(p) for p in Priority)), "reason": _text},
    **local_fields.FIELDS,
    **work_fields.FIELDS,
}
for _type, _more_fields in work_fields.MORE.items():
    _FIELDS[_type] = _FIELDS[_type] | _more_fields
"""The deeds that can be corrected, the fields of each, and what checks a new value."""


def correctable(state: AlertState) -> tuple[str, ...]:
    """The ids of the alert's entries that can be corrected, oldest first."""
    return tuple(h.entry for h in state.history if h.type in _FIELDS and not h.struck)
