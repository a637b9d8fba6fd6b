"""`msatctl key`: see which key the record is signed with and where it is, change or move it, go on after a loss."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import open_desk, person_of, places_of, say, say_once
from msat.errors import Refused
from msat.ids import grouped

if TYPE_CHECKING:
    from msat.services.key import KeyChanged
    from msat.store.key_words import KeyWhereabouts


def key_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands about the signing key."""
    made = commands.add_parser(
        "key", help="see, change or recover the signing key", description="The key that this record is signed with."
    )
    inner = made.add_subparsers(metavar="show|where|move|rotate|recover", required=True)
    show = _sub(inner, "show", "print the fingerprint of the public key, to compare by telephone")
    where = _sub(inner, "where", "say where the signing key is kept, whether it is there, and what that means")
    move = _sub(inner, "move", "move the key to the computer's credential store, or to a file that only you can read")
    move.add_argument("--to", required=True, choices=("store", "file"), help="where it is to be")
    rotate = _sub(inner, "rotate", "go over to a new key, signed by the old and the new one")
    rotate.add_argument(
        "--new-recovery-key", action="store_true", help="also make a new recovery key; the printed one is void then"
    )
    recover = _sub(inner, "recover", "go over to a new key with the printed recovery key, when the old one is lost")
    recover.add_argument("file", nargs="?", default="-", metavar="FILE", help="where the recovery key stands; - asks")
    does_what = ((show, _show), (where, _where), (move, _move), (rotate, _rotate), (recover, _recover))
    for command, does in does_what:
        command.set_defaults(does=does, json=False)
        command.add_argument("--json", action="store_true", help="print stable JSON instead of text")


def _sub(
    inner: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_: str
) -> argparse.ArgumentParser:
    return inner.add_parser(name, help=help_, description=help_)


def _show(options: argparse.Namespace) -> int:
    from msat.services import key

    with open_desk(options) as desk:
        print_ = key.fingerprint_of(desk)
        log = desk.record.log
    say(options, {"log": log, "fingerprint": print_}, f"Log {log}\nKey {grouped(print_, 16)}")
    return 0


def _where(options: argparse.Namespace) -> int:
    from msat import bootstrap

    return _placed(options, bootstrap.where_key_is(places_of(options)))


def _move(options: argparse.Namespace) -> int:
    from msat import bootstrap

    return _placed(options, bootstrap.move_key(places_of(options), options.to), "Moved, read back and compared. ")


def _placed(options: argparse.Namespace, found: KeyWhereabouts, first: str = "") -> int:
    value = {
        "place": found.place.value,
        "where": found.where,
        "is_there": found.is_there,
        "logs": list(found.logs),
        "meaning": found.meaning,
        "hint": found.hint or None,
        "trouble": found.trouble or None,
    }
    say(options, value, first + found.words())
    return 0 if found.is_there else 1


def _rotate(options: argparse.Namespace) -> int:
    from msat.services import key

    person = person_of(options)
    with open_desk(options) as desk:
        return _told(options, key.rotate(desk, person, options.new_recovery_key))


def _recover(options: argparse.Namespace) -> int:
    from msat.services import key

    person = person_of(options)
    with open_desk(options) as desk:
        return _told(options, key.recover(desk, _typed(options.file), person))


def _told(options: argparse.Namespace, changed: KeyChanged) -> int:
    text = changed.words
    if changed.printed:
        text += f"\n\nNew recovery key, shown once: print it and lock it away.\n\n    {changed.printed}"
    say_once(options, {"message": changed.words, "recovery_key": changed.printed or None}, text, changed.printed)
    return 0


def _typed(file: str) -> str:
    """The printed recovery key, out of a file or typed. Never given as an argument, which others could see."""
    if file != "-":
        try:
            with Path(file).open(encoding="utf-8") as opened:
                return opened.read(4096)
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"The file “{file}” cannot be read.", "Give the file that holds the recovery key.") from error
    if sys.stdin.isatty():
        sys.stderr.write("Recovery key (14 groups of four): ")
        sys.stderr.flush()
    try:
        return sys.stdin.readline(4096)
    except UnicodeDecodeError as error:
        raise Refused("What was piped in is no text.", "Pipe in the printed recovery key.") from error
