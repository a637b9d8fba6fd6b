"""What can be corrected in assignments, deferrals, evidence and checks of places, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from msat.clock import LONDON, from_stamp, stamp
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.record.entries import Entry
from msat.services import deeds
from msat.services.answer import find_action
from msat.services.applies import same_person
from msat.services.count import FUNNEL, check_order, check_reviewed
from msat.services.defer import LONGEST
from msat.services.file_names import checked_name
from msat.services.place import checked_initials

Check = Callable[[Any], Any]


def _text(value: Any) -> str:
    return deeds.checked_text(str(value), "note")


def _said(value: Any) -> str:
    return deeds.required_text(str(value), "reason")


def _person(value: Any) -> str:
    return deeds.checked_name(str(value), "person") if str(value).strip() else ""


def _moment(value: Any) -> str:
    """A London day, or a time as the record writes it."""
    said = str(value).strip()
    try:
        return stamp(from_stamp(said))
    except ValueError:
        pass
    try:
        return stamp(datetime.combine(date.fromisoformat(said), time(), tzinfo=LONDON))
    except ValueError:
        raise Refused(f"“{said}” is not a date.", "Write it as 2026-11-21.") from None


def _day(value: Any) -> str:
    said = str(value).strip()
    try:
        return date.fromisoformat(said).isoformat() if said else ""
    except ValueError:
        raise Refused(f"“{said}” is not a date.", "Write it as 2026-11-21.") from None


FIELDS: dict[str, dict[str, Check]] = {
    "alert.assigned": {"owner": _person, "deputy": _person, "note": _text},
    "alert.deferred": {"until": _moment, "approver": _person, "reason": _said},
    "alert.resumed": {"reason": _said},
    "evidence.attached": {"name": checked_name, "action": str, "note": _text},
}
"""The deeds of this module, the fields of each, and what checks a new value."""

MORE: dict[str, dict[str, Check]] = {
    "place.checked": {"initials": checked_initials},
    "search.counted": {"search": _text, "run_on": _day, "unchanged_reason": _text},
}
"""Further fields of deeds that have some already."""


def completed(entry: Entry, type_: str, data: Mapping[str, Any], state: AlertState) -> Mapping[str, Any]:
    """`data` with what follows from it, checked as a whole. Raises Refused."""
    if type_ == "alert.assigned":
        _check_assigned(data)
    if type_ == "alert.deferred":
        return _deferred(entry, data, state)
    if type_ == "evidence.attached" and data["action"]:
        return {**data, "action": find_action(state, str(data["action"])).code}
    if type_ == "place.checked":  # the sentence about the whole round would no longer be true
        return {name: value for name, value in data.items() if name != "summary"}
    if type_ == "search.counted":
        counts = {step: data.get(step) for step in FUNNEL}
        check_order(counts)
        check_reviewed(counts, str(data.get("note") or data.get("unchanged_reason") or ""))
    return data


def _check_assigned(data: Mapping[str, Any]) -> None:
    if data["deputy"] and (not data["owner"] or same_person(data["owner"], data["deputy"])):
        raise Refused("Owner and deputy do not fit.", "A deputy stands in for somebody else, who is named too.")


def _deferred(entry: Entry, data: Mapping[str, Any], state: AlertState) -> Mapping[str, Any]:
    deed = next((one.deed for one in state.arranged if one.deed.entry == entry.id), None)
    by = deed.by if deed else str(entry.content.get("actor", {}).get("name", ""))
    if not data["approver"] or same_person(data["approver"], by):
        raise Refused(f"{by} cannot approve their own deferral.", "Somebody else approves it: give that name.")
    until = from_stamp(data["until"])
    if until - (deed.happened if deed else entry.time) > LONGEST + timedelta(days=1):
        raise Refused("That day is more than a year after the deferral.", "Give a day within a year.")
    limit = state.due.at if state.due else None
    return {**data, "past_limit": limit is not None and until > limit}
