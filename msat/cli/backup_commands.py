"""`msatctl backup` and `msatctl restore`: make a proven copy, list them, put one back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import places_of, say
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.record.backup import Backup


def backup_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about backups."""
    words = "make a proven copy of the record, or list the copies"
    made = commands.add_parser("backup", help=words, description=words)
    made.add_argument(
        "file", nargs="?", metavar="FILE|list", help="a file or folder to carry away, or list; else beside the others"
    )
    back = commands.add_parser(
        "restore",
        help="put a backup in the place of a lost or damaged record",
        description="The backup is proven before and the record after. What was there is kept aside.",
    )
    back.add_argument("file", metavar="FILE", help="a backup, or its name in the list")
    back.add_argument(
        "--with",
        dest="returns",
        action="append",
        default=[],
        metavar="RETURN",
        help="a return of this log (.msatreturn) that holds later entries; may be repeated",
    )
    for command, does in ((made, _backup), (back, _restore)):
        command.set_defaults(does=does, json=False)
        command.add_argument("--json", action="store_true", help="print stable JSON instead of text")


def _backup(options: argparse.Namespace) -> int:
    from msat import bootstrap
    from msat.services import backup

    if options.file == "list":
        return _list(options)
    where = places_of(options)
    backing = bootstrap.backing(where)
    carried = Path(options.file) if options.file else None
    made = backup.into_file(backing, carried) if carried else backup.into_folder(where, backing)
    head = made.contents.head
    value = {
        "file": made.path,
        "log": head.log,
        "size": head.size,
        "head": head.id,
        "bytes": made.bytes,
        "files": len(made.contents.files),
        "lacking": [one.where for one in made.lacking],
        "removed": list(made.removed),
    }
    say(options, value, backup.said(made))
    return 1 if made.lacking else 0


def _list(options: argparse.Namespace) -> int:
    from msat import bootstrap
    from msat.clock import SystemClock
    from msat.services import backup

    where = places_of(options)
    folder = backup.folder_of(where)
    found = bootstrap.backing(where).listed(folder)
    say(options, [_json(one, folder) for one in found], backup.said_list(found, folder, SystemClock().now()))
    return 0


def _json(one: Backup, folder: Path) -> dict[str, Any]:
    from msat.clock import stamp

    return {"file": str(folder / one.name), "log": one.log8, "size": one.size, "made": stamp(one.made)}


def _restore(options: argparse.Namespace) -> int:
    from msat import bootstrap
    from msat.services import backup, restore

    where, named = places_of(options), Path(options.file)
    if not named.exists() and named.name == options.file:
        named = backup.folder_of(where) / named
    if named.is_dir():
        raise Refused(f"“{named}” is a folder.", "Name the backup's file.")
    done = bootstrap.restore(where, named, [Path(one) for one in options.returns])
    value = {
        "way": done.way.value,
        "size": done.head.size,
        "head": done.head.id,
        "healed": done.healed,
        "files": done.files,
        "aside": done.aside or None,
        "problems": [{"what": p.what, "where": p.where, "next_step": p.next_step} for p in done.problems],
    }
    say(options, value, restore.said(done))
    return 1 if done.problems or done.way.value != "whole" else 0
