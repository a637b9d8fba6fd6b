"""What changed in the notice of an open alert after it came, and after somebody here had answered it. Pure; decides
nothing about work."""

from __future__ import annotations

from datetime import datetime

from msat.projections.alert_state import AlertState
from msat.projections.work_state import Deed


def changed_at(state: AlertState) -> datetime | None:
    """When a change of the notice that matters was last recorded (UTC); None for one that stands as it came."""
    return max((version.recorded for version in state.versions if version.material), default=None)


def updated_at(state: AlertState) -> datetime | None:
    """`changed_at` of an alert that is still to be worked on; None of others."""
    return changed_at(state) if state.is_open and not state.withdrawn else None


def changes_of(state: AlertState) -> tuple[str, ...]:
    """The changes that are told above an alert that is still open: since the first answer, else since it came."""
    return changes_since_answered(state) or changes_before_answer(state)


def changes_before_answer(state: AlertState) -> tuple[str, ...]:
    """The material changes of an open alert that nobody has answered yet, in words: whoever saw it earlier saw another
    notice. None for one that was opened again, which says so itself."""
    if not state.is_open or state.reopened is not None or any(_deeds(state)):
        return ()
    return tuple(change for version in state.versions if version.material for change in version.changes)


def changes_since_answered(state: AlertState) -> tuple[str, ...]:
    """The material changes since the first answer here, in words; none for an alert that was opened again, which says
    so itself, nor for a closed one."""
    first = min((deed.recorded for deed in _deeds(state)), default=None)
    if first is None or not state.is_open or state.reopened is not None:
        return ()
    since = [version for version in state.versions if version.material and version.recorded > first]
    return tuple(change for version in since for change in version.changes)


def _deeds(state: AlertState) -> list[Deed]:
    found = [state.acknowledged, state.applicability.deed if state.applicability is not None else None]
    for action in state.actions:
        found += [action.standing.deed if action.standing is not None else None]
        found += [check.deed for check in action.places]
    return [deed for deed in found if deed is not None]
