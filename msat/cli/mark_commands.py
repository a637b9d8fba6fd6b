"""The command `mark`, and the lists of one's own: stars, snoozes, what is unread. None of it is recorded."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from msat.cli.opening import open_desk, say
from msat.clock import say_date
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.projections.alert_state import AlertState
    from msat.projections.ports import Query
    from msat.services.desk import Desk
    from msat.services.own_marks import Marks

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives


def mark_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the command to the whole command line."""
    about = "put a star on an alert, snooze it or mark it unread: for yourself, not recorded"
    made = commands.add_parser("mark", help=about, description=about)
    made.set_defaults(does=mark, json=False)
    made.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    star = made.add_mutually_exclusive_group()
    star.add_argument("--star", action="store_true", help="put a star on it")
    star.add_argument("--no-star", action="store_true", help="take the star away")
    snooze = made.add_mutually_exclusive_group()
    snooze.add_argument("--snooze", metavar="DATE", help="out of the window's worklist until that day begins")
    snooze.add_argument("--wake", action="store_true", help="bring it back at once")
    seen = made.add_mutually_exclusive_group()
    seen.add_argument("--unread", action="store_true", help="mark it unread")
    seen.add_argument("--read", action="store_true", help="mark it read")
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")


def mark(options: argparse.Namespace) -> int:
    """Changes the marks of one alert, and says which it has; without an option only says it."""
    from msat.services import own_marks
    from msat.services.deeds import find
    from msat.services.waking import woken

    with open_desk(options) as desk:
        state = find(desk, options.ref)
        key = str(state.key)
        before = own_marks.load(desk.places.marks, desk.clock.now())
        after = _marked(options, woken(desk, before), state, desk)
        if after != before:
            own_marks.save(desk.places.marks, after)
        until = after.snoozed.get(key) if key in after.asleep(desk.clock.now()) else None
    words = [name for name, on in (("starred", key in after.starred), ("unread", key in after.unread)) if on]
    words += [f"snoozed until {say_date(until)}"] if until else []
    back = after.back.get(key)
    told = {
        "key": key,
        "starred": key in after.starred,
        "unread": key in after.unread,
        "snoozed_until": until.isoformat() if until else None,
        "back_because": back.why if back else None,
    }
    said = " and ".join(words)
    text = f"{key}: {said}. Not recorded; only this profile shows it." if said else f"{key}: no marks."
    say(options, told, f"{text} It was snoozed and came back early. {back.why}" if back else text)
    return 0


def _marked(options: argparse.Namespace, marks: Marks, state: AlertState, desk: Desk) -> Marks:
    from msat.services.own_marks import until_day
    from msat.services.waking import aside

    key = str(state.key)
    if options.star or options.no_star:
        marks = marks.with_star(key, options.star)
    if options.snooze:
        marks = marks.with_snooze(key, until_day(_day(options.snooze), desk.clock.now()), aside(state))
    if options.wake:
        marks = marks.with_snooze(key, None)
    if options.unread:
        marks = marks.as_unread(key)
    return marks.as_read(key, desk.clock.now()) if options.read else marks


def narrowed(desk: Desk, query: Query, starred: bool, snoozed: bool) -> Query:
    """`query` for the alerts with a star, or those that are snoozed now; both options ask for both marks."""
    from dataclasses import replace

    from msat.services import own_marks, waking

    if not (starred or snoozed):
        return query
    now = desk.clock.now()
    marks = waking.woken(desk, own_marks.load(desk.places.marks, now))
    chosen = [keys for keys, on in ((marks.starred, starred), (marks.asleep(now), snoozed)) if on]
    return replace(query, only=frozenset.intersection(*chosen))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}” is not a day.", "Write it as 2026-12-01.") from error
