"""The commands that look again: searches run again after 3 and 12 months, and the review list."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from msat.cli.opening import moment, open_desk, person_of, say, say_changes
from msat.clock import say_date
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.services.desk import Desk


def recheck(options: argparse.Namespace) -> int:
    """Records a search run again; without REF lists those due and coming, with status 1 while any is due."""
    if options.ref is None:
        return _listed(options)
    from msat.services.recheck import recheck as do

    if not options.funnel:
        raise Refused("No count was given.", "Give at least found=N; nil is found=0.")
    person, done = person_of(options), moment(options.done)
    funnel = {step: number for step, number in map(_count, options.funnel)}
    with open_desk(options) as desk:
        made = do(desk, options.ref, funnel, person, options.months, options.note, options.search, done)
        return say_changes(options, made)


def _listed(options: argparse.Namespace) -> int:
    from msat.cli.local_words import recheck_json, recheck_line
    from msat.services.recheck import coming

    with open_desk(options) as desk:
        found = coming(desk)
    due = [one for one in found if one.is_due]
    lines = [
        f"{'DUE' if one.is_due else 'coming':<7} {say_date(one.recheck.due):<18} "
        f"{one.state.reference or one.state.key:<24} {recheck_line(one.recheck)}"
        for one in found
    ]
    text = "\n".join(lines) or "No search is to be run again: none was asked for by an alert that is done."
    rows = [
        {"key": one.state.key, "reference": one.state.reference, "is_due": one.is_due, **recheck_json(one.recheck)}
        for one in found
    ]
    say(options, {"due": len(due), "rechecks": rows}, text)
    return 1 if due else 0


def _count(text: str) -> tuple[str, int]:
    name, equals, value = text.partition("=")
    try:
        if not equals:
            raise ValueError(text)
        return name.strip().replace("-", "_"), int(value)
    except ValueError:
        raise Refused(f"“{text}” is not a count.", "Write, for instance, found=12.") from None


def review_listed(options: argparse.Namespace) -> int:
    """Lists the alerts that wait for a person's judgement, with status 1 while there is any.

    Those whose time had passed before they came (E12) are counted, and listed with --all only.
    """
    from msat.services.review import to_review

    with open_desk(options) as desk:
        everything = to_review(desk)
        found = [item for item in everything if options.everything or not item.is_historic]
        names = {item.key: _name(desk, item.key) for item in found}
    rows: list[dict[str, Any]] = [
        {
            "key": item.key,
            "reference": names[item.key][0],
            "title": names[item.key][1],
            "why": str(item.why),
            "flag": item.flag,
            "words": item.words,
            "historic": item.is_historic,
        }
        for item in found
    ]
    lines = []
    for item in found:
        reference, title = names[item.key]
        lines.append(f"{item.why:<15} {reference or item.key}  {title}")
        lines.append(f"{'historic' if item.is_historic else '':<15} {item.words}")
    alerts = len(names)
    if found:
        lines.append(f"{alerts} alert{'' if alerts == 1 else 's'} to judge: msatctl review decide REF.")
    if not found:
        lines.append("Nothing is to be judged: every alert is covered and read.")
    left = len({item.key for item in everything}) - alerts
    if left:
        lines.append(f"{left} of history beside, whose time had passed before they came: msatctl review list --all.")
    say(options, rows, "\n".join(lines))
    return 1 if found else 0


def _name(desk: Desk, key: str) -> tuple[str | None, str]:
    state = desk.views.alert(key)
    return (state.reference, state.title) if state else (None, key)


def review_decide(options: argparse.Namespace) -> int:
    """Records a person's judgement of one alert."""
    from msat.services.judge import judge

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        made = judge(desk, options.ref, options.rag, options.reason, person, options.make_rule, done)
        return say_changes(options, made)
