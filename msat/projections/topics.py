"""Which of the views of the rail an alert stands in: recalls, shortages, or neither. Pure; decides nothing clinical.

By the kind of notice and the rule that fits (`alerts/rules`), and by the title where a notice of another kind says it.
The worklist shows every alert, so that nothing depends on this.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msat.alerts.model import Family
from msat.projections.alert_state import AlertState
from msat.projections.ports import Query

VIEWS = ("recalls", "shortages", "medicines")
"""The views beside the worklist by name: of open alerts, as the rail of the window and `list --view` show them."""


class Topic(StrEnum):
    """What the notice is about, as far as the rail has a view for it."""

    RECALL = "recall"
    SHORTAGE = "shortage"


RECALLS = frozenset({Family.RECALL, Family.COMPANY_LED, Family.FALSIFIED})
"""Kinds of notice that are recalls whatever they say."""
SHORTAGES = frozenset({Family.SUPPLY, Family.PROTOCOL})
"""Kinds of notice that are about supply whatever they say."""
BY_RULE = {"F01": Topic.RECALL, "F11": Topic.RECALL, "F02": Topic.SHORTAGE}
"""A National Patient Safety Alert is told apart by its rule; F11 is a Class 4 used in place of a recall."""
_BY_TITLE = frozenset(
    {
        *(Family.NATPSA, Family.URGENT_MESSAGE, Family.DEVICE_INFORMATION, Family.DEVICE_ALERT),
        *(Family.LOCAL, Family.UNKNOWN),
    }
)
_RECALL = re.compile(r"\brecall(?:s|ed|ing)?\b", re.IGNORECASE)
_SHORTAGE = re.compile(r"\b(?:shortages?|supply (?:disruptions?|issues?|problems?)|out of stock)\b", re.IGNORECASE)


def topic(state: AlertState) -> Topic | None:
    """The view that an alert stands in beside the worklist; None for neither."""
    if state.family in RECALLS:
        return Topic.RECALL
    if state.family in SHORTAGES:
        return Topic.SHORTAGE
    if state.rule in BY_RULE:
        return BY_RULE[state.rule]
    if state.family not in _BY_TITLE:
        return None
    if state.family == Family.NATPSA and (state.reference or "").upper().rpartition("/")[2].startswith(("DHS", "CMU")):
        return Topic.SHORTAGE  # a DHSC alert that a local rule or nobody's rule covers
    if _RECALL.search(state.title):
        return Topic.RECALL
    return Topic.SHORTAGE if _SHORTAGE.search(state.title) else None


def view_query(view: str, concerned: frozenset[str] = frozenset()) -> Query:
    """What one of VIEWS asks for. `concerned` are the keys of the alerts that name a medicine of one's own.

    Raises KeyError for an unknown view.
    """
    return {
        "recalls": Query(open_only=True, topic=Topic.RECALL),
        "shortages": Query(open_only=True, topic=Topic.SHORTAGE),
        "medicines": Query(open_only=True, only=concerned),
    }[view]
