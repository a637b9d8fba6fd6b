"""Which alerts an editor can choose from: by period, family, readers and words, each with the issues it was in.

Reads only. What no issue has told of yet is `newsletter_waiting`'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from msat.ids import AlertKey
from msat.projections.newsletter_issues import SENT
from msat.projections.newsletter_waiting import Waiting
from msat.projections.ports import Query, Row
from msat.projections.reminders import FIRST_IMPORT, OLD_NEWS
from msat.projections.values import text
from msat.services.desk import Desk
from msat.services.newsletter import as_recorded, audience_named, sent_issues
from msat.services.newsletter_drafts import kept_issues
from msat.services.newsletter_waiting import waiting_alerts
from msat.services.reminders import began
from msat.triage.model import Priority

MOST = 500
"""Alerts in one list: nobody reads further, and a search or a shorter period finds the rest."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. `since`: came since then; None is ever. `audience`: only who was not told counts."""

    since: datetime | None = None
    family: str = ""
    audience: str = ""
    search: str = ""
    only_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """An issue that was sent and held the alert."""

    issue: str
    sent: datetime
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """One alert to choose."""

    key: AlertKey
    reference: str | None
    title: str
    rag: Priority | None
    family: str
    received: datetime
    came: datetime
    """From when it counts: when it was received; when it was published, of what came with the first import."""
    used: tuple[Used, ...]
    drafts: tuple[str, ...]
    """Titles of the issues in the making that hold it."""
    waits: bool
    """No issue has told these readers of it, or not since it changed."""
    changed: bool
    recommended: bool


@dataclass(frozen=True, slots=True)
class Picks:
    """What was found: Reds first where only what waits is asked for, else the newest. `more`: how many are left out."""

    picks: tuple[Pick, ...]
    more: int = 0
    families: tuple[str, ...] = ()


def waits_for(desk: Desk, asked: Asked) -> dict[AlertKey, Waiting]:
    """What no issue has told of, by key: the costly part of the question, and the same until something is recorded."""
    return {one.key: one for one in waiting_alerts(desk, asked.audience, asked.since or _EVER)}


def picks(desk: Desk, asked: Asked, waits: dict[AlertKey, Waiting] | None = None) -> Picks:
    """The alerts that fit; with `waits` as `waits_for` gave it. Raises Refused for an unknown audience."""
    drafts: dict[str, tuple[str, ...]] = {}
    for draft in kept_issues(desk.places).issues:
        for item in draft.items if as_recorded(desk, draft).unsent else ():
            drafts[item.key] = (*drafts.get(item.key, ()), draft.title)
    used: dict[AlertKey, tuple[Used, ...]] = {}
    titles = {one.deed.entry: text(one.data, "title") for one in desk.views.general(SENT)}
    for issue in sent_issues(desk):
        told = Used(titles.get(issue.deed.entry) or issue.issue, issue.sent, issue.audiences)
        for key in issue.alerts:
            used[key] = (*used.get(key, ()), told)
    since = asked.since or _EVER
    waits = waits_for(desk, asked) if waits is None else waits
    first = began(desk)
    rows = [row for row in _rows(desk, asked) if came(row, first) >= since]
    fitting = [row for row in rows if (row.key in waits or not asked.only_waiting)]
    if asked.only_waiting:
        order = {key: at for at, key in enumerate(waits)}
        fitting.sort(key=lambda row: order[row.key])
    name = audience_named(asked.audience).name if asked.audience else ""
    made = [_pick(row, first, used, drafts.get(str(row.key), ()), waits, name) for row in fitting[:MOST]]
    families = tuple(sorted({row.family for row in rows}))
    return Picks(tuple(made), max(0, len(fitting) - MOST), families)


def _rows(desk: Desk, asked: Asked) -> list[Row]:
    query = Query(family=asked.family or None, search=asked.search, newest_first=True)
    return desk.views.worklist(query, desk.clock.now())


def came(row: Row, first: datetime | None) -> datetime:
    """When an alert came to be told of. The years that the first import brings are no news of that day."""
    is_history = first is not None and row.received <= first + FIRST_IMPORT
    old = row.published is not None and row.received - row.published > OLD_NEWS
    return row.published if is_history and old and row.published is not None else row.received


def _pick(
    row: Row,
    first: datetime | None,
    used: dict[AlertKey, tuple[Used, ...]],
    drafts: tuple[str, ...],
    waits: dict[AlertKey, Waiting],
    audience: str,
) -> Pick:
    waiting = waits.get(row.key)
    told = tuple(one for one in used.get(row.key, ()) if not audience or audience in one.audiences)
    return Pick(
        row.key, row.reference, row.title, row.rag, row.family, row.received, came(row, first), told, drafts,
        waits=waiting is not None,
        changed=bool(waiting and waiting.changed),
        recommended=bool(waiting and waiting.recommended),
    )  # fmt: skip
