"""Rebuild: throw the views away and compute them again from the record."""

from __future__ import annotations

from msat.services.desk import Desk, Progress


def rebuild(desk: Desk, progress: Progress | None = None) -> int:
    """Rebuilds every view; returns how many alerts there are. The record is only read."""
    desk.views.rebuild((lambda done, total: progress("Reading the record", done, total)) if progress else None)
    return len(desk.views.states())
