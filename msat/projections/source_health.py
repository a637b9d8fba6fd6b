"""Whether a source may be missing something, in one sentence. Pure; the same sentence in window, exports and commands.

A source that fails must never look like a source with nothing new, nor one that quietly stopped publishing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msat.feeds.catalogue import Source
from msat.projections.ports import SourceHealth

RED_LIMIT = timedelta(hours=24)
"""A source that can carry a Red is flagged after this long without being reached."""
OTHER_LIMIT = timedelta(days=7)


def stale(source: Source, health: SourceHealth, now: datetime) -> str:
    """What is wrong with a source that is on, in a sentence; empty while nothing is."""
    if not source.enabled:
        return ""
    if health.last_reached is None:
        return f"{source.name} was never reached: its alerts are not here."
    away = now - health.last_reached
    if away >= (RED_LIMIT if source.red_capable else OTHER_LIMIT):
        return f"{source.name} was last reached {_long(away)} ago: new alerts may be missing."
    expected = timedelta(hours=source.expected_silence_hours)
    if health.last_new is not None and now - health.last_new > expected:
        silent = _long(now - health.last_new)
        return f"{source.name} had nothing new for {silent}; {_long(expected)} are to be expected. Check its address."
    return ""


def warnings(known: Iterable[tuple[Source, SourceHealth]], now: datetime) -> tuple[str, ...]:
    """The sentences of all sources that can carry a Red and may be missing something."""
    said = (stale(source, health, now) for source, health in known if source.red_capable)
    return tuple(sentence for sentence in said if sentence)


def _long(time: timedelta) -> str:
    """A length of time in whole hours, or days from two of them."""
    hours = max(1, int(time.total_seconds() // 3600))
    count, word = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{count} {word}" + ("" if count == 1 else "s")
