"""How an alert will stand once deeds that are not recorded yet are in the record. Pure; for the screen, never evidence.

The history stays as it is: it tells what was recorded, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msat.clock import stamp
from msat.ids import EntryId, LogId
from msat.projections.alert_state import AlertState
from msat.projections.fold import apply
from msat.record.entries import Draft, Entry

NOT_AN_ENTRY = "not-recorded-"
"""How the stand-ins for entries are called, so that none can be taken for one."""


def ahead(state: AlertState, drafts: Sequence[Draft], log: str, now: datetime) -> AlertState:
    """`state` as it will be after `drafts` (only those about it count), recorded in `log` at `now` (UTC)."""
    after = state
    number = max((line.seq for line in state.history if line.log == log), default=0)
    for draft in drafts:
        if draft.about == state.key:
            number += 1
            after = apply(after, _stand_in(draft, log, number, now))
    return after if after is state else replace(after, history=state.history)


def _stand_in(draft: Draft, log: str, number: int, now: datetime) -> Entry:
    """What the entry of `draft` will say. It has no bytes, so that nothing can be proven by it."""
    actor = draft.actor
    content: dict[str, Any] = {
        "about": draft.about,
        "version": draft.version,
        "actor": {"name": actor.name, "role": actor.role, "account": actor.account},
        "happened": stamp(draft.happened or now),
        "data": draft.data,
        "meaning": draft.meaning,
    }
    name = EntryId(f"{NOT_AN_ENTRY}{number}")
    return Entry(name, LogId(log), number, EntryId(""), draft.type, now, b"", None, content)
