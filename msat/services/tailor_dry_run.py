"""Tries local rules on the alerts of the last months: what each would have come to, beside what it comes to now.

Records nothing. What was seen has a fingerprint, and only what was seen can be adopted.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msat.actions.dry_run import Direction, Row, counts, directions, ordered
from msat.actions.pack import Pack, write_pack
from msat.clock import london, stamp
from msat.errors import Refused
from msat.ids import fingerprint
from msat.projections.alert_state import AlertState
from msat.services.desk import Desk, Progress
from msat.services.tailor_drafts import try_on
from msat.services.tailor_load import shipped_of
from msat.services.tailor_outcomes import notice_of, outcome_of
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Change

MONTHS = 12
_MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a pack would have changed. `rows` hold only what differs, the lowered Reds first."""

    pack: Pack
    since: datetime
    months: int
    kinds: tuple[OrganisationKind, ...]
    of: int
    """How many alerts were tried."""
    unread: tuple[str, ...]
    """The alerts whose stored notice is missing or cannot be read: they were not tried."""
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    """Every field that the pack makes different from what is shipped."""
    seen: str
    """The fingerprint of what is shown here."""

    @property
    def changed(self) -> int:
        """How many alerts come out differently, for whichever kind."""
        return len({row.key for row in self.rows})

    @property
    def counts(self) -> Mapping[Direction, int]:
        """How many rows differ in each way."""
        return counts(self.rows)

    @property
    def lowered_reds(self) -> tuple[Row, ...]:
        """The rows where a Red would have been less."""
        return tuple(row for row in self.rows if row.is_lowered_red)


def dry_run(desk: Desk, pack: Pack, months: int = MONTHS, progress: Progress | None = None) -> DryRun:
    """Tries `pack` on every alert received in the last `months`, against what is in force now.

    For each kind of organisation that the pack is for. Raises Refused when the pack does not fit the shipped rules,
    Cancelled when `progress` does.
    """
    if not 1 <= months <= _MOST_MONTHS:
        raise Refused(f"{months} months cannot be tried.", f"Give 1 to {_MOST_MONTHS} months.")
    laid = try_on(desk, pack)
    since = _months_before(desk.clock.now(), months)
    kinds = kinds_of(desk, pack)
    states = desk.views.states(received_from=since)
    rows: list[Row] = []
    unread: list[str] = []
    now = desk.knowledge
    for number, state in enumerate(states, 1):
        found = notice_of(desk, state)
        if found is None:
            unread.append(_name(state))
            continue
        for kind in kinds:
            before = outcome_of(desk, now.rules, now.actions, state, found[0], kind)
            after = outcome_of(desk, laid.rules, laid.actions, state, found[0], kind)
            differs = directions(before, after)
            if differs:
                rows.append(Row(state.key, _name(state), state.title, state.received, kind, before, after, differs))
        if progress is not None:
            progress("Trying the local rules", number, len(states))
    ranked = ordered(rows)
    return DryRun(
        pack, since, months, kinds, len(states), tuple(unread), ranked, laid.changes, _seen(desk, pack, ranked)
    )


def kinds_of(desk: Desk, pack: Pack) -> tuple[OrganisationKind, ...]:
    """The kinds of organisation that a pack would speak to, this one's first when it is among them."""
    own = OrganisationKind(desk.record.organisation.kind)
    if not pack.made_for:
        return (own,)
    return tuple(sorted(pack.made_for, key=lambda kind: (kind is not own, list(OrganisationKind).index(kind))))


def _seen(desk: Desk, pack: Pack, rows: tuple[Row, ...]) -> str:
    local = desk.knowledge.local
    shown = [
        [
            row.key,
            row.kind,
            *(
                [o.priority, stamp(o.due) if o.due else None, list(o.actions), list(o.flags), o.rule]
                for o in (row.before, row.after)
            ),
        ]
        for row in rows
    ]
    said = [write_pack(pack), shipped_of(desk).rules.version, local.sha256 if local else "", shown]
    return fingerprint(json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def _name(state: AlertState) -> str:
    return state.reference or state.title


def _months_before(moment: datetime, months: int) -> datetime:
    """The same hour on the same day so many months earlier in London, or on the last day of a shorter month."""
    day = london(moment)
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return day.replace(year=years, month=month + 1, day=min(day.day, last))
