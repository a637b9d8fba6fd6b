"""Which of several deeds stands where they come from several logs: workstations that did not see each other. Pure.

Within one log the last recorded stands: whoever recorded it saw what was there. Between logs nobody saw the other, so
the last word of each log is compared, and the one done last stands; of those done at the same moment the one recorded
last; then the name of the log decides, so that every reader comes to the same. Sequences are in the order of recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from msat.projections.work_state import Deed

T = TypeVar("T")


def last_word(items: Iterable[T], deed: Callable[[T], Deed]) -> T | None:
    """The one that stands; None of none."""
    of_log: dict[str, T] = {}
    for one in items:
        of_log[deed(one).log] = one
    return max(of_log.values(), key=lambda one: done_at(deed(one)), default=None)


def first_word(items: Iterable[T], deed: Callable[[T], Deed]) -> T | None:
    """The one that came first: of each log the first recorded, and of those the one done first."""
    of_log: dict[str, T] = {}
    for one in items:
        of_log.setdefault(deed(one).log, one)
    return min(of_log.values(), key=lambda one: done_at(deed(one)), default=None)


def in_turn(items: Sequence[T], deed: Callable[[T], Deed]) -> list[T]:
    """All of them so that the one that stands comes last, before it the one that would stand without it, and so on."""
    of_log: dict[str, list[T]] = {}
    for one in items:
        of_log.setdefault(deed(one).log, []).append(one)
    if len(of_log) < 2:
        return list(items)
    backwards = []
    while of_log:
        log = max(of_log, key=lambda name: done_at(deed(of_log[name][-1])))
        backwards.append(of_log[log].pop())
        if not of_log[log]:
            del of_log[log]
    return backwards[::-1]


def last_recorded(deeds: Iterable[Deed]) -> Deed | None:
    """The deed recorded last: within a log by number, whatever its clock said, between logs by time."""
    of_log: dict[str, Deed] = {}
    for one in deeds:
        before = of_log.get(one.log)
        of_log[one.log] = one if before is None or one.seq > before.seq else before
    return max(of_log.values(), key=lambda one: (one.recorded, one.log), default=None)


def done_at(deed: Deed) -> tuple[datetime, datetime, str, int]:
    """What deeds of different logs are compared by."""
    return deed.happened, deed.recorded, deed.log, deed.seq
