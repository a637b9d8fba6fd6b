"""The commands that only read: list and show."""

from __future__ import annotations

import argparse
from enum import StrEnum
from typing import TypeVar

from msat.cli.opening import open_desk, person_name, say, warn
from msat.errors import Refused


def list_alerts(options: argparse.Namespace) -> int:
    """Lists alerts, the most pressing first."""
    from msat.cli.mark_commands import narrowed
    from msat.cli.medicine_commands import of_view, why_json, why_lines
    from msat.cli.present import row_json
    from msat.cli.source_acts import known_sources, warn_of_stale
    from msat.cli.words import row_line
    from msat.projections.alert_state import Status
    from msat.projections.ports import Query
    from msat.services.open_web import is_offline
    from msat.triage.model import Priority

    query = Query(
        rag=_member(Priority, options.rag, "priority"),
        status=_member(Status, options.status, "status"),
        family=options.family,
        search=options.search,
        open_only=options.open_only,
        owner=options.owner,
        mine=person_name(options) if options.mine else None,
    )
    with open_desk(options) as desk:
        query, why = of_view(desk, narrowed(desk, query, options.starred, options.snoozed), options.view)
        rows = desk.views.worklist(query, desk.clock.now())
        if is_offline(desk.places):
            warn("MSAT is set to work offline: no source is asked, and new alerts may be missing.")
        warn_of_stale(known_sources(desk.knowledge.sources, desk.views.sources()))
    lines = [line for row in rows for line in (row_line(row), *why_lines(why.get(row.key, ())))]
    value = [row_json(row) | ({"why": why_json(why[row.key])} if row.key in why else {}) for row in rows]
    say(options, value, "\n".join(lines) or "No alerts match.")
    return 0


def show(options: argparse.Namespace) -> int:
    """Shows one alert in full."""
    from msat.cli.cards import cards_json, cards_lines
    from msat.cli.present import alert_json
    from msat.cli.words import alert_text
    from msat.cli.work_words import work_json, work_lines
    from msat.services.assign import acting
    from msat.services.deeds import find
    from msat.services.lists import item_lines_of, items_of
    from msat.services.newsletter_answer import with_newsletters
    from msat.services.who_must_act import who_must_act

    with open_desk(options) as desk:
        state = with_newsletters(desk, find(desk, options.ref))
        notice, now = desk.views.notice(state.key), desk.clock.now()
        matched, listed = items_of(desk, notice), item_lines_of(desk, notice)
        cards = who_must_act(desk, state)
        today, own = acting(desk, state), desk.record.log
    value = alert_json(state, notice, now, matched) | {"who_must_act": cards_json(cards)}
    value |= work_json(state, now, today)
    text = alert_text(state, notice, now, listed, work_lines(state, now, today), own)
    say(options, value, "\n".join([text, *cards_lines(cards)]))
    return 0


Choice = TypeVar("Choice", bound=StrEnum)


def _member(choices: type[Choice], text: str | None, what: str) -> Choice | None:
    """The member of an enumeration a person meant, spaces and hyphens alike. Raises Refused, naming the choices."""
    if text is None:
        return None
    wanted = text.strip().lower().replace("-", " ")
    for member in choices:
        if wanted in (member.value, member.value.replace("-", " "), member.value.split(",")[0]):
            return member
    raise Refused(f"“{text}” is not a {what}.", f"Use one of: {', '.join(choices)}.")
