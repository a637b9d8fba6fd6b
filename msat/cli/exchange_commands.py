"""The commands `msatctl return`, `enrol` and `folder`: their options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import exchange_acts, return_show_acts

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives


def exchange_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the commands to the whole command line."""
    _return(commands)
    _enrol(commands)
    about = "share logs through a folder that several sites see"
    inner = commands.add_parser("folder", help=about, description=about).add_subparsers(metavar="sync", required=True)
    sync = _command(inner, "sync", exchange_acts.sync, "read everybody's files in a shared folder and write our own")
    sync.add_argument("folder", metavar="DIR", help="a network drive, or a folder that is synchronised")


def _return(commands: Commands[argparse.ArgumentParser]) -> None:
    about = "send this organisation's log to others, take in theirs, and give or take receipts"
    inner = commands.add_parser("return", help=about, description=about).add_subparsers(
        metavar="export|show|import|status|receipt|register", required=True
    )
    out = _command(inner, "export", exchange_acts.export, "write this organisation's whole log as a return")
    out.add_argument("--out", default=".", metavar="DIR", help="the folder to write it to; else the present one")
    out.add_argument("--pdf", action="store_true", help="also write it as a PDF that people can read")
    out.add_argument("--log", metavar="LOG", help="write what is held of another log (8 digits), to send it back")
    shown = _command(inner, "show", return_show_acts.show_return, "show what a return says; a file needs no profile")
    shown.add_argument("file", metavar="FILE|LOG", help="a .msatreturn file, or the first 8 digits of a log held here")
    shown.add_argument("--pdf", metavar="OUT", help="write it as a PDF to read: a .pdf file, or a folder")
    come = _command(inner, "import", exchange_acts.import_, "take in returns, receipts and registers, in any order")
    come.add_argument("files", nargs="+", metavar="FILE", help="files from other sites; one twice does no harm")
    _command(
        inner, "status", exchange_acts.status, "say what was sent and whether it is known to have come; 1 when overdue"
    )
    receipt = _command(
        inner, "receipt", exchange_acts.receipt, "take in a return and write the receipt for it (commissioner's teams)"
    )
    receipt.add_argument("file", metavar="FILE", help="a .msatreturn file of an enrolled log")
    receipt.add_argument("--out", default=".", metavar="DIR", help="the folder to write it to; else the present one")
    register = _command(
        inner, "register", exchange_acts.register, "write the signed list of all logs held here (commissioner's teams)"
    )
    register.add_argument("--out", default=".", metavar="DIR", help="the folder to write it to; else the present one")


def _enrol(commands: Commands[argparse.ArgumentParser]) -> None:
    about = "choose whose logs are taken in: compare the fingerprint by telephone first"
    inner = commands.add_parser("enrol", help=about, description=about).add_subparsers(
        metavar="show|mine|accept|list|remove|forget", required=True
    )
    show = _command(inner, "show", exchange_acts.show, "show whose log a file is, and its fingerprint to compare")
    show.add_argument("what", metavar="FILE|LOG", help="a .msatreturn file, or 8 digits of a log that waits here")
    _command(inner, "mine", exchange_acts.mine, "print the own log and fingerprint, to read out on the telephone")
    accept = _command(inner, "accept", exchange_acts.accept, "enrol a log whose fingerprint was compared")
    accept.add_argument("what", metavar="LOG|FILE", help="the log, its first 8 digits, or its file")
    accept.add_argument("--compared", action="store_true", help="the fingerprint was compared by telephone")
    accept.add_argument(
        "--officer",
        action="append",
        default=[],
        metavar="“NAME, ROLE”",
        help="for a log that goes on for an earlier one: an officer of the committee who countersigns; twice",
    )
    accept.add_argument("--reason", default="", metavar="TEXT", help="why, for a log that is frozen after a fork")
    _command(inner, "list", exchange_acts.listed, "list the logs enrolled, and those that wait")
    remove = _command(inner, "remove", exchange_acts.remove, "take in nothing more of a log; what is held stays")
    remove.add_argument("what", metavar="LOG", help="the log, or its first 8 digits")
    remove.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the record")
    forget = _command(inner, "forget", exchange_acts.forget, "throw away what waits of a log that is not enrolled")
    forget.add_argument("what", metavar="LOG", help="the log, or its first 8 digits")


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, does: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=about, description=about)
    made.set_defaults(does=does, json=False)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made
