"""`msatctl person`: what the record says of one person, as a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from msat.cli.opening import open_desk, say


def person_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about people who are named in the record."""
    words = "write everything that the record says of one person to a file"
    made = commands.add_parser("person", help=words, description="What the record says of one person.")
    export = made.add_subparsers(metavar="export", required=True).add_parser("export", help=words, description=words)
    export.add_argument("name_of", metavar="NAME", help="the name as it was typed at sign-off")
    export.add_argument("--out", required=True, metavar="FILE", help="a new .txt or .json file")
    export.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    export.set_defaults(does=_export, json=False)


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
