"""`msatctl person`: what the record says of one person, as a file; and erasing a name where the law demands it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import open_desk, person_of, say, show_progress
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.services.desk import Person
    from msat.services.erase_elsewhere import Elsewhere
    from msat.services.erase_person import Erased, Plan


def person_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about people who are named in the record."""
    words = "write everything that the record says of one person to a file, or erase their name"
    made = commands.add_parser("person", help=words, description="What the record says of one person.")
    inner = made.add_subparsers(metavar="export|erase", required=True)
    words = "write everything that the record says of one person to a file"
    export = inner.add_parser("export", help=words, description=words)
    export.add_argument("name_of", metavar="NAME", help="the name as it was typed at sign-off")
    export.add_argument("--out", required=True, metavar="FILE", help="a new .txt or .json file")
    export.set_defaults(does=_export, json=False)
    words = "erase a name from this installation's log, by decision of two people; shows what it would do until --yes"
    erase = inner.add_parser("erase", help=words, description=f"{words}. What was answered stays answered.")
    erase.add_argument("name_of", metavar="NAME", help="the name as it was typed at sign-off")
    erase.add_argument("--reason", default="", help="why the law demands it; stays in the record")
    erase.add_argument(
        "--decided-by", action="append", default=[], metavar='"NAME, ROLE"', help="who decided it; given twice"
    )
    erase.add_argument(
        "--leave", action="append", type=int, default=[], metavar="N", help="an entry to leave as it is; repeatable"
    )
    erase.add_argument("--yes", action="store_true", help="do it; it cannot be taken back")
    erase.set_defaults(does=_erase, json=False)
    for command in (export, erase):
        command.add_argument("--json", action="store_true", help="print stable JSON instead of text")


def _export(options: argparse.Namespace) -> int:
    from msat.services.person import export_person

    with open_desk(options) as desk:
        done = export_person(desk, options.name_of, Path(options.out))
    value = {
        "file": str(done.path),
        "entries": [one.entry.seq for one in done.found],
        "size": done.head.size,
        "without_body": done.without_body,
    }
    say(options, value, done.words(options.name_of))
    return 0


def _erase(options: argparse.Namespace) -> int:
    from msat.services import erase_person, erase_words

    with open_desk(options) as desk:
        plan = erase_person.plan_erasure(desk, options.name_of, options.leave)
        if not options.yes:
            say(options, _planned(plan), erase_words.planned(plan, desk))
            return 0
        deciders = [_decider(text) for text in options.decided_by]
        done = erase_person.erase(desk, plan, options.reason, deciders, person_of(options), show_progress)
    say(options, _planned(plan) | _done(done), erase_words.done(done))
    return 1 if done.remaining or done.since else 0


def _decider(text: str) -> Person:
    from msat.services.desk import Person

    name, comma, role = text.partition(",")
    if not comma or not name.strip() or not role.strip():
        raise Refused(f"“{text}” is not a name and a role.", 'Write it as "NAME, ROLE", with the comma.')
    return Person(name.strip(), role.strip())


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "label": plan.label,
        "entries": [
            {"seq": one.entry.seq, "type": one.entry.type, "fields": list(one.fields)} for one in plan.touched
        ],
        "left": [one.entry.seq for one in plan.left],
        "without_body": plan.without_body,
        "files": [str(path) for path in plan.traces],
        "elsewhere": _elsewhere(plan.elsewhere),
        "erased": False,
    }


def _elsewhere(found: Sequence[Elsewhere]) -> list[dict[str, Any]]:
    return [{"log": one.log, "whose": one.whose, "entries": one.entries, "next_step": one.then} for one in found]


def _done(done: Erased) -> dict[str, Any]:
    return {
        "erased": True,
        "orders": [entry.seq for entry in done.entries],
        "remaining": [str(path) for path in done.remaining],
        "recorded_since": list(done.since),
        "elsewhere": _elsewhere(done.elsewhere),
        "backups_until": done.until.isoformat(),
    }
