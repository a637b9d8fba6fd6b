"""What can be corrected in re-checks, decisions of the review list, plans, decision support and meetings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from msat.clock import from_stamp, london, stamp
from msat.errors import Refused
from msat.services import deeds
from msat.services.answer import checked_count
from msat.services.count import FUNNEL, check_order
from msat.services.decision_support import SYSTEMS
from msat.services.discuss import checked_outcome, followed_up
from msat.services.plan import checked_actions
from msat.triage.due import end_of_day
from msat.triage.model import Priority

Check = Callable[[Any], Any]


def _number(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        return checked_count(int(value))
    except (TypeError, ValueError):
        raise Refused(f"“{value}” is not a whole number.", "Give a whole number from 0 up.") from None


def _text(value: Any) -> str:
    return deeds.checked_text(str(value), "note")


def _said(value: Any) -> str:
    return deeds.required_text(str(value), "text")


def _outcome(value: Any) -> str:
    return checked_outcome(str(value))


def _rag(value: Any) -> str:
    try:
        return str(Priority(str(value).strip().lower()))
    except ValueError:
        raise Refused(f"“{value}” is not a priority.", "Use red, amber or green.") from None


def _system(value: Any) -> str:
    for system in SYSTEMS:
        if system.casefold() == str(value).strip().casefold():
            return system
    raise Refused(f"“{value}” is not a system known here.", f"Use one of: {', '.join(SYSTEMS)}.")


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise Refused(f"“{value}” is not a date.", "Write it as 2026-11-21.") from None


def _end(value: Any) -> str | None:
    """A London day as the record keeps a plan's date; nothing takes the date away."""
    said = str(value or "").strip()
    if not said:
        return None
    try:
        return stamp(from_stamp(said))
    except ValueError:
        return stamp(end_of_day(date.fromisoformat(_day(said))))


def _owner(value: Any) -> str:
    """Who sees to a decision; empty takes the name away, and what was decided is then noted only."""
    said = str(value or "").strip()
    return deeds.checked_name(said, "owner") if said else ""


def _due(value: Any) -> str:
    said = str(value or "").strip()
    return _day(said) if said else ""


def _yes_no(value: Any) -> bool:
    if value in (True, "yes", "true"):
        return True
    if value in (False, "no", "false"):
        return False
    raise Refused(f"“{value}” is neither yes nor no.", "Use yes or no.")


def _actions(value: Any) -> list[str]:
    """Actions as a list, or as one text with a line each."""
    return checked_actions(value if isinstance(value, list) else str(value).splitlines())


FIELDS: dict[str, dict[str, Check]] = {
    "recheck.done": {step: _number for step in FUNNEL} | {"note": _text, "search": _text},
    "alert.judged": {"rag": _rag, "reason": _said},
    "plan.agreed": {"rag": _rag, "actions": _actions, "due": _end, "minute": _text, "note": _text},
    "decision_support.live": {"system": _system, "message": _said, "live": _day, "national": _yes_no, "note": _text},
    "alert.discussed": {
        "meeting": _said,
        "on": _day,
        "minute": _text,
        "outcome": _outcome,
        "owner": _owner,
        "due": _due,
    },
    "decision.done": {"note": _text},
}
"""The deeds of this module, the fields of each, and what checks a new value."""


def check_whole(type_: str, data: Mapping[str, Any], now: datetime) -> None:
    """What holds between fields, and against the day. Raises Refused."""
    if type_ == "recheck.done":
        if data.get("found") is None:
            raise Refused("How many were found is not given.", "Give found too; nil is 0.")
        check_order({step: data.get(step) for step in FUNNEL})
    if type_ == "plan.agreed" and data.get("log"):
        raise Refused(
            "This plan was agreed by another organisation, so only they can change it.",
            "Import their newer plan; or strike this one out as entered in error.",
        )
    if type_ == "decision_support.live" and data["system"] == "other" and not data["note"]:
        raise Refused("Which system it is is not given.", "Name the system in the note too.")
    if type_ == "alert.discussed":
        due = date.fromisoformat(data["due"]) if data.get("due") else None
        followed_up(str(data.get("owner") or ""), due, date.fromisoformat(str(data["on"])))
    for name in ("live", "on"):
        if name in data and type_ in ("decision_support.live", "alert.discussed"):
            _check_past(date.fromisoformat(str(data[name])), now)


def _check_past(day: date, now: datetime) -> None:
    if day > london(now).date() or day.year < 2000:
        raise Refused(f"The day {day.isoformat()} cannot be right.", "Give a day up to today.")
