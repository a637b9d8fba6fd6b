"""The tag of an alert whose notice has changed since it came: its words, from a line of a list or a whole state."""

from __future__ import annotations

from datetime import datetime

from msat.gui.dates import say_short_day
from msat.gui.tongue import tr
from msat.projections.alert_state import AlertState
from msat.projections.changed_since import updated_at
from msat.projections.ports import Row
from msat.projections.worklist import updated


def row_tag(row: Row) -> str:
    """`Updated 20 Nov`; empty where there is nothing to look at again."""
    return _words(updated(row))


def state_tag(state: AlertState) -> str:
    """The same of an alert that is shown whole."""
    return _words(updated_at(state))


def _words(changed: datetime | None) -> str:
    return tr("Updated {day}").format(day=say_short_day(changed)) if changed is not None else ""
