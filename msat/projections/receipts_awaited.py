"""Whether the receipt for one's own returns is overdue: sent, and after two weeks nobody has said that it came. Pure.

Sendings are no evidence, and are forgotten with the receipt that answers them. An alarm is that something was sent
that a receipt would tell more of than the last one did: receipts for receipts are never written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

ALARM_AFTER = timedelta(days=14)
MOST = 400
"""Sendings kept: more than one a day for a year. The oldest are kept, for they are those that are overdue."""


@dataclass(frozen=True, slots=True, order=True)
class Sending:
    """The own log was sent up to entry `size` at `at` (UTC)."""

    size: int
    at: datetime


def noted(before: Iterable[Sending], new: Sending, receipted: int) -> tuple[Sending, ...]:
    """The sendings to be kept: those not receipted, each size at its first sending, the oldest first."""
    first: dict[int, Sending] = {}
    for one in (*before, new):
        if one.size > receipted:
            first[one.size] = min(first.get(one.size, one), one, key=lambda each: each.at)
    return tuple(first[size] for size in sorted(first))[:MOST]


def unanswered_since(sendings: Iterable[Sending], asks_from: int | None) -> datetime | None:
    """When that was first sent which no receipt tells of (UTC); None where nothing is awaited.

    `asks_from` is the first entry behind the last receipt that asks for one; None: there is none.
    """
    if asks_from is None:
        return None
    return min((one.at for one in sendings if one.size >= asks_from), default=None)


def is_overdue(since: datetime | None, now: datetime) -> bool:
    """Whether that is an alarm: two weeks without an answer. A clock set back makes none."""
    return since is not None and now - since >= ALARM_AFTER
