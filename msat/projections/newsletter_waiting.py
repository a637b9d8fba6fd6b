"""Which alerts no issue of the newsletter has told of yet, or not since they changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msat.alerts.model import Family
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_issues import Issue
from msat.triage.model import Priority

LISTS = (Family.ROUNDUP.value, Family.FIELD_SAFETY_NOTICES.value)
"""Check lists of other notices, which are told of one by one."""
_ORDER = {Priority.RED: 0, Priority.AMBER: 1, None: 2, Priority.GREEN: 3}
NEWSLETTER_ACTION = "A16"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One alert that waits. `changed`: it was told of, and has changed in a way that matters since."""

    key: AlertKey
    reference: str | None
    title: str
    rag: Priority | None
    received: datetime
    recommended: bool
    """The rules recommend a newsletter item (A16)."""
    told: tuple[str, ...]
    """The audiences that were told, by name."""
    last_sent: datetime | None
    changed: bool
    drafts: tuple[str, ...]
    """Names of the issues in the making that hold it."""


def waiting(
    states: Iterable[AlertState],
    sent: Sequence[Issue],
    drafts: Mapping[str, tuple[str, ...]],
    audience: str = "",
    since: datetime | None = None,
) -> tuple[Waiting, ...]:
    """The alerts received since `since` that wait for any audience, or for the one of this name; Reds first, then the
    newest. `drafts`: the issues in the making that hold an alert, by its key."""
    found = [
        one
        for state in states
        if _is_news(state, since) and (one := _waiting(state, sent, drafts.get(str(state.key), ()))) is not None
        if one.changed or not (audience in one.told if audience else one.told)
    ]
    return tuple(sorted(found, key=lambda one: (_ORDER[one.rag], -one.received.timestamp())))


def _is_news(state: AlertState, since: datetime | None) -> bool:
    """Not a list, not judged to concern nobody here, and not over before it was ever told."""
    if state.family in LISTS or (since is not None and state.received < since):
        return False
    return state.applicability is None or state.applicability.applies


def _waiting(state: AlertState, sent: Sequence[Issue], drafts: tuple[str, ...]) -> Waiting | None:
    issues = [issue for issue in sent if state.key in issue.alerts]
    last = max((issue.sent for issue in issues), default=None)
    is_over = bool(state.withdrawn) or state.is_superseded
    if is_over and not issues:
        return None
    changed = last is not None and any(version.recorded > last and version.material for version in state.versions)
    return Waiting(
        state.key,
        state.reference,
        state.title,
        state.rag,
        state.received,
        any(action.code == NEWSLETTER_ACTION for action in state.actions),
        tuple(dict.fromkeys(name for issue in issues for name in issue.audiences)),
        last,
        changed,
        drafts,
    )
