"""Reads single values out of an entry's data. Never raises: an entry of another schema must not stop the reading.

A value that is absent or of another kind counts as not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msat.clock import from_stamp
from msat.lettering import plain, seen, unturned
from msat.projections.work_state import Deed
from msat.record.entries import Entry, Json
from msat.triage.model import Priority


def text(data: Json, name: str) -> str:
    """The text under `name`, else empty. What would turn its direction round is left out: another may have written it.
    """
    value = data.get(name)
    return unturned(value) if isinstance(value, str) else ""


def said(data: Json, name: str) -> str | None:
    """The text under `name`, or None when it is absent or empty."""
    return text(data, name) or None


def whole(data: Json, name: str) -> int | None:
    """The whole number under `name`, or None. A truth value is no number."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(data: Json, name: str) -> bool:
    """Whether `name` is said to be true."""
    return data.get(name) is True


def texts(data: Json, name: str) -> tuple[str, ...]:
    """The texts of the list under `name`."""
    value = data.get(name)
    return tuple(unturned(item) for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def parts(data: Json, name: str) -> tuple[Json, ...]:
    """The objects of the list under `name`."""
    value = data.get(name)
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list | tuple) else ()


def part(data: Json, name: str) -> Json:
    """The object under `name`, else an empty one."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


EARLIEST, LATEST = 1900, 2199
"""Years outside of which no time can be meant: what another site wrote must not break the counting of days."""


def moment(data: Json, name: str) -> datetime | None:
    """The time under `name`, or None."""
    try:
        found = from_stamp(text(data, name))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def priority(data: Json, name: str = "rag") -> Priority | None:
    """The priority under `name`, or None. What cannot be read is unrated, never Green."""
    value: Any = text(data, name)
    return Priority(value) if value in set(Priority) else None


def data_of(entry: Entry) -> Json:
    """The entry's data, empty when it is withheld or of an unknown shape."""
    return part(entry.content, "data")


def deed_of(entry: Entry) -> Deed:
    """Who did what the entry tells, when it was done and when it was recorded."""
    actor = part(entry.content, "actor")
    happened = moment(entry.content, "happened") or entry.time
    name, role = seen(text(actor, "name")), seen(text(actor, "role"))
    return Deed(name, role, happened, entry.time, entry.id, entry.seq, log=entry.log)


def same_person(one: str, other: str) -> bool:
    """Whether two names mean one person: case, spacing, forms of one letter and what nobody sees aside."""
    return plain(one) == plain(other)
