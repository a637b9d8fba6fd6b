"""What changed in the notice of an open alert after somebody here had answered it. Pure; decides nothing about work."""

from __future__ import annotations

from msat.projections.alert_state import AlertState
from msat.projections.work_state import Deed


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
