"""A counter that nobody sets: how many seconds passed, sleep included, whatever was done to the clock meanwhile."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

_COUNTER = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def steady_seconds() -> float:
    """Seconds since some moment that stays the same while the computer is up."""
    return time.monotonic() if _COUNTER is None else time.clock_gettime(_COUNTER)


class Jump:
    """How much further the clock moved than the steady counter, since this was made or last reset."""

    def __init__(self, now: datetime, seconds: float) -> None:
        self._now, self._seconds = now, seconds

    def seen(self, now: datetime, seconds: float) -> timedelta:
        """The difference at this moment."""
        return (now - self._now) - timedelta(seconds=seconds - self._seconds)

    def reset(self, now: datetime, seconds: float) -> None:
        """Starts to measure from this moment."""
        self._now, self._seconds = now, seconds
