"""Which known pages a refresh may leave out this time, where there are very many. Records nothing.

A minor edit or a withdrawal moves a notice in no list, so known pages are asked for again. Up to `FEW` all are, each
time. Beyond that only those of the last year and of alerts that somebody works on are asked for every time; the others
take turns, a seventh a day, and every day since the last refresh is made up for: each is asked for within a week.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zlib import crc32

from msat.clock import london
from msat.feeds.catalogue import Kind, Source
from msat.projections.alert_state import AlertState, Status
from msat.projections.ports import KnownItem, SourceHealth
from msat.services.desk import Desk

FEW = 400
DAYS = 7
RECENT = timedelta(days=365)

_AT_REST = frozenset({Status.DONE, Status.NOT_APPLICABLE, Status.HISTORIC})


def resting(desk: Desk, source: Source, known: Mapping[str, KnownItem]) -> frozenset[str]:
    """The known paths of `source` that need not be asked for now."""
    if source.kind is not Kind.GOVUK or len(known) <= FEW:
        return frozenset()
    now = desk.clock.now()
    turns = _turns(desk.views.sources().get(source.id), now)
    if len(turns) == DAYS:
        return frozenset()
    old = {state.key for state in desk.views.states() if _is_old(state, now)}
    return frozenset(path for path, page in known.items() if page.key in old and turn_of(path) not in turns)


def turn_of(path: str) -> int:
    """The day of the seven on which the page at `path` is asked for."""
    return crc32(path.encode("utf-8")) % DAYS


def _turns(before: SourceHealth | None, now: datetime) -> frozenset[int]:
    """The turns that have come since the source was last read: none when that was today and went well."""
    if before is None or before.last_reached is None:
        return frozenset(range(DAYS))
    if before.error and before.last_reached == before.last_tried:
        return frozenset(range(DAYS))  # some pages failed, and were promised another try
    last, today = london(before.last_reached).toordinal(), london(now).toordinal()
    first = last if before.error else last + 1
    return frozenset(day % DAYS for day in range(max(first, today - DAYS + 1), today + 1))


def _is_old(state: AlertState, now: datetime) -> bool:
    published = state.published or state.received
    return now - published > RECENT and (bool(state.withdrawn) or state.status(now) in _AT_REST)
