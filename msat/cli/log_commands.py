"""`msatctl log`: how this installation's logs stand, and the ways out of a record that is only to be read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from msat.cli.opening import open_desk, person_of, say, say_changes, say_once

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives


def log_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the commands to the whole command line."""
    about = "see this installation's own logs; go on after a restore, a lost key or a move"
    log = commands.add_parser("log", help=about, description=about)
    log.set_defaults(does=_show, json=False)
    log.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    inner = log.add_subparsers(metavar="show|fetch|supersede|moved")
    _sub(inner, "show", _show, "show the log that is written, those it goes on for, and what keeps it read-only")
    fetch = _sub(inner, "fetch", _fetch, "fetch the lost end of the own log back from a copy that others hold")
    fetch.add_argument("file", nargs="?", metavar="FILE", help="a return of this log; else the longest that waits here")
    words = "start a log that goes on for this one, which is never added to again"
    new = _sub(inner, "supersede", _supersede, words)
    new.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the new log's first entry")
    new.add_argument("--lost", action="store_true", help="nobody can send what others were seen to hold")
    moved = _sub(inner, "moved", _moved, "record that this installation lies on another computer now, and goes on here")
    moved.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the record")


def _sub(
    inner: Commands[argparse.ArgumentParser], name: str, does: Any, about: str
) -> argparse.ArgumentParser:
    made = inner.add_parser(name, help=about, description=about)
    made.set_defaults(does=does)
    made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print stable JSON")
    return made


def _show(options: argparse.Namespace) -> int:
    """Status 1 while the record is only to be read, or its recovery key was not shown."""
    from msat.services.own_line import own_line

    with open_desk(options) as desk:
        line = own_line(desk)
    value = {
        "log": line.head.log,
        "size": line.head.size,
        "head": line.head.id,
        "trouble": line.trouble.value or None,
        "why": line.why,
        "next_step": line.next_step,
        "earlier": [
            {
                "log": link.earlier.log,
                "size": link.earlier.size,
                "head": link.earlier.id,
                "successor": link.successor,
                "lost": link.lost,
                "signed": link.is_signed,
                "countersigned": [one.by for one in link.countersigned],
            }
            for link in line.links
        ],
        "holders": [{"name": one.name, "size": one.size} for one in line.holders],
        "waiting": line.waiting or None,
        "recovery_key_not_shown": bool(line.recovery),
    }
    say(options, value, line.say())
    return 1 if line.why or line.recovery else 0


def _fetch(options: argparse.Namespace) -> int:
    from msat.services.own_return import fetch_back

    with open_desk(options) as desk:
        fetched, _changes = fetch_back(desk, Path(options.file) if options.file else None)
        trouble = desk.record.trouble
    say(options, {"new": fetched.new, "size": fetched.head.size, "trouble": trouble.value or None}, fetched.words)
    return 1 if trouble else 0


def _supersede(options: argparse.Namespace) -> int:
    from msat.services.supersede import THEN, supersede

    person = person_of(options)
    with open_desk(options) as desk:
        done, _changes = supersede(desk, person, options.reason, options.lost)
    value = {
        "log": done.head.log,
        "supersedes": {"log": done.earlier.log, "size": done.earlier.size, "head": done.earlier.id},
        "recovery_key": done.printed,
        "message": done.words,
    }
    text = f"{done.words}\n\nNew recovery key, shown once: print it and lock it away.\n\n    {done.printed}\n\n{THEN}"
    say_once(options, value, text, done.printed)
    return 0


def _moved(options: argparse.Namespace) -> int:
    from msat.services.move import move

    person = person_of(options)
    with open_desk(options) as desk:
        changes = move(desk, person, options.reason)
    return say_changes(options, changes)
