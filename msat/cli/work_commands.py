"""The commands `assign`, `away`, `defer`, `resume`, `evidence`, `bulk` and `nil`: their options and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from msat.cli import work_acts

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers gives


def work_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds the commands to the whole command line."""
    assign = _deed(commands, "assign", work_acts.assign, "record who looks after an alert, and who stands in")
    assign.add_argument("--owner", required=True, metavar="NAME", help="who looks after it; “” is nobody any more")
    assign.add_argument("--deputy", default="", metavar="NAME", help="who stands in while the owner is away")
    assign.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")
    _away(commands)
    defer = _deed(commands, "defer", work_acts.defer, "put an alert off until a day, with somebody's approval")
    defer.add_argument("--until", required=True, metavar="DATE", help="the day it comes back, for instance 2026-12-01")
    defer.add_argument("--approver", required=True, metavar="NAME", help="who approves it: somebody else")
    defer.add_argument("--reason", required=True, metavar="TEXT", help="why it can wait")
    resume = _deed(commands, "resume", work_acts.resume, "take a deferred alert up again before its day")
    resume.add_argument("--reason", required=True, metavar="TEXT", help="why")
    _evidence(commands)
    _bulk(commands)
    about = "record nil in several places at once; without PLACE in all that are left"
    nil = _deed(commands, "nil", work_acts.nil, about)
    nil.add_argument("places", nargs="*", metavar="PLACE", help="for instance “treatment room”")
    nil.add_argument("--initials", required=True, metavar="XY", help="the initials of whoever looked")
    nil.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")


def _away(commands: Commands[argparse.ArgumentParser]) -> None:
    away = _command(
        commands, "away", work_acts.away, "record that somebody is away and who stands in; list who is; record a return"
    )
    away.add_argument("what", metavar="NAME|list|end", help="who is away; or list; or end, followed by who is back")
    away.add_argument("name_of", nargs="?", metavar="NAME", help="after end: who is back")
    away.add_argument("--from", dest="from_day", metavar="DATE", help="the first day away, for instance 2026-12-01")
    away.add_argument("--until", dest="to_day", metavar="DATE", help="the last day away, included")
    away.add_argument("--deputy", default="", metavar="NAME", help="who stands in")
    away.add_argument("--on", metavar="DATE", help="after end: the day they are back; else today")
    away.add_argument("--note", default="", metavar="TEXT", help="a note; nothing about anybody's health")
    away.add_argument("--done", metavar="WHEN", help="when that became known, if it was not now")


def _evidence(commands: Commands[argparse.ArgumentParser]) -> None:
    evidence = _command(
        commands, "evidence", work_acts.evidence, "keep a file as evidence; list what is kept; save it to a file"
    )
    evidence.add_argument(
        "words",
        nargs="+",
        metavar="REF FILE",
        help="the alert and the file to keep; or: list REF; or: save REF FINGERPRINT",
    )
    evidence.add_argument("--action", default="", metavar="CODE", help="the action that it is evidence for: A06")
    evidence.add_argument(
        "--looked",
        action="store_true",
        help="you have looked through what cannot be read as text, and it holds no patient details",
    )
    evidence.add_argument("--out", metavar="FILE", help="after save: a file, or a folder")
    evidence.add_argument("--note", default="", metavar="TEXT", help="a note; no patient details")
    evidence.add_argument("--done", metavar="WHEN", help="when it was done: 2026-11-21 or 2026-11-21T09:40 (London)")


def _bulk(commands: Commands[argparse.ArgumentParser]) -> None:
    about = "acknowledge many alerts at once, or judge many not applicable; never a Red"
    bulk = commands.add_parser("bulk", help=about, description=about)
    inner = bulk.add_subparsers(metavar="acknowledge|not-applicable", required=True)
    seen = _command(inner, "acknowledge", work_acts.bulk_acknowledge, "record that you have seen these alerts")
    none = _command(inner, "not-applicable", work_acts.bulk_not_applicable, "record that none of these applies here")
    none.add_argument("--reason", required=True, metavar="CODE", help="not-held, not-prescribed, not-our-setting ...")
    for one in (seen, none):
        one.add_argument("refs", nargs="+", metavar="REF", help="the alerts' references in any spelling, or keys")
        one.add_argument("--check", action="store_true", help="only say which could be taken along; record nothing")
        one.add_argument("--note", default="", metavar="TEXT", help="a note for all; no patient details")
        one.add_argument("--done", metavar="WHEN", help="when it was done, if it was not now")


def _deed(
    commands: Commands[argparse.ArgumentParser], name: str, does: Callable[[argparse.Namespace], int], help_: str
) -> argparse.ArgumentParser:
    made = _command(commands, name, does, help_)
    made.add_argument("ref", metavar="REF", help="the alert's reference in any spelling, or its key")
    made.add_argument(
        "--done", metavar="WHEN", help="when it was done: 2026-11-21 or 2026-11-21T09:40 (London); else now"
    )
    return made


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, does: Callable[[argparse.Namespace], int], help_: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=help_, description=help_)
    made.set_defaults(does=does, json=False)
    made.add_argument("--json", action="store_true", help="print stable JSON instead of text")
    return made
