"""A meeting put together from the record: who was there, its agenda, what was open before it, what it decided. Pure.

A meeting is known by its name and its day (a London day). Who was there and the agenda are recorded once for all of
it (`meeting.held`); recorded anew, the newest stands. What it decided is recorded alert by alert (`alert.discussed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from msat.clock import london
from msat.projections.alert_state import AlertState
from msat.projections.decisions import Decision, day_of, decisions
from msat.projections.general import General
from msat.projections.values import text, texts
from msat.projections.work_state import Deed

HELD = "meeting.held"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `deed` is None where nobody recorded who was there."""

    name: str
    on: date
    present: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    note: str = ""
    deed: Deed | None = None
    decided: tuple[Decision, ...] = ()
    """What it decided, in the order of the minutes' numbers, then as recorded."""
    arising: tuple[Decision, ...] = ()
    """Decisions of earlier meetings that were to be followed up and were not done before its day."""


def meetings(states: Iterable[AlertState], general: Sequence[General]) -> list[Meeting]:
    """Every meeting of the record, the newest first. What has no day that can be read is none."""
    found = decisions(states)
    decided: dict[tuple[str, date], list[Decision]] = {}
    names: dict[tuple[str, date], str] = {}
    for one in found:
        on = day_of(one.met.on)
        if on is not None:
            at = (_known(one.met.meeting), on)
            decided.setdefault(at, []).append(one)
            names.setdefault(at, one.met.meeting)
    held: dict[tuple[str, date], General] = {}
    for told in general:
        on = day_of(text(told.data, "on"))
        if told.type == HELD and not told.struck and on is not None:
            at = (_known(text(told.data, "meeting")), on)
            held[at] = told
            names[at] = text(told.data, "meeting")
    ordered = sorted(names, key=lambda at: (at[1], at[0]), reverse=True)
    return [_meeting(names[at], at[1], held.get(at), decided.get(at, []), found) for at in ordered]


def find_meeting(known: Sequence[Meeting], name: str, on: date | None) -> Meeting | None:
    """The meeting of this name and day; without a day the newest of that name, without a name the newest of that day
    or of all."""
    wanted = _known(name)
    fits = [one for one in known if (not wanted or _known(one.name) == wanted) and (on is None or one.on == on)]
    return fits[0] if fits else None


def _known(name: str) -> str:
    return " ".join(name.split()).casefold()


def _meeting(
    name: str, on: date, held: General | None, decided: Sequence[Decision], every: Sequence[Decision]
) -> Meeting:
    data = held.data if held else {}
    return Meeting(
        name=name,
        on=on,
        present=texts(data, "present"),
        apologies=texts(data, "apologies"),
        agenda=texts(data, "agenda"),
        note=text(data, "note"),
        deed=held.deed if held else None,
        decided=tuple(sorted(decided, key=lambda one: (_number(one.met.minute), one.met.deed.happened, one.id))),
        arising=tuple(sorted(_arising(on, every), key=lambda one: (one.met.due or "9999", one.met.on, one.id))),
    )


def _arising(on: date, every: Sequence[Decision]) -> list[Decision]:
    """Of every meeting, whatever it was called: what was promised under another name is not forgotten."""
    found = []
    for one in every:
        when = day_of(one.met.on)
        was_open = one.done is None or london(one.done.deed.happened).date() >= on
        if one.met.owner and when is not None and when < on and was_open:
            found.append(one)
    return found


def _number(minute: str) -> tuple[int, tuple[int, ...], str]:
    """Minutes in the order of their numbers (4.2 before 4.10); those without one come last."""
    numbers = tuple(int(part) for part in minute.replace("/", ".").split(".") if part.isascii() and part.isdigit())
    return (0 if numbers else 1 if minute else 2), numbers, minute
